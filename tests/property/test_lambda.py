"""The encodings of the λ-calculi give what textbook evaluators give, on random programs."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import calculus
from calculus.encodings import terms as t
from calculus.encodings.build import fold
from calculus.term import Term, alpha_equal, node
from tests.property.lambda_evaluators import ByName, ByValue, Evaluator, FineGrain, OutOfFuel, to_text
from tests.property.lambda_programs import Fine, Lambda

DEFAULT, LONG = 300, 20_000

Case = tuple[str, Callable[[int], Any], Callable[[], Evaluator]]
CASES: dict[str, Case] = {
    "lambda-cbn": ("lambda-cbn", Lambda, ByName),
    "lambda-cbv": ("lambda-cbv", Lambda, ByValue),
    "metalanguage": ("metalanguage", partial(Fine, abstractions_are_values=True), partial(FineGrain, True)),
    "cbpv": ("cbpv", partial(Fine, abstractions_are_values=False), partial(FineGrain, False)),
}


def compare(case: Case, seed: int, engine: str) -> bool:
    """Compare one program; whether it was compared, not too long for the evaluator."""
    language, generator, evaluator = case
    program = generator(seed).program()
    text = to_text(program)
    try:
        expected = evaluator()(program)  # type: ignore[operator]
    except (OutOfFuel, RecursionError):
        return False
    wanted = calculus.parse(language, to_text(expected[1] if expected[0] == "return" else expected))
    found: Any = calculus.run(language, text, engine=engine)
    assert found.status == "done", (seed, text, found.error)
    if engine == "reference":
        assert alpha_equal(plain(found.value), plain(wanted)), (seed, text, str(found.value), str(wanted))
    elif expected[0] == "lit":
        assert found.value == wanted, (seed, text)
    # What the printer says of the value is read as that value.
    assert calculus.parse(language, str(wanted)) == wanted
    if seed % 10 == 0:
        same = calculus.run("fmc", calculus.translate(language, text))
        assert (same.status, same.stacks.keys()) == (found.result.status, found.stacks.keys())
    return True


def plain(term: Term) -> Term:
    """`thunk (force V)` as V, and `force (thunk M)` as M: the machine does not tell them apart."""

    def build(item: Term, parts: list[Term]) -> Term:
        inner = {t.THUNK: t.FORCE, t.FORCE: t.THUNK}.get(item.op)
        return (
            parts[0].children[0]
            if parts and parts[0].op is inner
            else node(item.op, item.label, tuple(parts))
        )

    return fold(term, build)


def campaign(case: Case, count: int, first: int) -> int:
    compared = sum(
        compare(case, seed, "kernel" if seed % 25 == 1 else "reference")
        for seed in range(first, first + count)
    )
    assert compared > 0.95 * count
    return compared


@pytest.mark.parametrize("name", CASES)
def test_agrees(name: str) -> None:
    campaign(CASES[name], DEFAULT, 0)


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_agrees_on_many(name: str) -> None:
    print(name, campaign(CASES[name], LONG, 1000))
