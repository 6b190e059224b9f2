"""Every law of `examples/` is proved, but for those of `examples/laws`, which are refuted, and a few that are
beyond the methods.
"""

from functools import cache
from pathlib import Path

import pytest

from calculus.verify.certificates import write
from calculus.verify.checker.directory import check_directory
from calculus.verify.laws.verifying import verify
from calculus.verify.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"
ENDINGS = (".fmc", ".rmc", ".eml", ".rlm")
FILES = {
    str(path.relative_to(EXAMPLES)): path
    for path in sorted(EXAMPLES.rglob("*"))
    if path.suffix in ENDINGS and "\nlaw " in path.read_text(encoding="utf-8")
}
REFUTED = "laws"
"""The folder of laws that do not hold."""
UNKNOWN = frozenset({"fmc/data-list.fmc::halts"})


@cache
def report(name: str) -> Report:
    return verify(FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_laws_of_the_examples(name: str) -> None:
    found = {f"{name}::{finding.name}": finding.verdict for finding in report(name).findings}
    expected = "refuted" if name.startswith(f"{REFUTED}/") else "proved"
    assert found
    assert found == {law: "unknown" if law in UNKNOWN else expected for law in found}


def test_there_are_laws_of_many_examples() -> None:
    assert len(FILES) >= 30
    assert {path.suffix for path in FILES.values()} == set(ENDINGS)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(f"{REFUTED}/")])
def test_what_is_refuted_is_shown(name: str) -> None:
    for finding in report(name).findings:
        assert finding.counterexample
        assert finding.explained


def test_certificates_of_the_laws_are_checked_again(tmp_path: Path) -> None:
    write(tmp_path, [finding for name in FILES for finding in report(name).findings])
    result = check_directory(tmp_path)
    assert result.ok, str(result)
    # Plans of λ-RLM have a checker of their own.
    assert {problem.reason for problem in result.unchecked} <= {"no claims of the kind rlm-plan are known"}
    assert min(result.checked[kind] for kind in ("answers", "equal", "runs", "spans")) >= 10
