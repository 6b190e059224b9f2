"""The combinators and library functions: their names, types and what they are.

Types are written as they are printed; in `~>` the effect is the same throughout a type, so `map` is neural if
its function is, and `oracle` is always.
"""

from collections.abc import Iterator
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from calculus.rlm.types.nodes import (
    BOOL,
    GENERIC,
    INT,
    TEXT,
    Con,
    Effect,
    Function,
    Meta,
    Scheme,
    Type,
    list_of,
    pair_of,
)


class Builtin(NamedTuple):
    """A function of the language: how many arguments it waits for, its type, and a line on what it is."""

    name: str
    arity: int
    type: str
    summary: str


_TABLE = """\
split 2 | Int -> Text -> List Text | contiguous parts, as many as asked for, which together are the text
peek 3 | Int -> Int -> Text -> Text | the slice from one place to another
map 2 | (a ~> b) -> List a ~> List b | a function on every element, in order, run concurrently
filter 2 | (a ~> Bool) -> List a ~> List a | the elements that a function says True to
reduce 3 | (b -> b -> b) -> b -> List b -> b | all elements joined by a pure function, from the left
concat 1 | List Text -> Text | the texts one after the other
cross 2 | List a -> List b -> List (Pair a b) | every element with every other
pairs 1 | List a -> List (Pair a a) | every two elements, the earlier first
zip 2 | List a -> List b -> List (Pair a b) | elements of two lists at the same place
oracle 1 | Text ~> Text | the answer to a prompt
ask 3 | Text -> Text -> Text -> Text | a prompt: an instruction, a question, and a text that is not trusted
ask_all 3 | Text -> Text -> List Text -> Text | a prompt about several texts that are not trusted
size 1 | Text -> Int | the size of a text, in the unit of the plan
length 1 | List a -> Int | the number of elements
append 2 | List a -> List a -> List a | one list after the other
fst 1 | Pair a b -> a | the first of a pair
snd 1 | Pair a b -> b | the second of a pair
lines 1 | Text -> List Text | the lines of a text
words 1 | Text -> List Text | the words of a text
parse 1 | Text -> List Text | the lines of an answer that are not blank, without space around them
join 2 | Text -> List Text -> Text | the texts with another between them
contains 2 | Text -> Text -> Bool | whether the first text is a part of the second
number 1 | Text -> Int | the first whole number in a text; 0 if there is none
show 1 | Int -> Text | a number as text
dedupe 1 | List a -> List a | each element once, where it is first
majority 1 | List Text -> Text | the text that is there most often; of several, the first
merge_counts 1 | List Text -> Text | lines `label: n` of all texts, with the numbers of a label added up
best 1 | List Text -> Text | one of the answers that say something, each as likely as the others
"""


def _read() -> Iterator[Builtin]:
    for line in _TABLE.splitlines():
        head, type, summary = line.split(" | ")
        name, arity = head.split()
        yield Builtin(name, int(arity), type, summary)


BUILTINS = MappingProxyType({item.name: item for item in _read()})

GIVEN = MappingProxyType({"document": TEXT, "query": TEXT, "tau": INT, "k": INT})
"""The names that a run gives: what it is about, and how the plan splits it."""


@cache
def scheme(name: str) -> Scheme:
    """The type of a combinator."""
    words = BUILTINS[name].type.replace("(", " ( ").replace(")", " ) ").split()
    type = _Reader(words, Effect(GENERIC, neural=name == "oracle")).function()
    if name == "reduce":
        for function in (type.argument, type.argument.result):  # type: ignore[union-attr]
            function.effect.pure = True  # type: ignore[union-attr]
    return Scheme(type)


class _Reader:
    """Reads a type of the table; its depth is that of the table's, so recursion does no harm."""

    def __init__(self, words: list[str], neural: Effect) -> None:
        self.words = iter([*words, ")"])
        self.neural = neural
        self.metas: dict[str, Meta] = {}

    def function(self) -> Type:
        left = self.applied(next(self.words))
        arrow = next(self.words)
        if arrow == ")":
            return left
        effect = self.neural if arrow == "~>" else Effect(GENERIC)
        return Function(left, self.function(), effect)

    def applied(self, word: str) -> Type:
        match word:
            case "(":
                return self.function()
            case "List":
                return list_of(self.applied(next(self.words)))
            case "Pair":
                return pair_of(self.applied(next(self.words)), self.applied(next(self.words)))
        base: dict[str, Con] = {"Text": TEXT, "Int": INT, "Bool": BOOL}
        # Lists and pairs hold data, and every variable of the table stands in one.
        return base.get(word) or self.metas.setdefault(word, Meta(GENERIC, data=True))
