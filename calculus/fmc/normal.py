"""Normal forms of large terms: normalisation by evaluation.

The machine is run on the term, open as it may be. A pop from a stack on which nothing is left binds
a fresh variable and stays in the result; so does a primitive whose operands are not all constants.
When the run gets to a variable or to a loop that is not to be unrolled, the handlers that are left
and the values that nothing has popped are *read back*: each is normalised in the same way, once for
all its uses, with what it shares shared.

Guarantees: the result is the normal form that `calculus.fmc.reduction.reduce` finds step by step, up
to the names of bound variables, whenever both end. Nothing recurses on the Python stack.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from calculus.fmc.matching import computed, same_label
from calculus.fmc.reduction import recursive_definitions
from calculus.machine.budget import Budget
from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH, VARIABLE, Jump
from calculus.machine.primitives import PRIMITIVES, base_type
from calculus.machine.rewriting import LONGEST, Loops
from calculus.machine.state import Closure, Environment, Frame, capture, evaluate, prepare
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term, canonical, variable
from calculus.term.binding import names_in
from calculus.term.node import node

SLICE = 4096
"""Transitions between two looks at the clock and the memory."""


@dataclass(frozen=True)
class NormalForm:
    """The normal form of a term, or None and the limit that was reached; `steps` are transitions."""

    term: Term | None
    steps: int
    stopped_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "term": None if self.term is None else self.term.text(LONGEST),
            "normal": self.term is not None,
            "steps": self.steps,
            "strategy": "machine",
            "stopped_by": self.stopped_by,
        }

    def __str__(self) -> str:
        return f"(stopped by {self.stopped_by})" if self.term is None else self.term.text(LONGEST)


def normal_form(
    term: Term,
    *,
    definitions: Mapping[str, Term] | None = None,
    loops: Loops = "head",
    max_steps: int | None = None,
    max_seconds: float | None = None,
    budget: Budget | None = None,
) -> NormalForm:
    """The normal form of a term, by running it.

    `loops` and `definitions` are as for `calculus.fmc.reduction.reduce`, but loops cannot be unrolled
    everywhere.
    """
    if loops == "always":
        raise UsageProblem(
            "the machine unrolls loops at the head or never; reduce step by step to unroll all"
        )
    evaluation = _Evaluation(term, definitions or {}, loops, budget or Budget(max_steps, max_seconds))
    try:
        with evaluation.budget.interruptible():
            result = evaluation.drive(canonical(term))
    except _Overdrawn as stop:
        return NormalForm(None, evaluation.steps, stop.limit)
    return NormalForm(result, evaluation.steps)


class _Overdrawn(Exception):
    def __init__(self, limit: str) -> None:
        self.limit = limit


_Run = Generator["_Run", Term, Term]
"""Work that asks for other work, and is sent its result."""


@dataclass(slots=True)
class _Action:
    """An action that stays, so far: a push with its value, a pop with its new name, or a primitive."""

    op: Any
    label: Any
    value: Closure | None = None


class _Evaluation:
    """One normalisation: the names given out, the values read back, the transitions made."""

    def __init__(self, term: Term, definitions: Mapping[str, Term], loops: Loops, budget: Budget) -> None:
        self.definitions = {name: canonical(body) for name, body in definitions.items()}
        self.recursive = recursive_definitions(self.definitions)
        self.unrolls = loops == "head"
        self.budget = budget
        self.steps = 0
        self.limit = budget.max_steps
        self.used = names_in([term, *self.definitions.values()]) | self.definitions.keys()
        self.given: set[str] = set(self.definitions)
        self.counters: dict[str, count[int]] = {}
        self.memo: dict[tuple[int, ...], tuple[Closure, Term]] = {}
        prepare(canonical(term), *self.definitions.values())
        self.given |= set(_free(term))

    def drive(self, term: Term) -> Term:
        stack: list[_Run] = [self.evaluate(term, {}, [], True)]
        value: Term | None = None
        while True:
            try:
                stack.append(stack[-1].send(value))  # type: ignore[arg-type]
                value = None
            except StopIteration as stop:
                stack.pop()
                value = stop.value
                if not stack:
                    assert value is not None
                    return value

    def name(self, old: str) -> str:
        """A name for a pop that stays; its own, if that is still to be had."""
        if old not in self.given:
            self.given.add(old)
            return old
        stem = old.rstrip("0123456789") or "x"
        if stem == "_":
            stem = "x"
        counter = self.counters.setdefault(stem, count(1))
        while (new := f"{stem}{next(counter)}") in self.used or new in self.given:
            pass
        self.given.add(new)
        return new

    def count(self) -> None:
        """Called every `SLICE` transitions, and when the limit is reached."""
        if self.limit is not None and self.steps >= self.limit:
            raise _Overdrawn("steps")
        if stopped := self.budget.overdrawn():
            raise _Overdrawn(stopped)

    def known(self, value: Closure) -> Term | None:
        """The normal form of a value, if it is plain to see or has been worked out."""
        term = value.term
        if term.op is JUMP:
            return canonical(term)
        if term.op is VARIABLE and term.label not in self.definitions:
            return canonical(term)
        found = self.memo.get(_key(value))
        return None if found is None else found[1]

    def evaluate(self, term: Term, environment: Environment, frames: list[Frame], head: bool) -> _Run:
        """The normal form of a term in an environment, before frames (innermost last)."""
        actions: list[_Action | None] = []
        at: dict[str, list[int]] = {}
        steps = 0
        pause = SLICE if self.limit is None else min(SLICE, max(self.limit - self.steps, 0))
        while True:
            steps += 1
            if steps > pause:
                self.steps += steps - 1
                steps = 1
                self.count()
                pause = SLICE if self.limit is None else min(SLICE, self.limit - self.steps)
            op = term.op
            if op is PUSH:
                argument, body = term.children
                place = term.label
                at.setdefault(place, []).append(len(actions))
                actions.append(_Action(PUSH, place, evaluate(argument, environment)))
                term = body
            elif op is POP:
                place, bound = term.label
                live = at.setdefault(place, [])
                top = actions[live[-1]] if live else None
                if top is not None and top.op is PUSH:
                    actions[live.pop()] = None
                    assert top.value is not None
                    environment[bound] = top.value
                else:
                    name = self.name(bound)
                    live.append(len(actions))
                    actions.append(_Action(POP, (place, name)))
                    environment[bound] = Closure(variable(name), {})
                term = term.children[0]
            elif op is VARIABLE:
                value = environment.get(term.label)
                if value is not None:
                    term, environment = value.term, dict(value.environment)
                    continue
                unfolded = self.definitions.get(term.label)
                if unfolded is None or not (head or term.label not in self.recursive):
                    break
                term, environment = unfolded, {}
            elif op is JOIN:
                first, handler = term.children
                frames.append(Frame(term.label, handler, capture(handler, environment)))
                term = first
            elif op is JUMP:
                if not frames:
                    break
                frame = frames.pop()
                if same_label(frame.label, term.label):
                    term, environment = frame.term, dict(frame.environment)
            elif op is PRIMITIVE:
                live = at.setdefault(LAMBDA, [])
                arity = len(PRIMITIVES[term.label].operands)
                result = yield from self._compute(term.label, actions, live[-arity:])
                if result is None:
                    live.append(len(actions))
                    actions.append(_Action(PRIMITIVE, term.label))
                else:
                    for index in live[-arity:]:
                        actions[index] = None
                    live[-arity:] = [len(actions)]
                    actions.append(_Action(PUSH, LAMBDA, Closure(node(JUMP, result), {})))
                term = term.children[0]
            else:
                if not (head and self.unrolls):
                    break
                frames.append(Frame(term.label, term, capture(term, environment)))
                term = term.children[0]
        self.steps += steps
        tail = yield from self._tail(term, environment, frames)
        for action in reversed(actions):
            if action is None:
                continue
            if action.value is None:
                tail = node(action.op, action.label, (tail,))
                continue
            pushed = self.known(action.value)
            if pushed is None:
                pushed = yield self.value(action.value)
            tail = node(PUSH, action.label, (pushed, tail))
        return tail

    def value(self, value: Closure) -> _Run:
        result = yield from self.evaluate(value.term, dict(value.environment), [], False)
        self.memo[_key(value)] = value, result
        return result

    def _compute(
        self, primitive: str, actions: list[_Action | None], operands: list[int]
    ) -> Generator[_Run, Term, Jump | None]:
        """The result of a primitive on the last actions at λ, if they push constants."""
        labels: list[Jump] = []
        if len(operands) < len(PRIMITIVES[primitive].operands):
            return None
        for index in reversed(operands):
            action = actions[index]
            if action is None or action.value is None:
                return None
            pushed = self.known(action.value)
            if pushed is None:
                # What is pushed may be a constant only once it has been reduced.
                pushed = yield self.value(action.value)
            if pushed.op is not JUMP or base_type(pushed.label) is None:
                return None
            labels.append(pushed.label)
        return computed(primitive, tuple(reversed(labels)))

    def _tail(self, term: Term, environment: Environment, frames: list[Frame]) -> _Run:
        """What a run ends in: a jump; or a variable or a loop, with the handlers that are left."""
        if term.op is JUMP:
            return canonical(term)
        caught: Jump | None = None
        if term.op is LOOP:
            body = yield self.evaluate(term.children[0], dict(environment), [], False)
            caught = term.label
            term = node(LOOP, caught, (body,))
        term = canonical(term)
        # Each handler is the frames of one label that stand together, `(M;J->P);J->N` being
        # `M;J->(P;J->N)`; those that turn out to be the identity go, and others may come together.
        kept: list[tuple[list[Frame], Term]] = []
        waiting = list(frames)
        while waiting:
            group = [waiting.pop()]
            label = group[0].label
            if not kept and caught is not None and same_label(label, caught):
                continue  # exit: the loop has taken all of these jumps
            while waiting and same_label(waiting[-1].label, label):
                group.append(waiting.pop())
            if kept and same_label(kept[-1][0][0].label, label):
                group = [*kept.pop()[0], *group]
            first = group[0]
            rest = group[:0:-1]
            handler = yield self.evaluate(first.term, dict(first.environment), rest, False)
            if handler.op is JUMP and same_label(handler.label, label):
                continue
            kept.append((group, handler))
        for group, handler in kept:
            term = node(JOIN, group[0].label, (term, handler))
        return term


def _key(value: Closure) -> tuple[int, ...]:
    # Values are kept alive by the memo, so their ids stay theirs.
    return (id(value.term), *map(id, value.environment.values()))


def _free(term: Term) -> frozenset[str]:
    from calculus.term import free_variables

    return free_variables(term)
