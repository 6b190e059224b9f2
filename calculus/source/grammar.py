"""The parser of every language: Lark's LALR(1) tables driven by one loop over one regular
expression.

A language gives its grammar (`grammars/NAME.lark`), an object with a method per named alternative,
and words for what was expected. Time is linear in the text, and nothing recurses: how deep a text
nests does not matter.

A method is called as `method(start, end, *values)` with the range of the text that its alternative
covers and the values of its symbols; the value of a token is the offset where it ends.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from calculus.source.diagnostic import SyntaxProblem
from calculus.source.explain import END, UNKNOWN, Token, Unexpected, Wording, explain
from calculus.source.tables import Tables, load_tables
from calculus.source.text import Source, Span


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic collector out of work that makes many objects and no cycles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Grammar:
    """The grammar `grammars/NAME.lark`; its tables are loaded when first needed.

    `starts` are the symbols a text may be parsed as, `wording` says how to speak of its terminals.
    """

    def __init__(self, name: str, starts: tuple[str, ...], wording: Wording) -> None:
        self.name = name
        self.starts = starts
        self.wording = wording

    def parse(
        self,
        source: Source,
        start: str,
        actions: object,
        position: int = 0,
        stop: int | None = None,
    ) -> Any:
        """The value of the text from `position` to `stop`, read as the symbol `start`.

        Raises `SyntaxProblem` with one diagnostic, at the first token that does not fit.
        """
        stop = len(source.text) if stop is None else stop
        with collector_paused():
            return self._drive(source, start, actions, position, stop)

    def _drive(self, source: Source, start: str, actions: object, position: int, stop: int) -> Any:
        machine = self._machine
        methods = [getattr(actions, name) for name in machine.actions]
        row = machine.first[start]
        rows = [row]  # a row is a state: what to do on each token, and where to go after a reduction
        values: list[Any] = []
        starts: list[int] = []
        last = position  # where the last token shifted ends
        for match in machine.pattern.finditer(source.text, position, stop):
            token: Any = match.lastindex
            action = row[token]
            while action.__class__ is tuple:
                size, made, number = action
                if size == 1:
                    values[-1] = methods[number](starts[-1], last, values[-1])
                    rows.pop()
                elif size:
                    arguments = values[-size:]
                    del values[-size:], rows[-size:], starts[1 - size :]
                    values.append(methods[number](starts[-1], last, *arguments))
                else:
                    starts.append(match.start(token))
                    values.append(methods[number](starts[-1], starts[-1]))
                row = rows[-1]
                row = row[made][token] or machine.go(row, made, token)
                rows.append(row)
                action = row[token]
            if action is None:
                kind = machine.names[token]
                where = (match.start(token), match.end())
                raise SyntaxProblem(
                    explain(self._unexpected(source, start, position, stop, kind, where), self.wording)
                )
            if action is True:
                return values[0]
            row = action
            rows.append(row)
            last = match.end()
            values.append(last)
            starts.append(match.start(token))
        raise AssertionError("the end of the text is a token")

    def tokens(self, text: str, position: int = 0, stop: int | None = None) -> Iterator[Token]:
        """Every token, comments and unknown characters among them, white space not."""
        stop = len(text) if stop is None else stop
        pattern, names = self._scanner
        for match in pattern.finditer(text, position, stop):
            index = match.lastindex
            # Only white space has no group.
            if index is not None:
                yield Token(names[index], match.start(), match.end())

    def acceptable(self, text: str, start: str) -> frozenset[str]:
        """The terminals that may follow `text` (`$END` if it may end there); empty if it is
        wrong itself.
        """
        rows, wrong = self._replay(text, start, 0, len(text))
        return frozenset() if wrong else self._machine.acceptable(rows)

    def is_incomplete(self, text: str, start: str) -> bool:
        """Whether something more would make `text` right, and it is not right as it stands."""
        rows, wrong = self._replay(text, start, 0, len(text))
        return not wrong and END not in self._machine.acceptable(rows)

    def _replay(self, text: str, start: str, position: int, stop: int) -> tuple[list[Any], bool]:
        """The states after reading up to `stop`, and whether a token on the way did not fit."""
        machine = self._machine
        rows = [machine.first[start]]
        for match in machine.pattern.finditer(text, position, stop):
            token = match.lastindex
            assert token is not None
            if machine.names[token] == END:
                break
            row = machine.shift(rows, token)
            if row is None:
                return rows, True
            rows.append(row)
        return rows, False

    def _unexpected(
        self,
        source: Source,
        start: str,
        position: int,
        stop: int,
        kind: str,
        where: tuple[int, int],
    ) -> Unexpected:
        rows, _ = self._replay(source.text, start, position, where[0])
        before = [
            token
            for token in self.tokens(source.text, position, where[0])
            if token.kind not in self._comments
        ]
        if kind == END:
            last = before[-1].end if before else max(stop, position + 1)
            where = (min(last - 1, len(source.text)), min(last, len(source.text)))
        return Unexpected(
            source=source,
            symbol=start,
            kind=kind,
            span=Span(source, where[0], where[1], where[1]),
            before=tuple(before),
            after=tuple(self._following(source.text, where[1], stop)),
            acceptable=self._machine.acceptable(rows),
            more=any(self._following(source.text, stop, len(source.text))),
        )

    def _following(self, text: str, position: int, stop: int, count: int = 3) -> Iterator[Token]:
        for token in self.tokens(text, position, stop):
            if token.kind not in self._comments:
                yield token
                count -= 1
                if not count:
                    return

    @cached_property
    def _tables(self) -> Tables:
        return load_tables(self.name, self.starts)

    @cached_property
    def _machine(self) -> "_Machine":
        return _Machine(self._tables)

    @cached_property
    def _comments(self) -> frozenset[str]:
        return frozenset(name for name, _ in self._tables.ignored)

    @cached_property
    def _scanner(self) -> tuple[re.Pattern[str], list[str]]:
        tables = self._tables
        shown = [item for item in tables.ignored if item[0] != "WHITESPACE"]
        blank = [regex for name, regex in tables.ignored if name == "WHITESPACE"]
        parts = [f"({regex})" for _, regex in [*tables.terminals, *shown]]
        pattern = re.compile("|".join([*parts, *blank, "(.)"]), re.DOTALL)
        return pattern, ["", *(name for name, _ in [*tables.terminals, *shown]), UNKNOWN]


class _Machine:
    """Tables in the shape the loop wants.

    A row is a list. At 0 is the number of the state; at a terminal's number what to do: `None` for
    an error, a row to shift to, `(size, made, action)` to reduce, `True` to accept; at a
    non-terminal's number, per terminal that comes next, the row to go on with once the alternatives
    are passed that only hand their symbol on. Those are filled in as they are met.
    """

    def __init__(self, tables: Tables) -> None:
        ignored = "|".join(regex for _, regex in tables.ignored)
        parts = [*(regex for _, regex in tables.terminals), r"\Z", "."]
        self.pattern = re.compile(f"(?:{ignored})*+(?:{'|'.join(f'({part})' for part in parts)})", re.DOTALL)
        if self.pattern.groups != len(parts):
            raise AssertionError("a terminal has a capturing group")
        self.names = ["", *(name for name, _ in tables.terminals), END, UNKNOWN]
        self.width = len(self.names)
        number = {name: index for index, name in enumerate(self.names) if index}
        made = sorted({name for name, _, _ in tables.rules})
        number |= {name: self.width + index for index, name in enumerate(made)}
        self.actions = sorted({action for _, _, action in tables.rules if action})
        order = {action: index for index, action in enumerate(self.actions)}
        rules = [
            (size, number[name], order[action] if action else None) for name, size, action in tables.rules
        ]
        self.goto: list[dict[int, int]] = []
        self.rows: list[list[Any]] = [[state] for state in range(len(tables.states))]
        for row, actions in zip(self.rows, tables.states, strict=True):
            row += [None] * (self.width + len(made) - 1)
            goto: dict[int, int] = {}
            for symbol, action in actions.items():
                index = number[symbol]
                if index >= self.width:
                    goto[index] = action
                    row[index] = [None] * self.width
                else:
                    row[index] = self.rows[action] if action >= 0 else rules[~action]
            self.goto.append(goto)
        self.first: dict[str, list[Any]] = {}
        for name, (first, accepting) in tables.starts.items():
            self.first[name] = self.rows[first]
            self.rows[accepting][number[END]] = True

    def go(self, row: list[Any], made: int, token: int) -> list[Any]:
        """The row to go on with in `row` after making `made`, when `token` comes next."""
        after = self.rows[self.goto[row[0]][made]]
        while True:
            action = after[token]
            if action.__class__ is not tuple or action[0] != 1 or action[2] is not None:
                break
            after = self.rows[self.goto[row[0]][action[1]]]
        row[made][token] = after
        return after

    def shift(self, rows: list[Any], token: int) -> list[Any] | None:
        """Reduce as far as `token` asks, then the row to shift to; `None` if it does not fit."""
        while True:
            action = rows[-1][token]
            if action.__class__ is not tuple:
                return action if action.__class__ is list else None
            size, made, _ = action
            del rows[len(rows) - size :]
            rows.append(rows[-1][made][token] or self.go(rows[-1], made, token))

    def acceptable(self, rows: list[Any]) -> frozenset[str]:
        """The terminals that fit after the states `rows`."""
        return frozenset(self.names[token] for token in range(1, self.width) if self._fits(rows, token))

    def _fits(self, rows: list[Any], token: int) -> bool:
        depth = len(rows)
        new: list[Any] = []  # the row is the last of these or, without any, of the first `depth`
        row = rows[-1]
        while True:
            action = row[token]
            if action.__class__ is not tuple:
                return action is not None
            size, made, _ = action
            dropped = min(size, len(new))
            del new[len(new) - dropped :]
            depth -= size - dropped
            below = new[-1] if new else rows[depth - 1]
            row = below[made][token] or self.go(below, made, token)
            new.append(row)
