"""Verdicts about RMC terms against brute force: machines run on all memories that matter, Python's `re`."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from random import Random

import pytest

from calculus.machine.relational.instructions import (
    NOTHING,
    constructor,
    new,
    pop,
    push,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.rmc.dual import dual
from calculus.rmc.equality import equal
from calculus.rmc.normal import normal_form
from calculus.rmc.spans import Span, subsumes
from calculus.rmc.subsumption import LEVELS, difference
from calculus.rmc.verdict import Verdict
from calculus.term import Term, free_variables
from calculus.term.binding import substitute
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.properties.rmc.equality import witnessed
from calculus.verify.properties.rmc.subjects import PLACES
from tests.property.parts import checked

# Star-free terms


def pairs(first: int, count: int) -> Iterator[tuple[Term, Term]]:
    """Pairs of small terms, many of them equal or nearly so."""
    small = [
        item
        for item in enumeration.space(5, locations=PLACES)
        if not free_variables(item) and normal_form(item).spans
    ]
    for seed in range(first, first + count):
        rng = Random(f"pair {seed}")
        some = [rng.choice(small) for _ in range(3)]
        ours = [rng.choice(some) for _ in range(rng.randint(1, 4))]
        theirs = [rng.choice(some) for _ in range(rng.randint(1, 4))]
        if rng.random() < 0.3:
            theirs = rng.sample(ours, len(ours))
        after = [rng.choice(small)] if rng.random() < 0.3 else []
        yield sequence(sum_of(*ours), *after), sequence(sum_of(*theirs), *after)


def check(left: Term, right: Term, verdict: Verdict) -> None:
    """A witness is one: its answer is among those of its side, and not, or less often, among the other's."""
    if verdict.verdict == "different":
        assert witnessed(left, right, verdict) is None, f"{left} and {right}"


def test_levels() -> None:
    found = checked("rmc", "equality", "sums", examples=60, seed=1).counts
    assert min(found.values()) >= 10 and len(found) == 6


def test_finite_signatures() -> None:
    found = checked("rmc", "equality", "signatures", examples=30, seed=1).counts
    assert min(found.values()) >= 5 and len(found) == 2


@pytest.mark.long
def test_levels_and_signatures_at_length() -> None:
    checked("rmc", "equality", "sums", examples=5_000, seed=2)
    checked("rmc", "equality", "signatures", examples=3_000, seed=2)


def cases(rng: Random, values: Sequence[Term]) -> list[Term]:
    """Values of which each value is an instance: variables split into cases here and there."""
    found = list(values)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(found))
        names = sorted(free_variables(found[at]))
        if names:
            name = rng.choice(names)
            item = found.pop(at)
            one, other = variable(f"{name}0"), variable(f"{name}1")
            shapes = [constructor("Z"), constructor("S", one), constructor("P", one, other)]
            found += [substitute(item, {name: shape}) for shape in shapes]
    return found


def test_splitting_covers() -> None:
    """A term and the sum of its cases are equal over the signature; without one of the cases they are not."""
    for seed in range(20):
        rng = Random(f"split {seed}")
        whole = rng.choice(
            [
                variable("x"),
                constructor("P", variable("x"), variable("y")),
                constructor("P", variable("x"), variable("x")),
                constructor("P", variable("x"), constructor("S", variable("y"))),
            ]
        )
        split = cases(rng, [whole])
        rng.shuffle(split)

        def relation(values: Iterable[Term]) -> Term:
            return sum_of(
                *(new(sorted(free_variables(value)), sequence(pop(value), push(value))) for value in values)
            )

        signature = "Z S/1 P/2"
        left, right = relation([whole]), relation(split)
        assert equal(left, right, level="ground", signature=signature).verdict == "equal"
        if len(split) > 1:
            verdict = equal(left, relation(split[1:]), level="ground", signature=signature)
            assert verdict.verdict == "different"
            check(left, relation(split[1:]), verdict)
            assert equal(left, right, level="ground").verdict == "different"


def test_levels_imply_each_other() -> None:
    rank = {"equal": 1, "different": 0}
    for left, right in pairs(5000, 80):
        verdicts = [rank[equal(left, right, level=level).verdict] for level in LEVELS]
        assert verdicts == sorted(verdicts)
        check(left, right, equal(left, right, level="ground"))


def test_equality_of_duals() -> None:
    for left, right in pairs(6000, 60):
        for level in LEVELS:
            assert (
                equal(left, right, level=level).verdict == equal(dual(left), dual(right), level=level).verdict
            )


def covers(ours: Iterable[Span], theirs: Iterable[Span]) -> bool:
    return all(any(subsumes(other, item) for other in theirs) for item in ours)


