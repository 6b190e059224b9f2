"""λ-RLM: what a run costs beside its calls, many calls at a time, planning, and splitting a large document.

`python -m tests.benchmarks.rlm split BYTES` plans and splits a document of so many bytes, in a process of its
own, and prints seconds of processor time and the peak of memory in megabytes.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from calculus.rlm.calls import Call, Reply
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.oracles import SimulatedOracle
from calculus.rlm.planning import Model, plan
from calculus.rlm.program import parse_program
from calculus.rlm.runtime.driver import Driver, Options
from calculus.source.text import Source
from tests.benchmarks.table import Group, Row, verdict

GROUP = Group(
    (),
    ("ours", "least"),
    "Medians. Overhead and planning are processor time, concurrency is time on the wall.",
)

SUMMARISE = r"""
def leaf = \P. oracle (ask "Summarise." query P)

def join_up = \answers. oracle (ask_all "Join." query answers)

(fix f. \P. if size P <= tau then leaf P else join_up (map f (split k P))) document
"""

FLAT = r"length (map (\part. oracle part) (split k document))"


class Waiting:
    """An oracle that takes so many seconds for every answer."""

    name = "waiting"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def ask(self, call: Call) -> Reply:
        await asyncio.sleep(self.seconds)
        return Reply("an answer", 10, 2)


def overhead(count: int, quick: bool) -> Row:
    """A tree of 21 calls, 16 leaves and 5 merges, from a program that was read to its answer."""
    program = parse_program(Source(SUMMARISE))
    document = "x" * 1600

    def run() -> None:
        evaluation = Evaluation(program, document, "What?", k=4, tau=100)
        outcome = Driver(evaluation, SimulatedOracle(lambda call: "an answer")).run_now()
        assert outcome.calls == 21

    return _timed("rlm-overhead", "a tree of 21 calls, in-process oracle", run, 0.002, count, quick)


def planning(count: int, quick: bool) -> Row:
    model = Model(window=8192)

    def run() -> None:
        plan("summarise", size=1_000_000, model=model)

    return _timed("rlm-planning", "a plan for a million bytes", run, 0.005, count, quick)


def _timed(name: str, title: str, run: Callable[[], None], target: float, count: int, quick: bool) -> Row:
    run()  # loads what it needs
    samples = []
    for _ in range(count):
        times = 2 if quick else 20
        start = time.process_time()
        for _ in range(times):
            run()
        samples.append((time.process_time() - start) / times)
    middle = statistics.median(samples)
    return Row(
        name,
        title,
        middle,
        min(samples),
        target=f"< {target * 1e3:g} ms",
        reached=middle < target,
    )


def concurrency(name: str, calls: int, delay: float, workers: int, most: float, count: int) -> Row:
    """A flat program of so many calls; `most` seconds."""
    program = parse_program(Source(FLAT))

    def run() -> float:
        evaluation = Evaluation(program, "x" * calls, k=calls, tau=1)
        start = time.perf_counter()
        outcome = asyncio.run(Driver(evaluation, Waiting(delay), Options(workers=workers)).run())
        assert outcome.calls == calls
        return time.perf_counter() - start

    samples = [run() for _ in range(count)]
    middle = statistics.median(samples)
    ideal = -(-calls // workers) * delay
    return Row(
        name,
        f"{calls:,} calls of {delay * 1e3:g} ms at {workers} workers",
        middle,
        min(samples),
        "s",
        target=f"< {most:g} s",
        reached=middle < most,
        note=f"{verdict(middle < most)}; {middle / ideal:.2f} times the ideal {ideal:g} s",
    )


def few(count: int, quick: bool) -> Row:
    return concurrency("rlm-concurrency", 291, 0.02, 16, 0.6, count)


def many(count: int, quick: bool) -> Row:
    calls = 1_000 if quick else 10_000
    ideal = -(-calls // 256) * 0.05
    return concurrency("rlm-concurrency-many", calls, 0.05, 256, round(1.3 * ideal, 3), min(count, 3))


def splitting(count: int, quick: bool) -> Row:
    """All levels of a tree over a large document, cut at lines; a quick one is ten times as small."""
    size = 10_000_000 if quick else 100_000_000
    command = [sys.executable, "-m", "tests.benchmarks.rlm", "split", str(size)]
    samples = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        for _ in range(min(count, 3))
    ]
    seconds = [sample["seconds"] for sample in samples]
    memory = max(sample["memory"] for sample in samples)
    reached = memory < 400
    tree = f"{samples[0]['leaves']:,} leaves, {samples[0]['depth']} levels"
    return Row(
        "rlm-split",
        f"a document of {size // 1_000_000} MB, planned and split into leaves",
        statistics.median(seconds),
        min(seconds),
        "s",
        target="< 400 MB",
        reached=reached,
        note=f"{verdict(reached)}; {memory:.0f} MB, {tree}",
    )


def split_all(size: int) -> dict[str, float]:
    """Plan a document by lines, and split it down to its leaves as a run does."""
    from calculus.rlm.splitting import boundary, chunks
    from calculus.rlm.text import Document

    document = Document(_lines(size))
    start = time.process_time()
    certificate = plan("aggregate", document=document, k=16, tau=4096, by="lines")
    find = boundary("lines")
    waiting, leaves, depth = [document.whole], 0, 0
    while waiting:
        parts = [part for part in waiting if len(part) > 4096]
        leaves += len(waiting) - len(parts)
        waiting = [piece for part in parts for piece in chunks(part, 16, 4096, find)]
        depth += bool(parts)
    assert leaves == certificate.leaves
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return {"seconds": seconds, "memory": memory, "leaves": leaves, "depth": depth}


def _lines(size: int) -> bytes:
    line = b"2026-03-01T08:00:00 INFO gateway: a request was served, as any other, in 17 ms\n"
    return line * (size // len(line))


ROWS: dict[str, Callable[[int, bool], Row]] = {
    "rlm-overhead": overhead,
    "rlm-concurrency": few,
    "rlm-concurrency-many": many,
    "rlm-planning": planning,
    "rlm-split": splitting,
}
NAMES = tuple(ROWS)


def rows(wanted: list[str], count: int, quick: bool) -> Iterator[Row]:
    """The rows that are wanted, in order."""
    for name in wanted:
        if name in ROWS:
            yield ROWS[name](count, quick)


if __name__ == "__main__":
    print(json.dumps(split_all(int(sys.argv[2]))))
