"""The trees of a plan: counted by the sizes of a balanced split, or by splitting the document itself.

Without a document all parts of a level have one of two sizes, so there is little to count. With one, it is
split as a run will split it (its parts are ranges; nothing is copied), so the counts are those of the run,
whatever the document's characters are and wherever it is cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from calculus.rlm.planning.analysis import Tree
from calculus.rlm.planning.effects import Use
from calculus.rlm.planning.problem import PlanProblem
from calculus.rlm.planning.shape import Shape, freedom, part_sizes
from calculus.rlm.planning.sizes import Form, value
from calculus.rlm.planning.units import Amount, Tokens
from calculus.rlm.splitting import Measure, boundary, chunks
from calculus.rlm.text import Slice
from calculus.source.diagnostic import Diagnostic

MOST_PARTS = 4_000_000
"""Parts of a tree that are still counted one by one."""

Known = Mapping[str, Amount]


class Units(NamedTuple):
    """How sizes become tokens: a unit of the measure has so many bytes at most. `slack` tokens are added to
    each prompt where the sizes are averages: each may be rounded up once more.
    """

    tokens: Tokens
    unit_bytes: int
    slack: int = 0


@dataclass(slots=True)
class Total:
    """All calls of a use: how many, their prompts' tokens together, and those of the longest."""

    use: Use
    calls: int = 0
    tokens: int = 0
    longest: int = 0

    def add(self, known: Known, units: Units, count: int, worst: Known | None = None) -> None:
        """So many calls; `worst` is what the longest of them may be about, where the sizes are averages."""
        size = longest = units.tokens.of(value(self.use.form, known, units.unit_bytes))
        if worst is not None:
            longest = max(size, units.tokens.of(value(self.use.form, worst, units.unit_bytes)))
        size += units.slack
        count *= self.use.times
        self.calls += count
        self.tokens += count * size
        if count:
            self.longest = max(self.longest, longest)


@dataclass(slots=True)
class Counted:
    """A tree, its calls, and a bound of its result, None if there is none; `largest` bounds the leaves."""

    leaves: int = 0
    internal: int = 0
    depth: int = 0
    largest: int = 0
    leaf_tokens: int = 0
    totals: list[Total] = field(default_factory=list)
    result: Amount | None = None

    @property
    def shape(self) -> Shape:
        return Shape(self.leaves, self.internal, self.depth)


Child = tuple[Amount, Amount | None, int]
"""The size and the result of a child, and how many there are of that kind."""


class _Counter:
    """Counts leaves and inner nodes as they come."""

    def __init__(self, tree: Tree, known: Known, units: Units, most: Amount | None = None) -> None:
        # `most` is the size of the largest leaf there may be, where leaves are counted by their averages.
        self.tree, self.known, self.units, self.most = tree, known, units, most
        self.counted = Counted(totals=[Total(use) for use in tree.uses])
        self.leaves: dict[Amount, tuple[Amount | None, int]] = {}
        self.by_place = {
            per: [total for total in self.counted.totals if total.use.per == per]
            for per in ("leaf", "node", "child")
        }

    def leaf(self, size: Amount, count: int = 1) -> Amount | None:
        found = self.leaves.get(size)
        if found is None:
            result = self._form(self.tree.leaf, {**self.known, "P": self.most or size})
            self.leaves[size] = result, count
            return result
        self.leaves[size] = found[0], found[1] + count
        return found[0]

    def node(
        self, size: Amount, children: list[Child], count: int = 1, worst: Known | None = None
    ) -> Amount | None:
        counted = self.counted
        counted.internal += count
        results: Amount | None = Amount()
        largest, largest_result = Amount(), Amount()
        for child, result, number in children:
            largest = largest.most(child)
            if result is None or results is None:
                results = None
            else:
                results = results.plus(result, number)
                largest_result = largest_result.most(result)
        known = {**self.known, "P": size, "C+": largest}
        if results is not None:
            known |= {"ΣR": results, "R+": largest_result}
        for total in self.by_place["node"]:
            self._add(total, known, count, worst and {**known, **worst})
        for child, result, number in children if self.by_place["child"] else ():
            inside = {**known, "C": child} | ({} if result is None else {"R": result})
            for total in self.by_place["child"]:
                self._add(total, inside, count * number, worst and {**inside, **worst})
        return self._form(self.tree.node, known)

    def finish(self) -> Counted:
        counted = self.counted
        for size, (_, count) in self.leaves.items():
            known = {**self.known, "P": size}
            worst = None if self.most is None else {**known, "P": self.most}
            tokens = self.units.tokens.of(size)
            counted.leaves += count
            counted.leaf_tokens += count * tokens
            counted.largest = max(counted.largest, self.units.tokens.of(self.most or size))
            for total in self.by_place["leaf"]:
                self._add(total, known, count, worst)
        return counted

    def _add(self, total: Total, known: Known, count: int, worst: Known | None = None) -> None:
        try:
            total.add(known, self.units, count, worst)
        except KeyError:
            message = "there is no plan: the length of this prompt has no bound before the run"
            raise PlanProblem(Diagnostic("plan", message, total.use.span)) from None

    def _form(self, form: Form | None, known: Known) -> Amount | None:
        try:
            return None if form is None else value(form, known, self.units.unit_bytes)
        except KeyError:  # of a child whose result has no bound
            return None


