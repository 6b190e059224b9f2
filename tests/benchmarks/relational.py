"""The relational programs: our kernel, the same written in Prolog and translated, and the peers.

Every program runs its work many times and then fails, so that all spend their time on it.
"""

import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import calculus
from calculus import registry
from calculus.encodings.petri.printer import to_text
from calculus.machine.relational.answers import Answers
from calculus.settings import Settings
from tests.benchmarks import nets
from tests.benchmarks.table import Group, Row

HERE = Path(__file__).parent
PROLOG = HERE / "peers" / "prolog"
PEERS = ("translated", "SWI", "GNU", "miniKanren")
GROUP = Group(
    PEERS,
    ("ours", "least"),
    "Medians of the time for the whole program, miniKanren's for one round times the number of rounds. "
    "translated: the Prolog text, translated into the RMC; ratio: SWI-Prolog against ours.",
)
MOST_TRANSLATED = 1.5
"""How many times as long a translated program may take."""


class Program(NamedTuple):
    """A program, its number of rounds, and how many times as fast as the peers it should be."""

    name: str
    title: str
    rounds: int
    target: float
    kanren: float | None = None


PROGRAMS = {
    f"rmc-{program.name}": program
    for program in (
        Program("nrev", "nrev 30, 20,000 times", 20_000, 0.9, 5_000),
        Program("queens8", "8 queens, 100 times", 100, 2.5),
        Program("queens10", "10 queens, 5 times", 5, 2.5),
        Program("zebra", "zebra, 200 times", 200, 1.1, 200),
        Program("fib", "fib 21, 100 times", 100, 2.5),
        Program("tak", "tak 18 12 6, 50 times", 50, 2.5),
    )
}


def direct_text(name: str) -> str:
    return (HERE / "rmc" / f"{name.removeprefix('rmc-')}.rmc").read_text(encoding="utf-8")


def prolog_text(name: str) -> str:
    return (PROLOG / f"{name}.pl").read_text(encoding="utf-8")


def timed(language: str, text: str) -> Callable[[], float]:
    """What runs a program on the kernel and says how many seconds of the processor it took, as the peers do;
    parsing is not counted.
    """
    calculus_ = registry.get(language)
    program = calculus_.parse(calculus.Source(text))

    def run() -> float:
        start = time.process_time()
        answers: Answers = registry.require(calculus_, "solve", program, Settings(engine="kernel"))
        found = sum(1 for _ in answers)
        seconds = time.process_time() - start
        if found or not answers.complete or answers.engine != "kernel":
            raise RuntimeError(f"{found} answers, complete: {answers.complete}, on {answers.engine}")
        return seconds

    return run


def swi(name: str, folder: Path) -> Callable[[], float]:
    return _process(["swipl", "-q", str(_whole(name, folder))])


