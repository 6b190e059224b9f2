"""Values of expressions at a point: in complex128, at any precision with mpmath, and on arrays with NumPy.

Everywhere the principal branches. On a cut, `value` and `value_array` take the side that the signs of zeros
say, as C99 does; `value_mp` has no signed zeros and takes the value that the defining formulas in terms of
the principal logarithm give there (arctan z = i/2 (ln(1 - iz) - ln(1 + iz)) and so on), as mpmath does.
Shared subexpressions are evaluated once; nothing recurses.
"""

import cmath
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

from calculus.eml.expressions import scalar
from calculus.eml.expressions.node import NUMBER, VARIABLE
from calculus.eml.syntax import subtrees
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

_LARGEST = 2000
"""Bits of the integer part of a number beyond which its exponential is 0, infinite or unknown."""


def value(expression: Term, at: Mapping[str, complex]) -> complex:
    """The value in complex128 arithmetic; total, infinite or NaN where C says so.

    Raises `UsageProblem` for a variable without a value.
    """
    return all_values(expression, at)[id(expression)]


def all_values(expression: Term, at: Mapping[str, complex]) -> dict[int, complex]:
    """The values of all subexpressions in complex128 arithmetic, by their ids."""
    return _evaluate(expression, at, complex, _float, _SCALAR)


def value_mp(expression: Term, at: Mapping[str, Any], ctx: Any = None) -> Any:
    """The value as an `mpc` at the precision of an mpmath context (by default `mpmath.mp`).

    Poles give NaN, and ln 0 is -∞. Raises `UsageProblem` for a variable without a value.
    """
    if ctx is None:
        ctx = mpmath().mp

    def exact(label: Fraction) -> Any:
        return ctx.mpc(label.numerator) / label.denominator

    return _evaluate(expression, at, ctx.mpc, exact, _mp_functions(ctx))[id(expression)]


def value_array(expression: Term, at: Mapping[str, Any], numpy: ModuleType) -> Any:
    """The values at many points: `at` gives complex arrays (or numbers) that broadcast together."""
    with numpy.errstate(all="ignore"):
        functions = _array_functions(numpy)
        made = _evaluate(expression, at, lambda item: numpy.asarray(item, complex), _float, functions)
        found = made[id(expression)]
        shapes = [numpy.shape(item) for item in at.values()]
        return numpy.broadcast_to(found, numpy.broadcast_shapes(numpy.shape(found), *shapes))


def mpmath() -> ModuleType:
    """The module, or `UsageProblem` with what installs it."""
    try:
        import mpmath
    except ImportError:
        raise UsageProblem("mpmath is missing; install it with `pip install 'calculus[eml]'`") from None
    module: ModuleType = mpmath
    return module


def _evaluate(
    expression: Term,
    at: Mapping[str, Any],
    given: Callable[[Any], Any],
    number: Callable[[Fraction], Any],
    functions: Mapping[str, Callable[..., Any]],
) -> dict[int, Any]:
    values: dict[int, Any] = {}
    for item in subtrees(expression):
        if item.op is NUMBER:
            found = number(item.label)
        elif item.op is VARIABLE:
            if item.label not in at:
                raise UsageProblem(f"expected a value for the variable `{item.label}`, found none")
            found = given(at[item.label])
        else:
            found = functions[item.label](*[values[id(child)] for child in item.children])
        values[id(item)] = found
    return values


def _float(label: Fraction) -> complex:
    try:
        return complex(float(label))
    except OverflowError:
        return complex(math.inf if label > 0 else -math.inf)


_SCALAR: Mapping[str, Callable[..., complex]] = {
    "pi": lambda: complex(math.pi),
    "e": lambda: complex(math.e),
    "i": lambda: 1j,
    "exp": scalar.exp,
    "ln": scalar.ln,
    "inv": lambda z: scalar.divide(1 + 0j, z),
    "half": lambda z: complex(z.real / 2, z.imag / 2),
    "minus": lambda z: -z,
    "sqrt": cmath.sqrt,
    "sqr": lambda z: z * z,
    "sigma": scalar.sigma,
    "sin": scalar.sin,
    "cos": scalar.cos,
    "tan": scalar.tan,
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "arctan": scalar.arctan,
    "sinh": scalar.sinh,
    "cosh": scalar.cosh,
    "tanh": scalar.tanh,
    "arsinh": cmath.asinh,
    "arcosh": cmath.acosh,
    "artanh": scalar.artanh,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": scalar.divide,
    "log": lambda a, b: scalar.divide(scalar.ln(b), scalar.ln(a)),
    "pow": scalar.power,
    "avg": lambda a, b: complex(a.real / 2 + b.real / 2, a.imag / 2 + b.imag / 2),
    "hypot": scalar.hypot,
}


