"""What answers: a simulation, an endpoint that speaks the protocol of OpenAI, and a recorded run."""

from importlib import import_module
from typing import Any

_HOME = {
    "Noise": "noise",
    "OpenAIOracle": "openai",
    "ReplayOracle": "replay",
    "SimulatedOracle": "simulated",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
