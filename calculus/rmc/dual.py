"""The dual of a term: the converse relation, on syntax.

A run of the dual takes the runs of the term backwards: `(M ; N)~ = N~ ; M~`, a push becomes the pop of the
same value, a pop its push, and a test has its sides exchanged. The parts of a sequence are reversed in the
shape in which they stand, `M ; (N ; P)` to `P~ ; (N~ ; M~)`, so the dual needs no more parentheses than the
term, and the dual of the dual is the term itself.
"""

from collections.abc import Iterator

from calculus.machine.relational.instructions import (
    CALL,
    NEW,
    POP,
    PUSH,
    SEQUENCE,
    STAR,
    SUM,
    TEST,
)
from calculus.source.grammar import collector_paused
from calculus.source.text import Span
from calculus.term import Op, Term, node
from calculus.term.node import like, located

DUAL = Op("relational.dual")
"""`M~` in a text that is being read; `without_duals` removes it."""

LONGEST = 2**17
"""Parts of a sequence that are reversed in their shape. Longer ones are mirrored, `(M ; N)~` to `N~ ; M~` as
it stands: in a term that shares much there may be more parts than could be listed.
"""

_INSIDE = frozenset({SEQUENCE, SUM, STAR, NEW, DUAL})


def dual(term: Term) -> Term:
    """The dual of a term; `f` becomes `f~`, which `dual_name` gives."""
    with collector_paused():
        return _Turner().turned(term, backwards=True)


def without_duals(term: Term) -> Term:
    """A term as it was read with every `M~` in it worked out."""
    with collector_paused():
        return _Turner().turned(term, backwards=False)


def dual_name(name: str) -> str:
    """The name of the dual of a definition."""
    return name[:-1] if name.endswith("~") else f"{name}~"


class _Turner:
    """Turns parts of a term around, each once in each direction."""

    def __init__(self) -> None:
        self.done: dict[tuple[int, bool], Term] = {}
        self.lengths: dict[int, int] = {}

    def turned(self, term: Term, backwards: bool) -> Term:
        done = self.done
        stack: list[tuple[Term, bool, list[tuple[Term, bool]] | None]] = [(term, backwards, None)]
        while stack:
            item, back, parts = stack.pop()
            if parts is not None:
                turned = [done[id(part), way] for part, way in parts]
                done[id(item), back] = self.made(item, turned, back)
            elif (id(item), back) not in done:
                parts = self.parts(item, back)
                stack.append((item, back, parts))
                stack += [(part, way, None) for part, way in parts]
        return done[id(term), backwards]

    def parts(self, item: Term, back: bool) -> list[tuple[Term, bool]]:
        """What must be turned, and which way, before `item` can be."""
        op = item.op
        if op is DUAL:
            return [(item.children[0], not back)]
        if op is SEQUENCE and back and self.length(item) <= LONGEST:
            return [(part, True) for part in _parts(item)]
        if op in _INSIDE:
            return [(child, back) for child in item.children]
        return []

    def length(self, item: Term) -> int:
        """The number of parts of a sequence."""
        lengths = self.lengths
        stack = [item]
        while stack:
            top = stack[-1]
            missing = [child for child in top.children if child.op is SEQUENCE and id(child) not in lengths]
            if missing and id(top) not in lengths:
                stack += missing
                continue
            stack.pop()
            lengths[id(top)] = sum(lengths.get(id(child), 1) for child in top.children)
        return lengths[id(item)]

    def made(self, item: Term, parts: list[Term], back: bool) -> Term:
        op = item.op
        if op is DUAL:
            return parts[0]
        if back:
            if op is PUSH or op is POP:
                return _placed(POP if op is PUSH else PUSH, item.label, item.children, item.span)
            if op is TEST:
                return like(item, None, item.children[::-1])
            if op is CALL:
                return like(item, dual_name(item.label), ())
            if op is SEQUENCE and self.lengths[id(item)] <= LONGEST:
                return _shaped(item, reversed(parts))
            if op is SEQUENCE:
                return _sequence(parts[1], parts[0])
        if all(new is old for new, old in zip(parts, item.children, strict=False)):
            return item
        return like(item, item.label, tuple(parts))


def _parts(item: Term) -> list[Term]:
    """The parts of a sequence, however it nests."""
    parts: list[Term] = []
    stack = [item]
    while stack:
        top = stack.pop()
        if top.op is SEQUENCE:
            stack += reversed(top.children)
        else:
            parts.append(top)
    return parts


def _shaped(shape: Term, parts: Iterator[Term]) -> Term:
    """The sequence of the parts that nests as `shape` does."""
    built: list[Term] = []
    stack: list[Term | None] = [shape]
    while stack:
        top = stack.pop()
        if top is None:
            right = built.pop()
            built.append(_sequence(built.pop(), right))
        elif top.op is SEQUENCE:
            stack += [None, *reversed(top.children)]
        else:
            built.append(next(parts))
    return built[0]


def _sequence(first: Term, rest: Term) -> Term:
    if first.span is None or rest.span is None:
        return node(SEQUENCE, None, (first, rest))
    start, end = min(first.span.start, rest.span.start), max(first.span.end, rest.span.end)
    return located(SEQUENCE, None, (first, rest), Span(first.span.source, start, end, end))


def _placed(op: Op, label: object, children: tuple[Term, ...], span: Span | None) -> Term:
    return node(op, label, children) if span is None else located(op, label, children, span)
