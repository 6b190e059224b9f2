"""Which engine searches: the reference machine, which is the specification, or the kernel.

`auto` starts on the reference machine at once. Of a search that goes on, the kernel makes another from the
start and passes over the answers that have been given: both find the same in the same order.
"""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Literal

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer, Answers
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Mode, Search, Strategy

EngineName = Literal["auto", "reference", "kernel"]

MOVE_AFTER = 3_000
"""Transitions after which `auto` leaves a search to the kernel."""


def search(
    query: Query,
    budget: Budget,
    *,
    engine: EngineName = "auto",
    strategy: Strategy = "dfs",
    mode: Mode = "multiset",
    count: bool = False,
    keep: bool = True,
) -> Answers:
    """A search for the answers of a query; iterate over it to have them as they are found.

    The kernel searches depth-first; other strategies stay on the reference machine, and so does a query that
    the kernel does not support.
    """
    few = budget.max_steps is not None and budget.max_steps <= MOVE_AFTER
    if strategy == "dfs" and engine == "kernel" and (kernel := _kernel()) and kernel.supports(query):
        found: Answers = kernel.KernelSearch(query, budget, mode=mode, count=count, keep=keep)
        return found
    reference = Search(query, budget, strategy=strategy, mode=mode, count=count, keep=keep)
    return Moving(reference, mode, count) if engine == "auto" and strategy == "dfs" and not few else reference


def _kernel() -> ModuleType | None:
    """The kernel; loading it takes a while."""
    try:
        return import_module("calculus.machine.relational.kernel.host")
    except ModuleNotFoundError:
        return None


class Moving(Answers):
    """A search that begins on the reference machine and goes on, if it is long, on the kernel."""

    def __init__(self, begun: Search, mode: Mode, count: bool) -> None:
        super().__init__(budget=begun.budget, merge=begun.merge, keep=begun.keep)
        self._inner: Answers = begun
        self._mode = mode
        self._count = count
        self._follow()

    def __iter__(self) -> Iterator[Answer]:
        inner = self._inner
        if isinstance(inner, Search) and not inner.over:
            for answer in inner.until(MOVE_AFTER):
                self._follow()
                yield answer
            if not inner.over and (kernel := _kernel()) and kernel.supports(inner.query):
                inner = self._inner = kernel.KernelSearch(
                    inner.query,
                    self.budget,
                    mode=self._mode,
                    count=self._count,
                    keep=self.keep,
                    skip=inner.found,
                )
        for answer in inner:
            self._follow()
            yield answer
        self._follow()

    def _follow(self) -> None:
        """Say of the search what the engine says that is searching."""
        inner = self._inner
        self.answers, self.found, self.steps = inner.answers, inner.found, inner.steps
        self.engine, self.complete, self.stopped_by = inner.engine, inner.complete, inner.stopped_by
        self.error, self.states, self.deaths = inner.error, inner.states, inner.deaths
