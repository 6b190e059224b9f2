"""A tree drawn with characters, a node on a line."""

from calculus.eml.drawing.graph import too_large
from calculus.eml.printer import bounded_size, to_text
from calculus.eml.syntax import EML
from calculus.term import Term

MOST = 1_000


def outline(tree: Term) -> str:
    """The lines of the drawing. Raises `UsageProblem` for a tree of more than `MOST` nodes."""
    if bounded_size(tree, MOST) > MOST:
        raise too_large(f"the tree has more than {MOST:,} nodes", "draw a part of it")
    lines: list[str] = []
    stack = [(tree, "", "")]
    while stack:
        item, first, others = stack.pop()
        lines.append(first + ("eml" if item.op is EML else to_text(item)))
        if item.children:
            left, right = item.children
            stack.append((right, f"{others}└─ ", f"{others}   "))
            stack.append((left, f"{others}├─ ", f"{others}│  "))
    return "\n".join(lines)
