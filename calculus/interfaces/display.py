"""Results as lines of text, for the command line and the REPL."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from calculus.machine.effects import STANDARD
from calculus.machine.instructions import STAR, Jump, jump
from calculus.machine.result import Result, value_text
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term

LIMITS = {
    "steps": "the limit on steps",
    "seconds": "the limit on time",
    "memory": "the limit on memory",
    "answers": "the limit on answers",
    "interrupt": "an interrupt",
}


def lines(outcome: Any, color: bool = False) -> Iterator[str]:
    """An outcome, line by line. What a calculus of the user's own returns prints as its `str()`."""
    if not isinstance(outcome, Result):
        yield from str(outcome).splitlines()
        return
    yield from stack_lines(outcome.stacks, color)
    if exit := exit_line(outcome, color):
        yield exit


def exit_line(outcome: Any, color: bool = False) -> str:
    """How a run that is done ended, if not well."""
    if outcome.exit is None or outcome.exit == STAR:
        return ""
    return f"{_name('exit', color)} {label_text(outcome.exit)}"


def stack_lines(
    stacks: Mapping[str, Iterable[Term]], color: bool = False, limit: int | None = None
) -> Iterator[str]:
    """One line for each stack, bottom first; values cut after `limit` characters."""
    for location, values in sorted(stacks.items(), key=lambda item: (item[0] != "λ", item[0])):
        yield f"{_name(location, color)} {', '.join(value_text(value, limit) for value in values)}"


def fraction_text(share: Any) -> str:
    # A fraction may have more digits than Python converts to text at once; nobody reads them.
    if share.denominator.bit_length() > 256:
        return f"about {float(share):.10g}"
    return str(share)


def label_text(label: Jump) -> str:
    return str(jump(label))


def with_hint(error: Diagnostic, kind: str, hint: str) -> Diagnostic:
    """A diagnostic of that kind with a hint, if it has none: how to mend it here."""
    return replace(error, help=hint) if error.kind == kind and not error.help else error


def waited_for(location: str | None) -> str:
    """What a suspended machine waits for."""
    if location is not None and STANDARD.get(location) == "choice":
        return f"a choice at {location}"
    return f"its host at {location}"


def count(number: int, noun: str) -> str:
    """`1 step`, `2,000 steps`"""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def ending(outcome: Any) -> str:
    """How a run ended and what it took, in a line; empty if there is nothing to tell."""
    translated = not isinstance(outcome, Result)
    if translated:
        outcome = getattr(outcome, "result", None)
    if not isinstance(outcome, Result):
        return ""
    steps = f"{count(outcome.steps, 'step')}, {outcome.engine} engine"
    if outcome.stopped_by:
        return f"stopped by {LIMITS[outcome.stopped_by]} after {steps}"
    if outcome.status == "suspended":
        return f"suspended: waits for {waited_for(outcome.request)}; {steps}"
    return (
        steps if outcome.stacks or outcome.status == "stuck" or translated else f"{steps}; no values are left"
    )


def answer_lines(answers: Iterable[Any], color: bool = False) -> Iterator[str]:
    """A line for each answer as it is found; of equal ones in a row the first and a count."""
    last, more = None, 0
    for number, answer in enumerate(answers, 1):
        text = outcome_text(answer, color)
        if text == last:
            more += 1
            continue
        if more:
            yield f"   … and {more} more like it"
        last, more = text, 0
        yield f"{number}. {text}"
    if more:
        yield f"   … and {more} more like it"


def outcome_text(outcome: Any, color: bool = False) -> str:
    """Stacks and exit of an outcome in one line."""
    parts = list(stack_lines(outcome.stacks, color))
    if outcome.status == "stuck":
        parts.append(f"{_name('stuck', color)} {outcome.error.message}")
    elif exit := exit_line(outcome, color):
        parts.append(exit)
    elif not parts:
        parts.append("(no values)")
    return "  ".join(parts)


def solution_lines(answers: Any, color: bool = False, counted: bool = False) -> Iterator[str]:
    """A line for each answer of a relational search as it is found; all at the end if they are `counted`."""
    found: Iterable[Any] = list(answers) if counted else answers
    for number, answer in enumerate(found, 1):
        text = solution_text(answers, answer, color)
        yield text if answers.view else f"{number}. {text}"


def solution_text(answers: Any, answer: Any, color: bool = False) -> str:
    """An answer in one line: its bindings and stacks, or what the source language says of it."""
    if answers.view is not None:
        shown: str = answers.view(answer).text
    else:
        bindings = [
            f"{_name(name, color, ' =')} {value_text(value)}" for name, value in answer.bindings.items()
        ]
        shown = "  ".join([*bindings, *stack_lines(answer.stacks, color)]) or "(no values)"
    return shown if answer.multiplicity == 1 else f"{shown}  (×{answer.multiplicity})"


def solutions_ending(answers: Any) -> str:
    """Whether a search found everything, and what it took, in a line."""
    found = count(answers.found, "answer")
    states = "" if answers.states is None else f"{count(answers.states, 'state')}, "
    took = f"{states}{count(answers.steps, 'step')}, {answers.engine} engine"
    if answers.complete:
        return f"{found}, no more; {took}"
    if answers.stopped_by:
        return f"{found}; stopped by {LIMITS[answers.stopped_by]}, there may be more; {took}"
    return f"{found}; {took}"


def reasons(answers: Any) -> list[Diagnostic]:
    """Why a search has no answers: where its branches ended, if that is in the terms the user wrote."""
    if answers.view is not None:
        return []
    return [replace(death, severity="note") for death in answers.deaths]


def search_progress(answers: Any) -> str:
    """How far a search is; the kernel's first use, which takes a while, is announced."""
    from calculus.machine.relational import engine

    if engine.preparing_kernel():
        return "preparing the kernel"
    return f"{count(answers.found, 'answer')}, {count(answers.steps, 'step')}"


def answers_ending(answers: Any) -> str:
    """Whether a search found everything, in a line."""
    found = count(len(answers.answers), "answer")
    steps = count(answers.steps, "step")
    if answers.complete:
        return f"{found}, no more; {steps}"
    left = f"{answers.pending} branch{'es' * (answers.pending != 1)} left to explore"
    return f"{found}; stopped by {LIMITS[answers.stopped_by]} after {steps}, {left}"


def distribution_lines(distribution: Any, color: bool = False) -> Iterator[str]:
    """The outcomes with their probabilities, and the mass that has no outcome."""
    rows = [(fraction_text(entry.probability), outcome_text(entry, color)) for entry in distribution.entries]
    for name in ("diverges", "unexplored"):
        if share := getattr(distribution, name):
            rows.append((fraction_text(share), name))
    width = max((len(share) for share, _ in rows), default=0)
    for share, text in rows:
        yield f"{share:>{width}}  {text}"


def distribution_ending(distribution: Any) -> str:
    """Whether a distribution is exact, and what it took, in a line."""
    took = f"{count(distribution.states, 'state')}, {count(distribution.steps, 'step')}"
    if not distribution.stopped_by:
        return f"exact; {took}"
    limit = LIMITS.get(distribution.stopped_by, f"the limit on {distribution.stopped_by}")
    return f"lower bounds: stopped by {limit}; {took}"


def _name(text: str, color: bool, sign: str = ":") -> str:
    return f"\x1b[36m{text}{sign}\x1b[0m" if color else f"{text}{sign}"
