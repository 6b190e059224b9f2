"""The node: one shape for every calculus, hash-consed.

A term is an operator, a label and children. `node(op, label, children)` gives *the* node of that
shape, so equality of built terms is identity and sharing is free. A node from a text also carries
its span; such a *located* node is one occurrence, and `canonical` gives the node it is an
occurrence of. `==` compares canonical nodes, so it never looks at spans.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol
from weakref import ref

from calculus.source.text import Span

Label = Any
"""What a node says beside its children: a location, a jump, a name; hashable."""


class Op:
    """An operator.

    A binder's label is a tuple whose last entry is the bound name; `binds` lists the indices of the
    children in its scope.
    """

    __slots__ = ("binds", "name")

    registry: ClassVar[dict[str, "Op"]] = {}

    def __init__(self, name: str, binds: tuple[int, ...] = ()) -> None:
        if name in self.registry:
            raise ValueError(f"operator {name} exists already")
        self.name = name
        self.binds = binds
        self.registry[name] = self

    def __repr__(self) -> str:
        return f"Op({self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # An operator is known by its name; a copy would be another.
        return _operator, (self.name,)


def _operator(name: str) -> Op:
    return Op.registry[name]


class Term:
    """A node; immutable. Build one with `node` (or `located` for an occurrence in a text)."""

    __slots__ = ("__weakref__", "_canonical", "_free", "children", "label", "op", "span")

    op: Op
    label: Label
    children: tuple["Term", ...]
    span: Span | None

    def __init__(self, op: Op, label: Label, children: tuple["Term", ...], span: Span | None) -> None:
        self.op = op
        self.label = label
        self.children = children
        self.span = span
        self._canonical: Term | None = None  # of a located node, once asked for
        self._free: frozenset[str] | None = None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Term):
            return NotImplemented
        return canonical(self) is canonical(other)

    def __hash__(self) -> int:
        return object.__hash__(canonical(self))

    def text(self, limit: int | None = None) -> str:
        """The term in its calculus's syntax, cut after about `limit` characters."""
        return _printers.get(self.op.name.partition(".")[0], plain)(self, limit=limit)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.span is None:
            return node, (self.op, self.label, self.children)
        return Term, (self.op, self.label, self.children, self.span)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Term {self.text(200)}>"

    def __rich__(self) -> str:
        from rich.markup import escape

        return escape(str(self))


class Printer(Protocol):
    def __call__(self, term: Term, *, limit: int | None = None) -> str: ...


_printers: dict[str, Printer] = {}


def printed_by(prefix: str, printer: Printer) -> None:
    """The text of a term whose operator is named `prefix.…` is `printer(term)`."""
    _printers[prefix] = printer


def plain(term: Term, *, limit: int | None = None) -> str:
    """The text of a term as operators, labels and parentheses."""
    pieces: list[str] = []
    written = 0
    stack: list[Term | str] = [term]
    while stack:
        if limit is not None and written > limit:
            pieces.append("…")
            break
        top = stack.pop()
        if isinstance(top, Term):
            stack.append(")")
            for child in reversed(top.children):
                stack += [child, " "]
            top = f"({top.op.name} {top.label!r}"
        pieces.append(top)
        written += len(top)
    return "".join(pieces)


class _Entry(ref[Term]):
    """A weak reference that knows its key in the table; quicker than a `WeakValueDictionary`."""

    __slots__ = ("key",)

    key: tuple[Any, ...]


_interned: dict[tuple[Any, ...], _Entry] = {}


def _forget(entry: _Entry, table: dict[tuple[Any, ...], _Entry] = _interned) -> None:
    # A new node of the same shape may have taken the place of the one that has gone. (The table is
    # an argument because globals are gone when the interpreter ends.)
    if table.get(entry.key) is entry:
        del table[entry.key]


def node(op: Op, label: Label = None, children: tuple[Term, ...] = ()) -> Term:
    """The canonical node of this shape; children may be located."""
    for child in children:
        if child.span is not None:
            return _intern(op, label, tuple(map(canonical, children)))
    return _intern(op, label, children)


def _intern(op: Op, label: Label, children: tuple[Term, ...]) -> Term:
    # Children of an interned node are canonical and kept alive by it, so their ids identify them.
    key = (op, type(label), label, *map(id, children))
    entry = _interned.get(key)
    found = None if entry is None else entry()
    if found is None:
        found = Term(op, label, children, None)
        entry = _interned[key] = _Entry(found, _forget)
        entry.key = key
    return found


def located(op: Op, label: Label, children: tuple[Term, ...], span: Span) -> Term:
    """An occurrence of a node in a text."""
    return Term(op, label, children, span)


def like(original: Term, label: Label, children: tuple[Term, ...]) -> Term:
    """The node with the operator and the place of `original`, and the label and children given."""
    if original.span is None:
        return node(original.op, label, children)
    return Term(original.op, label, children, original.span)


def canonical(term: Term) -> Term:
    """The hash-consed node that `term` is an occurrence of."""
    if term.span is None:
        return term
    if term._canonical is not None:
        return term._canonical
    stack = [term]
    while stack:
        top = stack[-1]
        children = tuple(child if child.span is None else child._canonical or child for child in top.children)
        missing = [child for child in children if child.span is not None]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        top._canonical = _intern(top.op, top.label, children)
    result = term._canonical
    assert result is not None
    return result


VARIABLE = Op("variable")
"""A variable, its name the label; shared by all calculi."""


def variable(name: str) -> Term:
    return node(VARIABLE, name)


def _name(term: Term, *, limit: int | None = None) -> str:
    return str(term.label)


printed_by("variable", _name)  # until the printer of a calculus is loaded


def survey(term: Term, inside: Callable[[Term], bool] | None = None) -> tuple[list[Term], set[int]]:
    """Every distinct node object below `term` and itself, children first; and the shared ones' ids.

    Shared are the nodes that occur more than once as a child. With `inside`, only the nodes for
    which it holds are looked into.
    """
    order: list[Term] = []
    shared: set[int] = set()
    seen: set[int] = set()
    # None means that the children of the last node of the path have all been visited.
    stack: list[Term | None] = [term]
    path: list[Term] = []
    while stack:
        top = stack.pop()
        if top is None:
            order.append(path.pop())
            continue
        key = id(top)
        if key in seen:
            shared.add(key)
            continue
        seen.add(key)
        children = top.children
        if not children or (inside is not None and not inside(top)):
            order.append(top)
            continue
        path.append(top)
        stack.append(None)
        stack.extend(children[::-1])
    return order, shared


def postorder(term: Term) -> list[Term]:
    """Every distinct node object below `term` and itself, children first."""
    return survey(term)[0]


def size(term: Term) -> int:
    """Number of nodes of `term` as a tree."""
    sizes: dict[int, int] = {}
    for item in postorder(term):
        sizes[id(item)] = 1 + sum(sizes[id(child)] for child in item.children)
    return sizes[id(term)]
