"""All terms of the Relational Machine Calculus up to a size over a signature.

Every node counts one, those of values too: `[t]a` and `a<t>` are 1 + |t|, `M ; N` and `M + N` 1 + |M| + |N|,
`ex x. M` and `M*` 1 + |M|; `1` and `0`, variables and constructors without arguments are 1.
Over the constructors A and S/1 and two locations there are so many closed terms:

| nodes | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |
|---|---|---|---|---|---|---|---|---|
| without iterations | 2 | 6 | 22 | 82 | 378 | 1,806 | 9,102 | 47,322 |
| with iterations | 2 | 8 | 32 | 144 | 736 | 4,032 | 23,008 | 135,616 |
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from calculus.machine.relational.instructions import (
    CONSTRUCTOR,
    FAILURE,
    LAMBDA,
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    STAR,
    SUM,
    TEST,
    Text,
    constant,
    constructor,
)
from calculus.rmc import printer  # noqa: F401  # terms print once it is imported
from calculus.verify.enumeration.ranked import Construct, Signature, Space

TERM, VALUE = "term", "value"

CONSTRUCTORS = (("A", 0), ("S", 1))


def signature(
    *,
    constructors: Iterable[tuple[str, int]] = CONSTRUCTORS,
    locations: Sequence[str] = (LAMBDA, "a"),
    free: Sequence[str] = (),
    stars: bool = False,
    tests: bool = False,
    constants: Sequence[int | Text] = (),
    deepest: int | None = None,
) -> Signature:
    """What terms are made of: constructors are names with their arities; `stars` allows iterations, `tests`
    equations.
    """
    arities = tuple(constructors)
    values = (
        *(constructor(name) for name, arity in arities if arity == 0),
        *(constant(value) for value in constants),
    )
    terms = [
        *(Construct(PUSH, location, (VALUE,)) for location in locations),
        *(Construct(POP, location, (VALUE,)) for location in locations),
        Construct(NEW, (), (TERM,)),
        Construct(SEQUENCE, None, (TERM, TERM)),
        Construct(SUM, None, (TERM, TERM)),
    ]
    if stars:
        terms.append(Construct(STAR, None, (TERM,)))
    if tests:
        terms.append(Construct(TEST, None, (VALUE, VALUE)))
    return Signature(
        {VALUE: values, TERM: (NOTHING, FAILURE)},
        {
            VALUE: tuple(
                Construct(CONSTRUCTOR, name, (VALUE,) * arity) for name, arity in arities if arity > 0
            ),
            TERM: tuple(terms),
        },
        frozenset((VALUE,)),
        tuple(free),
        deepest,
    )


def space(
    size: int,
    *,
    constructors: Mapping[str, int] | Iterable[tuple[str, int]] = CONSTRUCTORS,
    locations: Sequence[str] = (LAMBDA, "a"),
    free: Sequence[str] = (),
    stars: bool = False,
    tests: bool = False,
    constants: Sequence[int | Text] = (),
    deepest: int | None = None,
) -> Space:
    """All terms of up to `size` nodes over a `signature`, closed but for the names in `free`."""
    return _space(TERM, size, *_key(constructors, locations, free), stars, tests, tuple(constants), deepest)


def values(
    size: int,
    *,
    constructors: Mapping[str, int] | Iterable[tuple[str, int]] = CONSTRUCTORS,
    free: Sequence[str] = (),
    constants: Sequence[int | Text] = (),
) -> Space:
    """All values of up to `size` nodes, ground but for the variables in `free`."""
    return _space(VALUE, size, *_key(constructors, (), free), False, False, tuple(constants), None)


def _key(
    constructors: Mapping[str, int] | Iterable[tuple[str, int]],
    locations: Sequence[str],
    free: Sequence[str],
) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...], tuple[str, ...]]:
    pairs = constructors.items() if isinstance(constructors, Mapping) else constructors
    return tuple(pairs), tuple(locations), tuple(free)


@lru_cache(64)
def _space(
    sort: str,
    size: int,
    constructors: tuple[tuple[str, int], ...],
    locations: tuple[str, ...],
    free: tuple[str, ...],
    stars: bool,
    tests: bool,
    constants: tuple[int | Text, ...],
    deepest: int | None,
) -> Space:
    chosen = signature(
        constructors=constructors,
        locations=locations,
        free=free,
        stars=stars,
        tests=tests,
        constants=constants,
        deepest=deepest,
    )
    return Space(chosen, sort, size)
