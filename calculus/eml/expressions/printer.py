"""Expressions to ordinary notation, with as few parentheses as the grammar allows, and to LaTeX.

Reading a text gives the very expression back. Where an operator sign would be read as something else, as
in `1/2`, which is one number, the function is named: `div(1, 2)`. A variable with the name of a constant or a
function stands in braces. Nothing recurses.
"""

from collections.abc import Callable
from fractions import Fraction

from calculus.eml.expressions.node import APPLY, NUMBER, VARIABLE
from calculus.eml.expressions.notation import is_reserved
from calculus.source.integer import integer_text
from calculus.term import Term
from calculus.term.node import printed_by
from calculus.term.printing import Piece, enclosed, unknown, write

_SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(5)

_INFIX = {
    "add": (_SUM, " + ", _SUM, _PRODUCT),
    "sub": (_SUM, " - ", _SUM, _PRODUCT),
    "mul": (_PRODUCT, "*", _PRODUCT, _SIGNED),
    "div": (_PRODUCT, "/", _PRODUCT, _SIGNED),
    "pow": (_POWER, "^", _ATOM, _SIGNED),
}
"""The level of an operation, its sign, and the levels of its operands."""


def text(term: Term, limit: int | None = None) -> str:
    """The expression in ordinary notation; with a `limit`, at most so many characters."""
    return write(term, _SUM, _expand, limit)


def latex(expression: Term, limit: int | None = None) -> str:
    """The expression in LaTeX, for mathematics mode."""
    return write(expression, _SUM, _expand_latex, limit)


def variable_text(name: str) -> str:
    """A variable's name as an expression has it."""
    return f"{{{name}}}" if is_reserved(name) else name


def _expand(item: Term, level: int) -> list[Piece]:
    if item.op is NUMBER:
        return _number(item.label, level)
    if item.op is VARIABLE:
        return [variable_text(item.label)]
    if item.op is not APPLY:
        return unknown(item, _ATOM)
    name, children = item.label, item.children
    if name == "minus" and children[0].op is not NUMBER:
        return enclosed(["-", (children[0], _SIGNED)], level > _SIGNED)
    if name in _INFIX and not _is_quotient(item):
        own, sign, left, right = _INFIX[name]
        return enclosed([(children[0], left), sign, (children[1], right)], level > own)
    if not children:
        return [name]
    pieces: list[Piece] = [name, "("]
    for child in children:
        pieces += [(child, _SUM), ", "]
    return [*pieces[:-1], ")"]


def _is_quotient(item: Term) -> bool:
    """Whether an operation would be read as one number."""
    return item.label == "div" and all(c.op is NUMBER for c in item.children) and bool(item.children[1].label)


def _number(value: Fraction, level: int) -> list[Piece]:
    shown = integer_text(value.numerator)
    if value.denominator != 1:
        return enclosed([f"{shown}/{integer_text(value.denominator)}"], level > _PRODUCT)
    return enclosed([shown], value < 0 and level > _SIGNED)


_COMMANDS = {
    **{name: f"\\{name}" for name in ("ln", "sin", "cos", "tan", "arcsin", "arccos", "arctan")},
    **{name: f"\\{name}" for name in ("sinh", "cosh", "tanh")},
    **{name: rf"\operatorname{{{name}}}" for name in ("arsinh", "arcosh", "artanh")},
    "sigma": r"\sigma",
}
_OPEN, _CLOSE = r"\left(", r"\right)"
_LATEX_CONSTANTS = {"pi": r"\pi", "e": "e", "i": "i"}


def _in_parentheses(*pieces: Piece) -> list[Piece]:
    return [_OPEN, *pieces, _CLOSE]


def _expand_latex(item: Term, level: int) -> list[Piece]:
    if item.op is NUMBER:
        return _latex_number(item.label, level)
    if item.op is VARIABLE:
        return [_latex_name(item.label)]
    if item.op is not APPLY:
        return unknown(item, _ATOM)
    name, children = item.label, item.children
    if name in _LATEX_CONSTANTS:
        return [_LATEX_CONSTANTS[name]]
    if name in _COMMANDS:
        pieces: list[Piece] = [_COMMANDS[name], *_in_parentheses((children[0], _SUM))]
        return _in_parentheses(*pieces) if level >= _ATOM else pieces
    own, pieces = _LATEX[name](*children)
    return _in_parentheses(*pieces) if level > own else pieces


def _latex_power(base: Term, exponent: Term) -> tuple[int, list[Piece]]:
    if base.op is APPLY and base.label in _COMMANDS and exponent.op is NUMBER and exponent.label > 1:
        power: list[Piece] = [_COMMANDS[base.label], "^{", (exponent, _SUM), "}"]
        return _POWER, [*power, *_in_parentheses((base.children[0], _SUM))]
    return _POWER, [(base, _ATOM), "^{", (exponent, _SUM), "}"]


def _latex_product(left: Term, right: Term) -> tuple[int, list[Piece]]:
    return _PRODUCT, [(left, _PRODUCT), r" \cdot " if _begins_with_digit(right) else r" \, ", (right, _POWER)]


def _begins_with_digit(term: Term) -> bool:
    while term.op is APPLY and term.label in ("mul", "pow", "sqr"):
        term = term.children[0]
    return term.op is NUMBER


_LATEX: dict[str, Callable[..., tuple[int, list[Piece]]]] = {
    "exp": lambda x: (_POWER, ["e^{", (x, _SUM), "}"]),
    "inv": lambda x: (_POWER, [r"\frac{1}{", (x, _SUM), "}"]),
    "half": lambda x: (_POWER, [r"\frac{", (x, _SUM), "}{2}"]),
    "minus": lambda x: (_SIGNED, ["-", (x, _SIGNED)]),
    "sqrt": lambda x: (_POWER, [r"\sqrt{", (x, _SUM), "}"]),
    "sqr": lambda x: (_POWER, [(x, _ATOM), "^{2}"]),
    "add": lambda x, y: (_SUM, [(x, _SUM), " + ", (y, _PRODUCT)]),
    "sub": lambda x, y: (_SUM, [(x, _SUM), " - ", (y, _PRODUCT)]),
    "mul": _latex_product,
    "div": lambda x, y: (_POWER, [r"\frac{", (x, _SUM), "}{", (y, _SUM), "}"]),
    "log": lambda x, y: (_POWER, [r"\log_{", (x, _SUM), "}", *_in_parentheses((y, _SUM))]),
    "pow": _latex_power,
    "avg": lambda x, y: (_POWER, [r"\frac{", (x, _SUM), " + ", (y, _PRODUCT), "}{2}"]),
    "hypot": lambda x, y: (_POWER, [r"\sqrt{", (x, _ATOM), "^{2} + ", (y, _ATOM), "^{2}}"]),
}


def _latex_number(value: Fraction, level: int) -> list[Piece]:
    shown = integer_text(abs(value.numerator))
    if value.denominator != 1:
        shown = rf"\frac{{{shown}}}{{{integer_text(value.denominator)}}}"
    pieces: list[Piece] = [f"-{shown}" if value < 0 else shown]
    own = _SIGNED if value < 0 else _ATOM if value.denominator == 1 else _POWER
    return _in_parentheses(*pieces) if level > own else pieces


def _latex_name(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return name if len(name) == 1 else rf"\mathrm{{{escaped}}}"


printed_by("expression", text)
