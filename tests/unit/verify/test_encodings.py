"""The properties of the encodings: they hold, look at programs of all kinds, and would notice a mistake."""

from typing import Any

import pytest

import calculus
from calculus.verify.generation import replay
from calculus.verify.generation.sources.imp import Imp
from calculus.verify.independent import automata, petri, python_programs, resolution, turing
from calculus.verify.independent.lambda_evaluators import ByValue, Tree
from calculus.verify.properties.encodings import (
    automaton,
    imp,
    inet,
    kappa,
    lambda_calculi,
    prolog,
    regex,
)
from calculus.verify.properties.encodings import petri as petri_property
from calculus.verify.properties.encodings import (
    turing as turing_property,
)
from calculus.verify.property import Choose, Generated, Plan, Property, Tally

ROOMS = (lambda_calculi, imp, kappa, prolog, regex, automaton, turing_property, petri_property, inet)
ALL = [item for room in ROOMS for item in room.PROPERTIES]


def part_of(item: Property) -> Generated:
    (part,) = item.parts
    assert isinstance(part, Generated)
    return part


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.name)
def test_translations_do_what_their_judges_say(item: Property) -> None:
    part = part_of(item)
    plan = Plan(examples=18)
    found = part.check(plan, 0, 18)
    assert found.failures == []
    assert found.checked == 18
    compared = sum(number for what, number in found.counts.items() if what not in ("given up", "in part"))
    assert compared >= 8
    # A range that was begun elsewhere comes to the same.
    parts = Tally()
    parts.add(part.check(plan, 0, 3))
    parts.add(part.check(plan, 3, 6))
    assert parts == part.check(plan, 0, 6)


def refuted(item: Property, examples: int = 100) -> tuple[str, str]:
    """The first generated counterexample, made small, and what is wrong with it."""
    part = part_of(item)

    def wrong(subject: Any) -> str | None:
        return part.violation(subject, Tally())

    subject = next(one for number in range(examples) if wrong(one := part.subject(Plan(), number)))
    small = replay.shrunk(subject, lambda one: wrong(one) is not None, tries=400)
    what = wrong(small)
    assert what is not None
    return part.show(small), what


def test_an_evaluator_with_another_order_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    operate = ByValue.operate

    def exchanged(self: ByValue, sign: str, left: Tree, right: Tree) -> Tree:
        return operate(self, sign, *((right, left) if sign == "-" else (left, right)))

    monkeypatch.setattr(ByValue, "operate", exchanged)
    subject, what = refuted(lambda_calculi.PROPERTIES[1], 300)
    assert " - " in subject and len(subject) <= 30
    assert what.startswith("the translation: ") and "; the evaluator: " in what


def test_python_with_longer_texts_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    run = python_programs.run

    def odd(text: str, *rest: Any) -> Any:
        return run(text.replace("len(", "1 + len("), *rest)

    monkeypatch.setattr(python_programs, "run", odd)
    subject, _ = refuted(imp.PROPERTIES[0])
    # Seven cells are given values before anything else.
    assert "length" in subject and subject.count(";") <= 10


def test_a_search_in_another_order_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    after = resolution.Resolution.after
    monkeypatch.setattr(resolution.Resolution, "after", lambda *given: reversed(list(after(*given))))
    subject, what = refuted(prolog.PROPERTIES[0], 30)
    assert subject.count("\n") <= 4
    assert "SLD resolution" in what


def test_a_simulation_that_forgets_silent_steps_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automata, "_closed", lambda automaton, states: states)
    subject, _ = refuted(automaton.PROPERTIES[0])
    assert "ε" in subject or "  ->" in subject
    assert subject.count("\n") <= 5


def test_an_interpreter_that_stays_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = turing.outcomes

    def slower(*given: Any) -> Any:
        found = outcomes(*given)
        return found and [halt._replace(steps=halt.steps + (halt.steps > 1)) for halt in found]

    monkeypatch.setattr(turing_property, "outcomes", slower)
    subject, _ = refuted(turing_property.PROPERTIES[0])
    assert subject.count("->") <= 2


def test_an_explorer_that_forgets_a_marking_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    explore = petri.explore

    def forgetful(*given: Any, **options: Any) -> Any:
        found = explore(*given, **options)
        return found and set(sorted(found)[:3])

    monkeypatch.setattr(petri_property, "explore", forgetful)
    subject, _ = refuted(petri_property.PROPERTIES[0])
    assert subject.count("\n") <= 6


def test_a_replayed_subject_is_the_same() -> None:
    def program(choose: Choose, size: int) -> tuple[str, str]:
        return Imp(choose).program(size)

    part = part_of(imp.PROPERTIES[0])
    for number in range(20):
        drawn = part.subject(Plan(), number)
        again = replay.replayed(program, drawn.size, drawn.choices)
        assert again.value == drawn.value and again.choices == drawn.choices


def test_missing_and_large_choices_are_the_simplest_and_the_largest() -> None:
    def numbers(choose: Choose, size: int) -> list[int]:
        return [choose(5) for _ in range(size)]

    assert replay.replayed(numbers, 4, (9, 3)).value == [4, 3, 0, 0]
    large = replay.replayed(numbers, 20, (4, 1, 4, 2, 4, 3, 4, 4, 1, 2, 3))
    small = replay.shrunk(large, lambda drawn: sum(drawn.value) >= 6)
    assert sum(small.value) == 6 and len(small.value) <= 3
    assert str(small) == str(small.value)


def test_programs_of_source_languages_can_be_read() -> None:
    for item in ALL:
        language = item.name.removeprefix("encoding-")
        if language not in ("regex", "automaton", "turing", "inet"):
            subject = part_of(item).subject(Plan(), 7)
            calculus.program(language, part_of(item).show(subject))
