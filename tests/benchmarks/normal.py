"""Normal forms: evaluation against stepping, and against Node evaluating the same λ-terms.

Run as `python -m tests.benchmarks.normal`. Stepping takes minutes for the larger terms, so it is timed
on smaller ones.
"""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from calculus.fmc.normal import normal_form
from calculus.fmc.reduction import redexes, reduce
from calculus.machine.instructions import SKIP, jump, pop, push, variable
from calculus.term import Term
from calculus.term.node import size
from tests.numerals import factorial, power

NODE = Path(__file__).parent / "peers" / "nbe.js"


def best(work: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def node_times() -> list[float]:
    """Seconds of Node for the two large terms; none without Node."""
    node = shutil.which("node")
    if node is None:
        return []
    lines = subprocess.run([node, NODE], capture_output=True, text=True, check=True).stdout.splitlines()
    return [float(line.split()[0]) / 1000 for line in lines]


def large_spine() -> Term:
    term = SKIP
    for i in range(25_000):
        term = push(jump(i), pop("x", push(variable("x"), term, "a")))
    return term


def main() -> None:
    theirs = node_times()
    for number, (name, term) in enumerate({"2^16": power(16), "6!": factorial(6)}.items()):
        ours = best(lambda term=term: normal_form(term))  # type: ignore[misc]
        node = f"Node {theirs[number] * 1000:.1f} ms, ratio {theirs[number] / ours:.2f}" if theirs else ""
        print(f"{name}: {ours * 1000:.1f} ms; {node}")
    for name, term in {"2^11": power(11), "5!": factorial(5), "6!": factorial(6)}.items():
        ours = best(lambda term=term: normal_form(term))  # type: ignore[misc]
        stepped = best(lambda term=term: reduce(term, max_steps=None, keep=False), 1)  # type: ignore[misc]
        print(f"{name}: evaluated {ours * 1000:.1f} ms, stepped {stepped:.2f} s, ratio {stepped / ours:.0f}")
    term = large_spine()
    print(f"all redexes of {size(term)} nodes: {best(lambda: redexes(term)):.2f} s")


if __name__ == "__main__":
    main()
