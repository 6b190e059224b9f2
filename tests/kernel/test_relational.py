"""The relational kernel against the reference machine: the same answers in the same order, the same ends, and
the same errors at the same place.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import calculus
from calculus.machine.budget import Budget
from calculus.machine.relational import engine as engines
from calculus.machine.relational.answers import Answers
from calculus.machine.relational.engine import search
from calculus.machine.relational.kernel.host import KernelSearch, supports
from calculus.machine.relational.query import Query
from calculus.machine.relational.relations import RELATIONS
from calculus.machine.relational.search import Search
from calculus.verify.generation.sources.prolog import program as prolog_program
from calculus.verify.strategies.choices import built
from tests.kernel.relational_outcomes import (
    EDGES,
    Counted,
    difference,
    disagreements,
    make_small,
    outcome,
    sample,
    told,
    with_places,
    without_calls,
)
from tests.unit.machine.relational.helpers import query

ROOT = Path(__file__).parents[2]
PROLOG = sorted((ROOT / "tests" / "property" / "prolog").glob("*.pl"))
EXAMPLES = sorted((ROOT / "examples" / "rmc").glob("*.rmc"))

SETTINGS: tuple[dict[str, Any], ...] = ({}, {"count": True}, {"mode": "set"})


# Generated queries -------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", SETTINGS, ids=str)
def test_generated_queries_agree(options: dict[str, Any]) -> None:
    assert disagreements(range(150), **options) == []


@pytest.mark.long
@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("block", range(40))
def test_many_generated_queries_agree(block: int, options: dict[str, Any]) -> None:
    assert disagreements(range(100_000 + block * 2_000, 100_000 + (block + 1) * 2_000), **options) == []


def test_the_kernel_counts_no_more_steps() -> None:
    asked = query("((ex x z. (1 + 1) + 1) + 1); [F(A, 2)]")
    expected, found = Search(asked, Budget(max_steps=500)), KernelSearch(asked, Budget(max_steps=500))
    assert outcome(expected) == outcome(found)
    assert found.steps <= expected.steps


def test_the_queries_are_of_all_kinds() -> None:
    searches = [Search(sample(seed), Budget(max_steps=500)) for seed in range(400)]
    for each in searches:
        assert supports(each.query)
        list(each)
    assert sum(each.complete and each.found > 1 for each in searches) > 15
    assert sum(each.status == "stuck" for each in searches) > 7
    assert sum(each.stopped_by == "steps" and each.found > 0 for each in searches) > 10
    assert sum(bool(answer.bindings) for each in searches for answer in each.answers) > 15


@given(seed=st.integers(0, 2**32 - 1), data=st.data())
def test_as_many_answers_as_asked_for(seed: int, data: st.DataObject) -> None:
    asked, count = sample(seed), data.draw(st.booleans())
    whole = Search(asked, Budget(max_steps=1_000, max_answers=30), count=count)
    list(whole)
    most = data.draw(st.integers(0, whole.found))
    expected = Search(asked, Budget(max_steps=1_000, max_answers=most), count=count)
    found = KernelSearch(asked, Budget(max_steps=3_000, max_answers=most), count=count)
    outcomes = outcome(expected), outcome(found)
    if expected.stopped_by != "steps":
        assert outcomes[0].answers == outcomes[1].answers
        assert found.found == expected.found
        assert outcomes[0].error == outcomes[1].error
        # The kernel may have seen that what is pending fails.
        assert found.complete or found.stopped_by == expected.stopped_by
        assert not found.complete or whole.stopped_by or (whole.complete and whole.found == found.found)


@given(seed=st.integers(0, 2**32 - 1), move=st.integers(0, 200), count=st.booleans())
def test_a_search_may_move_at_any_transition(seed: int, move: int, count: bool) -> None:
    asked = sample(seed)
    expected = Search(asked, Budget(max_steps=500), count=count)
    outcomes = [outcome(expected)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "MOVE_AFTER", move)
        moving = search(asked, Budget(max_steps=1_500), count=count)
        given = [answer.key() for answer in moving]
    keys = [key for key, _ in outcomes[0].answers]
    if expected.stopped_by is None:
        assert given == keys
        assert (moving.found, moving.complete) == (expected.found, expected.complete)
        assert told(moving) == outcomes[0].error
    else:
        assert given[: len(keys)] == keys


def test_answers_need_not_be_kept() -> None:
    for seed in range(100):
        kept = KernelSearch(sample(seed), Budget(max_steps=500))
        listened = KernelSearch(sample(seed), Budget(max_steps=500), keep=False)
        assert [answer.key() for answer in kept] == [answer.key() for answer in listened]
        assert (kept.found, kept.complete, kept.steps) == (listened.found, listened.complete, listened.steps)
        assert listened.answers == []


def test_errors_of_generated_queries_are_at_the_same_place() -> None:
    stuck = 0
    for seed in range(200):
        asked = with_places(sample(seed))
        expected = Search(asked, Budget(max_steps=500))
        list(expected)
        if expected.error is None:
            continue
        stuck += 1
        assert expected.error.span is not None
        assert difference(asked, 500) == "", seed
    assert stuck > 5


@pytest.mark.parametrize(
    "text",
    [
        "1*; 1*",
        "def d = 1*\nd; 1*",
        "def d = 1*\n1*; d",
        "def d = 1\n(d; 1) + d",
        "def d = [A]*\nd; [A]*; <B>",
    ],
)
def test_states_that_differ_in_what_is_left_to_run_are_two(text: str) -> None:
    assert difference(query(text), 100, mode="set") == ""


# Relations ---------------------------------------------------------------------------------------------

VALUES = (*map(str, EDGES), "x", "A", '"t"')
FEW = ("x", "0", "-1", str(2**62 - 1), str(-(2**70)))

COMPARISONS = ("{name}({left}, {right})", "ex p q. [{left}]; [{right}]; <q>; <p>; {name}(p, q)")
COMPUTATIONS = (
    "{name}({left}, {right}, z)",
    "[{right}]; [{left}]; ex p q r. <p>; <q>; {name}(p, q, r); [r]",
    "{name}({left}, z, {right}); [z]",
    "{name}(z, {left}, {right}); z == z; [z]",
)


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_relations_at_the_edges_of_a_word(name: str) -> None:
    """On constants, on variables that are bound, and on those that come from a stack."""
    for form in COMPUTATIONS if RELATIONS[name].computes else COMPARISONS:
        for left in VALUES:
            for right in FEW:
                text = form.format(name=name, left=left, right=right)
                assert difference(query(text)) == "", text


def test_big_integers_are_unified_by_what_they_are() -> None:
    text = f"""mul({2**40}, {2**40}, x);
        ([x]; <{2**80}>; [1] + [F(x)]; <F({2**80 + 1})>; [2] + x == {2**80}; [3])"""
    found = KernelSearch(query(text))
    assert [str(answer.stacks["λ"][0]) for answer in found] == ["1", "3"]
    assert difference(query(text)) == ""


# Programs ----------------------------------------------------------------------------------------------


def compared(text: str, steps: int = 8_000, **options: Any) -> None:
    """A program of Prolog on both engines: its first answers, as far as the reference machine goes."""
    expected, found = (
        calculus.solve("prolog", text, engine=engine, max_answers=10, max_steps=limit, **options)
        for engine, limit in (("reference", steps), ("kernel", 3 * steps))
    )
    outcomes = outcome(expected), outcome(found)
    if expected.stopped_by == "steps":
        first = outcomes[0].answers
        assert outcomes[1].answers[: len(first)] == first
        return
    assert outcomes[0].answers == outcomes[1].answers
    assert outcomes[0].error == outcomes[1].error
    assert found.complete or found.stopped_by == expected.stopped_by


@pytest.mark.parametrize("path", PROLOG, ids=lambda path: path.stem)
def test_prolog(path: Path) -> None:
    compared(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PROLOG[::4], ids=lambda path: path.stem)
def test_prolog_with_goals_on_a_stack(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_calls(monkeypatch)
    compared(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PROLOG[1::4], ids=lambda path: path.stem)
def test_prolog_on_small_arrays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)
    compared(path.read_text(encoding="utf-8"))


@pytest.mark.long
@pytest.mark.parametrize("calls", [True, False])
@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("path", PROLOG, ids=lambda path: path.stem)
def test_prolog_in_every_way(path: Path, small: bool, calls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if small:
        make_small(monkeypatch)
    if not calls:
        without_calls(monkeypatch)
    compared(path.read_text(encoding="utf-8"), 100_000)


@given(text=built(prolog_program, 20), calls=st.booleans())
def test_random_prolog(text: str, calls: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not calls:
            without_calls(patch)
        compared(text, 1_000)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    assert difference(query(path.read_text(encoding="utf-8")), 10_000) == ""


# Small arrays and the collector ------------------------------------------------------------------------


@pytest.mark.parametrize("options", SETTINGS[:2], ids=str)
def test_generated_queries_agree_on_small_arrays(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    assert disagreements(range(20_100, 20_200), **options) == []


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_many_generated_queries_agree_on_small_arrays(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)
    assert disagreements(range(300_000 + block * 2_000, 300_000 + (block + 1) * 2_000)) == []


LISTS = """
def append =
  (ex l. <{}>; <l>; [l])
  + (ex h t l r. <{h | t}>; <l>; [l]; [t]; append; <r>; [{h | r}])
