"""Terms and values to text, without recursion and with as few parentheses as the grammar allows.

Parsing what was printed gives the term back.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from calculus.machine.relational.instructions import (
    CALL,
    CONS,
    CONSTANT,
    CONSTRUCTOR,
    FAIL,
    LAMBDA,
    NEW,
    NIL,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    VARIABLE,
    Text,
)
from calculus.rmc.anonymous import without_names
from calculus.rmc.dual import DUAL
from calculus.source.integer import integer_text
from calculus.source.strings import text_literal
from calculus.term import Op, Term
from calculus.term.node import printed_by
from calculus.term.printing import Piece, enclosed, unknown, write

if TYPE_CHECKING:
    from calculus.rmc.program import Program
    from calculus.source.text import Source

__all__ = ["format_program", "to_text"]

# How tightly a place binds: what stands there without parentheses. In a `CLOSED` sequence no `ex` may stand
# last, because it would take in what follows. After `ex x` and `{a` come further names and elements; after
# `ex _1` none that `_` could stand for.
NAMES, SHOWN, ANY, OPEN, CLOSED, POST, ELEMENTS = range(7)


def to_text(term: Term, unicode: bool = False, limit: int | None = None) -> str:
    """The text of a term or value; with a `limit`, at most so many characters, the last an ellipsis if
    cut.
    """
    printer = _Printer(unicode)
    return write(term, ANY, printer.expand, limit)


def format_program(program: "Program | Source | str", unicode: bool = False, width: int = 88) -> str:
    """A program in the one layout; see `calculus.rmc.layout`, which is loaded only when it is asked for."""
    from calculus.rmc import layout

    return layout.format_program(program, unicode, width)


class _Printer:
    def __init__(self, unicode: bool) -> None:
        self.unicode = unicode
        self.open, self.close = "⟨⟩" if unicode else "<>"
        self.skip = "⋆" if unicode else "1"
        self.dual = "†" if unicode else "~"
        self.equate = " ≐ " if unicode else " == "

    def expand(self, item: Term, level: int) -> list[Piece]:
        if level in (NAMES, SHOWN) and item.op is not NEW:
            return [". ", (item, ANY)]
        if level == ELEMENTS:
            return _elements(item)
        expand = _EXPAND.get(item.op)
        return expand(self, item, level) if expand else unknown(item, ANY)


def _skip(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [printer.skip]


def _fail(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return ["0"]


def _sequence(printer: _Printer, item: Term, level: int) -> list[Piece]:
    first, rest = item.children
    pieces: list[Piece] = [(first, POST), "; ", (rest, CLOSED if level == CLOSED else OPEN)]
    return enclosed(pieces, level == POST)


def _sum(printer: _Printer, item: Term, level: int) -> list[Piece]:
    left, right = item.children
    return enclosed([(left, CLOSED), " + ", (right, ANY)], level > ANY)


def _new(printer: _Printer, item: Term, level: int) -> list[Piece]:
    name, body = item.label[0] or "·", item.children[0]  # a nameless binder has none
    hidden = name[0] == "_"
    if hidden and level != SHOWN and (atom := without_names(item)) is not None:
        return [". ", (atom, ANY)] if level == NAMES else [(atom, ANY)]
    start = " " if level in (NAMES, SHOWN) else "∃" if printer.unicode else "ex "
    return enclosed([f"{start}{name}", (body, SHOWN if hidden else NAMES)], level > OPEN)


def _star(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [(item.children[0], POST), "*"]


def _dual(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [(item.children[0], POST), printer.dual]


def _call(printer: _Printer, item: Term, level: int) -> list[Piece]:
    name: str = item.label
    return [f"{name[:-1]}{printer.dual}" if name.endswith("~") else name]


def _push(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return ["[", (item.children[0], ANY), "]" if item.label == LAMBDA else f"]{item.label}"]


def _pop(printer: _Printer, item: Term, level: int) -> list[Piece]:
    location = "" if item.label == LAMBDA else item.label
    return [f"{location}{printer.open}", (item.children[0], ANY), printer.close]


def _test(printer: _Printer, item: Term, level: int) -> list[Piece]:
    left, right = item.children
    return [(left, ANY), printer.equate, (right, ANY)]


def _relation(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return _applied(item)


def _variable(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [item.label]


def _constant(printer: _Printer, item: Term, level: int) -> list[Piece]:
    value = item.label
    return [text_literal(value.value) if isinstance(value, Text) else integer_text(value)]


def _constructor(printer: _Printer, item: Term, level: int) -> list[Piece]:
    if item.label == CONS and len(item.children) == 2:
        return ["{", (item.children[0], ANY), (item.children[1], ELEMENTS)]
    if not item.children:
        return ["{}" if item.label == NIL else item.label]
    return _applied(item)


def _applied(item: Term) -> list[Piece]:
    pieces: list[Piece] = [f"{item.label}("]
    for child in item.children:
        pieces += [(child, ANY), ", "]
    pieces[-1] = ")"
    return pieces


def _elements(item: Term) -> list[Piece]:
    """What stands in a list after its first elements."""
    if item.op is CONSTRUCTOR and item.label == CONS and len(item.children) == 2:
        return [", ", (item.children[0], ANY), (item.children[1], ELEMENTS)]
    if item.op is CONSTRUCTOR and item.label == NIL and not item.children:
        return ["}"]
    return [" | ", (item, ANY), "}"]


_EXPAND: dict[Op, Callable[[_Printer, Term, int], list[Piece]]] = {
    SKIP: _skip,
    FAIL: _fail,
    SEQUENCE: _sequence,
    SUM: _sum,
    NEW: _new,
    STAR: _star,
    DUAL: _dual,
    CALL: _call,
    PUSH: _push,
    POP: _pop,
    TEST: _test,
    RELATION: _relation,
    VARIABLE: _variable,
    CONSTANT: _constant,
    CONSTRUCTOR: _constructor,
}

printed_by("relational", to_text)
printed_by("variable", to_text)
