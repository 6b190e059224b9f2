"""Types while they are being inferred: graphs with variables, merged by union-find.

| kind | sort | label | parts |
|---|---|---|---|
| `variable` | any | its sort | |
| `base` | value | `Int`, `Bool`, `Text` | |
| `data` | value | name | arguments |
| `rigid` | value | name | |
| `thunk` | value | | memory expected, sum of exits |
| `framed` | value | its shape | value types |
| `cell` | stack | | value on top, stack below |
| `caller` | stack | (number, location) | |
| `place` | memory | location | its stack, memory elsewhere |
| `frame` | memory | number | |
| `absent` | memory | the exit's label | |
| `exit` | sum | label | memory, other exits |
| `closed` | sum | | |

A `framed` type is a written arrow: it holds at every frame, so it has no rows and only lists what
it expects and leaves. A `frame` is the memory of an unknown caller, with one `caller` stack per
location. `absent` is the memory of an exit that is not taken; `closed` is a sum without further
exits.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from calculus.machine.instructions import Jump, Text
from calculus.source.text import Span

VALUE, STACK, MEMORY, SUM = "value", "stack", "memory", "sum"

Label = Any
Layout = tuple[tuple[str, int], ...]
"""How many values lie at each location."""

Shape = tuple[Layout, tuple[tuple[Label, Layout], ...]]
"""What a framed type expects, and what it leaves at each exit."""


class Node:
    """A node of the graph; `link` leads to what a variable or a merged node has become."""

    __slots__ = ("closing", "kind", "label", "link", "parts", "span", "waiting")

    def __init__(
        self, kind: str, label: Label = None, parts: "tuple[Node, ...]" = (), span: Span | None = None
    ) -> None:
        self.kind = kind
        self.label = label
        self.parts = parts
        self.span = span
        self.link: Node | None = None
        self.waiting: list[Any] | None = None
        """The constraints of a variable that wait for it to be known."""
        self.closing: tuple[int, Span | None] | None = None
        """When and where a variable last became this."""


def find(node: Node) -> Node:
    """What a node has become."""
    while node.link is not None:
        if node.link.link is not None:
            node.link = node.link.link
        node = node.link
    return node


def unknown(sort: str, span: Span | None = None) -> Node:
    return Node("variable", sort, (), span)


def base(name: str, span: Span | None = None) -> Node:
    return Node("base", name, (), span)


def thunk(expected: Node, exits: Node, span: Span | None = None) -> Node:
    return Node("thunk", None, (expected, exits), span)


def cell(top: Node, below: Node) -> Node:
    return Node("cell", None, (top, below))


def place(location: str, stack: Node, elsewhere: Node) -> Node:
    return Node("place", location, (stack, elsewhere))


def exit_to(label: Label, memory: Node, others: Node) -> Node:
    return Node("exit", label, (memory, others))


def class_of(label: Label) -> Label | None:
    """The class of exits that a literal belongs to."""
    if isinstance(label, Text):
        return ("class", "Text")
    return ("class", "Int") if isinstance(label, int) else None


def is_class(label: Label) -> bool:
    return isinstance(label, tuple) and not isinstance(label, Text)


def fields(row: Node) -> tuple[dict[Any, Node], Node]:
    """The places of a memory or the exits of a sum, and what ends it."""
    found: dict[Any, Node] = {}
    row = find(row)
    while row.kind in ("place", "exit"):
        found.setdefault(key(row.label), row.parts[0])
        row = find(row.parts[1])
    return found, row


def key(label: Jump | Label) -> Any:
    """A label as a key of a dictionary: a text is no class."""
    return ("text", label.value) if isinstance(label, Text) else label


def label_of(found: Any) -> Label:
    """The label of a key."""
    return Text(found[1]) if isinstance(found, tuple) and found[0] == "text" else found


def reachable(roots: Iterable[Node]) -> Iterator[Node]:
    """Every node below the roots, once, parents first."""
    seen: set[int] = set()
    stack = [find(root) for root in roots]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        stack.extend([find(part) for part in node.parts[::-1]])