def split =
  (ex l. <l>; [l]; [{}])
  + (ex h t p q. <{h | t}>; [t]; split; <q>; <p>; [p]; [{h | q}])
def permute =
  (<{}>; [{}])
  + (ex h t r p q. <{h | t}>; [t]; permute; <r>; [r]; split; <q>; <p>; [{h | p}]; [q]; append)
def up = ex n. <n>; ((eq(n, 0); [Z]) + (ex m p. gt(n, 0); sub(n, 1, m); [m]; up; <p>; [S(p)]))
def down = (<Z>; [0]) + (ex p n m. <S(p)>; [p]; down; <n>; add(n, 1, m); [m])
"""

ALLOCATING = (
    # Structures and choice points at once; what is bound before a choice point is undone after collections.
    "[{1, 2, 3, 4}]; permute",
    "ex x y. [{x, y, F(x, y)}]; permute; x == 1 + ([y]k; [{x, y, 2, F(y, y)}]; permute; k<y>; y == 3)",
    # Deep values that live in frames, on λ and elsewhere.
    "[60]; up; ex u. <u>; [u]k; [u]; down; k<u>; [F(u, u)]",
    # Big integers, kept outside the heap, live in structures and on stacks through many collections.
    """def grow = ex n m k j.
  <n>; <k>; (eq(k, 0); [n] + gt(k, 0); mul(n, 3, m); sub(k, 1, j); [{n, m}]b; [j]; [m]; grow)
