"""How Hypothesis drives a generator."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from calculus.verify.property import Choose

T = TypeVar("T")


@lru_cache(1024)
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


@st.composite
def _built(draw: st.DrawFn, make: Callable[..., Any], max_size: int, options: dict[str, Any]) -> Any:
    def choose(count: int) -> int:
        # Drawn even if there is nothing to choose, so that what Hypothesis leaves out does not move the rest.
        return min(draw(_below(max(2, count))), count - 1)

    return make(choose, 1 + choose(max_size), **options)


def built(
    make: Callable[..., T] | Callable[[Choose, int], T], max_size: int, **options: Any
) -> st.SearchStrategy[T]:
    """What a generator makes, of sizes from 1 to `max_size`."""
    strategy: st.SearchStrategy[T] = _built(make, max_size, options)
    return strategy
