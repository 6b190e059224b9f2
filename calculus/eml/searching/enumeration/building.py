"""`enumerate_trees`: the driver of an enumeration, with its limits, and what it is resumed from."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calculus.eml.domain import SEMANTICS
from calculus.eml.searching.enumeration import jit, long
from calculus.eml.searching.enumeration.doubles import Doubles
from calculus.eml.searching.enumeration.long import Long
from calculus.eml.searching.enumeration.result import Enumeration
from calculus.eml.syntax import ONE, variable
from calculus.machine.budget import DEFAULT_MEMORY
from calculus.source.diagnostic import UsageProblem

__all__ = ["enumerate_trees"]

PROBES = (
    (0.5772156649015329, 1.2824271291006226 + 0.3j),
    (1.7052111401053677, 0.4769362762044699 - 0.2j),
)
"""Where functions are looked at: on both sides of 1, on the real line and off it."""
_TOLERANCE = 2.0**-38


def enumerate_trees(
    leaves: Sequence[str] = ("1", "x"),
    *,
    max_leaves: int | None = None,
    max_size: int | None = None,
    semantics: str = "extended",
    real: bool = False,
    arithmetic: str = "auto",
    probes: dict[str, Sequence[complex]] | None = None,
    tolerance: float | None = None,
    max_memory: float | None = DEFAULT_MEMORY,
    max_seconds: float | None = None,
    threads: int | None = None,
    progress: Callable[[str], None] | None = None,
    resume: str | Path | None = None,
) -> Enumeration:
    """All values that trees over some leaves have, by the number of leaves, each with its first tree.

    `leaves` are `1` and up to two variables. Trees of up to `max_leaves` leaves, or of `max_size` nodes
    (K), are looked at; without both, those of up to K = 15. `semantics` and `real` say which values count:
    `principal` leaves out infinite ones, `extended` and `ieee` have ln 0 = -∞ and exp(-∞) = 0, and in
    `ieee` the sign of a zero decides on which side of the cut a negative number is. `real` leaves out
    values off the real line.

    `arithmetic` is `double`, or `long` for real values at one real probe, in 80 bits where the machine has
    them; `auto` takes `long` where it can. `probes` gives each variable numbers at which functions are
    compared, `tolerance` is the relative difference up to which two values are one.

    A level that does not fit into `max_memory` (MB) or `max_seconds` ends the enumeration, as Ctrl-C does,
    with the levels that are complete. `threads` (by default one a core) change nothing but the time.
    `progress` is told in words how far it is. With the file `resume`, complete levels are kept there and
    not enumerated again.

    Raises `UsageProblem` for what makes no sense, and for a file that is of another enumeration.
    """
    names = _leaves(leaves)
    most = _most(max_leaves, max_size)
    if semantics not in SEMANTICS:
        raise UsageProblem(f"the semantics is one of {', '.join(SEMANTICS)}; got {semantics!r}")
    if arithmetic not in ("auto", "double", "long"):
        raise UsageProblem(f"the arithmetic is auto, double or long; got {arithmetic!r}")
    threads = os.cpu_count() or 1 if threads is None else threads
    if not 1 <= threads <= 256:
        raise UsageProblem(f"threads is a number from 1 to 256; got {threads!r}")
    in_long = _in_long(names, semantics, real, arithmetic, probes)
    points = _points(names, real, in_long, probes)
    if tolerance is None:
        tolerance = long.TOLERANCE if in_long else _TOLERANCE
    if not 2.0**-48 <= tolerance <= 1e-4 and not (in_long and 1e-18 <= tolerance <= 1e-4):
        raise UsageProblem(
            f"the tolerance is a number from 4e-15 (1e-18 with long) to 1e-4; got {tolerance!r}"
        )
    rows = [[1.0] * len(next(iter(points.values()), (1,))) if name == "1" else points[name] for name in names]
    store: Doubles | Long
    if in_long:
        store = Long([row[0] for row in rows], semantics != "principal", tolerance)
    else:
        flags = (jit.REAL if real else 0) | (0 if semantics == "principal" else jit.INFINITE)
        flags |= jit.SIGNED | jit.COMPUTED if semantics == "ieee" else 0
        store = Doubles(rows, flags, round(-np.log2(tolerance)), threads)
    terms = [ONE if name == "1" else variable(name) for name in names]
    filters = _filters(semantics, real, in_long, tolerance, points, store.name)
    found = Enumeration(terms, tuple(names), points, semantics, filters, store)
    _Run(found, most, max_memory, max_seconds, progress, Path(resume) if resume else None).go()
    return found


def _leaves(leaves: Sequence[str]) -> list[str]:
    if not isinstance(leaves, Iterable):
        raise UsageProblem(f"the leaves are texts, as in ('1', 'x'); got {leaves!r}")
    names = list(leaves)
    for name in names:
        if not isinstance(name, str) or not (name == "1" or name.isidentifier()):
            raise UsageProblem(f"a leaf is 1 or a variable; got {name!r}")
    variables = [name for name in names if name != "1"]
    if not names or len(set(names)) < len(names) or len(variables) > 2:
        raise UsageProblem(f"the leaves are 1 and up to two variables, each once; got {', '.join(names)}")
    return names


def _most(max_leaves: int | None, max_size: int | None) -> int:
    if max_leaves is None:
        max_leaves = 8 if max_size is None else (max_size + 1) // 2
    if isinstance(max_leaves, bool) or not isinstance(max_leaves, int) or not 1 <= max_leaves <= 64:
        raise UsageProblem(f"trees of 1 to 64 leaves can be enumerated; got {max_leaves!r}")
    return max_leaves


def _in_long(names: Sequence[str], semantics: str, real: bool, arithmetic: str, probes: Any) -> bool:
    one = probes is None or all(len(points) == 1 for points in probes.values())
    able = real and semantics != "ieee" and one and len([name for name in names if name != "1"]) <= 1
    if arithmetic == "long":
        if not able:
            raise UsageProblem("long arithmetic is for real values, extended or principal, at one probe")
        if not long.available():
            raise UsageProblem("this machine has no numbers of 80 bits; use double arithmetic")
        return True
    return arithmetic == "auto" and able and long.available()


def _points(
    names: Sequence[str], real: bool, in_long: bool, probes: dict[str, Sequence[complex]] | None
) -> dict[str, tuple[complex, ...]]:
    variables = [name for name in names if name != "1"]
    if probes is None:
        rows = dict(zip(variables, PROBES, strict=False))
        if in_long:
            return {name: rows[name][:1] for name in variables}
        return {name: tuple(complex(x).real if real else x for x in rows[name]) for name in variables}
    points = {name: tuple(probes.get(name, ())) for name in variables}
    if set(probes) != set(variables) or not all(points.values()) or len({*map(len, points.values())}) > 1:
        raise UsageProblem(
            f"the probes are as many numbers for each of {', '.join(variables) or 'no variables'}"
        )
    if real and any(complex(x).imag for row in points.values() for x in row):
        raise UsageProblem("real values need real probes")
    return points


def _filters(
    semantics: str, real: bool, in_long: bool, tolerance: float, points: dict[str, Any], name: str
) -> str:
    """What counts as a value, in words."""
    infinite = (
        "finite values only"
        if semantics == "principal"
        else "infinite real values count, ln 0 = -∞ and exp(-∞) = 0"
    )
    parts = [
        f"{semantics} semantics, {name}",
        infinite,
        "real values only, those of all subtrees among them" if real else "complex values",
        f"values within {tolerance:.3g} of each other, relative to the larger, are one",
    ]
    if in_long:
        parts.append("values below 1e-320 are 0, exponentials beyond e^11356 infinite")
    elif semantics == "ieee":
        parts.append("pairs in which an operand is smaller than that part of the other are left out")
    else:
        parts.append(
            "pairs in which an operand is smaller than that part of the other, and values whose exponential "
            "leaves the range of doubles, are left out; what is left by cancellation below 2^-45 is 0"
        )
    for variable_name, row in points.items():
        parts.append(f"{variable_name} at {', '.join(map(str, row))}")
    return "; ".join(parts)


class _Run:
    """One call: it makes levels until a limit is reached."""

    def __init__(
        self,
        found: Enumeration,
        most: int,
        max_memory: float | None,
        max_seconds: float | None,
        progress: Callable[[str], None] | None,
        path: Path | None,
    ) -> None:
        self.found = found
        self.most = most
        self.memory = float("inf") if max_memory is None else max_memory * 1e6
        self.end = float("inf") if max_seconds is None else time.monotonic() + max_seconds
        self.progress = progress
        self.path = path
        self.pairs = 0
        self.interrupted = False

    def go(self) -> None:
        found = self.found
        if self.path and self.path.exists():
            found.read(self.path, self.most)
        while found.complete < self.most and found.stopped_by is None:
            try:
                self._level()
            except KeyboardInterrupt:
                found.stopped_by = "interrupted"
            else:
                if self.path and found.stopped_by is None:
                    found.write(self.path)

    def _level(self) -> None:
        found, store = self.found, self.found.store
        sizes = [0, *found.counts]
        n = len(sizes)
        self.pairs = sum(sizes[i] * sizes[n - i] for i in range(1, n))
        last = n == self.most
        fits = store.bytes + store.needed(self.pairs, True) <= self.memory
        stored = fits if last else True
        if not fits and (not last or store.bytes + store.needed(self.pairs, False) > self.memory):
            found.stopped_by = "max_memory"
            return
        # The last level is kept only if it is small.
        stored = stored and (not last or self.pairs <= KEPT)
        store.reserve(self.pairs)
        level = store.level(sizes, stored, self._look)
        if level is None:
            found.stopped_by = "interrupted" if self.interrupted else "max_seconds"
        elif stored:
            store.close(level)
            found.add(level)
        else:
            found.count_only(level)

    def _look(self, looked: int) -> bool:
        if self.progress:
            n = len(self.found.counts) + 1
            part = 100 * looked // max(1, self.pairs)
            self.progress(f"K = {2 * n - 1}: {part} % of {self.pairs:,} pairs")
        return time.monotonic() >= self.end


KEPT = 2_000_000
"""A last level of up to so many pairs is kept, so that its trees can be listed."""
