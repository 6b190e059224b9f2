"""Recovery of formulas from blind starts: the targets of the paper, on its grid.

Of every target, starts begin at random logits and are trained once. `trained` are those whose rounded tree is
recovered; `finished` those that are after finishing by search as well, with a table of trees of K ≤ 7;
`search` says whether what is looked up there at the root finds the target without any training. A tree
called recovered that differs from the law, computed with 50 digits at points nobody saw, is a false snap.

Source of the targets and of the paper's rates: A. Odrzywołek, arXiv 2603.21852, section 4.3. There, a start
runs through 8000 to 12000 iterations on 441 points.
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from calculus.eml.postfix import from_postfix
from calculus.eml.regression.architecture import Shape, choices, terms
from calculus.eml.regression.finishing import finish, matches
from calculus.eml.regression.fitting import POINTS, split
from calculus.eml.regression.table import Table
from calculus.eml.regression.training import Problem, available, train_all
from calculus.eml.regression.values import values
from calculus.eml.regression.verification import check
from calculus.eml.syntax import EML, ONE, subtrees
from calculus.term import Term
from tests.benchmarks.table import Group, Row

NAMES_OF_VARIABLES = ["x", "y"]
ENTRIES = 3000
"""Of the table: all trees of K ≤ 7."""
TOGETHER = 25
"""Starts with the same rows to train on."""

GROUP = Group(
    ("finished", "search", "paper"),
    ("trained",),
    "Blind starts that recover the law. trained: by training alone; finished: with finishing by search, "
    "table of K ≤ 7; search: by that search without training; paper: its rate, by training alone. The "
    "target is for finished.",
)


class Target(NamedTuple):
    """A target: its law as a tree, the paper's successes and starts, the rate to be reached."""

    depth: int
    postfix: str
    paper: tuple[int, int]
    least: float


TARGETS = {
    f"eml-recovery-{target.depth}": target
    for target in (
        Target(2, "1yxEE", (32, 32), 1.0),
        Target(3, "1yxEE1E", (17, 64), 0.8),
        Target(4, "11xyEE1EE", (15, 64), 0.6),
        Target(5, "111xyEEE1EE", (4, 448), 0.3),
        Target(6, "11xyE1EE1E1EE", (0, 448), 0.05),
    )
}

NAMES = tuple(TARGETS)


def rows(wanted: list[str], count: int, quick: bool, missing: dict[str, str]) -> Iterator[Row]:
    for name in wanted:
        if name in TARGETS:
            yield recovery(name, 10 if quick else 200)


def recovery(name: str, starts: int) -> Row:
    """The row of a target."""
    target = TARGETS[name]
    law = from_postfix(target.postfix)
    points, value = _grid(law)
    trained = finished = false = 0
    alone = []
    seconds = time.process_time()
    for seed in range(0, starts, TOGETHER):
        order, _ = split(len(value), seed)
        few = order[:POINTS]
        fresh = np.ones(len(value), bool)
        fresh[few] = False
        problem = Problem(
            Shape(target.depth, 2), np.ascontiguousarray(points[:, few]), value[few].copy(), seed=seed
        )
        table = Table(NAMES_OF_VARIABLES, problem.points, ENTRIES)

        def recovered(tree: Term, fresh: Any = fresh) -> bool:
            return check(tree, NAMES_OF_VARIABLES, points, value, fresh).recovered

        for start in train_all(problem, min(TOGETHER, starts - seed), lambda: False):
            tree = terms(problem.shape, choices(problem.shape, start.logits), NAMES_OF_VARIABLES)[0]
            found = tree if recovered(tree) else None
            trained += found is not None
            if found is None:
                candidates = finish(problem.shape, start.logits, table, problem.points, problem.target)
                found = next(filter(recovered, candidates), None)
            finished += found is not None
            false += found is not None and not _same(found, law)
        # What is looked up at the root needs no training.
        alone.append(any(map(recovered, matches(table, problem.target.astype(np.complex128)))))
    seconds = (time.process_time() - seconds) / starts
    rate = finished / starts
    reached = rate >= target.least and not false
    row = Row(
        name,
        f"depth {target.depth}, {target.postfix}",
        100 * trained / starts,
        unit="%",
        peers={
            "finished": 100 * rate,
            "search": 100 * sum(alone) / len(alone),
            "paper": 100 * target.paper[0] / target.paper[1],
        },
        target=f"≥ {target.least:.0%}",
        reached=reached,
    )
    said = "reached" if reached else "not reached"
    paper = f"paper {target.paper[0]}/{target.paper[1]}"
    row.note = (
        f"{said}; {trained} and {finished} of {starts}, {paper}; {false} false snaps; "
        f"{seconds:.2f} s of a processor a start, {available()} cores"
    )
    return row


def _grid(law: Term) -> tuple[Any, Any]:
    """The paper's grid, where the law is real, and its values."""
    axis = np.arange(1.0, 3.05, 0.1)
    points = np.stack([item.ravel() for item in np.meshgrid(axis, axis, indexing="ij")])
    found = values(law, {"x": points[0], "y": points[1]}, points.shape[1])
    real = (found.imag == 0) & np.isfinite(found.real)
    return points[:, real], found.real[real]


def _same(tree: Term, law: Term) -> bool:
    """Whether two trees have the same values, to 40 digits, at points off the grid."""
    import mpmath

    random = np.random.default_rng(11)
    with mpmath.workdps(50):
        for x, y in random.uniform(1.0, 3.0, (20, 2)):
            made: dict[Term, Any] = {}
            for item in subtrees(tree, law):
                if item.op is EML:
                    left, right = (made[child] for child in item.children)
                    made[item] = mpmath.exp(left) - mpmath.log(right)
                else:
                    made[item] = mpmath.mpf(1 if item is ONE else float(x if item.label == "x" else y))
            if mpmath.im(made[law]) == 0 and abs(made[tree] - made[law]) > mpmath.mpf(10) ** -40:
                return False
    return True
