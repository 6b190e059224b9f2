"""Arithmetic over integers: expressions of Prolog as relations of the machine.

An expression is known when it is written: a variable in it stands for an integer. `min`, `max` and `abs` are
sums of two cases that exclude one another.
"""

from collections.abc import Iterator
from typing import Protocol

from calculus.encodings.prolog.build import built
from calculus.encodings.prolog.terms import COMPOUND, INTEGER, indicator
from calculus.machine.relational.instructions import RELATION, SEQUENCE, SUM, TEST, constant
from calculus.source.diagnostic import Diagnostic
from calculus.term import VARIABLE, Term
from calculus.term.node import postorder

COMPARISONS = {"=:=": "eq", "=\\=": "ne", "<": "lt", "=<": "le", ">": "gt", ">=": "ge"}
"""The relation of each comparison."""

_RELATIONS = {
    ("+", 2): "add",
    ("-", 2): "sub",
    ("*", 2): "mul",
    ("//", 2): "quo",
    ("div", 2): "div",
    ("mod", 2): "mod",
    ("rem", 2): "rem",
}
_CASES = {("min", 2): ("le", "gt"), ("max", 2): ("ge", "lt")}
_FUNCTIONS = _RELATIONS.keys() | _CASES.keys() | {("-", 1), ("+", 1), ("abs", 1)}

_HELP = "the functions are + - * // div mod rem min max abs"
_INSTEAD = {"/": "`//` and `div` divide integers", "**": "define powers by multiplication"}
_ZERO = constant(0)


class Variables(Protocol):
    """The variables of a clause as those of the RMC."""

    def variable(self, name: str) -> Term:
        """The variable of that name."""

    def temporary(self) -> Term:
        """A new variable, for an intermediate result."""


def mistakes(expression: Term) -> Iterator[Diagnostic]:
    """What is no arithmetic in an expression."""
    stack = [expression]
    while stack:
        item = stack.pop()
        if item.op is COMPOUND and indicator(item) in _FUNCTIONS:
            stack += reversed(item.children)
        elif item.op not in (VARIABLE, INTEGER):
            known = item.op is COMPOUND and item.label in _INSTEAD and len(item.children) == 2
            help = _INSTEAD[item.label] if known else _HELP
            message = f"expected an arithmetic expression over integers, found `{item.text(40)}`"
            yield Diagnostic("type", message, item.span, help=help)


def compare(goal: Term, variables: Variables) -> list[Term]:
    """The terms that test a comparison, to be run one after the other."""
    steps: list[Term] = []
    values = tuple([evaluate(side, variables, steps) for side in goal.children])
    return [*steps, built(RELATION, COMPARISONS[goal.label], values, goal.span)]


def assign(goal: Term, variables: Variables, *, unbound: bool) -> list[Term]:
    """The terms for `X is E`. If X is known to be `unbound` there, it takes the value; else it is compared
    with it, since relations could otherwise be solved for what E lacks.
    """
    left, expression = goal.children
    steps: list[Term] = []
    if unbound:
        target = variables.variable(left.label)
        if expression.op is INTEGER:
            return [built(TEST, None, (target, constant(expression.label)), goal.span)]
        evaluate(expression, variables, steps, target)
        return steps
    target = variables.variable(left.label) if left.op is VARIABLE else constant(left.label)
    value = evaluate(
        expression, variables, steps, None if expression.op is INTEGER else variables.temporary()
    )
    return [*steps, built(TEST, None, (target, value), goal.span)]


def evaluate(expression: Term, variables: Variables, steps: list[Term], target: Term | None = None) -> Term:
    """The value of an expression, a constant or a variable; what computes it is added to `steps`.

    With a `target`, that variable becomes the value, which is then certain to be an integer.
    """
    values: dict[int, Term] = {}
    for item in postorder(expression):
        if item.op is INTEGER:
            values[id(item)] = constant(item.label)
        elif item.op is VARIABLE:
            values[id(item)] = variables.variable(item.label)
        else:
            result = target if target is not None and item is expression else variables.temporary()
            operands = tuple([values[id(child)] for child in item.children])
            steps.append(_apply(item, operands, result))
            values[id(item)] = result
    found = values[id(expression)]
    if target is None or found is target:
        return found
    steps.append(built(RELATION, "add", (found, _ZERO, target), expression.span))
    return target


def _apply(item: Term, operands: tuple[Term, ...], result: Term) -> Term:
    span, function = item.span, indicator(item)

    def relation(name: str, *values: Term) -> Term:
        return built(RELATION, name, values, span)

    def case(condition: Term, then: Term) -> Term:
        return built(SEQUENCE, None, (condition, then), span)

    def result_is(value: Term) -> Term:
        return built(TEST, None, (result, value), span)

    if function in _RELATIONS:
        return relation(_RELATIONS[function], *operands, result)
    if function == ("-", 1):
        return relation("sub", _ZERO, *operands, result)
    if function == ("+", 1):
        return relation("add", *operands, _ZERO, result)
    if function == ("abs", 1):
        (value,) = operands
        first = case(relation("ge", value, _ZERO), result_is(value))
        second = case(relation("lt", value, _ZERO), relation("sub", _ZERO, value, result))
    else:
        yes, no = _CASES[function]
        first = case(relation(yes, *operands), result_is(operands[0]))
        second = case(relation(no, *operands), result_is(operands[1]))
    return built(SUM, None, (first, second), span)
