"""All λ-RLM terms up to a size over some combinators, well-typed or not."""

from collections.abc import Sequence
from functools import lru_cache

from calculus.encodings import printing  # noqa: F401  # terms print once it is imported
from calculus.encodings import terms as t
from calculus.machine.instructions import Text
from calculus.term import Term, node
from calculus.verify.enumeration.ranked import Construct, Signature, Space

TERM = "term"

COMBINATORS = ("document", "size", "concat", "map", "oracle", "fst")
LITERALS: tuple[Term, ...] = (
    node(t.LITERAL, Text("a")),
    node(t.LITERAL, 1),
    node(t.CONSTRUCTION, "True"),
    node(t.LIST),
)


def space(size: int, *, combinators: Sequence[str] = COMBINATORS) -> Space:
    """The terms of up to `size` nodes: names, literals, functions and their application, conditionals, pairs,
    lists of one, sums, and texts one after the other.
    """
    return _terms(size, tuple(combinators))


@lru_cache(8)
def _terms(size: int, combinators: tuple[str, ...]) -> Space:
    constructs = (
        Construct(t.APPLICATION, None, (TERM, TERM)),
        Construct(t.ABSTRACTION, (), (TERM,)),
        Construct(t.CONDITIONAL, None, (TERM, TERM, TERM)),
        Construct(t.LIST, None, (TERM,)),
        Construct(t.PAIR, None, (TERM, TERM)),
        Construct(t.OPERATION, "+", (TERM, TERM)),
        Construct(t.OPERATION, "++", (TERM, TERM)),
    )
    chosen = Signature({TERM: LITERALS}, {TERM: constructs}, frozenset((TERM,)), combinators)
    return Space(chosen, TERM, size)
