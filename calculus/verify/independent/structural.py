"""Equality of relational terms by the structural equations, by trying all ways in which they may match.

The equations: `;` is associative with unit `1`, `+` associative and commutative, `ex x. ex y. M` is
`ex y. ex x. M`, bound names do not matter, and neighbouring pushes at different locations commute, and
neighbouring pops. A canonical form is quicker, but may differ for terms that are equal; this does not.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from calculus.machine.relational.instructions import (
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    SKIP,
    SUM,
)
from calculus.term import VARIABLE, Op, Term
from calculus.term.node import size
from calculus.verify.independent import MOST


class _Scope(NamedTuple):
    """The variables bound around two places: in which chain of `ex`, and which go together so far."""

    ours: Mapping[str, int]
    theirs: Mapping[str, int]
    together: Mapping[tuple[str, int], str]
    back: Mapping[tuple[str, int], str]


def equal(left: Term, right: Term) -> bool:
    """Whether the equations make two terms equal, which have at most `MOST` nodes.

    It recurses on terms, and takes time that is exponential in the number of equal-looking summands.
    """
    if size(left) > MOST or size(right) > MOST:
        raise ValueError(f"a term of more than {MOST} nodes")
    return any(True for _ in _matches(left, right, _Scope({}, {}, {}, {}), count()))


def _matches(left: Term, right: Term, scope: _Scope, chains: Iterator[int]) -> Iterator[_Scope]:
    """The ways in which bound variables may go together so that the terms are equal."""
    left, right = _bare(left), _bare(right)
    if left.op is SEQUENCE or right.op is SEQUENCE:
        yield from _in_order(_sequence(left), _sequence(right), scope, chains)
    elif left.op is NEW:
        ours, inside = _chain(left)
        theirs, within = _chain(right)
        if len(ours) == len(theirs):
            chain = next(chains)
            inner = scope._replace(
                ours={**scope.ours, **dict.fromkeys(ours, chain)},
                theirs={**scope.theirs, **dict.fromkeys(theirs, chain)},
            )
            for found in _matches(inside, within, inner, chains):
                yield found._replace(ours=scope.ours, theirs=scope.theirs)
    elif left.op is SUM:
        yield from _in_any_order(_parts(left, SUM), _parts(right, SUM), scope, chains)
    elif left.op is VARIABLE:
        yield from _bound(left.label, right, scope)
    elif left.op is right.op and left.label == right.label and type(left.label) is type(right.label):
        yield from _in_order(left.children, right.children, scope, chains)


def _bound(name: str, other: Term, scope: _Scope) -> Iterator[_Scope]:
    if other.op is not VARIABLE or scope.ours.get(name) != scope.theirs.get(other.label):
        return
    chain = scope.ours.get(name)
    if chain is None:
        if name == other.label:
            yield scope
        return
    ours, theirs = (name, chain), (other.label, chain)
    if ours not in scope.together and theirs not in scope.back:
        yield scope._replace(
            together={**scope.together, ours: other.label}, back={**scope.back, theirs: name}
        )
    elif scope.together.get(ours) == other.label:
        yield scope


def _in_order(
    ours: Sequence[Term], theirs: Sequence[Term], scope: _Scope, chains: Iterator[int]
) -> Iterator[_Scope]:
    if len(ours) != len(theirs):
        return
    if not ours:
        yield scope
        return
    for found in _matches(ours[0], theirs[0], scope, chains):
        yield from _in_order(ours[1:], theirs[1:], found, chains)


def _in_any_order(
    ours: Sequence[Term], theirs: Sequence[Term], scope: _Scope, chains: Iterator[int]
) -> Iterator[_Scope]:
    if len(ours) != len(theirs):
        return
    if not ours:
        yield scope
        return
    for number, other in enumerate(theirs):
        if other in theirs[:number]:
            continue
        rest = [*theirs[:number], *theirs[number + 1 :]]
        for found in _matches(ours[0], other, scope, chains):
            yield from _in_any_order(ours[1:], rest, found, chains)


def _chain(term: Term) -> tuple[list[str], Term]:
    names = []
    while term.op is NEW:
        names.append(term.label[0])
        term = _bare(term.children[0])
    return names, term


def _bare(term: Term) -> Term:
    """What a sequence of one factor, and otherwise of `1`, is."""
    while term.op is SEQUENCE and len(factors := _sequence(term)) < 2:
        term = factors[0] if factors else NOTHING
    return term


def _parts(term: Term, op: Op) -> list[Term]:
    if term.op is not op:
        return [term]
    return [part for child in term.children for part in _parts(_bare(child) if op is SUM else child, op)]


def _sequence(term: Term) -> list[Term]:
    """The factors, without `1`, neighbouring pushes by location, and neighbouring pops."""
    found: list[Term] = []
    run: list[Term] = []
    for item in _parts(term, SEQUENCE):
        if item.op is SKIP:
            continue
        if run and item.op is not run[0].op:
            found += sorted(run, key=lambda action: str(action.label))
            run = []
        if item.op is PUSH or item.op is POP:
            run.append(item)
        else:
            found.append(item)
    return found + sorted(run, key=lambda action: str(action.label))