@cache
def _mp_functions(ctx: Any) -> Mapping[str, Callable[..., Any]]:
    nan = ctx.mpc(ctx.nan, ctx.nan)

    def exp(z: Any) -> Any:
        if not ctx.isfinite(z) or ctx.mag(z) <= _LARGEST:
            return ctx.exp(z)
        if ctx.re(z) < 0:
            return ctx.mpc(0)
        return ctx.mpc(ctx.inf) if ctx.im(z) == 0 else nan

    def divide(a: Any, b: Any) -> Any:
        return a / b if b != 0 else nan

    def log(a: Any, b: Any) -> Any:
        return divide(ctx.ln(b), ctx.ln(a)) if a != 0 or b != 0 else nan

    def power(a: Any, b: Any) -> Any:
        if a == 0:
            return ctx.mpc(1) if b == 0 else ctx.mpc(0) if ctx.re(b) > 0 else nan
        if ctx.isint(b) and abs(b) < 2**30:
            return ctx.power(a, b)
        return exp(b * ctx.ln(a))

    def guarded(function: Callable[[Any], Any], *poles: Any) -> Callable[[Any], Any]:
        return lambda z: nan if z in poles else function(z)

    def tan(z: Any) -> Any:
        return divide(ctx.sin(z), ctx.cos(z)) if abs(ctx.im(z)) < 1 else ctx.tan(z)

    return {
        "pi": lambda: ctx.mpc(+ctx.pi),
        "e": lambda: ctx.mpc(+ctx.e),
        "i": lambda: ctx.mpc(0, 1),
        "exp": exp,
        "ln": ctx.ln,
        "inv": lambda z: divide(1, z),
        "half": lambda z: z / 2,
        "minus": lambda z: -z,
        "sqrt": ctx.sqrt,
        "sqr": lambda z: z * z,
        "sigma": lambda z: divide(1, 1 + exp(-z)),
        "sin": ctx.sin,
        "cos": ctx.cos,
        "tan": tan,
        "arcsin": ctx.asin,
        "arccos": ctx.acos,
        "arctan": guarded(ctx.atan, ctx.mpc(0, 1), ctx.mpc(0, -1)),
        "sinh": ctx.sinh,
        "cosh": ctx.cosh,
        "tanh": ctx.tanh,
        "arsinh": ctx.asinh,
        "arcosh": ctx.acosh,
        "artanh": guarded(ctx.atanh, 1, -1),
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": divide,
        "log": log,
        "pow": power,
        "avg": lambda a, b: (a + b) / 2,
        "hypot": lambda a, b: ctx.sqrt(a * a + b * b),
    }


def _array_functions(numpy: Any) -> Mapping[str, Callable[..., Any]]:
    def sigma(z: Any) -> Any:
        falling = numpy.real(z) < 0
        shrunk = numpy.exp(numpy.where(falling, z, -z))
        return numpy.where(falling, shrunk, 1) / (1 + shrunk)

    def hypot(a: Any, b: Any) -> Any:
        real = (numpy.imag(a) == 0) & (numpy.imag(b) == 0)
        return numpy.where(real, numpy.hypot(numpy.real(a), numpy.real(b)), numpy.sqrt(a * a + b * b))

    def half(z: Any) -> Any:
        # By parts: the product of an infinite and a zero part would be NaN.
        return _parts(numpy, numpy.real(z) / 2, numpy.imag(z) / 2)

    return {
        "pi": lambda: numpy.complex128(numpy.pi),
        "e": lambda: numpy.complex128(numpy.e),
        "i": lambda: numpy.complex128(1j),
        **{
            name: getattr(numpy, name)
            for name in ("exp", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
        },
        "ln": numpy.log,
        "inv": lambda z: 1 / numpy.asarray(z),
        "half": half,
        "minus": lambda z: -z,
        "sqr": lambda z: z * z,
        "sigma": sigma,
        "arcsin": numpy.arcsin,
        "arccos": numpy.arccos,
        "arctan": numpy.arctan,
        "arsinh": numpy.arcsinh,
        "arcosh": numpy.arccosh,
        "artanh": numpy.arctanh,
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": numpy.divide,
        "log": lambda a, b: numpy.log(b) / numpy.log(a),
        "pow": numpy.power,
        "avg": lambda a, b: half(a) + half(b),
        "hypot": hypot,
    }


def _parts(numpy: Any, real: Any, imaginary: Any) -> Any:
    made = numpy.empty(numpy.shape(real), complex)
    made.real, made.imag = real, imaginary
    return made
