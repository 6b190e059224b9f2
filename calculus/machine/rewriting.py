"""Reduction step by step, whatever the rules: redexes, paths, strategies.

A calculus brings its rules, a function that lists the redexes of a term, outermost first, and one that
contracts a redex; `rewrite` does the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Generic, Literal, Protocol, TypeVar

from calculus.machine.budget import Budget
from calculus.machine.result import Displayed
from calculus.source.text import Span
from calculus.term import Term

DEFAULT_STEPS = 10_000
"""Contractions after which `rewrite` stops unless told otherwise."""

LOOK = 256
"""Contractions between two looks at the clock and the memory."""

LONGEST = 100_000
"""Characters of a term in JSON, after which it is cut."""

Loops = Literal["head", "never", "always"]
LOOPS: tuple[Loops, ...] = ("head", "never", "always")
"""Which loops are unrolled: those that run next, none, or all."""

Link = tuple[Any, int, Term] | None
"""A place in a term: the place above, which child of it, and the node above; None at the root."""


class Named(Protocol):
    """A rule."""

    @property
    def name(self) -> str: ...


RuleT = TypeVar("RuleT", bound=Named)


@dataclass(frozen=True, slots=True)
class Redex(Generic[RuleT]):
    """A place in a term where a rule applies."""

    rule: RuleT
    link: Link = field(repr=False, compare=False)

    @property
    def position(self) -> tuple[int, ...]:
        """The indices of the children that lead from the root to the place."""
        path: list[int] = []
        link = self.link
        while link is not None:
            path.append(link[1])
            link = link[0]
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class Step:
    """One contraction: the rule, its place in the term before, and the term after.

    `span` is the place in the source of what was contracted, where it has one. Contractions of one
    `round` are made at once (strategy `parallel`).
    """

    rule: str
    position: tuple[int, ...]
    span: Span | None
    term: Term
    round: int

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "position": list(self.position),
            "span": self.span.to_json() if self.span else None,
            "term": self.term.text(LONGEST),
        }


@dataclass(frozen=True)
class Reduction(Displayed):
    """A reduction path: from `start` by `path` to `result`.

    `normal` says that nothing more applies (under the strategy `head`: nothing at the head); else
    `stopped_by` is the limit that ended it.
    """

    start: Term
    path: tuple[Step, ...]
    result: Term
    normal: bool
    stopped_by: str | None
    strategy: str
    steps: int

    def __str__(self) -> str:
        return self.result.text(LONGEST)

    def to_json(self, path: bool = True) -> dict[str, Any]:
        """The shape documented for `calculus reduce --json`."""
        shape: dict[str, Any] = {
            "term": self.result.text(LONGEST),
            "normal": self.normal,
            "steps": self.steps,
            "strategy": self.strategy,
            "stopped_by": self.stopped_by,
        }
        if path:
            shape["path"] = [step.to_json() for step in self.path]
        return shape

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def subterm(term: Term, position: Iterable[int]) -> Term:
    """What stands at a position."""
    for index in position:
        term = term.children[index]
    return term


def rewrite(
    term: Term,
    find: Callable[[Term], Iterator[Redex[RuleT]]],
    contract: Callable[[Term, Redex[RuleT]], Term],
    strategy: str,
    *,
    max_steps: int | None = DEFAULT_STEPS,
    max_seconds: float | None = None,
    seed: int = 0,
    keep: bool = True,
) -> Reduction:
    """Contract redexes until there are none, or until a limit.

    Under `parallel` a round takes all redexes that are in no other, under `random` any one, chosen by `seed`,
    and otherwise the first that is found. Without `keep` the path is not kept, only its length.
    """
    select = _selection(strategy, Random(seed))
    budget = Budget(max_steps, max_seconds)
    path: list[Step] = []
    start, count, rounds = term, 0, 0
    stopped: str | None = None
    with budget.interruptible():
        while stopped is None:
            chosen = select(find(term))
            if not chosen:
                break
            rounds += 1
            for redex in chosen:
                if max_steps is not None and count >= max_steps:
                    stopped = "steps"
                    break
                span = subterm(term, redex.position).span if keep else None
                term = contract(term, redex)
                count += 1
                if keep:
                    path.append(Step(redex.rule.name, redex.position, span, term, rounds))
            if stopped is None and (rounds % LOOK == 0 or max_seconds is not None or budget.interrupted):
                stopped = budget.overdrawn()
    return Reduction(start, tuple(path), term, stopped is None, stopped, strategy, count)


def _selection(strategy: str, rng: Random) -> Callable[[Iterator[Redex[RuleT]]], list[Redex[RuleT]]]:
    def first(found: Iterator[Redex[RuleT]]) -> list[Redex[RuleT]]:
        redex = next(found, None)
        return [] if redex is None else [redex]

    def any_one(found: Iterator[Redex[RuleT]]) -> list[Redex[RuleT]]:
        every = list(found)
        return [rng.choice(every)] if every else []

    def outermost(found: Iterator[Redex[RuleT]]) -> list[Redex[RuleT]]:
        chosen: list[Redex[RuleT]] = []
        last: tuple[int, ...] | None = None
        for redex in found:
            position = redex.position
            if last is None or position[: len(last)] != last:
                chosen.append(redex)
                last = position
        return chosen

    return {"parallel": outermost, "random": any_one}.get(strategy, first)
