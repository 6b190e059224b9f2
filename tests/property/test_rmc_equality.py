"""Verdicts about RMC terms against brute force: machines run on all memories that matter, Python's `re`."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from random import Random

import pytest

from calculus.machine.relational.instructions import (
    FAILURE,
    LAMBDA,
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
from calculus.machine.relational.query import Query
from calculus.rmc.dual import dual
from calculus.rmc.equality import equal
from calculus.rmc.normal import normal_form
from calculus.rmc.signature import Signature
from calculus.rmc.spans import Span, span, subsumes
from calculus.rmc.subsumption import LEVELS, Level, difference, instance
from calculus.rmc.verdict import Verdict
from calculus.term import Term, free_variables
from calculus.term.binding import substitute
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import LiteralMachine

PLACES = (LAMBDA, "a")
Memory = Mapping[str, Sequence[Term]]


def answers(term: Term, memory: Memory, limit: int = 5000) -> tuple["Counter[object]", bool]:
    """The answers of a machine that substitutes literally, and whether they are all."""
    literal = LiteralMachine(Query(term, {}, memory), "bfs", limit)
    return Counter(answer.key() for answer in literal.answers), literal.complete


# Levels `multiset` and `set`: the most general memories decide


def general_memories(height: int) -> Iterator[dict[str, list[Term]]]:
    """Memories of different variables, so high at each location."""
    for heights in product(range(height + 1), repeat=len(PLACES)):
        yield {
            place: [variable(f"{place}{number}") for number in range(count)]
            for place, count in zip(PLACES, heights, strict=True)
        }


def same(left: Term, right: Term, level: Level) -> bool:
    """By running both on all memories of variables that are high enough."""
    for memory in general_memories(3):
        ours, theirs = (answers(side, memory)[0] for side in (left, right))
        if ours != theirs and (level == "multiset" or set(ours) != set(theirs)):
            return False
    return True


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


def check_levels(first: int, count: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for left, right in pairs(first, count):
        for level in ("multiset", "set"):
            verdict = equal(left, right, level=level)
            assert (verdict.verdict == "equal") == same(left, right, level), f"{level}: {left} and {right}"
            check(left, right, verdict)
            found[f"{level} {verdict.verdict}"] += 1
    return found


def test_levels_multiset_and_set() -> None:
    found = check_levels(0, 80)
    assert min(found.values()) >= 10 and len(found) == 4


@pytest.mark.long
def test_levels_multiset_and_set_at_length() -> None:
    assert len(check_levels(1000, 5000)) == 4


def check(left: Term, right: Term, verdict: Verdict) -> None:
    """A witness is one: its answer is among those of its side, and not, or less often, among the other's."""
    if verdict.verdict != "different":
        return
    witness = verdict.witness
    assert witness is not None and not witness.variables
    ours, theirs = (left, right) if witness.side == "left" else (right, left)
    if verdict.level == "ground":
        # After the pair's second memory has been popped, nothing is left.
        after = [
            pop(value, place) for place, values in witness.answer.stacks.items() for value in values[::-1]
        ]
        ours, theirs = sequence(ours, *after), sequence(theirs, *after)
        empty = ((), ())
        assert empty in answers(ours, witness.stacks)[0]
        assert empty not in answers(theirs, witness.stacks)[0]
        return
    wanted = witness.answer.key()
    has, lacks = answers(ours, witness.stacks)[0][wanted], answers(theirs, witness.stacks)[0][wanted]
    assert has > lacks if verdict.level == "multiset" else has and not lacks


# Level `ground`: over a finite signature by enumeration


def closed_memories(values: Sequence[Term], height: int) -> Iterator[dict[str, list[Term]]]:
    for count in range(height + 1):
        for chosen in product(values, repeat=count):
            yield {LAMBDA: list(chosen)}


