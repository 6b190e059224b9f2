"""RMC: parse after print is the identity, layout changes nothing but the layout, and duals are exact."""

from collections.abc import Iterator
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    FAILURE,
    LAMBDA,
    NOTHING,
    RELATION,
    SEQUENCE,
    TEST,
    Text,
    call,
    constant,
    constructor,
    new,
    pop,
    push,
    relation,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.machine.relational.instructions import test as equate
from calculus.machine.relational.query import Query
from calculus.machine.relational.relations import RELATIONS
from calculus.machine.relational.search import Search
from calculus.rmc.anonymous import without_names
from calculus.rmc.dual import dual
from calculus.rmc.layout import format_program
from calculus.rmc.parser import parse_items, parse_term, parse_value
from calculus.rmc.printer import to_text
from calculus.rmc.program import Program, bodies
from calculus.rmc.syntax import GRAMMAR
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError
from calculus.source.render import render_text
from calculus.source.text import Source
from calculus.term import Term
from calculus.term.node import like, node, postorder
from calculus.verify.generation import rmc as generation
from tests.property.printed import limit_is_a_beginning, no_redundant_parentheses

NAMES = ("x", "y", "ex1", "_1", "_2", "_z")
LOCATIONS = (LAMBDA, "a", "skipped", "lambda1")
CONSTRUCTORS = ("A", "B'", "Cons", "Nil", "F")
CHARACTERS = 'ab"\\\n\t\r\x00\x7fé\u2028\ufeff\U0001f600'


