"""Terms, programs and memories of the Functional Machine Calculus.

All terms are well scoped: a name that occurs is bound by a pop, is defined, or is one of the names given as
`free`. There are three modes:

- `tame` keeps count of what lies on each stack: runs go well and end, and nearly all terms are typable;
- `wild` takes any construct anywhere, so a run often gets stuck or never ends;
- `mixed` is tame with some wild constructs thrown in.
"""

from dataclasses import replace
from typing import Any, Literal, NamedTuple

from calculus.machine.instructions import variable
from calculus.term import Term
from calculus.verify.generation.choices import between, chance, pick
from calculus.verify.generation.fmc.features import BASES, EDGES, TEXTS, Features, constant
from calculus.verify.generation.fmc.tame import UNKNOWN, Tame, Thunk, countdown
from calculus.verify.generation.fmc.wild import wild
from calculus.verify.property import Choose

Mode = Literal["tame", "wild", "mixed"]
MODES: tuple[Mode, ...] = ("tame", "wild", "mixed")


class Program(NamedTuple):
    """Definitions, of which any may use any, and a main term."""

    definitions: dict[str, Term]
    main: Term

    def __str__(self) -> str:
        lines = [f"def {name} = {term}" for name, term in self.definitions.items()]
        return "\n".join([*lines, str(self.main)])


def term(choose: Choose, size: int, *, mode: Mode | None = None, **features: Any) -> Term:
    """A term of at most `size` nodes, in any mode if none is given; closed but for the names in `free`.

    The other keyword arguments are those of `Features`.
    """
    return _term(choose, size, mode, Features(**features), {})


def program(
    choose: Choose, size: int, *, count: int = 3, mode: Mode | None = None, **features: Any
) -> Program:
    """Definitions `d0`, `d1`, …, often (mutually) recursive, and a main term that uses them.

    The main term has at most `size` nodes, a definition half as many, or is one of some 30 nodes that counts
    its argument down. In tame mode only these are recursive; in the others some never end.
    """
    chosen = Features(**features)
    closed = replace(chosen, free=())
    mode = mode or pick(choose, MODES)
    known: dict[str, Thunk] = {}
    bodies: dict[str, Term] = {}
    names = [f"d{i}" for i in range(count)]
    for name in names:
        kind = choose(3 if mode == "tame" else 4)
        if kind == 2 and chosen.primitives:
            bodies[name], known[name] = countdown(choose, name, chosen)
        elif kind == 3:
            builder = Tame(choose, closed, dict(known), 0)
            bodies[name] = builder.block(max(1, size // 4), {}, {}, variable(name))
            known[name] = Thunk((), ())
        elif kind == 0 or mode == "tame":
            builder = Tame(choose, closed, dict(known), 0)
            bodies[name], known[name] = builder.thunk(max(1, size // 2), {})
        else:
            loose = {other: Thunk((), ()) for other in names}
            bodies[name] = _term(choose, size // 2, mode, closed, {**loose, **known})
            known[name] = Thunk((), ())
    return Program(bodies, _term(choose, size, mode, chosen, known))


def memory(choose: Choose, height: int, *, size: int = 6, **features: Any) -> dict[str, list[Term]]:
    """Stacks, bottom first, of at most so many values each: constants, and terms of up to `size` nodes."""
    chosen = Features(**{**features, "effects": ()})
    stacks: dict[str, list[Term]] = {}
    for location in chosen.locations:
        values = [_value(choose, size, chosen) for _ in range(choose(height + 1))]
        if values:
            stacks[location] = values
    return stacks


def _value(choose: Choose, size: int, features: Features) -> Term:
    if features.primitives and not chance(choose, 40):
        return constant(choose, pick(choose, BASES), features)
    return _term(choose, between(choose, 1, size), None, features, {})


def _term(
    choose: Choose, size: int, mode: Mode | None, features: Features, definitions: dict[str, Thunk]
) -> Term:
    mode = mode or pick(choose, MODES)
    if mode == "wild":
        return wild(choose, features, size, (*features.free, *definitions))
    builder = Tame(choose, features, definitions, 0 if mode == "tame" else 8)
    return builder.block(size, {}, dict.fromkeys(features.free, UNKNOWN))


__all__ = ["EDGES", "MODES", "TEXTS", "Features", "Mode", "Program", "memory", "program", "term"]
