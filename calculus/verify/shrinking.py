"""Small subjects that still fail, from large ones.

`shrunk` takes a term of any calculus, or a program or a query, and a test. It replaces nodes by one of their
children or by the smallest leaf, drops definitions and values of the memory, and makes labels, names and
literals simpler, as long as the test still fails. What it ends with is a local minimum: no single such change
of it fails any more. Nothing becomes free that was bound.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, count
from typing import Any, TypeVar, cast

from calculus.eml.expressions.node import NUMBER, number
from calculus.eml.syntax import ONE
from calculus.machine import instructions as machine
from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH, SKIP, STAR, Text
from calculus.machine.relational import instructions as relational
from calculus.machine.relational.query import Query
from calculus.source.diagnostic import CalculusError
from calculus.term import VARIABLE, Op, Term, free_variables, node, substitute, variable
from calculus.term.binding import names_in
from calculus.term.node import canonical, postorder, size
from calculus.verify.generation.fmc import Program

S = TypeVar("S", bound=Term | Program | Query)

TRIES = 1_000
"""How often the test is tried, unless told otherwise."""

LARGEST = 5_000
"""Nodes, as a tree, of a term whose parts are tried one by one; a larger one is left as it is."""

Path = tuple[int, ...]


def shrunk(subject: S, fails: Callable[[S], bool], *, tries: int = TRIES) -> S:
    """A small subject for which `fails` is still true, as it is for the one given."""
    test = _Test(fails, tries)
    with suppress(_Spent):
        if isinstance(subject, Term):
            _shrunk_term(subject, test)
        else:
            _shrunk_bundle(_bundle(subject), test)
    return subject if test.best is None else cast(S, test.best)


class _Spent(Exception):
    """The budget of a test is."""


class _Test:
    """A test with a budget, which knows the last subject that failed."""

    def __init__(self, fails: Callable[[Any], bool], tries: int) -> None:
        self.fails = fails
        self.left = tries
        self.best: Any = None

    def __call__(self, subject: Any) -> bool:
        if self.left <= 0:
            raise _Spent
        self.left -= 1
        try:
            failed = self.fails(subject)
        except CalculusError:  # not what is looked for
            return False
        if not failed:
            return False
        self.best = subject
        return True


def _shrunk_bundle(bundle: "_Bundle", test: _Test) -> None:
    while True:
        before = bundle.terms
        bundle = _dropped(bundle, test)
        for key in bundle.terms:
            bundle = bundle.with_term(key, _shrunk_term(bundle.terms[key], _inside(bundle, key, test)))
        if bundle.terms == before:
            break


def _shrunk_term(term: Term, test: Callable[[Term], bool]) -> Term:
    term = canonical(term)
    if size(term) > LARGEST:
        return term
    while True:
        before = term
        term = _structure(term, test)
        for change in _relabelled(term):
            if test(change):
                term = change
                break
        if term is before:
            break
    tidied = _tidied(term)
    return tidied if tidied is not term and test(tidied) else term


def _structure(term: Term, test: Callable[[Term], bool]) -> Term:
    """Nodes made smaller or simpler one by one, from the root to the leaves, again and again."""
    changed = True
    while changed:
        changed = False
        place: Path | None = ()
        sizes = _sizes(term)
        while place is not None:
            for other in _simpler(term, _at(term, place), sizes):
                candidate = _with(term, place, other)
                if test(candidate):
                    term, changed = candidate, True
                    sizes = _sizes(term)
                    break
            else:
                place = _next(term, place)
    return term


def _sizes(term: Term) -> dict[int, int]:
    """The size of each node, by its id."""
    sizes: dict[int, int] = {}
    for item in postorder(term):
        sizes[id(item)] = 1 + sum(sizes[id(child)] for child in item.children)
    return sizes


def _at(term: Term, place: Path) -> Term:
    for index in place:
        term = term.children[index]
    return term


def _with(term: Term, place: Path, other: Term) -> Term:
    """The term with another node at a place."""
    parents = []
    for index in place:
        parents.append(term)
        term = term.children[index]
    for parent, index in zip(reversed(parents), reversed(place), strict=True):
        children = (*parent.children[:index], other, *parent.children[index + 1 :])
        other = node(parent.op, parent.label, children)
    return other


def _next(term: Term, place: Path) -> Path | None:
    """The place after one, from left to right, parents first."""
    if _at(term, place).children:
        return (*place, 0)
    while place:
        place, index = place[:-1], place[-1] + 1
        if index < len(_at(term, place).children):
            return (*place, index)
    return None


_VALUES = (VARIABLE, relational.CONSTRUCTOR, relational.CONSTANT)


def _simpler(term: Term, item: Term, sizes: dict[int, int]) -> Iterator[Term]:
    """What may stand for a node, small first; all of it is smaller, or as large and simpler."""
    leaf = _leaf(term, item)
    if leaf is not None and item is not leaf and (item.children or _weight(item) > _weight(leaf)):
        yield leaf
    if sizes[id(item)] > 16:
        yield from _deep(term, item, sizes)
    parts = [(item.children[index], [item] if index in item.op.binds else []) for index in _alike(term, item)]
    for part, binders in parts:
        yield _freed(term, part, binders)
    for part, binders in parts:
        for index in _alike(term, part):
            inside = [part] if index in part.op.binds else []
            yield _freed(term, part.children[index], binders + inside)
    if item.op is JOIN and item.label == STAR:
        yield from _grafted(*item.children)
    yield from _simpler_label(item)


def _grafted(first: Term, handler: Term) -> Iterator[Term]:
    """`A.B.*; N` as `A.B.N`, if that captures nothing."""
    actions = []
    free = free_variables(handler)
    while first.op in (PUSH, POP, PRIMITIVE):
        if first.op is POP and first.label[-1] in free:
            return
        actions.append(first)
        first = first.children[1 if first.op is PUSH else 0]
    if first is SKIP:
        for action in reversed(actions):
            before = action.children[:1] if action.op is PUSH else ()
            handler = node(action.op, action.label, (*before, handler))
        yield handler


def _deep(term: Term, item: Term, sizes: dict[int, int]) -> Iterator[Term]:
    """The part of a node that is less than half as large, on the way to its largest leaf."""
    binders: list[Term] = []
    place = item
    while 2 * sizes[id(place)] > sizes[id(item)]:
        index = max(_alike(term, place), key=lambda index: sizes[id(place.children[index])], default=None)
        if index is None:
            return
        if index in place.op.binds:
            binders.append(place)
        place = place.children[index]
    yield _freed(term, place, binders)


def _alike(term: Term, item: Term) -> list[int]:
    """The children that may stand for their parent. (The type that a pop may have is not one of them.)"""
    sort = _is_value(term, item)
    children = item.children[:1] if item.op is POP else item.children
    return [index for index, child in enumerate(children) if _is_value(term, child) == sort]


def _freed(term: Term, part: Term, binders: list[Term]) -> Term:
    """A part of a term without binders that were around it."""
    names = {binder.label[-1] for binder in binders} & free_variables(part)
    filler = SKIP if _calculus(term) == "machine" else _constant(term)
    return substitute(part, dict.fromkeys(names, filler)) if names else part


def _calculus(term: Term) -> str:
    return term.op.name.partition(".")[0]


def _is_value(term: Term, item: Term) -> bool:
    """Whether a node of a relational term is a value; in the other calculi all nodes are of one sort."""
    return _calculus(term) == "relational" and item.op in _VALUES


def _leaf(term: Term, item: Term) -> Term | None:
    """The smallest leaf that may stand for a node of a term."""
    match _calculus(term):
        case "machine":
            return SKIP
        case "relational":
            return _constant(term) if item.op in _VALUES else relational.NOTHING
        case "eml":
            return ONE
        case "expression":
            return number(1)
    return None


def _constant(term: Term) -> Term:
    """The first constant of a relational term in the order of the alphabet, or A."""
    names = [
        item.label for item in postorder(term) if item.op is relational.CONSTRUCTOR and not item.children
    ]
    return relational.constructor(min(names, default="A"))


def _weight(item: Term) -> tuple[int, ...]:
    """How simple a leaf is, for those of one size."""
    label = item.label
    if item in (SKIP, ONE, relational.NOTHING):
        return (0,)
    if item.op is VARIABLE:
        return (1,)
    if item.op is relational.CONSTRUCTOR:
        return (2, *map(ord, label))
    if isinstance(label, Text):
        return (4, len(label.value))
    if isinstance(label, int | Fraction):
        return (3, *_number_weight(Fraction(label)))
    return (5,)


def _number_weight(value: Fraction) -> tuple[int, int, int]:
    return value.denominator, abs(value.numerator), int(value < 0)


_LABELLED: dict[Op, Callable[[Any], Term]] = {
    JUMP: machine.jump,
    relational.CONSTANT: relational.constant,
    NUMBER: number,
}


def _simpler_label(item: Term) -> Iterator[Term]:
    """The node with a simpler literal, label or location."""
    label = item.label
    if item.op in _LABELLED:
        for other in _simpler_literals(label):
            yield _LABELLED[item.op](other)
    elif item.op in (PUSH, relational.PUSH, relational.POP) and label != LAMBDA:
        yield node(item.op, LAMBDA, item.children)
    elif item.op is POP and label[0] != LAMBDA:
        yield node(POP, (LAMBDA, label[1]), item.children)
    elif item.op in (JOIN, LOOP) and label != STAR:
        yield node(item.op, STAR, item.children)


def _simpler_literals(label: Any) -> Iterator[Any]:
    if isinstance(label, Text):
        half = len(label.value) // 2
        for text in dict.fromkeys(("", label.value[:half], label.value[half:])):
            if len(text) < len(label.value):
                yield Text(text)
        if label.value.strip("a"):
            yield Text("a" * len(label.value))
    elif isinstance(label, int | Fraction):
        value = Fraction(label)
        whole = int(value)
        toward = whole - 1 if whole > 0 else whole + 1
        for other in dict.fromkeys((0, 1, -whole, whole // 2, whole, toward)):
            if _number_weight(Fraction(other)) < _number_weight(value):
                yield other


def _relabelled(term: Term) -> Iterator[Term]:
    """The term with a label, or a location, exchanged everywhere for a simpler one."""
    prefix = _calculus(term)
    if prefix not in ("machine", "relational"):
        return
    order = postorder(term)
    locations: set[str] = set()
    labels: set[Any] = set()
    for item in order:
        if item.op in (PUSH, relational.PUSH, relational.POP):
            locations.add(item.label)
        elif item.op is POP:
            locations.add(item.label[0])
        elif item.op in (JUMP, JOIN, LOOP):
            labels.add(item.label)
    yield from _renamings(term, order, locations, (LAMBDA, "a", "b", "c"), _relocate)
    yield from _renamings(term, order, labels, (STAR, "J", "K", "E"), _rejump)


def _renamings(
    term: Term,
    order: list[Term],
    used: Iterable[Any],
    simple: tuple[str, ...],
    change: Callable[[Term, Any, str], Any],
) -> Iterator[Term]:
    """One of the labels in use exchanged for an earlier one of the simple ones, or for any of them."""
    for old in sorted(used, key=str):
        place = simple.index(old) if old in simple else len(simple)
        for new in simple[:place]:
            done: dict[int, Term] = {}
            for item in order:
                children = tuple([done[id(child)] for child in item.children])
                done[id(item)] = node(item.op, change(item, old, new), children)
            yield done[id(term)]


def _relocate(item: Term, old: str, new: str) -> Any:
    if item.op in (PUSH, relational.PUSH, relational.POP) and item.label == old:
        return new
    return (new, item.label[1]) if item.op is POP and item.label[0] == old else item.label


def _rejump(item: Term, old: Any, new: str) -> Any:
    return new if item.op in (JUMP, JOIN, LOOP) and item.label == old else item.label


_NAMES = ("x", "y", "z", "u", "v", "w")


def _tidied(term: Term) -> Term:
    """The term with what is bound named x, y, … by how many binders are around."""
    free = free_variables(term)
    fresh = (name for name in chain(_NAMES, (f"x{number}" for number in count(6))) if name not in free)
    names: list[str] = []

    def name(depth: int) -> str:
        while len(names) <= depth:
            names.append(next(fresh))
        return names[depth]

    # To do: a node with the names around it, or to build one.
    todo: list[tuple[Term, dict[str, str] | None, int]] = [(term, {}, 0)]
    done: list[Term] = []
    while todo:
        item, scope, depth = todo.pop()
        if scope is None:
            label = (*item.label[:-1], name(depth)) if item.op.binds else item.label
            first = len(done) - len(item.children)
            built = node(item.op, label, tuple(done[first:]))
            done[first:] = (built,)
            continue
        if item.op is VARIABLE:
            done.append(variable(scope[item.label]) if item.label in scope else item)
            continue
        todo.append((item, None, depth))
        inner = {**scope, item.label[-1]: name(depth)} if item.op.binds else scope
        for index in range(len(item.children) - 1, -1, -1):
            bound = index in item.op.binds
            todo.append((item.children[index], inner if bound else scope, depth + bound))
    return done[0]


@dataclass(frozen=True)
class _Bundle:
    """The terms of a program or a query: the main term, definitions, and the values of each stack."""

    original: Program | Query
    terms: dict[tuple[str, ...], Term]

    def with_term(self, key: tuple[str, ...], term: Term) -> "_Bundle":
        return replace(self, terms={**self.terms, key: term})

    def without(self, key: tuple[str, ...]) -> "_Bundle":
        return replace(self, terms={other: term for other, term in self.terms.items() if other != key})

    def unused(self) -> list[tuple[str, ...]]:
        """The definitions that the main term does not get to."""
        found = [self.terms[("main",)]]
        left = {key[1]: term for key, term in self.terms.items() if key[0] == "definition"}
        while found:
            found = [left.pop(name) for name in _called(found.pop()) if name in left] + found
        return [("definition", name) for name in left]

    def subject(self) -> Program | Query:
        definitions = {key[1]: term for key, term in self.terms.items() if key[0] == "definition"}
        main = self.terms[("main",)]
        if isinstance(self.original, Query):
            stacks: dict[str, list[Term]] = {}
            for key, term in self.terms.items():
                if key[0] == "stack":
                    stacks.setdefault(key[1], []).append(term)
            return replace(self.original, term=main, definitions=definitions, stacks=stacks)
        return Program(definitions, main)


def _called(term: Term) -> set[str]:
    """The names of definitions that a term may use."""
    return names_in([term]) | {item.label for item in postorder(term) if item.op is relational.CALL}


def _bundle(subject: Program | Query) -> _Bundle:
    terms: dict[tuple[str, ...], Term] = {}
    if isinstance(subject, Query):
        terms[("main",)] = subject.term
        for location, values in subject.stacks.items():
            terms |= {("stack", location, str(place)): value for place, value in enumerate(values)}
    else:
        terms[("main",)] = subject.main
    terms |= {("definition", name): term for name, term in subject.definitions.items()}
    return _Bundle(subject, {key: canonical(term) for key, term in terms.items()})


def _dropped(bundle: _Bundle, test: _Test) -> _Bundle:
    """Without the definitions that nothing uses, and the values of the memory, that the failure needs not."""
    for key in [*bundle.unused(), *(key for key in bundle.terms if key[0] == "stack")]:
        smaller = bundle.without(key)
        if test(smaller.subject()):
            bundle = smaller
    return bundle


def _inside(bundle: _Bundle, key: tuple[str, ...], test: _Test) -> Callable[[Term], bool]:
    """The test of a bundle as one of a term of it."""
    return lambda term: test(bundle.with_term(key, term).subject())
