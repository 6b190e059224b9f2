"""What generated terms of the FMC may contain, and the constants in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from calculus.fmc import printer  # noqa: F401  # terms print once it is imported
from calculus.machine.instructions import LAMBDA, Jump, Text, jump
from calculus.term import Term
from calculus.verify.generation.choices import chance, pick
from calculus.verify.property import Choose

EDGES = tuple(sign * (2**bits + off) for sign in (1, -1) for bits in (31, 62, 63) for off in (-1, 0, 1))
TEXTS = ("", "a", "b c", "λ", 'q"\\', "line\nend")
BASES = ("Int", "Int", "Int", "Bool", "Text")
"""The types of constants, each as often as it is chosen."""


@dataclass(frozen=True)
class Features:
    """What the terms may contain.

    `effects` lists the locations of effects to use, from `in`, `out`, `rnd`, `nd` (`in` is taken to deliver
    integers, the two others Booleans); `big` adds integers that do not fit, or just fit, into machine words;
    `loops` and `primitives` allow these constructs (and, without primitives, no literals but the labels);
    `labels` are jumps to use beside `*`; `names` are binders to choose from; `free` are names that may occur
    unbound.
    """

    locations: Sequence[str] = (LAMBDA, "a", "b")
    labels: Sequence[Jump] = ("J", "K", "E", "True", 5, Text("t"))
    names: Sequence[str] = ("x", "y", "z", "f")
    effects: Sequence[str] = ()
    free: Sequence[str] = ()
    loops: bool = True
    primitives: bool = True
    big: bool = False


def constant(choose: Choose, kind: str, features: Features) -> Term:
    """A constant of a base type."""
    if kind == "Bool":
        return jump(pick(choose, ("True", "False")))
    if kind == "Text":
        return jump(Text(pick(choose, TEXTS)))
    if features.big and chance(choose, 30):
        return jump(pick(choose, EDGES))
    number = choose(16)
    return jump(number if number < 13 else 12 - number)
