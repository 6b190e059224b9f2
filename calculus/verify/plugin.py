"""A plugin of pytest that collects laws: `pytest --calculus`.

Each law of a file in a language that has laws is a test. A law that is refuted fails with its counterexample;
one that is neither proved nor refuted is skipped or, with `--calculus-strict`, fails. Without `--calculus`
nothing is collected, and nothing more is loaded.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from calculus.registry import Calculus
    from calculus.verify.finding import Finding
    from calculus.verify.laws.statement import Options, Statement

ENDINGS = frozenset({".fmc", ".rmc", ".eml", ".rlm"})
"""The endings of files that are collected, besides those of calculi that were registered."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("calculus", "laws of calculus files")
    group.addoption(
        "--calculus", action="store_true", help="collect the laws of .fmc, .rmc, .eml and .rlm files"
    )
    group.addoption(
        "--calculus-strict", action="store_true", help="laws that are neither proved nor refuted fail"
    )
    group.addoption("--calculus-max-steps", type=int, metavar="N", help="steps for each law")
    group.addoption("--calculus-max-seconds", type=float, metavar="S", help="seconds for each law")
    group.addoption("--calculus-seed", type=int, default=0, metavar="N", help="seed of what is tried (0)")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "LawFile | None":
    if not parent.config.getoption("calculus") or not _is_collected(file_path):
        return None
    found: LawFile = LawFile.from_parent(parent, path=file_path)
    return found


def _is_collected(path: Path) -> bool:
    if path.suffix in ENDINGS:
        return True
    from calculus import registry

    # Languages that translate into others have endings too, but no laws.
    return path.suffix in registry.endings() and registry.for_file(path.name).name not in registry.BUILT_IN


class LawFile(pytest.File):
    """A file, collected as its laws."""

    def collect(self) -> Iterator["LawItem"]:
        from calculus import registry
        from calculus.source.text import Source
        from calculus.verify.laws import statements

        calculus = registry.for_file(self.path.name)
        source = Source.read(self.path)
        source.name = self._name()
        program: Any = calculus.parse(source)
        for law in statements(calculus.name, program):
            yield LawItem.from_parent(self, name=law.name, calculus=calculus, program=program, law=law)

    def _name(self) -> str:
        """The file as it is named in what is said about it."""
        root = self.config.rootpath
        return str(self.path.relative_to(root) if self.path.is_relative_to(root) else self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A mistake in a file is shown as the command line shows it."""
        from calculus.source.diagnostic import CalculusError
        from calculus.source.render import render_text

        if isinstance(excinfo.value, CalculusError):
            return render_text(excinfo.value)
        return super().repr_failure(excinfo)


class Refuted(Exception):
    """A law that does not hold or, if that is asked for, is not known to; the text says why."""


class LawItem(pytest.Item):
    """A law as a test."""

    def __init__(self, *, calculus: "Calculus", program: Any, law: "Statement", **others: Any) -> None:
        super().__init__(**others)
        self.calculus = calculus
        self.program = program
        self.law = law

    def runtest(self) -> None:
        from calculus.verify.laws import decide

        finding = decide(self.calculus.name, self.program, self.law, _options(self.config))
        if finding.verdict == "proved":
            return
        text = _text(finding)
        if finding.verdict == "refuted" or self.config.getoption("calculus_strict"):
            raise Refuted(text)
        pytest.skip(text.splitlines()[0])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from calculus.source.diagnostic import CalculusError
        from calculus.source.render import render_text

        match excinfo.value:
            case Refuted() as refuted:
                return str(refuted)
            case CalculusError() as problem:
                return render_text(problem)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = self.law.span.source.line_column(self.law.span.start)[0]
        return self.path, line - 1, f"{self.path.name}::{self.name}"


def _options(config: pytest.Config) -> "Options":
    from calculus.verify.laws.statement import Options

    names = ("calculus_max_steps", "calculus_max_seconds", "calculus_seed")
    return Options.given(*map(config.getoption, names))


def _text(finding: "Finding") -> str:
    """What was found, the place first."""
    from calculus.verify.report import headline, place, reasons

    lines = [f"{place(finding)}: {headline(finding)}", *(f"    {line}" for line in reasons(finding))]
    return "\n".join(lines)
