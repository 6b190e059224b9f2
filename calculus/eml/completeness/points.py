"""Where primitives are evaluated: grids of their real domains."""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from calculus.eml.domain import SemanticsName
from calculus.eml.syntax import variables
from calculus.term import Term

if TYPE_CHECKING:
    import numpy as np

Point = dict[str, complex]

MOST_ERROR = 1e-12
"""The largest error, relative to the larger of 1 and the value, of a tree that is right in complex128."""

STEP = 0.01

REAL: dict[str, tuple[tuple[float, float], ...]] = {
    **dict.fromkeys(("exp", "half", "minus", "sqr", "sinh", "cosh", "tanh"), ((-4.0, 4.0),)),
    **dict.fromkeys(("ln", "inv"), ((0.125, 8.0),)),
    "sqrt": ((0.01, 8.0),),
    **dict.fromkeys(("sigma", "x", "y", "arsinh", "arctan"), ((-8.0, 8.0),)),
    **dict.fromkeys(("sin", "cos"), ((-20.0, 20.0),)),
    "tan": ((-1.25, 1.25),),
    **dict.fromkeys(("arcsin", "arccos"), ((-1.0, 1.0),)),
    "artanh": ((-0.95, 0.95),),
    "arcosh": ((1.0, 9.0),),
    **dict.fromkeys(("add", "sub", "mul", "avg", "hypot", "div"), ((-4.0, 4.0), (-4.0, 4.0))),
    "pow": ((0.125, 4.0), (-4.0, 4.0)),
    "log": ((0.125, 8.0), (0.125, 8.0)),
}
"""The ranges of the author's tests, for x and y; constants have none."""


def real_points(name: str, step: float = STEP) -> Iterator[Point]:
    """The grid of a primitive's real domain: lines of the step, or 33 by 33 points; without singularities."""
    ranges = REAL.get(name, ())
    letters = [name] if name in ("x", "y") else ["x", "y"]
    if len(ranges) == 2:
        lines = [[low + (high - low) * i / 32 for i in range(33)] for low, high in ranges]
    else:
        lines = [_line(low, high, step) for low, high in ranges]
    for values in product(*lines) if lines else ():
        if (name == "div" and values[1] == 0) or (name == "log" and values[0] == 1):
            continue
        yield {letter: complex(value) for letter, value in zip(letters, values, strict=False)}


def real_grid(name: str) -> dict[str, "np.ndarray[Any, Any]"]:
    """The grid as an array for each variable; empty for a constant."""
    import numpy as np

    points = list(real_points(name))
    letters = points[0] if points else ()
    return {letter: np.array([point[letter] for point in points]) for letter in letters}


def points_of(name: str, most: int = 12) -> list[Point]:
    """Some points of a primitive's real domain; a single empty one for a constant."""
    points = list(real_points(name, 0.1))
    return points[:: max(1, len(points) // most)] or [{}]


def deviation(term: Term, expression: Term, point: Point, semantics: SemanticsName) -> float | None:
    """The error of a tree at a point, relative to the larger of 1 and the value; None without a value."""
    from calculus.eml.evaluation import evaluate
    from calculus.eml.expressions.values import value

    got = evaluate(term, {name: point[name] for name in variables(term)}, semantics=semantics)
    if got.status != "defined":
        return None
    expected = value(expression, point)
    error = abs(complex(got) - expected) / max(1.0, abs(expected))
    return error if error == error else None


def _line(low: float, high: float, step: float) -> list[float]:
    count = round((high - low) / step)
    return [low + (high - low) * index / count for index in range(count + 1)]
