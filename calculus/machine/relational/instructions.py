"""The instructions of the relational machine, which are the terms of the Relational Machine Calculus.

| node | label | children |
|---|---|---|
| `SKIP` `1`, `FAIL` `0` | | |
| `SEQUENCE` `M ; N` | | M, N |
| `PUSH` `[t]a` | location | t |
| `POP` `a<t>` | location | t |
| `TEST` `s == t` | | s, t |
| `RELATION` `add(s, t, u)` | its name | the values |
| `NEW` `ex x. M` | (x,) | M |
| `SUM` `M + N` | | M, N |
| `STAR` `M*` | | M |
| `CALL` `f`, `f~` | the name, with its `~` | |

Values are first-order: a `VARIABLE` (of `calculus.term`), a `CONSTRUCTOR` with its arguments, or a
`CONSTANT`, whose label is an integer or a `Text`. Constructors of one name and different arity differ.
"""

from collections.abc import Iterable

from calculus.machine.instructions import LAMBDA, Text
from calculus.term import VARIABLE, Op, Term, node, variable

__all__ = [
    "CALL",
    "CONS",
    "CONSTANT",
    "CONSTRUCTOR",
    "FAIL",
    "FAILURE",
    "LAMBDA",
    "NEW",
    "NIL",
    "NOTHING",
    "POP",
    "PUSH",
    "RELATION",
    "SEQUENCE",
    "SKIP",
    "STAR",
    "SUM",
    "TEST",
    "VARIABLE",
    "Text",
    "call",
    "constant",
    "constructor",
    "list_of",
    "new",
    "pop",
    "push",
    "relation",
    "sequence",
    "star",
    "sum_of",
    "test",
    "variable",
]

SKIP = Op("relational.skip")
FAIL = Op("relational.fail")
SEQUENCE = Op("relational.sequence")
PUSH = Op("relational.push")
POP = Op("relational.pop")
TEST = Op("relational.test")
RELATION = Op("relational.relation")
NEW = Op("relational.new", binds=(0,))
SUM = Op("relational.sum")
STAR = Op("relational.star")
CALL = Op("relational.call")

CONSTRUCTOR = Op("relational.constructor")
CONSTANT = Op("relational.constant")

NOTHING = node(SKIP)
"""`1`, the term that does nothing."""
FAILURE = node(FAIL)
"""`0`, the term without results."""

CONS, NIL = "Cons", "Nil"
"""The constructors that `{a, b | t}` and `{}` stand for."""


def push(value: Term, location: str = LAMBDA) -> Term:
    """`[value]location`"""
    return node(PUSH, location, (value,))


def pop(value: Term, location: str = LAMBDA) -> Term:
    """`location<value>`"""
    return node(POP, location, (value,))


def test(left: Term, right: Term) -> Term:
    """`left == right`"""
    return node(TEST, None, (left, right))


def relation(name: str, *values: Term) -> Term:
    """`name(values)`, a relation of `calculus.machine.relational.relations`."""
    return node(RELATION, name, values)


def call(name: str) -> Term:
    """A definition, by name; with a `~` at its end, that definition's dual."""
    return node(CALL, name)


def star(body: Term) -> Term:
    """`body*`"""
    return node(STAR, None, (body,))


def new(names: Iterable[str], body: Term) -> Term:
    """`ex names. body`"""
    for name in reversed(list(names)):
        body = node(NEW, (name,), (body,))
    return body


def sequence(*terms: Term) -> Term:
    """`M ; N ; …`, to the right; `1` without terms."""
    if not terms:
        return NOTHING
    result = terms[-1]
    for term in reversed(terms[:-1]):
        result = node(SEQUENCE, None, (term, result))
    return result


def sum_of(*terms: Term) -> Term:
    """`M + N + …`, to the right; `0` without terms."""
    if not terms:
        return FAILURE
    result = terms[-1]
    for term in reversed(terms[:-1]):
        result = node(SUM, None, (term, result))
    return result


def constant(value: int | Text) -> Term:
    return node(CONSTANT, value)


def constructor(name: str, *arguments: Term) -> Term:
    return node(CONSTRUCTOR, name, arguments)


def list_of(items: Iterable[Term], tail: Term | None = None) -> Term:
    """`{items | tail}`; without a tail, a list that ends."""
    result = constructor(NIL) if tail is None else tail
    for item in reversed(list(items)):
        result = constructor(CONS, item, result)
    return result
