"""Critical pairs: the overlaps of the rules as data, each with the sequences that join it.

The peaks of `superposition` become *schematic terms*: a hole is a node of its own whose children are the
variables bound around it, so that it stands for any term in which these may occur, and substitution in it is
kept. Each label and location metavariable becomes a name: those of one kind once all different, and once
equal in every way that the rules' conditions let them be; locations are also λ where that matters.

**Why one join is a join of all instances.** Reduction is stable under putting terms for holes: a contraction
matches constructs only; where a hole's term has a variable that a context binds, the binder is renamed
(`NotCaptured` can always be had); and substitution goes into the hole's children as it would into its term.
The rules compare labels and locations for equality only, so the names do not matter. `Defined` depends on the
literals alone, and no rule asks more of a literal than that and equality, so one choice stands for all.

**What follows.** Written out for all labels, locations and contexts, the rules are an infinite system of
left-linear pattern rewriting without conditions, and such a system is locally confluent if its critical pairs
join (Nipkow, *Higher-order critical pairs*, 1991; Mayr and Nipkow, 1998): overlaps in holes join by
themselves. The pairs here are those in which contexts have the actions that the two rules name, in every
interleaving, and up to `SPARE` others; with these others, one δ rule for each number of operands. That longer
contexts change nothing is an argument, not a computation: a further action takes part in neither contraction,
stays where it is in the joining steps of β and δ, whose conditions it meets as it did before, and makes the
join of prefix longer by one prefix step on each side. Confluence of terms that reduce for ever does not
follow from local confluence; it is the papers' theorem.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

from calculus.fmc import rules as data
from calculus.fmc.matching import computed, match_rule
from calculus.fmc.reduction import contract
from calculus.fmc.rules import (
    Binder,
    Defined,
    Hole,
    JoinOf,
    JumpOf,
    Label,
    Literal,
    LoopOf,
    Pattern,
    Place,
    PopOf,
    PrimitiveOf,
    PushOf,
    Rule,
)
from calculus.machine.instructions import (
    JOIN,
    LAMBDA,
    LOOP,
    PRIMITIVE,
    PUSH,
    STAR,
    Jump,
    Text,
    join,
    jump,
    loop,
    pop,
    primitive,
    push,
    variable,
)
from calculus.machine.rewriting import Redex, subterm
from calculus.term import Op, Term, nameless, node
from calculus.term.node import postorder, size
from calculus.verify.certificates.claims import joins
from calculus.verify.properties.fmc.confluence.joining import Fork, Join, Joiner, Path, at, replayed
from calculus.verify.properties.fmc.confluence.superposition import Atom, Peak, peaks
from calculus.verify.property import Check, Part, Plan, Tally, look

SPARE = 1
"""Actions of contexts that neither rule names."""

HOLE = Op("schema.hole")
"""A hole of a schematic term: its name, and what the variables bound around it have become."""

LITERALS: tuple[Jump, ...] = (1, 2, "True", "False", Text("s"), Text("t"))
"""Constants to choose from for the literals of a rule."""

_LABELS, _PLACES, _HOLES, _BOUND = "JKLIH", "abcdegh", "MNPQRSTUVW", "xyzuvw"


@dataclass(frozen=True, slots=True)
class CriticalPair:
    """A schematic term, and two rules that apply to it, one at the root and one at `position`."""

    term: Term
    outer: Rule
    inner: Rule
    position: tuple[int, ...]

    def sides(self) -> tuple[Fork, Fork]:
        found = []
        for rule, position in ((self.outer, ()), (self.inner, self.position)):
            redex = at(rule, position)
            found.append(Fork(redex, contract(self.term, redex)))
        return found[0], found[1]

    def __str__(self) -> str:
        where = f" at {'.'.join(map(str, self.position))}" if self.position else ""
        return f"{self.outer.name} and {self.inner.name}{where}: {shown(self.term)}"

    def told(self, joined: Join | None) -> str:
        """The pair with its two reducts and how they join."""
        left, right = self.sides()
        lines = [str(self)]
        paths = ((), ()) if joined is None else (joined.left, joined.right)
        for side, path in zip((left, right), paths, strict=True):
            steps = [(side.redex.rule.name, side.term)]
            steps += [(step.rule, step.term) for step in replayed(side.term, path)]
            lines.append("  " + "".join(f" →{name} {shown(term)}" for name, term in steps).strip())
        return "\n".join(lines)


def critical_pairs() -> Sequence[CriticalPair]:
    """All critical pairs of the rules, each once."""
    return _critical_pairs(data.RULES)


@lru_cache(4)
def _critical_pairs(rules: tuple[Rule, ...]) -> tuple[CriticalPair, ...]:
    typical: dict[Pattern, Rule] = {}
    for rule in rules:
        typical.setdefault(_shape(rule.left), rule)
    found: dict[Any, CriticalPair] = {}
    for outer, inner in product(rules, rules):
        both = typical[_shape(outer.left)] is outer and typical[_shape(inner.left)] is inner
        for peak in peaks(outer, inner, SPARE if both else 0):
            for pair in _instances(peak):
                sides = frozenset(((outer.name, ()), (inner.name, pair.position)))
                found.setdefault((nameless(pair.term), sides), pair)
    return tuple(found.values())


def _shape(pattern: Any) -> Pattern:
    """A left side without the names of primitives."""
    changes: dict[str, Any] = {
        name: _shape(part)
        for name in ("argument", "body", "first", "handler")
        if (part := getattr(pattern, name, None)) is not None
    }
    if isinstance(pattern, PrimitiveOf):
        changes["name"] = ""
    shape: Pattern = replace(pattern, **changes) if changes else pattern
    return shape


# From peaks to schematic terms


def _instances(peak: Peak) -> Iterator[CriticalPair]:
    """A peak with names for its labels and locations, in every way in which they may be equal."""
    classes = _Classes()
    for relation in peak.relations:
        if relation.same:
            classes.unite(relation.left, relation.right)
    differ = [(classes.root(item.left), classes.root(item.right)) for item in peak.relations if not item.same]
    atoms = list(dict.fromkeys(map(classes.root, _atoms(peak.pattern))))
    literals = [atom for atom in atoms if isinstance(atom, Literal)]
    labels = [atom for atom in atoms if isinstance(atom, Label)]
    places = [atom for atom in atoms if isinstance(atom, Place)]
    fixed = [atom for atom in atoms if atom == LAMBDA]
    constants = _constants(peak, literals, classes)
    if constants is None:
        return
    for names in product(_partitions(labels, [], _LABELS), _partitions(places, fixed, _PLACES)):
        named: dict[Atom, Any] = {**names[0], **names[1], **constants}
        if any(named.get(left, left) == named.get(right, right) for left, right in differ):
            continue
        term = _Builder(classes, named).build(peak.pattern, ())
        if match_rule(peak.outer, term) and match_rule(peak.inner, subterm(term, peak.position)):
            yield CriticalPair(term, peak.outer, peak.inner, peak.position)


class _Classes:
    """Atoms that are the same. What stands for a class is λ or a literal, if it has one."""

    def __init__(self) -> None:
        self.parents: dict[Atom, Atom] = {}

    def root(self, atom: Atom) -> Atom:
        while atom in self.parents:
            atom = self.parents[atom]
        return atom

    def unite(self, left: Atom, right: Atom) -> None:
        left, right = self.root(left), self.root(right)
        if left == right:
            return
        if right == LAMBDA or isinstance(right, Literal):
            left, right = right, left
        self.parents[right] = left


def _atoms(pattern: Pattern) -> Iterator[Atom]:
    """The atoms of a pattern, from left to right; λ also for a primitive."""
    match pattern:
        case PushOf(argument, location, body):
            yield from _atoms(argument)
            yield location
            yield from _atoms(body)
        case PopOf(location, _, body):
            yield location
            yield from _atoms(body)
        case PrimitiveOf(_, body):
            yield LAMBDA
            yield from _atoms(body)
        case JumpOf(Label() | Literal() as label):
            yield label
        case JoinOf(first, label, handler):
            yield from _atoms(first)
            yield label
            yield from _atoms(handler)
        case LoopOf(body, label):
            yield from _atoms(body)
            yield label


def _partitions(atoms: list[Any], fixed: list[Any], names: str) -> Iterator[dict[Atom, str]]:
    """The ways to name atoms, equal ones alike; some may have a name that is fixed."""
    choices: list[list[str]] = [[]]
    for _ in atoms:
        choices = [
            [*chosen, name]
            for chosen in choices
            for name in (*fixed, *names[: len(set(chosen) - set(fixed)) + 1])
        ]
    for chosen in choices:
        yield dict(zip(atoms, chosen, strict=True))


def _constants(peak: Peak, literals: list[Literal], classes: _Classes) -> dict[Atom, Jump] | None:
    """Constants for the literals, on which the primitives have results."""
    wanted = [item for item in peak.outer.conditions if isinstance(item, Defined)]
    second = [item for item in peak.inner.conditions if isinstance(item, Defined)]
    asked = [(item.primitive, [classes.root(operand) for operand in item.operands]) for item in wanted]
    for item in second:
        operands = [classes.root(Literal(f"{operand.name}2")) for operand in item.operands]
        asked.append((item.primitive, operands))
    for chosen in product(LITERALS, repeat=len(literals)):
        constants: dict[Atom, Jump] = dict(zip(literals, chosen, strict=True))
        if all(computed(name, tuple(constants[item] for item in items)) is not None for name, items in asked):
            return constants
    return None


class _Builder:
    """Builds a schematic term; holes are named in the order in which they are met."""

    def __init__(self, classes: _Classes, named: dict[Atom, Any]) -> None:
        self.classes = classes
        self.named = named
        self.holes: dict[str, str] = {}

    def build(self, pattern: Pattern, scope: tuple[str, ...]) -> Term:
        match pattern:
            case Hole(name):
                named = self.holes.setdefault(name, _HOLES[len(self.holes)])
                return node(HOLE, named, tuple(map(variable, scope)))
            case PushOf(argument, location, body):
                pushed = self.build(argument, scope)
                return push(pushed, self.build(body, scope), self.name(location))
            case PopOf(location, Binder(), body):
                bound = _BOUND[len(scope)]
                return pop(bound, self.build(body, (*scope, bound)), self.name(location))
            case PrimitiveOf(name, body):
                return primitive(name, self.build(body, scope))
            case JumpOf(Label() | Literal() as label):
                return jump(self.name(label))
            case JoinOf(first, label, handler):
                one = self.build(first, scope)
                return join(one, self.name(label), self.build(handler, scope))
            case LoopOf(body, label):
                return loop(self.build(body, scope), self.name(label))
        raise TypeError(f"{pattern} does not occur in a peak")

    def name(self, atom: Any) -> Any:
        root = self.classes.root(atom)
        return self.named.get(root, root)


# Joining them


class CriticalPairs(Part):
    """Every critical pair joins."""

    name = "critical-pairs"
    unit = 200
    kind = "structural"

    def total(self, plan: Plan) -> int:
        return len(critical_pairs())

    def statement(self, plan: Plan) -> str:
        return (
            f"each of the {self.total(plan)} critical pairs of the {len(data.RULES)} rules joins, for all "
            f"terms, labels and locations in it (contexts with up to {SPARE} action that neither rule names)"
        )

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        pairs = enumerate(critical_pairs()[start:stop], start)
        return look(plan, pairs, checked(), str, lambda pair: size(pair.term))


def checked() -> Check:
    """Looks at critical pairs, one after the other."""
    joiner = Joiner(Schematic(data.RULES).redexes)

    def violation(pair: CriticalPair, tally: Tally) -> str | None:
        left, right = pair.sides()
        joined = joiner.join(pair.term, left, right)
        if joined is None:
            return f"{left.redex.rule.name} gives {shown(left.term)}; {right.redex.rule.name} gives " + (
                f"{shown(right.term)}; no common reduct was found"
            )
        tally.count("joining steps", len(joined.left) + len(joined.right))
        if tally.certify:
            tally.claims.append(_claim(pair, joined))
        return None

    return violation


def joined(pair: CriticalPair) -> Join | None:
    """How a pair joins."""
    left, right = pair.sides()
    return Joiner(Schematic(data.RULES).redexes).join(pair.term, left, right)


class Schematic:
    """Finds the redexes of schematic terms, by matching each rule everywhere outside of holes."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules: dict[Op, list[tuple[Rule, str | None]]] = {PUSH: [], JOIN: [], LOOP: []}
        ops = {PushOf: PUSH, JoinOf: JOIN, LoopOf: LOOP}
        for rule in rules:
            self.rules[ops[type(rule.left)]].append((rule, _primitive_of(rule.left)))

    def redexes(self, term: Term) -> Iterator[Redex[Rule]]:
        """Outermost first, then from left to right."""
        present = {item.label for item in postorder(term) if item.op is PRIMITIVE}
        stack: list[tuple[Term, tuple[int, ...]]] = [(term, ())]
        while stack:
            item, position = stack.pop()
            if item.op is HOLE:
                continue
            for rule, needed in self.rules.get(item.op, ()):
                if (needed is None or needed in present) and match_rule(rule, item) is not None:
                    yield at(rule, position)
            stack += [(child, (*position, index)) for index, child in enumerate(item.children)][::-1]


