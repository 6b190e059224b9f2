"""The reference machine: the transition table of the Relational Machine Calculus, as code.

It is the specification that the kernel is held to. Each row of the table has a function, which gives the
successors of a state: none, one, or two in the order in which depth-first search takes them. Whatever they
do not mention stays as it is. Read them beside the table in `docs/design/relational.md`.
"""

from collections.abc import Callable, Mapping

from calculus.machine.relational import relations
from calculus.machine.relational.instructions import (
    CALL,
    CONSTANT,
    FAIL,
    NEW,
    NOTHING,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    VARIABLE,
    constant,
)
from calculus.machine.relational.relations import Refused, Unready
from calculus.machine.relational.state import NO_VARIABLES, State
from calculus.machine.relational.unify import Clash, cyclic, solve, unify
from calculus.machine.relational.values import Value, evaluate, glimpse, numbering
from calculus.term import Op, Term, node
from calculus.term.node import located

Definitions = Mapping[str, Term]
Successors = tuple[State, ...]


class Stuck(Exception):
    """No transition applies, and that is a mistake; `kind` and `message` become the diagnostic."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def successors(state: State, definitions: Definitions) -> tuple[str, Successors]:
    """The name of the rule that a state's term asks for, and the states that come of it.

    The state is not final. Raises `Stuck`.
    """
    rule, transition = TRANSITIONS[state.term.op]
    return rule, transition(state, definitions)


def skip(state: State, _: Definitions) -> Successors:
    """`S, ⋆, M K` to `S, M, K`."""
    memory, _term, _environment, frames, bindings, fresh, private, depth = state
    assert frames is not None
    term, environment, below = frames
    return (State(memory, term, environment, below, bindings, fresh, private, depth),)


def sequence(state: State, _: Definitions) -> Successors:
    """`S, M ; N, K` to `S, M, N K`."""
    memory, term, environment, frames, bindings, fresh, private, depth = state
    first, then = term.children
    frames = (then, environment, frames)
    return (State(memory, first, environment, frames, bindings, fresh, private, depth),)


def push(state: State, _: Definitions) -> Successors:
    """`S, [t]a, K` to `S with t on a, ⋆, K`."""
    memory, term, environment, frames, bindings, fresh, private, depth = state
    value = evaluate(term.children[0], environment, bindings)
    memory = memory.set(term.label, (value, memory.get(term.label)))
    if not isinstance(value, Term):
        private = fresh
    return (State(memory, NOTHING, NO_VARIABLES, frames, bindings, fresh, private, depth),)


def pop(state: State, _: Definitions) -> Successors:
    """`S with s on a, a<t>, K` to `σ(S), ⋆, σ(K)` where σ is the most general unifier of s and t.

    None if there is no unifier, and none from an empty stack.
    """
    memory, term, environment, frames, bindings, fresh, private, depth = state
    stack = memory.get(term.label)
    if stack is None:
        return ()
    value, below = stack
    unified, bound = solve(evaluate(term.children[0], environment, bindings), value, bindings)
    if isinstance(unified, Clash):
        return ()
    # A private variable cannot lie within the value that was popped, so if only such are bound to structures
    # the occurs check is not needed; else parts of the term may now be in what others are bound to.
    if bound and min(bound) < private:
        if cyclic(bound, unified):
            return ()
        private = fresh
    memory = memory.delete(term.label) if below is None else memory.set(term.label, below)
    return (State(memory, NOTHING, NO_VARIABLES, frames, unified, fresh, private, depth),)


def test(state: State, _: Definitions) -> Successors:
    """`S, s == t, K` to `σ(S), ⋆, σ(K)` where σ is the most general unifier of s and t."""
    memory, term, environment, frames, bindings, fresh, _private, depth = state
    left, right = (evaluate(child, environment, bindings) for child in term.children)
    unified = unify(left, right, bindings)
    if unified is None:
        return ()
    return (State(memory, NOTHING, NO_VARIABLES, frames, unified, fresh, fresh, depth),)


def relation(state: State, _: Definitions) -> Successors:
    """`S, add(s, t, u), K` to `σ(S), ⋆, σ(K)` where σ binds what can be worked out; none if it cannot hold.

    Stuck if it lacks an integer.
    """
    memory, term, environment, frames, bindings, fresh, private, depth = state
    values = [evaluate(child, environment, bindings) for child in term.children]
    try:
        solution = relations.solve(term.label, tuple(_integer(value) for value in values))
    except Unready as unready:
        raise Stuck("relation", _needs(term, unready.position, values, state)) from None
    except Refused as refused:
        raise Stuck(refused.kind, str(refused)) from None
    if solution is None:
        return ()
    for value, number in zip(values, solution, strict=True):
        unified = unify(value, constant(number), bindings)
        if unified is None:
            return ()
        bindings = unified
    return (State(memory, NOTHING, NO_VARIABLES, frames, bindings, fresh, private, depth),)


def new(state: State, _: Definitions) -> Successors:
    """`S, ∃x.M, K` to `S, {y/x}M, K` where y is a variable that is nowhere else."""
    memory, term, environment, frames, bindings, fresh, private, depth = state
    environment = environment.set(term.label[0], fresh)
    return (State(memory, term.children[0], environment, frames, bindings, fresh + 1, private, depth),)


def fail(_state: State, _: Definitions) -> Successors:
    """`S, 0, K` to nothing."""
    return ()


def choice(state: State, _: Definitions) -> Successors:
    """`S, M + N, K` to `S, M, K` and `S, N, K`."""
    memory, term, environment, frames, bindings, fresh, private, depth = state
    left, right = term.children
    return (
        State(memory, left, environment, frames, bindings, fresh, private, depth),
        State(memory, right, environment, frames, bindings, fresh, private, depth),
    )


def iterate(state: State, _: Definitions) -> Successors:
    """`S, M*, K` to `S, ⋆, K` and `S, M, M* K`, which is where `M ; M*` goes.

    The second is written `S, M ; M*, K`.
    """
    memory, term, environment, frames, bindings, fresh, private, depth = state
    return (
        State(memory, NOTHING, NO_VARIABLES, frames, bindings, fresh, private, depth),
        State(memory, _unfolded(term), environment, frames, bindings, fresh, private, depth + 1),
    )


def definition(state: State, definitions: Definitions) -> Successors:
    """`S, f, K` to `S, the body of f, K`."""
    memory, term, _environment, frames, bindings, fresh, private, depth = state
    body = definitions.get(term.label)
    if body is None:
        raise Stuck("name", f"{term.label} is defined nowhere")
    return (State(memory, body, NO_VARIABLES, frames, bindings, fresh, private, depth + 1),)


Transition = Callable[[State, Definitions], Successors]

TRANSITIONS: Mapping[Op, tuple[str, Transition]] = {
    SKIP: ("skip", skip),
    SEQUENCE: ("sequence", sequence),
    PUSH: ("push", push),
    POP: ("pop", pop),
    TEST: ("test", test),
    RELATION: ("relation", relation),
    NEW: ("new", new),
    FAIL: ("fail", fail),
    SUM: ("choice", choice),
    STAR: ("iterate", iterate),
    CALL: ("definition", definition),
}


def _unfolded(term: Term) -> Term:
    """`M ; M*` for `M*`, at the same place."""
    children = (term.children[0], term)
    return (
        node(SEQUENCE, None, children) if term.span is None else located(SEQUENCE, None, children, term.span)
    )


def _integer(value: Value) -> int | None:
    """The integer that a value is, if it is one."""
    if isinstance(value, Term) and value.op is CONSTANT and isinstance(value.label, int):
        return value.label
    return None


def _needs(term: Term, position: int, values: list[Value], state: State) -> str:
    value = values[position]
    argument = term.children[position]
    if isinstance(value, int):
        found = (
            f"{argument.text(60)}, which is not bound" if argument.op is VARIABLE else "an unbound variable"
        )
    else:
        found = glimpse(value, state.bindings, numbering(), 60).text(60)
    return f"{term.label} expects an integer as value {position + 1}, found {found}"
