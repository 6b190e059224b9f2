"""The lines that a digest is made of: a term and its normal form, without names.

A term is written as its operators from left to right, with bound variables as de Bruijn indices, so terms
equal up to renaming have one text and no grammar is needed to read it. What is normal in the RMC is written
as the spans of a term. A digest does not depend on the order of its lines, and those of two lists of lines
add up; so any ranges of an enumeration can be digested by different workers.
"""

from collections.abc import Iterable
from hashlib import sha256

from calculus.machine.instructions import POP as FMC_POP
from calculus.machine.instructions import jump_text
from calculus.machine.relational.instructions import CONSTANT, NEW
from calculus.machine.state import location_order
from calculus.rmc.normal import NormalForm
from calculus.rmc.spans import Span
from calculus.term import VARIABLE, Term
from calculus.term.binding import BOUND

NO_NORMAL_FORM = "-"
"""Stands for the normal form of a term that has none, or for which none was found."""

MODULUS = 1 << 256


def tokens(term: Term) -> str:
    """The operators of a term from left to right, each with its label, bound variables as indices."""
    found: list[str] = []
    stack: list[tuple[Term, dict[str, int], int]] = [(term, {}, 0)]
    while stack:
        item, levels, depth = stack.pop()
        op = item.op
        if op is VARIABLE:
            level = levels.get(item.label)
            found.append(f"free {item.label}" if level is None else f"var {depth - 1 - level}")
            continue
        if op is BOUND:
            found.append(f"var {item.label}")
            continue
        found.append(_head(item))
        binds = op.binds
        inner = {**levels, item.label[-1]: depth} if binds and item.label[-1] != "_" else levels
        # A type that annotates a binder is no part of the term.
        children = item.children[:1] if op is FMC_POP else item.children
        for index in reversed(range(len(children))):
            bound = index in binds
            stack.append((children[index], inner if bound else levels, depth + bound))
    return " ".join(found)


def _head(item: Term) -> str:
    name = item.op.name.partition(".")[2]
    label = item.label
    if item.op is FMC_POP:
        return f"pop {label[0]}"
    if item.op is NEW:
        return "new"
    if item.op is CONSTANT:
        return f"constant {jump_text(label)}"
    if name in ("jump", "join", "loop"):
        return f"{name} {jump_text(label)}"
    if name in ("constructor", "relation"):
        return f"{name} {label} {len(item.children)}"
    return name if label is None else f"{name} {label}"


def span_tokens(span: Span) -> str:
    """A span: for each location how many values it pops and pushes, then those, bottom first."""
    found: list[str] = []
    numbers: dict[str, int] = {}
    for place, popped, pushed in sorted(span.sides, key=lambda side: location_order(side[0])):
        found.append(f"{place} {len(popped)} {len(pushed)}")
        stack = [*reversed(pushed), *reversed(popped)]
        while stack:
            item = stack.pop()
            if item.op is VARIABLE:
                found.append(f"var {numbers.setdefault(item.label, len(numbers))}")
            else:
                found.append(_head(item))
                stack += reversed(item.children)
    return " ".join(found)


def line(term: Term, normal: Term | NormalForm | None) -> str:
    """The line of a term: its tokens, and those of its normal form (of the FMC) or of its spans (of the RMC,
    sorted as texts); None if it has none or if none is claimed.
    """
    if normal is None:
        after = NO_NORMAL_FORM
    elif isinstance(normal, Term):
        after = tokens(normal)
    else:
        after = " | ".join(sorted(span_tokens(span) for span, count in normal.spans for _ in range(count)))
    return f"{tokens(term)} -> {after}"


class Digest:
    """Lines, summed up: how many there were, and the sum of their SHA-256 digests modulo 2²⁵⁶."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.count = 0
        self.sum = 0
        for text in lines:
            self.add(text)

    def add(self, text: str) -> None:
        self.count += 1
        self.sum = (self.sum + int.from_bytes(sha256(text.encode()).digest(), "big")) % MODULUS

    def __str__(self) -> str:
        return f"{self.sum:064x}"
