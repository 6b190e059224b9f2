"""Primitives: operands from λ, one result onto λ."""

from calculus.machine.instructions import LAMBDA, jump
from calculus.machine.primitives import PRIMITIVES, PrimitiveFailure, apply, fits
from calculus.machine.reference.outcome import Stuck
from calculus.machine.state import Closure, State
from calculus.term import Term


def primitive(state: State, term: Term) -> str:
    """primitive: `S with m, n on λ, add.M, K` to `S with m+n on λ, M, K`."""
    entry = PRIMITIVES[term.label]
    stack = state.stack(LAMBDA)
    arity = len(entry.operands)
    if len(stack) < arity:
        raise Stuck(
            "stack",
            f"{entry.name} expects {arity} operand{'s' * (arity > 1)} on λ, found {len(stack) or 'none'}",
        )

    operands = stack[-arity:]
    constants = tuple(operand.constant for operand in operands)
    if not fits(entry, constants):
        expected = (
            " ".join(entry.operands) if entry.operands[0] != "Base" else "two constants of one base type"
        )
        found = " ".join(operand.read_back().text(60) for operand in operands)
        raise Stuck("primitive", f"{entry.name} expects {expected}, found {found}")

    try:
        result = apply(entry, constants)  # type: ignore[arg-type]  # those that fit are constants
    except PrimitiveFailure as failure:
        raise Stuck(failure.kind, str(failure)) from None

    del stack[-arity:]
    stack.append(Closure(jump(result), {}))

    state.term = term.children[0]
    return "primitive"
