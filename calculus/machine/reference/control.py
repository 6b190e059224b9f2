"""Sequence, loops, and the jumps that choose among continuations."""

from calculus.machine.state import Frame, State, capture
from calculus.term import Term


def join(state: State, term: Term) -> str:
    """sequence: `S, M;J->N, K` to `S, M, (J->N) K`."""
    first, handler = term.children

    state.frames.append(Frame(term.label, handler, capture(handler, state.environment)))

    state.term = first
    return "sequence"


def loop(state: State, term: Term) -> str:
    """iterate: `S, M^J, K` to `S, M, (J->M^J) K`."""
    state.frames.append(Frame(term.label, term, capture(term, state.environment)))

    state.term = term.children[0]
    return "iterate"


def jump(state: State, term: Term) -> str:
    """select: `S, J, (J->M) K` to `S, M, K`; reject: `S, I, (J->M) K` to `S, I, K`.

    Only called with a frame to look at: a jump with none left is how a run ends.
    """
    frame = state.frames.pop()

    if frame.label != term.label:
        return "reject"

    state.term = frame.term
    state.environment = dict(frame.environment)
    return "select"
