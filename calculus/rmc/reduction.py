"""Reduction step by step: redexes, contraction, strategies.

The rules are those of `calculus.rmc.rules`; this engine interprets them on flat terms
(`calculus.rmc.structure`). The place of a rule for neighbours is where the sequence of the first begins. The
rule `unify` rewrites all of the sequence that its pair is in and the chain of `ex` above; its place is the
pair's. Nothing recurses.

A normal form is a term to which nothing but `unroll` applies. An iteration is unrolled only if that is asked
for.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from calculus.machine.relational.instructions import (
    CALL,
    FAIL,
    NEW,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
)
from calculus.machine.rewriting import (
    DEFAULT_STEPS,
    LOOPS,
    Link,
    Loops,
    Redex,
    Reduction,
    Step,
    rewrite,
    subterm,
)
from calculus.rmc.matching import build, match_rule, node_new, renamed_apart, unifier
from calculus.rmc.program import calls
from calculus.rmc.rules import (
    RULES,
    SLIDES,
    TERMINATING,
    UNFOLD,
    UNROLL,
    Block,
    CallOf,
    FailOf,
    NewOf,
    Pattern,
    PopOf,
    PushOf,
    RelationOf,
    Rule,
    SequenceOf,
    SkipOf,
    Solved,
    StarOf,
    SumOf,
    TestOf,
)
from calculus.rmc.structure import flat, joined, paired
from calculus.source.diagnostic import UsageProblem
from calculus.term import Op, Term
from calculus.term.binding import substitute
from calculus.term.node import like

STRATEGIES = ("normal", "random")

_ACTIONS = (PUSH, POP, TEST, RELATION)


def redexes(
    term: Term,
    rules: tuple[Rule, ...] = RULES,
    *,
    definitions: Mapping[str, Term] | None = None,
    limit: int | None = None,
) -> list[Redex[Rule]]:
    """Every redex of a flat term, outermost first, then from left to right; at most `limit` of them.

    With definitions, each call of one is a redex of the rule `unfold`. For the redexes of any term give
    `flat` of it.
    """
    if definitions is not None:
        rules = (*rules, UNFOLD)
    found: list[Redex[Rule]] = []
    for redex in _Finder(rules, definitions).redexes(term):
        if limit is not None and len(found) >= limit:
            break
        found.append(redex)
    return found


def _root(pattern: Pattern) -> Op | None:
    """The operator of the terms that a pattern matches; None if they may have any."""
    match pattern:
        case SequenceOf() | Block():
            return SEQUENCE
        case SumOf():
            return SUM
        case NewOf():
            return NEW
        case StarOf():
            return STAR
        case PushOf():
            return PUSH
        case PopOf():
            return POP
        case TestOf():
            return TEST
        case RelationOf():
            return RELATION
        case CallOf():
            return CALL
        case FailOf():
            return FAIL
        case SkipOf():
            return SKIP
    return None


_Shape = tuple[Op, Op | None, Op | None]
"""The operator of a term and, of a sequence or a sum, those of its first two parts."""


def _shape(node: Term) -> _Shape:
    if node.op is not SEQUENCE and node.op is not SUM:
        return node.op, None, None
    first, rest = node.children
    return node.op, first.op, (rest.children[0] if rest.op is node.op else rest).op


def _fits(rule: Rule, shape: _Shape) -> bool:
    left = rule.left.pair if isinstance(rule.left, Block) else rule.left
    if _root(left) is not shape[0]:
        return False
    if not isinstance(left, SequenceOf | SumOf):
        return True
    return _root(left.first) in (None, shape[1]) and _root(left.second) in (None, shape[2])


class _Index:
    """Rules by the shapes of the terms to which they may apply, so that few are tried at a node."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.known: dict[_Shape, list[Rule]] = {}

    def at(self, node: Term) -> list[Rule]:
        shape = _shape(node)
        found = self.known.get(shape)
        if found is None:
            found = self.known[shape] = [rule for rule in self.rules if _fits(rule, shape)]
        return found


@lru_cache(maxsize=64)
def _index(rules: tuple[Rule, ...]) -> _Index:
    return _Index(rules)


