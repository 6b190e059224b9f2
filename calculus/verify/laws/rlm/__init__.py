"""The laws of λ-RLM.

| law | says |
|---|---|
| `M : type` | M has the type; `->` asks for a function that asks nothing, `~>` for any |
| `M terminates` | every run of M ends |
| `M deterministic` | the value of M depends on what it is given, and not on answers |
| `L = R` | the two have the same value, of functions for all arguments |
| `M answers V`, `… where document = "…"` | the value of M is that of V |
| `M within calls <= 129, … where n = 1000000, …` | there is a plan of M, and its numbers are so small |

What is given, `document`, `query`, `k` and `tau`, may be used in any of them.
"""

from calculus.rlm.program import Program
from calculus.verify.finding import Finding
from calculus.verify.laws.rlm.statements import (
    Answers,
    Deterministic,
    Equation,
    HasType,
    Terminates,
    Within,
    statement,
)
from calculus.verify.laws.statement import Options, Statement

__all__ = [
    "Answers",
    "Deterministic",
    "Equation",
    "HasType",
    "Terminates",
    "Within",
    "decide",
    "statement",
]


def decide(program: Program, law: Statement, options: Options) -> Finding:
    """Whether a law holds."""
    match law:
        case HasType():
            from calculus.verify.laws.rlm.typing import decide_type

            return decide_type(law)
        case Terminates():
            from calculus.verify.laws.rlm.behaviour import decide_termination

            return decide_termination(law)
        case Deterministic():
            from calculus.verify.laws.rlm.behaviour import decide_determinism

            return decide_determinism(law, options)
        case Equation():
            from calculus.verify.laws.rlm.equations import decide_equation

            return decide_equation(law, options)
        case Answers():
            from calculus.verify.laws.rlm.equations import decide_answers

            return decide_answers(law, options)
    assert isinstance(law, Within)
    from calculus.verify.laws.rlm.bounds import decide_bounds

    return decide_bounds(law, options)
