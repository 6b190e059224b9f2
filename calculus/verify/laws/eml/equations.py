"""Equations of trees: refuted at a point, proved by bringing both sides into normal form, else unknown.

A proof is one for exact values; under `ieee` the sides are then equal up to rounding, where nothing
overflows.
"""

from typing import Any

from calculus.eml.domains import condition_text, implied
from calculus.eml.evaluation.establishing import examine
from calculus.eml.evaluation.trial import Counterexample, Trial, is_finite
from calculus.eml.expressions.node import apply, number
from calculus.eml.expressions.printer import text as expression_text
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import EML, VARIABLE, dag_size, subtrees, variables
from calculus.term import Term
from calculus.verify.finding import Finding
from calculus.verify.laws.eml.points import number_text, shown, simple
from calculus.verify.laws.eml.statements import Equation, Side

MOST_AS_EXPRESSION = 2_000
"""Distinct subtrees of a tree that stands for an expression."""

ROUNDING = "up to rounding, where nothing overflows"


def decide_equation(law: Equation) -> Finding:
    """Whether the sides have the same values where the right one, or the one that is no tree, has any."""
    trees = law.left.is_tree and law.right.is_tree
    if trees and law.left.term is law.right.term:
        explained = f"both sides are the tree {to_postfix(law.left.term, 200)}"
        return law.found(
            "proved", "the same tree", tried={"semantics": law.semantics}, explained=(explained,)
        )
    tree, other = (law.left, law.right) if law.left.is_tree else (law.right, law.left)
    found = _decide(law, tree, other)
    if not trees or found.verdict == "refuted":
        return found
    # Of two trees each has to have a value where the other does.
    back = _decide(law, other, tree)
    if back.verdict == "refuted":
        return back
    return found if back.verdict == "proved" else back


def _decide(law: Equation, tree: Side, other: Side) -> Finding:
    """Whether a tree has the values of the other side, wherever that has a finite one."""
    expected = as_expression(other.term) if other.is_tree else other.term
    tried: dict[str, Any] = {"semantics": law.semantics}
    if other.is_tree and dag_size(other.term) > MOST_AS_EXPRESSION:
        return law.found("unknown", tried=tried | {"given up": "the trees are too large to be compared"})
    names = sorted({*variables(tree.term), *variables(expected)})
    trial = Trial(tree.term, expected, law.semantics)
    for point in simple(names, law.conditions, law.semantics):
        wrong = trial.at(point)
        if wrong is not None:
            return _refuted(law, tree, other, wrong, tried | {"points": trial.points})
    found = examine(tree.term, expected, law.conditions, law.semantics)
    tried["points"] = trial.points + found.points
    if found.domain is None:
        if found.counterexample is not None and is_finite(found.counterexample.expected):
            return _refuted(law, tree, other, found.counterexample, tried)
        why = "at all points something overflows" if found.counterexample is None else "no finite values"
        return law.found("unknown", tried=tried | {"given up": why})
    if found.boxes:
        tried["boxes"] = found.boxes
    if found.domain.error:
        tried["error"] = f"{found.domain.error:.1e}"
    missing = [item for item in found.domain.conditions if not implied(item, law.conditions)]
    missing = [item for item in missing if item not in law.conditions]
    if found.domain.how != "symbolic":
        return law.found("unknown", tried=tried)
    if missing:
        tried["proved where also"] = ", ".join(map(condition_text, missing))
        return law.found("unknown", tried=tried)
    explained = [
        f"{to_postfix(tree.term, 200)} is {expression_text(expected) if not other.is_tree else other.text}",
        "both have the same normal form under the conditions",
    ]
    if law.semantics == "ieee":
        explained.append(f"the values are the same {ROUNDING}")
    return law.found("proved", "symbolic identity", tried=tried, explained=tuple(explained))


def as_expression(tree: Term) -> Term:
    """The expression that a tree stands for: exp(a) - ln(b) for each operator."""
    made: dict[int, Term] = {}
    for item in subtrees(tree):
        if item.op is EML:
            left, right = (made[id(child)] for child in item.children)
            made[id(item)] = apply("sub", apply("exp", left), apply("ln", right))
        else:
            made[id(item)] = item if item.op is VARIABLE else number(1)
    return made[id(tree)]


def _refuted(law: Equation, tree: Side, other: Side, wrong: Counterexample, tried: dict[str, Any]) -> Finding:
    value = wrong.why or number_text(wrong.value)
    sides = {"left": value, "right": number_text(wrong.expected)}
    if tree is law.right:
        sides = {"left": sides["right"], "right": sides["left"]}
    counterexample = {"at": shown(wrong.point), **sides, "semantics": law.semantics}
    place = ", ".join(f"{name} = {item}" for name, item in shown(wrong.point).items())
    value = wrong.why or f"the tree gives {number_text(wrong.value)}"
    told = f"{f'at {place} ' if place else ''}{value}, the other side {number_text(wrong.expected)}"
    return law.found(
        "refuted", "values at a point", counterexample=counterexample, tried=tried, explained=(told,)
    )
