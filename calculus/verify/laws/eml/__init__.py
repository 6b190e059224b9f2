"""The laws of EML.

| law | says |
|---|---|
| `L = R` | a tree has the value of a tree or of an expression wherever that has one |
| `M defined` | a tree has a value |
| `M finite` | a tree and all its subtrees have finite values |

Each may go on with `where`, and conditions as `--assume` takes them, and with `under`, and a semantics:
`ieee`, in which trees run, unless another is named.
"""

from calculus.eml.program import Program
from calculus.verify.finding import Finding
from calculus.verify.laws.eml.statements import DomainClaim, Equation, statement
from calculus.verify.laws.statement import Options, Statement

__all__ = ["DomainClaim", "Equation", "decide", "statement"]


def decide(program: Program, law: Statement, options: Options) -> Finding:
    """Whether a law holds."""
    if isinstance(law, Equation):
        from calculus.verify.laws.eml.equations import decide_equation

        return decide_equation(law)
    assert isinstance(law, DomainClaim)
    from calculus.verify.laws.eml.domains import decide_domain

    return decide_domain(law, options)
