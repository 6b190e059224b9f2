"""The relational kernel within limits: it stops when it is to, and needs no more memory than it has to."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import calculus
from calculus import registry
from calculus.machine.budget import MEGABYTE, Budget, resident_bytes
from calculus.machine.relational.engine import prepare_kernel
from calculus.machine.relational.goals import as_calls
from calculus.machine.relational.kernel import jit
from calculus.machine.relational.kernel.host import KernelSearch
from calculus.machine.relational.kernel.machine import Event, Machine
from calculus.machine.relational.query import Query
from calculus.rmc.calculus import RMC
from calculus.settings import Settings
from tests.unit.machine.relational.helpers import query

ROOT = Path(__file__).parents[2]


def searched(text: str, **limits: Any) -> KernelSearch:
    found = KernelSearch(query(text), Budget(**limits))
    for _ in found:
        pass
    return found


# Endless searches ---------------------------------------------------------------------------------------

GROWING = {
    "λ": "def f = [A]; f\nf",
    "another stack": "def f = [A]a; f\nf",
    "the heap": "def f = ex x. <x>; [S(x)]; f\n[Z]; f",
    "activations": "def f = f; [A]\nf",
    "choice points": "def f = (1 + 1); f\nf",
    "an iteration": "([S(A)]; ex x. <x>; [S(x)]a)*; <B>",
    "a binding of an old variable": "def f = ex x y. <x>; x == S(y); [y]; f\n([x]; f) + 1",
    "pops below a choice point": "def f = ex x. a<x>; [x]a; [x]b; f\n[A]a; (f + 1)",
    "big integers": f"def f = ex x y. <x>; add(x, 1, y); [y]; [y]a; f\n[{10**4000}]; f",
}
FLAT = {
    "a definition": "def f = f\nf",
    "an iteration": "1*; 0",
    "turns by a later alternative": "(0 + 1)*; 0",
    "a counter": "def f = ex x y. <x>; add(x, 1, y); [y]; f\n[1]; f",
    "a big counter": f"def f = ex x y. <x>; add(x, 1, y); [y]; f\n[{2**80}]; f",
    "garbage": "def f = ex x. <x>; [F(x, x)]; ex u v. <F(u, v)>; [u]; f\n[Z]; f",
    "a binding that nothing needs": "def f = ex x y. <x>; x == S(y); [y]; f\nex x. ([x]; f) + 1",
    "failures": "def f = (ex x. [F(x, x)]; <A>) + f\nf",
    "a passing choice": "def f = ex x. <x>; (x == A + x == B); [x]; f\n[A]; f",
}


@pytest.mark.parametrize(
    "text", [*GROWING.values(), *FLAT.values()], ids=[*GROWING, *(f"flat {n}" for n in FLAT)]
)
def test_endless_searches_end_in_time(text: str) -> None:
    prepare_kernel()
    begun = time.monotonic()
    found = searched(text, max_seconds=0.2, max_memory=None)
    assert (found.status, found.stopped_by, found.complete) == ("budget", "seconds", False)
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_endless_growth_ends_at_the_memory_limit(text: str) -> None:
    prepare_kernel()
    limit = resident_bytes() / MEGABYTE + 60
    found = searched(text, max_memory=limit, max_seconds=20)
    assert (found.status, found.stopped_by, found.complete) == ("budget", "memory", False)
    assert resident_bytes() / MEGABYTE < limit + 60


@pytest.mark.parametrize("text", [GROWING["λ"], GROWING["big integers"], *FLAT.values()])
def test_control_c_ends_a_search(text: str) -> None:
    prepare_kernel()
    budget = Budget(max_seconds=10, max_memory=None)
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    with budget.interruptible():
        timer.start()
        found = KernelSearch(query(text), budget)
        assert list(found) == []
        timer.join()
    assert (found.status, found.stopped_by) == ("budget", "interrupt")


def test_control_c_ends_a_search_that_gives_answers() -> None:
    budget = Budget(max_seconds=10)
    found = KernelSearch(query("1*; [A]"), budget, keep=False)
    with budget.interruptible():
        for number, _ in enumerate(found):
            if number == 1_000:
                signal.raise_signal(signal.SIGINT)
            assert number < 100_000
    assert (found.status, found.stopped_by) == ("budget", "interrupt")


def test_a_search_that_gives_answers_ends_in_time() -> None:
    begun = time.monotonic()
    found = KernelSearch(query("1*; [A]"), Budget(max_seconds=0.2), keep=False)
    for _ in found:
        assert time.monotonic() - begun < 4
    assert (found.status, found.stopped_by) == ("budget", "seconds")


def test_answers_that_are_kept_end_at_the_memory_limit() -> None:
    prepare_kernel()
    found = searched("1*; [F(A, B)]", max_memory=resident_bytes() / MEGABYTE + 10, max_steps=200_000)
    assert (found.status, found.stopped_by) == ("budget", "memory")


@pytest.mark.parametrize("text", [FLAT["a counter"], FLAT["turns by a later alternative"]])
@pytest.mark.parametrize("limit", [0, 1, 10, 1_000, 123_456])
def test_a_step_limit_ends_a_search(limit: int, text: str) -> None:
    found = searched(text, max_steps=limit)
    assert (found.status, found.stopped_by) == ("budget", "steps")
    assert limit <= found.steps < limit + 20


# Flat memory --------------------------------------------------------------------------------------------


def heights(asked: Query, goals: list[int]) -> list[dict[str, int]]:
    """How high the stacks of a machine are after so many transitions."""
    machine = Machine(as_calls(asked) or asked, Budget(), False)
    found = []
    for goal in goals:
        assert machine.run(goal) is Event.LIMIT
        registers = {"trail": jit.R_TP, "choices": jit.R_CP, "slots": jit.R_FP}
        found.append({name: int(machine.regs[register]) for name, register in registers.items()})
        found[-1]["heap"] = len(machine.heap)
    machine.release()
    return found


def turing(text: str) -> Query:
    """The query of a Turing machine, which begins on an empty tape."""
    language: Any = registry.get("turing")
    program, settings = language.given(calculus.program("turing", text), Settings())
    return RMC().query(program, settings)


DETERMINISTIC = {
    "a tape": """
