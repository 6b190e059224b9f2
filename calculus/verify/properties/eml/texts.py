"""Trees as texts: what is printed is read back, in both spellings and in every layout."""

from typing import Any

from calculus.eml.layout import format_program
from calculus.eml.parser import parse_program, parse_term
from calculus.eml.postfix import from_postfix, to_postfix
from calculus.eml.printer import to_text
from calculus.eml.syntax import size as nodes
from calculus.source.text import Source
from calculus.term import Term, canonical
from calculus.verify.enumeration.eml import space
from calculus.verify.generation.eml import tree
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

NAMES = ("x", "E", "xyE", "eml", "rate")
"""Ordinary names, and those that could be taken for something else."""

WIDTHS = (88, 24)


def named(size: int) -> Any:
    """All trees over 1 and the names."""
    return space(size, variables=NAMES)


def made(choose: Choose, size: int) -> Term:
    """A tree over 1 and the names."""
    return tree(choose, size, variables=NAMES)


def read_back(term: Term, tally: Tally) -> str | None:
    """Whether both spellings of a tree, and the layouts of a file that defines it, are read as the tree."""
    spellings = [to_text(term), to_postfix(term)]
    for text in spellings:
        tally.count("texts")
        if (found := canonical(parse_term(Source(text)))) is not term:
            return f"`{text}` is read as {found}"
    if (found := from_postfix(spellings[1])) is not term:
        return f"the postfix {spellings[1]} is read as {found}"
    for width in WIDTHS:
        text = format_program(f"def a = {spellings[0]}\n", width=width)
        tally.count("layouts")
        if (again := format_program(text, width=width)) != text:
            return f"in the layout {text!r}, laid out again {again!r}"
        found = canonical(parse_program(Source(text)).definitions["a"].term)
        if found is not term:
            return f"the layout {text!r} is read as {found}"
    return None


PROPERTIES = (
    Property(
        "texts",
        "a tree that is printed, as a term or in postfix, is read back; a file laid out says the same",
        "the grammar of EML",
        (
            Exhaustive(
                f"every tree of up to {{size}} nodes over 1 and the names {', '.join(NAMES)} is read back",
                named,
                read_back,
                size=5,
                unit=150,
                measure=nodes,
            ),
            Generated(
                "a generated tree of up to {size} nodes is read back",
                made,
                read_back,
                shrunk=shrunk,
                largest=61,
                examples=200,
                unit=100,
                measure=nodes,
            ),
        ),
    ),
)
