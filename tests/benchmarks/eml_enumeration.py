"""The enumeration of all trees over {1, x}: values a second on one core, time and memory.

`python -m tests.benchmarks.eml_enumeration LEAVES` prints, for one run in a process of its own, the number of
values, the seconds of processor time, and the peak of memory in megabytes.
"""

import json
import resource
import statistics
import subprocess
import sys
import time

from calculus.eml.searching.enumeration import enumerate_trees
from tests.benchmarks.table import Row, verdict

NAME = "eml-enumeration"
TARGET = 12e6
SECONDS, MEMORY = 20, 4000


def run(leaves: int) -> dict[str, float]:
    enumerate_trees(("1", "x"), max_leaves=4, threads=1)  # compiles
    begin = time.process_time()
    found = enumerate_trees(("1", "x"), max_leaves=leaves, threads=1, max_memory=None)
    seconds = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "values": found.total,
        "seconds": seconds,
        "memory": peak / (1 << 20 if sys.platform == "darwin" else 1 << 10),
    }


def row(count: int, quick: bool) -> Row:
    """The row of the table; the quick one enumerates fewer levels."""
    leaves = 9 if quick else 12
    samples = []
    for _ in range(count if quick else min(count, 3)):
        command = [sys.executable, "-m", "tests.benchmarks.eml_enumeration", str(leaves)]
        samples.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
    best = min(samples, key=lambda sample: sample["seconds"])
    rate = statistics.median(sample["values"] / sample["seconds"] for sample in samples)
    within = quick or (best["seconds"] < SECONDS and best["memory"] < MEMORY)
    reached = rate >= TARGET and within
    measured = f"{best['values']:,} values, {best['seconds']:.1f} s, {best['memory']:.0f} MB"
    return Row(
        NAME,
        f"EML, all trees of {leaves} leaves over 1 and x, values a second of one core",
        rate,
        unit="/s",
        target="≥ 12,000,000 /s, < 20 s, < 4000 MB",
        reached=reached,
        note=f"{verdict(reached)}; {measured}",
    )


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
