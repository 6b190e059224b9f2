"""How well conditioned a tree is at a point: what rounding does to the value in complex128, and where.

Errors are propagated to first order: the derivatives of exp(a) - ln(b), exp(a) and -1/b, carry the rounding
of each operation to the root, in one pass from the root down.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from calculus.eml.display import Displayed
from calculus.eml.evaluation.ieee import eml_ieee, exp_ieee, log_ieee, values_ieee
from calculus.eml.evaluation.points import point
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import EML, VARIABLE, subtrees, variables
from calculus.eml.tree import Tree
from calculus.source.text import Source
from calculus.term import Term

ROUNDING = 2.0**-53
LARGEST_EXPONENT = 709.782712893384
"""The exponential of larger numbers overflows."""

_NEAR = 1e-6
_ON_CUT = 1e-11
_WORST = 5
_MOST_FLIPS = 64


@dataclass(frozen=True, slots=True)
class Loss:
    """A subtree (in postfix), its value, and the error that its rounding makes at the root."""

    subtree: str
    value: complex
    error: float
    digits: float
    """Decimal digits lost by cancellation in its subtraction."""


@dataclass(frozen=True, slots=True, repr=False)
class Conditioning(Displayed):
    """The report of a point.

    `exact` is the value in exact arithmetic (None where it has none, or mpmath is missing), in the semantics
    `exact_semantics`; `error` the absolute error of `value`; `bound` its first-order estimate from all
    roundings. `condition` gives, for each variable, the relative change of the value for a relative change
    of the variable. `branches` are the arguments of logarithms close to the cut, with the distance as an
    angle. `turns` says by how many times 2πi the value is off, where it is. `robust` says that rounding
    decides no branch, `zero_signs` that flipping the sign of a zero would change the value.
    """

    value: complex
    exact: complex | None
    exact_semantics: str | None
    error: float | None
    bound: float
    condition: Mapping[str, float]
    worst: tuple[Loss, ...]
    largest: float
    smallest: float
    overflow_margin: float
    branches: tuple[tuple[str, float], ...]
    robust: bool
    zero_signs: bool
    finite: bool

    @property
    def relative_error(self) -> float | None:
        """The error relative to the larger of 1 and the exact value."""
        if self.error is None or self.exact is None:
            return None
        return self.error / max(1.0, abs(self.exact))

    @property
    def turns(self) -> int:
        """The multiple of 2πi, up to some thousands, by which rounding has changed the value; mostly 0."""
        if self.exact is None or not abs(self.value - self.exact) < 1e4:
            return 0
        off = (self.value - self.exact) / (2j * math.pi)
        count = round(off.real)
        return count if abs(off - count) < 1e-3 else 0

    def __str__(self) -> str:
        lines = [f"value             {_number(self.value)}"]
        if self.exact is None:
            lines.append("exact value       none")
        else:
            lines.append(f"exact value       {_number(self.exact)} ({self.exact_semantics})")
            turned = f": {self.turns:+}·2πi, another branch" if self.turns else ""
            lines.append(f"error             {self.error:.2g}{turned}")
        lines.append(f"rounding          up to about {self.bound:.2g}")
        lines += [f"condition in {name:4} {amount:.3g}" for name, amount in self.condition.items()]
        lines.append(f"intermediates     from {self.smallest:.3g} to {self.largest:.3g} in size")
        lines.append(f"overflow margin   {self.overflow_margin:.4g} in the largest exponent")
        lines.append(f"finite            {'yes' if self.finite else 'no'}")
        lines.append(f"robust            {'yes' if self.robust else 'no: rounding decides a branch'}")
        lines.append(f"signs of zeros    {'change it' if self.zero_signs else 'do not matter'}")
        lines += [f"near the cut      {tree} by an angle of {angle:.2g}" for tree, angle in self.branches]
        for loss in self.worst:
            lost = f", {loss.digits:.1f} digits lost" if loss.digits >= 0.5 else ""
            lines.append(f"error {loss.error:8.2g}    from {loss.subtree}{lost}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        error = "no exact value" if self.error is None else f"error {self.error:.2g}"
        return f"<Conditioning {_number(self.value)}, {error}, {'robust' if self.robust else 'not robust'}>"

    def to_json(self) -> dict[str, Any]:
        return {
            "value": _parts(self.value),
            "exact": None if self.exact is None else _parts(self.exact),
            "exact_semantics": self.exact_semantics,
            "error": self.error,
            "turns": self.turns,
            "bound": _finite(self.bound),
            "condition": {name: _finite(amount) for name, amount in self.condition.items()},
            "worst": [
                {"subtree": loss.subtree, "error": _finite(loss.error), "digits": round(loss.digits, 2)}
                for loss in self.worst
            ],
            "largest": _finite(self.largest),
            "smallest": self.smallest,
            "overflow_margin": _finite(self.overflow_margin),
            "branches": [{"subtree": tree, "angle": angle} for tree, angle in self.branches],
            "robust": self.robust,
            "zero_signs": self.zero_signs,
            "finite": self.finite,
        }


def conditioning(tree: Tree | Term | str | Source, at: Mapping[str, Any] | None = None) -> Conditioning:
    """How the value of a tree in complex128 at a point comes about, and what it can be trusted for.

    `at` is as in `evaluate`. Raises `SyntaxProblem`, `NameProblem`, `UsageProblem`.
    """
    term = Tree(tree).term
    names = variables(term)
    given = point(at, names)
    rounded = {name: number.rounded for name, number in given.items()}
    values = values_ieee(term, rounded)
    value = values[id(term)]
    exact, semantics = _exact(term, given)
    slopes = derivatives(term, values)
    losses = _losses(term, values, slopes)
    sizes = [abs(values[id(item)]) for item in subtrees(term) if item.op is EML]
    finite_sizes = [size for size in sizes if 0 < size < math.inf]
    exponents = [values[id(item.children[0])].real for item in subtrees(term) if item.op is EML]
    condition = {
        item.label: _ratio(abs(values[id(item)]) * _size(slopes[id(item)]), abs(value))
        for item in subtrees(term)
        if item.op is VARIABLE
    }
    return Conditioning(
        value=value,
        exact=exact,
        exact_semantics=semantics,
        error=None if exact is None else _distance(value, exact),
        bound=sum(loss.error for loss in losses),
        condition=condition,
        worst=tuple(sorted(losses, key=lambda loss: -loss.error)[:_WORST]),
        largest=max(finite_sizes, default=abs(value)),
        smallest=min(finite_sizes, default=abs(value)),
        overflow_margin=LARGEST_EXPONENT - max((x for x in exponents if x == x), default=0.0),
        branches=tuple(_branches(term, values)),
        robust=is_robust(term, rounded),
        zero_signs=zero_signs_matter(term, rounded),
        finite=all(size < math.inf for size in sizes),
    )


def derivatives(term: Term, values: Mapping[int, complex]) -> dict[int, complex]:
    """The derivative of the root by each distinct subtree, by its id, as far as it is finite."""
    order = list(subtrees(term))
    slopes = {id(item): 0j for item in order}
    slopes[id(term)] = 1 + 0j
    for item in reversed(order):
        slope = slopes[id(item)]
        if item.op is not EML or slope == 0:
            continue
        left, right = item.children
        slopes[id(left)] += _product(slope, exp_ieee(values[id(left)]))
        below = values[id(right)]
        slopes[id(right)] -= _product(slope, 1 / below) if below else complex(math.inf, 0)
    return slopes


def rounding_bound(term: Term, values: Mapping[int, complex]) -> float:
    """To first order, the absolute error at the root from all roundings; infinite if it cannot be said."""
    total = sum(loss.error for loss in _losses(term, values, derivatives(term, values)))
    return total if total == total else math.inf


def is_robust(term: Term, at: Mapping[str, complex], tolerance: float = 1e-9) -> bool:
    """Whether rounding decides no branch at a point, nor a zero of negative sign.

    Exact arithmetic puts what lies on the cut, up to rounding, on its upper edge; the value there has to be
    that in complex128. Leaves, which are given, are left alone.
    """

    def upper(_: Term, z: complex) -> complex:
        return complex(z.real, 0.0) if _is_on_cut(z) else z

    value = values_ieee(term, at)[id(term)]
    return not _differs(value, _changed(term, at, upper), tolerance)


def zero_signs_matter(term: Term, at: Mapping[str, complex], tolerance: float = 1e-9) -> bool:
    """Whether flipping the sign of the zero imaginary part of a logarithm's argument changes the value.

    One is flipped at a time, and all together. By symmetry, some flip changes each value that is not real.
    """
    values = values_ieee(term, at)
    critical = []
    for item in subtrees(term):
        if item.op is EML and item.children[1].op is EML:
            argument = values[id(item.children[1])]
            if argument.imag == 0 and argument.real <= 0:
                critical.append(id(item.children[1]))
    critical = list(dict.fromkeys(critical))[:_MOST_FLIPS]
    for places in [{place} for place in critical] + ([set(critical)] if len(critical) > 1 else []):

        def flipped(item: Term, z: complex, places: set[int] = places) -> complex:
            return complex(z.real or -z.real, -z.imag) if id(item) in places else z

        if _differs(values[id(term)], _changed(term, at, flipped), tolerance):
            return True
    return False


def _is_on_cut(z: complex) -> bool:
    return z.real < 0 and abs(z.imag) <= _ON_CUT * -z.real


def _differs(value: complex, other: complex, tolerance: float) -> bool:
    if math.isnan(value.real + value.imag) or math.isnan(other.real + other.imag):
        return (value == value) != (other == other)
    if math.isinf(abs(value)) or math.isinf(abs(other)):
        return value.real != other.real
    return abs(other - value) > tolerance * max(1.0, abs(value))


def _changed(term: Term, at: Mapping[str, complex], change: Callable[[Term, complex], complex]) -> complex:
    """The value of a tree of which the values of operators are changed before they are used."""
    values: dict[int, complex] = {}
    for item in subtrees(term):
        if item.op is EML:
            left, right = item.children
            values[id(item)] = change(item, eml_ieee(values[id(left)], values[id(right)]))
        else:
            values[id(item)] = complex(at[item.label]) if item.op is VARIABLE else 1 + 0j
    left, right = term.children or (term, term)
    return eml_ieee(values[id(left)], values[id(right)]) if term.children else values[id(term)]


def _losses(term: Term, values: Mapping[int, complex], slopes: Mapping[int, complex]) -> list[Loss]:
    losses = []
    for item in subtrees(term):
        if item.op is not EML:
            continue
        left, right = item.children
        power, logarithm = abs(exp_ieee(values[id(left)])), abs(log_ieee(values[id(right)]))
        value = values[id(item)]
        slope = _size(slopes[id(item)])
        terms = [size for size in (power, logarithm, abs(value)) if size < math.inf]
        error = slope * ROUNDING * sum(terms) if slope else 0.0
        largest = max((size for size in (power, logarithm) if size < math.inf), default=0.0)
        digits = 0.0
        if largest and abs(value) < largest:
            digits = math.log10(largest / abs(value)) if value else 16.0
        losses.append(Loss(to_postfix(item, 40), value, error, min(digits, 16.0)))
    return losses


def _branches(term: Term, values: Mapping[int, complex]) -> list[tuple[str, float]]:
    found: dict[int, tuple[str, float]] = {}
    for item in subtrees(term):
        if item.op is EML:
            place = item.children[1]
            argument = values[id(place)]
            if argument.real < 0 and abs(argument.imag) < _NEAR * abs(argument.real) < math.inf:
                found[id(place)] = (to_postfix(place, 40), abs(argument.imag / argument.real))
    return list(found.values())


def _exact(term: Term, given: Mapping[str, Any]) -> tuple[complex | None, str | None]:
    from calculus.eml.evaluation.values import evaluate
    from calculus.source.diagnostic import UsageProblem

    for semantics in ("principal", "extended"):
        try:
            found = evaluate(term, given, semantics=semantics, precision=25)
        except UsageProblem:  # no mpmath, or an infinite number given
            return None, None
        if found.status == "defined":
            return complex(found), semantics
    return None, None


def _distance(one: complex, other: complex) -> float:
    return 0.0 if one == other else abs(one - other)


def _product(a: complex, b: complex) -> complex:
    """a·b, where 0 times an infinity is 0: what does not reach the root makes no error there."""
    return a * b if a and b else 0j


def _size(z: complex) -> float:
    size = abs(z)
    return size if size == size else math.inf


def _ratio(a: float, b: float) -> float:
    if b:
        return a / b
    return math.inf if a else 0.0


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


def _parts(z: complex) -> dict[str, str]:
    return {"re": repr(z.real), "im": repr(z.imag)}


def _number(z: complex) -> str:
    return repr(z.real) if z.imag == 0 else f"{z.real!r}{z.imag:+}i"
