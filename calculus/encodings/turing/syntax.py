"""The grammar of Turing machines, and what its alternatives build.

A machine in the standard notation has, for each state A, B, …, what to do on each symbol 0, 1, …: what to
write, where to move and the next state, or `---` where nothing is to be done: `1RB1LB_1LA1RH`. Without `_`
there are two symbols. H and Z, unless they are states of the machine, halt.

A table has a line for each transition, `state read -> write move next`, where the move is L, R or S (stay).
`start: …` names the first state, which otherwise is that of the first line; `halt: …` the states in which it
halts; `blank: …` the blank symbol, which otherwise is `_`, or `0` where there is none.

Both may have a line `tape: 10[1]1`, with the cell under the head in brackets; otherwise the head is on the
first.
"""

import re
from typing import NamedTuple, cast

from calculus.encodings.lines import Directive, LineActions, Word, nothing_there
from calculus.encodings.turing.machine import Move
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.explain import END, Unexpected, Wording, syntax
from calculus.source.grammar import Grammar
from calculus.source.text import Span

_NEARLY = re.compile(r"[0-9A-Za-z_-]*[0-9][LRlr][A-Za-z][0-9A-Za-z_-]*")
_ENTRY = re.compile(r"[0-9][LR][A-Z]|---|_")


def _notation(problem: Unexpected) -> Diagnostic | None:
    """A machine that is not quite in the standard notation."""
    if problem.kind != END or not problem.before:
        return None
    first = problem.before[0]
    text = problem.text(first)
    if first.kind != "WORD" or not _NEARLY.fullmatch(text):
        return None
    at = 0
    while found := _ENTRY.match(text, at):
        at = found.end()
    return syntax(
        problem,
        f"expected a symbol, L or R, and a state, as in `1RB`, found `{text[at : at + 3]}`",
        span=Span(problem.source, first.start + at, first.end, first.end),
        help="where the machine has nothing to do, write `---`",
    )


GRAMMAR = Grammar(
    "turing",
    ("item", "tape"),
    Wording(
        words={
            "MACHINE": "a machine",
            "WORD": "a word",
            "HEAD": "a cell in brackets",
            "START": "`start:`",
            "BLANK": "`blank:`",
            "HALT": "`halt:`",
            "TAPE": "`tape:`",
            "ARROW": "`->`",
            "COMMA": "`,`",
            "COLON": "`:`",
        },
        groups=(
            ("a line", frozenset({"MACHINE", "WORD", "START", "BLANK", "HALT", "TAPE"})),
            ("a symbol", frozenset({"WORD", "HEAD"})),
        ),
        hints=(nothing_there("a Turing machine"), _notation),
    ),
)


class Line(NamedTuple):
    """A line of a table."""

    state: Word
    read: Word
    write: Word
    move: Move
    next: Word
    span: Span


class Notation(NamedTuple):
    """A machine in the standard notation, not yet looked at."""

    span: Span


class Actions(LineActions):
    """Builds the items of one text."""

    def head(self, start: int, end: int, _: int) -> Word:
        return Word(self.source.text[start + 1 : end - 1], self.span(start, end), "[")

    def machine(self, start: int, end: int, _: int) -> Notation:
        return Notation(self.span(start, end))

    def single(self, start: int, end: int, kind: int, _: int, word: Word) -> Directive:
        return self.directive(start, end, kind, _, [word])

    def transition(
        self, start: int, end: int, state: Word, read: Word, _: int, write: Word, move: Word, next: Word
    ) -> Line:
        if move.word not in ("L", "R", "S"):
            message = f"expected a move, L, R or S (stay), found `{move.word}`"
            raise SyntaxProblem(Diagnostic("syntax", message, move.span))
        return Line(state, read, write, cast(Move, move.word), next, self.span(start, end))
