"""λ-RLM: typed combinators that run a language model over a long input, with a plan before the first call.

    from calculus import rlm

    plan = rlm.plan("count.rlm", document=text, query="How many errors?", window=8192)
    plan.calls, plan.cost
    answer = rlm.run("count.rlm", document=text, query="How many errors?", window=8192)

Sources: A. Roy et al., *The Y-Combinator for LLMs* (arXiv 2603.20105); A. L. Zhang et al., *Recursive
Language Models* (arXiv 2512.24601). Nothing is loaded before it is used.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "text": ("Document", "Slice"),
        "calls": ("Call", "Oracle", "OracleFailure", "Reply"),
        "splitting": ("split",),
        "planning": ("Certificate", "Model", "check_theorems", "plan", "recheck"),
        "oracles": ("Noise", "OpenAIOracle", "ReplayOracle", "SimulatedOracle"),
        "runtime": ("Limits", "Outcome", "resume", "run", "run_async"),
        "tasks": ("compare", "simulate"),
    },
)
