"""What generators make of choices."""

from collections import Counter
from random import Random

import pytest

from calculus.eml.syntax import size as tree_size
from calculus.fmc.program import Program
from calculus.fmc.types import types_of
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    VARIABLE,
)
from calculus.machine.reference import steps
from calculus.machine.relational import instructions as relational
from calculus.machine.state import State
from calculus.rlm.planning import plan
from calculus.rlm.program import parse_program
from calculus.rlm.types.infer import infer_program
from calculus.rlm.types.nodes import text as type_text
from calculus.source.text import Source
from calculus.term import Term, free_variables
from calculus.term.node import postorder, size
from calculus.verify.generation import eml, fmc, rlm, rmc
from calculus.verify.property import Choose


def choices(seed: int) -> Choose:
    return Random(seed).randrange


def simplest(_: int) -> int:
    return 0


def ended(term: Term, definitions: dict[str, Term] | None = None) -> State:
    state = State(term, definitions or {})
    for _ in steps(state):
        if state.steps > 2000:
            break
    return state


def test_the_simplest_choices_make_the_simplest_subjects() -> None:
    assert str(fmc.term(simplest, 30)) == "*"
    assert str(fmc.program(simplest, 30, count=1)) == "def d0 = *\n*"
    assert fmc.memory(simplest, 3) == {}
    assert str(rmc.term(simplest, 30)) == "1"
    assert str(rmc.value(simplest, 5)) == "A"
    assert str(eml.tree(simplest, 30)) == "1"
    assert str(eml.expression(simplest, 30)) == "x"
    assert rlm.document(simplest, 30) == ""
    assert rlm.program(simplest, 1).main is not None


@pytest.mark.parametrize("mode", fmc.MODES)
def test_terms_of_the_fmc_are_closed_and_no_larger_than_asked(mode: fmc.Mode) -> None:
    for seed in range(300):
        asked = 1 + seed % 50
        term = fmc.term(choices(seed), asked, mode=mode, effects=("in", "out", "rnd"))
        assert size(term) <= asked
        assert not free_variables(term)
        assert term is fmc.term(choices(seed), asked, mode=mode, effects=("in", "out", "rnd"))


def test_free_names_occur() -> None:
    found = Counter[str]()
    for seed in range(200):
        term = fmc.term(choices(seed), 20, free=("p", "q"))
        found.update(free_variables(term))
        assert free_variables(term) <= {"p", "q"}
        value = rmc.term(choices(seed), 20, free=("p", "q"))
        assert free_variables(value) <= {"p", "q"}
        found.update(f"relational {name}" for name in free_variables(value))
    assert min(found[name] for name in ("p", "q", "relational p", "relational q")) > 20


def test_tame_terms_end_well_and_nearly_all_have_a_type() -> None:
    typed = 0
    for seed in range(300):
        term = fmc.term(choices(seed), 30, mode="tame")
        assert ended(term).status == "done", str(term)
        typed += types_of(Program(Source(""), {}, {}, (), term)).main is not None
    assert typed >= 290


def test_tame_programs_end_well_and_recurse() -> None:
    recursive = 0
    for seed in range(200):
        definitions, main = fmc.program(choices(seed), 20, mode="tame")
        assert ended(main, definitions).status == "done"
        recursive += any(name in free_variables(body) for name, body in definitions.items())
    assert recursive > 100


@pytest.mark.parametrize("mode", fmc.MODES)
def test_every_construct_occurs_where_it_may(mode: fmc.Mode) -> None:
    seen: Counter[object] = Counter()
    for seed in range(400):
        term = fmc.term(choices(seed), 40, mode=mode)
        seen.update({item.op for item in postorder(term)})
        plain = fmc.term(choices(seed), 40, mode=mode, loops=False, primitives=False, labels=("J",))
        assert not {item.op for item in postorder(plain)} & {LOOP, PRIMITIVE}
        labels = {item.label for item in postorder(plain) if item.op in (JUMP, JOIN)}
        assert labels <= {"*", "J"}
    assert min(seen[op] for op in (JUMP, JOIN, LOOP, POP, PRIMITIVE, PUSH, VARIABLE)) > 40


