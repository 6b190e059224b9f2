"""The search for EML trees: seconds to the shortest tree of constants and functions of the paper's Table 4.

Processor time on one thread, without the compilation of the kernel and of the domain record.
"""

import statistics
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from calculus.eml.searching import finding
from tests.benchmarks.table import Group, Row

GROUP = Group(
    (),
    ("ours", "least"),
    "Medians of processor time on one thread until the search ends, with the tree and its bound.",
)


class Case(NamedTuple):
    target: str
    K: int
    most: float
    """Seconds that it may take."""
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed


CASES = {
    "eml-search-minus-one": Case("-1", 15, 10),
    "eml-search-two": Case("2", 19, 10),
    "eml-search-minus-two": Case("-2", 25, 10),
    "eml-search-half": Case("1/2", 29, 10),
    "eml-search-half-finite": Case("1/2", 31, 10, {"finite": True}),
    "eml-search-minus-half": Case("-1/2", 29, 10),
    "eml-search-two-thirds": Case("2/3", 39, 10),
    "eml-search-minus-two-thirds": Case("-2/3", 37, 10),
    "eml-search-sum": Case("x+y", 19, 60),
    "eml-search-power": Case("x^y", 25, 60),
    "eml-search-root": Case("sqrt(x)", 43, 60),
    "eml-search-log": Case("log(x, y)", 29, 60),
}
NAMES = tuple(CASES)


def rows(wanted: list[str], count: int, quick: bool) -> Iterator[Row]:
    """The rows that are wanted, in order."""
    names = [name for name in wanted if name in CASES]
    if names:
        finding.search("1/3", max_steps=100_000, threads=1)
        finding.search("x+y", entries=5000, max_steps=100_000, threads=1)
    for name in names:
        case = CASES[name]
        samples = [_seconds(case, quick) for _ in range(min(count, 3))]
        middle = statistics.median(seconds for seconds, _ in samples)
        k = samples[0][1]
        yield Row(
            name,
            f"EML search, {case.target}",
            middle,
            min(seconds for seconds, _ in samples),
            "s",
            target=f"K ≤ {case.K} in {case.most:g} s",
            note=f"K = {k}",
            reached=k is not None and k <= case.K and middle <= case.most,
        )


def _seconds(case: Case, quick: bool) -> tuple[float, int | None]:
    limits: dict[str, Any] = {"entries": 5000, "max_steps": 10_000} if quick else {}
    started = time.process_time()
    found = finding.search(case.target, threads=1, **case.options, **limits)
    return time.process_time() - started, found.witness.K if found.witness else None
