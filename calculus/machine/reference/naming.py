"""Names that no pop has bound: definitions."""

from difflib import get_close_matches

from calculus.machine.primitives import PRIMITIVES
from calculus.machine.reference.outcome import Stuck
from calculus.machine.state import State
from calculus.term import Term


def variable(state: State, term: Term) -> str:
    """definition: `S, d, K` to `S, body of d, K`. (A bound variable has been substituted.)"""
    body = state.definitions.get(term.label)
    if body is None:
        close = get_close_matches(term.label, [*state.definitions, *PRIMITIVES], 1)
        raise Stuck(
            "name",
            f"{term.label} is bound by no pop and defined nowhere",
            f"did you mean {close[0]}?" if close else None,
        )

    state.term = body
    state.environment = {}
    return "definition"