[100]; [7]; grow; ex x y. b<x>; b<y>; [x]; append~; ([y]b + [x]b)""",
    # Bindings of old variables, with alternatives that take them back.
    """ex a b c d. (a == 1 + a == 2); [{a, b, c}]; permute; ex l. <l>; (b == a + b == {3 | l} + b == 3);
        [{c, F(b, b), d}]; permute; (c == F(a, b) + c == d); (d == c + d == 4)""",
    # Pops from what was there before choice points, put back by failure, at several locations.
    """([1]a; [{1, 2, 3, 4}]; permute; ex u. <u>; [u]a); ([2]b; [{5, 6, 7}]; permute; ex u. <u>; [u]b);
        (ex u v. a<u>; b<v>; (a<1>; [F(u, v)]a + b<2>; [F(v, u)]b; [3]; permute + [v]a; [u]b))""",
)


@pytest.mark.parametrize("text", ALLOCATING)
def test_collections_change_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = query(LISTS + text)
    expected = outcome(Search(asked, Budget(max_steps=50_000)))
    assert expected.complete
    assert expected.found > 0
    make_small(monkeypatch)
    collections = Counted(monkeypatch, "_collect")
    assert outcome(KernelSearch(asked, Budget(max_steps=100_000))) == expected
    assert collections.times > 0


# Without the compiler ----------------------------------------------------------------------------------


def unjitted(expression: str) -> str:
    """What an expression over the tests' helpers is where numpy checks every index, so that a bound that the
    kernel misses is an IndexError; and with little fuel, so that values are unified as shared ones.
    """
    code = (
        "import numpy, pytest; numpy.seterr(over='ignore')\n"
        "from calculus.machine.relational.kernel import machine, unify\n"
        "from tests.kernel.relational_outcomes import *\n"
        f"print({expression})"
    )
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


LITTLE_FUEL = (
    "setattr(unify, 'FUEL', 3), setattr(machine, 'LEAST_WORK', 12), make_small(pytest.MonkeyPatch())"
)


def test_the_kernel_agrees_without_the_compiler() -> None:
    assert unjitted("disagreements(range(30_000, 30_070), limit=300)") == "[]"


def test_shared_values_are_unified_without_the_compiler() -> None:
    assert unjitted(f"[{LITTLE_FUEL}] and disagreements(range(31_000, 31_070), limit=300)") == "[]"


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_the_kernel_agrees_without_the_compiler_often(block: int) -> None:
    seeds = f"range({40_000 + 1_000 * block}, {41_000 + 1_000 * block})"
    assert unjitted(f"disagreements({seeds})") == "[]"
    assert unjitted(f"[{LITTLE_FUEL}] and disagreements({seeds})") == "[]"


# Unification -------------------------------------------------------------------------------------------


def answers_of(asked: Query | str, **options: Any) -> Answers:
    found = KernelSearch(query(asked) if isinstance(asked, str) else asked, **options)
    list(found)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "y == S(y)",
        "S(y) == y",
        "x == y; y == S(x)",
        "x == S(y); y == S(x)",
        "F(x, y) == F(y, S(x))",
        "[y]; <S(y)>",
        "[S(y)]; <y>",
        "ex x. [x]; [x]; ex y. <y>; <S(y)>",
        "ex x y. [F(x, y)]; ex z. <F(S(z), z)>; x == y",
        "(ex x. [x]; <S(x)>) + [1]",
        "x == F(y, y); y == F(z, z); z == S(x)",
        "x == y; x == y; y == x; [x]",
        "x == S(y); S(y) == x; [x]",
    ],
)
def test_no_value_contains_itself(text: str) -> None:
    asked = query(text)
    assert difference(asked) == ""
    cyclic = "[1]" not in text and "[x]" not in text[-3:]
    assert not cyclic or answers_of(asked).found == 0


DEEP = """
def deep = ex n v m. <n>; <v>; ((eq(n, 0); [v]) + (gt(n, 0); sub(n, 1, m); [S(v)]; [m]; deep))
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ex x y a b. [x]; [{n}]; deep; <a>; [y]; [{n}]; deep; <b>; a == b; x == 7; [y]", 1),
        ("ex x a b. [x]; [{n}]; deep; <a>; [0]; [{n}]; deep; <b>; a == b; [x]", 1),
        ("ex x a. [x]; [{n}]; deep; <a>; x == a", 0),
        ("ex x a. [x]; [{n}]; deep; <a>; [a]; ([a]; ex z. <z>; <z>; [1] + <x>)", 1),
        ("ex x a b. [1]; [{n}]; deep; <a>; [2]; [{n}]; deep; <b>; a == b", 0),
    ],
)
def test_deep_values(text: str, count: int) -> None:
    found = answers_of(DEEP + text.replace("{n}", "1000000"))
    assert (found.complete, found.found) == (True, count)
    assert difference(query(DEEP + text.replace("{n}", "40")), 10_000) == ""


