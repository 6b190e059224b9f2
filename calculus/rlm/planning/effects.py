"""How often the oracle is asked, and what: the effects of evaluating a part of a program."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from calculus.rlm.calls import Role
from calculus.rlm.planning.sizes import Form, join, scale, substitute
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
    trees: int = 0

    def add(self, other: "Effects") -> None:
        """What happens after this."""
        self.uses += other.uses
        self.chain += other.chain
        self.recursions += other.recursions
        self.branching |= other.branching
        self.trees += other.trees

    @property
    def any(self) -> bool:
        return bool(self.uses or self.recursions or self.trees)


def alternatives(left: Effects, right: Effects) -> tuple[Effects, bool]:
    """A bound of both, and whether both ask the same number of times."""
    uses, same = list[Use](), left.recursions == right.recursions and left.trees == right.trees == 0
    first, second = _by_kind(left.uses), _by_kind(right.uses)
    for kind in sorted({*first, *second}):
        pairs = zip_longest(first.get(kind, ()), second.get(kind, ()))
        for one, other in pairs:
            if one is None or other is None:
                same = False
                uses.append(one or other)
                continue
            same &= one.times == other.times
            form = join(one.form, other.form)
            assert form is not None
            sites = tuple(sorted({*one.sites, *other.sites}))
            uses.append(replace(one, sites=sites, times=max(one.times, other.times), form=form))
    merged = Effects(
        uses,
        max(left.chain, right.chain),
        max(left.recursions, right.recursions),
        left.branching | right.branching,
        left.trees + right.trees,
    )
    return merged, same


def _by_kind(uses: Iterable[Use]) -> dict[tuple[str, str], list[Use]]:
    found: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        found.setdefault((use.role, use.per), []).append(use)
    return found


def replaced(uses: Iterable[Use], atom: str, by: Form | None) -> list[Use]:
    """The calls with an atom known."""
    return [replace(use, form=substitute(use.form, atom, by) or {}) for use in uses]


__all__ = ["Effects", "Use", "alternatives", "replaced", "scale"]