def by_size(tree: Tree, roots: list[int], known: Known, units: Units, *, moved: bool) -> Counted:
    """The trees of balanced splits of texts of these sizes, which are in units of the measure.

    Where cuts are `moved` to boundaries the trees are the same, but parts may have other sizes.
    """
    counts: dict[int, int] = {}
    depth = -1
    level: dict[int, int] = {}
    for n in roots:
        level[n] = level.get(n, 0) + 1
    while level:
        depth += 1
        below: dict[int, int] = {}
        for n, count in level.items():
            counts[n] = counts.get(n, 0) + count
            sizes = part_sizes(n, tree.k) if n > tree.tau and tree.recurs else {}
            for part, number in sizes.items():
                size = _shortened(part, tree)
                below[size] = below.get(size, 0) + count * number
        level = below

    def amount(size: int) -> Amount:
        return Amount(size * units.unit_bytes)

    most = amount(min(tree.tau, max(roots)))
    counter = _Counter(tree, known, units, most)
    results: dict[int, Amount | None] = {}
    for n in sorted(counts):
        if n <= tree.tau:
            results[n] = counter.leaf(amount(n), counts[n])
            continue
        children = [
            (amount(part), results.get(_shortened(part, tree)), number)
            for part, number in part_sizes(n, tree.k).items()
        ]
        worst = None
        if moved and (allowed := freedom(n, tree.k, tree.tau)) is not None:
            worst = {"P": amount(max(roots)), "C": amount(allowed[1]), "C+": amount(allowed[1])}
        results[n] = counter.node(amount(n), children, counts[n], worst)
    counted = counter.finish()
    counted.depth = depth
    counted.result = _largest([results[n] for n in roots])
    return counted


def _shortened(size: int, tree: Tree) -> int:
    """How much of a part is split further."""
    for start, end in tree.cuts:
        size = max(0, min(size, end) - start)
    return size


@dataclass(slots=True)
class _Node:
    """A node whose children are being counted; `part` is what the text was before it was shortened."""

    part: Slice
    size: Amount
    waiting: list[Slice]
    children: list[Child]


def by_splitting(
    tree: Tree, roots: list[Slice], known: Known, units: Units, by: str, measure: Measure, tau: int
) -> Counted:
    """The trees that a run will make of these texts, whose plan has a leaf size of `tau`."""
    find, counter = boundary(by), _Counter(tree, known, units)

    def amount(text: Slice) -> Amount:
        # A tokenizer takes its time, so texts of inner nodes are counted only if they are spoken of.
        return units.tokens.amount(text) if sized else Amount()

    sized = _speaks_of_parts(tree)
    results: list[Amount | None] = []
    depth = 0
    seen = 0
    for root in roots:
        stack = [_Node(root, Amount(), [root], [])]
        while True:
            top = stack[-1]
            if top.waiting:
                part = top.waiting.pop()
                text = _cut(part, tree, measure) if len(stack) > 1 else part
                depth = max(depth, len(stack) - 1)
                if measure.size(text) <= tree.tau:
                    size = units.tokens.amount(text)
                    whole = size if text is part else amount(part)
                    top.children.append((whole, counter.leaf(size), 1))
                    continue
                pieces = chunks(text, tree.k, tau, find, measure) if tree.k else []
                if len(pieces) == 1 and tree.recurs:
                    raise PlanProblem(f"a character is larger than the leaf size, {tree.tau}: take 4 or more")
                node = _Node(part, amount(text), pieces[::-1] if tree.recurs else [], [])
                if not tree.recurs:
                    node.children = [(amount(piece), None, 1) for piece in pieces]
                stack.append(node)
                seen += len(pieces)
                if seen > MOST_PARTS:
                    raise PlanProblem(f"the text has more than {MOST_PARTS:,} parts: take a larger tau")
                continue
            stack.pop()
            if not stack:
                results.append(top.children[0][1])
                break
            whole = amount(top.part) if tree.cuts else top.size
            stack[-1].children.append((whole, counter.node(top.size, top.children), 1))
    counted = counter.finish()
    counted.depth = depth
    counted.result = _largest(results)
    return counted


def _speaks_of_parts(tree: Tree) -> bool:
    """Whether a prompt or a result of an inner node depends on its text or those of its children."""
    forms = [tree.node or {}, *(use.form for use in tree.uses if use.per != "leaf")]
    return any(atom.rpartition(":")[2] in ("P", "C", "C+") for form in forms for atom in form)


def _cut(part: Slice, tree: Tree, measure: Measure) -> Slice:
    """What of a part is split further."""
    for start, end in tree.cuts:
        first, last = measure.advance(part, start), measure.advance(part, max(start, end))
        part = Slice(part.document, first, last)
    return part


def _largest(results: list[Amount | None]) -> Amount | None:
    largest: Amount | None = Amount()
    for result in results:
        largest = None if result is None or largest is None else largest.most(result)
    return largest


__all__ = ["Counted", "Total", "Units", "by_size", "by_splitting"]
