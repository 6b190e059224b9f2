"""Reduction step by step: redexes, contraction, strategies.

The rules are those of `calculus.fmc.rules`; this engine interprets them. Rules that begin with an
action are found while a sequence of actions is walked once, keeping for each location its last few
actions; other rules are looked up by the operators at the root. Nothing recurses.

A loop could be unrolled for ever, so `reduce` unrolls only a loop at the *head*, where the machine
would run it, unless told otherwise; recursive definitions, likewise, are unfolded only at the head.
A normal form is a term to which nothing else applies.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from calculus.fmc.matching import body_index, build, holds, location_of, match_action, match_rule, renamed
from calculus.fmc.rules import (
    RULES,
    TERMINATING,
    UNFOLD,
    UNROLL,
    Context,
    JoinOf,
    JumpOf,
    LoopOf,
    Name,
    Pattern,
    PopOf,
    PrimitiveOf,
    PushOf,
    Rule,
)
from calculus.machine.instructions import JOIN, JUMP, LOOP, POP, PRIMITIVE, PUSH, VARIABLE
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
from calculus.source.diagnostic import UsageProblem
from calculus.term import Op, Term, free_variables
from calculus.term.node import like

Strategy = Literal["normal", "head", "leftmost", "parallel", "random"]
STRATEGIES: tuple[Strategy, ...] = ("normal", "head", "leftmost", "parallel", "random")

# Finding


class _Index:
    """Rules by what their left sides begin with, so that few are tried at a node."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.chains: dict[tuple[Op, str], list[tuple[Rule, tuple[Pattern, ...]]]] = {}
        self.joins: dict[tuple[Op, Op], list[Rule]] = {}
        self.loops: list[Rule] = []
        self.names: list[Rule] = []
        self.window = 1
        for rule in rules:
            match rule.left:
                case JoinOf(first, _, handler):
                    for key in ((a, b) for a in _operators(first) for b in _operators(handler)):
                        self.joins.setdefault(key, []).append(rule)
                case LoopOf():
                    self.loops.append(rule)
                case Name():
                    self.names.append(rule)
                case _:
                    chain = tuple(_chain(rule.left))
                    self.window = max(self.window, len(chain))
                    self.chains.setdefault(_kind(chain[-1]), []).append((rule, chain))

    def chain_ending(self, recent: Sequence[Term]) -> tuple[Rule, int] | None:
        """The rule whose actions end the actions at a location, and how many they are."""
        last = recent[-1]
        for rule, chain in self.chains.get((last.op, last.label if last.op is PRIMITIVE else ""), ()):
            length = len(chain)
            if length > len(recent):
                continue
            found: dict[str, Any] = {}
            actions = recent[-length:]
            matched = all(match_action(*pair, found) for pair in zip(chain, actions, strict=True))
            if matched and all(holds(condition, found) for condition in rule.conditions):
                return rule, length
        return None


def _operators(pattern: Pattern) -> tuple[Op, ...]:
    """The operators that a term matching the pattern may have at its root."""
    match pattern:
        case JumpOf():
            return (JUMP,)
        case JoinOf():
            return (JOIN,)
        case LoopOf():
            return (LOOP,)
        case Context():
            return (PUSH, POP, PRIMITIVE)
    return (PUSH, POP, PRIMITIVE, JUMP, JOIN, LOOP, VARIABLE)


def _chain(pattern: Pattern) -> Iterator[Pattern]:
    while isinstance(pattern, PushOf | PopOf | PrimitiveOf | Context):
        if not isinstance(pattern, Context):
            yield pattern
        pattern = pattern.body


def _kind(pattern: Pattern) -> tuple[Op, str]:
    match pattern:
        case PrimitiveOf(name):
            return PRIMITIVE, name
        case PopOf():
            return POP, ""
    return PUSH, ""


@lru_cache(maxsize=64)
def _index(rules: tuple[Rule, ...]) -> _Index:
    return _Index(rules)


_Filter = Callable[[Rule, Term, Link, bool], bool]