def test_ground_without_a_signature_is_mutual_subsumption() -> None:
    for left, right in pairs(7000, 100):
        ours, theirs = (normal_form(side).counter for side in (left, right))
        expected = covers(ours, theirs) and covers(theirs, ours)
        assert (difference(ours, theirs, "ground") is None) == expected


# The Kleene fragment


def random_regex(rng: Random, depth: int) -> tuple[str, Term]:
    """A regular expression, as text for `re` and as a term that pops letters."""
    kind = rng.randrange(7) if depth else rng.randrange(3)
    if kind < 3:
        letter = rng.choice("abc" if kind else "ab")
        return letter, pop(constructor(letter.upper()), "i")
    if kind == 3:
        return "", NOTHING
    first, one = random_regex(rng, depth - 1)
    if kind == 4:
        return f"(?:{first})*", star(one)
    second, other = random_regex(rng, depth - 1)
    if kind == 5:
        return f"(?:{first})(?:{second})", sequence(one, other)
    return f"(?:{first}|{second})", sum_of(one, other)


def check_regexes(first: int, count: int) -> Counter[str]:
    words = ["".join(letters) for length in range(6) for letters in product("abc", repeat=length)]
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        rng = Random(f"regex {seed}")
        texts, terms = zip(*(random_regex(rng, 4) for _ in range(2)), strict=True)
        languages = [{word for word in words if re.fullmatch(text, word)} for text in texts]
        for level in ("set", "ground"):
            verdict = equal(*terms, level=level)
            found[verdict.verdict] += 1
            if verdict.verdict == "equal":
                assert languages[0] == languages[1], texts
                continue
            assert verdict.verdict == "different", texts
            assert verdict.witness is not None
            given = verdict.witness.stacks.get("i", ())
            bound = verdict.witness.answer.bindings
            letters = [bound.get(str(value.label), value) for value in given]
            word = "".join(str(value.label).lower() for value in reversed(letters))
            matches = [re.fullmatch(text, word) is not None for text in texts]
            assert matches == [verdict.witness.side == "left", verdict.witness.side == "right"], texts
    return found


def test_regular_expressions() -> None:
    found = check_regexes(0, 60)
    assert found["equal"] >= 4 and found["different"] >= 40


@pytest.mark.long
def test_regular_expressions_at_length() -> None:
    check_regexes(1000, 5000)


def test_generating_words_is_the_dual_of_reading() -> None:
    for seed in range(10):
        rng = Random(f"generate {seed}")
        left, right = (random_regex(rng, 3)[1] for _ in range(2))
        forwards, backwards = equal(left, right), equal(dual(left), dual(right))
        assert forwards.verdict == backwards.verdict


def random_automaton(rng: Random, states: int) -> tuple[list[tuple[int, str, int]], set[int]]:
    moves = [
        (rng.randrange(states), rng.choice("ab"), rng.randrange(states)) for _ in range(rng.randint(1, 6))
    ]
    return moves, {state for state in range(states) if rng.random() < 0.5}


def automaton_term(moves: Iterable[tuple[int, str, int]], final: Iterable[int]) -> Term:
    """`[Q0]q; (Σ q<p>; i<c>; [p']q)*; (Σ q<f>)`"""

    def state(number: int) -> Term:
        return constructor(f"Q{number}")

    steps = [
        sequence(pop(state(p), "q"), pop(constructor(c.upper()), "i"), push(state(n), "q"))
        for p, c, n in moves
    ]
    return sequence(push(state(0), "q"), star(sum_of(*steps)), sum_of(*(pop(state(f), "q") for f in final)))


def accepts(moves: Iterable[tuple[int, str, int]], final: set[int], word: str) -> bool:
    states = {0}
    for letter in word:
        states = {n for p, c, n in moves if p in states and c == letter}
    return bool(states & final)


def test_automata() -> None:
    words = ["".join(letters) for length in range(7) for letters in product("ab", repeat=length)]
    found: Counter[str] = Counter()
    for seed in range(80):
        rng = Random(f"automaton {seed}")
        one = random_automaton(rng, 3)
        other = random_automaton(rng, 3) if seed % 2 else ([*one[0], rng.choice(one[0])], one[1])
        verdict = equal(automaton_term(*one), automaton_term(*other))
        expected = all(accepts(*one, word) == accepts(*other, word) for word in words)
        # A difference of such small automata shows on a short word.
        assert verdict.verdict == ("equal" if expected else "different")
        found[verdict.verdict] += 1
    assert min(found["equal"], found["different"]) > 15


# Terms beyond


def test_iterations() -> None:
    found = checked("rmc", "equality", "iterations", examples=10, seed=1).counts
    assert found["set: equal"] > 3 and found["multiset: different"] > 3


@pytest.mark.long
def test_iterations_at_length() -> None:
    checked("rmc", "equality", "iterations", examples=2_000, seed=2)
