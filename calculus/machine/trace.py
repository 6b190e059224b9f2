"""What a run does, transition by transition, as text and as JSON.

An entry holds a little of the state it came from: the top of each stack and of the continuation
stack, and the term. Their text is made only when somebody asks, and is cut to a length, so a trace
costs little more than the run however deep the terms and the stacks are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.instructions import STAR, Jump, jump
from calculus.machine.reference import can_move, made_much, step
from calculus.machine.reference.machine import substitute_head
from calculus.machine.state import Closure, Environment, Frame, State
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Span
from calculus.term import VARIABLE, Term, substitute, variable
from calculus.term.node import like, postorder

SHOWN = 8
"""Entries shown of each stack and of the continuation stack, from the top."""

WIDTH = 120
"""Characters, about, after which a term is cut."""

CLOSURES = 100
"""Values looked into for the text of one term."""

LOOK = 64
"""Transitions between two looks at the clock and the memory."""

CUT = "…"


@dataclass(frozen=True)
class Top:
    """The last entries of a stack, bottom first, and how many lie below."""

    entries: tuple[Closure, ...]
    below: int

    @classmethod
    def of(cls, values: list[Closure]) -> "Top":
        return cls(tuple(values[-SHOWN:]), max(0, len(values) - SHOWN))

    def texts(self, width: int = WIDTH) -> list[str]:
        shown = [text_of(value.term, value.environment, width) for value in self.entries]
        return [f"{CUT} {self.below} more", *shown] if self.below else shown


@dataclass(frozen=True)
class TraceEntry:
    """One transition, or how the run ended, and what is there afterwards.

    `rule` names the transition, or is `start`, or one of `done`, `stuck`, `suspended` and `budget`,
    which make no step. `span` is the place of the instruction that fired (of an end: where it
    stopped), `upcoming` that of the instruction to fire next; both are None for terms that have no
    text. `exit`, `error`, `waits_for` and `stopped_by` say more of an end.
    """

    step: int
    rule: str
    span: Span | None
    upcoming: Span | None
    closure: Closure = field(repr=False)
    tops: dict[str, Top] = field(repr=False)
    frames: tuple[Frame, ...] = field(repr=False)
    frames_below: int = 0
    exit: Jump | None = None
    error: Diagnostic | None = None
    waits_for: str | None = None
    stopped_by: StoppedBy | None = None

    @property
    def last(self) -> bool:
        """Whether this says how the run ended."""
        return self.rule in ("done", "stuck", "suspended", "budget")

    @property
    def went_well(self) -> bool:
        """Whether the run left with `*`."""
        return self.exit == STAR

    @property
    def term(self) -> str:
        """The term that runs next, with the values of its variables."""
        return text_of(self.closure.term, self.closure.environment)

    @property
    def stacks(self) -> dict[str, list[str]]:
        """The non-empty stacks, bottom first; of a deep one the top entries and a remark."""
        return {location: top.texts() for location, top in self.tops.items()}

    @property
    def continuations(self) -> list[str]:
        """The continuation stack, bottom first, each entry as `J -> term`."""
        shown = [f"{jump(frame.label)} -> {text_of(frame.term, frame.environment)}" for frame in self.frames]
        return [f"{CUT} {self.frames_below} more", *shown] if self.frames_below else shown

    def to_json(self) -> dict[str, Any]:
        """The object that `calculus step --json` prints on a line."""
        entry: dict[str, Any] = {
            "step": self.step,
            "rule": self.rule,
            "span": self.span.to_json() if self.span else None,
            "next": self.upcoming.to_json() if self.upcoming else None,
            "term": self.term,
            "stacks": self.stacks,
            "continuations": self.continuations,
        }
        if self.last:
            entry["exit"] = None if self.exit is None else str(jump(self.exit))
            entry["error"] = self.error.to_json() if self.error else None
            entry["waits_for"] = self.waits_for
            entry["stopped_by"] = self.stopped_by
        return entry


def trace(state: State, budget: Budget, start: bool = False) -> Iterator[TraceEntry]:
    """Run `state` on the reference machine, yielding every transition and at last how it ended.

    With `start` an entry for what is there before comes first. `max_steps` counts from here. The
    entries stay as they are while the state moves on. A keyboard interrupt ends the trace as a
    budget does.
    """
    limit = None if budget.max_steps is None else state.steps + budget.max_steps
    stopped: StoppedBy | None = None
    substitute_head(state)
    if start:
        yield _entry(state, "start", None)
    try:
        while can_move(state):
            stopped = stopped or ("steps" if state.steps == limit else None)
            if state.steps % LOOK == 0:
                stopped = stopped or budget.overdrawn()
            if stopped:
                break
            place = state.term.span
            rule = step(state)
            if rule is not None:
                if made_much(state, rule):
                    stopped = budget.overdrawn()
                substitute_head(state)
                yield _entry(state, rule, place)
    except KeyboardInterrupt:
        stopped = "interrupt"
    yield _entry(state, "budget" if state.status == "running" else state.status, None, stopped)


def _entry(state: State, rule: str, place: Span | None, stopped: StoppedBy | None = None) -> TraceEntry:
    upcoming = state.term.span
    running = state.status == "running"
    span = place if running and stopped is None else upcoming
    return TraceEntry(
        state.steps,
        rule,
        span.at_head() if span else None,
        upcoming.at_head() if upcoming and running else None,
        Closure(state.term, dict(state.environment)),
        {location: Top.of(values) for location, values in state.stacks.items() if values},
        tuple(state.frames[-SHOWN:]),
        max(0, len(state.frames) - SHOWN),
        state.exit,
        state.error,
        state.request.location if state.request else None,
        stopped,
    )


def text_of(term: Term, environment: Environment, width: int = WIDTH) -> str:
    """The text of a term with the values of its variables, cut after about `width` characters.

    Takes time in proportion to `width`, not to the term or to the values.
    """
    memo: dict[int, Term] = {}
    values: list[Closure] = []
    stack: list[tuple[Closure, bool]] = [(Closure(term, environment), False)]
    clipped: dict[int, Term] = {}
    while stack:
        value, ready = stack.pop()
        if ready:
            needed = _known(clipped[id(value)], value.environment)
            replacement = {name: memo.get(id(below), _ELLIPSIS) for name, below in needed.items()}
            result = substitute(clipped[id(value)], replacement) if replacement else clipped[id(value)]
            memo[id(value)] = result
            continue
        if id(value) in clipped or len(values) > CLOSURES:
            continue
        values.append(value)  # keeps it alive, so that its id stays its own
        clipped[id(value)] = clip(value.term, width)
        stack.append((value, True))
        stack += [(below, False) for below in _known(clipped[id(value)], value.environment).values()]
    return memo[id(values[0])].text(width)


_ELLIPSIS = variable(CUT)


def _known(term: Term, environment: Environment) -> Environment:
    """The part of an environment that a small term may need."""
    if not environment:
        return environment
    names: Iterable[str] = {item.label for item in postorder(term) if item.op is VARIABLE}
    return {name: environment[name] for name in sorted(names) if name in environment}


def clip(term: Term, width: int) -> Term:
    """The term without what lies beyond its first nodes, enough of them for `width` characters.

    The printer writes in this order, so the cut falls where the text is cut already.
    """
    limit = 2 * width + 16
    seen = 0
    # A node goes in twice: to look at its children first, then to put it together again.
    stack: list[tuple[Term, bool]] = [(term, False)]
    built: list[Term] = []
    while stack:
        item, ready = stack.pop()
        if ready:
            split = len(built) - len(item.children)
            children = tuple(built[split:])
            del built[split:]
            same = all(new is old for new, old in zip(children, item.children, strict=True))
            built.append(item if same else like(item, item.label, children))
            continue
        seen += 1
        if seen > limit:
            built.append(_ELLIPSIS)
        elif not item.children:
            built.append(item)
        else:
            stack.append((item, True))
            stack += [(child, False) for child in reversed(item.children)]
    return built[0]
