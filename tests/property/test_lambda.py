"""The encodings of the λ-calculi beside what their properties look into: the kernel, and texts."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

import calculus
from calculus.verify.generation.sources.lambda_calculi import Fine, Lambda
from calculus.verify.independent.lambda_evaluators import ByName, ByValue, FineGrain, OutOfFuel, Tree, to_text
from calculus.verify.properties.encodings import lambda_calculi
from calculus.verify.property import Choose, Plan

DEFAULT, LONG = 40, 20_000

Case = tuple[Callable[[Choose], Any], Callable[[], Any]]
CASES: dict[str, Case] = {
    "lambda-cbn": (Lambda, ByName),
    "lambda-cbv": (Lambda, ByValue),
    "metalanguage": (lambda choose: Fine(choose, True), lambda: FineGrain(True)),
    "cbpv": (lambda choose: Fine(choose, False), lambda: FineGrain(False)),
}


def programs(name: str, count: int) -> list[tuple[str, Tree]]:
    """Texts of programs, and their values."""
    make, evaluator = CASES[name]
    found = []
    for seed in range(count):
        program = make(Random(seed).randrange).program(20)
        try:
            found.append((to_text(program), evaluator()(program)))
        except (OutOfFuel, RecursionError):
            continue
    assert len(found) > 0.95 * count
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_kernel_agrees(name: str) -> None:
    for text, expected in programs(name, DEFAULT):
        found: Any = calculus.run(name, text, engine="kernel")
        assert found.status == "done", text
        if expected[0] == "lit":
            assert found.value == calculus.parse(name, to_text(expected)), text


@pytest.mark.parametrize("name", CASES)
def test_the_translation_does_the_same_and_values_are_read_back(name: str) -> None:
    for text, expected in programs(name, DEFAULT):
        found: Any = calculus.run(name, text)
        same = calculus.run("fmc", calculus.translate(name, text))
        assert (same.status, same.stacks.keys()) == (found.result.status, found.stacks.keys())
        wanted = calculus.parse(name, to_text(expected[1] if expected[0] == "return" else expected))
        # What the printer says of the value is read as that value.
        assert calculus.parse(name, str(wanted)) == wanted


@pytest.mark.long
@pytest.mark.parametrize("item", lambda_calculi.PROPERTIES, ids=lambda item: item.name)
def test_agrees_on_many(item: Any) -> None:
    found = item.parts[0].check(Plan(seed=1, examples=LONG), 0, LONG)
    assert not found.failures and found.counts["compared"] > 0.95 * LONG
