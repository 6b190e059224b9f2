"""The text of terms: what is printed reads back, the layout is one, and every place is that of its node."""

from calculus.fmc.parser import parse_program, parse_term
from calculus.fmc.printer import format_program, to_text
from calculus.machine.instructions import LAMBDA, STAR, Text
from calculus.source.diagnostic import CalculusError
from calculus.source.text import Source
from calculus.term import Term, alpha_equal, canonical, free_variables
from calculus.term.node import plain, postorder
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.generation import fmc as generation
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Space, Tally
from calculus.verify.shrinking import shrunk

LAYOUTS = ((False, 20), (True, 88))
"""Spelling and width."""
LABELS = (STAR, "J", "L'", "True", -3, 10**30, Text('q"\\\n'), Text(""))


def small(size: int) -> Space:
    """Every term up to so many nodes, with a free variable, a primitive and a literal."""
    return enumeration.space(
        size, locations=(LAMBDA, "a"), labels=(STAR, "J"), free=("p",), primitives=("add",), literals=(-1,)
    )


def generated(choose: Choose, size: int) -> Term:
    """A term of all constructs, with labels of all sorts; `add` binds as well as being a primitive."""
    return generation.term(
        choose, size, mode="wild", labels=LABELS, names=("x", "y", "add"), free=("p", "b"), big=True
    )


def printing_violation(term: Term, tally: Tally) -> str | None:
    """Both spellings of a term read as the term, up to the names of binders that hide a primitive."""
    for unicode in (False, True):
        tally.count("texts")
        text = to_text(term, unicode)
        try:
            back = parse_term(Source(text))
        except CalculusError as problem:
            return f"{text} does not read: {problem}"
        if not alpha_equal(back, term):
            return f"{text} reads as {plainly(back)}, not as {plainly(term)}"
    return None


def plainly(term: Term) -> str:
    """A term as it is built, when its text is in doubt."""
    return plain(canonical(term), limit=300)


def places_violation(term: Term, tally: Tally) -> str | None:
    """The text at the place of each node reads as the node; an empty one stands for the `*` left out."""
    text = to_text(term)
    for item in postorder(parse_term(Source(text))):
        assert item.span is not None
        tally.count("places")
        part = text[item.span.start : item.span.end]
        try:
            # A variable bound further out may have the name of a primitive.
            back = parse_term(Source(part or "*"), free_variables(item))
        except CalculusError as problem:
            return f"the place of {item} in {text} is {part!r}, which does not read: {problem}"
        if back != item:
            return f"the place of {item} in {text} is {part!r}"
    return None


def layout_violation(term: Term, tally: Tally) -> str | None:
    """A file in the one layout stays as it is, and has the definitions it had, in both spellings."""
    text = f"def f={to_text(term, True)}"
    before = parse_program(Source(text)).definitions["f"].term
    for unicode, width in LAYOUTS:
        tally.count("layouts")
        after = format_program(text, unicode, width)
        told = f"in {width} columns it is laid out as {after!r}"
        try:
            again = parse_program(Source(after)).definitions["f"].term
        except CalculusError as problem:
            return f"{told}, which does not read: {problem}"
        if again != before:
            return f"{told}, which reads otherwise"
        if format_program(after, unicode, width) != after:
            return f"{told}, and that in another way"
    return None


def violation(term: Term, tally: Tally) -> str | None:
    return printing_violation(term, tally) or places_violation(term, tally)


PROPERTIES = (
    Property(
        "syntax",
        "A printed term reads back, in both spellings; the place of every node reads as the node; the "
        "layout of a file is a fixed point.",
        "the grammar, grammars/fmc.lark",
        (
            Exhaustive(
                "every term up to {size} nodes reads back from both spellings, and each of its nodes from "
                "its place",
                small,
                violation,
                size=4,
                less=1,
                unit=600,
            ),
            Generated(
                "a generated term of up to {size} nodes reads back from both spellings, and each of its "
                "nodes from its place",
                generated,
                violation,
                shrunk,
                largest=24,
                examples=200,
                unit=150,
            ),
            Generated(
                "a file with a generated term of up to {size} nodes has one layout in each spelling, "
                "which reads as the file",
                generated,
                layout_violation,
                shrunk,
                largest=30,
                examples=100,
                unit=50,
                name="layout",
            ),
        ),
    ),
)