def random_value(rng: Random, size: int) -> Term:
    if size <= 1 or rng.random() < 0.3:
        word = "".join(rng.choices(CHARACTERS, k=rng.randrange(4)))
        leaf = constant(rng.choice([0, 1, -1, 10**30, 42, Text(word)]))
        return rng.choice([leaf, variable(rng.choice(NAMES)), constructor(rng.choice(CONSTRUCTORS))])
    if rng.random() < 0.5:
        return constructor("Cons", random_value(rng, size // 2), random_value(rng, size // 2))
    count = rng.randrange(1, 4)
    return constructor(rng.choice(CONSTRUCTORS), *(random_value(rng, size // count) for _ in range(count)))


def random_atom(rng: Random) -> Term:
    location = rng.choice(LOCATIONS)
    match rng.randrange(7):
        case 0:
            return push(random_value(rng, 4), location)
        case 1:
            return pop(random_value(rng, 4), location)
        case 2:
            return equate(random_value(rng, 3), random_value(rng, 3))
        case 3:
            entry = RELATIONS[rng.choice(sorted(RELATIONS))]
            return relation(entry.name, *(random_value(rng, 2) for _ in range(entry.arity)))
        case 4:
            return call(rng.choice(["f", "g~", "x"]))
        case 5:
            return rng.choice([NOTHING, FAILURE])
        case _:
            names = [f"_{number}" for number in range(1, rng.randrange(2, 4))]
            return new(names, pop(constructor("F", *map(variable, names)), location))


def random_term(rng: Random, size: int) -> Term:
    """Any term at all, whatever its names."""
    if size <= 1:
        return random_atom(rng)
    left = rng.randrange(1, size)
    match rng.randrange(6):
        case 0 | 1 | 2:
            return sequence(random_term(rng, left), random_term(rng, size - left))
        case 3:
            return sum_of(random_term(rng, left), random_term(rng, size - left))
        case 4:
            return star(random_term(rng, size - 1))
        case _:
            names = [rng.choice(NAMES) for _ in range(rng.randrange(1, 4))]
            return new(names, random_term(rng, size - 1))


seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 60)


@given(seeds, sizes, st.booleans())
def test_parse_after_print(seed: int, size: int, unicode: bool) -> None:
    term = random_term(Random(seed), size)
    assert parse_term(Source(to_text(term, unicode))) == term


@given(seeds, st.integers(1, 30), st.booleans())
def test_values(seed: int, size: int, unicode: bool) -> None:
    value = random_value(Random(seed), size)
    assert parse_value(Source(to_text(value, unicode))) == value


@given(seeds, sizes, st.integers(0, 200))
def test_limit_is_a_beginning(seed: int, size: int, limit: int) -> None:
    limit_is_a_beginning(to_text, random_term(Random(seed), size), limit)


@given(seeds, sizes)
def test_no_redundant_parentheses(seed: int, size: int) -> None:
    term = random_term(Random(seed), size)
    text = to_text(term)
    if '"' not in text:
        # Others are those of constructors and relations.
        no_redundant_parentheses(text, term, parse_term, before=" (;")


WORDS = [
    "ex",
    "∃",
    "skip",
    "fail",
    "0",
    "1",
    "-3",
    "def",
    "law",
    "main",
    "x",
    "f",
    "F",
    "G(",
    "add(",
    "foo(",
    "(",
    ")",
    "[",
    "]",
    "]a",
    "<",
    ">",
    "⟩",
    "a<",
    "λ<",
    "{",
    "}",
    "|",
    ",",
    ";",
    "+",
    "*",
    "~",
    "†",
    "==",
    "=",
    ":",
    ".",
    "_",
    "_1",
    '"s"',
    '"',
    "^",
    "λ",
    "'",
    "¬",
]


@given(st.lists(st.sampled_from([*WORDS, "--c\n", "\n", "ex x.", "def f ="]), max_size=14), st.booleans())
def test_any_text_is_read_or_explained(words: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(words)
    for read in (parse_items, parse_term, parse_value):
        try:
            read(Source(text))
        except CalculusError as problem:
            assert render_text(problem)


@given(seeds, sizes)
def test_variables_without_a_name(seed: int, size: int) -> None:
    """What `_` stands for is printed so wherever it is one `ex` around one atom."""
    for item in postorder(random_term(Random(seed), size)):
        atom = without_names(item)
        if atom is not None:
            assert parse_term(Source(to_text(atom))) == item


def scattered(rng: Random, text: str) -> str:
    """The same tokens with blanks, lines and comments between them wherever they may be."""
    pieces: list[str] = []
    last = 0
    for token in GRAMMAR.tokens(text):
        gap = text[last : token.start]
        if last:
            gap = rng.choice([gap, " ", "\n  ", " -- word\n ", "\n  -- own\n  -- [x)\n  ", "\n\n ", gap, gap])
        pieces += [gap, text[token.start : token.end]]
        last = token.end
    return "".join(pieces)


def comments(text: str) -> list[str]:
    tokens = [token for token in GRAMMAR.tokens(text) if token.kind == "COMMENT"]
    return [text[token.start : token.end].rstrip() for token in tokens]


@given(seeds, sizes, st.booleans(), st.sampled_from([20, 40, 88]))
@example(0, 60, False, 20)
def test_layout(seed: int, size: int, unicode: bool, width: int) -> None:
    rng = Random(seed)
    items = []
    for index in range(rng.randrange(1, 5)):
        term = to_text(random_term(rng, size), rng.random() < 0.5)
        if rng.random() < 0.2:
            term = f"({term})~; ⋆"
        items.append(scattered(rng, f"def f{index} = {term}"))
        items.append(rng.choice(["", "", "-- between", "\n", "-- a\n\n-- b", "law a: 1 =\n   ex x. <x> "]))
    if items.count(law := "law a: 1 =\n   ex x. <x> ") > 1:
        items = [item for item in items if item != law]
    text = "\n".join(items)
    before = parse_items(Source(text))
    after = format_program(text, unicode, width)
    assert format_program(after, unicode, width) == after
    again = parse_items(Source(after))
    assert comments(after) == comments(text)
    for name, definition in before.definitions.items():
        assert again.definitions[name].term == definition.term


@given(seeds, sizes)
def test_dual_is_an_involution(seed: int, size: int) -> None:
    term = random_term(Random(seed), size)
    assert dual(dual(term)) == term
    written = parse_term(Source(to_text(term)))
    assert dual(written) == dual(term)
    assert parse_term(Source(f"({to_text(term)})~")) == dual(term)
    assert parse_term(Source(f"({to_text(term)})~~")) == term


@given(seeds, sizes)
def test_dual_keeps_the_place_of_every_atom(seed: int, size: int) -> None:
    written = parse_term(Source(to_text(random_term(Random(seed), size))))
    assert sorted(places(dual(written))) == sorted(places(written))


def places(term: Term) -> list[tuple[int, int]]:
    inside = {SEQUENCE, TEST, RELATION}
    return [
        (item.span.start, item.span.end) for item in postorder(term) if item.span and item.op not in inside
    ]


# The dual is the converse: as many runs from S to T as the dual has from T to S.

PLAIN = {"stars": False, "relations": False, "constants": (1,)}
Stack = list[Term]


def answers(term: Term, definitions: dict[str, Term] | None = None) -> list[Answer]:
    search = Search(Query(term, definitions or {}), Settings(max_steps=3_000).budget(), strategy="dfs")
    found = list(search)
    assert search.complete
    return found


def runs(term: Term, before: Stack, after: Stack, definitions: dict[str, Term] | None = None) -> int:
    """How many runs there are of a term from a stack to a stack, which may share variables."""
    whole = sequence(*map(push, before), term, *map(pop, reversed(after)))
    return sum(not answer.stacks for answer in answers(whole, definitions))


def memories(
    rng: Random, term: Term, definitions: dict[str, Term] | None = None
) -> Iterator[tuple[Stack, Stack]]:
    """Stacks before and after some runs of a term, and some between which it may have none."""
    for _ in range(3):
        before, after = memory(rng), memory(rng)
        yield before, after
        for answer in answers(sequence(*map(push, before), term), definitions)[:2]:
            yield before, answer.stacks.get(LAMBDA, [])


def memory(rng: Random) -> Stack:
    return [
        generation.value(rng.randrange, 3, free=("s", "t"), constants=(1,)) for _ in range(rng.randrange(4))
    ]


@given(seeds, st.integers(1, 8))
def test_dual_is_the_converse(seed: int, size: int) -> None:
    rng = Random(seed)
    term = generation.term(rng.randrange, 2 * size, locations=(LAMBDA,), **PLAIN)
    for before, after in memories(rng, term):
        assert runs(term, before, after) == runs(dual(term), after, before)


@given(seeds, st.integers(1, 8))
def test_dual_of_definitions(seed: int, size: int) -> None:
    rng = Random(seed)
    inner = generation.term(rng.randrange, 2 * size, locations=(LAMBDA,), **PLAIN)
    outer = generation.term(rng.randrange, 2 * size, locations=(LAMBDA,), definitions=("f",), **PLAIN)
    program = parse_items(Source(f"def f = {inner}\nf; ({outer})~; f~"))
    assert program.main is not None
    found = bodies(program)
    back = dual(program.main)
    turned = bodies(Program(program.source, program.definitions, (), back))
    for before, after in memories(rng, program.main, found):
        assert runs(program.main, before, after, found) == runs(back, after, before, turned)


def unrolled(term: Term, depth: int) -> Term:
    """`M*` as the sum of at most `depth` turns of M."""
    done: dict[int, Term] = {}
    for item in postorder(term):
        children = tuple(done[id(child)] for child in item.children)
        if item.op.name == "relational.star":
            powers = [sequence(*[children[0]] * count) for count in range(depth + 1)]
            done[id(item)] = sum_of(*powers)
        else:
            done[id(item)] = like(item, item.label, children) if children else node(item.op, item.label)
    return done[id(term)]


@given(seeds, st.integers(1, 6), st.integers(0, 2))
def test_dual_of_iterations(seed: int, size: int, depth: int) -> None:
    rng = Random(seed)
    term = generation.term(rng.randrange, 2 * size, locations=(LAMBDA,), relations=False, constants=(1,))
    turned = unrolled(dual(term), depth)
    term = unrolled(term, depth)
    for before, after in memories(rng, term):
        assert runs(term, before, after) == runs(turned, after, before)
