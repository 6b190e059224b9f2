"""Data from a CSV file: a first line of names, then rows of numbers.

The text is UTF-8. Fields are separated by commas, or by semicolons or tabs if the first line has no comma.
Only the columns that are used have to be numbers. Every bad cell is reported with its line and column, up to
`MOST` of them.
"""

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np

from calculus.eml.regression.data import Data, checked, readable
from calculus.source.diagnostic import CalculusError, Diagnostic, SyntaxProblem, UsageProblem
from calculus.source.text import Source, Span

MOST = 10
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "-", "?"))


def read_csv(source: Source, target: str | None = None, features: Sequence[str] | None = None) -> Data:
    """Data of a CSV text: the column `target` (the last, without a name) as a function of the columns
    `features` (all others). Raises `SyntaxProblem` for bad cells and `UsageProblem` for columns that are not
    there.
    """
    separator = _separator(source)
    records = list(_records(source, separator))
    if not records:
        raise SyntaxProblem("expected names in the first line, found an empty file", span=_end(source))
    header, names = records[0]
    names = [name.strip() for name in names]
    _check_header(source, header, separator, names)
    if target is None:
        target = names[-1]
    if features is None:
        features = [name for name in names if name != target]
    if not features and target in names:
        raise UsageProblem(f"expected columns beside the target {target}, found none")
    for name in (target, *features):
        if name not in names:
            raise _unknown_column(name, names)
    if target in features:
        raise UsageProblem(f"{target} is the target, so it cannot be a variable")
    wanted = [names.index(name) for name in (*features, target)]
    columns: list[list[float]] = [[] for _ in wanted]
    problems: list[Diagnostic] = []
    for line, cells in records[1:]:
        if len(cells) != len(names):
            message = f"expected {len(names)} fields, found {len(cells)}"
            problems.append(Diagnostic("syntax", message, _line(source, line)))
        else:
            for column, index in zip(columns, wanted, strict=True):
                value = _number(cells[index])
                if isinstance(value, float):
                    column.append(value)
                else:
                    place = _cell(source, line, separator, index)
                    problems.append(Diagnostic("syntax", f"{value} in the column {names[index]}", place))
        if len(problems) >= MOST:
            break
    if problems:
        raise SyntaxProblem(*problems)
    if not columns[-1]:
        raise SyntaxProblem("expected rows of numbers below the names, found none", span=_end(source))
    given = readable([*features, target])
    notes = [
        f"the column {old} is called {new}"
        for old, new in zip((*features, target), given, strict=True)
        if old != new
    ]
    rows = np.array(columns[:-1], float).reshape(len(features), -1)
    return checked(given[:-1], rows, np.array(columns[-1]), given[-1], notes)


def _separator(source: Source) -> str:
    first = source.line(1) if source.text else ""
    return next((mark for mark in ",;\t" if mark in first), ",")


def _records(source: Source, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the line where it begins."""
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as problem:
        raise SyntaxProblem(f"expected a row of fields: {problem}", span=_line(source, line)) from None


def _check_header(source: Source, line: int, separator: str, names: list[str]) -> None:
    place = _line(source, line)
    if all(isinstance(_number(name), float) for name in names):
        raise SyntaxProblem("expected names in the first line, found numbers", span=place)
    for index, name in enumerate(names):
        if not name:
            cell = _cell(source, line, separator, index)
            raise SyntaxProblem(f"expected a name for the column {index + 1}, found none", span=cell)
        if name in names[:index]:
            cell = _cell(source, line, separator, index)
            raise SyntaxProblem(f"expected different names, found {name} twice", span=cell)


def _unknown_column(name: str, names: list[str]) -> CalculusError:
    from difflib import get_close_matches

    close = get_close_matches(name, names, 1)
    help = f"did you mean {close[0]}?" if close else f"the columns are {', '.join(names)}"
    return UsageProblem(Diagnostic("usage", f"there is no column {name!r}", help=help))


def _number(text: str) -> float | str:
    """The number, or what is wrong with it."""
    word = text.strip()
    if word.lower() in MISSING:
        return f"expected a number, found a missing value{f' ({word})' if word else ''}"
    try:
        value = float(word)
    except ValueError:
        return f"expected a number, found {word!r}"
    return value if np.isfinite(value) else f"expected a finite number, found {word}"


def _line(source: Source, number: int) -> Span:
    start = _offset(source, number)
    end = start + len(source.line(number))
    return Span(source, start, end, end)


def _offset(source: Source, number: int) -> int:
    """Where a line begins."""
    at = 0
    for _ in range(number - 1):
        at = source.text.index("\n", at) + 1
    return at


def _cell(source: Source, number: int, separator: str, index: int) -> Span:
    """The place of a field; the whole line if the record goes over several."""
    whole = _line(source, number)
    starts, quoted = [0], False
    text = source.line(number)
    for at, character in enumerate(text):
        quoted ^= character == '"'
        if character == separator and not quoted:
            starts.append(at + 1)
    if quoted or index >= len(starts):
        return whole
    start = whole.start + starts[index]
    end = whole.start + (starts[index + 1] - 1 if index + 1 < len(starts) else len(text))
    return Span(source, start, max(end, start), max(end, start))


def _end(source: Source) -> Span:
    end = len(source.text)
    return Span(source, end, end, end)
