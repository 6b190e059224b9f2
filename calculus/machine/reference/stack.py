"""Push and pop, on plain stacks and on the locations of effects."""

from calculus.machine.effects import SINKS, SOURCES
from calculus.machine.reference.outcome import Stuck, Suspend
from calculus.machine.state import Closure, Request, State, evaluate
from calculus.term import Term


def push(state: State, term: Term) -> str:
    """push: `S, [N]a.M, K` to `S with N on a, M, K`."""
    location, (argument, body) = term.label, term.children
    kind = state.effects.kind(location)
    if kind in SOURCES:
        raise Stuck("location", f"cannot push to {location}, which is a source")

    value = evaluate(argument, state.environment)

    if kind == "sink":
        raise Suspend(Request(location, value))
    state.stack(location).append(value)

    state.term = body
    return "push"


def pop(state: State, term: Term) -> str:
    """pop: `S with N on a, a<x>.M, K` to `S, {N/x}M, K`."""
    location, name = term.label
    value = _take(state, location)

    state.environment[name] = value

    state.term = term.children[0]
    return "pop"


def _take(state: State, location: str) -> Closure:
    kind = state.effects.kind(location)
    if kind in SINKS:
        raise Stuck("location", f"cannot pop from {location}, which is a sink")
    if kind in SOURCES:
        return _draw(state, location)
    stack = state.stacks.get(location)
    if not stack:
        raise Stuck("stack", f"cannot pop from {location}: the stack is empty")
    return stack.pop()


def _draw(state: State, location: str) -> Closure:
    if state.effects.suspends(location):
        raise Suspend(Request(location, None))
    if state.effects.kind(location) == "random":
        return Closure(state.effects.draw(location), {})
    if not state.effects.inputs:
        raise Stuck("input", f"cannot pop from {location}: there is no input left")
    return Closure(state.effects.inputs.popleft(), {})


def answer(state: State, term: Term, value: Closure) -> None:
    """The pop that suspended, completed with the host's answer."""
    state.environment[term.label[1]] = value
    state.term = term.children[0]


def taken(state: State, term: Term) -> None:
    """The push that suspended, completed."""
    state.term = term.children[1]
