"""Superposition: the terms in which the left sides of two rules overlap, from the rules as data.

A left side becomes a *shape*, in which sequences and sums are lists of what they are made of. One shape is
laid over a part of another: constructs over the same constructs, a hole over anything; two lists are moved
against each other in all ways in which they share a place, and what sticks out stays. So the overlaps are
those modulo associativity, and with the hole at the end of a rule standing for all that follows.

A shape becomes terms by giving each metavariable what it may stand for. A hole becomes an *opaque* term, an
iteration that pushes, at a location that nothing else uses, all variables that may be free in it; no rule but
`unroll` has anything to do with it, and substitution reaches its variables. What joins with opaque terms
joins with any terms in their places, as each step of the paths can be made with these.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from calculus.machine.relational.instructions import (
    FAILURE,
    LAMBDA,
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    STAR,
    SUM,
    TEST,
    constructor,
    push,
    sequence,
    star,
    sum_of,
)
from calculus.rmc.rules import (
    Binder,
    Block,
    FailOf,
    Hole,
    NewOf,
    NotFree,
    Pattern,
    Place,
    PopOf,
    PushOf,
    Rule,
    SequenceOf,
    SkipOf,
    StarOf,
    SumOf,
    TestOf,
    Value,
)
from calculus.term import VARIABLE, Op, Term, node, variable

Names = Mapping[str, str]

WIDTH = 2
"""Binders of a block: those of which a rule speaks as X."""

PLACES = (LAMBDA, "a", "b")
"""Locations that places stand for, in all ways that are not the same but for names."""

_A, _S = "A", "S"


@dataclass(frozen=True, slots=True)
class Shape:
    """A construct, a hole (without operator) or, of a sequence or a sum, a list.

    `names` are metavariables: of a hole its name, of `ex` the bound one, of an action the place and the
    values. What a `closed` binder binds is not free in its body.
    """

    op: Op | None
    names: tuple[str, ...] = ()
    parts: tuple["Shape", ...] = ()
    closed: bool = False

    def renamed(self, names: Names) -> "Shape":
        parts = tuple(part.renamed(names) for part in self.parts)
        return replace(self, names=tuple(names.get(name, name) for name in self.names), parts=parts)


def shape(rule: Rule, mark: str = "") -> Shape:
    """The left side of a rule, its metavariables marked."""
    closed = {item.binder for item in rule.conditions if isinstance(item, NotFree) and not item.renamed}
    return _shape(rule.left, closed, mark)


def _shape(pattern: Pattern, closed: set[Binder], mark: str) -> Shape:
    def below(*inner: Pattern) -> tuple[Shape, ...]:
        return tuple(_shape(item, closed, mark) for item in inner)

    def marked(*names: Place | Value) -> tuple[str, ...]:
        return tuple(mark + name.name for name in names)

    match pattern:
        case Hole(name):
            return Shape(None, (mark + name,))
        case SkipOf():
            return Shape(NOTHING.op)
        case FailOf():
            return Shape(FAILURE.op)
        case SequenceOf(first, second):
            return several(SEQUENCE, below(first, second))
        case SumOf(first, second):
            return several(SUM, below(first, second))
        case NewOf(binder, body):
            return Shape(NEW, (mark + binder.name,), below(body), binder in closed)
        case StarOf(body):
            return Shape(STAR, (), below(body))
        case PushOf(value, place):
            return Shape(PUSH, marked(place, value))
        case PopOf(value, place):
            return Shape(POP, marked(place, value))
        case TestOf(left, right):
            return Shape(TEST, marked(left, right))
        case Block(binders, before, pair, after):
            inside = several(SEQUENCE, below(Hole(before), pair, Hole(after)))
            for number in range(WIDTH):
                inside = Shape(NEW, (f"{mark}{binders}{number}",), (inside,))
            return inside
    raise TypeError(f"{pattern} is no left side that can be laid over others")


def several(op: Op, items: Iterable[Shape]) -> Shape:
    """A list without lists of the same kind in it."""
    return Shape(op, (), tuple(part for item in items for part in (item.parts if item.op is op else (item,))))


@dataclass(frozen=True, slots=True)
class Overlay:
    """One shape over another; `names` are metavariables of the upper one that are now others of the lower.

    It is `real` if some construct is over a construct, not only holes over or under something.
    """

    shape: Shape
    names: Names
    real: bool


def superpositions(one: Rule, other: Rule) -> Iterator[tuple[Shape, bool]]:
    """The shapes in which the left side of the other rule lies over a part of that of the first, and whether
    they really overlap; if not, one is inside a hole of the other, or they have only what is next to them in
    common.
    """
    whole, upper = shape(one), shape(other, "'")
    for path, part in _places(whole):
        for laid in _overlays(part, upper):
            yield _put(whole, path, laid.shape).renamed(laid.names), laid.real


def _places(whole: Shape) -> Iterator[tuple[tuple[int, ...], Shape]]:
    stack: list[tuple[tuple[int, ...], Shape]] = [((), whole)]
    while stack:
        path, part = stack.pop()
        yield path, part
        stack += [((*path, number), inner) for number, inner in enumerate(part.parts)]


def _put(whole: Shape, path: tuple[int, ...], new: Shape) -> Shape:
    if not path:
        return new
    at = path[0]
    parts = (*whole.parts[:at], _put(whole.parts[at], path[1:], new), *whole.parts[at + 1 :])
    return several(whole.op, parts) if whole.op in (SEQUENCE, SUM) else replace(whole, parts=parts)


def _overlays(lower: Shape, upper: Shape) -> Iterator[Overlay]:
    """The ways to lay one shape over another, roots together."""
    if lower.op is None:
        yield Overlay(upper, {}, False)
    elif upper.op is None:
        yield Overlay(lower, {}, False)
    elif lower.op is upper.op and lower.op in (SEQUENCE, SUM):
        for offset in range(1 - len(upper.parts), len(lower.parts)):
            yield from _aligned(lower, upper, offset)
    elif lower.op is upper.op:
        names = dict(zip(upper.names, lower.names, strict=True))
        for laid, more, _ in _all_over(lower.parts, upper.parts):
            merged = replace(lower, parts=laid, closed=lower.closed or upper.closed)
            yield Overlay(merged, names | more, True)


def _aligned(lower: Shape, upper: Shape, offset: int) -> Iterator[Overlay]:
    """A list over another, its first part over the one of that number."""
    assert lower.op is not None
    start, end = max(0, offset), min(len(lower.parts), offset + len(upper.parts))
    before = upper.parts[: max(0, -offset)] + lower.parts[:start]
    after = lower.parts[end:] + upper.parts[end - offset :]
    shared = upper.parts[start - offset : end - offset]
    for laid, names, real in _all_over(lower.parts[start:end], shared):
        yield Overlay(several(lower.op, (*before, *laid, *after)), names, real)


def _all_over(
    lower: tuple[Shape, ...], upper: tuple[Shape, ...]
) -> Iterator[tuple[tuple[Shape, ...], dict[str, str], bool]]:
    """Each of some shapes over another."""
    for chosen in product(*(list(_overlays(*pair)) for pair in zip(lower, upper, strict=True))):
        names: dict[str, str] = {}
        for laid in chosen:
            names |= laid.names
        yield tuple(laid.shape for laid in chosen), names, any(laid.real for laid in chosen)


# From shapes to terms


def instances(whole: Shape, plain: bool = False) -> Iterator[list[Term]]:
    """The terms that a shape stands for, holes opaque: for each way to choose values, those with locations
    chosen in all ways. Values are `A`, variables and, unless `plain`, `S` of a variable.
    """
    whole = _with_names(whole, frozenset())
    scopes = _scopes(whole)
    metavariables = _metavariables(whole)
    places = [name for name, kind in metavariables if kind is Place]
    values = [name for name, kind in metavariables if kind is Value]
    # To a test, which is one of pushes and pops on λ, that location is not like others.
    tested = any(part.op is TEST for _, part in _places(whole))
    locations = list(_assigned(PLACES, len(places), 1 if tested else 0))
    for chosen in product(*(_values(scopes[name], plain) for name in values)):
        if _in_order(chosen):
            known = dict(zip(values, chosen, strict=True))
            yield [_term(whole, dict(zip(places, where, strict=True)), known, scopes) for where in locations]


def _with_names(whole: Shape, bound: frozenset[str]) -> Shape:
    """The shape with binders of one name where they are not in one another, so that hygiene is put to use."""
    (name,) = whole.names if whole.op is NEW else ("",)
    short = name.lstrip("'")
    if name == short or short in bound:
        parts = tuple(_with_names(part, bound | {name}) for part in whole.parts)
        return replace(whole, parts=parts)
    return _with_names(replace(whole, names=(short,)), bound)


def _metavariables(whole: Shape) -> list[tuple[str, type]]:
    """Places and values, in the order in which they occur."""
    found: dict[tuple[str, type], None] = {}
    for _, part in _places(whole):
        if part.op is PUSH or part.op is POP:
            found |= {(part.names[0], Place): None, (part.names[1], Value): None}
        elif part.op is TEST:
            found |= {(name, Value): None for name in part.names}
    return list(found)


def _scopes(whole: Shape) -> dict[str, tuple[str, ...]]:
    """The variables that may be free in what holes and values stand for, outermost first."""
    found: dict[str, tuple[str, ...]] = {}
    stack: list[tuple[Shape, tuple[str, ...]]] = [(whole, ())]
    while stack:
        part, scope = stack.pop()
        inner = (*scope, *part.names) if part.op is NEW and not part.closed else scope
        if part.op is not NEW:
            for name in part.names:
                found[name] = tuple(item for item in found.get(name, scope) if item in scope)
        stack += [(item, inner) for item in part.parts]
    return found


def _values(scope: tuple[str, ...], plain: bool) -> list[Term]:
    near = dict.fromkeys((*scope[:WIDTH], *scope[-WIDTH:]))
    variables = [variable(_bound(name)) for name in near]
    found = [constructor(_A), *variables]
    return found if plain else [*found, constructor(_S, (variables or found)[0])]


def _assigned(items: tuple[str, ...], count: int, known: int) -> Iterator[tuple[str, ...]]:
    """The ways to choose so many items; those after the first `known` come into it in their order."""
    for chosen in product(items, repeat=count):
        new = [item for item in dict.fromkeys(chosen) if item not in items[:known]]
        if new == list(items[known : known + len(new)]):
            yield chosen


def _in_order(values: Iterable[Term]) -> bool:
    """Whether the binders of the first block occur in values in their order; they may be exchanged."""
    names = dict.fromkeys(
        item.label for value in values for item in (value, *value.children) if item.op is VARIABLE
    )
    first = [name for name in names if name.startswith("x") and name[1:].isdigit()]
    return first == sorted(first)


def _bound(name: str) -> str:
    """The variable that a binder stands for."""
    return name.replace("'", "v").lower()


def opaque(name: str, scope: tuple[str, ...]) -> Term:
    """A term of which nothing is known but the variables in it."""
    name = name.replace("'", "v")
    return star(push(constructor(name, *(variable(_bound(item)) for item in scope)), name.lower() + "0"))


def is_opaque(term: Term) -> bool:
    """Whether a term is opaque."""
    return term.op is STAR and term.children[0].op is PUSH and str(term.children[0].label).endswith("0")


def _term(
    whole: Shape,
    places: Mapping[str, str],
    values: Mapping[str, Term],
    scopes: Mapping[str, tuple[str, ...]],
) -> Term:
    """(A shape is a few constructs deep: this recurses.)"""
    inner = [_term(part, places, values, scopes) for part in whole.parts]
    op, names = whole.op, whole.names
    if op is None:
        return opaque(names[0], scopes[names[0]])
    if op is SEQUENCE:
        return sequence(*inner)
    if op is SUM:
        return sum_of(*inner)
    if op is NEW:
        return node(NEW, (_bound(names[0]),), tuple(inner))
    if op is PUSH or op is POP:
        return node(op, places[names[0]], (values[names[1]],))
    if op is TEST:
        return node(op, None, tuple(values[name] for name in names))
    return node(op, None, tuple(inner))