class _Finder:
    """Looks for redexes, and remembers which parts have none, from one term to the next."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        definitions: Mapping[str, Term] | None,
        loops: Loops = "always",
    ) -> None:
        self.index = _index(rules)
        self.definitions = definitions
        self.loops = loops
        self.recursive = recursive_definitions(definitions or {}) if loops != "always" else set()
        self.quiet: dict[int, Term] = {}

    def redexes(self, term: Term) -> Iterator[Redex[Rule]]:
        """The redexes of a flat term, outermost first."""
        found = 0
        # To do: a node, the link to it, the binders of the block that it is in, whether it runs first; or on
        # the way out a node, and how many redexes had been found before.
        stack: list[tuple[Term, Link, frozenset[str], bool] | tuple[Term, int]] = [
            (term, None, frozenset(), True)
        ]
        while stack:
            entry = stack.pop()
            if len(entry) == 2:
                if entry[1] == found:
                    self.quiet[id(entry[0])] = entry[0]
                continue
            node, link, binders, head = entry
            # What is found depends on the binders around, and on being at the head.
            alone = not binders and not (head and (self.loops == "head" or self.recursive))
            if alone:
                if id(node) in self.quiet:
                    continue
                stack.append((node, found))
            for rule in self.index.at(node):
                if self._allowed(rule, node, head) and self._matches(rule, node, binders):
                    found += 1
                    yield Redex(rule, link)
            stack += reversed(list(self._below(node, link, binders, head)))

    def _matches(self, rule: Rule, node: Term, binders: frozenset[str]) -> bool:
        return match_rule(rule, node, binders, self.definitions) is not None

    def _allowed(self, rule: Rule, node: Term, head: bool) -> bool:
        if rule is UNROLL:
            return self.loops == "always" or (self.loops == "head" and head)
        if rule is UNFOLD:
            return head or node.label not in self.recursive
        return True

    def _below(
        self, node: Term, link: Link, binders: frozenset[str], head: bool
    ) -> Iterator[tuple[Term, Link, frozenset[str], bool]]:
        """What is below a node that may have redexes."""
        nothing: frozenset[str] = frozenset()
        if node.op is NEW:
            yield node.children[0], (link, 0, node), binders | {node.label[0]}, head
        elif node.op is SEQUENCE:
            first, rest = node.children
            yield first, (link, 0, node), nothing, head
            above = nothing if rest.op is NEW else binders
            yield rest, (link, 1, node), above, head and first.op in _ACTIONS
        elif node.op is SUM:
            yield node.children[0], (link, 0, node), nothing, head
            yield node.children[1], (link, 1, node), nothing, head
        elif node.op is STAR:
            yield node.children[0], (link, 0, node), nothing, False


def contract(term: Term, redex: Redex[Rule], definitions: Mapping[str, Term] | None = None) -> Term:
    """The flat term after a redex has been contracted. Raises `UsageProblem` if it is not one of the term."""
    above: list[tuple[Term, int]] = []
    place = term
    for index in redex.position:
        if index >= len(place.children):
            raise UsageProblem(f"the term has no position {redex.position}")
        above.append((place, index))
        place = place.children[index]
    rule = redex.rule
    found = match_rule(rule, place, _binders(above), definitions)
    if found is None:
        raise UsageProblem(f"the rule {rule.name} does not apply at {redex.position}")
    if isinstance(rule.right, Solved):
        result = _solved(rule.right, found, above)
    else:
        renamed_apart(rule, found)
        result = build(rule.right, found, definitions)
        if "rest" in found:
            op, rest = found["rest"]
            result = joined(op, (result, rest))
    return _put_back(result, above)


def _binders(above: list[tuple[Term, int]]) -> set[str]:
    """The names that are bound by the chain of `ex` above the sequence that a place is in."""
    found: set[str] = set()
    path = list(above)
    while path and path[-1][0].op is SEQUENCE and path[-1][1] == 1:
        path.pop()
    while path and path[-1][0].op is NEW:
        found.add(path.pop()[0].label[0])
    return found


def _solved(right: Solved, found: Mapping[str, Any], above: list[tuple[Term, int]]) -> Term:
    """The whole block with the unifier applied; what is above the block is left in `above`."""
    solution = unifier(found[right.left.name], found[right.right.name], found["binders"])
    assert solution is not None
    factors: list[Term] = []
    while above and above[-1][0].op is SEQUENCE and above[-1][1] == 1:
        factors.append(above.pop()[0].children[0])
    factors.reverse()
    if "rest" in found:
        factors.append(found["rest"][1])
    body = joined(SEQUENCE, [substitute(factor, solution) for factor in factors] if solution else factors)
    while above and above[-1][0].op is NEW:
        name = above.pop()[0].label[0]
        if name not in solution:
            body = node_new(name, body)
    return body


def _put_back(result: Term, above: list[tuple[Term, int]]) -> Term:
    """The term with something new at a place."""
    for parent, index in reversed(above):
        children = (*parent.children[:index], result, *parent.children[index + 1 :])
        if parent.op is SEQUENCE or parent.op is SUM:
            result = paired(parent.op, *children)
        else:
            result = like(parent, parent.label, children)
    return result


def recursive_definitions(definitions: Mapping[str, Term]) -> set[str]:
    """The definitions that (through others) call themselves."""
    uses = {name: set(calls(term)) & definitions.keys() for name, term in definitions.items()}
    return {name for name in uses if name in _reached(uses[name], uses)}


def _reached(start: Iterable[str], uses: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    stack = list(start)
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack += uses[name]
    return seen


def reduce(
    term: Term,
    strategy: str = "normal",
    *,
    max_steps: int | None = DEFAULT_STEPS,
    max_seconds: float | None = None,
    seed: int = 0,
    definitions: Mapping[str, Term] | None = None,
    loops: Loops | None = None,
    slides: bool = False,
    keep: bool = True,
) -> Reduction:
    """Reduce a term step by step; the path begins at the flat term.

    The strategy `normal` contracts the outermost redex that comes first, `random` any one, chosen by `seed`.
    `loops` says which iterations may be unrolled: those that run first (`head`), none (the default) or all.
    Definitions are unfolded only if they are given, and those that call themselves only where they run first.
    With `slides`, pushes and pops move past iterations that do not concern them. Without `keep` the path is
    not kept, only its length.
    """
    if strategy not in STRATEGIES:
        raise UsageProblem(f"the strategy is one of {', '.join(STRATEGIES)}; got {strategy!r}")
    if loops is not None and loops not in LOOPS:
        raise UsageProblem(f"loops is one of {', '.join(LOOPS)}; got {loops!r}")
    rules = TERMINATING
    if slides:
        rules += SLIDES
    if definitions:
        rules += (UNFOLD,)
    if loops in ("head", "always"):
        rules += (UNROLL,)
    finder = _Finder(rules, definitions, loops or "never")
    return rewrite(
        flat(term),
        finder.redexes,
        lambda item, redex: contract(item, redex, definitions),
        strategy,
        max_steps=max_steps,
        max_seconds=max_seconds,
        seed=seed,
        keep=keep,
    )


__all__ = [
    "LOOPS",
    "STRATEGIES",
    "Redex",
    "Reduction",
    "Step",
    "contract",
    "recursive_definitions",
    "redexes",
    "reduce",
    "subterm",
]
