"""A machine of an evaluation, and what it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from calculus.machine.data import from_value, to_value
from calculus.machine.effects import Effects
from calculus.machine.instructions import JOIN, LAMBDA, POP, PUSH, STAR
from calculus.machine.state import Closure, Environment, State, prepare
from calculus.rlm.translation import HOSTS
from calculus.term import Term, node, variable

Path = tuple[int, ...]


@dataclass(slots=True)
class Task:
    """A machine, its place in the tree of the run, and its parent.

    `asked` counts what it has asked for; `waiting` how many of its children are not done, whose results are
    collected in `results`, in order.
    """

    state: State
    path: Path
    parent: "Task | None" = None
    index: int = 0
    asked: int = 0
    waiting: int = 0
    kind: str = ""
    items: Sequence[Any] = ()
    function: Closure | None = None
    results: list[Any] = field(default_factory=list)


_EFFECTS = Effects(hosts=HOSTS)  # type: ignore[arg-type]
"""Of all machines: a program has no other effects, so there is nothing in it that a run would change."""


def machine(term: Term, environment: Environment) -> State:
    """A machine about to run a term, which is prepared, with the host's locations."""
    return State.prepared(term, environment, _EFFECTS)


_X, _Y, _F, _G = (variable(name) for name in ("x", "y", "f", "g"))
_ONE = node(PUSH, LAMBDA, (_X, _F))
"""`[x].f`"""
_TWO = node(JOIN, STAR, (_ONE, node(POP, (LAMBDA, "g"), (node(PUSH, LAMBDA, (_Y, _G)),))))
"""`[x].f ; <g>.[y].g`"""
prepare(_ONE, _TWO)


def application(function: Closure, *arguments: Any) -> State:
    """A machine about to apply a function to one or two data."""
    values = {name: to_value(value) for name, value in zip("xy", arguments, strict=False)}
    return machine(_ONE if len(arguments) == 1 else _TWO, {"f": function, **values})


def request(value: Closure) -> tuple[int, list[Closure]]:
    """What the host is asked: the thunk `[n].[v1].….[vm]` as its number and values."""
    term = value.term
    number, term = term.children[0].label, term.children[1]
    values = []
    while term.op is PUSH:
        values.append(value.environment[term.children[0].label])
        term = term.children[1]
    return number, values


def outcome(state: State) -> Any:
    """The value that a machine has come to: data, or a function as a closure."""
    value = state.stacks[LAMBDA][-1]
    try:
        return from_value(value)
    except ValueError:
        return value
