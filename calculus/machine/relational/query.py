"""What a search is given: a term, the definitions it uses, and the memory it begins on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calculus.machine.relational.answers import variables_in_order
from calculus.machine.state import location_order
from calculus.term import Term, free_variables


@dataclass(frozen=True)
class Query:
    """A term to run. `definitions` has a body for every name that is called, `f~` among them where the dual
    of `f` is; `stacks` are bottom first and may hold variables, which are those of the term too. `asked` are
    the variables whose bindings are wanted, in order, if that is not the order in which they occur.
    """

    term: Term
    definitions: Mapping[str, Term] = field(default_factory=dict)
    stacks: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    asked: tuple[str, ...] | None = None

    @property
    def variables(self) -> list[str]:
        """The variables whose bindings are asked for, in order: those of the stacks, then of the term."""
        if self.asked is not None:
            return list(self.asked)
        values = [value for name in sorted(self.stacks, key=location_order) for value in self.stacks[name]]
        names = dict.fromkeys(name for value in values for name in variables_in_order(value))
        free = free_variables(self.term)
        names |= dict.fromkeys(name for name in variables_in_order(self.term) if name in free)
        return list(names)
