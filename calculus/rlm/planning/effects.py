"""How often the oracle is asked, and what: the effects of evaluating a part of a program."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from calculus.rlm.calls import Role
from calculus.rlm.planning.sizes import Form, join, substitute
from calculus.source.text import Span


@dataclass(frozen=True, slots=True)
class Use:
    """A call, or several alike: so many `times` for each leaf, inner node, child of an inner node, or once.

    `form` bounds its prompt; `sites` are the numbers of the oracles in the program's text that it may be of.
    """

    sites: tuple[int, ...]
    role: Role
    per: str
    times: int
    form: Form
    span: Span | None = None

    def scaled(self, times: int) -> "Use":
        return replace(self, times=self.times * times)


@dataclass(slots=True)
class Effects:
    """The calls, how many of them wait for each other, and how often a child is recursed into."""

    uses: list[Use] = field(default_factory=list)
    chain: int = 0
    recursions: int = 0
    branching: set[int] = field(default_factory=set)
    cuts: set[tuple[tuple[int, int], ...]] = field(default_factory=set)
    """To which ranges the children are shortened that are recursed into."""
    trees: int = 0

    def add(self, other: "Effects") -> None:
        """What happens after this."""
        self.uses += other.uses
        self.chain += other.chain
        self.recursions += other.recursions
        self.branching |= other.branching
        self.cuts |= other.cuts
        self.trees += other.trees

    @property
    def any(self) -> bool:
        return bool(self.uses or self.recursions or self.trees)


def alternatives(left: Effects, right: Effects) -> tuple[Effects, bool]:
    """A bound of both, and whether both ask the same number of times."""
    uses, same = list[Use](), left.recursions == right.recursions and left.trees == right.trees == 0
    first, second = _by_kind(left.uses), _by_kind(right.uses)
    for kind in sorted({*first, *second}):
        for one, other in zip_longest(first.get(kind, ()), second.get(kind, ())):
            if one is None or other is None:
                same = False
                uses.append(one or other)
                continue
            same &= one.times == other.times
            uses.append(_either(one, other))
    merged = Effects(
        uses,
        max(left.chain, right.chain),
        max(left.recursions, right.recursions),
        left.branching | right.branching,
        left.cuts | right.cuts,
        left.trees + right.trees,
    )
    return merged, same


def _by_kind(uses: Iterable[Use]) -> dict[tuple[str, bool], list[Use]]:
    """Calls that may stand for each other: at the same places, with the same limit of their answers."""
    found: dict[tuple[str, bool], list[Use]] = {}
    for use in sorted(uses, key=lambda use: _RANK[use.role]):
        found.setdefault((use.per, use.role == "filter"), []).append(use)
    return found


_RANK: dict[Role, int] = {"merge": 0, "leaf": 1, "other": 2, "filter": 3, "detect": 4}
"""Of two calls of which one is made, it is the first that decides how often the answer is right."""


def _either(one: Use, other: Use) -> Use:
    form = join(one.form, other.form)
    assert form is not None
    return replace(
        one,
        sites=tuple(sorted({*one.sites, *other.sites})),
        role=min(one.role, other.role, key=lambda role: _RANK[role]),
        times=max(one.times, other.times),
        form=form,
    )


def replaced(uses: Iterable[Use], atom: str, by: Form | None) -> list[Use]:
    """The calls with an atom known."""
    return [replace(use, form=substitute(use.form, atom, by) or {}) for use in uses]
