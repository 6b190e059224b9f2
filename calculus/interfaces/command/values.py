"""Terms in options: `--input 1,2,3` and `--stack 'a=[1].add, 2'`.

Values are separated by the commas that stand outside brackets and strings. Errors point into the
option's own text.
"""

import re
from collections.abc import Iterator

from calculus.registry import Calculus, require, supports
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.source.text import Source, Span
from calculus.term import Term

_LOCATION = r"λ|[a-z][A-Za-z0-9_]*"
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)


def read_values(calculus: Calculus, source: Source, start: int = 0) -> list[Term]:
    """The values of a source from `start` on; none if it is blank there."""
    if not source.text[start:].strip():
        return []
    return [_read_value(calculus, source, *ends) for ends in _split(source.text, start)]


def read_stack(calculus: Calculus, source: Source) -> tuple[str, list[Term]]:
    """The location and the values of `location=value, …`, bottom of the stack first."""
    pattern = getattr(calculus, "location", _LOCATION)
    found = re.match(rf"\s*({pattern})\s*=", source.text)
    if found is None:
        end = len(source.text)
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"expected a location, = and values, found {source.text!r}",
                Span(source, 0, end, end),
                help=f"as in {source.name} 'a=1, 2', bottom first",
            )
        )
    location = "λ" if found[1] == "lambda" else found[1]
    return location, read_values(calculus, source, found.end())


def _read_value(calculus: Calculus, source: Source, start: int, end: int) -> Term:
    whole = source.text
    if not whole[start:end].strip():
        raise UsageProblem(Diagnostic("usage", "expected a value", Span(source, start, end, end)))
    # The parser sees only the value, at its place in the whole text, so its spans fit the whole.
    part = Source(re.sub(r"[^\n]", " ", whole[:start]) + whole[start:end], source.name)
    try:
        reading = "parse_value" if supports(calculus, "parse_value") else "parse_term"
        term: Term = require(calculus, reading, part)
    finally:
        part.text = whole
    return term


def _split(text: str, start: int) -> Iterator[tuple[int, int]]:
    depth = 0
    begin = start
    for part in _PART.finditer(text, start):
        match part[0]:
            case "[" | "(" | "{":
                depth += 1
            case "]" | ")" | "}":
                depth -= 1
            case "," if depth <= 0:
                yield begin, part.start()
                begin = part.end()
    yield begin, len(text)
