"""What texts parse to, and what is said of texts that do not parse; one behaviour a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calculus import registry
from calculus.fmc.program import Data
from calculus.source.diagnostic import CalculusError
from calculus.source.render import render_text
from calculus.source.text import Source
from calculus.term import Term

HERE = Path(__file__).parent
PARSES = sorted(
    [
        *(HERE / "parse").glob("*.fmc"),
        *(HERE / "parse" / "rmc").glob("*.rmc"),
        *(HERE / "parse" / "eml").glob("*.eml"),
        *(HERE / "parse" / "rlm").glob("*.rlm"),
    ]
)
NETS = ("petri", "inet")
"""Their texts, warnings among them, are those of `test_nets.py`."""
ERRORS = sorted(
    path for path in HERE.glob("error/*/*") if path.suffix != ".txt" and path.parent.name not in NETS
)


def parse(path: Path) -> Any:
    source = Source.read(path)
    source.name = path.name
    return registry.for_file(path.name).parse(source)


def tree(term: Term, depth: int = 1) -> Iterator[str]:
    """Every node on a line: operator, label, and the part of the text that is its head."""
    span = term.span
    assert span is not None
    head = span.at_head().text.replace("\n", "⏎")
    label = "" if term.label is None else f" {term.label!r}"
    yield f"{'  ' * depth}{term.op.name}{label}  {head and f'`{head}`'}"
    for child in term.children:
        yield from tree(child, depth + 1)


def shown(program: Any) -> Iterator[str]:
    for name, definition in program.definitions.items():
        yield f"def {name}: {definition.term}"
        type = getattr(definition, "type", None)
        if type is not None:
            yield f"  : {type}"
            yield from tree(type, 2)
        yield from tree(definition.term)
    for data in getattr(program, "data", {}).values():
        yield from shown_data(data)
    for law in program.laws:
        yield f"law {law.name}: {law.body.text!r}"
    if program.main is not None:
        yield f"main: {program.main}"
        yield from tree(program.main)
    for warning in program.warnings:
        yield render_text(warning)


def shown_data(data: Data) -> Iterator[str]:
    yield " ".join(["data", data.name, *data.parameters])
    for constructor in data.constructors:
        yield f"  {constructor.name} ({', '.join(map(str, constructor.arguments))})"


@pytest.mark.parametrize("path", PARSES, ids=lambda path: path.stem)
def test_parse(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(path.with_suffix(".txt"), "\n".join([*shown(parse(path)), ""]))


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_error(path: Path, golden: Callable[[Path, str], None]) -> None:
    with pytest.raises(CalculusError) as caught:
        parse(path)
    golden(path.with_suffix(".txt"), render_text(caught.value) + "\n")
