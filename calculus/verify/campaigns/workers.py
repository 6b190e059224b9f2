"""Who checks the units of a campaign: this process, some on this machine, or a Dask cluster.

All three are executors of `concurrent.futures`, so a campaign does not know the difference.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any, NamedTuple, ParamSpec, TypeVar

from calculus.source.diagnostic import Diagnostic, UsageProblem

P = ParamSpec("P")
T = TypeVar("T")

CONNECT = 10
"""Seconds to find a scheduler."""


class Crew(NamedTuple):
    """Workers, and how many they are."""

    executor: Executor
    workers: int


class Here(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:
            future.set_exception(problem)
        return future


def cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


@contextmanager
def crew(workers: int | None = None, scheduler: str | None = None) -> Iterator[Crew]:
    """The workers of a campaign: `workers` processes (1: this one; None: one for each core), or those of a
    Dask `scheduler`, given by its address, or `local` for a cluster on this machine.

    Raises `UsageProblem` if Dask is not there or no scheduler answers.
    """
    if scheduler is not None:
        with _dask(scheduler, workers) as found:
            yield found
        return
    number = cores() if workers is None else workers
    if number == 1:
        yield Crew(Here(), 1)
        return
    # Started anew rather than forked: a fork of a process with threads may hang.
    pool = ProcessPoolExecutor(number, get_context("spawn"), _begin)
    try:
        yield Crew(pool, number)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    # Ctrl-C goes to every process of a terminal; who leads the campaign decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _dask(scheduler: str, workers: int | None) -> Iterator[Crew]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        help = "install it with: pip install 'calculus[cluster]'"
        raise UsageProblem(Diagnostic("usage", "--scheduler needs Dask", help=help)) from None
    cluster: Any = None
    if scheduler == "local":
        number = cores() if workers is None else workers
        cluster = distributed.LocalCluster(
            n_workers=number,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            host="127.0.0.1",
            silence_logs="ERROR",
        )
    try:
        try:
            client = distributed.Client(cluster or scheduler, timeout=CONNECT)
        except (OSError, ValueError) as problem:
            raise UsageProblem(f"no Dask scheduler answers at {scheduler}: {problem}") from None
        with client:
            number = len(client.scheduler_info(n_workers=-1)["workers"])
            if number == 0:
                raise UsageProblem(f"the Dask scheduler at {scheduler} has no workers")
            yield Crew(client.get_executor(pure=False), number)
    finally:
        if cluster is not None:
            cluster.close()
