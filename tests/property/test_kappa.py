"""The κ-calculus evaluates first-order functional programs: random ones, in which functions of several
arguments are applied to them, give what an evaluator of their own gives.
"""

from hypothesis import given
from hypothesis import strategies as st

import calculus
from calculus.verify.generation.sources.kappa import program
from calculus.verify.strategies.choices import built


def programs() -> st.SearchStrategy[tuple[str, str]]:
    return built(program, 16)


@given(programs())
def test_programs_leave_their_values(program: tuple[str, str]) -> None:
    text, value = program
    answers = calculus.run("kappa", text)
    assert answers.view is not None
    assert [answers.view(answer).data for answer in answers.answers] == [{"values": [value]}]
    assert answers.complete


@given(programs())
def test_the_layout_and_the_translation_mean_the_same(program: tuple[str, str]) -> None:
    text, value = program
    for unicode in (False, True):
        laid_out = calculus.format("kappa", text, unicode=unicode)
        assert calculus.format("kappa", laid_out, unicode=unicode) == laid_out
        assert calculus.translate("kappa", laid_out) == calculus.translate("kappa", text)
    found = calculus.run("rmc", calculus.translate("kappa", text))
    assert [str(answer.stacks["λ"][0]) for answer in found.answers] == [value]


@given(programs())
def test_a_push_before_an_abstraction_is_a_substitution(program: tuple[str, str]) -> None:
    _, value = program
    found = calculus.run("kappa", f"[{value}]; kappa x. [F(x)]; [x]; [G(x, x)]")
    plain = calculus.run("kappa", f"[F({value})]; [{value}]; [G({value}, {value})]")
    assert [answer.stacks for answer in found.answers] == [answer.stacks for answer in plain.answers]
