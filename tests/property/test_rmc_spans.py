"""Normal forms of the RMC against its machine: spans say what runs do, and duals what they undo."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random

import pytest

from calculus.machine.relational.instructions import LAMBDA, constructor, sequence, variable
from calculus.machine.relational.query import Query
from calculus.rmc.dual import dual
from calculus.rmc.normal import NormalForm, normal_form
from calculus.rmc.spans import Span, applied, compose, core, framed, span, subsumes
from calculus.rmc.subsumption import instance
from calculus.term import Term
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import LiteralMachine

PLENTY = 10_000


def memories(height: int, values: Sequence[Term]) -> Iterator[dict[str, list[Term]]]:
    """Memories on λ and a, at most so high together, of these values or of different variables."""
    for first, second in product(range(height + 1), repeat=2):
        if first + second <= height:
            for chosen in product([*values, None], repeat=first + second):
                items = [variable(f"X{n}") if item is None else item for n, item in enumerate(chosen)]
                yield {LAMBDA: items[:first], "a": items[first:]}


def expected(form: NormalForm, memory: Mapping[str, Sequence[Term]]) -> "Counter[object]":
    """The answers that the spans give."""
    found: Counter[object] = Counter()
    for item, times in form.spans:
        answer = applied(item, memory)
        if answer is not None:
            found[answer.key()] += times
    return found


def answers(term: Term, memory: Mapping[str, Sequence[Term]]) -> "Counter[object]":
    literal = LiteralMachine(Query(term, {}, memory), "dfs", PLENTY)
    assert literal.complete
    return Counter(answer.key() for answer in literal.answers)


def check_machine(size: int, height: int) -> int:
    values = [constructor("A"), constructor("S", variable("X0"))]
    several = list(memories(height, values))
    checks = 0
    for term in enumeration.space(size):
        form = normal_form(term)
        for memory in several:
            assert expected(form, memory) == answers(term, memory), f"{term} on {memory}"
            checks += 1
    return checks


def test_spans_do_what_the_machine_does() -> None:
    assert check_machine(4, 2) > 3000


@pytest.mark.long
def test_spans_do_what_the_machine_does_at_length() -> None:
    assert check_machine(7, 2) > 150_000


def test_spans_do_what_the_machine_does_on_larger_terms() -> None:
    for seed in range(200):
        rng = Random(f"spans {seed}")
        term = generation.term(rng.randrange, rng.randint(6, 40), stars=False)
        form = normal_form(term)
        for _ in range(4):
            memory = generation.memory(rng.randrange, 3, free=("p", "q"))
            assert expected(form, memory) == answers(term, memory), f"{term} on {memory}"


def test_open_terms_are_closed() -> None:
    """The spans of an open term say what it does to its variables, too."""
    for seed in range(300):
        rng = Random(f"open {seed}")
        term = generation.term(rng.randrange, rng.randint(6, 24), free=("p", "q"), stars=False)
        form = normal_form(term)
        names = sorted(set(Query(term).variables))
        for _ in range(3):
            memory = generation.memory(rng.randrange, 3, free=("p", "q"))
            given = constructor("E", *map(variable, names))
            found: Counter[object] = Counter()
            for item, times in form.spans:
                answer = applied(item, {**memory, "$": [given]} if names else memory)
                if answer is not None:
                    answer.stacks.pop("$", None)
                    bindings = {name: answer.bindings[name] for name in Query(term, {}, memory).variables}
                    found[type(answer).of(bindings, answer.stacks).key()] += times
            assert found == answers(term, memory), f"{term} on {memory}"


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


def test_composition() -> None:
    for seed in range(500):
        rng = Random(f"compose {seed}")
        first, second = (generation.term(rng.randrange, rng.randint(4, 24), stars=False) for _ in range(2))
        whole = normal_form(sequence(first, second))
        assert normal_form(first).then(normal_form(second)).spans == whole.spans, f"{first} and {second}"


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
