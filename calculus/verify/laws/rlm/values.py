"""What laws are tried on: documents and arguments, small ones first; and what terms come to."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import islice, product
from typing import Any

from calculus.encodings import terms as t
from calculus.machine.instructions import Text
from calculus.rlm.builtins import GIVEN
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.guard import SMALLEST
from calculus.rlm.program import Program
from calculus.rlm.types.nodes import Con, Function, Type, find
from calculus.term import Term, free_variables, node

LETTERS = ("a", "b", " ", "\n", "1", ":", "é")
DOCUMENTS: tuple[str, ...] = (
    "",
    *LETTERS,
    *("".join(pair) for pair in product(LETTERS, repeat=2)),
    *("a b", "aab\nb", "a: 1\nb: 2\na: 3", "one two three four", "😀é\n\nYES", "x" * 20),
)
"""Texts, short ones first."""
QUERIES = ("", "a", "b 1")
SPLITS = ((2, 4), (3, 4), (2, 1), (5, 12))
"""k and τ."""

MOST_ARGUMENTS = 24
"""Values of one argument of a function."""

ANSWERS = ("a", "", "YES", "NO", "a: 1", "7")

Given = Mapping[str, Any]


class NoValues(Exception):
    """There are arguments of a type that are not tried: functions."""


def givens(names: set[str]) -> Iterator[dict[str, Any]]:
    """What a run may be given of some names, simple ones first."""
    documents = DOCUMENTS if "document" in names else DOCUMENTS[:1]
    queries = QUERIES if "query" in names else QUERIES[:1]
    splits = SPLITS if names & {"k", "tau"} else SPLITS[:1]
    for document in documents:
        for query in queries:
            for k, tau in splits:
                if tau < SMALLEST and not document.isascii():
                    continue  # no plan has leaves smaller than a character
                yield {"document": document, "query": query, "k": k, "tau": tau}


def used(program: Program) -> set[str]:
    """What a main term uses of what a run gives, itself or by its definitions."""
    assert program.main is not None
    names, waiting, seen = set[str](), [program.main], set[str]()
    while waiting:
        for name in free_variables(waiting.pop()):
            if name in program.definitions and name not in seen:
                seen.add(name)
                waiting.append(program.definitions[name].term)
            names.add(name)
    # A split and a size depend on the plan.
    return (names & GIVEN.keys()) | ({"tau"} if "split" in names else set())


def arguments(type: Type) -> tuple[list[Type], Type]:
    """The types of the arguments of a function, and that of its result."""
    found: list[Type] = []
    type = find(type)
    while isinstance(type, Function):
        found.append(type.argument)
        type = find(type.result)
    return found, type


def rows(types: list[Type]) -> Iterator[tuple[Term, ...]]:
    """Arguments of these types, simple ones first. Raises `NoValues`."""
    columns = [list(islice(_values(type), MOST_ARGUMENTS)) for type in types]
    places = product(*(range(len(column)) for column in columns))
    for place in sorted(islice(places, 20_000), key=lambda row: (sum(row), row)):
        yield tuple(column[index] for column, index in zip(columns, place, strict=True))


def _values(type: Type) -> Iterator[Term]:
    """Values of a type of data as terms; of an unknown one numbers, which are as good as any."""
    type = find(type)
    if isinstance(type, Function):
        raise NoValues
    name = type.name if isinstance(type, Con) else "Int"
    if name == "Text":
        for text in (*DOCUMENTS[:8], *DOCUMENTS[-6:], *DOCUMENTS[8:]):
            yield node(t.LITERAL, Text(text))
    elif name == "Bool":
        yield from (node(t.CONSTRUCTION, "False"), node(t.CONSTRUCTION, "True"))
    elif name == "List" and isinstance(type, Con):
        yield node(t.LIST)
        for count in (1, 2, 3):
            for row in product(list(islice(_values(type.arguments[0]), 4)), repeat=count):
                yield node(t.LIST, None, row)
    elif name == "Pair" and isinstance(type, Con):
        columns = [list(islice(_values(part), 6)) for part in type.arguments]
        yield from (node(t.PAIR, None, row) for row in product(*columns))
    else:
        yield from (node(t.LITERAL, number) for number in (0, 1, 2, -1, 3, 10, -7))


def applied(function: Term, given: tuple[Term, ...]) -> Term:
    """A function with its arguments."""
    for argument in given:
        function = node(t.APPLICATION, None, (function, argument))
    return function


def answer(prompt: str, turn: int = 0) -> str:
    """An answer that depends on the prompt, and on which oracle it is of several."""
    digest = sha256(f"{turn}:{prompt}".encode("utf-8", "surrogatepass")).digest()
    return ANSWERS[digest[0] % len(ANSWERS)]


def value(program: Program, given: Given, max_steps: int, turn: int = 0) -> tuple[Any, str | None]:
    """What the main term comes to, and why it comes to nothing; of whatever is asked, answers are made up."""
    evaluation = Evaluation(
        program,
        given.get("document", ""),
        given.get("query", ""),
        k=given.get("k", 2),
        tau=given.get("tau", 4096),
        max_steps=max_steps,
    )
    waiting = evaluation.ready()
    while waiting:
        for call in waiting:
            evaluation.answer(call, answer(call.prompt, turn))
        waiting = evaluation.ready()
    error = evaluation.error
    return evaluation.result, None if error is None else error.error.message


def shown(value: Any) -> str:
    """A value as it is written in a program."""
    if isinstance(value, str):
        from calculus.source.strings import text_literal

        return text_literal(value)
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))})"
    return str(value)
