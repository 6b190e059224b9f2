"""The exhaustive check of confluence of the FMC: terms a second on one core.

`python -m tests.benchmarks.confluence NODES [loops]` prints, for all terms of up to so many nodes, checked by
one process, their number, that of their forks, and the seconds of processor time.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from calculus.verify.catalogue import find
from calculus.verify.property import Plan, Tally
from tests.benchmarks.table import Row, verdict

TARGET = 30_000
SECONDS = 600
"""Of processor time, for each row: ten minutes for both on two cores."""


def run(nodes: int, loops: bool) -> dict[str, float]:
    part = find("fmc", "confluence").part("loops" if loops else "loop-free")
    plan = Plan(size=nodes + getattr(part, "less", 0))
    part.check(plan, 0, 10)  # compiles
    total = part.total(plan)
    tally = Tally()
    begin = time.process_time()
    for start in range(0, total, part.unit):
        tally.add(part.check(plan, start, min(start + part.unit, total)))
    seconds = time.process_time() - begin
    assert not tally.failures
    assert tally.checked == total
    return {"terms": total, "forks": tally.counts["forks"], "seconds": seconds}


def _row(name: str, loops: bool, nodes: int, count: int) -> Row:
    command = [sys.executable, "-m", "tests.benchmarks.confluence", str(nodes), *(["loops"] if loops else [])]
    samples = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(count)
    ]
    rate = statistics.median(sample["terms"] / sample["seconds"] for sample in samples)
    best = min(samples, key=lambda sample: sample["seconds"])
    reached = rate >= TARGET and best["seconds"] < SECONDS
    kind = "terms" if loops else "loop-free terms"
    return Row(
        name,
        f"FMC, forks of all {kind} of up to {nodes} nodes join, terms a second of one core",
        rate,
        unit="/s",
        target=f"≥ {TARGET:,} /s",
        reached=reached,
        note=f"{verdict(reached)}; {best['terms']:,} terms, {best['forks']:,} forks, {best['seconds']:.1f} s",
    )


def loop_free(count: int, quick: bool) -> Row:
    return _row("confluence", False, 7 if quick else 9, min(count, 3))


def with_loops(count: int, quick: bool) -> Row:
    return _row("confluence-loops", True, 5 if quick else 7, min(count, 3))


MEASURES: dict[str, Callable[[int, bool], Row]] = {
    "confluence": loop_free,
    "confluence-loops": with_loops,
}

if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), "loops" in sys.argv[2:])))
