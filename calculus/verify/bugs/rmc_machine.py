"""Bugs in the relational machine: transitions, unification, search, and the kernel."""

from collections.abc import Callable
from typing import Any

from calculus.machine.relational import reference, unify
from calculus.machine.relational.frontier import BreadthFirst, Deepening, Fair
from calculus.machine.relational.instructions import NEW, SEQUENCE, STAR, SUM
from calculus.machine.relational.kernel import emit
from calculus.machine.relational.kernel import unify as compiled
from calculus.machine.relational.reference import Definitions, Successors
from calculus.machine.relational.state import State
from calculus.verify.bugs.bug import Bug, Plant, Where
from calculus.verify.bugs.planting import everywhere, instead

Transition = Callable[[State, Definitions], Successors]


def transition(op: Any, make: Callable[[Transition], Transition]) -> Plant:
    """A row of the transition table is another."""
    return instead(reference, "TRANSITIONS", lambda right: {**right, op: (right[op][0], make(right[op][1]))})


def _backwards(right: Transition) -> Transition:
    return lambda state, definitions: right(state, definitions)[::-1]


def _the_first(right: Transition) -> Transition:
    return lambda state, definitions: right(state, definitions)[:1]


def _the_same_again(right: Transition) -> Transition:
    def new(state: State, definitions: Definitions) -> Successors:
        (after,) = right(state, definitions)
        return (after._replace(fresh=state.fresh),)

    return new


def _then_nothing(right: Transition) -> Transition:
    def sequence(state: State, definitions: Definitions) -> Successors:
        (after,) = right(state, definitions)
        return (after._replace(frames=(*after.frames[:2], None)),) if after.frames else (after,)

    return sequence


def _from_lambda(right: Callable[..., None]) -> Callable[..., None]:
    return lambda self, place, value: self._pop(value)


def _never(right: Callable[..., bool]) -> Callable[..., bool]:
    return lambda *arguments: False


def _no_trail(right: Callable[..., int]) -> Callable[..., int]:
    def bind(heap: Any, trail: Any, tp: int, hb: int, variable: int, value: int) -> int:
        right(heap, trail, tp, hb, variable, value)
        return tp

    return bind


def _loses_the_last(right: Callable[..., None]) -> Callable[..., None]:
    return lambda self, states: right(self, states[:1] if len(states) > 1 and len(self) > 1 else states)


def _to_the_front(right: Callable[..., None]) -> Callable[..., None]:
    def give(self: BreadthFirst, states: tuple[State, ...]) -> None:
        for state in reversed(states):
            self.put_back(state)

    return give


BUGS = (
    Bug(
        "iteration-before-skip",
        "machine",
        "`M*` tries M before it is done",
        transition(STAR, _backwards),
        Where("rmc", "engines"),
    ),
    Bug(
        "choice-of-the-left-alone",
        "machine",
        "`M + N` runs M alone",
        transition(SUM, _the_first),
        Where("rmc", "engines"),
    ),
    Bug(
        "new-variables-are-one",
        "machine",
        "`ex x` takes a variable that is there already",
        transition(NEW, _the_same_again),
        Where("rmc", "engines"),
    ),
    Bug(
        "sequence-drops-what-is-to-follow",
        "machine",
        "`M; N` forgets what was to run after it",
        transition(SEQUENCE, _then_nothing),
        Where("rmc", "engines"),
    ),
    Bug(
        "machine-without-occurs-check",
        "unification",
        "values may contain themselves",
        everywhere(unify.cyclic, _never),
        Where("rmc", "unification"),
    ),
    Bug(
        "clash-not-seen",
        "unification",
        "constructors with different names are taken for equal",
        everywhere(unify.clash, _never),
        Where("rmc", "unification"),
    ),
    Bug(
        "trail-not-undone",
        "kernel",
        "what a branch has bound stays bound in the next one",
        everywhere(compiled.bind, _no_trail),
        Where("rmc", "unification", "branches"),
        interpreted=True,
    ),
    Bug(
        "kernel-pops-from-the-default-location",
        "kernel",
        "the compiler of relations has every pop take from λ",
        instead(emit.Emitter, "_pop_elsewhere", _from_lambda),
        Where("rmc", "engines", "kernel"),
    ),
    Bug(
        "kernel-compares-heads-alone",
        "kernel",
        "the compiler of relations takes constructors for equal whatever they are of",
        instead(emit.Emitter, "_parts", lambda right: lambda self, value: right(self, value)[:1]),
        Where("rmc", "unification", "branches"),
    ),
    Bug(
        "breadth-first-is-depth-first",
        "search",
        "breadth-first search goes on with what it has found last",
        instead(BreadthFirst, "give", _to_the_front),
        Where("rmc", "engines"),
    ),
    Bug(
        "deepening-reports-again",
        "search",
        "iterative deepening reports what it has reported at less depth",
        instead(Deepening, "reports", lambda right: lambda self, state: True),
        Where("rmc", "engines"),
    ),
    Bug(
        "fair-search-loses-a-branch",
        "search",
        "fair search forgets the last of several branches",
        instead(Fair, "give", _loses_the_last),
        Where("rmc", "engines"),
    ),
)
