"""Trees of operators on numbers: leaves are pushed on λ, operators take their operands from there."""

from calculus.machine.instructions import LAMBDA
from calculus.machine.numeric import COMPUTE, CONSTANTS, NUMBER, OPERATORS, Operator, number
from calculus.machine.numeric import compute as in_postfix
from calculus.machine.reference.outcome import Stuck
from calculus.machine.state import Closure, State
from calculus.term import VARIABLE, Term


def compute(state: State, term: Term) -> str:
    """push: `S, c.M, K` to `S with c on λ, M, K`;
    read: `S with n on x, x.M, K` to `S with n on x and on λ, M, K`.
    """
    tree, body = term.children
    if tree.children:  # a state that was not made by `numeric.compute`
        state.term = term = in_postfix(tree, body)
        tree, body = term.children

    variable = tree.op is VARIABLE
    value = _read(state, tree.label) if variable else _constant(tree)

    state.stack(LAMBDA).append(value)

    _advance(state, body)
    return "read" if variable else "push"


def operate(state: State, term: Term) -> str:
    """operator: `S with m, n on λ, f.M, K` to `S with f(m, n) on λ, M, K`; the rule has the name of f."""
    operator = _operator(term.label)
    stack = state.stack(LAMBDA)
    arity = operator.arity
    if len(stack) < arity:
        raise Stuck("stack", f"{operator.name} expects {arity} numbers on λ, found {len(stack) or 'none'}")

    operands = stack[-arity:]
    for operand in operands:
        if operand.term.op is not NUMBER:
            found = operand.read_back().text(60)
            raise Stuck("primitive", f"{operator.name} expects numbers, found {found}")

    result = operator.function(*(operand.term.label.value for operand in operands))

    del stack[-arity:]
    stack.append(Closure(number(result), {}))

    _advance(state, term.children[0])
    return operator.name


def _advance(state: State, body: Term) -> None:
    state.term = in_postfix(*body.children) if body.op is COMPUTE else body


def _read(state: State, name: str) -> Closure:
    values = state.stacks.get(name)
    if name == LAMBDA or not values:
        raise Stuck("variable", f"there is no value for the variable {name}", _how_to_give(name))
    if values[-1].term.op is not NUMBER:
        found = values[-1].read_back().text(60)
        raise Stuck("variable", f"the variable {name} expects a number, found {found}")
    return values[-1]


def _how_to_give(name: str) -> str:
    if name in (LAMBDA, "lambda"):
        return f"{name} is the stack itself: give the variable another name"
    return f"--stack '{name}=0.5' gives it one, and `:stack {name}=0.5` in a session"


def _constant(leaf: Term) -> Closure:
    value = leaf if leaf.op is NUMBER else CONSTANTS.get(leaf.op)
    if value is None:
        raise Stuck("primitive", f"{leaf.op.name} stands for no number")
    return Closure(value, {})


def _operator(name: str) -> Operator:
    operator = OPERATORS.get(name)
    if operator is None:
        raise Stuck("primitive", f"{name} computes no number")
    return operator
