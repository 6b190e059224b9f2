"""Whether a term has a type, with its effects."""

from calculus.rlm.types.nodes import text as type_text
from calculus.rlm.types.unify import Impure, Mismatch, instantiate, unify
from calculus.verify.finding import Finding
from calculus.verify.laws.rlm.statements import HasType


def decide_type(law: HasType) -> Finding:
    """Whether the principal type of a term can be made the one that is written."""
    principal = type_text(law.subject.scheme)
    explained = (f"the principal type is {principal}",)
    try:
        unify(law.type, instantiate(law.subject.scheme, 0))
    except Mismatch as wrong:
        problem = f"expected {type_text(wrong.expected)}, found {type_text(wrong.found)}"
        problem += f": {wrong.why}" if str(wrong) else ""
    except Impure:
        problem = "a function that should ask nothing may ask"
    else:
        return law.found("proved", "type inference", explained=explained)
    example = {"type": principal, "problem": problem}
    return law.found("refuted", "type inference", counterexample=example, explained=(*explained, problem))
