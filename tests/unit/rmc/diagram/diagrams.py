"""What the tests of diagrams share: diagrams of texts."""

from collections import Counter
from typing import Any

from calculus.rmc.diagram import Diagram, Graph, diagram
from calculus.rmc.parser import parse_program
from calculus.rmc.program import bodies
from calculus.source.text import Source


def drawn(text: str, **options: Any) -> Diagram:
    """The diagram of the main term of a text with definitions."""
    program = parse_program(Source(text))
    assert program.main is not None
    return diagram(program.main, bodies(program), **options)


def graph(text: str, **options: Any) -> Graph:
    """The graph of a term that has only one."""
    (found,) = drawn(text, **options).summands
    return found


def kinds(found: Graph) -> Counter[tuple[str, str]]:
    return Counter((box.kind, box.label) for box in found.boxes)
