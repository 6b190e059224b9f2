"""All terms of the Functional Machine Calculus up to a size over a signature.

Every node counts one: a variable and a jump 1, `a<x>.M` 1 + |M|, `M^J` 1 + |M|, `[N]a.M` and `M ; J -> N`
1 + |M| + |N|, and the `*` that ends an action without a body is a node too. Over two locations, two labels
(of which jumps, joins and loops take any; `*` is one of them) and one free variable there are

| nodes | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
|---|---|---|---|---|---|---|---|---|---|
| loop-free | 3 | 8 | 56 | 368 | 2,752 | 22,176 | 184,960 | 1,619,584 | 14,609,920 |
| with loops | 3 | 14 | 100 | 824 | 7,344 | 69,632 | 690,240 | 7,090,048 | 75,024,640 |

Up to 8 nodes these are 1,829,907 loop-free terms, the number of terms whose forks were first found to join.
"""

from collections.abc import Sequence
from functools import lru_cache

from calculus.fmc import printer  # noqa: F401  # terms print once it is imported
from calculus.machine.instructions import (
    JOIN,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    STAR,
    Jump,
    jump,
)
from calculus.verify.enumeration.ranked import Construct, Signature, Space

TERM = "term"


def signature(
    *,
    locations: Sequence[str] = (LAMBDA, "a"),
    labels: Sequence[Jump] = (STAR, "J"),
    free: Sequence[str] = (),
    loops: bool | Sequence[Jump] = True,
    primitives: Sequence[str] = (),
    literals: Sequence[Jump] = (),
    deepest: int | None = None,
) -> Signature:
    """What terms are made of. `labels` are those of jumps and joins, and of loops unless `loops` says which;
    `literals` are jumps that no join or loop takes.
    """
    turns = labels if loops is True else loops or ()
    constructs = [
        *(Construct(PUSH, location, (TERM, TERM)) for location in locations),
        *(Construct(POP, (location,), (TERM,)) for location in locations),
        *(Construct(JOIN, label, (TERM, TERM)) for label in labels),
        *(Construct(LOOP, label, (TERM,)) for label in turns),
        *(Construct(PRIMITIVE, name, (TERM,)) for name in primitives),
    ]
    constants = tuple(jump(label) for label in (*labels, *literals))
    return Signature({TERM: constants}, {TERM: tuple(constructs)}, frozenset((TERM,)), tuple(free), deepest)


def space(
    size: int,
    *,
    locations: Sequence[str] = (LAMBDA, "a"),
    labels: Sequence[Jump] = (STAR, "J"),
    free: Sequence[str] = (),
    loops: bool | Sequence[Jump] = True,
    primitives: Sequence[str] = (),
    literals: Sequence[Jump] = (),
    deepest: int | None = None,
) -> Space:
    """All terms of up to `size` nodes over a `signature`, closed but for the names in `free`."""
    turns = loops if isinstance(loops, bool) else tuple(loops)
    return _space(
        size,
        *(tuple(locations), tuple(labels), tuple(free), turns, tuple(primitives), tuple(literals)),
        deepest,
    )


@lru_cache(64)
def _space(
    size: int,
    locations: tuple[str, ...],
    labels: tuple[Jump, ...],
    free: tuple[str, ...],
    loops: bool | tuple[Jump, ...],
    primitives: tuple[str, ...],
    literals: tuple[Jump, ...],
    deepest: int | None,
) -> Space:
    chosen = signature(
        locations=locations,
        labels=labels,
        free=free,
        loops=loops,
        primitives=primitives,
        literals=literals,
        deepest=deepest,
    )
    return Space(chosen, TERM, size)
