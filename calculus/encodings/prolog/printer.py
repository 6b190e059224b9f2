"""Terms of Prolog to text, as `writeq` of SWI-Prolog writes them; without recursion."""

import re

from calculus.encodings.prolog.terms import (
    CELL,
    COMPOUND,
    EMPTY,
    INFIX,
    INTEGER,
    OPERATORS,
    PREFIX,
    STRING,
    Indicator,
    is_compound,
)
from calculus.source.integer import integer_text
from calculus.term import VARIABLE, Term
from calculus.term.node import printed_by

SYMBOLS = frozenset("+-*/\\^<>=~:.?@#&$")
ARGUMENT, OPERAND = 999, 699
"""The highest precedence that an argument, or what stands beside `=`, has without parentheses."""

_BARE = re.compile(r"[a-z]\w*|[-+*/\\^<>=~:.?@#&$]+|\[\]|!|;|\{\}", re.ASCII)
_NO_FUNCTORS = frozenset({"[]", "{}", "!", ":-", "-->", "?-"})
"""Signs that do not stand before arguments as they are."""
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}

Piece = str | tuple[Term, int]


def to_text(term: Term, highest: int = 1200, *, limit: int | None = None) -> str:
    """The text of a term, in parentheses if its precedence is above the highest allowed; with a `limit`, at
    most so many characters, the last an ellipsis if cut.
    """
    pieces: list[str] = []
    length = 0
    stack: list[Piece] = [(term, highest)]
    while stack:
        top = stack.pop()
        if not isinstance(top, str):
            stack += reversed(_pieces(*top))
            continue
        if pieces and _touch(pieces[-1], top):
            top = f" {top}"
        pieces.append(top)
        length += len(top)
        if limit is not None and length > limit:
            return "".join(pieces)[: max(limit - 1, 0)] + "…"
    return "".join(pieces)


def atom_text(name: str) -> str:
    """An atom, in quotes where it needs them."""
    if _BARE.fullmatch(name) and name != "." and not name.startswith("/*"):
        return name
    return quoted(name, "'")


def indicator_text(which: Indicator) -> str:
    """`append/3`"""
    return f"{atom_text(which[0])}/{which[1]}"


def quoted(text: str, quote: str) -> str:
    """A text between quotes; whatever does not print is escaped."""
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character == quote:
        return f"\\{quote}"
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\x{ord(character):x}\\"


def _touch(left: str, right: str) -> bool:
    """Whether two pieces would be read as one token, or as something else, if nothing stood between."""
    last, first = left[-1], right[0]
    if last in SYMBOLS:
        return first in SYMBOLS
    if last == ",":
        return False
    return (last.isalnum() or last == "_") and (first.isalnum() or first == "_")


def _pieces(term: Term, highest: int) -> list[Piece]:
    """The parts of a term, in parentheses where its precedence is above the highest allowed."""
    if term.op is VARIABLE:
        return [term.label]
    if term.op is INTEGER:
        return [integer_text(term.label)]
    if term.op is STRING:
        return [quoted(term.label, '"')]
    if term.op is not COMPOUND:
        return [f"<{term.op.name}>"]
    name, children = term.label, term.children
    if not children:
        text = atom_text(name)
        return ["(", text, ")"] if name in OPERATORS and highest < ARGUMENT else [text]
    if is_compound(term, CELL, 2):
        return _list(term)
    if is_compound(term, "{}", 1):
        return ["{", (children[0], 1200), "}"]
    if len(children) == 2 and name in INFIX:
        own, left, right = INFIX[name]
        sides = _operand(children[0], left), _operand(children[1], right)
        return _within(own, highest, [*sides[0], *_sign(name), *sides[1]])
    if len(children) == 1 and name in PREFIX:
        own, _, right = PREFIX[name]
        return _within(own, highest, _prefix(name, children[0], right))
    functor = quoted(name, "'") if name in _NO_FUNCTORS else atom_text(name)
    pieces: list[Piece] = [functor, "("]
    for index, child in enumerate(children):
        pieces += [",", (child, ARGUMENT)] if index else [(child, ARGUMENT)]
    return [*pieces, ")"]


def _within(own: int, highest: int, pieces: list[Piece]) -> list[Piece]:
    return ["(", *pieces, ")"] if own > highest else pieces


def _sign(name: str) -> list[Piece]:
    """An infix operator: words have spaces around them, signs none."""
    if name == ",":
        return [","]
    return [f" {name} "] if name[0].isalpha() else [name]


def _prefix(name: str, operand: Term, right: int) -> list[Piece]:
    """A prefix operator, and a space where it would be read as something else without."""
    first = _first(operand, right)
    spaced = first == "(" or (first == "digit" and name == "-")
    return [f"{name} " if spaced else name, *_operand(operand, right)]


def _operand(term: Term, highest: int) -> list[Piece]:
    """What stands beside an operator: another operator by itself in parentheses."""
    lone = term.op is COMPOUND and not term.children and term.label in OPERATORS
    return ["(", atom_text(term.label), ")"] if lone else [(term, highest)]


def _first(term: Term, highest: int) -> str:
    """What the text of a term begins with: `(`, a digit, or something else."""
    while term.op is COMPOUND:
        name, arity = term.label, len(term.children)
        if not arity:
            return "(" if name in OPERATORS else ""
        if arity == 1 and name in PREFIX:
            return "(" if PREFIX[name].own > highest else ""
        if arity != 2 or name not in INFIX:
            return ""
        own, left, _ = INFIX[name]
        if own > highest:
            return "("
        term, highest = term.children[0], left
    return "digit" if term.op is INTEGER and term.label >= 0 else ""


def _list(term: Term) -> list[Piece]:
    """The items of a list up to a tail that is no cell."""
    pieces: list[Piece] = ["["]
    while is_compound(term, CELL, 2):
        pieces += [",", (term.children[0], ARGUMENT)] if len(pieces) > 1 else [(term.children[0], ARGUMENT)]
        term = term.children[1]
    if not is_compound(term, EMPTY, 0):
        pieces += ["|", (term, ARGUMENT)]
    return [*pieces, "]"]


printed_by("prolog", to_text)
