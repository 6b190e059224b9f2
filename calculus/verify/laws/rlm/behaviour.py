"""Whether terms terminate, and whether their values depend on answers."""

from calculus.encodings import terms as t
from calculus.rlm.guard import parts_of
from calculus.rlm.program import Program
from calculus.rlm.types.infer import asks
from calculus.rlm.types.nodes import Function, find
from calculus.rlm.types.nodes import text as type_text
from calculus.term import Term
from calculus.term.node import postorder
from calculus.verify.finding import Finding
from calculus.verify.laws.rlm.statements import Deterministic, Terminates
from calculus.verify.laws.rlm.values import givens, shown, used, value
from calculus.verify.laws.statement import Options

STEPS = 100_000
MOST = 200
"""What is given that is tried."""
ORACLES = 3


def decide_termination(law: Terminates) -> Finding:
    """Proved: a typed term whose recursions are guarded, as all are that can be read, terminates."""
    lines = [f"it has a type, {type_text(law.subject.scheme)}, so nothing is applied to itself"]
    recursions = [
        item for term in _terms(law.subject.program) for item in postorder(term) if item.op is t.FIX
    ]
    for item in recursions:
        found = parts_of(item)
        assert found is not None
        variable, bound, _, _, _ = found
        (name,) = item.label
        limit = bound.label if isinstance(bound.label, int | str) else bound
        lines.append(
            f"`fix {name}`: each call of {name} is on a part of a split of {variable}, so size {variable} "
            f"decreases until it is at most {limit}; the depth is at most the size of the text"
        )
    if not recursions:
        lines.append("there is no recursion in it")
    lines.append("every oracle that answers is taken to answer in the end")
    return law.found("proved", "guarded recursion on smaller parts", explained=tuple(lines))


def _terms(program: Program) -> list[Term]:
    """The main term, and the definitions that it uses."""
    assert program.main is not None
    from calculus.term import free_variables

    terms, seen = [program.main], set[str]()
    for term in terms:
        for name in sorted(free_variables(term) & program.definitions.keys()):
            if name not in seen:
                seen.add(name)
                terms.append(program.definitions[name].term)
    return terms


def decide_determinism(law: Deterministic, options: Options) -> Finding:
    """Whether a value depends on what is given alone: by its effect, or refuted by two oracles."""
    program = law.subject.program
    type = type_text(law.subject.scheme)
    if not asks(program):
        explained = (f"its type is {type}, with no neural effect: nothing is asked",)
        return law.found("proved", "effects", explained=explained)
    if isinstance(find(law.subject.scheme.type), Function):
        return law.found("unknown", tried={"type": type, "given up": "it may ask; apply it to something"})
    steps, budget = options.max_steps or STEPS, options.budget()
    tried = 0
    for given in givens(used(program)):
        if tried >= MOST or budget.overdrawn():
            break
        tried += 1
        first, problem = value(program, given, steps)
        for turn in range(1, ORACLES):
            other, other_problem = value(program, given, steps, turn)
            if problem is None and other_problem is None and first != other:
                example = {
                    **{name: shown(item) for name, item in given.items() if name in used(program)},
                    "with one oracle": shown(first),
                    "with another": shown(other),
                }
                lines = (f"one oracle: {shown(first)}; another: {shown(other)}",)
                return law.found(
                    "refuted", "two oracles", counterexample=example, tried={"runs": tried}, explained=lines
                )
    return law.found("unknown", tried={"runs": tried * ORACLES, "oracles": ORACLES})
