"""How answers are judged, and what may be said of a rate or a mean from so many runs."""

import random
from collections.abc import Mapping, Sequence
from math import sqrt

Z = 1.959963984540054
"""Of the normal distribution: 95 % lie within so many deviations."""

RESAMPLES = 1000


def f1(found: set[str], wanted: set[str]) -> float:
    """The harmonic mean of precision and recall; 1 if there was nothing to find and nothing was found."""
    if not found and not wanted:
        return 1.0
    both = len(found & wanted)
    return 2 * both / (len(found) + len(wanted))


def closeness(found: Mapping[str, int], wanted: Mapping[str, int]) -> float:
    """1 less the share of what was counted that was counted wrongly, at least 0."""
    off = sum(abs(found.get(label, 0) - wanted.get(label, 0)) for label in {*found, *wanted})
    return max(0.0, 1 - off / max(1, sum(wanted.values())))


def wilson(successes: int, runs: int) -> tuple[float, float]:
    """The 95 % confidence interval of a rate (E. B. Wilson, 1927)."""
    if not runs:
        return 0.0, 1.0
    rate, spread = successes / runs, Z * Z / runs
    middle = (rate + spread / 2) / (1 + spread)
    half = Z * sqrt(rate * (1 - rate) / runs + spread / (4 * runs)) / (1 + spread)
    # Rounding must not put the rate itself outside.
    return max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half))


def bootstrap(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 95 % confidence interval of a mean, by resampling (B. Efron, 1979)."""
    if not values:
        return 0.0, 1.0
    draw = random.Random(seed)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    tail = RESAMPLES // 40
    return means[tail], means[-tail - 1]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % confidence interval of the mean of values: of a rate, if each is 0 or 1."""
    if all(value in (0, 1) for value in values):
        return wilson(round(sum(values)), len(values))
    return bootstrap(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that is not below so large a share of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
