"""How results show in a notebook and in a terminal that uses rich.

Results load this module by name when they are displayed, so neither depends on the other, and
neither rich nor a notebook is imported here.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from calculus.interfaces import display
from calculus.machine.relational.answers import Answers
from calculus.machine.result import Result

SHOWN = 500
"""Characters shown of a value."""

_ROW = '<tr><th style="text-align:left">{}</th><td style="text-align:left"><code>{}</code></td></tr>'


def text(outcome: Any) -> str:
    """An outcome as lines of text, with how it ended."""
    match outcome:
        case Result():
            lines = [*display.stack_lines(outcome.stacks, limit=SHOWN)]
            if exit := display.exit_line(outcome):
                lines.append(exit)
            if outcome.error is not None:
                lines.append(f"{outcome.status}: {outcome.error.message}")
            return "\n".join([*lines, f"({display.ending(outcome)})"])
        case Answers():
            lines = [f"{number}. {value}" for number, value in _answer_rows(outcome)]
            if outcome.error is not None:
                lines.append(f"stuck: {outcome.error.message}")
            return "\n".join([*lines, f"({display.solutions_ending(outcome)})"])
        case _ if hasattr(outcome, "entries"):
            ending = display.distribution_ending(outcome)
            return "\n".join([*display.distribution_lines(outcome), f"({ending})"])
        case _ if hasattr(outcome, "answers"):
            lines = [*display.answer_lines(outcome.answers)]
            return "\n".join([*lines, f"({display.answers_ending(outcome)})"])
    return str(outcome)


def html(outcome: Any) -> str:
    """An outcome as a table."""
    rows, ending = _rows(outcome)
    table = "".join(_ROW.format(escape(name), escape(value)) for name, value in rows)
    return f"<table>{table}</table><small>{escape(ending)}</small>"


def _rows(outcome: Any) -> tuple[Iterable[tuple[str, str]], str]:
    if isinstance(outcome, Result):
        return _result_rows(outcome), display.ending(outcome)
    if isinstance(outcome, Answers):
        return _answer_rows(outcome), display.solutions_ending(outcome)
    if hasattr(outcome, "entries"):
        lines = [line.strip().partition("  ") for line in display.distribution_lines(outcome)]
        ending = display.distribution_ending(outcome)
        return [(share, value) for share, _, value in lines], ending
    rows = [(str(i), display.outcome_text(item)) for i, item in enumerate(outcome.answers, 1)]
    return rows, display.answers_ending(outcome)


def _answer_rows(answers: Answers) -> Iterator[tuple[str, str]]:
    for number, answer in enumerate(answers.answers, 1):
        yield str(number), display.solution_text(answers, answer)


def _result_rows(result: Result) -> Iterator[tuple[str, str]]:
    for line in display.stack_lines(result.stacks, limit=SHOWN):
        location, _, values = line.partition(": ")
        yield location, values
    if result.exit is not None and display.exit_line(result):
        yield "exit", display.label_text(result.exit)
    if result.error is not None:
        yield result.status, result.error.message
