"""λ-RLM: typed combinators that run a language model over a long input, with a plan before the first call.

    from calculus import rlm

    plan = rlm.plan("count.rlm", document=text, query="How many errors?", window=8192)
    plan.calls, plan.cost
    answer = rlm.run("count.rlm", document=text, query="How many errors?", window=8192)

Sources: A. Roy et al., *The Y-Combinator for LLMs* (arXiv 2603.20105); A. L. Zhang et al., *Recursive
Language Models* (arXiv 2512.24601). Nothing is loaded before it is used.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "calculus.rlm.text": ("Document", "Slice"),
    "calculus.rlm.calls": ("Call", "Oracle", "OracleFailure", "Reply"),
    "calculus.rlm.splitting": ("split",),
    "calculus.rlm.planning": ("Certificate", "Model", "check_theorems", "plan", "recheck"),
    "calculus.rlm.oracles": ("Noise", "OpenAIOracle", "ReplayOracle", "SimulatedOracle"),
    "calculus.rlm.runtime": ("Limits", "Outcome", "resume", "run", "run_async"),
    "calculus.rlm.tasks": ("compare", "simulate"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
