"""The layout of source programs.

It keeps the lines and the comments that were written, and settles the rest: one space or none between
two tokens, indentation by the brackets that are open, blank lines between items only and one at a
time, one spelling of the signs. Laying out twice changes nothing.
"""

from calculus.source.explain import Token
from calculus.source.grammar import Grammar
from calculus.source.text import Source

_ASCII = {"LAMBDA": "\\", "ARROW": "->", "BIND": "<-", "EPSILON": "eps"}
_UNICODE = {"LAMBDA": "λ", "ARROW": "→", "BIND": "←", "EPSILON": "ε"}
_COMPARE = {"≠": "!=", "≤": "<=", "≥": ">="}
_OPENING = frozenset({"LPAR", "LBRACE", "LSQB"})
_CLOSING = frozenset({"RPAR", "RBRACE", "RSQB"})
_TIGHT_AFTER = frozenset({"LPAR", "LSQB", "LAMBDA"})
_TIGHT_BEFORE = frozenset({"RPAR", "RSQB", "DOT", "SEMICOLON", "COMMA", "COLON"})
_VALUES = frozenset({"NAME", "CONSTRUCTOR", "NUMBER", "STRING", "RPAR", "RBRACE", "RSQB", "READ", "BOOLEAN"})
STEP = 2
DEEPEST = 40
"""No line begins further to the right."""


def lay_out(grammar: Grammar, source: Source, *, unicode: bool = False, items: bool = True) -> str:
    """The text in the one layout.

    With `items` a line that begins in column 1 begins an item, and other lines are indented;
    without, only brackets indent. The text must parse.
    """
    text = source.text
    lines: list[list[Token]] = []
    blank: list[bool] = []
    end = 0
    for token in grammar.tokens(text):
        between = text[end : token.start]
        if not lines or "\n" in between:
            lines.append([])
            blank.append(bool(lines[:-1]) and between.count("\n") > 1)
        lines[-1].append(token)
        end = token.end
    written: list[str] = []
    depth = 0
    for tokens, gap in zip(lines, blank, strict=True):
        starts_item = items and _column(text, tokens[0].start) == 0 and tokens[0].kind not in _CLOSING
        closing = 0
        for token in tokens:
            if token.kind not in _CLOSING:
                break
            closing += 1
        inner = max(depth - closing, 0)
        further = items and (inner > 0 or not closing)
        indent = 0 if starts_item else STEP * (inner + further)
        if gap:
            written.append("")
        written.append(" " * min(indent, DEEPEST) + _line(text, tokens, unicode, calls=not items))
        depth += sum((token.kind in _OPENING) - (token.kind in _CLOSING) for token in tokens)
    return "".join(f"{line}\n" for line in written)


def _column(text: str, start: int) -> int:
    return start - (text.rfind("\n", 0, start) + 1)


def _line(text: str, tokens: list[Token], unicode: bool, calls: bool) -> str:
    pieces: list[str] = []
    before: Token | None = None
    prefix = False  # whether the token before is a sign that touches its operand
    named = tokens[0].kind != "LAW"  # whether a colon is not that after the name of a law
    for token in tokens:
        typed = tokens[0].kind == "LAW" and named and token.kind == "COLON"
        if before is not None and not prefix and (typed or _spaced(before, token, calls)):
            pieces.append(" ")
        named = named or token.kind == "COLON"
        pieces.append(_word(text, token, unicode))
        prefix = token.kind == "MINUS" and (before is None or before.kind not in _VALUES)
        before = token
    return "".join(pieces).rstrip()


def _spaced(left: Token, right: Token, calls: bool) -> bool:
    if left.kind in _TIGHT_AFTER or right.kind in _TIGHT_BEFORE:
        return False
    # A cell of `inet` and a call of `imp`: the name touches its bracket.
    touches = left.kind == "AGENT" or (calls and left.kind in ("NAME", "CONSTRUCTOR"))
    return not (touches and right.kind == "LPAR")


def _word(text: str, token: Token, unicode: bool) -> str:
    word = text[token.start : token.end]
    if token.kind == "COMPARE":
        return _COMPARE.get(word, word)
    return (_UNICODE if unicode else _ASCII).get(token.kind, word)
