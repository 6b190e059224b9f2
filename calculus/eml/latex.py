"""Trees as LaTeX."""

from calculus.eml.expressions.printer import latex
from calculus.eml.printer import check_printable
from calculus.eml.syntax import EML, VARIABLE
from calculus.term import Term
from calculus.term.printing import Piece, unknown, write


def to_latex(tree: Term, limit: int | None = None) -> str:
    r"""The tree in LaTeX, as in `\operatorname{eml}(1, x)`; with a `limit`, cut after so many characters.
    Raises `UsageProblem` for a tree that is too large to be printed in full.
    """
    if limit is None:
        check_printable(tree)
    return write(tree, 0, _pieces, limit)


def _pieces(item: Term, level: int) -> list[Piece]:
    if item.op is EML:
        left, right = item.children
        return [r"\operatorname{eml}(", (left, 0), ", ", (right, 0), ")"]
    if item.op is VARIABLE:
        return [latex(item)]
    return ["1"] if item.op.name == "eml.one" else unknown(item, 0)
