"""The terms of Prolog as nodes, and the operators of its standard.

| node | label | children |
|---|---|---|
| `COMPOUND` `f(a, b)`, `f` | the name | the arguments; none: an atom |
| `INTEGER` `42` | the integer | |
| `STRING` `"text"` | the text | |

Variables are those of `calculus.term`; their names begin with a capital letter or `_`. A list is made of
`[|]` and `[]`, as in SWI-Prolog.
"""

from typing import NamedTuple

from calculus.term import Op, Term, node

COMPOUND = Op("prolog.compound")
INTEGER = Op("prolog.integer")
STRING = Op("prolog.string")

CELL, EMPTY = "[|]", "[]"
"""The names of a list's cell and of the empty list."""

Indicator = tuple[str, int]
"""A predicate: its name and how many arguments it has."""


class Operator(NamedTuple):
    """The precedence of an operator, and the highest of each operand; a prefix operator has no left one."""

    own: int
    left: int
    right: int


def _infix(precedence: int, kind: str, words: str) -> dict[str, Operator]:
    left = precedence - (kind != "yfx")
    right = precedence - (kind != "xfy")
    return dict.fromkeys(words.split(), Operator(precedence, left, right))


INFIX = {
    **_infix(1200, "xfx", ":- -->"),
    **_infix(1100, "xfy", ";"),
    **_infix(1050, "xfy", "-> *->"),
    **_infix(1000, "xfy", ","),
    **_infix(700, "xfx", r"= \= == \== =@= \=@= @< @> @=< @>= =.. is =:= =\= < > =< >= >:< :<"),
    **_infix(500, "yfx", r"+ - /\ \/ xor"),
    **_infix(400, "yfx", "* / // mod rem div rdiv << >>"),
    **_infix(200, "xfy", "^ :"),
    **_infix(200, "xfx", "**"),
}

PREFIX = {
    **dict.fromkeys((":-", "?-"), Operator(1200, 0, 1199)),
    "\\+": Operator(900, 0, 900),
    **dict.fromkeys(("-", "+", "\\"), Operator(200, 0, 200)),
}

OPERATORS = INFIX.keys() | PREFIX.keys()


def atom(name: str) -> Term:
    return node(COMPOUND, name)


def compound(name: str, *arguments: Term) -> Term:
    return node(COMPOUND, name, arguments)


def is_compound(term: Term, name: str, arity: int) -> bool:
    return term.op is COMPOUND and term.label == name and len(term.children) == arity


def indicator(term: Term) -> Indicator:
    """The name and arity of a compound term."""
    return term.label, len(term.children)


def right_spine(term: Term, name: str) -> list[Term]:
    """The operands of a chain of one infix operator that nests to the right: `a, (b, c)` has three."""
    items: list[Term] = []
    while is_compound(term, name, 2):
        items.append(term.children[0])
        term = term.children[1]
    return [*items, term]