def gnu(name: str, folder: Path) -> Callable[[], float]:
    source = _whole(name, folder)
    binary = source.with_suffix("")
    subprocess.run(
        ["gplc", "--no-top-level", source.name, "-o", binary.name],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return _process([str(binary)])


def _whole(name: str, folder: Path) -> Path:
    path = folder / f"{name}.pl"
    path.write_text(prolog_text(name) + prolog_text("time"), encoding="utf-8")
    return path


def _process(command: list[str]) -> Callable[[], float]:
    def run() -> float:
        done = subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return float(done.stdout.split()[-1]) / 1e3

    return run


def kanren_seconds(name: str) -> float:
    """The time of one round."""
    command = [sys.executable, str(HERE / "peers" / "kanren_programs.py")]
    done = subprocess.run(command, input=f"{name}\n", check=True, capture_output=True, text=True)
    return float(done.stdout)


def missing_peers() -> dict[str, str]:
    found = {"SWI": shutil.which("swipl"), "GNU": shutil.which("gplc")}
    found["miniKanren"] = "there" if importlib.util.find_spec("kanren") else None
    return {name: f"{name} is not installed" for name, there in found.items() if not there}


def program_rows(names: list[str], count: int, folder: Path, missing: dict[str, str]) -> Iterator[Row]:
    """A row for each program; in a round all contenders run, in turn."""
    for program in map(PROGRAMS.__getitem__, names):
        name = program.name
        contenders = {"ours": timed("rmc", direct_text(name))}
        contenders["translated"] = timed("prolog", f"{prolog_text(name)}\n?- run.\n")
        if "SWI" not in missing:
            contenders["SWI"] = swi(name, folder)
        if "GNU" not in missing:
            contenders["GNU"] = gnu(name, folder)
        samples: dict[str, list[float]] = {who: [] for who in contenders}
        for number in range(count + 1):
            for who, run in contenders.items():
                seconds = run()
                if number:
                    samples[who].append(seconds)
        medians = {who: statistics.median(times) for who, times in samples.items()}
        if program.kanren and "miniKanren" not in missing:
            medians["miniKanren"] = kanren_seconds(name) * program.rounds
        yield _row(program, medians, min(samples["ours"]))


def _row(program: Program, medians: dict[str, float], least: float) -> Row:
    ours = medians.pop("ours")
    row = Row(f"rmc-{program.name}", program.title, ours, least, peers=medians, target=f"≥ {program.target}")
    slower = medians["translated"] / ours
    reached = [slower <= MOST_TRANSLATED]
    notes = [f"translated {slower:.2f} times as long"]
    if "SWI" in medians:
        row.ratio = medians["SWI"] / ours
        reached.append(row.ratio >= program.target)
    if "miniKanren" in medians and program.kanren:
        faster = medians["miniKanren"] / ours
        reached.append(faster >= program.kanren)
        notes.append(f"{faster:,.0f} times as fast as miniKanren (≥ {program.kanren:,})")
    row.reached = all(reached)
    row.note = "; ".join(["reached" if row.reached else "not reached", *notes])
    return row


BEAVERS = {
    "bb4": ("busy beaver of 4 states", "1RB1LB_1LA0LC_1RH1LD_1RD0RA", 107, None),
    "bb5": ("busy beaver of 5 states", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RH0LA", 47_176_870, 20.0),
}


def beaver(name: str, count: int, quick: bool) -> Row:
    """The seconds of a Turing machine, whose number of steps is known."""
    title, machine, steps, target = BEAVERS[name]
    if quick and steps > 1_000:
        title, machine, steps, target = BEAVERS["bb4"]
    start = time.perf_counter()
    answers = calculus.solve("turing", machine, engine="kernel")
    found = [answers.view(answer).data for answer in answers if answers.view]
    seconds = time.perf_counter() - start
    if [view["steps"] for view in found] != [steps]:
        raise RuntimeError(f"{name}: {found}")
    return Row(
        name,
        f"{title}, {steps:,} steps",
        seconds,
        unit="s",
        target=f"< {target:.0f} s" if target else "",
        reached=seconds < target if target else None,
    )


NETS: dict[str, tuple[str, Callable[[int], nets.Net], tuple[int, ...], dict[int, int], float | None]] = {
    "dining": (
        "dining philosophers, left fork first",
        nets.dining_left,
        (10, 11, 12, 14),
        {10: 6_726, 11: 16_238, 12: 39_202, 14: 228_486},
        300_000,
    ),
    "kanban": ("Kanban", nets.kanban, (1, 2, 3, 4), {1: 160, 2: 4_600, 3: 58_400, 4: 454_475}, None),
    "counters": ("a net with a million markings", lambda n: nets.counters(6, n), (9,), {9: 10**6}, None),
}


def net(name: str, count: int, quick: bool) -> Row:
    """Markings a second in set mode, by growing size: all are looked at for deadlocks."""
    title, family, sizes, known, target = NETS[name]
    rates = {}
    for size in sizes[:2] if quick else sizes:
        program = calculus.program("petri", to_text(family(size)))
        start = time.process_time()
        answers = calculus.solve("petri", program, inputs=["deadlock"], engine="kernel", max_memory=8192)
        for _ in answers:
            pass
        seconds = time.process_time() - start
        found = answers.states or 0
        if found != known[size] or not answers.complete:
            raise RuntimeError(f"{name} {size}: {found} markings, complete: {answers.complete}")
        rates[size] = (found, found / seconds)
    best = max(rate for _, rate in rates.values())
    note = ", ".join(f"{size}: {found:,} at {rate:,.0f}/s" for size, (found, rate) in rates.items())
    return Row(
        name,
        title,
        best,
        unit="/s",
        target=f"≥ {target:,.0f} /s" if target else "",
        reached=best >= target if target else None,
        note=note,
    )


MEASURES: dict[str, Callable[[int, bool], Row]] = {
    **{name: (lambda count, quick, name=name: beaver(name, count, quick)) for name in BEAVERS},  # type: ignore[misc]
    **{name: (lambda count, quick, name=name: net(name, count, quick)) for name in NETS},  # type: ignore[misc]
}

NAMES = (*PROGRAMS, *MEASURES)


def rows(wanted: list[str], count: int, quick: bool, missing: dict[str, str]) -> Iterator[Row]:
    """The rows that are wanted, in order; notes the peers that are missing."""
    if chosen := [name for name in wanted if name in PROGRAMS]:
        missing |= missing_peers()
        with tempfile.TemporaryDirectory() as folder:
            yield from program_rows(chosen, count, Path(folder), missing)
    for name in wanted:
        if name in MEASURES:
            yield MEASURES[name](count, quick)
