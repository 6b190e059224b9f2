"""The grids on which the author's compiler tests its trees (EML_toolkit, Test_numpy), ten times as fine for
functions of one variable, and trees evaluated on them with NumPy."""

import numpy as np

from calculus.eml.syntax import ONE, VARIABLE, subtrees
from calculus.term import Term

UNARY = {
    "half": (-4, 4, lambda x: x / 2),
    "minus": (-4, 4, lambda x: -x),
    "ln": (0.01, 8, np.log),
    "exp": (-4, 4, np.exp),
    "inv": (0.01, 8, lambda x: 1 / x),
    "sqrt": (0, 8, np.sqrt),
    "sqr": (-4, 4, lambda x: x * x),
    "cosh": (-4, 4, np.cosh),
    "cos": (-20, 20, np.cos),
    "sinh": (-4, 4, np.sinh),
    "sin": (-20, 20, np.sin),
    "tanh": (-4, 4, np.tanh),
    "tan": (-1.25, 1.25, np.tan),
    "arsinh": (-8, 8, np.arcsinh),
    "artanh": (-0.95, 0.95, np.arctanh),
    "arcsin": (-1, 1, np.arcsin),
    "arccos": (-1, 1, np.arccos),
    "arctan": (-8, 8, np.arctan),
    "arcosh": (1, 9, np.arccosh),
    "sigma": (-8, 8, lambda x: 1 / (1 + np.exp(-x))),
}
BINARY = {
    "add": (lambda x, y: x + y, None),
    "mul": (lambda x, y: x * y, None),
    "sub": (lambda x, y: x - y, None),
    "div": (lambda x, y: x / y, lambda x, y: y != 0),
    "pow": (np.power, lambda x, y: (x > 0) | ((x == 0) & (y > 0)) | ((x < 0) & (y == np.round(y)))),
    "log": (lambda x, y: np.log(y) / np.log(x), lambda x, y: (x > 0) & (y > 0) & (x != 1)),
    "avg": (lambda x, y: (x + y) / 2, None),
    "hypot": (np.hypot, None),
}


def points(name: str) -> dict[str, np.ndarray]:
    """The grid of a primitive: step 0.01, or 33 × 33 points for two variables, where the function is real."""
    if name in UNARY:
        low, high, _ = UNARY[name]
        return {"x": np.round(np.arange(round(low * 100), round(high * 100) + 1) / 100, 2)}
    x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(-8, 8, 33), np.linspace(-8, 8, 33)))
    _, inside = BINARY[name]
    kept = np.ones(x.shape, bool) if inside is None else inside(x, y)
    return {"x": x[kept], "y": y[kept]}


def expected(name: str, at: dict[str, np.ndarray]) -> np.ndarray:
    return UNARY[name][2](at["x"]) if name in UNARY else BINARY[name][0](at["x"], at["y"])


def evaluate(tree: Term, at: dict[str, np.ndarray]) -> np.ndarray:
    """The values of a tree in NumPy's complex128, each distinct subtree once."""
    values: dict[int, np.ndarray] = {}
    with np.errstate(all="ignore"):
        for item in subtrees(tree):
            if item.op is VARIABLE:
                values[id(item)] = at[item.label].astype(complex)
            elif item is ONE:
                values[id(item)] = np.ones_like(next(iter(at.values())), complex)
            else:
                left, right = item.children
                values[id(item)] = np.exp(values[id(left)]) - np.log(values[id(right)])
    return values[id(tree)]


def errors(tree: Term, name: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The grid, and the error at each point relative to the larger of 1 and the value; NaN if not finite."""
    at = points(name)
    found, target = evaluate(tree, at), expected(name, at)
    error = np.abs(found - target) / np.maximum(1, np.abs(target))
    return at, np.where(np.isfinite(found), error, np.nan)
