"""The layout of Prolog programs.

It keeps the lines and the comments that were written, and settles the rest: a clause begins its own line,
what goes on is indented by four and by the brackets that are open; there are no two blank lines in a row; one
space or none stands between two tokens. Laying out twice changes nothing.
"""

from calculus.encodings.prolog.syntax import GRAMMAR
from calculus.source.explain import Token
from calculus.source.text import Source

STEP = 4
DEEPEST = 40
"""No line begins further to the right."""

_OPENING = frozenset({"LPAR", "LSQB", "LBRACE"})
_CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})
_ENDS = _CLOSING | {"NAME", "QUOTED", "SYMBOL", "CUT", "VARIABLE", "INTEGER", "STRING"}
"""What an operand may end with: a sign after it is infix."""
_TIGHT_AFTER, _TIGHT_BEFORE = _OPENING | {"BAR"}, _CLOSING | {"BAR", "COMMA"}
_SIGNS = frozenset({"PLUS", "MINUS", "TILDE", "NOT"})
_TIGHT = frozenset({"PLUS", "MINUS", "SIGN_CALL", "BITS", "TIMES", "CARET", "POWER"})
_FUNCTORS = _TIGHT | {"RELATION", "SEMICOLON", "THEN"}
"""Signs that may stand before arguments: `=(X, Y)`."""
_SYMBOLIC = _TIGHT | _SIGNS | {"NOT_CALL", "RELATION", "SYMBOL", "THEN", "NECK", "ASK", "DCG"}


def lay_out(source: Source) -> str:
    """The text in the one layout; it must parse."""
    text = source.text
    lines: list[list[Token]] = []
    gaps: list[bool] = []
    before: Token | None = None
    for token in GRAMMAR.tokens(text):
        between = "" if before is None else text[before.end : token.start]
        ended = before is not None and before.kind == "END" and token.kind != "COMMENT"
        if before is None or "\n" in between or ended:
            lines.append([])
            gaps.append(between.count("\n") > 1)
        lines[-1].append(token)
        before = token
    written: list[str] = []
    depth, inside = 0, False
    for tokens, gap in zip(lines, gaps, strict=True):
        closing = 0
        while closing < len(tokens) and tokens[closing].kind in _CLOSING:
            closing += 1
        indent = STEP * (1 + max(depth - closing, 0)) if inside else 0
        if gap:
            written.append("")
        written.append(" " * min(indent, DEEPEST) + _line(text, tokens))
        for token in tokens:
            depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
            inside = token.kind != "END" and (inside or token.kind != "COMMENT")
    return "".join(f"{line}\n" for line in written)


def _line(text: str, tokens: list[Token]) -> str:
    pieces: list[str] = []
    before: Token | None = None
    infix = False  # whether the token before follows an operand
    operand = False  # whether an operand has just ended
    for token in tokens:
        if before is not None:
            pieces.append(_between(before, token, infix, operand, before.end < token.start))
        pieces.append(text[token.start : token.end])
        if token.kind != "COMMENT":
            infix, operand = operand, token.kind in _ENDS
        before = token
    return "".join(pieces).rstrip()


def _between(left: Token, right: Token, infix: bool, operand: bool, apart: bool) -> str:
    """What stands between two tokens of a line.

    `infix` says that an operand ends before the left one, `operand` that one ends with it, and `apart` that
    the two were written with space between them.
    """
    if right.kind == "COMMENT":
        return "  "
    if left.kind in _TIGHT_AFTER or right.kind in _TIGHT_BEFORE:
        return ""
    if right.kind == "END":
        return " " if left.kind in _SYMBOLIC else ""
    if left.kind in _SYMBOLIC and right.kind in _SYMBOLIC:
        return " "
    if left.kind in _SIGNS and not infix and right.kind in ("LPAR", "INTEGER"):
        # `- 1` is no number, and `- (a, b)` is not `-(a, b)`.
        return " " if apart else ""
    if left.kind in ("FUNCTOR", "QUOTED_FUNCTOR", "NOT_CALL"):
        return ""
    if right.kind == "LPAR" and left.kind in _FUNCTORS and not infix:
        return ""
    if left.kind in _TIGHT or (left.kind == "TILDE" and not infix):
        return ""
    return "" if right.kind in _TIGHT and operand else " "
