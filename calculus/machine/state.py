"""A machine state as data: memory, term, continuation stack, and what the effects need.

The transition tables substitute; the machine does so late: a term goes with an environment that maps its
free variables to values, and a value is a term with such an environment, a closure. `Closure.read_back`
performs the substitution.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from calculus.machine.effects import Effects
from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, PUSH, Jump
from calculus.source.diagnostic import Diagnostic
from calculus.term import VARIABLE, Term, free_variables, substitute, variable
from calculus.term.binding import free_variables_at
from calculus.term.node import postorder

Status = Literal["running", "done", "stuck", "suspended"]
Environment = dict[str, "Closure"]


class Closure:
    """A value: a term and the values of (just) its free variables. Immutable; shared freely."""

    __slots__ = ("environment", "term")

    def __init__(self, term: Term, environment: Environment) -> None:
        self.term = term
        self.environment = environment

    @property
    def constant(self) -> Jump | None:
        """The jump that the value is, if it is one."""
        return self.term.label if self.term.op is JUMP else None

    def read_back(self, memo: dict[int, Term] | None = None, limit: int | None = None) -> Term:
        """The value as a closed term (free variables without a value stay). Shares what closures share.

        `memo` may be kept from call to call; when it holds `limit` closures, further ones become `…`.
        """
        memo = {} if memo is None else memo
        stack = [self]
        while stack:
            top = stack[-1]
            if id(top) in memo:
                stack.pop()
                continue
            missing = [value for value in top.environment.values() if id(value) not in memo]
            if missing and limit is not None and len(memo) + len(stack) >= limit:
                memo.update((id(value), CUT_OFF) for value in missing)
                missing = []
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            values = {name: memo[id(value)] for name, value in top.environment.items()}
            memo[id(top)] = substitute(top.term, values) if values else top.term
        return memo[id(self)]


CUT_OFF = variable("…")
"""Stands for what is left out of a partial result."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An entry `(label -> term)` of the continuation stack."""

    label: Jump
    term: Term
    environment: Environment


@dataclass(frozen=True, slots=True)
class Request:
    """What a suspended machine waits for: an answer to a pop (`value` is None) or a push to be taken."""

    location: str
    value: Closure | None


def capture(term: Term, environment: Mapping[str, Closure]) -> Environment:
    """The part of an environment that `term` needs."""
    if not environment:
        return {}
    return {name: environment[name] for name in free_variables(term) if name in environment}


def evaluate(argument: Term, environment: Mapping[str, Closure]) -> Closure:
    """The value of what is pushed. Of a variable it is the variable's value: nothing is wrapped around it."""
    if argument.op is VARIABLE:
        bound = environment.get(argument.label)
        return Closure(argument, {}) if bound is None else bound
    return Closure(argument, capture(argument, environment))


def prepare(*terms: Term) -> None:
    """Work out the free variables of all that a run of the terms may capture, once, in linear time."""
    # One throw-away node above them all, so that what they share is looked at once.
    root = Term(JUMP, None, terms, None)
    captured: set[int] = set()
    for item in postorder(root):
        if item.op is PUSH:
            captured.add(id(item.children[0]))
        elif item.op is JOIN:
            captured.add(id(item.children[1]))
        elif item.op is LOOP:
            captured.add(id(item))
    free_variables_at(root, lambda item: id(item) in captured)


class State:
    """A state of the machine. The reference machine and the kernel advance it in place.

    `status` is `running` until the run is `done` (then `exit` is the label it left with), `stuck` (then
    `error` says why) or `suspended` (then `request` says on what).
    """

    __slots__ = (
        "definitions",
        "effects",
        "environment",
        "error",
        "exit",
        "frames",
        "request",
        "stacks",
        "status",
        "steps",
        "term",
    )

    def __init__(
        self,
        term: Term,
        definitions: Mapping[str, Term] | None = None,
        stacks: Mapping[str, Iterable[Closure]] | None = None,
        effects: Effects | None = None,
    ) -> None:
        self.term = term
        self.environment: Environment = {}
        self.frames: list[Frame] = []
        self.stacks = {location: list(values) for location, values in (stacks or {}).items()}
        self.definitions: Mapping[str, Term] = definitions or {}
        self.effects = effects or Effects()
        self.steps = 0
        self.status: Status = "running"
        self.exit: Jump | None = None
        self.error: Diagnostic | None = None
        self.request: Request | None = None
        prepare(term, *self.definitions.values())

    @classmethod
    def prepared(cls, term: Term, environment: Environment, effects: Effects) -> "State":
        """A machine about to run a term that was prepared before, without definitions; the effects may be
        shared, if no run changes them.
        """
        state = cls.__new__(cls)
        state.term, state.environment, state.effects, state.definitions = term, environment, effects, {}
        state.frames, state.stacks, state.steps = [], {}, 0
        state.status, state.exit, state.error, state.request = "running", None, None, None
        return state

    def stack(self, location: str) -> list[Closure]:
        return self.stacks.setdefault(location, [])

    def copy(self) -> "State":
        """An independent copy; closures and terms are shared."""
        new = State.__new__(State)
        for name in State.__slots__:
            setattr(new, name, getattr(self, name))
        new.stacks = {location: list(values) for location, values in self.stacks.items()}
        new.frames = list(self.frames)
        new.environment = dict(self.environment)
        new.effects = self.effects.copy()
        return new

    def memory(self, limit: int | None = None) -> dict[str, list[Term]]:
        """The non-empty stacks, λ first, bottom first, as closed terms.

        With a limit, a stack keeps as many values from its top, and about as many closures are read back
        in all; `…` stands for the rest.
        """
        memo: dict[int, Term] = {}
        found: dict[str, list[Term]] = {}
        for location in sorted(self.stacks, key=location_order):
            values = self.stacks[location]
            kept = values if limit is None else values[-limit:]
            terms = [value.read_back(memo, limit) for value in reversed(kept)][::-1]
            if values:
                found[location] = terms if len(kept) == len(values) else [CUT_OFF, *terms]
        return found


def location_order(location: str) -> tuple[bool, str]:
    """A key that sorts locations: λ, then the others by name."""
    return location != LAMBDA, location
