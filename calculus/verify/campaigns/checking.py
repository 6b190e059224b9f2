"""Campaigns for programs: the properties of a calculus in one call."""

from collections.abc import Sequence
from pathlib import Path

from calculus.machine.budget import Budget
from calculus.verify.campaigns.campaign import Campaign
from calculus.verify.campaigns.ledger import Ledger
from calculus.verify.campaigns.workers import crew
from calculus.verify.property import Plan
from calculus.verify.report import Report


def check_calculus(
    calculus: str,
    *,
    only: Sequence[str] = (),
    size: int | None = None,
    examples: int | None = None,
    seed: int = 0,
    certify: bool = False,
    max_seconds: float | None = None,
    journal: str | Path | None = None,
    workers: int | None = 1,
    scheduler: str | None = None,
) -> Report:
    """The properties of a calculus, each with a verdict, as `calculus verify --calculus` gives them.

    `only` names properties, or parts as `property/part`; `size` is the largest number of nodes of
    exhaustive parts, `examples` the number of generated terms of each part (None: the part's own). With
    `certify` the findings have claims for certificates. With a `journal` an interrupted campaign goes on
    where it was. `workers` are processes (None: one for each core); a script that asks for more than one
    needs the usual `if __name__ == "__main__":`. `scheduler` is the address of a Dask scheduler, or
    `local`.

    Raises `UsageProblem` and `FileProblem`.
    """
    plan = Plan(size, examples, seed, certify)
    campaign = Campaign(calculus, plan, tuple(only))
    budget = Budget(max_seconds=max_seconds, max_memory=None)
    with crew(workers, scheduler) as found:
        if journal is None:
            return campaign.run(found.executor, found.workers, None, budget)
        with Ledger(journal, calculus, list(only), plan) as ledger:
            return campaign.run(found.executor, found.workers, ledger, budget)