def there = (r<X>; [X]l; there) + (r<End>; [End]r; back)
def back = (l<X>; [X]r; back) + (l<End>; [End]l; there)
[End]l; [End]r; [X]r; [X]r; [X]r; there""",
    "an iteration": "[Go]s; [Z]; (ex x y. s<Go>; <x>; [Go]s; [S(x)]; <S(y)>; [y])*; s<Stop>",
    "comparisons": """
def f = ex n m. <n>; (lt(n, 0); [n]; f + ge(n, 0); add(n, 1, m); [m]; f)
[1]; f""",
    "first arguments": """
def f = (<A>; [B]; f) + (<B>; [C]; f) + (ex x. <S(x)>; [x]; f) + (<C>; [S(S(A))]; f)
[A]; f""",
}


@pytest.mark.parametrize("text", DETERMINISTIC.values(), ids=DETERMINISTIC)
def test_deterministic_runs_leave_no_choices(text: str) -> None:
    first, *others = heights(query(text), [1_000, 100_000, 3_000_000])
    assert first["choices"] <= 20
    for later in others:
        assert later["heap"] == first["heap"]
        for name in ("trail", "choices", "slots"):
            assert later[name] <= first[name] + 20, (name, first, later)


def test_a_turing_machine_leaves_no_choices() -> None:
    text = (ROOT / "examples" / "turing" / "busy-beaver-5.tm").read_text(encoding="utf-8")
    first, *others = heights(turing(text), [10_000, 5_000_000])
    for later in others:
        for name in ("trail", "choices", "slots"):
            assert later[name] <= first[name] + 50, (name, first, later)


NREV = """
def append =
  (ex l. <{}>; <l>; [l])
  + (ex h t l r. <{h | t}>; <l>; [l]; [t]; append; <r>; [{h | r}])
def reverse =
  (<{}>; [{}])
  + (ex h t r. <{h | t}>; [t]; reverse; <r>; [{h}]; [r]; append)
def times = ex n m l. <n>; <l>; (eq(n, 0) + gt(n, 0); [l]; reverse; ex r. <r>; sub(n, 1, m); [l]; [m]; times)
"""
THIRTY = "{" + ", ".join(map(str, range(30))) + "}"


def nrev(times: int) -> str:
    return f"{NREV}[{THIRTY}]; [{times}]; times"


def failing(digits: int) -> str:
    """A search that fails at each of 10 to the power of `digits` answers."""
    digit = " + ".join(f"[{number}]" for number in range(10))
    names = [f"x{number}" for number in range(digits)]
    pops = "; ".join(f"<{name}>" for name in names)
    calls = "; ".join(["digit"] * digits)
    return f"def digit = {digit}\nex {' '.join(names)}. {calls}; {pops}; x0 == F({names[-1]}, A)"


def failing_structures(digits: int) -> str:
    """The same, each of which makes a list."""
    choice = " + ".join(f"[D({number})]" for number in range(10))
    body = "(<Z>; [{}]) + (ex n l d. <S(n)>; [n]; word; <l>; digit; <d>; [{d | l}])"
    number = "S(" * digits + "Z" + ")" * digits
    return f"def digit = {choice}\ndef word = {body}\n[{number}]; word; <A>"


def growth(text: str, options: str = "") -> tuple[float, float, int]:
    """In a process of its own: the megabytes that a search takes, the seconds, and the number of answers."""
    code = (
        "import resource, sys, time\n"
        "from calculus.machine.budget import Budget\n"
        "from calculus.machine.relational.engine import prepare_kernel\n"
        "from calculus.machine.relational.kernel.host import KernelSearch\n"
        "from tests.unit.machine.relational.helpers import query\n"
        "prepare_kernel()\n"
        "asked = query(sys.stdin.read())\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "before, begun = peak(), time.monotonic()\n"
        f"found = KernelSearch(asked, Budget(), keep=False{options})\n"
        "for _ in found: pass\n"
        "assert found.complete, found\n"
        "print(peak() - before, time.monotonic() - begun, found.found)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    megabytes, seconds, found = done.stdout.split()
    return float(megabytes), float(seconds), int(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [(failing(6), 0), (failing_structures(5), 0), (nrev(10_000), 1)],
    ids=["failures", "failures with structures", "nrev"],
)
def test_long_searches_stay_in_little_memory(text: str, found: int) -> None:
    megabytes, _, answers = growth(text)
    assert (answers, megabytes < 20) == (found, True), megabytes


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "found"),
    [(failing(7), 0), (failing_structures(7), 0), (nrev(1_000_000), 1)],
    ids=["failures", "failures with structures", "nrev"],
)
def test_very_long_searches_stay_in_little_memory(text: str, found: int) -> None:
    megabytes, _, answers = growth(text)
    assert (answers, megabytes < 20) == (found, True), megabytes


@pytest.mark.long
def test_ten_million_answers_stay_in_little_memory() -> None:
    text = failing(7).rpartition("; ")[0]
    megabytes, _, answers = growth(text)
    assert (answers, megabytes < 50) == (10**7, True), megabytes