def _primitive_of(pattern: Any) -> str | None:
    while pattern is not None and not isinstance(pattern, PrimitiveOf):
        pattern = getattr(pattern, "body", None)
    return pattern.name if isinstance(pattern, PrimitiveOf) else None


def _without_holes(term: Term, fill: Any) -> Term:
    """A schematic term with terms for its holes, made of their names and their children."""
    done: dict[int, Term] = {}
    for item in postorder(term):
        children = tuple(done[id(child)] for child in item.children)
        done[id(item)] = (
            fill(item.label, children) if item.op is HOLE else node(item.op, item.label, children)
        )
    return done[id(term)]


def shown(term: Term) -> str:
    """The text of a schematic term; a hole with what has become of its variables: `M[x]`."""

    def fill(name: str, children: tuple[Term, ...]) -> Term:
        return variable(f"{name}[{', '.join(map(str, children))}]" if children else name)

    return str(_without_holes(term, fill))


def instance(term: Term) -> Term:
    """A term of the calculus that a schematic one stands for: the hole `M[x]` becomes `x ; m`."""

    def fill(name: str, children: tuple[Term, ...]) -> Term:
        filled = variable(name.lower())
        for child in reversed(children):
            filled = join(child, STAR, filled)
        return filled

    return _without_holes(term, fill)


def _claim(pair: CriticalPair, joined: Join) -> dict[str, Any]:
    term = instance(pair.term)
    sides = [Fork(side.redex, contract(term, side.redex)) for side in pair.sides()]
    paths: list[Path] = [joined.left, joined.right]
    steps = [replayed(side.term, path) for side, path in zip(sides, paths, strict=True)]
    return joins("fmc", term, sides[0].step(), sides[1].step(), *steps)