class Finder:
    """Looks for redexes, and remembers which parts have none, from one term to the next."""

    def __init__(
        self, rules: tuple[Rule, ...], allows: _Filter | None = None, head_first: bool = False
    ) -> None:
        self.index = _index(rules)
        self.allows = allows
        self.head_first = head_first
        self.quiet: dict[int, Term] = {}
        # Rules without a filter find the same whether or not a place is the head; what may be
        # unfolded depends even on the binders around it, so then nothing is remembered.
        self.fixed = allows is None
        self.remembers = not self.index.names

    def redexes(self, term: Term, head_only: bool = False) -> Iterator[Redex[Rule]]:
        """The redexes of a term, outermost first, then from left to right (arguments before bodies,
        or, with `head_first`, after them).
        """
        quiet = self.quiet
        found = 0
        stack: list[Any] = [(term, None, True)]
        while stack:
            item = stack.pop()
            if item.__class__ is Redex:
                found += 1
                yield item
                continue
            node, link, head = item
            if link is False:  # on the way out: (node, False, what had been found before)
                if found == head:
                    quiet[id(node)] = node
                continue
            if self.remembers and (self.fixed or not head):
                if id(node) in quiet:
                    continue
                if node.children:
                    stack.append((node, False, found))
            self._expand(node, link, head, head_only, stack)

    def _expand(self, node: Term, link: Link, head: bool, head_only: bool, stack: list[Any]) -> None:
        """Put on the stack what a sequence of actions, and the term it ends in, has."""
        here: list[Any] = []
        arguments: list[Any] = []
        recent: dict[str, list[tuple[Term, int]]] = {}
        slots: list[list[Any]] = []
        window = self.index.window
        index = body_index(node)
        while index is not None:
            slot: list[Any] = []
            slots.append(slot)
            last = recent.setdefault(location_of(node), [])
            last.append((node, len(slots) - 1))
            slot.append(link)
            if len(last) > window:
                del last[0]
            if node.op is not PUSH:
                ended = self.index.chain_ending([action for action, _ in last])
                if ended is not None:
                    rule, length = ended
                    first = slots[last[-length][1]]
                    first.append(Redex(rule, first[0]))
            elif not head_only and (node.children[0].children or self.index.names):
                slot.append((node.children[0], (link, 0, node), False))
            link = (link, index, node)
            node = node.children[index]
            index = body_index(node)
        for slot in slots:
            for item in slot[1:]:
                # A redex is found after the argument of its push, but stands before it.
                (here if item.__class__ is Redex else arguments).append(item)
        tail = self._tail(node, link, head, head_only)
        if self.head_first:
            ordered = [*here, *tail, *arguments]
        else:
            ordered = [
                item
                for slot in slots
                for item in sorted(slot[1:], key=lambda item: item.__class__ is not Redex)
            ]
            ordered += tail
        stack.extend(reversed(ordered))

    def _tail(self, node: Term, link: Link, head: bool, head_only: bool) -> list[Any]:
        op = node.op
        if op is JUMP:
            return []
        if op is JOIN:
            first, handler = node.children
            candidates = self.index.joins.get((first.op, handler.op), ())
        elif op is LOOP:
            candidates = self.index.loops
        else:
            candidates = self.index.names
        allows = self.allows
        found: list[Any] = [
            Redex(rule, link)
            for rule in candidates
            if (allows is None or allows(rule, node, link, head)) and _applies(rule, node)
        ]
        if op is JOIN:
            found.append((first, (link, 0, node), head))
            if not head_only:
                found.append((handler, (link, 1, node), False))
        elif op is LOOP and not head_only:
            found.append((node.children[0], (link, 0, node), False))
        return found


def _applies(rule: Rule, node: Term) -> bool:
    return rule is UNFOLD or match_rule(rule, node) is not None


def redexes(
    term: Term,
    rules: tuple[Rule, ...] = RULES,
    *,
    definitions: Mapping[str, Term] | None = None,
    limit: int | None = None,
) -> list[Redex[Rule]]:
    """Every redex of a term, outermost first, then from left to right; at most `limit` of them.

    With definitions, each use of one is a redex of the rule `unfold`. Time is linear in the term;
    parts without redexes that a term shares are looked at once.
    """
    allows = None
    if definitions is not None:
        rules = (*rules, UNFOLD)
        allows = _policy("always", definitions, ())
    found: list[Redex[Rule]] = []
    for redex in Finder(rules, allows).redexes(term):
        if limit is not None and len(found) >= limit:
            break
        found.append(redex)
    return found


