"""Finishing by search what training leaves: a rounded tree is kept in part, and the rest looked up.

What a subtree would have to be is known from the data, once all beside the way to it is taken as trained:
for t = eml(a, b), b = exp(exp(a) - t) and a = ln(t + ln b). So at every node of the rounded tree, the value
that it should have is looked up in the table of small trees, itself and as eml of two of them. The same is
tried with each of the least sure choices changed. What is put together is evaluated by whoever asked; an
inverse may have lost digits or taken the wrong branch of the logarithm.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from calculus.eml.regression.architecture import Floats, Ints, Shape, choices, doubtful, reachable, terms
from calculus.eml.regression.table import Table
from calculus.eml.regression.values import Complexes, values
from calculus.eml.syntax import EML, eml, size, subtrees
from calculus.term import Term

DOUBTS = 6
"""How many of the least sure choices are changed, one at a time."""
PAIRS = 4000
"""For eml of two entries, the first is one of so many."""
SIDES = 60
"""For a search without a trained tree, one side of the root is one of so many small trees."""
BRANCHES = 8
"""Pairs that are tried at a node, smallest first."""


def finish(shape: Shape, logits: Floats, table: Table, points: Floats, target: Floats) -> Iterator[Term]:
    """Trees that agree with the data as far as the table can tell, from a trained start."""
    chosen = choices(shape, logits)
    yield from completed(shape, chosen, table, points, target)
    for i, second in doubtful(shape, logits, DOUBTS):
        other = chosen.copy()
        other[i] = second
        yield from completed(shape, other, table, points, target, through=i // 2)


def completed(
    shape: Shape, chosen: Ints, table: Table, points: Floats, target: Floats, through: int | None = None
) -> Iterator[Term]:
    """What one of a rounded tree's subtrees can be replaced by; with `through`, only of subtrees whose needed
    value depends on a choice at this node.
    """
    made = terms(shape, chosen, table.names)
    at = dict(zip(table.names, points, strict=True))
    count = points.shape[1]
    leaves = np.concatenate([np.ones((1, count)), points]).astype(np.complex128)
    found = {node: values(tree, at, count) for node, tree in made.items()}
    needed: dict[int, Complexes] = {0: target.astype(np.complex128)}
    touched = {0: through is None}
    for node in reachable(shape, chosen):
        wanted = needed.get(node)
        if wanted is None:
            continue
        if touched[node]:
            for part in matches(table, wanted):
                yield replaced(shape, chosen, made, node, part)
        for i in (2 * node, 2 * node + 1):
            if chosen[i] != shape.subtree:
                continue
            beside = i ^ 1
            kept = found[beside + 1] if chosen[beside] == shape.subtree else leaves[chosen[beside]]
            with np.errstate(all="ignore"):
                value = np.log(wanted + np.log(kept)) if i % 2 == 0 else np.exp(np.exp(kept) - wanted)
            if np.all(np.isfinite(value)):
                needed[i + 1] = value
                inside = through is not None and _inside(beside + 1, through) and beside < shape.inner
                touched[i + 1] = touched[node] or node == through or inside


def _inside(top: int, node: int) -> bool:
    """Whether a node is in the subtree of another."""
    while node > top:
        node = (node - 1) // 2
    return node == top


def matches(table: Table, wanted: Complexes) -> list[Term]:
    """Small trees with some values: an entry of the table, or eml of two entries, smallest first."""
    if not np.all(np.isfinite(wanted)):
        return []
    probed = wanted[table.probes]
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.round(probed, 9)
    # Rounding multiplies first, which huge numbers do not bear; they are what they are.
    key = np.where(np.isfinite(rounded), rounded, probed).tobytes()
    if key not in table.known:
        entry = table.find(wanted)
        if entry is not None:
            table.known[key] = [table.tree(entry)]
        else:
            pairs = islice(table.complete(wanted, PAIRS), BRANCHES)
            table.known[key] = [eml(table.tree(a), table.tree(b)) for a, b in pairs]
    return table.known[key]


def searched(table: Table, target: Floats) -> Iterator[Term]:
    """Trees that agree with the data as far as the table can tell, whatever was trained: eml of a small tree
    and of what `matches` finds for the other side.
    """
    wanted = target.astype(np.complex128)
    yield from matches(table, wanted)
    with np.errstate(all="ignore"):
        for entry in range(min(SIDES, len(table.values))):
            beside, tree = table.values[entry], table.tree(entry)
            for part in matches(table, np.log(wanted + np.log(beside))):
                yield eml(part, tree)
            for part in matches(table, np.exp(np.exp(beside) - wanted)):
                yield eml(tree, part)


def replaced(shape: Shape, chosen: Ints, made: dict[int, Term], node: int, part: Term) -> Term:
    """The rounded tree with another tree at a node."""
    while node:
        i = node - 1  # the input it hangs on
        node = i // 2
        left, right = made[node].children
        part = eml(part, right) if i % 2 == 0 else eml(left, part)
    return part


def shortened(tree: Term, table: Table, points: Floats) -> Term:
    """The tree with every subtree replaced by the smallest of the table that has its values."""
    at = dict(zip(table.names, points, strict=True))
    count = points.shape[1]
    made: dict[int, Term] = {}
    for item in subtrees(tree):
        if item.op is not EML:
            made[id(item)] = item
            continue
        left, right = item.children
        built = eml(made[id(left)], made[id(right)])
        entry = table.find(values(item, at, count))
        smaller = table.tree(entry) if entry is not None else built
        made[id(item)] = smaller if size(smaller) < size(built) else built
    return made[id(tree)]


def improved(tree: Term, table: Table, points: Floats, target: Floats) -> Iterator[Term]:
    """The tree with one subtree replaced by the small tree that brings it nearest to the data: for every
    subtree and every size of small trees that is worth it. For data that no tree has exactly.
    """
    count = points.shape[1]
    at = dict(zip(table.names, points, strict=True))
    found = {id(item): values(item, at, count) for item in subtrees(tree)}
    sizes = table.sizes[:PAIRS]
    for old in subtrees(tree):
        with np.errstate(all="ignore"):
            value = _with_others(tree, old, table.values[:PAIRS], found)
            off = np.mean(np.abs(value - target) ** 2, axis=1)
        off = np.where(np.isfinite(off), off, np.inf)
        least = np.inf
        for k in np.unique(sizes):
            best = int(np.argmin(np.where(sizes == k, off, np.inf)))
            if off[best] < least:
                least = float(off[best])
                yield _substituted(tree, old, table.tree(best))


def _with_others(tree: Term, old: Term, others: Complexes, found: dict[int, Complexes]) -> Complexes:
    """The values of a tree with other values, many at once, in the place of a subtree."""
    made = {id(old): others}
    for item in subtrees(tree):
        if item.op is EML and item is not old and any(id(child) in made for child in item.children):
            left, right = (made.get(id(child), found[id(child)]) for child in item.children)
            made[id(item)] = np.exp(left) - np.log(right)
    return made[id(tree)]


def _substituted(tree: Term, old: Term, new: Term) -> Term:
    made = {id(old): new}
    for item in subtrees(tree):
        if item.op is EML and item is not old:
            left, right = (made.get(id(child), child) for child in item.children)
            made[id(item)] = eml(left, right)
    return made.get(id(tree), tree)
