"""The properties of EML hold where they are looked at, and notice what is broken on purpose."""

import cmath
from typing import Any

import pytest

from calculus.eml import catalogue
from calculus.eml.completeness import checker
from calculus.eml.evaluation import evaluate, exact, ieee
from calculus.eml.expressions.normal import algebra
from calculus.eml.postfix import from_postfix
from calculus.eml.searching.enumeration import Enumeration
from calculus.eml.syntax import ONE, eml, size, variable
from calculus.verify.catalogue import properties
from calculus.verify.enumeration.eml import space
from calculus.verify.independent import exponentials
from calculus.verify.independent.values import counts
from calculus.verify.properties.eml import completeness
from calculus.verify.property import Part, Plan, Tally

PARTS = {(item.name, part.name): part for item in properties("eml") for part in item.parts}

SOME = {
    ("completeness", "rows"): 5,
    ("completeness", "points"): 24,
    ("branches", "exact"): 12,
    ("branches", "complex128"): 120,
    ("evaluation", "machine"): 70,
    ("evaluation", "arrays"): 40,
    ("evaluation", "enclosures"): 8,
    ("evaluation", "boxes"): 40,
    ("texts", "exhaustive"): 30,
    ("texts", "generated"): 8,
    ("compilation", "generated"): 2,
    ("decompilation", "exhaustive"): 12,
    ("decompilation", "generated"): 5,
    ("enumeration", "counts"): 1,
}
"""How many subjects of each part the tests look at."""

COMPARED = {
    ("completeness", "rows"): ("symbolic identity",),
    ("completeness", "points"): ("ieee", "principal", "extended"),
    ("branches", "exact"): ("values", "undefined"),
    ("branches", "complex128"): ("values",),
    ("evaluation", "machine"): ("runs",),
    ("evaluation", "arrays"): ("numpy", "kernel"),
    ("evaluation", "enclosures"): ("compared",),
    ("evaluation", "boxes"): ("compared",),
    ("texts", "exhaustive"): ("texts", "layouts"),
    ("texts", "generated"): ("texts", "layouts"),
    ("compilation", "generated"): ("values",),
    ("decompilation", "exhaustive"): ("values",),
    ("decompilation", "generated"): ("values",),
    ("enumeration", "counts"): ("values",),
}
"""What has to have been counted, so that something was compared at all."""


def looked(property: str, name: str, most: int | None = None, **plan: Any) -> Tally:
    """A part, checked on its first subjects."""
    part: Part = PARTS[property, name]
    chosen = Plan(**plan)
    total = part.total(chosen)
    return part.check(chosen, 0, total if most is None else min(most, total))


def test_every_part_is_looked_at_here() -> None:
    assert set(PARTS) == set(SOME) == set(COMPARED)


@pytest.mark.parametrize("key", sorted(SOME))
def test_properties_hold(key: tuple[str, str]) -> None:
    tally = looked(*key, most=SOME[key])
    assert tally.failures == []
    assert tally.checked == SOME[key]
    assert all(tally.counts[what] > 0 for what in COMPARED[key]), tally.counts


def test_any_range_is_checked_alone() -> None:
    part = PARTS["decompilation", "generated"]
    whole = part.check(Plan(), 0, 4)
    together = Tally()
    for start, stop in ((0, 1), (1, 4)):
        together.add(part.check(Plan(), start, stop))
    assert (together.counts, together.checked) == (whole.counts, whole.checked)


def test_certificates_of_rows_hold_for_the_independent_checker() -> None:
    tally = looked("completeness", "rows", most=4, certify=True)
    assert [claim["claim"] for claim in tally.claims] == ["eml-primitive"] * 4
    for claim in tally.claims:
        found = checker.recheck_claim(claim["certificate"])
        assert found["points"] == len(claim["certificate"]["points"]) > 0
    wrong = {**tally.claims[3]["certificate"], "postfix": "11E"}
    with pytest.raises(checker.Wrong):
        checker.recheck_claim({**wrong, "K": 3})


def test_more_points_are_tried_if_examples_are_asked_for() -> None:
    part = PARTS["completeness", "rows"]
    place = next(i for i, claim in enumerate(completeness.CLAIMS) if str(claim) == "exp in ieee")
    few, more = (part.check(plan, place, place + 1) for plan in (Plan(), Plan(examples=20)))
    assert few.counts["points"] < more.counts["points"]
    assert "at 20 points" in PARTS["completeness", "rows"].statement(Plan(examples=20))


def test_a_logarithm_with_an_argument_from_0_to_2_pi_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ieee.log_ieee

    def turned(z: complex) -> complex:
        found = right(z)
        return found + 2j * cmath.pi if found.imag < 0 else found

    monkeypatch.setattr(ieee, "log_ieee", turned)
    (failure, *_) = looked("branches", "complex128", most=60).failures
    assert failure.size == 3
    assert "at x = -1.0-0.0i in ieee: evaluator: (" in failure.what
    assert "; NumPy: (" in failure.what


