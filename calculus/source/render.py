"""Diagnostics as text for a reader, or as JSON for a program; both from the same objects."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from calculus.source.diagnostic import CalculusError, Diagnostic
from calculus.source.text import Span

WIDEST = 100
"""Columns of a source line that are shown; a longer line is cut around the place."""

TAB = 4
MOST_LINES = 4
"""Lines of a span that are shown; of a longer one, the first and the last."""

Piece = tuple[str, str]
"""Text and its style (for `rich`; an empty one is plain)."""

_COLOURS = {"error": "bold red", "warning": "bold yellow"}


def render_text(error: CalculusError | Diagnostic, color: bool = False) -> str:
    """The message, the place with its source line and a caret, notes and help; ends without a
    newline.
    """
    pieces: list[Piece] = []
    for diagnostic in _diagnostics(error):
        if pieces:
            pieces.append(("\n\n", ""))
        pieces += _diagnostic(diagnostic)
    return _coloured(pieces) if color else "".join(text for text, _ in pieces)


def render_json(error: CalculusError | Diagnostic) -> dict[str, Any]:
    """`{"error": …}`; where there are several, `"errors"` has them all."""
    found = [diagnostic.to_json() for diagnostic in _diagnostics(error)]
    return {"error": found[0]} | ({"errors": found} if len(found) > 1 else {})


def _diagnostics(error: CalculusError | Diagnostic) -> tuple[Diagnostic, ...]:
    return (error,) if isinstance(error, Diagnostic) else error.diagnostics


def _diagnostic(diagnostic: Diagnostic) -> Iterator[Piece]:
    colour = _COLOURS.get(diagnostic.severity, "bold")
    margin = _margin([diagnostic.span, *(note.span for note in diagnostic.notes)])
    yield f"{diagnostic.severity}: ", colour
    yield diagnostic.message, "bold"
    if diagnostic.span:
        yield from _place(diagnostic.span, diagnostic.label, colour, margin)
    elif diagnostic.label:
        yield f"\n{' ' * margin} = {diagnostic.label}", ""
    for note in diagnostic.notes:
        if note.span:
            yield "\nnote: ", "bold cyan"
            yield note.message, ""
            yield from _place(note.span, "", "bold cyan", margin)
        else:
            yield f"\n{' ' * margin} = note: ", "bold cyan"
            yield note.message, ""
    if diagnostic.help:
        yield f"\n{' ' * margin} = help: ", "bold green"
        yield diagnostic.help, ""


def _margin(spans: Iterable[Span | None]) -> int:
    """The width of the widest line number."""
    return max((len(str(span.source.line_column(span.end)[0])) for span in spans if span), default=1)


def _place(span: Span, label: str, colour: str, margin: int) -> Iterator[Piece]:
    line, column = span.source.line_column(span.start)
    last, last_column = span.source.line_column(max(span.end, span.start))
    if last > line and last_column == 1:
        # A span that takes in the end of a line ends on that line.
        last -= 1
        last_column = len(span.source.line(last)) + 1
    edge = "blue"
    blank = " " * margin
    yield f"\n{blank}--> ", edge
    yield f"{span.source.name}:{line}:{column}", ""
    yield f"\n{blank} |", edge
    numbers = list(range(line, last + 1))
    if len(numbers) > MOST_LINES:
        numbers = [line, 0, last]
    for number in numbers:
        if not number:
            yield f"\n{blank} …", edge
            continue
        text = span.source.line(number)
        first = column - 1 if number == line else len(text) - len(text.lstrip())
        stop = last_column - 1 if number == last else len(text)
        shown, at, length = _line(text, first, stop)
        yield f"\n{number:>{margin}} | ", edge
        yield shown, ""
        yield f"\n{blank} | ", edge
        more = f" {label}" if label and number == last else ""
        yield " " * at + "^" * length + more, colour


def _line(text: str, start: int, stop: int) -> tuple[str, int, int]:
    """A line as it is shown, the column where its carets begin and how many they are."""
    start, stop = min(start, len(text)), min(stop, len(text))
    # Only what is near the place is looked at: a line may be a whole file.
    low, high = max(start - WIDEST, 0), min(start + WIDEST, len(text))
    cells = [_cell(character) for character in text[low:high]]
    columns = [0]
    for index, (shown, width) in enumerate(cells):
        if shown == "\t":
            width = TAB - columns[-1] % TAB
            cells[index] = (" " * width, width)
        columns.append(columns[-1] + width)
    at = start - low
    end = max(min(stop, high) - low, at)
    first, last = 0, len(cells)
    if low > 0 or high < len(text) or columns[-1] > WIDEST:
        # A third of the window before the place, the rest after it.
        while (
            first < at
            and columns[at] - columns[first] > WIDEST // 3
            and (columns[last] - columns[first] > WIDEST or low > 0 or high < len(text))
        ):
            first += 1
        while last > at + 1 and columns[last] - columns[first] > WIDEST:
            last -= 1
    end = min(end, last)
    before = "…" if low + first > 0 else ""
    after = "…" if low + last < len(text) else ""
    shown = before + "".join(cell for cell, _ in cells[first:last]) + after
    column = len(before) + columns[at] - columns[first]
    return shown, column, max(columns[end] - columns[at], 1)


def _cell(character: str) -> tuple[str, int]:
    """How a character is shown, and how many columns it takes."""
    if character == "\t":
        return character, 1
    if unicodedata.category(character) in {"Mn", "Me"}:
        return character, 0
    if not character.isprintable():
        return "�", 1
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _coloured(pieces: list[Piece]) -> str:
    # Rich takes long to load, and most output has no colours.
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    text = Text(no_wrap=True, overflow="ignore")
    for part, style in pieces:
        text.append(part, style or None)
    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard",
        width=1_000,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(text, end="", soft_wrap=True, highlight=False)
    return captured.get()