def contract(term: Term, redex: Redex[Rule], definitions: Mapping[str, Term] | None = None) -> Term:
    """The term after a redex has been contracted. Raises `UsageProblem` if it is not one of the term."""
    above: list[tuple[Term, int]] = []
    taken: frozenset[str] = frozenset()
    if redex.rule is UNFOLD and definitions is not None:
        name = subterm(term, redex.position).label
        taken = free_variables(definitions[name]) if name in definitions else taken
    place = term
    for index in redex.position:
        if place.op is POP and place.label[1] in taken:
            place = renamed(place, taken)
        if index >= len(place.children):
            raise UsageProblem(f"the term has no position {redex.position}")
        above.append((place, index))
        place = place.children[index]
    found = match_rule(redex.rule, place, definitions)
    if found is None:
        raise UsageProblem(f"the rule {redex.rule.name} does not apply at {redex.position}")
    result = build(redex.rule.right, found, place, definitions)
    for parent, index in reversed(above):
        children = (*parent.children[:index], result, *parent.children[index + 1 :])
        result = like(parent, parent.label, children)
    return result


# Strategies


def recursive_definitions(definitions: Mapping[str, Term]) -> set[str]:
    """The definitions that (through others) use themselves."""
    uses = {name: free_variables(term) & definitions.keys() for name, term in definitions.items()}
    found: set[str] = set()
    for name in uses:
        seen: set[str] = set()
        stack = list(uses[name])
        while stack:
            other = stack.pop()
            if other not in seen:
                seen.add(other)
                stack.extend(uses[other])
        if name in seen:
            found.add(name)
    return found


def _bound(name: str, link: Link) -> bool:
    while link is not None:
        above, index, node = link
        if node.op is POP and index == 0 and node.label[1] == name:
            return True
        link = above
    return False


def _policy(loops: Loops, definitions: Mapping[str, Term] | None, recursive: Iterable[str]) -> _Filter:
    at_head = set(recursive)

    def allows(rule: Rule, node: Term, link: Link, head: bool) -> bool:
        if rule is UNROLL:
            return loops == "always" or (loops == "head" and head)
        if rule is UNFOLD:
            name = node.label
            if definitions is None or name not in definitions:
                return False
            return (head or name not in at_head) and not _bound(name, link)
        return True

    return allows


def reduce(
    term: Term,
    strategy: Strategy = "normal",
    *,
    max_steps: int | None = DEFAULT_STEPS,
    max_seconds: float | None = None,
    seed: int = 0,
    definitions: Mapping[str, Term] | None = None,
    loops: Loops = "head",
    keep: bool = True,
) -> Reduction:
    """Reduce a term step by step under a strategy.

    | strategy | contracts |
    |---|---|
    | `normal` | the outermost redex, what runs first before arguments and handlers |
    | `head` | only what the machine would run: nothing inside an argument, a handler or a loop |
    | `leftmost` | the outermost redex that comes first in the text |
    | `parallel` | in each round all redexes that are in no other |
    | `random` | any redex, chosen by `seed` |

    `loops` says which loops may be unrolled: at the head, never, or always. Definitions are unfolded
    only if they are given. Without `keep` the path is not kept, only its length.
    """
    if strategy not in STRATEGIES:
        raise UsageProblem(f"the strategy is one of {', '.join(STRATEGIES)}; got {strategy!r}")
    if loops not in LOOPS:
        raise UsageProblem(f"loops is one of {', '.join(LOOPS)}; got {loops!r}")
    rules = (*TERMINATING, UNROLL, *((UNFOLD,) if definitions else ()))
    if loops == "never":
        rules = tuple(rule for rule in rules if rule is not UNROLL)
    recursive = recursive_definitions(definitions) if definitions else set()
    allows = None if rules == TERMINATING else _policy(loops, definitions, recursive)
    finder = Finder(rules, allows, strategy in ("normal", "head"))
    return rewrite(
        term,
        lambda item: finder.redexes(item, head_only=strategy == "head"),
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
