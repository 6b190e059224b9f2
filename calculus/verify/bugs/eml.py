"""Bugs in EML: branches of the logarithm, trees that are not the function, the decompiler, enumeration."""

import cmath
from collections.abc import Callable
from typing import Any

from calculus.eml import catalogue
from calculus.eml.evaluation import exact, ieee
from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.searching.enumeration import Enumeration
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.planting import instead

Log = Callable[[complex], complex]


def _turned(right: Log) -> Log:
    def log(z: complex) -> complex:
        found = right(z)
        return found + 2j * cmath.pi if found.imag < 0 else found

    return log


def _unsigned_zero(right: Log) -> Log:
    return lambda z: right(complex(z.real, z.imag + 0.0))


def _below(right: Callable[..., exact.Ball]) -> Callable[..., exact.Ball]:
    def ln(self: Any, ball: exact.Ball, item: Any) -> exact.Ball:
        found = right(self, ball, item)
        if found.infinite or found.center.imag != self.mp.pi:
            return found
        return exact.Ball(found.center.conjugate(), found.radius, None, False)

    return ln


def _no_exponential(right: Callable[[str], Any]) -> Callable[[str], Any]:
    def witnesses(name: str) -> Any:
        if name != "exp":
            return right(name)
        best = right(name)[0]
        # e - ln(e^x) is none.
        return [catalogue.Entry("exp", "1x1EE", best.claims, True, True)]

    return witnesses


def _one_too_few(right: Callable[..., None]) -> Callable[..., None]:
    def add(self: Enumeration, level: Any) -> None:
        right(self, level)
        self.counts[-1] -= len(self.counts) == 5

    return add


BUGS = (
    Bug(
        "argument-from-0-to-2-pi",
        "EML branches",
        "in complex128 the argument of a logarithm is between 0 and 2π",
        instead(ieee, "log_ieee", _turned),
        Where("eml", "branches", "complex128"),
    ),
    Bug(
        "zero-without-sign",
        "EML branches",
        "the sign of a zero does not tell the two edges of the cut apart",
        instead(ieee, "log_ieee", _unsigned_zero),
        Where("eml", "branches", "complex128"),
    ),
    Bug(
        "other-edge-of-the-cut",
        "EML branches",
        "the exact logarithm of a negative number is that below the cut",
        instead(exact.Evaluation, "_ln", _below),
        Where("eml", "branches", "exact"),
    ),
    Bug(
        "tree-of-another-function",
        "EML trees",
        "the catalogue has the tree of another function for exp",
        instead(catalogue, "witnesses", _no_exponential),
        Where("eml", "completeness", "rows"),
        nodes=None,
    ),
    Bug(
        "logarithm-always-principal",
        "EML decompiler",
        "ln(exp z) is taken for z wherever z is",
        instead(Algebra, "in_strip", lambda right: lambda self, item: True),
        Where("eml", "decompilation", "exhaustive"),
    ),
    Bug(
        "value-not-enumerated",
        "EML search",
        "one of the values of trees of five levels is not counted",
        instead(Enumeration, "add", _one_too_few),
        Where("eml", "enumeration", "counts"),
        nodes=None,
    ),
)
