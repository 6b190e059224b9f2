"""Assumptions as users write them, read as conditions: `x > 0, y real`, `|im x| < pi`, `x not in (-oo, 0]`.

The readable texts of conditions are read back, in ASCII or not.
"""

import re
from collections.abc import Iterator

from calculus.eml.domain import Condition, Kind
from calculus.eml.expressions.node import NUMBER, apply, number, variable
from calculus.eml.syntax import VARIABLE, variables
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Source, Span
from calculus.term import Term

_RELATION = re.compile(r"<=|>=|!=|≤|≥|≠|<|>")
_SPELLINGS = {"<=": "≤", ">=": "≥", "!=": "≠"}
_TURNED = {"<": ">", ">": "<", "≤": "≥", "≥": "≤"}
_NAMES = re.compile(r"\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s+(real|complex|positive)\s*")
_IS_REAL = re.compile(r"(.+?)\s+real\s*", re.DOTALL)
_OFF_CUT = re.compile(
    r"(.+?)\s+(?:(?:not\s+in|∉)\s*\(\s*-\s*(?:∞|oo|inf)\s*,\s*0\s*\]|off(?:\s+the)?\s+cut)\s*",
    re.DOTALL,
)
_IMAGINARY = re.compile(r"\s*im(?![^\W\d])\s*(.+)", re.IGNORECASE | re.DOTALL)
_MODULUS = re.compile(r"\s*\|\s*im(?![^\W\d])\s*(.+?)\|\s*", re.IGNORECASE | re.DOTALL)
_REAL = re.compile(r"\s*re(?![^\W\d])\s*(.+)", re.IGNORECASE | re.DOTALL)

HELP = "assumptions are written `x > 0`, `0 < x < 1`, `x != 0`, `x real`, `|im x| < pi`, `re x > 0`"


def parse_assumption(text: str | Source) -> list[Condition]:
    """The conditions of a text; several are separated by commas. `x complex` asks nothing.

    Raises `SyntaxProblem` (or `NameProblem`, for a function that there is not) with the place.
    """
    source = text if isinstance(text, Source) else Source(text, "--assume")
    found: list[Condition] = []
    if source.text.strip() == "everywhere":
        return found
    for start, end in _pieces(source.text):
        found += _piece(source, start, end)
    return list(dict.fromkeys(found))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the conditions lie: between commas outside brackets, but `x, y real` is one."""
    depth, start = 0, 0
    for place, sign in enumerate([*text, ","]):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth <= 0:
            piece = text[start:place]
            if place < len(text) and re.fullmatch(r"\s*[^\W\d]\w*\s*(,\s*[^\W\d]\w*\s*)*", piece):
                continue
            yield start, place
            start = place + 1


def _piece(source: Source, start: int, end: int) -> list[Condition]:
    text = source.text[start:end]
    if words := _NAMES.fullmatch(text):
        names, word = re.split(r"\s*,\s*", words[1].strip()), words[2]
        kinds: dict[str, list[Kind]] = {"real": ["real"], "positive": ["positive"], "complex": []}
        return [Condition(kind, variable(name)) for name in names for kind in kinds[word]]
    if cut := _OFF_CUT.fullmatch(text):
        return [Condition("off_cut", _read(source, start + cut.start(1), start + cut.end(1)))]
    if real := _IS_REAL.fullmatch(text):
        return [Condition("real", _read(source, start + real.start(1), start + real.end(1)))]
    relations = list(_RELATION.finditer(text))
    if not relations:
        found = f"`{text.strip()}`" if text.strip() else "nothing"
        raise _problem(source, start, end, f"expected an assumption, found {found}")
    ends = [0, *(match.end() for match in relations)]
    starts = [*(match.start() for match in relations), len(text)]
    sides = [(start + low, start + high) for low, high in zip(ends, starts, strict=True)]
    signs = [_SPELLINGS.get(match.group(), match.group()) for match in relations]
    if len(sides) == 3 and (strip := _strip(source, sides, signs)):
        return [strip]
    checked: list[Condition] = []
    for sign, left, right in zip(signs, sides, sides[1:], strict=False):
        checked += _related(source, sign, left, right)
    return checked


def _strip(source: Source, sides: list[tuple[int, int]], signs: list[str]) -> Condition | None:
    """`-b < im e ≤ b`."""
    low, middle, high = sides
    inner = _IMAGINARY.fullmatch(source.text[slice(*middle)])
    if not inner or signs[0] != "<" or signs[1] not in ("<", "≤"):
        return None
    expression = _read(source, middle[0] + inner.start(1), middle[0] + inner.end(1))
    bound, opposite = _read(source, *high), _read(source, *low)
    if opposite not in (apply("minus", bound), number(-bound.label) if bound.op is NUMBER else None):
        raise _problem(source, low[0], high[1], "expected a strip around the real axis, -b < im e < b")
    return Condition("strip" if signs[1] == "≤" else "open_strip", expression, bound)


def _related(source: Source, sign: str, left: tuple[int, int], right: tuple[int, int]) -> list[Condition]:
    """The condition of one relation."""
    for pattern in (_MODULUS, _IMAGINARY, _REAL):
        if pattern.fullmatch(source.text[slice(*right)]) and sign in _TURNED:
            left, right, sign = right, left, _TURNED[sign]
        inner = pattern.fullmatch(source.text[slice(*left)])
        if not inner:
            continue
        expression = _read(source, left[0] + inner.start(1), left[0] + inner.end(1))
        bound = _read(source, *right)
        zero = bound.op is NUMBER and bound.label == 0
        if variables(bound):
            raise _problem(source, *right, "expected a number as the bound")
        if pattern is _MODULUS and sign == "<":
            return [Condition("open_strip", expression, bound)]
        if pattern is _REAL and sign == ">" and zero:
            return [Condition("right", expression)]
        if pattern is _REAL and sign == "<":
            return [Condition("below", expression, bound)]
        raise _problem(source, left[0], right[1], "expected |im e| < b, re e > 0 or re e < b")
    return _compared(_read(source, *left), sign, _read(source, *right))


def _compared(left: Term, sign: str, right: Term) -> list[Condition]:
    if sign == "≠":
        if right.op is NUMBER and right.label == 1:
            return [Condition("not_one", left)]
        return [Condition("nonzero", _difference(left, right))]
    high, low = (left, right) if sign in (">", "≥") else (right, left)
    kind: Kind = "positive" if sign in ("<", ">") else "nonnegative"
    return [Condition(kind, _difference(high, low))]


def _difference(high: Term, low: Term) -> Term:
    if low.op is NUMBER and low.label == 0:
        return high
    if high.op is NUMBER and high.label == 0:
        return apply("minus", low)
    return apply("sub", high, low)


def _read(source: Source, start: int, end: int) -> Term:
    from calculus.eml.expressions.reader import read

    if not source.text[start:end].strip():
        raise _problem(source, max(0, start - 1), max(start, 1), "expected an expression beside the relation")
    # Blanks keep the columns of an error where they are in the text.
    padded = "".join(sign if sign == "\n" else " " for sign in source.text[:start])
    term = read(Source(padded + source.text[start:end], source.name))
    return variable(term.label) if term.op is VARIABLE else term


def _problem(source: Source, start: int, end: int, message: str) -> SyntaxProblem:
    text = source.text[start:end]
    if text.strip():  # the blanks around it, among them the lines before it, are no part of the place
        start, end = end - len(text.lstrip()), start + len(text.rstrip())
    return SyntaxProblem(Diagnostic("syntax", message, Span(source, start, end, end), help=HELP))
