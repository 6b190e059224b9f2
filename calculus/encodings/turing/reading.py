"""The reader of Turing machines and of tapes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from calculus.encodings.lines import Directive, LineReader, Word, unknown
from calculus.encodings.turing.machine import BLANK_TAPE, Machine, Tape, Transition, trimmed
from calculus.encodings.turing.notation import standard
from calculus.encodings.turing.syntax import GRAMMAR, Actions, Line, Notation
from calculus.source.diagnostic import Diagnostic, NameProblem, Note, SyntaxProblem
from calculus.source.grammar import Grammar
from calculus.source.items import by_place, complain, item_ranges
from calculus.source.text import Source, Span


def read_machine(source: Source) -> Machine:
    """The machine of a text; raises `SyntaxProblem` or `NameProblem` with all its mistakes."""
    reader = _Reader(GRAMMAR, source)
    reader.read(Actions(source), list(item_ranges(GRAMMAR, source)) or [(0, len(source.text))])
    return reader.machine()


def read_tape(source: Source, machine: Machine) -> Tape:
    """The tape that a text is; raises `SyntaxProblem` or `NameProblem`."""
    if not source.text.strip():
        return BLANK_TAPE
    problems: list[Diagnostic] = []
    tape = _tape(GRAMMAR.parse(source, "tape", Actions(source)), machine, problems)
    if problems:
        raise NameProblem(*problems)
    return tape


class _Reader(LineReader):
    """Reads the items; the names in them are looked at when all are known."""

    def __init__(self, grammar: Grammar, source: Source) -> None:
        super().__init__(grammar, source)
        self.lines: list[Line] = []
        self.notation: Span | None = None
        self.warnings: list[Diagnostic] = []

    def add(self, item: Directive | Line | Notation) -> None:
        if isinstance(item, Line):
            self.lines.append(item)
        elif isinstance(item, Directive):
            self.add_directive(item)
        elif self.notation is not None:
            self.second("machine", item.span, self.notation)
        else:
            self.notation = item.span

    def machine(self) -> Machine:
        found = self.table() if self.notation is None else self.standard(self.notation)
        tape = _tape(self.words("tape"), found, self.problems)
        complain(sorted(self.problems, key=by_place))
        warnings = sorted([*self.warnings, *_unreached(found)], key=by_place)
        return replace(found, tape=tape, warnings=tuple(warnings))

    def standard(self, notation: Span) -> Machine:
        others = [(f"line `{kind}:`", item.span) for kind, item in self.directives.items() if kind != "tape"]
        for what, span in others + [("table", line.span) for line in self.lines[:1]]:
            message = f"expected no {what} beside a machine in the standard notation, found one"
            self.problems.append(Diagnostic("name", message, span))
        try:
            return standard(notation, self.problems)
        except SyntaxProblem as problem:
            self.problems += problem.diagnostics
            raise SyntaxProblem(*sorted(self.problems, key=by_place)) from None

    def table(self) -> Machine:
        halting = dict.fromkeys(word.word for word in self.words("halt"))
        states = dict.fromkeys(line.state.word for line in self.lines)
        known = [*states, *(state for state in halting if state not in states)]
        for word in [*self.words("start"), *(line.next for line in self.lines)]:
            if word.word not in known:
                help = "a state in which the machine halts is named in a line `halt: …`"
                self.problems.append(unknown("state", word.word, known, word.span, help))
        for word in self.words("halt"):
            if word.word in states:
                first = next(line for line in self.lines if line.state.word == word.word)
                message = f"expected no transition from `{word.word}`, in which the machine halts, found one"
                note = Note("the machine halts in it by this", word.span)
                self.problems.append(Diagnostic("name", message, first.span, notes=(note,)))
        if not self.lines:
            span = next(iter(self.directives.values())).span
            self.problems.append(Diagnostic("name", "expected a transition, found none", span))
        complain(sorted(self.problems, key=by_place))
        symbols = dict.fromkeys(word.word for line in self.lines for word in (line.read, line.write))
        blank = next((word.word for word in self.words("blank")), "_" if "_" in symbols else "0")
        return Machine(
            tuple(known),
            tuple(dict.fromkeys([blank, *symbols])),
            self.words("start")[0].word if self.words("start") else self.lines[0].state.word,
            blank,
            frozenset(halting),
            tuple(self.transitions()),
            BLANK_TAPE,
        )

    def transitions(self) -> Iterator[Transition]:
        """The transitions of the table, each once; warns where one is given twice."""
        first: dict[tuple[str, ...], Span] = {}
        for state, read, write, move, following, span in self.lines:
            item = (state.word, read.word, write.word, move, following.word)
            if item not in first:
                first[item] = span
                yield Transition(state.word, read.word, write.word, move, following.word, span)
                continue
            note = Note("the first is here", first[item])
            message = "the same transition is given before"
            self.warnings.append(Diagnostic("name", message, span, notes=(note,), severity="warning"))


def _tape(words: Sequence[Word], machine: Machine, problems: list[Diagnostic]) -> Tape:
    """The tape that words are: each is a symbol, or has a symbol for each of its characters."""
    symbols = machine.symbols
    cells: list[str] = []
    heads: list[tuple[int, Span]] = []
    for word in words:
        if word.mark == "[":
            heads.append((len(cells), word.span))
        if word.word in symbols:
            cells.append(word.word)
        elif not word.mark and all(character in symbols for character in word.word):
            cells += word.word
        else:
            problems.append(_unknown_cell(word, symbols))
    for _, span in heads[1:]:
        note = Note("the first is here", heads[0][1])
        message = "expected one cell in brackets, found a second"
        problems.append(Diagnostic("name", message, span, notes=(note,)))
    return trimmed(cells, heads[0][0] if heads else 0, machine.blank)


def _unknown_cell(word: Word, symbols: Collection[str]) -> Diagnostic:
    if word.mark or any(len(symbol) > 1 for symbol in symbols):
        return unknown("symbol", word.word, symbols, word.span)
    at = next(at for at, character in enumerate(word.word) if character not in symbols)
    start = word.span.start + at
    return unknown("symbol", word.word[at], symbols, Span(word.span.source, start, start + 1, start + 1))


def _unreached(machine: Machine) -> Iterator[Diagnostic]:
    """A warning for each state to which no transitions lead, whatever is read."""
    following: dict[str, list[str]] = {}
    for item in machine.transitions:
        following.setdefault(item.state, []).append(item.next)
    found = {machine.start}
    waiting = [machine.start]
    while waiting:
        for state in following.get(waiting.pop(), ()):
            if state not in found:
                found.add(state)
                waiting.append(state)
    for item in machine.transitions:
        if item.state not in found:
            found.add(item.state)
            message = f"no run comes to the state `{item.state}`"
            yield Diagnostic("name", message, item.span, severity="warning")
