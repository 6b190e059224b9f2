"""What a search does, transition by transition, as text and as JSON.

An entry holds the states before and after, which never change and share all they can, so it costs next to
nothing; its texts are made when somebody asks, and are cut to a length. Variables are called by their
numbers, `_7`; those whose bindings are asked for keep their names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.ends import place, why_failed
from calculus.machine.relational.instructions import NEW, POP, RELATION, TEST
from calculus.machine.relational.reference import successors
from calculus.machine.relational.search import KNOWN, SEEN, Search
from calculus.machine.relational.state import Frames, Stack, State, stack_values
from calculus.machine.relational.values import (
    Environment,
    Naming,
    Structure,
    Value,
    evaluate,
    glimpse,
    resolve,
)
from calculus.machine.result import value_text
from calculus.machine.state import location_order
from calculus.machine.trace import CUT, SHOWN, WIDTH, clip
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Span
from calculus.term import VARIABLE, Term, substitute, variable
from calculus.term.node import postorder

LOOKED_AT = 10_000
"""Parts of values that are searched for variables that a transition bound."""

MARKS = ("start", "answer", KNOWN, SEEN)
"""Entries that are no transitions and do not end a search."""

ENDS = ("done", "stuck", "budget")


@dataclass(frozen=True)
class TraceEntry:
    """A transition, an answer, or how the search ended, and the state that moves next.

    `rule` names the transition; or it is `start`; `answer` for one that is found, `known` for one found
    before; `seen` for a state seen before, which set mode drops; or `done`, `stuck` or `budget`. `before` is
    the state that moved or was looked at, `after` that which moves next, here or, if the branch has ended,
    wherever the search goes on; None if nowhere. `choices` are the other pending states, the next to be
    taken up first, as far as they are shown, and `pending` says how many there are. Of the end, `answers`
    says how many were found, and `complete`, `error` and `stopped_by` what else there is to say.
    """

    step: int
    rule: str
    failed: bool
    before: State | None = field(repr=False)
    after: State | None = field(repr=False)
    choices: tuple[State, ...] = field(repr=False)
    pending: int
    names: Sequence[str] = field(repr=False)
    answer: Answer | None = None
    answers: int = 0
    complete: bool = False
    error: Diagnostic | None = None
    stopped_by: StoppedBy | None = None

    @property
    def last(self) -> bool:
        """Whether this says how the search ended."""
        return self.rule in ENDS

    @property
    def went_well(self) -> bool:
        """Whether the search ended with an answer."""
        return self.rule == "done" and self.answers > 0

    @property
    def span(self) -> Span | None:
        """The place of the instruction that fired; of an end, where it stopped."""
        return place(self.before.term) if self.before else None

    @property
    def upcoming(self) -> Span | None:
        """The place of the instruction that fires next."""
        return place(self.after.term) if self.after and not self.last else None

    @property
    def term(self) -> str:
        """The term that runs next, with the values of its variables; nothing if the search is over."""
        state = self.after
        return self._text(state.term, state.environment, state) if state else ""

    @property
    def stacks(self) -> dict[str, list[str]]:
        """The non-empty stacks, bottom first; of a deep one the top values and a remark."""
        state = self.after
        if state is None:
            return {}
        return {
            location: self._values(state.memory[location], state)
            for location in sorted(state.memory, key=location_order)
        }

    @property
    def continuations(self) -> list[str]:
        """The continuation stack, bottom first."""
        shown: list[str] = []
        frames: Frames = self.after.frames if self.after else None
        while frames is not None and len(shown) < SHOWN:
            term, environment, frames = frames
            assert self.after is not None
            shown.append(self._text(term, environment, self.after))
        below = 0
        while frames is not None:
            below, frames = below + 1, frames[2]
        return [*([f"{CUT} {below} more"] if below else []), *reversed(shown)]

    @property
    def substitution(self) -> dict[str, str]:
        """What the transition put for which variables."""
        before = self.before
        if before is None or self.failed or self.rule in (*MARKS, *ENDS):
            return {}
        term = before.term
        if term.op is NEW:
            return {term.label[0]: str(self._name(before.fresh))}
        if term.op not in (POP, TEST, RELATION):
            return {}
        values = [evaluate(child, before.environment, before.bindings) for child in term.children]
        if term.op is POP:
            values.append(before.memory[term.label][0])
        _, (after,) = successors(before, {})
        return {
            str(self._name(number)): glimpse(number, after.bindings, self._name, WIDTH).text(WIDTH)
            for number in _unbound(values, before)
            if number in after.bindings
        }

    @property
    def failure(self) -> Diagnostic | None:
        """Why the branch ended, if it failed."""
        return why_failed(self.before) if self.failed and self.before else None

    def to_json(self) -> dict[str, Any]:
        """The object that `calculus step --json` prints on a line."""
        failure = self.failure
        entry: dict[str, Any] = {
            "step": self.step,
            "rule": self.rule,
            "span": self.span.to_json() if self.span else None,
            "next": self.upcoming.to_json() if self.upcoming else None,
            "term": self.term,
            "stacks": self.stacks,
            "continuations": self.continuations,
            "substitution": self.substitution,
            "failed": failure.to_json() if failure else None,
            "pending": self.pending,
            "choices": [self._choice(state) for state in self.choices],
        }
        if self.answer is not None:
            entry["answer"] = self.answer.to_json()
        if self.last:
            entry["answers"] = self.answers
            entry["complete"] = self.complete
            entry["error"] = self.error.to_json() if self.error else None
            entry["stopped_by"] = self.stopped_by
        return entry

    def line(self, color: bool = False) -> str:
        """The entry as a line of text."""
        if self.last:
            return self._last_line()
        rule = f"\x1b[36m{self.rule:10}\x1b[0m" if color else f"{self.rule:10}"
        parts = [self._state_line()]
        if substitution := self.substitution:
            parts.append(", ".join(f"{name} = {text}" for name, text in substitution.items()))
        if self.pending:
            parts.append(f"{self.pending} choice{'s' * (self.pending != 1)} left")
        if failure := self.failure:
            parts[0] = f"failed: {failure.message}" + (f"; back to {parts[0]}" if self.after else "")
        elif self.answer is not None:
            parts[0] = _answer_text(self.answer) + (f"; back to {parts[0]}" if self.after else "")
        return f"{self.step:5}  {rule}  {'  |  '.join(part for part in parts if part)}"

    def _state_line(self) -> str:
        if self.after is None:
            return ""
        stacks = "  ".join(f"{location}: {', '.join(values)}" for location, values in self.stacks.items())
        frames = "  ".join(f"({item})" for item in reversed(self.continuations))
        return "  |  ".join(part for part in (stacks or "-", self.term, frames) if part)

    def _last_line(self) -> str:
        steps = f"after {self.step} step{'s' * (self.step != 1)}"
        found = f"{self.answers or 'no'} answer{'s' * (self.answers != 1)}"
        if self.stopped_by:
            what = "an interrupt" if self.stopped_by == "interrupt" else f"the limit on {self.stopped_by}"
            return f"stopped by {what} {steps}; {found} so far"
        return f"{self.rule} {steps}; {found}"

    def _choice(self, state: State) -> dict[str, Any]:
        span = place(state.term)
        text = self._text(state.term, state.environment, state)
        return {"span": span.to_json() if span else None, "term": text}

    def _text(self, term: Term, environment: Environment, state: State) -> str:
        small = clip(term, WIDTH)
        names = {item.label for item in postorder(small) if item.op is VARIABLE}
        values = {
            name: glimpse(environment[name], state.bindings, self._name, WIDTH)
            for name in names
            if name in environment
        }
        return (substitute(small, values) if values else small).text(WIDTH)

    def _values(self, stack: Stack, state: State) -> list[str]:
        values = list(islice(stack_values(stack), SHOWN))
        below = sum(1 for _ in islice(stack_values(stack), SHOWN, None))
        shown = [glimpse(value, state.bindings, self._name, WIDTH).text(WIDTH) for value in reversed(values)]
        return [f"{CUT} {below} more", *shown] if below else shown

    @property
    def _name(self) -> Naming:
        names = self.names
        return lambda number: variable(names[number] if number < len(names) else f"_{number}")


def _unbound(values: Sequence[Value], state: State) -> Iterator[int]:
    """The unbound variables within values, each once."""
    seen: set[int] = set()
    waiting = list(reversed(values))
    while waiting and len(seen) < LOOKED_AT:
        value = resolve(waiting.pop(), state.bindings)
        if isinstance(value, Term):
            continue
        key = value if isinstance(value, int) else id(value)
        if key in seen:
            continue
        seen.add(key)
        if isinstance(value, Structure):
            waiting += reversed(value.children)
        else:
            yield value


def _answer_text(answer: Answer) -> str:
    bindings = [f"{name} = {value_text(value, WIDTH)}" for name, value in answer.bindings.items()]
    stacks = [
        f"{location}: {', '.join(value_text(value, WIDTH) for value in values)}"
        for location, values in answer.stacks.items()
    ]
    return "  ".join([*bindings, *stacks]) or "(no values)"


def trace(search: Search, budget: Budget, start: bool = False) -> Iterator[TraceEntry]:
    """Search on, yielding every transition and every answer, and at last how the search ended.

    With `start` an entry for the state that moves first comes before. The limits count from here. The
    entries stay as they are while the search goes on.
    """
    search.go_on(budget)
    if start:
        yield _entry(search, "start", None)
    try:
        while not search.over:
            before = next(iter(search.frontier.first(1)), None)
            event = search.advance()
            if isinstance(event, Answer):
                yield _entry(search, "answer", before, answer=event)
            elif event is not None:
                failed = event not in (KNOWN, SEEN) and search.failed
                yield _entry(search, event, before, failed=failed)
    except KeyboardInterrupt:
        search.stopped_by = "interrupt"
    rule = "stuck" if search.error else "budget" if search.stopped_by else "done"
    yield _entry(search, rule, before if search.error else None)


def _entry(
    search: Search,
    rule: str,
    before: State | None,
    *,
    failed: bool = False,
    answer: Answer | None = None,
) -> TraceEntry:
    first = search.frontier.first(SHOWN + 1)
    return TraceEntry(
        search.steps,
        rule,
        failed,
        before,
        first[0] if first else None,
        tuple(first[1:]),
        max(0, len(search.frontier) - 1),
        search.names,
        answer,
        search.found,
        search.complete,
        search.error,
        search.stopped_by,
    )
