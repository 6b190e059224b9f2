"""Campaigns for programs: the properties of a calculus in one call."""

from collections.abc import Sequence
from contextlib import ExitStack
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
    campaign = Campaign(calculus, Plan(size, examples, seed, certify), tuple(only))
    return carry_out(campaign, max_seconds, journal, workers, scheduler)[0]


def carry_out(
    campaign: Campaign,
    max_seconds: float | None = None,
    journal: str | Path | None = None,
    workers: int | None = 1,
    scheduler: str | None = None,
) -> tuple[Report, int]:
    """Run a campaign, with the options of `check_calculus`: its report, and how many workers there were."""
    with ExitStack() as stack:
        ledger = None
        if journal is not None:
            head = campaign.calculus, list(campaign.only), campaign.plan
            ledger = stack.enter_context(Ledger(journal, *head))
        found = stack.enter_context(crew(workers, scheduler))
        budget = Budget(max_seconds=max_seconds, max_memory=None)
        return campaign.run(found.executor, found.workers, ledger, budget), found.workers
