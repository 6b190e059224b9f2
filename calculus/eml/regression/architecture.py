"""The soft tree: its shape, how a start begins, the schedule of its training, and what it is rounded to.

A soft tree of depth d holds every EML tree of that depth: each input of each node is a mixture of 1, the
variables and a subtree, and a tree is a choice of one of them at every input (Odrzywołek, arXiv 2603.21852,
section 4.3). The numbers of the schedule were chosen on the paper's targets; see
`docs/reference/eml-regression.md`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calculus.eml.syntax import ONE, eml, variable
from calculus.term import Term

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAX_DEPTH = 8
ITERATIONS = 6000
RATE = 0.1
HOT, COLD = 1.5, 0.1
"""The temperature of the first half of the training, and of its end."""
ENTROPY = 0.05
SHAKE = 0.8
"""Standard deviation of the noise on the logits at the begin; it falls to 0 at the end."""
SHALLOW = 1.0
"""How much lower the logits of the subtrees begin than the others: deep trees overflow at first."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Depth and number of variables of a soft tree, and what follows from them."""

    depth: int
    variables: int

    @property
    def nodes(self) -> int:
        return (1 << self.depth) - 1

    @property
    def inputs(self) -> int:
        return 2 * self.nodes

    @property
    def columns(self) -> int:
        """What an input chooses from: 1, the variables, the subtree."""
        return self.variables + 2

    @property
    def subtree(self) -> int:
        """The column of the subtree."""
        return self.variables + 1

    @property
    def inner(self) -> int:
        """The inputs below this number have a subtree: input i that of the node i + 1."""
        return 2 * (self.nodes // 2)


def initial(shape: Shape, seed: int, start: int) -> Floats:
    """The logits with which a start begins; they depend on the seed and the start's number alone."""
    random = np.random.default_rng((seed, start))
    logits = random.normal(size=(shape.inputs, shape.columns))
    logits[:, shape.subtree] -= SHALLOW
    return logits


def schedule(iterations: int = ITERATIONS) -> Floats:
    """Of every iteration: learning rate, temperature, weight of the entropy, noise.

    In the second half, the hardening, the temperature falls and uncertain choices are charged.
    """
    done = np.arange(iterations) / max(1, iterations)
    hardening = np.clip(2 * done - 1, 0, 1)
    rows = np.empty((iterations, 4))
    rows[:, 0] = RATE * np.maximum(1 - hardening, 0.05)
    rows[:, 1] = HOT * (COLD / HOT) ** hardening
    rows[:, 2] = ENTROPY * hardening
    rows[:, 3] = SHAKE * (1 - done)
    return rows


def choices(shape: Shape, logits: Floats) -> Ints:
    """The likeliest column of every input: the tree that a soft tree is rounded to."""
    allowed = logits.copy()
    allowed[shape.inner :, shape.subtree] = -np.inf
    chosen: Ints = np.argmax(allowed, axis=1)
    return chosen


def doubtful(shape: Shape, logits: Floats, most: int) -> list[tuple[int, int]]:
    """The least sure inputs of the rounded tree, each with its second choice; least sure first."""
    allowed = logits.copy()
    allowed[shape.inner :, shape.subtree] = -np.inf
    order = np.argsort(-allowed, axis=1, kind="stable")
    rows = np.arange(shape.inputs)
    gap = allowed[rows, order[:, 0]] - allowed[rows, order[:, 1]]
    used = [2 * node + side for node in reachable(shape, order[:, 0]) for side in (0, 1)]
    used.sort(key=lambda i: (gap[i], i))
    return [(i, int(order[i, 1])) for i in used[:most]]


def reachable(shape: Shape, chosen: Ints) -> list[int]:
    """The nodes that are part of a rounded tree, parents before children."""
    found = [0]
    for node in found:
        found += [i + 1 for i in (2 * node, 2 * node + 1) if chosen[i] == shape.subtree]
    return found


def terms(shape: Shape, chosen: Ints, names: list[str]) -> dict[int, Term]:
    """The tree of every node that is part of a rounded tree; that of node 0 is the whole."""
    leaves = [ONE, *(variable(name) for name in names)]
    made: dict[int, Term] = {}
    for node in reversed(reachable(shape, chosen)):
        left, right = (
            made[i + 1] if chosen[i] == shape.subtree else leaves[chosen[i]] for i in (2 * node, 2 * node + 1)
        )
        made[node] = eml(left, right)
    return made
