"""One transition at a time: choosing the instruction, and what it means that none applies."""

from collections.abc import Callable, Iterator, Mapping

from calculus.machine.data import APPLY
from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH, VARIABLE
from calculus.machine.numeric import COMPUTE, OPERATE
from calculus.machine.primitives import is_large
from calculus.machine.reference import control, data, naming, numeric, primitive, stack
from calculus.machine.reference.outcome import Stuck, Suspend
from calculus.machine.state import Closure, State
from calculus.source.diagnostic import Diagnostic, Note
from calculus.term import Op, Term

Transition = Callable[[State, Term], str]

TRANSITIONS: Mapping[Op, Transition] = {
    PUSH: stack.push,
    POP: stack.pop,
    JUMP: control.jump,
    JOIN: control.join,
    LOOP: control.loop,
    PRIMITIVE: primitive.primitive,
    VARIABLE: naming.variable,
    COMPUTE: numeric.compute,
    OPERATE: numeric.operate,
    APPLY: data.apply,
}


def step(state: State) -> str | None:
    """Make one transition and return its rule's name, or None when the run is over or waits.

    Sets the state's `status`; a `running` state stays running until this finds that it cannot move.
    """
    if not can_move(state):
        return None
    term = state.term
    try:
        rule = TRANSITIONS.get(term.op, _no_instruction)(state, term)
    except (Stuck, Suspend) as stop:
        _stopped(state, stop)
        return None
    state.steps += 1
    return rule


def _stopped(state: State, stop: Stuck | Suspend) -> None:
    """A transition that was not made."""
    if isinstance(stop, Stuck):
        state.status = "stuck"
        state.error = _explain(state, stop)
    else:
        state.status = "suspended"
        state.request = stop.request


def advance(state: State, most: int) -> int:
    """Make up to so many transitions; the number that was made. As so many calls of `step`, only quicker."""
    start = state.steps
    goal = start + most
    term = state.term
    try:
        while state.steps < goal:
            term = state.term
            if term.op is JUMP or term.op is VARIABLE or state.status != "running":
                if not can_move(state):
                    break
                term = state.term
            TRANSITIONS.get(term.op, _no_instruction)(state, term)
            state.steps += 1
    except (Stuck, Suspend) as stop:
        _stopped(state, stop)
    return state.steps - start


def can_move(state: State) -> bool:
    """Whether a state goes on; settles its status, without a transition, if the run has just ended."""
    if state.status == "running" and substitute_head(state) and not state.frames:
        state.status = "done"
        state.exit = state.term.label
    return state.status == "running"


def made_much(state: State, rule: str) -> bool:
    """Whether the transition made a constant so large that the budget should be looked at at once."""
    return rule == "primitive" and is_large(state.stacks[LAMBDA][-1].constant)


def substitute_head(state: State) -> bool:
    """Put a bound variable's value in its place (no transition); whether the term is now a jump."""
    term = state.term
    while term.op is VARIABLE:
        value = state.environment.get(term.label)
        if value is None:
            return False
        state.term = term = value.term
        state.environment = dict(value.environment)
    return term.op is JUMP


def steps(state: State) -> Iterator[tuple[str, Term]]:
    """Run, yielding each transition's rule and the term it fired on."""
    while True:
        substitute_head(state)
        term = state.term
        rule = step(state)
        if rule is None:
            return
        yield rule, term


def resume(state: State, value: Closure | None = None) -> None:
    """Continue a suspended state: with the answer to a pop, or with None for a push that was taken."""
    request = state.request
    if state.status != "suspended" or request is None:
        raise ValueError("the machine is not suspended")
    if request.value is None:
        if value is None:
            raise ValueError(f"a pop from {request.location} waits for a value")
        stack.answer(state, state.term, value)
    else:
        stack.taken(state, state.term)
    state.status = "running"
    state.request = None
    state.steps += 1


def _no_instruction(state: State, term: Term) -> str:
    raise Stuck("primitive", f"{term.op.name} is no instruction")


def _explain(state: State, stuck: Stuck) -> Diagnostic:
    tops = [
        f"{location}: {'… ' if len(values) > 1 else ''}{values[-1].read_back().text(60)}"
        for location, values in sorted(state.stacks.items())
        if values
    ]
    note = "top of each stack: " + ", ".join(tops) if tops else "all stacks are empty"
    span = state.term.span
    return Diagnostic(
        stuck.kind,
        stuck.message,
        span.at_head() if span else None,
        notes=(Note(f"after {state.steps} step{'s' * (state.steps != 1)}; {note}"),),
        help=stuck.help,
    )