def related(item: Term, values: Sequence[Term], height: int) -> set[object]:
    """The pairs of closed memories of those values that a term relates."""
    found: set[object] = set()
    for memory in closed_memories(values, height):
        literal = LiteralMachine(Query(item, {}, memory), "dfs", 5000)
        assert literal.complete
        for answer in literal.answers:
            after = span({}, {LAMBDA: answer.stacks.get(LAMBDA, [])})
            for chosen in product(values, repeat=len(after.variables)):
                pushed = instance(after, dict(zip(after.variables, chosen, strict=True))).pushed
                if all(value in values for value in pushed.get(LAMBDA, ())):
                    found.add((tuple(memory[LAMBDA]), pushed.get(LAMBDA, ())))
    return found


SIGNATURES = {"Z S/1": (("Z", 0), ("S", 1)), "A B": (("A", 0), ("B", 0)), "A F/2": (("A", 0), ("F", 2))}


def check_ground(first: int, count: int, signature: str) -> Counter[str]:
    constructors = SIGNATURES[signature]
    values = list(islice(Signature.of(signature).values(), 5))
    small = [
        item
        for item in enumeration.space(6, constructors=constructors, locations=(LAMBDA,))
        if any(shape.popped for shape in normal_form(item).counter)
    ]
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        rng = Random(f"ground {seed} {signature}")
        some = [rng.choice(small) for _ in range(4)]
        left = sum_of(*(rng.choice(some) for _ in range(rng.randint(1, 4))))
        right = sum_of(*(rng.choice(some) for _ in range(rng.randint(1, 5))))
        verdict = equal(left, right, level="ground", signature=signature)
        brute = related(left, values, 3) == related(right, values, 3)
        assert (verdict.verdict == "equal") == brute, f"{left} and {right}"
        check(left, right, verdict)
        found[verdict.verdict] += 1
    return found


@pytest.mark.parametrize("signature", SIGNATURES)
def test_finite_signatures(signature: str) -> None:
    assert check_ground(0, 12, signature)["equal"] >= 1


@pytest.mark.long
@pytest.mark.parametrize("signature", SIGNATURES)
def test_finite_signatures_at_length(signature: str) -> None:
    check_ground(1000, 1000, signature)


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
    found = check_regexes(0, 150)
    assert found["equal"] >= 10 and found["different"] >= 100


@pytest.mark.long
def test_regular_expressions_at_length() -> None:
    check_regexes(1000, 5000)


def test_generating_words_is_the_dual_of_reading() -> None:
    for seed in range(25):
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


def check_anything(first: int, count: int) -> Counter[str]:
    """Verdicts on terms with iterations are never wrong on the memories that are tried here."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        rng = Random(f"anything {seed}")
        left = generation.term(rng.randrange, rng.randint(6, 18), constructors={"A": 0, "S": 1})
        right = generation.term(rng.randrange, rng.randint(6, 18), constructors={"A": 0, "S": 1})
        if seed % 3 == 0:
            right = sum_of(left, left) if seed % 2 else sequence(left, star(FAILURE))
        for level in LEVELS:
            verdict = equal(left, right, level=level, max_seconds=5)
            found[verdict.verdict] += 1
            if verdict.verdict == "equal":
                agree(left, right, level)
            elif (witness := verdict.witness) and witness.left.complete and witness.right.complete:
                check(left, right, verdict)
    return found


def agree(left: Term, right: Term, level: Level) -> None:
    for memory in general_memories(2):
        (ours, all_of_ours), (theirs, all_of_theirs) = (answers(side, memory, 300) for side in (left, right))
        if all_of_ours and all_of_theirs:
            if level == "multiset":
                assert ours == theirs, f"{left} and {right}"
            elif level == "set":
                assert set(ours) == set(theirs), f"{left} and {right}"


def test_anything() -> None:
    found = check_anything(0, 60)
    assert found["equal"] > 20 and found["different"] > 50


@pytest.mark.long
def test_anything_at_length() -> None:
    check_anything(1000, 3000)
