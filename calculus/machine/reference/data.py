"""Functions on data: arguments from λ, the last on top, one result onto λ."""

from calculus.machine.data import FUNCTIONS, from_value, to_value
from calculus.machine.instructions import LAMBDA
from calculus.machine.primitives import PrimitiveFailure
from calculus.machine.reference.outcome import Stuck
from calculus.machine.state import State
from calculus.term import Term


def apply(state: State, term: Term) -> str:
    """function: `S with m, n on λ, f.M, K` to `S with f(m, n) on λ, M, K`; the rule has the name of f."""
    function = FUNCTIONS.get(term.label)
    if function is None:
        raise Stuck("primitive", f"there is no function {term.label}")
    stack = state.stack(LAMBDA)
    arity = function.arity
    if len(stack) < arity:
        raise Stuck("stack", f"{term.label} expects {arity} values on λ, found {len(stack) or 'none'}")

    try:
        arguments = [from_value(value) for value in stack[-arity:]]
        result = function.compute(*arguments)
    except PrimitiveFailure as failure:
        raise Stuck(failure.kind, str(failure)) from None
    except ValueError:
        raise Stuck("primitive", f"{term.label} expects data, found a function") from None

    stack[-arity:] = [to_value(result)]

    state.term = term.children[0]
    name: str = term.label
    return name
