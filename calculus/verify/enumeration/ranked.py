"""Terms over a signature in an order by counting, so that any of them is found from its rank.

Every node counts one. Terms are taken up to the names of bound variables, so each is there once: what is
bound has the name of its place among the binders around it. Small terms come first. Among terms of one size
the order is that of the signature: variables, the innermost first and free ones last; constants; then each
construct, of which first those with a small first child, and the last child varies fastest.

Counting is by an ordinary recurrence. A term of n nodes is one of its constructs with children of n - 1 nodes
in all, so its rank says which of these *blocks* it is in (found by bisection), and, in mixed radix, the ranks
of its children.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from itertools import count as counting
from math import prod
from typing import Any

from calculus.term import Op, Term, node, variable

Sort = str

KEPT = 4_000
"""Terms of one size and scope that are kept once they have been made, if there are no more than these."""

_NAMES = ("x", "y", "z", "u", "v", "w")


@dataclass(frozen=True, slots=True)
class Construct:
    """A node with children of these sorts. Of a binder, the label is without the name that is bound."""

    op: Op
    label: Any
    children: tuple[Sort, ...]


@dataclass(frozen=True)
class Signature:
    """For each sort its constants and its constructs; `open` are the sorts to which variables belong.

    `free` are variables that may occur unbound. Around a place there are at most `deepest` binders, if that
    is given.
    """

    constants: Mapping[Sort, tuple[Term, ...]]
    constructs: Mapping[Sort, tuple[Construct, ...]]
    open: frozenset[Sort]
    free: tuple[str, ...] = ()
    deepest: int | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """The terms of a size made of one construct and children of these sizes; `scopes` says how many binders
    are around each child, `counts` how many of each there are.
    """

    construct: Construct
    children: tuple[tuple[Sort, int, int], ...]
    counts: tuple[int, ...]


class _Shelf:
    """The terms of one sort and size with so many binders around: its blocks, and where each begins."""

    __slots__ = ("blocks", "kept", "starts", "total")

    def __init__(self, leaves: int, blocks: list[_Block]) -> None:
        self.blocks = blocks
        self.starts = list(accumulate((prod(block.counts) for block in blocks), initial=leaves))
        self.total = self.starts.pop() if blocks else leaves
        self.kept: dict[int, Term] | None = {} if self.total <= KEPT else None


class Space:
    """All terms of a sort of up to `size` nodes over a signature; `counts[n]` are those of n nodes."""

    def __init__(self, signature: Signature, sort: Sort, size: int) -> None:
        self.signature = signature
        self.sort = sort
        self.size = size
        self._names = _names(signature.free, size)
        self._leaves = {
            (kind, depth): self._leaf_terms(kind, depth)
            for kind in signature.constants
            for depth in range(size + 1)
        }
        self._shelves: dict[tuple[Sort, int, int], _Shelf] = {}
        for nodes in range(1, size + 1):
            for depth in range(size - nodes + 1):
                for kind in signature.constants:
                    self._shelves[kind, nodes, depth] = self._shelf(kind, nodes, depth)
        self.counts = (0, *(self._shelves[sort, nodes, 0].total for nodes in range(1, size + 1)))
        self._before = list(accumulate(self.counts))
        """How many terms have at most so many nodes."""

    @property
    def total(self) -> int:
        return self._before[-1]

    def _leaf_terms(self, sort: Sort, depth: int) -> tuple[Term, ...]:
        constants = self.signature.constants[sort]
        if sort not in self.signature.open:
            return constants
        bound = [variable(name) for name in reversed(self._names[:depth])]
        return (*bound, *map(variable, self.signature.free), *constants)

    def _shelf(self, sort: Sort, nodes: int, depth: int) -> _Shelf:
        if nodes == 1:
            return _Shelf(len(self._leaves[sort, depth]), [])
        deepest = self.signature.deepest
        blocks: list[_Block] = []
        for construct in self.signature.constructs[sort]:
            binds = construct.op.binds
            if binds and deepest is not None and depth >= deepest:
                continue
            depths = [depth + (index in binds) for index in range(len(construct.children))]
            for sizes in _splits(nodes - 1, len(construct.children)):
                children = tuple(zip(construct.children, sizes, depths, strict=True))
                counts = tuple(self._shelves[child].total for child in children)
                if all(counts):
                    blocks.append(_Block(construct, children, counts))
        return _Shelf(0, blocks)

    def range(self, start: int, stop: int) -> Iterator[Term]:
        """The terms from rank `start` to before rank `stop`."""
        return map(self.term, range(start, min(stop, self.total)))

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[Term]:
        return self.range(0, self.total)

    def term(self, rank: int) -> Term:
        """The term of a rank, from 0 to before `total`."""
        if not 0 <= rank < self.total:
            raise IndexError(f"expected a rank below {self.total:,}, found {rank:,}")
        nodes = bisect_right(self._before, rank)
        return self._term(self.sort, nodes, rank - self._before[nodes - 1])

    def _term(self, sort: Sort, nodes: int, rank: int) -> Term:
        # To do: the term of a place and rank; or, to build one from the last results, its construct, the
        # name it binds, and where to keep it.
        todo: list[tuple[Any, ...]] = [(sort, nodes, 0, rank)]
        done: list[Term] = []
        shelves, leaves = self._shelves, self._leaves
        while todo:
            task = todo.pop()
            if isinstance(task[0], Construct):
                construct, depth, kept, rank = task
                count = len(construct.children)
                label = construct.label
                if construct.op.binds:
                    label = (*label, self._names[depth])
                built = node(construct.op, label, tuple(done[-count:]))
                done[-count:] = (built,)
                if kept is not None:
                    kept[rank] = built
                continue
            sort, nodes, depth, rank = task
            if nodes == 1:
                done.append(leaves[sort, depth][rank])
                continue
            shelf = shelves[sort, nodes, depth]
            kept = shelf.kept
            if kept is not None and rank in kept:
                done.append(kept[rank])
                continue
            index = bisect_right(shelf.starts, rank) - 1
            block = shelf.blocks[index]
            todo.append((block.construct, depth, kept, rank))
            rank -= shelf.starts[index]
            for (sort, nodes, depth), count in zip(
                reversed(block.children), reversed(block.counts), strict=True
            ):
                rank, own = divmod(rank, count)
                todo.append((sort, nodes, depth, own))
        return done[0]


def _names(free: tuple[str, ...], count: int) -> tuple[str, ...]:
    """So many names to bind, none of them one of those that are free."""
    names = chain(_NAMES, (f"x{number}" for number in counting(len(_NAMES))))
    return tuple(islice((name for name in names if name not in free), count))


def _splits(total: int, parts: int) -> list[tuple[int, ...]]:
    """The ways to write a number as a sum of so many numbers, each 1 or more, small first ones first."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(1, total) for rest in _splits(total - first, parts - 1)]
