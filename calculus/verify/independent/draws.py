"""The outcomes of random programs by trying all draws, on the machine of the transition table."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from calculus.machine.instructions import Jump
from calculus.term import Term
from calculus.verify.independent.indices import Tree, tree
from calculus.verify.independent.machine import LiteralMachine


class Ending(NamedTuple):
    """How runs end: the status, the label or the kind of error, and the stacks up to renaming."""

    status: str
    exit: Jump | None
    kind: str | None
    stacks: tuple[tuple[str, tuple[Tree, ...]], ...]

    @classmethod
    def of(
        cls, status: str, exit: Jump | None, kind: str | None, stacks: Mapping[str, Sequence[Term]]
    ) -> "Ending":
        found = ((name, tuple(map(tree, values))) for name, values in sorted(stacks.items()) if values)
        return cls(status, exit, kind, tuple(found))


class Outcomes(NamedTuple):
    """The mass that is known of each ending, and that of the runs not followed to their end."""

    least: dict[Ending, Fraction]
    open: Fraction


def outcomes(term: Term, depth: int, limit: int) -> Outcomes:
    """The outcomes of a closed term within so many draws, and so many transitions of each run."""
    least: dict[Ending, Fraction] = {}
    unknown = Fraction(0)
    waiting: list[tuple[bool, ...]] = [()]
    while waiting:
        draws = waiting.pop()
        machine = LiteralMachine(term, draws=list(draws))
        try:
            machine.run(limit)
        except IndexError:  # one draw more is needed
            if len(draws) < depth:
                waiting += [(*draws, False), (*draws, True)]
                continue
        mass = Fraction(1, 2 ** len(draws))
        if machine.status in ("done", "stuck"):
            ending = Ending.of(machine.status, machine.exit, machine.kind, machine.stacks)
            least[ending] = least.get(ending, Fraction(0)) + mass
        else:
            unknown += mass
    return Outcomes(least, unknown)
