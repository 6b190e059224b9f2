"""What is said of Petri nets and interaction nets that have mistakes or are warned of; one matter a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

import calculus
from calculus import registry
from calculus.source.diagnostic import CalculusError
from calculus.source.render import render_text
from calculus.source.text import Source

HERE = Path(__file__).parent
FILES = sorted(
    path
    for folder in ("petri", "inet")
    for path in (HERE / "error" / folder).iterdir()
    if path.suffix != ".txt"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_says(path: Path, golden: Callable[[Path, str], None]) -> None:
    source = Source(Source.read(path).text, path.name)
    found = calculus.check(registry.for_file(str(path)).name, source)
    assert found, "there is nothing to say"
    golden(path.with_name(f"{path.name}.txt"), render_text(CalculusError(*found)) + "\n")