def test_a_zero_without_its_sign_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ieee.log_ieee
    monkeypatch.setattr(ieee, "log_ieee", lambda z: right(complex(z.real, z.imag + 0.0)))
    (failure, *_) = looked("branches", "complex128", most=60).failures
    assert failure.size == 3
    assert "at x = -1.0-0.0i in ieee" in failure.what


def test_the_other_edge_of_the_cut_in_exact_arithmetic_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact.Evaluation._ln

    def below(self: exact.Evaluation, ball: exact.Ball, item: Any) -> exact.Ball:
        found = right(self, ball, item)
        if found.infinite or found.center.imag != self.mp.pi:
            return found
        return exact.Ball(found.center.conjugate(), found.radius, None, False)

    monkeypatch.setattr(exact.Evaluation, "_ln", below)
    (failure, *_) = looked("branches", "exact", most=20).failures
    assert failure.size == 3
    assert "at x = -1 in principal" in failure.what


def test_a_tree_that_is_not_the_function_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    # e - ln(e^x) is no exponential.
    entry = catalogue.best("exp")
    assert entry is not None
    broken = catalogue.Entry("exp", "1x1EE", entry.claims, True, True)
    monkeypatch.setattr(catalogue, "witnesses", lambda name: [broken])
    place = next(i for i, claim in enumerate(completeness.CLAIMS) if claim.name == "exp")
    part = PARTS["completeness", "rows"]
    (failure,) = part.check(Plan(), place, place + 1).failures
    assert failure.subject == "exp in principal"
    assert failure.what.startswith("refuted: at x = ")


def test_a_logarithm_that_is_always_on_the_principal_branch_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(algebra.Algebra, "in_strip", lambda self, item: True)
    (failure, *_) = looked("decompilation", "exhaustive", size=7).failures
    assert failure.size <= 7
    assert "the tree has" in failure.what


def test_a_value_that_is_not_enumerated_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Enumeration.add

    def short(self: Enumeration, level: Any) -> None:
        right(self, level)
        self.counts[-1] -= len(self.counts) == 5

    monkeypatch.setattr(Enumeration, "add", short)
    (failure,) = looked("enumeration", "counts", most=1).failures
    assert failure.what.startswith("enumerated: 1 1 2 5 10 27 72")


def test_values_of_small_trees_are_those_of_a_list() -> None:
    # Of three leaves: exp e, e - 1 and their like; e, 1 and e^e are smaller.
    assert counts([(1 + 0j,)], 5, "extended", real=True) == [1, 1, 2, 5, 11]
    assert counts([(1 + 0j,)], 5, "principal", real=True) == [1, 1, 2, 5, 10]


def test_definitions_by_mpmath_say_where_digits_do_not_tell() -> None:
    zero = from_postfix("11xE1EE")
    at = {"x": exponentials.context().mpc(1)}
    with pytest.raises(exponentials.Unclear):
        exponentials.exactly(eml(ONE, eml(zero, zero)), at, "extended")
    with pytest.raises(exponentials.Undefined):
        exponentials.exactly(eml(ONE, variable("x")), {"x": 0}, "principal")
    found = exponentials.exactly(eml(ONE, variable("x")), {"x": 0}, "extended")
    assert found.infinite == 1


def test_trees_come_small_ones_first() -> None:
    sizes = [size(tree) for tree in space(9).range(0, space(9).total)]
    assert sizes == sorted(sizes)
    assert [sizes.count(k) for k in (1, 3, 5, 7, 9)] == [2, 4, 16, 80, 448]


def test_the_checker_knows_the_logarithm_of_an_infinity() -> None:
    # At x = 0: +∞, -∞, e - (∞ + iπ), and the exponential of that, which is 0.
    values = {"1xE": None, "11xEE": None, "111xEEE": None, "111xEEE1E": 0}
    for postfix, expected in values.items():
        found = evaluate(postfix, {"x": 0}, semantics="extended")
        if expected is None:
            assert abs(found.number.real) == float("inf")
            with pytest.raises(ZeroDivisionError, match="the value is"):
                checker._extended(postfix, {"x": exponentials.context().mpc(0)})
        else:
            assert checker._extended(postfix, {"x": exponentials.context().mpc(0)}) == expected
            assert complex(found) == expected


def test_the_records_of_hypot_leave_the_origin_out_where_its_tree_is_infinite() -> None:
    for entry in catalogue.witnesses("hypot"):
        for semantics, where in entry.claims:
            found = evaluate(entry.term, {"x": 0, "y": 0}, semantics=semantics)
            right = found.status == "defined" and abs(complex(found)) < 1e-12
            assert right or "x^2 + y^2 != 0" in where
