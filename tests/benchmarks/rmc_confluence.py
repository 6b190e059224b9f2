"""The exhaustive checks of confluence and duality of the RMC.

`python -m tests.benchmarks.rmc_confluence compiled NODES` checks that all terms of up to so many nodes have
unique normal forms, by the compiled code. `… slices NODES` checks some of the subjects that the exhaustive
parts of both properties have if that many nodes are asked for, and reckons how long all of them take. Both
print their numbers as JSON; seconds are of processor time.
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

RATE = 30_000
SECONDS = 600 * 2
"""Ten minutes on two cores."""
SLICES = 20
WIDTH = 40
"""Subjects of a slice."""


def compiled(nodes: int) -> dict[str, float]:
    part = find("rmc", "confluence").part("compiled")
    plan = Plan(size=nodes)
    part.check(plan, 0, 10)  # compiles
    total = part.total(plan)
    tally = Tally()
    begin = time.process_time()
    for start in range(0, total, part.unit):
        tally.add(part.check(plan, start, min(start + part.unit, total)))
    seconds = time.process_time() - begin
    assert not tally.failures
    assert tally.checked == total
    return {"terms": total, "contractions": tally.counts["contractions"], "seconds": seconds}


def slices(nodes: int) -> dict[str, float]:
    """Slices that lie evenly over all ranks, as larger terms take longer."""
    plan = Plan(size=nodes)
    seconds = subjects = 0.0
    for name in ("confluence", "duality"):
        for part in find("rmc", name).parts:
            if part.kind != "exhaustive":
                continue
            total = part.total(plan)
            width = min(WIDTH, max(1, total // SLICES))
            part.check(plan, 0, 10)
            begin, checked = time.process_time(), 0
            for number in range(SLICES):
                start = (total - width) * number // (SLICES - 1)
                checked += part.check(plan, start, start + width).checked
            seconds += (time.process_time() - begin) / checked * total
            subjects += total
    return {"subjects": subjects, "seconds": seconds}


def _samples(what: str, nodes: int, count: int) -> list[dict[str, float]]:
    command = [sys.executable, "-m", "tests.benchmarks.rmc_confluence", what, str(nodes)]
    return [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(count)]


def unique_normal_forms(count: int, quick: bool) -> Row:
    nodes = 6 if quick else 8
    samples = _samples("compiled", nodes, min(count, 3))
    rate = statistics.median(sample["terms"] / sample["seconds"] for sample in samples)
    reached = rate >= RATE
    best = min(samples, key=lambda sample: sample["seconds"])
    return Row(
        "rmc-confluence",
        f"RMC, unique normal forms of all terms of {nodes} nodes, terms a second of one core",
        rate,
        unit="/s",
        target=f"≥ {RATE:,} /s",
        reached=reached,
        note=f"{verdict(reached)}; {best['terms']:,} terms, {best['contractions']:,} contractions, "
        f"{best['seconds']:.1f} s",
    )


def both_properties(count: int, quick: bool) -> Row:
    nodes = 5 if quick else 8
    samples = _samples("slices", nodes, min(count, 3))
    seconds = statistics.median(sample["seconds"] for sample in samples)
    reached = seconds < SECONDS
    return Row(
        "rmc-duality",
        f"RMC, confluence and duality of all terms of {nodes} nodes, processor time reckoned from slices",
        seconds,
        unit="s",
        target=f"< {SECONDS:,} s",
        reached=reached,
        note=f"{verdict(reached)}; {samples[0]['subjects']:,.0f} subjects",
    )


MEASURES: dict[str, Callable[[int, bool], Row]] = {
    "rmc-confluence": unique_normal_forms,
    "rmc-duality": both_properties,
}

if __name__ == "__main__":
    print(json.dumps({"compiled": compiled, "slices": slices}[sys.argv[1]](int(sys.argv[2]))))
