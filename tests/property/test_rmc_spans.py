"""Normal forms of the RMC against its machine: spans say what runs do, and duals what they undo."""

from random import Random

import pytest

from calculus.machine.relational.instructions import LAMBDA, constructor, variable
from calculus.rmc.dual import dual
from calculus.rmc.normal import normal_form
from calculus.rmc.spans import Span, applied, compose, core, framed, span, subsumes
from calculus.rmc.subsumption import instance
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.spans import Shape, answer
from tests.property.parts import checked


def test_spans_do_what_the_machine_does() -> None:
    assert checked("rmc", "adequacy", "spans", size=4).counts["runs"] > 1_000
    assert checked("rmc", "adequacy", "generated", examples=300, seed=1).counts["answers"] > 200


@pytest.mark.long
def test_spans_do_what_the_machine_does_at_length() -> None:
    assert checked("rmc", "adequacy", "spans", size=7).counts["runs"] > 150_000


def test_composition() -> None:
    assert checked("rmc", "spans", "generated", examples=300, seed=1).counts["spans"] > 150


def test_a_span_gives_the_answers_that_substitution_gives() -> None:
    """`applied` against `answer`, which substitutes."""
    compared = 0
    for seed in range(300):
        rng = Random(f"applied {seed}")
        for item in some_spans(seed):
            memory = generation.memory(rng.randrange, 3, free=("p", "q"))
            ours, theirs = applied(item, memory), answer(Shape(item.popped, item.pushed), memory)
            assert (ours and ours.key()) == (theirs and theirs.key()), f"{item} on {memory}"
            compared += ours is not None
    assert compared > 80


def check_duality(size: int) -> int:
    count = 0
    for term in enumeration.space(size):
        form = normal_form(term)
        assert normal_form(dual(term)).spans == form.dual().spans, str(term)
        count += 1
    return count


def test_the_normal_form_of_the_dual_is_the_dual() -> None:
    assert check_duality(6) > 2000


@pytest.mark.long
def test_the_normal_form_of_the_dual_is_the_dual_at_length() -> None:
    assert check_duality(8) > 50_000


def test_duals_of_larger_terms() -> None:
    for seed in range(500):
        rng = Random(f"dual {seed}")
        term = generation.term(rng.randrange, rng.randint(6, 40), stars=False)
        assert normal_form(dual(term)).spans == normal_form(term).dual().spans, str(term)


def test_the_term_of_a_normal_form_has_that_normal_form() -> None:
    for seed in range(300):
        rng = Random(f"again {seed}")
        form = normal_form(generation.term(rng.randrange, rng.randint(6, 40), stars=False))
        assert normal_form(form.term()).spans == form.spans


def some_spans(seed: int) -> list[Span]:
    rng = Random(f"some spans {seed}")
    return list(normal_form(generation.term(rng.randrange, rng.randint(8, 40), stars=False)).counter)


def test_frames() -> None:
    """A span is its core framed; framing is composition with nothing on higher stacks."""
    checked = 0
    for seed in range(300):
        for item in some_spans(seed):
            inner, heights = core(item)
            assert framed(inner, dict(heights)) == item
            assert core(inner) == (inner, ())
            higher = framed(item, {LAMBDA: 1, "a": 2})
            assert core(higher)[0] == inner
            assert subsumes(item, higher)
            assert not subsumes(higher, item)
            idle = {LAMBDA: [variable("u")], "a": [variable("v"), variable("w")]}
            rest = {
                place: max(0, len(values) - len(item.popped.get(place, ()))) for place, values in idle.items()
            }
            assert compose(span(idle, idle), item) == framed(item, rest)
            checked += 1
    assert checked > 200


def test_an_instance_is_subsumed() -> None:
    checked = 0
    for seed in range(300):
        rng = Random(f"instance {seed}")
        for item in some_spans(seed):
            choices = (constructor("A"), variable("y"))
            values = {name: rng.choice((*choices, variable(name))) for name in item.variables}
            special = instance(item, values)
            assert subsumes(item, special)
            if len(special.variables) < len(item.variables):
                assert not subsumes(special, item)
            checked += 1
    assert checked > 200
