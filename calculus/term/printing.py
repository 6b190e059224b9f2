"""Terms to text, without recursion."""

from collections.abc import Callable

from calculus.term.node import Term

Piece = str | tuple[Term, int]
"""A text, or a term and how tightly its place binds."""


def write(
    term: Term, level: int, expand: Callable[[Term, int], list[Piece]], limit: int | None = None
) -> str:
    """The text of a term, whose pieces `expand` tells; with a `limit`, at most so many characters, the
    last an ellipsis if cut.

    Time is proportional to the text, so a limit makes it safe to print a term that shares much.
    """
    pieces: list[str] = []
    length = silent = 0
    stack: list[Piece] = [(term, level)]
    pop, add = stack.pop, pieces.append
    while stack:
        top = pop()
        if isinstance(top, str):
            add(top)
            if limit is not None:
                length, silent = length + len(top), 0
                if length > limit:
                    return "".join(pieces)[: max(limit - 1, 0)] + "…"
            continue
        if limit is not None:
            # What begins far down on the left is not looked for further than the limit.
            silent += 1
            if silent > limit:
                stack.append("…")
                continue
        stack += reversed(expand(*top))
    return "".join(pieces)


def enclosed(pieces: list[Piece], needed: bool) -> list[Piece]:
    """The pieces, in parentheses where they are needed."""
    return ["(", *pieces, ")"] if needed else pieces


def unknown(item: Term, level: int) -> list[Piece]:
    """A node that is no term of the language, such as a nameless bound variable; its children stand at
    `level`.
    """
    pieces: list[Piece] = [f"‹{item.op.name}" + ("" if item.label is None else f" {item.label}")]
    for child in item.children:
        pieces += [" ", (child, level)]
    return [*pieces, "›"]
