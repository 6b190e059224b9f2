"""Types as terms: the nodes, and their text.

| node | label | children |
|---|---|---|
| `BASE` `Int` | `Int`, `Bool` or `Text` | |
| `TYPE_VARIABLE` `a` | its name | |
| `DATA_TYPE` `List a` | its name | arguments |
| `ARROW` `s ⇒ t₁ + … + tₙ` | | what is expected, then the exits |
| `MEMORY` `Int c(Bool)` | pairs (location, how many), λ first | the value types, in that order |
| `EXIT` `s.J` | a jump, or (`class`, base) for a class of jumps | a memory |

In what is expected the first type of a location is the top of its stack; in an exit the
last one is.
"""

from collections.abc import Iterable, Sequence

from calculus.machine.instructions import LAMBDA, Jump
from calculus.term import Op, Term, node

BASE = Op("fmc-type.base")
TYPE_VARIABLE = Op("fmc-type.variable")
DATA_TYPE = Op("fmc-type.data")
ARROW = Op("fmc-type.arrow")
MEMORY = Op("fmc-type.memory")
EXIT = Op("fmc-type.exit")

BASES = ("Int", "Bool", "Text")

ExitLabel = Jump | tuple[str, str]
"""A jump, or `("class", "Int")` for the class of all integers."""


def base_type(name: str) -> Term:
    return node(BASE, name)


def type_variable(name: str) -> Term:
    return node(TYPE_VARIABLE, name)


def data_type(name: str, arguments: Sequence[Term] = ()) -> Term:
    return node(DATA_TYPE, name, tuple(arguments))


def arrow(expected: Term, exits: Sequence[Term]) -> Term:
    """`expected ⇒ exits`"""
    return node(ARROW, None, (expected, *exits))


def exit_type(memory: Term, label: ExitLabel) -> Term:
    """`memory.label`"""
    return node(EXIT, label, (memory,))


def memory_label(
    parts: Iterable[tuple[str, Term]],
) -> tuple[tuple[tuple[str, int], ...], list[Term]]:
    """The label and the children of a memory of value types at locations, in order at each
    location.
    """
    stacks: dict[str, list[Term]] = {}
    for location, item in parts:
        stacks.setdefault(location, []).append(item)
    names = sorted(stacks, key=lambda name: (name != LAMBDA, name))
    label = tuple((name, len(stacks[name])) for name in names)
    return label, [item for name in names for item in stacks[name]]


def memory(parts: Iterable[tuple[str, Term]] = ()) -> Term:
    """A memory of value types at locations."""
    label, children = memory_label(parts)
    return node(MEMORY, label, tuple(children))


def stacks_of(item: Term) -> dict[str, tuple[Term, ...]]:
    """The value types of a memory, per location."""
    stacks: dict[str, tuple[Term, ...]] = {}
    at = 0
    for location, count in item.label:
        stacks[location] = item.children[at : at + count]
        at += count
    return stacks
