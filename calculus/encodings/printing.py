"""Terms of the λ-calculi to text, without recursion and with as few parentheses as they need."""

from collections.abc import Iterable
from functools import partial

from calculus.encodings import terms as t
from calculus.fmc.printer import jump_text
from calculus.term import VARIABLE, Term
from calculus.term.node import printed_by
from calculus.term.printing import Piece, enclosed, write

# How tightly a place binds: what stands there without parentheses.
TERM, EITHER, BOTH, NEGATION, COMPARISON, SUM, PRODUCT, SIGNED, APPLIED, ATOM = range(10)

LEVELS = {
    "or": (EITHER, EITHER, BOTH),
    "and": (BOTH, BOTH, NEGATION),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), (COMPARISON, SUM, SUM)),
    **dict.fromkeys(("+", "-", "++"), (SUM, SUM, PRODUCT)),
    **dict.fromkeys(("*", "/", "%"), (PRODUCT, PRODUCT, SIGNED)),
}
"""The level of an infix operator, and those of its operands."""

PREFIX = {
    "not": (NEGATION, NEGATION, "not "),
    "negate": (SIGNED, SIGNED, "-"),
    "length": (SIGNED, ATOM, "length "),
}
WORDS = {t.RETURN: "return ", t.THUNK: "thunk ", t.FORCE: "force ", t.PRINT: "print "}


def to_text(term: Term, *, unicode: bool = False, limit: int | None = None) -> str:
    """The text of a term; with a `limit`, at most so many characters, the last an ellipsis if
    cut.
    """
    return write(term, TERM, partial(_pieces, unicode=unicode), limit)


def _pieces(term: Term, level: int, unicode: bool) -> list[Piece]:
    own, pieces = _open(term, unicode)
    return enclosed(pieces, own < level)


def _open(term: Term, unicode: bool) -> tuple[int, list[Piece]]:
    """How tightly a term binds, and its pieces without parentheses around them."""
    op, label, children = term.op, term.label, term.children
    if op is VARIABLE:
        return ATOM, [label]
    if op is t.LITERAL:
        negative = isinstance(label, int) and label < 0
        return (SIGNED if negative else ATOM), [jump_text(label)]
    if op is t.ABSTRACTION:
        names = [label[0]]
        body = children[0]
        while body.op is t.ABSTRACTION:
            names.append(body.label[0])
            body = body.children[0]
        return TERM, [("λ" if unicode else "\\") + " ".join(names) + ". ", (body, TERM)]
    if op is t.APPLICATION:
        return APPLIED, [(children[0], APPLIED), " ", (children[1], ATOM)]
    if op is t.CONSTRUCTION:
        pieces: list[Piece] = [label]
        for child in children:
            pieces += [" ", (child, ATOM)]
        return (APPLIED if children else ATOM), pieces
    if op is t.OPERATION:
        if len(children) == 1:
            own, inner, word = PREFIX[label]
            return own, [word, (children[0], inner)]
        own, left, right = LEVELS[label]
        return own, [(children[0], left), f" {label} ", (children[1], right)]
    if op in WORDS:
        return APPLIED, [WORDS[op], (children[0], ATOM)]
    return _statement(term, unicode)


def _statement(term: Term, unicode: bool) -> tuple[int, list[Piece]]:
    op, label, children = term.op, term.label, term.children
    if op is t.CALL:
        return ATOM, [f"{label}(", *_listed(children), ")"]
    if op is t.READ:
        return ATOM, ["read"]
    if op is t.LIST or op is t.PAIR:
        opening, closing = "[]" if op is t.LIST else "()"
        return ATOM, [opening, *_listed(children), closing]
    if op is t.FIX:
        return TERM, [f"fix {label[0]}. ", (children[0], TERM)]
    if op is t.CONDITIONAL:
        return TERM, [
            "if ",
            (children[0], TERM),
            " then ",
            (children[1], TERM),
            " else ",
            (children[2], TERM),
        ]
    if op is t.LET:
        return TERM, [f"let {label[0]} = ", (children[0], TERM), " in ", (children[1], TERM)]
    if op is t.TO:
        return TERM, [(children[0], EITHER), f" to {label[0]}. ", (children[1], TERM)]
    if op is t.MATCH:
        pieces: list[Piece] = ["match ", (children[0], TERM), " { "]
        for index, branch in enumerate(children[1:]):
            pieces += ["; " if index else "", *_branch(branch, " → " if unicode else " -> ")]
        return ATOM, [*pieces, " }"]
    # A node of another language, such as what a result leaves out.
    return ATOM, [f"<{op.name}>"]


def _listed(terms: Iterable[Term]) -> list[Piece]:
    pieces: list[Piece] = []
    for term in terms:
        pieces += [", " if pieces else "", (term, TERM)]
    return pieces


def _branch(branch: Term, arrow: str) -> list[Piece]:
    words = [jump_text(branch.label)]
    inner = branch.children[0]
    while inner.op is t.ARGUMENT:
        words.append(inner.label[0])
        inner = inner.children[0]
    return [" ".join(words), arrow, (inner.children[0], TERM)]


printed_by("lambda", to_text)
