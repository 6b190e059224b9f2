"""Which engine runs a state, for how long, and what ended it.

`reference` is the specification; `kernel` runs compiled code over flat arrays; `auto` starts on the reference
machine and moves a run that goes on to the kernel. The answer never depends on the engine: what the kernel
cannot do (an error, a host effect, the last few steps of a budget) it leaves to the reference machine, and
takes the run over again. The kernel has no numbers but integers: trees of operators run on the reference
machine.
"""

import sys
from typing import TYPE_CHECKING, Literal

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.numeric import COMPUTE, OPERATE
from calculus.machine.reference import can_move, made_much, step
from calculus.machine.state import State

if TYPE_CHECKING:
    from calculus.machine.kernel.host import Kernel

EngineName = Literal["auto", "reference", "kernel"]

SLICE = 4096
"""Reference transitions between two looks at the clock and the memory."""
MOVE_AFTER = 5_000
"""Transitions after which `auto` moves a run to the kernel."""
LEAST_PAUSE, MOST_PAUSE = 16, 1 << 16
"""Transitions that the reference machine makes when the kernel gives a run back: few at first, more each
time, until the kernel again gets through many times as many."""


def run(state: State, budget: Budget, engine: EngineName = "auto") -> tuple[StoppedBy | None, EngineName]:
    """Advance `state` until it is done, stuck or suspended, or a limit is reached.

    Returns the limit that ended the run (None if none did) and the engine that did most of it. `max_steps`
    counts from here. A keyboard interrupt counts as the limit `interrupt`; it leaves the state between two
    transitions.
    """
    limit = None if budget.max_steps is None else state.steps + budget.max_steps
    if state.term.op in (COMPUTE, OPERATE):
        engine = "reference"
    with budget.interruptible():
        if engine == "kernel":
            return _run_kernel(state, budget, limit), "kernel"
        goal = None if engine == "reference" else state.steps + MOVE_AFTER
        if goal is None or (limit is not None and limit <= goal):
            return _run_reference(state, budget, limit), "reference"
        stopped = _advance(state, budget, goal)
        if stopped or not can_move(state):
            return stopped, "reference"
        return _run_kernel(state, budget, limit), "kernel"


def _run_reference(state: State, budget: Budget, limit: int | None) -> StoppedBy | None:
    stopped = _advance(state, budget, sys.maxsize if limit is None else limit)
    return stopped or ("steps" if can_move(state) else None)


def _advance(state: State, budget: Budget, goal: int) -> StoppedBy | None:
    """Make reference transitions until the state has made `goal` or stops moving."""
    while state.steps < goal:
        pause = min(goal, state.steps + SLICE)
        while state.steps < pause:
            rule = step(state)
            if rule is None:
                return None
            if made_much(state, rule):
                break
        if stopped := budget.overdrawn():
            return stopped
    return None


_kernel: Literal["absent", "preparing", "ready"] = "absent"


def preparing_kernel() -> bool:
    """Whether the kernel is being compiled, or loaded from the cache, right now."""
    return _kernel == "preparing"


def prepare_kernel() -> None:
    """Make the kernel ready: seconds the first time on a machine, then half a second a process."""
    global _kernel
    if _kernel != "ready":
        _kernel = "preparing"
        from calculus.machine.kernel.host import compile_kernel

        compile_kernel()
        _kernel = "ready"


def _run_kernel(state: State, budget: Budget, limit: int | None) -> StoppedBy | None:
    prepare_kernel()
    from calculus.machine.kernel.host import Kernel

    kernel = Kernel(state, budget)
    try:
        return _alternate(kernel, state, budget, limit)
    finally:
        kernel.release()


def _alternate(kernel: "Kernel", state: State, budget: Budget, limit: int | None) -> StoppedBy | None:
    """Run on the kernel, and on the reference machine for what the kernel leaves to it."""
    pause = LEAST_PAUSE
    while can_move(state):
        if kernel.is_near(limit):
            return _run_reference(state, budget, limit)
        before = state.steps
        kernel.load()
        outcome = kernel.run(limit)
        kernel.unload()
        if outcome == "limit":
            return _run_reference(state, budget, limit)
        if outcome != "reference":
            return outcome
        pause = LEAST_PAUSE if state.steps - before > 64 * pause else min(2 * pause, MOST_PAUSE)
        goal = state.steps + pause
        if limit is not None and goal >= limit:
            return _run_reference(state, budget, limit)
        if stopped := _advance(state, budget, goal):
            return stopped
    return None
