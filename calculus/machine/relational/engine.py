"""Which engine searches: the reference machine, which is the specification, or the kernel."""

from typing import Literal

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answers
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Mode, Search, Strategy

EngineName = Literal["auto", "reference", "kernel"]


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
    """A search for the answers of a query; iterate over it to have them as they are found."""
    return Search(query, budget, strategy=strategy, mode=mode, count=count, keep=keep)
