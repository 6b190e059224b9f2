"""What answers: a simulation, an endpoint that speaks the protocol of OpenAI, and a recorded run."""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "noise": ("Noise",),
        "openai": ("OpenAIOracle",),
        "replay": ("ReplayOracle",),
        "simulated": ("SimulatedOracle",),
    },
)
