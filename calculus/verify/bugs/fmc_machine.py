"""Bugs in the machine of the FMC, its kernel, and exact probabilities."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from calculus.machine import exact
from calculus.machine.instructions import JOIN, JUMP, POP, PRIMITIVE, PUSH
from calculus.machine.kernel import emit
from calculus.machine.reference import machine
from calculus.machine.state import State
from calculus.term import Term, node
from calculus.term.node import canonical
from calculus.verify.bugs.bug import Bug, Plant, Where
from calculus.verify.bugs.planting import instead

Transition = Callable[[State, Term], str]


def transition(op: Any, make: Callable[[Transition], Transition]) -> Plant:
    """A row of the transition table is another."""
    return instead(machine, "TRANSITIONS", lambda right: {**right, op: make(right[op])})


def _selects_skip(right: Transition) -> Transition:
    def jump(state: State, term: Term) -> str:
        if term.label == "*":
            state.frames[-1] = replace(state.frames[-1], label="*")
        return right(state, term)

    return jump


def _drops_another(right: Transition) -> Transition:
    def jump(state: State, term: Term) -> str:
        rule = right(state, term)
        if rule == "reject":
            del state.frames[-1:]
        return rule

    return jump


def _leaves_it_there(right: Transition) -> Transition:
    def pop(state: State, term: Term) -> str:
        values = list(state.stacks.get(term.label[0], []))
        rule = right(state, term)
        state.stacks[term.label[0]] = values
        return rule

    return pop


def _at_lambda(right: Transition) -> Transition:
    def push(state: State, term: Term) -> str:
        moved = node(PUSH, "λ", canonical(term).children)
        return right(state, moved)

    return push


def _unordered(right: Transition) -> Transition:
    def primitive(state: State, term: Term) -> str:
        state.stacks.get("λ", []).reverse()
        return right(state, term)

    return primitive


def _forgets_environment(right: Transition) -> Transition:
    def join(state: State, term: Term) -> str:
        rule = right(state, term)
        state.frames[-1] = replace(state.frames[-1], environment={})
        return rule

    return join


def _first_slot(right: Callable[[emit.Path], int]) -> Callable[[emit.Path], int]:
    def slot(self: emit.Path) -> int:
        found = right(self)
        return 0 if found == 1 else found

    return slot


BUGS = (
    Bug(
        "skip-is-caught-by-all",
        "machine",
        "a `*` goes to the topmost handler, whatever that waits for",
        transition(JUMP, _selects_skip),
        Where("fmc", "reference"),
    ),
    Bug(
        "reject-drops-the-next-handler",
        "machine",
        "a jump that is rejected takes the handler below with it",
        transition(JUMP, _drops_another),
        Where("fmc", "adequacy"),
    ),
    Bug(
        "pop-leaves-the-value",
        "machine",
        "what is popped stays on the stack",
        transition(POP, _leaves_it_there),
        Where("fmc", "adequacy"),
    ),
    Bug(
        "push-at-the-default-location",
        "machine",
        "what is pushed at another location is pushed on λ",
        transition(PUSH, _at_lambda),
        Where("fmc", "reference"),
    ),
    Bug(
        "primitive-upside-down",
        "machine",
        "a primitive takes its operands from the bottom of the stack",
        transition(PRIMITIVE, _unordered),
        Where("fmc", "reference"),
    ),
    Bug(
        "handler-without-environment",
        "machine",
        "a handler forgets the values of its variables",
        transition(JOIN, _forgets_environment),
        Where("fmc", "reference"),
    ),
    Bug(
        "kernel-mixes-up-slots",
        "kernel",
        "the second local variable of a block lies where the first one does",
        instead(emit.Path, "slot", _first_slot),
        Where("fmc", "kernel"),
    ),
    Bug(
        "coins-fall-on-one-side",
        "machine",
        "an exact random choice takes one side only",
        instead(exact, "BOTH", lambda right: (right[0],) * 2),
        Where("fmc", "exact"),
    ),
)
