"""Why a branch or a search ended, in words: what did not match, where, and what lay on the stacks."""

from dataclasses import replace

from calculus.machine.relational.instructions import FAIL, POP, RELATION, TEST
from calculus.machine.relational.reference import Stuck
from calculus.machine.relational.state import State
from calculus.machine.relational.unify import Clash, solve
from calculus.machine.relational.values import Value, evaluate, glimpse, numbering
from calculus.machine.state import location_order
from calculus.source.diagnostic import Diagnostic, Note
from calculus.source.text import Span
from calculus.term import Term, variable

WIDTH = 60
"""Characters, about, after which a value is cut."""

MOST_PLACES = 20
"""Places at which the ends of branches are counted one by one."""


class Ends:
    """Where branches ended without an answer: for each place how many, and the first of them.

    Taking one down costs little; words are made when they are asked for.
    """

    def __init__(self) -> None:
        self.places: dict[int, tuple[State, int]] = {}
        self.elsewhere = 0

    def add(self, state: State) -> None:
        """Count a state that has no successors."""
        first, count = self.places.get(id(state.term), (state, 0))
        if count or len(self.places) < MOST_PLACES:
            self.places[id(state.term)] = (first, count + 1)
        else:
            self.elsewhere += 1

    def clear(self) -> None:
        self.places.clear()
        self.elsewhere = 0

    def copy(self) -> "Ends":
        new = Ends()
        new.places, new.elsewhere = dict(self.places), self.elsewhere
        return new

    def diagnostics(self) -> list[Diagnostic]:
        """One for each place, that where most branches ended first."""
        places = sorted(self.places.values(), key=lambda place: -place[1])
        found = []
        for state, count in places:
            reason = why_failed(state)
            remark = f"{_branches(count)} ended here"
            if count > 1 and reason.notes:
                remark += "; this is the first"
            found.append(replace(reason, notes=(*reason.notes, Note(remark))))
        if self.elsewhere:
            found.append(Diagnostic("end", f"{_branches(self.elsewhere)} ended at other places"))
        return found


def _branches(count: int) -> str:
    return "1 branch" if count == 1 else f"{count:,} branches"


def why_failed(state: State) -> Diagnostic:
    """Why a state has no successors: expected first, found second, and within them what differs."""
    term = state.term
    if term.op is FAIL:
        return _diagnostic(state, "fail", "0 has no results")
    values = [evaluate(child, state.environment, state.bindings) for child in term.children]
    if term.op is RELATION:
        shown = ", ".join(_text(value, state) for value in values)
        return _diagnostic(state, "relation", f"{term.label}({shown}) does not hold")
    if term.op is POP and term.label not in state.memory:
        expected = _text(values[0], state)
        return _diagnostic(state, "stack", f"expected {expected} on {term.label}, found an empty stack")
    assert term.op in (POP, TEST)
    left, right = values if term.op is TEST else (values[0], state.memory[term.label][0])
    solved, _ = solve(left, right, state.bindings)
    kind = "clash" if isinstance(solved, Clash) else "occurs"
    name = numbering() if kind == "occurs" else anonymous
    expected, found = (glimpse(value, state.bindings, name, WIDTH).text(WIDTH) for value in (left, right))
    message = (
        f"expected {expected} on {term.label}, found {found}"
        if term.op is POP
        else f"expected {expected} to be equal to {found}"
    )
    if isinstance(solved, Clash):
        inner = tuple(_text(value, state) for value in _innermost(solved))
        notes = (f"{inner[0]} is not {inner[1]}",) if inner != (expected, found) else ()
    else:
        notes = ("a variable would be bound to a value that contains it",)
    return _diagnostic(state, kind, message, *notes)


def _innermost(differing: Clash) -> tuple[Value, Value]:
    """Where two ground values that clash, but not at their heads, do."""
    left, right = differing
    while isinstance(left, Term) and isinstance(right, Term):
        if left.label != right.label or len(left.children) != len(right.children):
            break
        left, right = next(
            pair for pair in zip(left.children, right.children, strict=True) if pair[0] is not pair[1]
        )
    return left, right


def _text(value: Value, state: State) -> str:
    return glimpse(value, state.bindings, anonymous, WIDTH).text(WIDTH)


def anonymous(_: int) -> Term:
    """All variables are `_`."""
    return variable("_")


def _diagnostic(state: State, kind: str, message: str, *notes: str) -> Diagnostic:
    return Diagnostic(kind, message, place(state.term), notes=tuple(map(Note, notes)))


def place(term: Term) -> Span | None:
    """Where an instruction stands."""
    return term.span.at_head() if term.span else None


def stuck_diagnostic(state: State, stuck: Stuck, steps: int) -> Diagnostic:
    """What a search says that ended because this state could not go on."""
    tops = [
        f"{location}: {'… ' if below is not None else ''}{_text(value, state)}"
        for location, (value, below) in sorted(state.memory.items(), key=lambda item: location_order(item[0]))
    ]
    note = "top of each stack: " + ", ".join(tops) if tops else "all stacks are empty"
    after = f"after {steps} step{'s' * (steps != 1)}; {note}"
    return Diagnostic(stuck.kind, stuck.message, place(state.term), notes=(Note(after),))
