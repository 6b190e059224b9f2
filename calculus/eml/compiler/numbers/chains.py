"""Trees of whole numbers and of fractions, by the cheapest known chains.

Up to `TOP` the table is followed; `large` takes larger numbers apart, and `fractions` makes the others.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from calculus.eml.compiler.numbers import large
from calculus.eml.compiler.numbers.fractions import candidates
from calculus.eml.compiler.numbers.known import known
from calculus.eml.compiler.numbers.rules import ZERO
from calculus.eml.compiler.numbers.table import FAR, TOP, Mode, chains
from calculus.eml.syntax import dag_size, size
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

__all__ = ["integer", "rational"]

_MEASURES = {"K": size, "dag": dag_size}


def integer(n: int, *, finite: bool = False, robust: bool = False, shortest: str = "K") -> Term:
    """The cheapest known tree of a whole number.

    `finite` avoids infinite intermediate values (as `principal` needs), `robust` logarithms of negative
    numbers; only for n ≤ -690 that of one negative factor stays. In every mode the value is right whatever
    the signs of zeros; without `robust`, some intermediate values depend on them. `shortest` is what is
    counted, nodes of the tree (`K`) or distinct subtrees (`dag`).

    Every step is an exact identity under `principal` (if `finite`) and `extended`, and holds up to rounding
    under `ieee`. K grows with the logarithm of |n|. Raises `UsageProblem` for what is no whole number.
    """
    if isinstance(n, bool) or not isinstance(n, int):
        raise UsageProblem(f"expected a whole number, found {n!r}")
    _check(shortest)
    return _integer(n, Mode(bool(finite), bool(robust)), shortest)


def rational(
    value: Fraction | int, *, finite: bool = False, robust: bool = False, shortest: str = "K"
) -> Term:
    """The cheapest known tree of a rational number; options as for `integer`.

    With `robust`, a negative fraction below -688 or above -1/100 has the logarithm of a negative factor, too.
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise UsageProblem(f"expected a rational number, found {value!r}")
    _check(shortest)
    value = Fraction(value)
    if value.denominator == 1:
        return integer(int(value), finite=finite, robust=robust, shortest=shortest)
    mode = Mode(bool(finite), bool(robust))

    def whole(n: int) -> Term:
        return _integer(n, mode, shortest)

    return min(candidates(value, mode, whole), key=_MEASURES[shortest])


@lru_cache(maxsize=4096)
def _integer(n: int, mode: Mode, shortest: str) -> Term:
    return min(_integers(n, mode, shortest), key=_MEASURES[shortest])


def _integers(n: int, mode: Mode, shortest: str) -> Iterable[Term]:
    modes = {mode, Mode(True, mode.robust)} if shortest == "dag" else {mode}
    if n == 0:
        return [ZERO]
    if 0 < n <= TOP:
        return [chains(each).tree("v", n) for each in modes]
    if -FAR < n < 0:
        return [*known(Fraction(n), mode), *(chains(each).tree("u", -n) for each in modes)]
    return large.candidates(n, mode, sharing=shortest == "dag")


def _check(shortest: str) -> None:
    if shortest not in _MEASURES:
        raise UsageProblem(f"shortest is one of {', '.join(_MEASURES)}; got {shortest!r}")
