"""All terms up to a size: against all named terms, against another recurrence, and by rank."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from random import Random

import pytest

from calculus.eml.expressions.node import ARITY
from calculus.eml.syntax import ONE, eml
from calculus.machine.instructions import LAMBDA, join, jump, loop, pop, primitive, push, variable
from calculus.machine.relational import instructions as relational
from calculus.term import Term, free_variables, nameless
from calculus.term.node import size
from calculus.verify.enumeration import eml as eml_enumeration
from calculus.verify.enumeration import fmc, rmc
from calculus.verify.enumeration.ranked import Space

NAMES = ("x", "y", "p")


@cache
def named_fmc(nodes: int) -> list[Term]:
    """All terms over two locations and two labels, with every name that there may be."""
    if nodes == 1:
        return [*map(variable, NAMES), *map(jump, ("*", "J"))]
    found = [pop(name, body, at) for name in NAMES for at in (LAMBDA, "a") for body in named_fmc(nodes - 1)]
    found += [loop(body, label) for label in ("*", "J") for body in named_fmc(nodes - 1)]
    found += [primitive("neg", body) for body in named_fmc(nodes - 1)]
    for left in range(1, nodes - 1):
        for first, second in product(named_fmc(left), named_fmc(nodes - 1 - left)):
            found += [push(first, second, at) for at in (LAMBDA, "a")]
            found += [join(first, label, second) for label in ("*", "J")]
    return found


@cache
def named_values(nodes: int) -> list[Term]:
    if nodes == 1:
        return [*map(variable, NAMES), relational.constructor("A")]
    found = [relational.constructor("S", value) for value in named_values(nodes - 1)]
    for left in range(1, nodes - 1):
        pairs = product(named_values(left), named_values(nodes - 1 - left))
        found += [relational.constructor("F", *pair) for pair in pairs]
    return found


@cache
def named_rmc(nodes: int) -> list[Term]:
    if nodes == 1:
        return [relational.NOTHING, relational.FAILURE]
    found = [
        make(value, at)
        for make in (relational.push, relational.pop)
        for at in (LAMBDA, "a")
        for value in named_values(nodes - 1)
    ]
    found += [relational.new((name,), body) for name in NAMES for body in named_rmc(nodes - 1)]
    found += map(relational.star, named_rmc(nodes - 1))
    for left in range(1, nodes - 1):
        for make in (relational.sequence, relational.sum_of):
            found += [make(*pair) for pair in product(named_rmc(left), named_rmc(nodes - 1 - left))]
        values = product(named_values(left), named_values(nodes - 1 - left))
        found += [relational.test(*pair) for pair in values]
    return found


RMC = {"constructors": (("A", 0), ("S", 1), ("F", 2)), "stars": True, "tests": True}


@pytest.mark.parametrize(
    ("named", "space", "largest"),
    [
        (named_fmc, lambda n, free: fmc.space(n, free=free, primitives=("neg",)), 4),
        (named_rmc, lambda n, free: rmc.space(n, free=free, **RMC), 5),
    ],
)
@pytest.mark.parametrize("free", [(), ("p",)])
def test_every_term_is_there_once_up_to_renaming(
    named: Callable[[int], list[Term]],
    space: Callable[[int, tuple[str, ...]], Space],
    largest: int,
    free: tuple[str, ...],
) -> None:
    largest = largest if free else largest - 1
    terms = [term for nodes in range(1, largest + 1) for term in named(nodes)]
    expected = {nameless(term) for term in terms if free_variables(term) <= set(free)}
    found = [nameless(term) for term in space(largest, free)]
    assert len(found) == len(set(found)) == space(largest, free).total
    assert set(found) == expected


def test_every_tree_is_there_once() -> None:
    def trees(nodes: int) -> Iterator[Term]:
        if nodes == 1:
            yield from (ONE, variable("x"), variable("y"))
        for left in range(1, nodes - 1, 2):
            for pair in product(trees(left), trees(nodes - 1 - left)):
                yield eml(*pair)

    found = list(eml_enumeration.space(7, variables=("x", "y")))
    assert len(found) == len(set(found))
    assert set(found) == {tree for nodes in (1, 3, 5, 7) for tree in trees(nodes)}


def test_expressions_are_over_the_whole_basis() -> None:
    unary, binary = (sum(arity == count for arity in ARITY.values()) for count in (1, 2))
    leaves = 1 + 3 + 3
    space = eml_enumeration.expressions(3)
    assert space.counts == (0, leaves, unary * leaves, unary**2 * leaves + binary * leaves**2)
    assert len(set(space)) == space.total


def counted_fmc(locations: int, labels: int, free: int, loops: bool, largest: int) -> list[int]:
    """The numbers of terms, by how many binders a leaf may refer to."""

    @cache
    def terms(nodes: int, scope: int) -> int:
        if nodes < 2:
            return nodes * (scope + labels)
        pairs = sum(terms(left, scope) * terms(nodes - 1 - left, scope) for left in range(1, nodes - 1))
        turns = labels * terms(nodes - 1, scope) if loops else 0
        return (locations + labels) * pairs + locations * terms(nodes - 1, scope + 1) + turns

    return [terms(nodes, free) for nodes in range(largest + 1)]


@pytest.mark.parametrize("loops", [False, True])
def test_the_numbers_of_fmc_terms(loops: bool) -> None:
    assert list(fmc.space(14, free=("p",), loops=loops).counts) == counted_fmc(2, 2, 1, loops, 14)


def test_the_stated_number_of_loop_free_terms() -> None:
    assert fmc.space(8, free=("p",), loops=False).total == 1_829_907


def counted_rmc(locations: int, stars: bool, largest: int) -> list[int]:
    """Over A and S/1. A value of n nodes ends, below n - 1 times S, in A or in one of the variables."""

    @cache
    def terms(nodes: int, scope: int) -> int:
        if nodes < 2:
            return 2 * nodes
        pairs = sum(terms(left, scope) * terms(nodes - 1 - left, scope) for left in range(1, nodes - 1))
        inside = terms(nodes - 1, scope + 1) + (terms(nodes - 1, scope) if stars else 0)
        return 2 * locations * (1 + scope) + inside + 2 * pairs

    return [terms(nodes, 0) for nodes in range(largest + 1)]


@pytest.mark.parametrize("stars", [False, True])
def test_the_numbers_of_rmc_terms(stars: bool) -> None:
    assert list(rmc.space(12, stars=stars).counts) == counted_rmc(2, stars, 12)


@pytest.mark.parametrize(
    "space", [fmc.space(4, free=("p",)), rmc.space(5, stars=True), eml_enumeration.space(9)]
)
def test_ranges_are_parts_of_one_list(space: Space) -> None:
    whole = list(space)
    assert [size(term) for term in whole] == sorted(map(size, whole))
    assert sum(space.counts) == space.total == len(space) == len(whole)
    cuts = sorted(Random(3).sample(range(space.total), 9))
    parts = [list(space.range(*cut)) for cut in zip([0, *cuts], [*cuts, space.total + 5], strict=True)]
    assert [term for part in parts for term in part] == whole


def test_terms_of_many_nodes_are_found_from_their_rank() -> None:
    space = fmc.space(40, primitives=("add",), literals=(0, 1))
    assert space.total > 10**25
    ranks = [Random(seed).randrange(space.total) for seed in range(40)]
    found = [space.term(rank) for rank in sorted(ranks)]
    assert len(set(found)) == len(found)
    assert [size(term) for term in found] == sorted(map(size, found))
    assert not any(map(free_variables, found))
    with pytest.raises(IndexError, match="expected a rank below"):
        space.term(space.total)


def test_binders_are_nested_no_deeper_than_asked() -> None:
    found = [str(term) for term in rmc.space(6, deepest=1)]
    assert len(set(found)) == len(found)
    expected = [str(term) for term in rmc.space(6) if "y" not in str(term)]
    assert found == expected
    assert len(expected) < rmc.space(6).total


def test_bound_variables_have_other_names_than_free_ones() -> None:
    found = [str(term) for term in fmc.space(2, free=("x",), loops=False)]
    assert "<y>.x" in found and "<y>.y" in found


def test_loops_may_take_other_labels_than_joins() -> None:
    found = {str(term) for term in fmc.space(2, loops=("J",), literals=(7,))}
    assert {"7^J", "*^J"} <= found and "J^*" not in found
