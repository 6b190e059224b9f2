"""Which engine searches: the reference machine, which is the specification, or the kernel.

`auto` starts on the reference machine at once. Of a search that goes on, the kernel makes another from the
start and passes over the answers that have been given: both find the same in the same order.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer, Answers
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Mode, Search, Strategy
from calculus.source.diagnostic import Diagnostic

if TYPE_CHECKING:
    from calculus.machine.relational.kernel.host import KernelSearch

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
    begun = Search(query, budget, strategy=strategy, mode=mode, count=count, keep=keep)
    short = budget.max_steps is not None and budget.max_steps <= MOVE_AFTER
    if engine == "reference" or strategy != "dfs" or (engine == "auto" and short):
        return begun
    return Moving(begun, count, MOVE_AFTER if engine == "auto" else 0)


_kernel: Literal["absent", "preparing", "ready"] = "absent"


def preparing_kernel() -> bool:
    """Whether the kernel is being compiled, or loaded from the cache, right now."""
    return _kernel == "preparing"


def prepare_kernel() -> None:
    """Make the kernel ready: seconds the first time on a machine, then half a second a process."""
    global _kernel
    if _kernel != "ready":
        _kernel = "preparing"
        from calculus.machine.relational.kernel.host import compile_kernel

        compile_kernel()
        _kernel = "ready"


class Moving(Answers):
    """A search that begins on the reference machine and, after some transitions, goes on on the kernel."""

    def __init__(self, begun: Search, count: bool, move_after: int) -> None:
        self._inner: Answers = begun
        super().__init__(budget=begun.budget, merge=begun.merge, keep=begun.keep)
        self._begun = begun
        self._count = count
        self._move_after = move_after
        self._follow()

    @property
    def steps(self) -> int:
        """The attempted transitions of the engine that searches, also while it does."""
        return self._inner.steps

    @steps.setter
    def steps(self, _: int) -> None:
        """The engine counts."""

    def __iter__(self) -> Iterator[Answer]:
        if isinstance(self._inner, Search):
            yield from self._followed(self._begun.until(self._move_after))
            if not self._begun.over and (kernel := self._on_kernel()):
                self._inner = kernel
        yield from self._followed(iter(self._inner))
        if self._inner is not self._begun and not self.found and self.error is None:
            self._explain()

    def _on_kernel(self) -> "KernelSearch | None":
        from calculus.machine.relational.kernel.host import KernelSearch, supports

        query = self._begun.query
        if not supports(query):
            return None
        prepare_kernel()
        return KernelSearch(
            query,
            self.budget,
            mode=self._begun.mode,
            count=self._count,
            keep=self.keep,
            skip=self._begun.found,
        )

    def _followed(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        """The answers; what the engine says of the search is said here too."""
        for answer in answers:
            self._follow()
            yield answer
        self._follow()

    def _follow(self) -> None:
        inner = self._inner
        self.answers, self.found, self.states = inner.answers, inner.found, inner.states
        self.engine, self.complete, self.stopped_by = inner.engine, inner.complete, inner.stopped_by
        self.error, self.deaths = inner.error, inner.deaths

    def _explain(self) -> None:
        """Say where branches ended, which the kernel does not note, as far as the reference machine got."""
        begun = self._begun
        for _ in begun.until(MOVE_AFTER):
            pass
        self.deaths = begun.deaths
        if self.deaths and not begun.complete:
            self.deaths.append(
                Diagnostic("end", f"these are ends among the first {MOVE_AFTER:,} transitions")
            )
