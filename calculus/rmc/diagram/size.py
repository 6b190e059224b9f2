"""How large a diagram will be, told before it is made."""

from calculus.machine.relational.instructions import FAIL, NEW, SEQUENCE, SKIP, STAR, SUM, VARIABLE
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.term import Term
from calculus.term.node import postorder

MOST = 1000
"""Parts of a diagram: pushes and pops, constructors, other boxes and variables."""

_ENOUGH = 10**12
"""Sizes are not counted beyond this."""


def check_size(term: Term) -> None:
    """Raises `UsageProblem` for a term whose diagram nobody could read."""
    check_parts(parts(term))


def check_parts(number: int) -> None:
    if number > MOST:
        found = f"{number:,}" if number < _ENOUGH else f"more than {_ENOUGH:,}"
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"too large to draw: {found} parts, counted in every summand (at most {MOST:,})",
                help="draw a part of it, such as one summand, or a definition without unfolding others",
            )
        )


def parts(term: Term) -> int:
    """The parts of all summands of a term's diagram, at least one for each."""
    return max(counts(term)[id(term)])


def counts(term: Term) -> dict[int, tuple[int, int]]:
    """For every node of a term how many summands there are, and how many parts they have together."""
    done: dict[int, tuple[int, int]] = {}
    for item in postorder(term):
        inside = [done[id(child)] for child in item.children]
        summands, size = 1, 1 + sum(size for _, size in inside)
        if item.op is SEQUENCE:
            # Each summand of the one is followed by each of the other.
            (first, ours), (second, theirs) = inside
            summands, size = first * second, ours * second + theirs * first
        elif item.op is SUM:
            summands, size = sum(number for number, _ in inside), size - 1
        elif item.op is NEW:
            (summands, size) = inside[0]
            size += summands
        elif item.op is FAIL:
            summands, size = 0, 0
        elif item.op is VARIABLE or item.op is SKIP:
            size = 0
        elif item.op is STAR:
            size += inside[0][0]
        done[id(item)] = min(summands, _ENOUGH), min(size, _ENOUGH)
    return done
