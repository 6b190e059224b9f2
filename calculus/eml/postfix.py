"""Postfix: `11x1EE` with `ab E` for eml(a, b), written without spaces; and back.

`1` and variables of one letter stand for themselves; a longer name, and the name `E`, stands in braces, as
in `{rate}1E`. Spaces mean nothing.
"""

import re

from calculus.eml.syntax import EML, ONE, VARIABLE, eml, variable
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Source, Span
from calculus.term import Term

_TOKEN = re.compile(r"\s*(?:(1)|(E)|([^\W\d_])|\{([^\W\d]\w*)\}|(\S))")


def from_postfix(text: str | Source) -> Term:
    """The tree of a postfix text, up to any depth. Raises `SyntaxProblem` with the place."""
    source = text if isinstance(text, Source) else Source(text)
    stack: list[Term] = []
    position = 0
    while match := _TOKEN.match(source.text, position):
        span = Span(source, match.start(match.lastindex or 0), match.end(), match.end())
        position = match.end()
        one, operator, letter, name, wrong = match.groups()
        if wrong:
            raise _problem(f"expected `1`, a variable or `E`, found `{wrong}`", span)
        if not operator:
            stack.append(ONE if one else variable(letter or name))
        elif len(stack) < 2:
            raise _problem(f"`E` expects two trees before it, found {len(stack) or 'none'}", span)
        else:
            right = stack.pop()
            stack.append(eml(stack.pop(), right))
    if len(stack) != 1:
        end = Span(source, max(0, position - 1), position, position)
        found = f"{len(stack)} trees" if stack else "nothing"
        raise _problem(f"expected one tree, found {found}", end)
    return stack[0]


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
