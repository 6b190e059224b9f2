"""What a run is given beside its program: limits, engine, seed, initial stacks, inputs, host
locations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calculus.source.diagnostic import UsageProblem

if TYPE_CHECKING:
    from calculus.machine.budget import Budget
    from calculus.term import Term

ENGINES = ("auto", "reference", "kernel")
MODES = ("multiset", "set")
STRATEGIES = ("dfs", "bfs", "deepening", "fair")
HOST_KINDS = ("source", "sink")
DEFAULT_MEMORY = 2048
"""Megabytes a run may use unless told otherwise; the machine's own default."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run a program. None as a limit means no limit.

    `stacks` gives initial stacks, bottom first; `inputs` feeds `in`; `hosts` maps further locations
    to `source` or `sink`; `depth` bounds an exact run by the number of random draws on a path. With the
    `mode` `set`, equal answers are one; `strategy` is the order of a search; None stands for what the
    language does by itself. With `count`, equal answers are one with their number.

    Raises `UsageProblem` on a value that makes no sense.
    """

    engine: str = "auto"
    max_steps: int | None = None
    max_seconds: float | None = None
    max_memory: float | None = DEFAULT_MEMORY
    max_answers: int | None = None
    seed: int = 0
    stacks: Mapping[str, Sequence["Term"]] = field(default_factory=dict)
    inputs: Sequence["Term"] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    depth: int | None = None
    mode: str | None = None
    strategy: str | None = None
    count: bool = False

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise UsageProblem(f"the engine is one of {', '.join(ENGINES)}; got {self.engine!r}")
        if self.mode not in (None, *MODES):
            raise UsageProblem(f"the mode is one of {', '.join(MODES)}; got {self.mode!r}")
        if self.strategy not in (None, *STRATEGIES):
            raise UsageProblem(f"the strategy is one of {', '.join(STRATEGIES)}; got {self.strategy!r}")
        for name in ("max_steps", "max_answers", "depth"):
            _check_number(name, getattr(self, name), whole=True)
        for name in ("max_seconds", "max_memory"):
            _check_number(name, getattr(self, name), whole=False)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise UsageProblem(f"seed is an integer; got {self.seed!r}")
        for location, kind in self.hosts.items():
            if kind not in HOST_KINDS:
                raise UsageProblem(f"a host's location is a source or a sink; got {kind!r} for {location}")

    def budget(self) -> "Budget":
        """The limits, with the clock started now."""
        from calculus.machine.budget import Budget

        return Budget(self.max_steps, self.max_seconds, self.max_memory, self.max_answers)


def _check_number(name: str, value: Any, *, whole: bool) -> None:
    if value is None:
        return
    wanted = "a whole number" if whole else "a number"
    types = (int,) if whole else (int, float)
    if isinstance(value, bool) or type(value) not in types or not 0 <= value < float("inf"):
        raise UsageProblem(f"{name} is {wanted}, 0 or more; got {value!r}")
