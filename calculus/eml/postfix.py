"""Postfix: `11x1EE` with `ab E` for eml(a, b), written without spaces; and back.

`1` and variables of one letter stand for themselves; a longer name, and the name `E`, stands in braces, as
in `{rate}1E`. Spaces mean nothing.
"""

import re
from collections.abc import Iterable

from calculus.eml.syntax import EML, ONE, VARIABLE, eml, variable
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Source, Span
from calculus.term import Term
from calculus.term.node import located

_TOKEN = re.compile(r"\s*(?:(1)|(E)|([^\W\d_])|\{([^\W\d]\w*)\}|(\S))")


def from_postfix(text: str | Source, words: Iterable[tuple[int, int]] | None = None) -> Term:
    """The tree of a postfix text, up to any depth. Raises `SyntaxProblem` with the place.

    With `words`, the ranges of a text that hold it, every node is an occurrence with its place, an operator's
    that of its `E`.
    """
    source = text if isinstance(text, Source) else Source(text)
    stack: list[Term] = []
    end = 0
    for start, stop in [(0, len(source.text))] if words is None else words:
        for match in _TOKEN.finditer(source.text, start, stop):
            end = match.end()
            one, operator, letter, name, wrong = match.groups()
            place = Span(source, match.start(match.lastindex or 0) - bool(name), end, end)
            if wrong:
                raise _problem(f"expected `1`, a variable or `E`, found `{wrong}`", place)
            if operator and len(stack) < 2:
                raise _problem(f"`E` expects two trees before it, found {len(stack) or 'none'}", place)
            if operator:
                right = stack.pop()
                children = (stack.pop(), right)
                stack.append(eml(*children) if words is None else located(EML, None, children, place))
            elif words is None:
                stack.append(ONE if one else variable(letter or name))
            else:
                op, label = (ONE.op, None) if one else (VARIABLE, letter or name)
                stack.append(located(op, label, (), place))
    if len(stack) != 1:
        at = Span(source, max(0, end - 1), end, end)
        raise _problem(f"expected one tree, found {f'{len(stack)} trees' if stack else 'nothing'}", at)
    return stack[0]


def is_postfix(word: str) -> bool:
    """Whether a word, which may be a name, is a tree in postfix with an operator in it."""
    if word[-1:] != "E":
        return False
    height = 0
    for character in word:
        if character == "E":
            height -= 1
            if height < 1:
                return False
        elif character == "1" or character.isalpha():
            height += 1
        else:
            return False
    return height == 1


def to_postfix(tree: Term, limit: int | None = None) -> str:
    """The tree in postfix, cut after `limit` characters."""
    pieces: list[str] = []
    stack = [(tree, False)]
    while stack and (limit is None or len(pieces) <= limit):
        item, entered = stack.pop()
        if item.op is EML and not entered:
            left, right = item.children
            stack += [(item, True), (right, False), (left, False)]
        elif item.op is EML:
            pieces.append("E")
        elif item.op is VARIABLE:
            name = item.label
            pieces.append(name if len(name) == 1 and name != "E" else f"{{{name}}}")
        else:
            pieces.append("1")
    return "".join(pieces) + ("…" if stack else "")


def _problem(message: str, span: Span) -> SyntaxProblem:
    return SyntaxProblem(Diagnostic("syntax", message, span))
