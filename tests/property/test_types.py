"""What the types of the FMC promise, on random terms: they survive renaming and running, and typed
terms neither get stuck nor, without loops, go on for ever.

The machine here is the textbook one of `naive`, on whose states, as terms, types are inferred anew.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random
from time import perf_counter

import pytest

import calculus
from calculus.fmc.calculus import FMC
from calculus.fmc.types import types_of
from calculus.fmc.types.infer import Inference
from calculus.fmc.types.nodes import Node, class_of, fields, find, key
from calculus.machine.instructions import POP, STAR, VARIABLE, Jump, join, jump, pop, push, variable
from calculus.term import Term, node
from calculus.term.node import size
from calculus.verify.independent.machine import LiteralMachine
from calculus.verify.independent.typing import typable
from tests.property.generators import MODES, random_program, random_term

LIMIT = 60


def inferred(term: Term) -> tuple[Inference, Node, Node] | None:
    """An inference and the memory and the sum of a term, or None if it has no type."""
    solver = Inference({}, {}, nominal=False)
    try:
        memory, exits = solver.infer(term)
        solver.settle()
        solver.check_finite(0)
    except calculus.TypeProblem:
        return None
    return solver, memory, exits


def expects_nothing(memory: Node) -> bool:
    return all(find(stack).kind != "cell" for stack in fields(memory)[0].values())


def typed_terms(
    count: int, first: int = 0, **features: object
) -> Iterator[tuple[Random, Term, Inference, Node, Node]]:
    """The closed terms among `count` random ones that have a type and expect nothing."""
    for seed in range(first, first + count):
        rng = Random(f"types {seed}")
        mode = rng.choice(MODES)
        effects = rng.choice(((), ("in", "rnd"), ("rnd", "out")))
        term = random_term(rng, rng.randint(4, 28), mode=mode, effects=effects, **features)
        found = inferred(term)
        if found is not None and expects_nothing(found[1]):
            yield rng, term, *found


def machine(rng: Random, term: Term, solver: Inference) -> LiteralMachine:
    """The term with enough inputs of the type it reads."""
    carried = find(solver.carried["in"]).label if "in" in solver.carried else "Int"
    values: dict[str, list[Jump]] = {
        "Int": [rng.randrange(9) for _ in range(LIMIT)],
        "Bool": [rng.choice(("True", "False")) for _ in range(LIMIT)],
        "Text": [calculus.Text("t")] * LIMIT,
    }
    inputs = [jump(value) for value in values.get(carried, values["Int"])]
    return LiteralMachine(term, {}, inputs, [rng.random() < 0.5 for _ in range(10_000)])


def as_term(state: LiteralMachine) -> Term:
    """The state as a term: its stacks pushed, its frames around what runs."""
    term = state.term
    for label, handler in reversed(state.frames):
        term = join(term, label, handler)
    for location, values in state.stacks.items():
        for value in reversed(values):
            term = push(value, term, location)
    return term


def compatible(solver: Inference, before: tuple[Node, Node], after: Term) -> bool | None:
    """Whether a term may stand where one of the type stood; None if it has no type by itself."""
    if inferred(after) is None:
        return None
    try:
        memory, exits = solver.infer(after)
        solver.equate(before[0], memory, None)
        solver.equate(before[1], exits, None)
        solver.settle()
        solver.check_finite(0)
    except calculus.TypeProblem:
        return False
    return True


def renamed(term: Term, scope: dict[str, str], rng: Random) -> Term:
    if term.op is VARIABLE:
        return variable(scope.get(term.label, term.label))
    if term.op is POP:
        location, name = term.label
        new = f"r{rng.randrange(10**9)}"
        return pop(new, renamed(term.children[0], {**scope, name: new}, rng), location)
    return node(term.op, term.label, tuple(renamed(child, scope, rng) for child in term.children))


@pytest.mark.parametrize("mode", MODES)
def test_renaming_changes_nothing(mode: str) -> None:
    calculus_ = FMC()
    for seed in range(250):
        rng = Random(f"rename {mode} {seed}")
        term = random_term(rng, rng.randint(4, 40), mode=mode, effects=("in", "out", "rnd"))  # type: ignore[arg-type]
        before = types_of(calculus_.program(term))
        after = types_of(calculus_.program(renamed(term, {}, rng)))
        assert str(before.main) == str(after.main)


def subject_reduction(count: int, first: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for rng, term, solver, *_ in typed_terms(count, first):
        state = machine(rng, term, solver)
        seen["terms"] += 1
        for _ in range(14):
            state.run(len(state.rules) + 1)
            state.stacks.pop("out", None)
            after = as_term(state)
            fits = compatible(*fresh(term), after)
            assert fits is not False, f"{term}  goes to  {after}"
            seen["states" if fits else "no type"] += 1
            if state.status != "running":
                break
    return seen


def fresh(term: Term) -> tuple[Inference, tuple[Node, Node]]:
    found = inferred(term)
    assert found is not None
    return found[0], found[1:]


def test_steps_keep_the_type() -> None:
    seen = subject_reduction(700, 0)
    assert seen["terms"] > 150 and seen["states"] > 1500
    # A join on a label that can no longer be raised may stop inference, of the relation it is no
    # counterexample; that is seldom.
    assert seen["no type"] < seen["states"] / 50


def progress(count: int, first: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for rng, term, solver, _, exits in typed_terms(count, first):
        state = machine(rng, term, solver)
        state.run(LIMIT)
        seen[state.status] += 1
        if state.status == "stuck":
            assert state.kind in ("division", "input"), f"{term} is stuck: {state.kind}"
        if state.status == "done":
            left = fields(exits)[0]
            classes = {class_of(state.exit)}
            assert key(state.exit) in left or classes & left.keys(), f"{term} leaves with {state.exit}"
    return seen


def test_typed_terms_do_not_get_stuck() -> None:
    seen = progress(1600, 10_000)
    assert seen["done"] > 400 and seen["running"] > 4


def termination(count: int, first: int) -> int:
    number = 0
    for rng, term, solver, *_ in typed_terms(count, first, loops=False):
        state = machine(rng, term, solver)
        state.run(20_000)
        assert state.status != "running", f"{term} does not end"
        number += 1
    return number


def test_typed_terms_without_loops_end() -> None:
    assert termination(1500, 20_000) > 400


def test_typed_programs_do_not_get_stuck() -> None:
    typed = 0
    for seed in range(300):
        rng = Random(f"program {seed}")
        definitions, main = random_program(rng, 12, count=2)
        text = "".join(f"def {name} = {term}\n\n" for name, term in definitions.items()) + str(main)
        program = calculus.program("fmc", text)
        typing = types_of(program)
        if typing.problems or str(typing.main).partition("=>")[0].strip():
            continue
        typed += 1
        result = calculus.run("fmc", program, max_steps=300, engine="reference")
        assert result.status != "stuck" or result.error.kind == "division", text
    assert typed > 30


def large_program(nodes: int) -> Term:
    """A typed program of about so many nodes."""
    parts: list[Term] = []
    total = seed = 0
    while total < nodes:
        rng = Random(f"large {seed}")
        seed += 1
        term = random_term(rng, 25, mode="tame", locations=("λ", "a", "b"))
        found = inferred(term)
        if found is None or not expects_nothing(found[1]):
            continue
        exits = [name for name, part in fields(found[2])[0].items() if find(part).kind != "variable"]
        if exits != [STAR]:
            continue
        parts.append(term)
        total += size(term) + 1
    whole = parts.pop()
    while parts:
        whole = join(parts.pop(), STAR, whole)
    return whole


@pytest.mark.bench
def test_a_large_program_is_typed_in_two_seconds() -> None:
    term = large_program(20_000)
    start = perf_counter()
    assert types_of(FMC().program(term)).main is not None
    assert perf_counter() - start < 2


@pytest.mark.long
def test_types_at_length() -> None:
    subject_reduction(20_000, 100_000)
    progress(100_000, 200_000)
    termination(100_000, 400_000)


@pytest.mark.parametrize("mode", ["wild", "mixed"])
def test_what_has_a_type_has_a_derivation(mode: str) -> None:
    seen: Counter[str] = Counter()
    for seed in range(1500):
        rng = Random(f"derive {mode} {seed}")
        term = random_term(rng, rng.randint(2, 10), mode=mode)  # type: ignore[arg-type]
        if size(term) > 22:
            continue
        found = types_of(FMC().program(term)).main is not None
        if found:
            assert typable(term), f"{term} has no derivation"
            seen["typed"] += 1
        else:
            # Where nothing decides, a literal has its base type and what is run is a thunk, so
            # `<x>.[x].x : Int => Int.Int` is not found, and seldom a derivation that runs thunks only.
            seen["missed" if typable(term, thunks=True) else "untyped"] += 1
    assert seen["typed"] > 200 and seen["untyped"] > 10
    assert seen["missed"] < seen["typed"] / 100
