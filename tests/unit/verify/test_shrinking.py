"""What large subjects that fail become."""

from collections.abc import Callable
from itertools import islice
from random import Random

import pytest

import calculus
from calculus.eml.expressions.reader import read
from calculus.eml.tree import Tree
from calculus.machine.instructions import JOIN, LOOP, POP
from calculus.machine.reference import steps
from calculus.machine.relational import instructions as relational
from calculus.machine.relational.query import Query
from calculus.machine.state import State
from calculus.term import Term, free_variables
from calculus.term.node import postorder, size
from calculus.verify.generation import eml, fmc, rmc
from calculus.verify.generation.fmc import Program
from calculus.verify.shrinking import shrunk


def ran(term: Term, definitions: dict[str, Term] | None = None) -> State:
    state = State(term, definitions or {})
    for _ in steps(state):
        if state.steps > 200:
            break
    return state


def has(term: Term, *ops: object) -> bool:
    return set(ops) <= {item.op for item in postorder(term)}


def shadows(term: Term) -> bool:
    binders = [item for item in postorder(term) if item.op is POP]
    return any(
        inner.label[1] == outer.label[1]
        for outer in binders
        for inner in postorder(outer.children[0])
        if inner.op is POP
    )


FMC: list[tuple[str, Callable[[Term], bool], set[str]]] = [
    ("is stuck at a pop", lambda term: ran(term).status == "stuck" and has(term, POP), {"<x>"}),
    ("leaves with J", lambda term: ran(term).exit == "J", {"J"}),
    ("does not end", lambda term: ran(term).steps > 200, {"*^*"}),
    ("leaves two values on b", lambda term: len(ran(term).memory().get("b", ())) == 2, {"[*]b.[*]b"}),
    ("names a variable twice", shadows, {f"<{name}>.<{name}>" for name in "xyzf"}),
    (
        "repeats a case",
        lambda term: any(item.op is LOOP and has(item, JOIN) for item in postorder(term)),
        {"(* ; *)^*"},
    ),
]


@pytest.mark.parametrize(("fails", "expected"), [row[1:] for row in FMC], ids=[row[0] for row in FMC])
def test_terms_of_the_fmc(fails: Callable[[Term], bool], expected: set[str]) -> None:
    large = filter(fails, (fmc.term(Random(seed).randrange, 60) for seed in range(1000)))
    found = [shrunk(term, fails) for term in islice(large, 20)]
    assert found
    assert {str(term) for term in found} <= expected


RMC: list[tuple[str, Callable[[Term], bool], set[str]]] = [
    ("iterates a choice", lambda term: has(term, relational.STAR, relational.SUM), {"(1 + 1)*", "1* + 1"}),
    ("pops S", lambda term: "<S(" in str(term), {"<S(A)>", "<S(Z)>"}),
    ("fails", lambda term: has(term, relational.FAIL), {"0"}),
    (
        "binds what it pushes",
        lambda term: has(term, relational.NEW, relational.PUSH, relational.VARIABLE),
        {"ex x. [x]"},
    ),
]


@pytest.mark.parametrize(("fails", "expected"), [row[1:] for row in RMC], ids=[row[0] for row in RMC])
def test_terms_of_the_rmc(fails: Callable[[Term], bool], expected: set[str]) -> None:
    large = filter(fails, (rmc.term(Random(seed).randrange, 30, tests=False) for seed in range(1000)))
    found = [shrunk(term, fails) for term in islice(large, 20)]
    assert len(found) >= 2
    assert {str(term) for term in found} & expected
    assert all(fails(term) and size(term) <= 7 and not free_variables(term) for term in found)


def test_trees() -> None:
    def fails(tree: Term) -> bool:
        return Tree(tree).K >= 5 and "x" in str(tree)

    large = [eml.tree(Random(seed).randrange, 31) for seed in range(40)]
    found = {str(shrunk(tree, fails)) for tree in large if fails(tree)}
    assert found and all(text.count("eml") == 2 and text.count("x") == 1 for text in found)


def test_expressions() -> None:
    expression = read("sin(x*2 + cos(7/3)) - ln(sin(y)) * pi")
    found = shrunk(expression, lambda item: str(item).count("sin") == 2)
    assert size(found) == 5 and str(found) == "sin(0) - sin(y)"


def test_a_program_keeps_only_the_definitions_that_matter() -> None:
    def fails(program: Program) -> bool:
        return ran(program.main, program.definitions).steps > 200

    large = filter(fails, (fmc.program(Random(seed).randrange, 40) for seed in range(400)))
    found = {str(shrunk(program, fails)) for program in islice(large, 6)}
    # A definition that uses itself, two that use each other, or none.
    assert found
    assert all(text == "*^*" or text.count("def") == text.count("=") <= 2 for text in found)
    assert max(map(len, found)) <= len("def d0 = d1\ndef d1 = d0\nd0")


def test_a_query_keeps_only_what_matters_of_its_memory() -> None:
    def fails(query: Query) -> bool:
        return any(item.op is relational.POP for item in postorder(query.term)) and any(query.stacks.values())

    large = [rmc.program(Random(seed).randrange, 30) for seed in range(20)]
    found = [shrunk(query, fails) for query in large if fails(query)]
    assert len(found) >= 5
    assert all(not query.definitions and size(query.term) == 2 for query in found)
    assert all([len(stack) for stack in query.stacks.values()] == [1] for query in found)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_what_is_closed_stays_closed(seed: int) -> None:
    random = Random(seed)
    term = fmc.term(random.randrange, 30, mode="wild")
    wanted = random.choice(list({item.label for item in postorder(term)}))
    tried: list[Term] = []

    def fails(other: Term) -> bool:
        tried.append(other)
        return any(item.label == wanted for item in postorder(other))

    found = shrunk(term, fails)
    assert fails(found) and size(found) <= size(term)
    assert not any(map(free_variables, tried))
    assert shrunk(found, fails) == found


def test_the_budget_ends_the_search() -> None:
    tried = 0

    def fails(_: Term) -> bool:
        nonlocal tried
        tried += 1
        return False

    shrunk(fmc.term(Random(1).randrange, 200), fails, tries=50)
    assert tried == 50


def test_a_test_that_cannot_tell_is_no_failure() -> None:
    def fails(term: Term) -> bool:
        if size(term) < 4:
            raise calculus.UsageProblem("too small")
        return True

    found = shrunk(calculus.parse("fmc", "[1].[2].[3].add"), fails)
    assert 4 <= size(found) <= 5


def test_deep_terms() -> None:
    deep = calculus.parse("fmc", "[1]." * 2000 + "E")
    assert str(shrunk(deep, lambda term: "E" in str(term), tries=100)) == "E"
