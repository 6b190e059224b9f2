"""Every row of the catalogue at points where it claims to hold, under each of its semantics."""

import cmath
import random
from pathlib import Path

import numpy as np
import pytest

from calculus.eml import catalogue
from calculus.eml.compiler.probes import STEPS, run, run_all
from calculus.eml.domain import SEMANTICS
from calculus.eml.domains import holds
from calculus.eml.evaluation import evaluate
from calculus.eml.expressions.values import value
from calculus.eml.syntax import variables
from calculus.eml.tree import Tree
from tests.unit.eml import author_grids, primitives_page

BEST_KNOWN = {
    ("0", False): 7,
    ("e", False): 3,
    ("-1", False): 15,
    ("-1", True): 17,
    ("2", False): 19,
    ("-2", False): 27,
    ("1/2", False): 29,
    ("1/2", True): 31,
    ("exp", False): 3,
    ("ln", False): 7,
    ("sub", False): 11,
    ("minus", False): 15,
    ("minus", True): 17,
    ("inv", False): 15,
    ("inv", True): 17,
    ("add", False): 19,
    ("mul", False): 17,
    ("div", False): 17,
    ("pow", False): 25,
    ("log", False): 29,
    ("sqr", False): 17,
    ("half", False): 29,
    ("half", True): 31,
    ("sqrt", False): 43,
    ("sigma", False): 29,
    ("sigma", True): 31,
    ("avg", False): 53,
    ("hypot", False): 91,
    ("cosh", False): 59,
    ("sinh", False): 55,
    ("sinh", True): 57,
    ("artanh", False): 77,
    ("arsinh", False): 89,
    ("arcosh", False): 83,
    ("pi", False): 93,
    ("pi", True): 97,
    ("cos", False): 213,
    ("sin", False): 263,
    ("tan", False): 273,
}
"""K by primitive, and whether intermediate values must be finite: at most this."""

ENTRIES = [entry for name in catalogue.names() for entry in catalogue.witnesses(name)]


def points(entry, conditions, count=12):
    """Points, complex ones if there are any, that fulfil conditions."""
    source = random.Random(entry.postfix)
    names = variables(entry.expression)
    found = []
    for attempt in range(4000):
        width = source.choice((1, 4))
        imaginary = width if attempt % 2 else 0
        point = {
            name: complex(source.uniform(-width, width), source.uniform(-imaginary, imaginary))
            for name in names
        }
        target = value(entry.expression, point)
        if (
            cmath.isfinite(target)
            and abs(target) < 1e3
            and all(holds(condition, point) for condition in conditions)
        ):
            found.append(point)
        if len(found) >= count:
            break
    assert found
    return found


def label(entry):
    return f"{entry.name}-{entry.K}-{'finite' if entry.finite else 'infinite'}"


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_rows_hold_where_they_claim(entry):
    for semantics in entry.semantics:
        for point in points(entry, entry.under(semantics)):
            target = value(entry.expression, point)
            found = run(entry.term, point, STEPS[semantics])
            assert abs(found - target) <= 1e-9 * max(1, abs(target)), (semantics, point)


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_rows_are_finite_if_they_say_so(entry):
    semantics = entry.semantics[0]
    values = [
        run_all(entry.term, point, STEPS[semantics]) for point in points(entry, entry.under(semantics), 3)
    ]
    assert entry.finite == all(cmath.isfinite(v) for found in values for v in found.values())


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.K < 100], ids=label)
def test_rows_hold_in_exact_arithmetic(entry):
    for semantics in {"principal", "extended"} & set(entry.semantics):
        point = points(entry, entry.under(semantics), 1)[0]
        target = value(entry.expression, point)
        found = complex(evaluate(entry.term, point, semantics=semantics, precision=20))
        assert abs(found - target) <= 1e-12 * max(1, abs(target)), (semantics, point)


def test_every_primitive_has_a_row_under_every_semantics():
    assert len(catalogue.PRIMITIVES) == 36
    for name in catalogue.PRIMITIVES:
        for semantics in SEMANTICS:
            assert catalogue.best(name, semantics, finite=semantics == "principal"), (name, semantics)


@pytest.mark.parametrize(("name", "finite"), BEST_KNOWN)
def test_rows_are_as_short_as_the_best_known(name, finite):
    assert BEST_KNOWN[name, finite] >= catalogue.best(name, finite=finite).K


def test_infinite_rows_claim_nothing_in_principal():
    assert all(entry.finite for entry in ENTRIES if "principal" in entry.semantics)


def test_robust_rows_agree_in_all_arithmetics():
    for entry in ENTRIES:
        if entry.robust:
            assert {"ieee", "extended"} <= set(entry.semantics), entry


@pytest.mark.parametrize("sign", [1, -1])
def test_the_constants_have_the_right_sign(sign):
    for name, target in {"i": 1j, "pi": np.pi}.items():
        for entry in catalogue.witnesses(name):
            if "ieee" in entry.semantics:
                found = author_grids.evaluate(entry.term, {"x": np.array([sign + 0j])})
                assert abs(found[0] - target) < 1e-12


def test_the_page_of_primitives_is_that_of_the_catalogue():
    page = Path(__file__).parents[3] / "docs" / "reference" / "eml-primitives.md"
    assert page.read_text("utf-8") == primitives_page.page()


def test_the_page_of_primitives_has_one_notation_and_writes_small_trees_out():
    lines = primitives_page.page().splitlines()
    rows = [line.replace("\\|", "¦").split("|")[1:-1] for line in lines if line.startswith("| `")]
    assert len({name for name, *_ in rows}) == 36
    assert not [where for _, _, where, _, _ in rows if "im " in where or "!=" in where or "<=" in where]
    assert any("Im " in where for _, _, where, _, _ in rows)
    for _, K, _, tree, written in rows:  # noqa: N806 - the name of the field
        assert (int(K.split()[0]) <= 19) == bool(written.strip())
        if written.strip():
            assert Tree(written.strip(" `")) == Tree(tree.strip(" `"))
