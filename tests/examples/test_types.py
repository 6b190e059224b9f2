"""The types of all example programs, and why some have none."""

from collections.abc import Callable
from pathlib import Path

from calculus.fmc.parser import parse_program
from calculus.fmc.types import types_of
from calculus.source.text import Source

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "fmc").glob("*.fmc"))


def test_types_of_the_examples(golden: Callable[[Path, str], None]) -> None:
    lines: list[str] = []
    for path in EXAMPLES:
        lines.append(path.stem)
        typing = types_of(parse_program(Source.read(path)))
        for name, found in typing.types.items():
            if name not in typing.problems:
                lines.append(f"  {name} : {found}")
        if typing.main is not None:
            lines.append(f"  main : {typing.main}")
        for name, problem in typing.problems.items():
            assert problem.span is not None
            line = problem.span.to_json()["line"]
            lines.append(f"  {name or 'main'} has none: line {line}: {problem.message}")
    golden(Path("types.txt"), "\n".join(lines) + "\n")