def test_what_is_shared_is_unified_once() -> None:
    """Values that as trees have 2¹⁰⁰ leaves."""
    double = """def double = ex n v m.
        <n>; <v>; (eq(n, 0); [v] + gt(n, 0); sub(n, 1, m); [F(v, v)]; [m]; double)\n"""
    equal = "ex x y a b. [x]; [100]; double; <a>; [y]; [100]; double; <b>; a == b; y == 3; [x]"
    found = answers_of(double + equal, budget=Budget(max_seconds=20))
    assert [str(answer.stacks["λ"][0]) for answer in found.answers] == ["3"]
    within = "ex x a. [x]; [100]; double; <a>; x == a"
    assert answers_of(double + within, budget=Budget(max_seconds=20)).complete
    differs = "ex x a b. [1]; [100]; double; <a>; [2]; [100]; double; <b>; a == b"
    assert answers_of(double + differs, budget=Budget(max_seconds=20)).complete
    chain = "; ".join(f"x{n} == F(x{n + 1}, x{n + 1}); y{n} == F(y{n + 1}, y{n + 1})" for n in range(60))
    names = " ".join(f"x{n} y{n}" for n in range(61))
    found = answers_of(f"ex {names}. {chain}; x0 == y0; x60 == 1; [y60]", budget=Budget(max_seconds=20))
    assert [str(answer.stacks["λ"][0]) for answer in found.answers] == ["1"]
