"""Why a branch or a search ended, in words: what did not match, where, and what lay on the stacks."""

from calculus.machine.relational.reference import Stuck
from calculus.machine.relational.state import State
from calculus.machine.relational.values import Reading
from calculus.machine.state import location_order
from calculus.source.diagnostic import Diagnostic, Note

WIDTH = 60
"""Characters, about, after which a value is cut."""


def stuck_diagnostic(state: State, stuck: Stuck, steps: int) -> Diagnostic:
    """What a search says that ended because this state could not go on."""
    reading = Reading(state.bindings)
    tops = [
        f"{location}: {'… ' if below is not None else ''}{reading.term(value).text(WIDTH)}"
        for location, (value, below) in sorted(state.memory.items(), key=lambda item: location_order(item[0]))
    ]
    note = "top of each stack: " + ", ".join(tops) if tops else "all stacks are empty"
    span = state.term.span
    return Diagnostic(
        stuck.kind,
        stuck.message,
        span.at_head() if span else None,
        notes=(Note(f"after {steps} step{'s' * (steps != 1)}; {note}"),),
    )
