"""The laws of the FMC.

| law | says |
|---|---|
| `L = R`, `L = R at ρ…` | the two are equal on all memories, or on those with such values |
| `M terminates`, `… at ρ…` | no run of M goes on for ever, whatever is drawn |
| `M deterministic`, `… at ρ…` | all runs of M that end have the same outcome, whatever is drawn |
| `M : type` | M has the type |
| `M answers N`, `… N | P` | the outcomes of M on the empty memory are those of N, or of N and P |

What follows `at` is written as the input of a type is: the leftmost value at a location is on top.
"""

from calculus.fmc.program import Program, check_names
from calculus.verify.finding import Finding
from calculus.verify.laws.fmc.statements import (
    Answers,
    Deterministic,
    Equation,
    HasType,
    Terminates,
    statement,
)
from calculus.verify.laws.statement import Options, Statement

__all__ = ["Answers", "Deterministic", "Equation", "HasType", "Terminates", "decide", "names", "statement"]

names = check_names
"""What the parser lets pass: a name that nothing defines could be anything, so no law is decided with it."""


def decide(program: Program, law: Statement, options: Options) -> Finding:
    """Whether a law holds."""
    match law:
        case Equation():
            from calculus.verify.laws.fmc.equations import decide_equation

            return decide_equation(program, law, options)
        case HasType():
            from calculus.verify.laws.fmc.typing import decide_type

            return decide_type(program, law)
        case Answers():
            from calculus.verify.laws.fmc.answers import decide_answers

            return decide_answers(program, law, options)
    assert isinstance(law, Terminates | Deterministic)
    from calculus.verify.laws.fmc.behaviour import decide_behaviour

    return decide_behaviour(program, law, options)
