"""Machines in the standard notation."""

from collections.abc import Collection
from string import ascii_uppercase
from typing import cast

from calculus.encodings.lines import unknown
from calculus.encodings.turing.machine import BLANK_TAPE, Machine, Move, Transition
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Span


def standard(span: Span, problems: list[Diagnostic]) -> Machine:
    """The machine of a text in the standard notation.

    Raises `SyntaxProblem` where the states have not as many entries; adds to the `problems` for symbols and
    states that there are not.
    """
    rows = _rows(span)
    states = list(ascii_uppercase[: len(rows)])
    symbols = [str(number) for number in range(len(rows[0]))]
    halting: dict[str, None] = {}
    transitions: list[Transition] = []
    for state, row in zip(states, rows, strict=True):
        for symbol, place in zip(symbols, row, strict=True):
            if place.text == "---":
                continue
            write, move, following = list(place.text)
            _must_be("symbol", write, symbols, _part(place, 0), problems)
            if following in ("H", "Z") and following not in states:
                halting[following] = None
            else:
                _must_be("state", following, [*states, "H"], _part(place, 2), problems)
            transitions.append(Transition(state, symbol, write, cast(Move, move), following, place))
    return Machine(
        (*states, *halting), tuple(symbols), "A", "0", frozenset(halting), tuple(transitions), BLANK_TAPE
    )


def _must_be(what: str, word: str, known: Collection[str], span: Span, problems: list[Diagnostic]) -> None:
    if word not in known:
        problems.append(unknown(what, word, known, span))


def _rows(span: Span) -> list[list[Span]]:
    """The places of the entries, state by state."""
    rows: list[list[Span]] = []
    at = span.start
    for text in span.text.split("_"):
        rows.append([_place(span, at + offset, 3) for offset in range(0, len(text), 3)])
        at += len(text) + 1
    if len(rows) == 1:
        rows = [rows[0][offset : offset + 2] for offset in range(0, len(rows[0]), 2)]
    if len(rows) > len(ascii_uppercase):
        message = f"expected at most {len(ascii_uppercase)} states, found {len(rows)}"
        raise SyntaxProblem(Diagnostic("syntax", message, span))
    for state, row in zip(ascii_uppercase, rows, strict=False):
        wanted = max(len(rows[0]), 2)
        if len(row) != wanted:
            message = f"expected {wanted} entries for the state {state}, found {len(row)}"
            place = _place(span, row[0].start, row[-1].end - row[0].start)
            raise SyntaxProblem(Diagnostic("syntax", message, place))
    return rows


def _place(span: Span, start: int, length: int) -> Span:
    return Span(span.source, start, start + length, start + length)


def _part(entry: Span, index: int) -> Span:
    """One character of an entry."""
    return _place(entry, entry.start + index, 1)
