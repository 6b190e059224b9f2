"""The instructions of the machine, which are the terms of the Functional Machine Calculus.

| node | label | children |
|---|---|---|
| `PUSH` `[N]a.M` | location | N, M |
| `POP` `a<x>.M` | (location, name) | M, and the annotated type if there is one |
| `JUMP` `J` | a jump | |
| `JOIN` `M;J->N` | a jump | M, N |
| `LOOP` `M^J` | a jump | M |
| `PRIMITIVE` `add.M` | its name | M |
| `VARIABLE` `x` (of `calculus.term`) | its name | |

A jump is a name (`str`), an integer (`int`) or a text (`Text`). The name `*` is the skip.
"""

from typing import NamedTuple

from calculus.source.integer import integer_text
from calculus.source.strings import text_literal
from calculus.term import VARIABLE, Op, Term, node, variable
from calculus.term.node import plain, printed_by

__all__ = [
    "JOIN",
    "JUMP",
    "LAMBDA",
    "LOOP",
    "POP",
    "PRIMITIVE",
    "PUSH",
    "SKIP",
    "STAR",
    "VARIABLE",
    "Jump",
    "Text",
    "join",
    "jump",
    "jump_text",
    "loop",
    "pop",
    "primitive",
    "push",
    "variable",
]

LAMBDA = "λ"
"""The default location."""

STAR = "*"
"""The jump of a run that went well."""


class Text(NamedTuple):
    """A string constant (a plain `str` is the name of a jump)."""

    value: str


Jump = str | int | Text

PUSH = Op("machine.push")
POP = Op("machine.pop", binds=(0,))
JUMP = Op("machine.jump")
JOIN = Op("machine.join")
LOOP = Op("machine.loop")
PRIMITIVE = Op("machine.primitive")

SKIP = node(JUMP, STAR)


def push(argument: Term, body: Term = SKIP, location: str = LAMBDA) -> Term:
    """`[argument]location.body`"""
    return node(PUSH, location, (argument, body))


def pop(name: str, body: Term = SKIP, location: str = LAMBDA) -> Term:
    """`location<name>.body`"""
    return node(POP, (location, name), (body,))


def jump(label: Jump) -> Term:
    return node(JUMP, label)


def join(first: Term, label: Jump, handler: Term) -> Term:
    """`first ; label -> handler`"""
    return node(JOIN, label, (first, handler))


def loop(body: Term, label: Jump) -> Term:
    """`body ^ label`"""
    return node(LOOP, label, (body,))


def primitive(name: str, body: Term = SKIP) -> Term:
    """`name.body`"""
    return node(PRIMITIVE, name, (body,))


def jump_text(label: Jump) -> str:
    """The text of a jump."""
    if isinstance(label, Text):
        return text_literal(label.value)
    return integer_text(label) if isinstance(label, int) else label


def _text(term: Term, *, limit: int | None = None) -> str:
    return jump_text(term.label) if term.op is JUMP else plain(term, limit=limit)


printed_by("machine", _text)  # until the printer of a calculus is loaded
