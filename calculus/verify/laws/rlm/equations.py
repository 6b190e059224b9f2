"""Equations of terms: proved by evaluation where nothing is given, else tried on small documents and
arguments.
"""

from dataclasses import replace
from typing import Any

from calculus.rlm.types.infer import asks
from calculus.rlm.types.nodes import BOOL, Type, find
from calculus.rlm.types.unify import instantiate, unify
from calculus.term import Term, alpha_equal, free_variables, substitute
from calculus.term.node import canonical, size
from calculus.verify.finding import Finding
from calculus.verify.laws.rlm.statements import Answers, Equation, Subject
from calculus.verify.laws.rlm.values import NoValues, applied, arguments, givens, rows, shown, used, value
from calculus.verify.laws.statement import Options

STEPS = 100_000
LARGEST = 2_000
"""Nodes of a term in which definitions are unfolded."""
MOST = 600
"""What is given, and arguments, that are tried."""


def decide_equation(law: Equation, options: Options) -> Finding:
    """Whether two terms have the same value, whatever is given, and of functions for all arguments."""
    if alpha_equal(*map(_unfolded, (law.left, law.right))):
        lines = ("both sides are the same term, up to definitions and the names of variables",)
        return law.found("proved", "the same term", explained=lines)
    types, _ = arguments(_common(law.left, law.right))
    names = used(law.left.program) | used(law.right.program)
    neural = asks(law.left.program) or asks(law.right.program)
    if not (types or names or neural):
        return _closed(law, law.left, law.right, options)
    steps, budget = options.max_steps or STEPS, options.budget()
    tried: dict[str, Any] = {"compared": 0}
    try:
        choices = rows(types)
        cases = [(row, given) for row in choices for given in _givens(names, bool(types))]
    except NoValues:
        return law.found("unknown", tried={"given up": "it takes functions, which are not tried"})
    for row, given in cases[:MOST]:
        if budget.overdrawn():
            tried["stopped by"] = "seconds"
            break
        left, right = (_value(side, row, given, steps) for side in (law.left, law.right))
        tried["compared"] += 1
        if left[0] != right[0]:
            return _refuted(law, row, given, names, left[1], right[1], tried)
    if not (names or neural) and all(find(type) is BOOL for type in types):
        lines = (f"both sides have the same values at all {len(cases)} arguments",)
        return law.found("proved", "all arguments", tried=tried, explained=lines)
    if names & {"document", "query"}:
        tried["longest document"] = max((len(given["document"]) for _, given in cases[:MOST]), default=0)
    if neural:
        tried["oracle"] = "one whose answers follow from the prompts"
    return law.found("unknown", tried=tried)


def _unfolded(side: Subject) -> Term:
    """A term with definitions in the place of their names, unless it gets too large."""
    term, definitions = canonical(side.term), side.program.definitions
    while True:
        terms = {
            name: canonical(definitions[name].term) for name in free_variables(term) & definitions.keys()
        }
        if not terms or size(term) > LARGEST:
            return term
        term = substitute(term, terms)


def _givens(names: set[str], function: bool) -> list[dict[str, Any]]:
    found = list(givens(names))
    return found[:12] if function else found


def _common(left: Subject, right: Subject) -> Type:
    """A type that both have."""
    one = instantiate(left.scheme, 0)
    unify(one, instantiate(right.scheme, 0))
    return one


def _value(
    side: Subject, row: tuple[Term, ...], given: dict[str, Any], steps: int
) -> tuple[tuple[str, Any], str]:
    """What a side comes to, to be compared and to be shown. Two ends without a value are alike."""
    found, problem = value(replace(side.program, main=applied(side.term, row)), given, steps)
    if problem is not None:
        return ("no value", None), f"no value: {problem}"
    return ("value", _exactly(found)), shown(found)


def _exactly(found: Any) -> Any:
    """A value in which True is not 1."""
    if isinstance(found, list | tuple):
        return type(found), tuple(map(_exactly, found))
    return type(found), found


def _closed(law: Equation | Answers, left: Subject, right: Subject, options: Options) -> Finding:
    """Terms that depend on nothing are equal if their values are."""
    steps = options.max_steps or STEPS
    one, other = (_value(side, (), {}, steps) for side in (left, right))
    if "no value" in (one[0][0], other[0][0]) and one[0] == other[0]:
        return law.found("unknown", tried={"left": one[1], "right": other[1]})
    if one[0] == other[0]:
        return law.found("proved", "evaluation", explained=(f"both sides come to {one[1]}",))
    return _refuted(law, (), {}, set(), one[1], other[1], {})


def _refuted(
    law: Equation | Answers,
    row: tuple[Term, ...],
    given: dict[str, Any],
    names: set[str],
    left: str,
    right: str,
    tried: dict[str, Any],
) -> Finding:
    example: dict[str, Any] = {name: shown(item) for name, item in given.items() if name in names}
    if row:
        example["arguments"] = [str(argument) for argument in row]
    example |= {"left": left, "right": right}
    lines = tuple(f"{name}: {item}" for name, item in example.items())
    return law.found("refuted", "evaluation", counterexample=example, tried=tried, explained=lines)


def decide_answers(law: Answers, options: Options) -> Finding:
    """Whether a term comes to a value with what is given."""
    steps = options.max_steps or STEPS
    given: dict[str, Any] = dict(law.given)
    lacking = sorted((used(law.subject.program) - {"tau"}) - given.keys())
    if lacking:
        return law.found("unknown", tried={"given up": f"it needs {', '.join(lacking)}, after `where`"})
    if asks(law.subject.program):
        return law.found("unknown", tried={"given up": "it may ask an oracle, whose answers are not known"})
    one = _value(law.subject, (), given, steps)
    other = _value(law.expected, (), given, steps)
    if one[0] == other[0] and one[0][0] == "value":
        return law.found("proved", "evaluation", explained=(f"it comes to {one[1]}",))
    return _refuted(law, (), given, set(given), one[1], other[1], {})
