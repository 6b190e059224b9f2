"""Programs of Prolog have the answers that SWI-Prolog gives with occurs check, in the same order and in the
same words; on a corpus, and on random programs.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import calculus
from calculus.encodings.prolog.program import read_term
from calculus.source.text import Source
from calculus.verify.generation.sources.prolog import program as prolog_program
from calculus.verify.generation.sources.prolog import pure
from calculus.verify.independent import resolution
from calculus.verify.strategies.choices import built
from tests.property import swi

FOLDERS = (Path(__file__).parent / "prolog", Path(__file__).parents[2] / "examples" / "prolog")
CORPUS = sorted(path for folder in FOLDERS for path in folder.glob("*.pl"))
MOST, FEW = 30, 10
"""Answers that are compared, of a program of the corpus and of a random one."""
STEPS = 10_000
INFERENCES = 1_000

needs_swipl = pytest.mark.skipif(swi.SWIPL is None, reason="SWI-Prolog (swipl) is not installed")

_WORDS = re.compile(r" ?\b(is|mod|rem|div|rdiv|xor)\b ?")


def ours(text: str, most: int, **options: object) -> swi.Outcome:
    found = calculus.solve("prolog", text, max_answers=most, **options)
    assert found.view is not None
    answers = [found.view(answer).data for answer in found]
    end = "complete" if found.complete else "error" if found.error else str(found.stopped_by)
    return swi.Outcome(answers, {"answers": "limit", "steps": "inferences"}.get(end, end))


def spaced(outcome: swi.Outcome) -> swi.Outcome:
    """SWI-Prolog leaves out spaces around operators that are words where it can; we do not."""
    answers = [
        {name: _WORDS.sub(r" \1 ", text) for name, text in answer.items()} for answer in outcome.answers
    ]
    return outcome._replace(answers=answers)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[swi.Swi]:
    found = swi.Swi(tmp_path_factory.mktemp("swi"))
    yield found
    found.close()


@needs_swipl
@pytest.mark.parametrize("engine", ["auto", "kernel"])
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(path: Path, engine: str, judge: swi.Swi) -> None:
    text = path.read_text(encoding="utf-8")
    expected = judge.solve(text, MOST)
    assert expected.answers or path.stem == "occurs-check"
    assert expected.end in ("complete", "limit")
    assert spaced(ours(text, MOST, engine=engine)) == spaced(expected)


def test_corpus_is_large() -> None:
    assert len(CORPUS) >= 40


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert calculus.format("prolog", text) == text


@needs_swipl
@settings(suppress_health_check=list(HealthCheck))
@given(built(prolog_program, 20), st.sampled_from(("reference", "kernel")))
def test_random_programs(judge: swi.Swi, text: str, engine: str) -> None:
    expected = judge.solve(text, FEW, INFERENCES)
    agree(text, spaced(ours(text, FEW, max_steps=STEPS, engine=engine)), spaced(expected))


def agree(text: str, found: swi.Outcome, expected: swi.Outcome) -> None:
    """The outcomes are equal, as far as both searches went."""
    if "inferences" not in (found.end, expected.end):
        assert found == expected, text
        return
    shorter, longer = sorted((found.answers, expected.answers), key=len)
    assert longer[: len(shorter)] == shorter, text
    for one, other in ((found, expected), (expected, found)):
        assert one.end == "inferences" or len(other.answers) <= len(one.answers), text


@needs_swipl
@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(built(pure, 20))
def test_resolution_finds_what_swi_prolog_finds(judge: swi.Swi, text: str) -> None:
    """The judge of generated programs in campaigns is judged itself."""
    search = resolution.Resolution(calculus.program("prolog", text), 2_000)
    expected = judge.solve(text, FEW, INFERENCES)
    found, end = [], "complete"
    try:
        for bindings in search.answers():
            found.append(bindings)
            if len(found) == FEW:
                end = "limit"
                break
    except resolution.Spent:
        end = "inferences"
    shown = [
        resolution.numbered([resolution.resolved(("?", name), bindings) for name in answer])
        for bindings, answer in zip(found, expected.answers, strict=False)
    ]
    wanted = [
        resolution.numbered([resolution.value_of(read_term(Source(part))) for part in answer.values()])
        for answer in expected.answers
    ]
    assert shown == wanted[: len(shown)], text
    if "inferences" not in (end, expected.end):
        assert (end, len(found)) == (expected.end, len(wanted)), text
