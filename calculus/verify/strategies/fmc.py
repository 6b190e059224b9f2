"""Terms, programs and memories of the Functional Machine Calculus."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from calculus.fmc.program import Program as Items
from calculus.fmc.types import types_of
from calculus.machine.instructions import LAMBDA
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term
from calculus.verify.generation import fmc as generation
from calculus.verify.generation.fmc import Mode, Program
from calculus.verify.property import Choose
from calculus.verify.strategies.choices import built


def terms(
    *,
    typed: bool | None = None,
    closed: bool = True,
    loops: bool = True,
    primitives: bool = True,
    effects: Sequence[str] = (),
    max_size: int = 25,
    free: Sequence[str] = ("p", "q"),
    **features: Any,
) -> st.SearchStrategy[Term]:
    """Terms of at most `max_size` nodes.

    With `typed`, those that have a type, nearly all of which end well; without it (False), any construct
    stands anywhere; left to itself (None), there are all sorts. Terms are closed unless `closed` is False,
    then the names `free` may occur. `loops` and `primitives` allow these constructs, `effects` are locations
    of effects to use, from `in`, `out`, `rnd` and `nd`. Further features are `locations`, `labels`, `names`
    and `big`, of `calculus.verify.generation.fmc.Features`.
    """
    options = {"loops": loops, "primitives": primitives, "effects": tuple(effects), **features}
    options |= {"free": () if closed else tuple(free), "mode": _mode(typed)}
    if not typed:
        return built(generation.term, max_size, **options)
    if not closed:
        raise UsageProblem("terms that have a type are closed here: leave out typed=True or closed=False")
    return built(generation.term, max_size, **options).filter(_is_typed)


def _mode(typed: bool | None) -> Mode | None:
    if typed is None:
        return None
    return "tame" if typed else "wild"


def _is_typed(term: Term) -> bool:
    return types_of(Items(Source(""), {}, {}, (), term)).main is not None


def programs(
    *,
    definitions: int = 3,
    loops: bool = True,
    primitives: bool = True,
    effects: Sequence[str] = (),
    max_size: int = 25,
    mode: Mode | None = None,
    **features: Any,
) -> st.SearchStrategy[Program]:
    """Programs: definitions, often recursive, and a main term of at most `max_size` nodes that uses them.

    In mode `tame` they run well and end, in mode `wild` few do; without a mode there are all sorts.
    """
    options = {"loops": loops, "primitives": primitives, "effects": tuple(effects), "mode": mode}
    return built(generation.program, max_size, count=definitions, **options, **features)


def memories(
    *, locations: Sequence[str] = (LAMBDA, "a", "b"), max_height: int = 3, **features: Any
) -> st.SearchStrategy[dict[str, list[Term]]]:
    """Stacks, bottom first, of constants and closed terms."""
    return built(_memory, max_height + 1, locations=tuple(locations), **features)


def _memory(choose: Choose, size: int, **features: Any) -> dict[str, list[Term]]:
    return generation.memory(choose, size - 1, **features)