def test_effects_are_used() -> None:
    used: Counter[str] = Counter()
    for seed in range(200):
        term = fmc.term(choices(seed), 30, effects=("in", "out", "rnd", "nd"))
        used.update({item.label[0] for item in postorder(term) if item.op is POP})
        used.update({item.label for item in postorder(term) if item.op is PUSH})
    assert min(used[name] for name in ("in", "out", "rnd", "nd")) > 10


def test_memories_have_the_locations_and_heights_asked_for() -> None:
    stacks = [fmc.memory(choices(seed), 2, locations=(LAMBDA, "c")) for seed in range(100)]
    heights = Counter((name, len(values)) for memory in stacks for name, values in memory.items())
    assert heights.keys() == {(name, height) for name in (LAMBDA, "c") for height in (1, 2)}
    values = [value for memory in stacks for items in memory.values() for value in items]
    assert not any(map(free_variables, values))
    assert any(value.op is JUMP for value in values) and any(value.op is not JUMP for value in values)


def test_terms_of_the_rmc_are_closed_and_no_larger_than_asked() -> None:
    seen: Counter[object] = Counter()
    for seed in range(600):
        asked = 1 + seed % 40
        term = rmc.term(choices(seed), asked, relations=True, constants=rmc.CONSTANTS)
        assert size(term) <= asked
        assert not free_variables(term)
        seen.update({item.op for item in postorder(term)})
        plain = rmc.term(choices(seed), asked, stars=False, tests=False)
        ops = {item.op for item in postorder(plain)}
        assert not ops & {relational.STAR, relational.TEST, relational.RELATION, relational.CONSTANT}
    expected = (
        *(relational.PUSH, relational.POP, relational.NEW, relational.SUM, relational.STAR),
        *(relational.TEST, relational.RELATION, relational.CONSTANT, relational.CONSTRUCTOR),
        *(relational.SKIP, relational.FAIL, relational.SEQUENCE, relational.VARIABLE),
    )
    assert min(seen[op] for op in expected) > 20


def test_programs_of_the_rmc_call_what_is_defined() -> None:
    called = 0
    for seed in range(200):
        query = rmc.program(choices(seed), 20, free=("x",))
        terms = [query.term, *query.definitions.values()]
        calls = {item.label for term in terms for item in postorder(term) if item.op is relational.CALL}
        assert calls <= query.definitions.keys()
        assert not any(map(free_variables, query.definitions.values()))
        called += bool(calls)
    assert called > 40


def test_trees_and_expressions_are_no_larger_than_asked() -> None:
    for seed in range(300):
        asked = 1 + seed % 40
        tree = eml.tree(choices(seed), asked, variables=("x", "y"))
        assert tree_size(tree) <= asked and free_variables(tree) <= {"x", "y"}
        expression = eml.expression(choices(seed), asked, functions=("exp", "add", "pi"))
        assert size(expression) <= asked
        assert {item.label for item in postorder(expression)} - {"x", 1, 2, -1} <= {"exp", "add", "pi"}


@pytest.mark.parametrize(
    ("type", "use"),
    [
        ("Text", "size ({})"),
        ("Int", "size (show ({}))"),
        ("Bool", "if {} then 1 else 2"),
        ("List Text", "size (concat ({}))"),
        ("Pair Text Text", "size (fst ({}) ++ snd ({}))"),
    ],
)
def test_expressions_of_rlm_have_their_type(type: str, use: str) -> None:
    for seed in range(60):
        text = rlm.expression(choices(seed), 1 + seed % 9, type=type, oracle=seed % 2 == 0)
        typing = infer_program(parse_program(Source(use.replace("{}", text))))
        assert typing.main is not None and type_text(typing.main) == "Int", text


def test_programs_of_rlm_can_be_planned() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(40):
        text = rlm.source(choices(seed), 24)
        program = parse_program(Source(text))
        kinds.update(word for word in ("filter", "ask_all", "let", "merge_counts") if word in text)
        infer_program(program)
        found = plan(program, document="ab;" * 20, query="q", k=3, tau=15, window=100_000)
        assert found.calls >= 0
    assert len(kinds) == 4


def test_documents_have_awkward_characters() -> None:
    found = Counter(letter for seed in range(100) for letter in rlm.document(choices(seed), 50))
    assert found.keys() == set(rlm.LETTERS)
