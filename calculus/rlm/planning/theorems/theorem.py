"""What is checked, and the trees it is checked against: built by cutting up texts, not by formulas."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

Verdict = Literal["holds", "refuted"]

OURS = "this project"
EARLIER = "this project, an earlier form"

LEAST = 12
"""All sizes up to this one are always tried: the counterexamples are among them."""


@dataclass(frozen=True, slots=True)
class Theorem:
    """A statement, where it is from, and what came of `tried` cases. The `counterexample` is the smallest;
    `expected` is the verdict that the documentation gives.
    """

    name: str
    statement: str
    source: str
    verdict: Verdict
    counterexample: dict[str, Any] | None
    tried: int
    expected: Verdict

    @property
    def as_expected(self) -> bool:
        return self.verdict == self.expected

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


Progress = Callable[[Theorem], None]
Case = tuple[Any, ...]


def holds(
    name: str, statement: str, cases: Iterable[Case], fails: Callable[..., dict[str, Any] | None]
) -> Theorem:
    """A theorem of ours: `fails` gives what is wrong in a case."""
    return _checked(name, statement, OURS, "holds", cases, fails)


def fails(
    name: str,
    statement: str,
    source: str,
    cases: Iterable[Case],
    counterexample: Callable[..., dict[str, Any] | None],
) -> Theorem:
    """A statement that is not true; the cases come in order of size, so the first failure is the smallest."""
    return _checked(name, statement, source, "refuted", cases, counterexample)


def _checked(
    name: str,
    statement: str,
    source: str,
    expected: Verdict,
    cases: Iterable[Case],
    fails: Callable[..., dict[str, Any] | None],
) -> Theorem:
    tried = 0
    for case in cases:
        tried += 1
        if (found := fails(*case)) is not None:
            return Theorem(name, statement, source, "refuted", found, tried, expected)
    return Theorem(name, statement, source, "holds", None, tried, expected)


def grid(limit: int, most_k: int = 7, most_tau: int = 9) -> Iterator[tuple[int, int, int]]:
    """n, k and τ, the smaller n first."""
    for n in range(limit + 1):
        for k in range(2, most_k + 1):
            for tau in range(1, most_tau + 1):
                yield n, k, tau


class Node(NamedTuple):
    """A part of a text: its size, its level, the number of its parent (-1 for the whole), and the numbers of
    its children; a leaf has none.
    """

    size: int
    level: int
    parent: int
    children: list[int]


def tree(n: int, k: int, tau: int) -> list[Node]:
    """The recursion on a text of n characters, the parents before their children."""
    nodes: list[Node] = []
    waiting = [("x" * n, 0, -1)]
    while waiting:
        text, level, parent = waiting.pop(0)
        number = len(nodes)
        nodes.append(Node(len(text), level, parent, []))
        if parent >= 0:
            nodes[parent].children.append(number)
        if len(text) > tau:
            waiting += [(part, level + 1, number) for part in cut(text, k)]
    return nodes


def cut(text: str, k: int) -> list[str]:
    """k parts of a text, cut at the places nearest to equal ones; none is empty."""
    places = [index * len(text) // k for index in range(k + 1)]
    return [text[a:b] for a, b in pairwise(places) if b > a]
