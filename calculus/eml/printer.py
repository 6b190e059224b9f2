"""Trees, programs of the machine and numbers to text, without recursion.

Parsing what was printed gives the tree back. A tree whose parts are shared may be far larger than any file;
printed in full it is refused, and with a limit it is cut.
"""

from calculus.eml.number import number_text
from calculus.eml.postfix import is_postfix, to_postfix
from calculus.eml.program import CALL
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.machine.numeric import COMPUTE, NUMBER, OPERATE
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.term import Term
from calculus.term.node import plain, printed_by
from calculus.term.printing import Piece, unknown, write

LARGEST = 10_000_000
"""The K of the largest tree that is printed in full."""

RESERVED = frozenset({"eml", "def", "law"})


def to_text(term: Term, *, limit: int | None = None) -> str:
    """The text of a tree, `eml(1, x)`; with a `limit`, at most so many characters, the last an ellipsis if
    cut. Raises `UsageProblem` for a tree that is too large to be printed in full.
    """
    if limit is None:
        check_printable(term)
    return write(term, 0, _pieces, limit)


def postfix_text(term: Term, *, limit: int | None = None) -> str:
    """The tree in postfix, cut after `limit` characters; refused as by `to_text`."""
    if limit is None:
        check_printable(term)
    return to_postfix(term, limit)


def check_printable(term: Term) -> None:
    """Raises `UsageProblem` for a tree whose text nobody could keep."""
    if bounded_size(term, LARGEST) > LARGEST:
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"too large to print: the tree has more than {LARGEST:,} nodes",
                help="print it cut, as `term.text(200)` does, or look at its graph, where equal parts "
                "are there once",
            )
        )


def bounded_size(term: Term, most: int) -> int:
    """K, or some number larger than `most` if it is larger: a tree of astronomic size has no room for K."""
    sizes: dict[int, int] = {}
    for item in subtrees(term):
        size = 1
        for child in item.children:
            size += sizes[id(child)]
        sizes[id(item)] = min(size, most + 1)
    return sizes[id(term)]


def _pieces(item: Term, level: int) -> list[Piece]:
    if item.op is EML:
        left, right = item.children
        return ["eml(", (left, 0), ", ", (right, 0), ")"]
    if item.op is VARIABLE:
        name: str = item.label
        return [f"{{{name}}}" if name in RESERVED or is_postfix(name) else name]
    if item.op is CALL:
        pieces: list[Piece] = [f"{item.label}("]
        for child in item.children:
            pieces += [(child, 0), ", "]
        pieces[-1] = ")"
        return pieces
    return ["1"] if item.op.name == "eml.one" else unknown(item, 0)


def _machine_text(term: Term, *, limit: int | None = None) -> str:
    """A number; or what the machine has yet to do, in postfix."""
    if term.op is NUMBER:
        return number_text(term.label.value)
    pieces: list[str] = []
    length = 0
    while term.op in (COMPUTE, OPERATE) and (limit is None or length <= limit):
        if term.op is COMPUTE:
            rest = None if limit is None else limit - length
            piece = postfix_text(term.children[0], limit=rest)
        else:
            piece = "E" if term.label == EML.name else term.label
        pieces.append(piece)
        length += len(piece)
        term = term.children[-1]
    text = "".join(pieces) or plain(term)
    return text if limit is None or len(text) <= limit else text[: max(limit - 1, 0)] + "…"


printed_by("eml", to_text)
printed_by("numeric", _machine_text)
