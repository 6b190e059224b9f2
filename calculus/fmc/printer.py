"""Terms and types to text, without recursion and with as few parentheses as the grammar allows.

Parsing what was printed gives the term back, with two exceptions that text cannot express
otherwise. A binder that has the name of a primitive used in its scope is printed with another name
(the result is α-equal). A free variable with the name of a primitive stands for a definition of
that name, so it comes back only when the parser is told of that definition.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from calculus.fmc.types_syntax import (
    ARROW,
    BASE,
    DATA_TYPE,
    EXIT,
    MEMORY,
    TYPE_VARIABLE,
    stacks_of,
)
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    STAR,
    Jump,
    Text,
)
from calculus.machine.instructions import jump_text as plain_jump_text
from calculus.machine.primitives import PRIMITIVES
from calculus.term import VARIABLE, Op, Term
from calculus.term.binding import fresh, names_in
from calculus.term.node import like, postorder, printed_by
from calculus.term.printing import Piece, enclosed, unknown, write

if TYPE_CHECKING:
    from calculus.fmc.program import Program
    from calculus.source.text import Source

__all__ = ["format_program", "jump_text", "to_text"]

# How tightly a place binds: what stands there without parentheses.
ANY, DOT, POST = 0, 1, 2
VALUE = 3  # of a type: one value type, in a sequence


def jump_text(label: Jump, unicode: bool = False) -> str:
    """The text of a jump."""
    return "⋆" if unicode and label == STAR else plain_jump_text(label)


def to_text(term: Term, unicode: bool = False, limit: int | None = None) -> str:
    """The text of a term or type; with a `limit`, at most so many characters, the last an ellipsis
    if cut.

    Time is proportional to the text, so a limit makes it safe to print a term that shares much.
    """
    printer = _Printer(unicode)
    try:
        return write(term, ANY, printer.expand, limit)
    except _HidesPrimitive:
        printer.renamed = True
        return write(avoid_primitives(term), ANY, printer.expand, limit)


def format_program(program: "Program | Source | str", unicode: bool = False, width: int = 88) -> str:
    """A program in the one layout; see `calculus.fmc.layout`, which is loaded only when it is
    asked for.
    """
    from calculus.fmc import layout

    return layout.format_program(program, unicode, width)


class _HidesPrimitive(Exception):
    """A binder has the name of a primitive, and that may be used in its scope."""


class _Printer:
    def __init__(self, unicode: bool) -> None:
        self.jump = partial(jump_text, unicode=unicode)
        self.open, self.close = "⟨⟩" if unicode else "<>"
        self.arrow = " → " if unicode else " -> "
        self.double_arrow = "⇒" if unicode else "=>"
        self.renamed = False

    def expand(self, item: Term, level: int) -> list[Piece]:
        expand = _EXPAND.get(item.op)
        return expand(self, item, level) if expand else unknown(item, ANY)

    def body(self, body: Term) -> list[Piece]:
        if body.op is JUMP and body.label == STAR:
            return []
        return [".", (body, DOT)]


def _push(printer: _Printer, item: Term, level: int) -> list[Piece]:
    argument, body = item.children
    location = "" if item.label == LAMBDA else item.label
    pieces: list[Piece] = ["[", (argument, ANY), f"]{location}", *printer.body(body)]
    return enclosed(pieces, level == POST)


def _pop(printer: _Printer, item: Term, level: int) -> list[Piece]:
    location, name = item.label
    if name in PRIMITIVES and not printer.renamed:
        raise _HidesPrimitive
    pieces: list[Piece] = [f"{'' if location == LAMBDA else location}{printer.open}{name}"]
    if len(item.children) > 1:
        pieces += [" : ", (item.children[1], VALUE)]
    pieces += [printer.close, *printer.body(item.children[0])]
    return enclosed(pieces, level == POST)


def _jump(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [printer.jump(item.label)]


def _variable(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [item.label]


def _primitive(printer: _Printer, item: Term, level: int) -> list[Piece]:
    body = printer.body(item.children[0])
    return enclosed([item.label, *body], bool(body) and level == POST)


def _join(printer: _Printer, item: Term, level: int) -> list[Piece]:
    first, rest = item.children
    if item.label == STAR:
        if first.op is VARIABLE or first.op is LOOP:
            return enclosed([(first, POST), ".", (rest, DOT)], level == POST)
        return enclosed([(first, ANY), " ; ", (rest, DOT)], level != ANY)
    case = f" ; {printer.jump(item.label)}{printer.arrow}"
    return enclosed([(first, ANY), case, (rest, DOT)], level != ANY)


def _loop(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [(item.children[0], POST), f"^{printer.jump(item.label)}"]


def _word(printer: _Printer, item: Term, level: int) -> list[Piece]:
    return [item.label]


def _data_type(printer: _Printer, item: Term, level: int) -> list[Piece]:
    pieces: list[Piece] = [item.label]
    for argument in item.children:
        pieces += [" ", (argument, VALUE)]
    return enclosed(pieces, bool(item.children) and level == VALUE)


def _arrow(printer: _Printer, item: Term, level: int) -> list[Piece]:
    expected, *exits = item.children
    pieces: list[Piece] = [
        (expected, ANY),
        f" {printer.double_arrow}" if expected.children else printer.double_arrow,
    ]
    for index, leaves in enumerate(exits):
        pieces += [" + " if index else " ", (leaves, ANY)]
        if len(exits) > 1 and leaves.label == STAR:
            pieces.append(f".{printer.jump(STAR)}")  # only a single exit is left unnamed
    if len(exits) == 1 and exits[0].label == STAR and not exits[0].children[0].children:
        pieces = pieces[:2]
    return enclosed(pieces, level == VALUE)


def _memory(printer: _Printer, item: Term, level: int) -> list[Piece]:
    pieces: list[Piece] = []
    for location, types in stacks_of(item).items():
        inner: list[Piece] = []
        for type in types:
            inner += [" ", (type, VALUE)]
        pieces += [" ", *([f"{location}(", *inner[1:], ")"] if location != LAMBDA else inner[1:])]
    return pieces[1:]


def _exit(printer: _Printer, item: Term, level: int) -> list[Piece]:
    label = item.label
    if isinstance(label, tuple) and not isinstance(label, Text):
        return [(item.children[0], ANY), f".{label[1]}"]
    return [(item.children[0], ANY), *([] if label == STAR else [f".{printer.jump(label)}"])]


_EXPAND: dict[Op, Callable[[_Printer, Term, int], list[Piece]]] = {
    PUSH: _push,
    POP: _pop,
    JUMP: _jump,
    VARIABLE: _variable,
    PRIMITIVE: _primitive,
    JOIN: _join,
    LOOP: _loop,
    BASE: _word,
    TYPE_VARIABLE: _word,
    DATA_TYPE: _data_type,
    ARROW: _arrow,
    MEMORY: _memory,
    EXIT: _exit,
}


def avoid_primitives(term: Term) -> Term:
    """`term` with those binders renamed whose name a primitive in their scope has."""
    used = {item.label for item in postorder(term) if item.op is PRIMITIVE}
    for name in sorted(used):
        if any(item.op is POP and item.label[1] == name for item in postorder(term)):
            term = _renamed(term, name)
    return term


def _renamed(term: Term, name: str) -> Term:
    """`term` with every binder of `name`, and what it binds, called by one name that occurs
    nowhere.
    """
    captured = _captures(term, name)
    if not captured:
        return term
    new = fresh(name, {*names_in([term]), *PRIMITIVES})
    done: dict[tuple[int, bool], Term] = {}
    stack: list[tuple[Term, bool]] = [(term, False)]
    while stack:
        item, bound = stack[-1]
        key = (id(item), bound)
        if key in done:
            stack.pop()
            continue
        binds = item.op is POP and item.label[1] == name
        inner = [
            (child, (bound or binds) if index == 0 or item.op is not POP else False)
            for index, child in enumerate(item.children)
        ]
        waiting = [(child, flag) for child, flag in inner if (id(child), flag) not in done]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        children = tuple(done[id(child), flag] for child, flag in inner)
        label = item.label
        if binds:
            label = (label[0], new)
        elif bound and item.op is VARIABLE and label == name:
            label = new
        same = label is item.label and all(a is b for a, b in zip(children, item.children, strict=True))
        done[key] = item if same else like(item, label, children)
    return done[id(term), False]


def _captures(term: Term, name: str) -> bool:
    """Whether the primitive `name` stands in the scope of a binder of that name."""
    inside: dict[int, bool] = {}
    for item in postorder(term):
        within = any(inside[id(child)] for child in item.children)
        if within and item.op is POP and item.label[1] == name:
            return True
        inside[id(item)] = within or (item.op is PRIMITIVE and item.label == name)
    return False


printed_by("machine", to_text)
printed_by("variable", to_text)
printed_by("fmc-type", to_text)
