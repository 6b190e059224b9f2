"""Unique normal forms by compiled code, and that this code does what reduction does.

`jit` has the code, which is written for the one signature of `spaces.plain` and follows tens of thousands of
terms a second. What it finds is looked into by `paths`, and so are the few terms that are too large for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from calculus.machine.relational.instructions import (
    CONSTRUCTOR,
    FAIL,
    FAILURE,
    LAMBDA,
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    SKIP,
    SUM,
    TEST,
    constructor,
    new,
    pop,
    push,
    sequence,
    sum_of,
    test,
    variable,
)
from calculus.rmc import reduction
from calculus.rmc.rules import (
    CLASH,
    DISTRIBUTE_LEFT,
    DISTRIBUTE_NEW,
    DISTRIBUTE_RIGHT,
    DROP,
    HOIST_LEFT,
    HOIST_RIGHT,
    SWAP,
    TERMINATING,
    UNIFY,
    UNIT_LEFT,
    UNIT_RIGHT,
    ZERO_LEFT,
    ZERO_RIGHT,
)
from calculus.rmc.rules import TEST as TESTED
from calculus.rmc.structure import flat, parts
from calculus.term import VARIABLE, Op, Term
from calculus.term.node import size as nodes
from calculus.verify.properties.rmc.confluence import jit
from calculus.verify.properties.rmc.confluence.paths import Endings, same
from calculus.verify.properties.rmc.confluence.spaces import OVER, plain
from calculus.verify.property import ENOUGH, Check, Failure, Kind, Part, Plan, Tally

Words = npt.NDArray[np.int64]

PLACES = (LAMBDA, "a")
LARGEST = 12
"""Nodes of the largest terms of which ranks are known: their variables fill a word."""

RULES = (
    ZERO_LEFT,
    ZERO_RIGHT,
    UNIT_LEFT,
    UNIT_RIGHT,
    CLASH,
    UNIFY,
    DROP,
    TESTED,
    HOIST_LEFT,
    HOIST_RIGHT,
    SWAP,
    DISTRIBUTE_LEFT,
    DISTRIBUTE_RIGHT,
    DISTRIBUTE_NEW,
)
"""The rules by their numbers in `jit`."""

ENDS = {
    jit.SEVERAL: "several normal forms",
    jit.CIRCLE: "a term that reduces to itself",
    jit.ODD: "a normal form that is no sum of spans",
    jit.LARGE: "too many terms",
}

_LEAVES: dict[Op, int] = {SKIP: jit.SKIP, FAIL: jit.FAIL}
_LISTS: dict[Op, int] = {SEQUENCE: jit.SEQUENCE, SUM: jit.SUM}
_ACTIONS: dict[Op, int] = {PUSH: jit.PUSH, POP: jit.POP}


# Terms and words


def encode(term: Term) -> Words:
    """The words of a flat closed term without iterations over `A`, `S/1` and the locations."""
    found: list[int] = []
    binders = 0
    todo: list[tuple[Term, dict[str, int]]] = [(term, {})]
    while todo:
        item, names = todo.pop()
        op = item.op
        if op in _LEAVES:
            found.append(_LEAVES[op])
        elif op in _LISTS:
            inside = parts(item, op)
            found.append(len(inside) << jit.BITS | _LISTS[op])
            todo += [(part, names) for part in reversed(inside)]
        elif op is NEW:
            binders += 1
            found.append(binders << jit.BITS | jit.NEW)
            todo.append((item.children[0], {**names, item.label[0]: binders}))
        elif op in _ACTIONS:
            value = _value(item.children[0], names) << jit.PLACES | PLACES.index(item.label)
            found.append(value << jit.BITS | _ACTIONS[op])
        elif op is TEST:
            one, other = (_value(child, names) for child in item.children)
            found.append((one | other << jit.VALUE) << jit.BITS | jit.TEST)
        else:
            raise ValueError(f"expected a term without iterations and calls, found {item}")
    return np.array(found, np.int64)


def _value(value: Term, names: dict[str, int]) -> int:
    times = 0
    while value.op is CONSTRUCTOR and value.children:
        value, times = value.children[0], times + 1
    return times << jit.NAME | (names[value.label] if value.op is VARIABLE else 0)


def decode(words: Words) -> Term:
    """The term of some words, its variables named by their numbers."""
    done: list[Term] = []
    # From right to left every part is done before what it is a part of.
    for word in reversed(words.tolist()):
        operator, rest = word & jit.OPERATOR, word >> jit.BITS
        if operator in (jit.SKIP, jit.FAIL):
            done.append(NOTHING if operator == jit.SKIP else FAILURE)
        elif operator == jit.NEW:
            done.append(new([f"x{rest}"], done.pop()))
        elif operator == jit.TEST:
            done.append(test(_read(rest & (1 << jit.VALUE) - 1), _read(rest >> jit.VALUE)))
        elif operator in (jit.PUSH, jit.POP):
            value, place = _read(rest >> jit.PLACES), PLACES[rest & (1 << jit.PLACES) - 1]
            done.append(push(value, place) if operator == jit.PUSH else pop(value, place))
        else:
            inside = [done.pop() for _ in range(rest)]
            done.append(sequence(*inside) if operator == jit.SEQUENCE else sum_of(*inside))
    return done[0]


def _read(value: int) -> Term:
    name = value & jit.NAMES
    found = variable(f"x{name}") if name else constructor("A")
    for _ in range(value >> jit.NAME):
        found = constructor("S", found)
    return found


def spans_of(form: Words) -> Term:
    """The term of a canonical normal form: a sum of spans, each with the number of its words in front."""
    summands, at = [], 0
    while at < len(form):
        end = at + int(form[at])
        actions = [decode(form[number : number + 1]) for number in range(at + 1, end)]
        last = max((int(word) >> jit.BITS + jit.PLACES & jit.NAMES for word in form[at + 1 : end]), default=0)
        summands.append(new([f"x{number}" for number in range(1, last + 1)], sequence(*actions)))
        at = end
    return sum_of(*summands) if summands else FAILURE


# The compiled code as functions of Python


def ranked(rank: int, terms: Words) -> Words:
    """The words of the term of a rank, flat."""
    raw, out = np.empty(jit.LONGEST, np.int64), np.empty(jit.LONGEST, np.int64)
    return out[: jit.flatten(raw, jit.unrank(rank, len(PLACES), terms, raw), out)]


def reducts(words: Words) -> Iterator[tuple[str, Words]]:
    """What a flat term comes to by one contraction, in all ways, with the names of the rules."""
    sites = np.empty((jit.SITES, jit.SITE), np.int64)
    raw = np.empty(jit.LONGEST, np.int64)
    for number in range(jit.scan(words, len(words), sites)):
        out = np.empty(jit.LONGEST, np.int64)
        length = jit.contract(words, len(words), sites[number], raw)
        yield RULES[sites[number, jit.RULE]].name, out[: jit.flatten(raw, length, out)]


def normal_form(words: Words) -> tuple[int, Words]:
    """How following all paths from a flat term ends, and its normal form."""
    form = np.empty(jit.LONGEST, np.int64)
    counts = np.zeros(jit.COUNTS, np.int64)
    how, length = jit.normal_forms(words, len(words), *jit.room(), form, counts)
    return int(how), form[:length]


# Parts


@dataclass(frozen=True)
class Compiled(Part):
    """Unique normal forms of all terms up to a size; what the compiled code cannot do, or finds wrong, is
    given to `otherwise`.
    """

    otherwise: Check
    size: int = 7
    unit: int = 20_000
    name: str = "compiled"

    kind: ClassVar[Kind] = "exhaustive"

    def bound(self, plan: Plan) -> int:
        return min(LARGEST, self.size if plan.size is None else plan.size)

    def total(self, plan: Plan) -> int:
        return plain(self.bound(plan)).total

    def statement(self, plan: Plan) -> str:
        return (
            f"every closed term without iterations of up to {self.bound(plan)} nodes {OVER} has one normal "
            "form, in which all paths from it end, and which is a sum of spans"
        )

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        tally = Tally(plan.certify)
        counts = np.zeros(jit.COUNTS, np.int64)
        size = self.bound(plan)
        while start < stop and len(tally.failures) < ENOUGH:
            how, rank = jit.check(start, stop, size, len(PLACES), counts)
            start = int(rank) + 1
            if how != jit.UNIQUE:
                self._look_into(plan, tally, int(rank), int(how))
        tally.checked += int(counts[jit.TERMS])
        tally.count("terms reached", int(counts[jit.ALL]))
        tally.count("contractions", int(counts[jit.CONTRACTIONS]))
        return tally

    def _look_into(self, plan: Plan, tally: Tally, rank: int, how: int) -> None:
        (term,) = plain(self.bound(plan)).range(rank, rank + 1)
        found = self.otherwise(term, tally)
        if found is None and how != jit.LARGE:
            found = f"compiled: {ENDS[how]}; by the rules: one normal form"
        if found is not None:
            tally.failures.append(Failure(rank, str(term), found, nodes(term)))


@dataclass(frozen=True)
class Agreement(Part):
    """That the compiled code has the terms, the contractions and the normal forms that reduction has."""

    size: int = 5
    less: int = 2
    unit: int = 500
    name: str = "engine"

    kind: ClassVar[Kind] = "exhaustive"

    def bound(self, plan: Plan) -> int:
        return self.size if plan.size is None else min(LARGEST, max(1, plan.size - self.less))

    def total(self, plan: Plan) -> int:
        return plain(self.bound(plan)).total

    def statement(self, plan: Plan) -> str:
        return (
            f"the compiled code has the closed terms without iterations of up to {self.bound(plan)} nodes "
            f"{OVER}, with the contractions and the normal forms that reduction gives them"
        )

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        tally = Tally(plan.certify)
        terms = jit.count(self.bound(plan), len(PLACES))
        for rank, term in enumerate(plain(self.bound(plan)).range(start, stop), start):
            found = disagreement(term, ranked(rank, terms), tally)
            tally.checked += 1
            if found is not None:
                tally.failures.append(Failure(rank, str(term), found, nodes(term)))
                if len(tally.failures) >= ENOUGH:
                    break
        return tally


def disagreement(term: Term, words: Words, tally: Tally) -> str | None:
    """What the compiled code has otherwise than reduction for the term that has these words."""
    term = flat(term)
    if not np.array_equal(words, encode(term)):
        return f"compiled: the term {decode(words)}"
    missing = [(name, decode(after)) for name, after in reducts(words)]
    for redex in reduction.redexes(term, TERMINATING):
        after = reduction.contract(term, redex)
        tally.count("contractions")
        alike = [
            number
            for number, (name, other) in enumerate(missing)
            if name == redex.rule.name and same(after, other)
        ]
        if not alike:
            return f"by {redex.rule.name} at {redex.position} comes to {after}; compiled: it does not"
        del missing[alike[0]]
    if missing:
        name, other = missing[0]
        return f"compiled: by {name} comes to {other}; reduction: it does not"
    forms = Endings().forms(term)
    how, form = normal_form(words)
    if how != jit.UNIQUE or len(forms) > 1 or not same(forms[0], spans_of(form)):
        found = ENDS.get(how) or str(spans_of(form))
        return f"compiled: {found}; normal forms by reduction: {'; '.join(map(str, forms))}"
    return None
