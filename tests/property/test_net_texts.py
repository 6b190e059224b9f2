"""Texts of nets with random mistakes: an error of the library or a layout that stays,
and nothing else.
"""

from pathlib import Path
from random import Random

import pytest

import calculus
from calculus import registry
from calculus.source.diagnostic import CalculusError

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(
    path for folder in ("petri", "inet") for path in (EXAMPLES / folder).iterdir() if path.suffix != ".json"
)
PIECES = ['"', "\\", "(", ")", "<", ">", "&", "=", "-- ", "\n", "0", "net ", "place ", "rule ", ":", ",", "é"]
PIECES += ["\ud800", "\0", "]]>", "<!--", "<![CDATA[x]]>", "<!DOCTYPE x>", "99999999", "->", "><"]


def spoilt(text: str, random: Random) -> str:
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(text) + 1)
        match random.randrange(3):
            case 0:
                text = text[:at] + text[at + random.randrange(1, 8) :]
            case 1:
                text = text[:at] + random.choice(PIECES) + text[at:]
            case _:
                start = random.randrange(len(text))
                text = text[:at] + text[start : start + random.randrange(1, 20)] + text[at:]
    return text


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_spoilt_texts(path: Path) -> None:
    language = registry.for_file(str(path)).name
    original = path.read_text(encoding="utf-8")
    right = 0
    for seed in range(100):
        text = spoilt(original, Random(seed))
        try:
            laid_out = calculus.format(language, text)
            right += 1
            assert calculus.format(language, laid_out) == laid_out
            if language == "petri":
                pnml = calculus.translate(language, text, to="pnml")
                assert calculus.translate(language, pnml, to="net") == calculus.translate(
                    language, text, to="net"
                )
            found = calculus.solve(language, text, engine="reference", max_steps=2_000, max_answers=10)
            assert found.view is not None
            for answer in found:
                found.view(answer)
        except CalculusError:
            continue
    assert right < 100
