"""Reduction of the RMC: confluence, exhaustively for small terms; that rules keep what terms denote; that
normal forms say everything.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from types import FrameType
from typing import Any

import pytest

from calculus.machine.relational.instructions import (
    LAMBDA,
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    STAR,
    SUM,
    new,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.rmc.normal import normal_form
from calculus.rmc.reduction import contract, redexes, reduce
from calculus.rmc.rules import SLIDES, TERMINATING, UNROLL
from calculus.rmc.structure import binders, canonical_form, flat, parts
from calculus.term import Term, alpha_equal
from calculus.term.binding import fresh, names_in, substitute
from calculus.term.node import size
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.enumeration.ranked import Space
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.paths import bounded
from tests.property.parts import checked


class NormalForms:
    """The one normal form of each term, up to the structural equations, along all paths that there are."""

    def __init__(self) -> None:
        self.known: dict[Term, Term] = {}

    def of(self, term: Term) -> Term:
        stack = [flat(term)]
        while stack:
            item = stack[-1]
            after = [contract(item, redex) for redex in redexes(item, TERMINATING)]
            missing = [other for other in after if other not in self.known]
            if missing:
                stack += missing
                continue
            stack.pop()
            forms = {self.known[other] for other in after} or {canonical_form(item)}
            assert len(forms) == 1, f"{item} has the normal forms {' and '.join(map(str, forms))}"
            self.known[item] = forms.pop()
        return self.known[flat(term)]


def check_confluence(terms: Space) -> int:
    forms = NormalForms()
    count = 0
    for term in terms:
        forms.of(term)
        count += 1
    return count


SMALL = [
    enumeration.space(6, locations=(LAMBDA,)),
    enumeration.space(5, stars=True),
    enumeration.space(4, stars=True, free=("p",)),
]
LARGER = [
    enumeration.space(8, locations=(LAMBDA,)),
    enumeration.space(9, constructors=(("A", 0),), locations=(LAMBDA,), deepest=1),
    enumeration.space(8),
    enumeration.space(7, stars=True),
    enumeration.space(6, stars=True, free=("p",)),
]


@pytest.mark.parametrize("terms", SMALL, ids=["one", "two", "open"])
def test_confluence(terms: Space) -> None:
    assert check_confluence(terms) == terms.total


@pytest.mark.long
@pytest.mark.parametrize("terms", LARGER, ids=["one", "constant", "two", "stars", "open"])
def test_confluence_at_length(terms: Space) -> None:
    assert check_confluence(terms) == terms.total


class TooLong(Exception):
    pass


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def sample(seed: int, largest: int, **features: Any) -> Term:
    rng = Random(f"rmc reduction {seed}")
    return generation.term(
        rng.randrange, rng.randint(4, largest), free=("p",) if seed % 3 == 0 else (), **features
    )


@pytest.mark.long
def test_confluence_of_larger_terms() -> None:
    """Some have too many paths to follow them all."""
    followed = 0
    for seed in range(3000):
        term = sample(seed, 20, constructors={"A": 0, "S": 1})
        try:
            with at_most(3):
                NormalForms().of(term)
                followed += 1
        except TooLong:
            pass
    assert followed > 2000


def test_every_order_ends_in_the_normal_form() -> None:
    for seed in range(300):
        term = sample(seed, 22, relations=seed % 4 == 0, constants=(0, 1, 2))
        if size(term) > 60:
            continue
        first = reduce(term, max_steps=2000)
        other = reduce(term, "random", seed=seed, max_steps=2000)
        assert first.normal and other.normal
        assert canonical_form(first.result) is canonical_form(other.result), str(term)


# Soundness: what is contracted denotes the same


ALL = {rule.name for rule in (*TERMINATING, *SLIDES)} - {"relation"}


def test_contractions_keep_the_answers() -> None:
    small = checked("rmc", "adequacy", "contractions", size=5).counts
    generated = checked("rmc", "adequacy", "generated-contractions", examples=150, seed=1).counts
    assert {*small, *generated} == ALL


@pytest.mark.long
def test_contractions_keep_the_answers_at_length() -> None:
    small = checked("rmc", "adequacy", "contractions", size=6).counts
    generated = checked("rmc", "adequacy", "generated-contractions", examples=10_000, seed=2).counts
    assert set(small) >= ALL - {"test"} and set(generated) == ALL


def test_unroll_is_one_turn_more() -> None:
    for term in enumeration.space(4):
        whole = star(term)
        (redex,) = [found for found in redexes(flat(whole), (UNROLL,)) if not found.position]
        after = bounded(contract(flat(whole), redex), 2)
        assert normal_form(after).spans == normal_form(bounded(whole, 3)).spans


# Completeness: normal forms are equal exactly if the spans are


def check_completeness(terms: Space) -> int:
    by_spans: dict[object, Term] = {}
    by_form: dict[Term, object] = {}
    for term in terms:
        spans = normal_form(term).spans
        form = canonical_form(reduce(term, keep=False).result)
        assert by_spans.setdefault(spans, form) is form, str(term)
        assert by_form.setdefault(form, spans) == spans, str(term)
    return len(by_form)


def test_normal_forms_say_everything() -> None:
    assert check_completeness(enumeration.space(6)) > 150


@pytest.mark.long
def test_normal_forms_say_everything_at_length() -> None:
    assert check_completeness(enumeration.space(7)) > 2000
    assert check_completeness(enumeration.space(8, locations=(LAMBDA,))) > 1000


def test_normal_forms_of_larger_terms() -> None:
    """Reduced and run, a closed term comes to the same."""
    for seed in range(300):
        rng = Random(f"complete {seed}")
        term = generation.term(rng.randrange, rng.randint(6, 28), stars=False)
        reduced = canonical_form(reduce(term, keep=False).result)
        spans = canonical_form(reduce(normal_form(term).term(), keep=False).result)
        assert reduced is spans, str(term)


# Structural equations


def shuffled(term: Term, rng: Random) -> Term:
    """A term equal by the structural equations."""
    if term.op is SUM:
        items = [shuffled(part, rng) for part in parts(term, SUM)]
        rng.shuffle(items)
        return _associated(items, sum_of, rng)
    if term.op is SEQUENCE:
        items = [shuffled(part, rng) for part in parts(term, SEQUENCE)]
        for _ in range(3):
            items.insert(rng.randint(0, len(items)), NOTHING)
        for _ in range(4):
            at = rng.randrange(len(items) - 1)
            one, two = items[at : at + 2]
            if one.op is two.op and one.op in (PUSH, POP) and one.label != two.label:
                items[at : at + 2] = [two, one]
        return _associated(items, sequence, rng)
    if term.op is NEW:
        names, body = binders(term)
        if len(set(names)) < len(names):
            return term
        body = shuffled(body, rng)
        renamed: dict[str, str] = {}
        for name in names:
            renamed[name] = fresh(rng.choice("xyz"), names_in([body]).union(renamed.values(), names))
        order = list(renamed.values())
        rng.shuffle(order)
        return new(order, substitute(body, {old: variable(other) for old, other in renamed.items()}))
    if term.op is STAR:
        return star(shuffled(term.children[0], rng))
    return term


def _associated(items: list[Term], make: Callable[..., Term], rng: Random) -> Term:
    while len(items) > 1:
        at = rng.randrange(len(items) - 1)
        items[at : at + 2] = [make(*items[at : at + 2])]
    return items[0]


def test_canonical_forms() -> None:
    changed = 0
    for seed in range(400):
        rng = Random(f"structure {seed}")
        term = generation.term(rng.randrange, rng.randint(6, 40), free=("p",) if seed % 2 else ())
        other = shuffled(term, rng)
        changed += not alpha_equal(term, other)
        assert canonical_form(term) is canonical_form(other), f"{term} and {other}"
        assert canonical_form(canonical_form(term)) is canonical_form(term)
    assert changed > 250


def test_different_terms_have_different_canonical_forms() -> None:
    """Terms of one canonical form have the same spans."""
    forms: dict[Term, object] = {}
    for term in enumeration.space(6):
        spans = normal_form(term).spans
        assert forms.setdefault(canonical_form(term), spans) == spans, str(term)
    assert len(forms) > 400
