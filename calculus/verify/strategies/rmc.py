"""Terms, values, memories, queries and programs of the Relational Machine Calculus."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from calculus.machine.relational.query import Query
from calculus.term import Term
from calculus.verify.generation import rmc as generation
from calculus.verify.property import Choose
from calculus.verify.strategies.choices import built


def terms(
    *, closed: bool = True, stars: bool = True, max_size: int = 20, free: Sequence[str] = (), **features: Any
) -> st.SearchStrategy[Term]:
    """Terms of at most `max_size` nodes, closed unless `closed` is False or there are `free` names.

    `stars` allows iterations. Further features are `constructors` (names with arities), `locations`, `names`,
    `constants`, `tests`, `relations` and `definitions`, of `calculus.verify.generation.rmc.Features`.
    """
    return built(generation.term, max_size, stars=stars, free=_free(closed, free), **features)


def values(
    *,
    max_size: int = 7,
    free: Sequence[str] = (),
    constructors: Mapping[str, int] | None = None,
    **features: Any,
) -> st.SearchStrategy[Term]:
    """Values of at most `max_size` nodes; ground, or with the variables `free`."""
    if constructors is not None:
        features["constructors"] = constructors
    return built(generation.value, max_size, free=tuple(free), **features)


def memories(
    *, max_height: int = 2, free: Sequence[str] = (), **features: Any
) -> st.SearchStrategy[dict[str, list[Term]]]:
    """Stacks of values, bottom first, which are ground or have the variables `free`."""
    return built(_memory, max_height + 1, free=tuple(free), **features)


def _memory(choose: Choose, size: int, **features: Any) -> dict[str, list[Term]]:
    return generation.memory(choose, size - 1, **features)


def queries(
    *, stars: bool = True, max_size: int = 20, free: Sequence[str] = (), **features: Any
) -> st.SearchStrategy[Query]:
    """Terms on memories that they partly fit; the variables `free` may be in both."""
    return built(generation.query, max_size, stars=stars, free=tuple(free), **features)


def programs(
    *, definitions: int = 2, stars: bool = True, max_size: int = 20, free: Sequence[str] = (), **features: Any
) -> st.SearchStrategy[Query]:
    """Queries with definitions, often recursive."""
    options = {"stars": stars, "free": tuple(free), "count": definitions}
    return built(generation.program, max_size, **options, **features)


def _free(closed: bool, free: Sequence[str]) -> tuple[str, ...]:
    return tuple(free) if closed or free else ("p", "q")
