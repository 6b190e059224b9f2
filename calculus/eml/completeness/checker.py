"""The independent checker of certificates: it shares nothing with what writes them but the format.

A certificate is a JSON file that claims: this tree, given in postfix, computes that primitive under one of
the semantics, here are its size and its values at points of its domain. The checker reads the postfix itself,
counts the nodes, evaluates on a stack (complex128 with NumPy for `ieee`, mpmath otherwise) and compares with
its own table of the functions.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FORMAT = "calculus eml certificate 1"
DIGITS = 60
"""Decimal digits of exact evaluations."""
ZERO = 10**-40
"""What is smaller than this times the numbers it came from is taken as zero: the digits left say so."""


class Wrong(Exception):
    """What a certificate claims is not so."""


def recheck(path: Path) -> dict[str, Any]:
    """Check a certificate; raises `Wrong` with the claim that fails. The result sums up what was checked."""
    try:
        claim = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise Wrong(f"not a certificate: {type(problem).__name__}: {problem}") from None
    return recheck_claim(claim)


def recheck_claim(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Check what a certificate claims, as it is in its file; otherwise as `recheck`."""
    try:
        from mpmath import mp

        if claim["format"] != FORMAT:
            raise Wrong(f"the format is {claim['format']!r}, expected {FORMAT!r}")
        with mp.workdps(DIGITS):
            return _check(claim)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Wrong(f"not a certificate: {type(problem).__name__}: {problem}") from None


def _check(claim: Mapping[str, Any]) -> dict[str, Any]:
    postfix, semantics, name = claim["postfix"], claim["semantics"], claim["primitive"]
    if any(letter not in "1xyE" for letter in postfix):
        raise Wrong("the postfix has other letters than 1, x, y and E")
    if len(postfix) != claim["K"]:
        raise Wrong(f"K is {len(postfix)}, claimed is {claim['K']}")
    evaluate = {"ieee": _ieee, "principal": _exact, "extended": _extended}[semantics]
    function = _functions()[name]
    worst = 0.0
    if not claim["points"]:
        raise Wrong("no points")
    for point in claim["points"]:
        at = {variable: _number(parts) for variable, parts in point.items()}
        try:
            value = evaluate(postfix, at if semantics != "ieee" else _doubles(point))
            expected = function(*(at[letter] for letter in ("x", "y") if letter in at))
        except ZeroDivisionError as problem:
            raise Wrong(f"undefined at {point}: {problem}") from None
        error = _error(value, expected)
        if not error <= claim["error"] * 4 + 1e-15:
            raise Wrong(f"at {point} the tree gives {value}, the function {expected}")
        worst = max(worst, error)
    return {"primitive": name, "semantics": semantics, "points": len(claim["points"]), "error": worst}


def _number(text: tuple[str, str]) -> Any:
    from mpmath import mpc, mpf

    return mpc(mpf(text[0]), mpf(text[1]))


def _doubles(point: Mapping[str, tuple[str, str]]) -> dict[str, complex]:
    return {variable: complex(float(re), float(im)) for variable, (re, im) in point.items()}


def _error(value: Any, expected: Any) -> float:
    from mpmath import mpc

    difference = abs(mpc(value) - mpc(expected))
    return float(difference / max(1, abs(mpc(expected))))


def _ieee(postfix: str, at: Mapping[str, Any]) -> Any:
    import numpy as np

    stack: list[Any] = []
    with np.errstate(all="ignore"):
        for letter in postfix:
            if letter == "E":
                right = stack.pop()
                stack[-1] = np.exp(stack[-1]) - np.log(right)
            else:
                stack.append(np.complex128(1 if letter == "1" else complex(at[letter])))
    (value,) = stack
    if not np.isfinite(value):
        raise ZeroDivisionError(f"the value is {value}")
    return complex(value)


def _exact(postfix: str, at: Mapping[str, Any], extended: bool = False) -> Any:
    """The value at `DIGITS` digits; real parts are infinite only if `extended`."""
    from mpmath import inf, mpc

    stack: list[Any] = []
    for letter in postfix:
        if letter != "E":
            stack.append(mpc(1) if letter == "1" else at[letter])
            continue
        right, left = stack.pop(), stack.pop()
        power, logarithm = _exp(left), _ln(right, extended)
        if power.real == inf == logarithm.real:
            raise ZeroDivisionError("∞ - ∞")
        if power.real == inf or abs(logarithm.real) == inf:
            sign = inf if power.real == inf or logarithm.real == -inf else -inf
            stack.append(mpc(sign, power.imag - logarithm.imag))
            continue
        stack.append(_snapped(power - logarithm, max(abs(power), abs(logarithm))))
    (value,) = stack
    if abs(value.real) == inf:
        raise ZeroDivisionError(f"the value is {value}")
    return value


def _extended(postfix: str, at: Mapping[str, Any]) -> Any:
    return _exact(postfix, at, extended=True)


def _exp(value: Any) -> Any:
    from mpmath import exp, inf, mpc

    if value.real == -inf:
        return mpc(0)
    if value.real == inf and value.imag != 0:
        raise ZeroDivisionError("exp(∞ + iy) with y ≠ 0")
    return value if value.real == inf else exp(value)


def _ln(value: Any, extended: bool) -> Any:
    from mpmath import inf, log, mpc, pi

    if value == 0:
        if not extended:
            raise ZeroDivisionError("ln 0")
        return mpc(-inf)
    if value.real == -inf:
        return mpc(inf, pi if value.imag >= 0 else -pi)
    return mpc(inf) if value.real == inf else log(value)


def _snapped(value: Any, scale: Any) -> Any:
    """A value whose parts are zero where rounding is all that they can be."""
    from mpmath import mpc

    return mpc(*(0 if abs(part) < scale * ZERO else part for part in (value.real, value.imag)))


def _functions() -> dict[str, Callable[..., Any]]:
    import mpmath as m

    return {
        "pi": lambda: m.pi(),
        "e": lambda: m.e(),
        "i": lambda: m.mpc(0, 1),
        "-1": lambda: m.mpc(-1),
        "1": lambda: m.mpc(1),
        "2": lambda: m.mpc(2),
        "x": lambda x: x,
        "y": lambda y: y,
        "exp": m.exp,
        "ln": m.log,
        "inv": lambda x: 1 / x,
        "half": lambda x: x / 2,
        "minus": lambda x: -x,
        "sqrt": m.sqrt,
        "sqr": lambda x: x * x,
        "sigma": lambda x: 1 / (1 + m.exp(-x)),
        "sin": m.sin,
        "cos": m.cos,
        "tan": m.tan,
        "arcsin": m.asin,
        "arccos": m.acos,
        "arctan": m.atan,
        "sinh": m.sinh,
        "cosh": m.cosh,
        "tanh": m.tanh,
        "arsinh": m.asinh,
        "arcosh": m.acosh,
        "artanh": m.atanh,
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "log": lambda x, y: m.log(y) / m.log(x),
        "pow": lambda x, y: m.exp(y * m.log(x)) if x != 0 else m.power(x, y),
        "avg": lambda x, y: (x + y) / 2,
        "hypot": lambda x, y: m.sqrt(x * x + y * y),
    }
