"""Parse after print is the identity, and layout changes nothing but the layout."""

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from calculus.fmc.parser import parse_program, parse_term, parse_type
from calculus.fmc.printer import format_program, to_text
from calculus.fmc.syntax import GRAMMAR
from calculus.fmc.types_syntax import arrow, base_type, exit_type, memory, type_variable
from calculus.machine.instructions import (
    LAMBDA,
    POP,
    STAR,
    Text,
    join,
    jump,
    loop,
    pop,
    primitive,
    push,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.source.text import Source
from calculus.term import Term, alpha_equal, node, variable
from calculus.term.node import postorder
from tests.property.printed import limit_is_a_beginning, no_redundant_parentheses

NAMES = ("x", "y", "add", "b", "k", "x1")
LOCATIONS = (LAMBDA, "a", "out", "lambda1", "b")
CHARACTERS = 'ab"\\\n\t\r\x00\x7fé\u2028\ufeff\U0001f600'


def label(rng: Random) -> str | int | Text:
    word = "".join(rng.choices(CHARACTERS, k=rng.randrange(4)))
    return rng.choice(["K", "L'", "True", STAR, rng.randrange(-99, 99), 10**30, Text(word)])


def value_type(rng: Random, size: int) -> Term:
    if size < 2 or rng.random() < 0.5:
        return rng.choice([base_type("Int"), base_type("Text"), type_variable("a")])
    return arrow_type(rng, size - 1)


def arrow_type(rng: Random, size: int) -> Term:
    def some() -> Term:
        count = rng.randrange(3)
        return memory((rng.choice([LAMBDA, "c", "d"]), value_type(rng, size // 3)) for _ in range(count))

    labels = {rng.choice([STAR, "K", 5, Text("t"), ("class", "Int")]) for _ in range(3)}
    return arrow(some(), [exit_type(some(), each) for each in labels])


def random_term(rng: Random, size: int, bound: frozenset[str] = frozenset()) -> Term:
    """Any term at all, well scoped where a name is that of a primitive."""
    if size <= 1:
        names = [name for name in NAMES if name in bound or name not in PRIMITIVES]
        return rng.choice([jump(label(rng)), variable(rng.choice(names)), jump(STAR)])
    left = rng.randrange(1, size)
    location = rng.choice(LOCATIONS)
    match rng.randrange(6):
        case 0:
            argument = random_term(rng, left, bound)
            return push(argument, random_term(rng, size - left, bound), location)
        case 1:
            name = rng.choice([*NAMES, "_"])
            body = random_term(rng, size - 1, bound | {name})
            if rng.random() < 0.3:
                return node(POP, (location, name), (body, value_type(rng, 6)))
            return pop(name, body, location)
        case 2:
            first = random_term(rng, left, bound)
            return join(first, label(rng), random_term(rng, size - left, bound))
        case 3:
            first = random_term(rng, left, bound)
            return join(first, STAR, random_term(rng, size - left, bound))
        case 4:
            return loop(random_term(rng, size - 1, bound), label(rng))
        case _:
            return primitive(rng.choice(["add", "sub"]), random_term(rng, size - 1, bound))


seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 60)


def hides_primitives(term: Term) -> bool:
    return any(item.op is POP and item.label[1] in PRIMITIVES for item in postorder(term))


@given(seeds, sizes, st.booleans())
def test_parse_after_print(seed: int, size: int, unicode: bool) -> None:
    term = random_term(Random(seed), size)
    back = parse_term(Source(to_text(term, unicode)))
    assert alpha_equal(back, term)
    if not hides_primitives(term):
        assert back == term


@given(seeds, st.booleans())
def test_types(seed: int, unicode: bool) -> None:
    type = arrow_type(Random(seed), 12)
    assert parse_type(Source(to_text(type, unicode))) == type


@given(seeds, sizes, st.integers(0, 200))
def test_limit_is_a_beginning(seed: int, size: int, limit: int) -> None:
    limit_is_a_beginning(to_text, random_term(Random(seed), size), limit)


@given(seeds, sizes)
def test_no_redundant_parentheses(seed: int, size: int) -> None:
    term = random_term(Random(seed), size)
    text = to_text(term)
    if '"' not in text and not hides_primitives(term):
        no_redundant_parentheses(text, term, parse_term, before=text)


def scattered(rng: Random, text: str) -> str:
    """The same tokens with blanks, lines and comments between them wherever they may be."""
    pieces: list[str] = []
    last = 0
    for token in GRAMMAR.tokens(text):
        gap = text[last : token.start]
        touches = "LOC" in token.kind or text[last - 1 : last] == "λ"
        previous_location = pieces and pieces[-1].startswith("\0")
        if not (touches and not gap) and not previous_location and last:
            gap = rng.choice([gap, " ", "\n  ", " -- word\n ", "\n  -- own\n  -- [x)\n  ", "\n\n ", gap, gap])
        pieces.append(gap)
        word = text[token.start : token.end]
        pieces.append(("\0" if token.kind in {"LOC", "TYPE_LOC"} else "") + word)
        last = token.end
    return "".join(pieces).replace("\0", "")


@given(seeds, sizes, st.booleans(), st.sampled_from([20, 40, 88]))
@example(0, 60, False, 20)
def test_layout(seed: int, size: int, unicode: bool, width: int) -> None:
    rng = Random(seed)
    items = []
    for index in range(rng.randrange(1, 5)):
        term = to_text(random_term(rng, size), rng.random() < 0.5)
        if rng.random() < 0.2:
            term += " ⊕ x"
        kind = rng.randrange(3)
        type = f" : {to_text(arrow_type(rng, 5))}" if kind == 1 else ""
        items.append(scattered(rng, f"def f{index}{type} = {term}"))
        items.append(rng.choice(["", "", "-- between", "\n", "-- a\n\n-- b"]))
    text = "\n".join(items)
    before = parse_program(Source(text))
    after = format_program(text, unicode, width)
    assert format_program(after, unicode, width) == after
    again = parse_program(Source(after))
    assert comments(after) == comments(text)
    for name, definition in before.definitions.items():
        assert again.definitions[name].term == definition.term
        assert again.definitions[name].type == definition.type


def comments(text: str) -> list[str]:
    tokens = [token for token in GRAMMAR.tokens(text) if token.kind == "COMMENT"]
    return [text[token.start : token.end].rstrip() for token in tokens]
