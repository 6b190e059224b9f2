"""String diagrams: read back as equations between wires, they say what the spans of their terms say."""

from collections import Counter

from calculus.rmc.diagram import diagram
from calculus.rmc.diagram.size import parts
from calculus.rmc.dual import dual
from calculus.rmc.normal import normal_form
from calculus.rmc.spans import Span, core
from calculus.term import Term
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.diagrams import cores
from calculus.verify.independent.paths import bounded
from calculus.verify.properties.rmc.adequacy import TURNS
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

FEW = 60
"""Parts of a term whose runs are all looked at."""


def says_the_spans(term: Term, tally: Tally) -> str | None:
    """The diagram of a star-free term, and that of its normal form, say what its spans do."""
    if parts(term) > FEW:
        tally.count("given up")
        return None
    # What is left alone below is nowhere in a diagram.
    spans = Counter(core(item)[0] for item in normal_form(term).counter.elements())
    # A diagram names constructors with their arities, and constants by their texts: so the spans are drawn.
    expected = sum((cores(diagram(one.term())) for one in spans.elements()), Counter[Span]())
    tally.count("diagrams")
    if sum(spans.values()) != sum(expected.values()):
        return f"spans: {_listed(spans)}; drawn one by one: {_listed(expected)}"
    for name, found in (("as it is", diagram(term)), ("in normal form", diagram(term, normal=True))):
        if cores(found) != expected:
            return f"spans: {_listed(expected)}; the diagram {name}: {_listed(cores(found))}"
    return None


def iterates(term: Term, tally: Tally) -> str | None:
    """The box of an iteration says what its turns do, and the diagram of the dual is the mirror image."""
    turns = bounded(term, TURNS)
    mirrored = diagram(term).mirrored()
    if not mirrored.isomorphic(diagram(dual(term))):
        return "the diagram of its dual is not its mirror image"
    if parts(turns) > 4 * FEW:
        tally.count("given up")
        return None
    found, expected = cores(diagram(term), TURNS), cores(diagram(turns), 0)
    tally.count("diagrams")
    if found != expected:
        return f"in at most {TURNS} turns: {_listed(expected)}; the diagram: {_listed(found)}"
    return None


def _listed(found: "Counter[Span]") -> str:
    return " + ".join(f"({item})" for item in found.elements()) or "0"


def made(choose: Choose, size: int) -> Term:
    return generation.term(choose, size, stars=False, constants=generation.CONSTANTS)


PROPERTIES = (
    Property(
        "diagrams",
        "The string diagram of a term says what the term does.",
        "docs/relations.md",
        (
            Exhaustive(
                "the diagram of every closed star-free term of up to {size} nodes, and that of its "
                "normal form, "
                "say what its spans do",
                enumeration.space,
                says_the_spans,
                size=5,
                unit=500,
                name="spans",
            ),
            Exhaustive(
                f"the diagram of every closed term of up to {{size}} nodes says what at most {TURNS} "
                "turns of "
                "its iterations do, and its mirror image is that of the dual",
                lambda size: enumeration.space(size, stars=True),
                iterates,
                size=4,
                less=1,
                unit=500,
                name="iterations",
            ),
            Generated(
                f"the diagram of a generated star-free term of up to {{size}} nodes that has at most {FEW} "
                "parts says what its spans do",
                made,
                says_the_spans,
                shrunk=shrunk,
                examples=60,
                unit=100,
            ),
        ),
    ),
)
