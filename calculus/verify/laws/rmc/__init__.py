"""The laws of the RMC.

| law | says |
|---|---|
| `L = R`, with `at LOC…`, `as LEVEL` | the two are equal at the level, on values at the locations |
| `M terminates`, `… at LOC…` | the search for all answers ends, on every closed memory |
| `M deterministic`, `… at LOC…` | there is at most one answer on every closed memory |
| `M answers N`, with `as multiset` | the answers on the empty memory are those of N |

The level is `set` unless `as multiset` or `as ground` is written; a signature, as in `over Z S/1`, lists the
constructors of closed values. `at a b^2` asks for a value on `a` and two on `b`.
"""

from calculus.rmc.program import Program
from calculus.verify.finding import Finding
from calculus.verify.laws.rmc.statements import Answers, Deterministic, Equation, Terminates, statement
from calculus.verify.laws.statement import Options, Statement

__all__ = ["Answers", "Deterministic", "Equation", "Terminates", "decide", "statement"]


def decide(program: Program, law: Statement, options: Options) -> Finding:
    """Whether a law holds."""
    match law:
        case Equation():
            from calculus.verify.laws.rmc.equations import decide_equation

            return decide_equation(program, law, options)
        case Terminates():
            from calculus.verify.laws.rmc.termination import decide_termination

            return decide_termination(program, law, options)
        case Deterministic():
            from calculus.verify.laws.rmc.determinism import decide_determinism

            return decide_determinism(program, law, options)
    assert isinstance(law, Answers)
    from calculus.verify.laws.rmc.answers import decide_answers

    return decide_answers(program, law, options)
