"""The laws that the documentation shows hold."""

import re
from pathlib import Path

import pytest

from calculus.verify.laws.verifying import verify

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(fmc|rmc|eml|rlm)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHOWN = [
    pytest.param(found[1], found[2], id=f"{page.stem}-{number}")
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for number, found in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")))
    if re.search(r"^law ", found[2], re.MULTILINE)
]


@pytest.mark.parametrize(("language", "text"), SHOWN)
def test_laws_of_the_documentation(language: str, text: str) -> None:
    report = verify(text, language)
    assert {finding.name: finding.verdict for finding in report.findings if finding.verdict != "proved"} == {}


def test_the_reference_has_laws_of_the_machine_calculi() -> None:
    shown = [str(item.id) for item in SHOWN if str(item.id).startswith("laws-")]
    assert len(shown) >= 4
