"""Normal forms: the multiset of spans of a term.

`normal_form` runs a term symbolically. If all its runs end, their spans say everything about it: two such
terms have the same answers with the same multiplicities on all memories exactly if they have the same spans.
Terms without iteration and recursion always end; others may.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import constructor, new, pop, push, sequence, sum_of, variable
from calculus.machine.result import Displayed, value_text
from calculus.rmc.spans import Span, compose
from calculus.rmc.symbolic import Outside, Overdrawn, Symbolic, finished
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term, free_variables

MOST_SPANS = 100_000
"""Spans after which `normal_form` stops unless told otherwise."""

OPEN = "$"
"""The location through which an open term is given the values of its free variables."""


def closed(term: Term, names: Collection[str] | None = None) -> Term:
    """`ex ȳ. $<E(ȳ)>; term; [E(ȳ)]$`, with ȳ the free variables of the term, or those given.

    Terms are equal, whatever their variables stand for, exactly if they are equal closed like this.
    """
    names = sorted(free_variables(term)) if names is None else names
    if not names:
        return term
    values = constructor("E", *map(variable, names))
    return new(names, sequence(pop(values, OPEN), term, push(values, OPEN)))


@dataclass(frozen=True)
class NormalForm(Displayed):
    """The spans of a term, each with its multiplicity, small ones first.

    If `normal` is false, these are those that were found before the limit `stopped_by` was reached, or before
    a run could not go on (`outside` says why).
    """

    spans: tuple[tuple[Span, int], ...]
    steps: int = 0
    stopped_by: str | None = None
    outside: Diagnostic | None = None

    @property
    def normal(self) -> bool:
        return self.stopped_by is None and self.outside is None

    @property
    def counter(self) -> "Counter[Span]":
        return Counter(dict(self.spans))

    def term(self) -> Term:
        """The sum of the spans, as a term."""
        return sum_of(*(span.term() for span, count in self.spans for _ in range(count)))

    def dual(self) -> "NormalForm":
        """The normal form of the dual."""
        return normal_form_of({span.dual(): count for span, count in self.spans}, self.steps)

    def then(self, other: "NormalForm") -> "NormalForm":
        """The normal form of the sequence."""
        found: Counter[Span] = Counter()
        for first, times in self.spans:
            for second, again in other.spans:
                span = compose(first, second)
                if span is not None:
                    found[span] += times * again
        return normal_form_of(found, self.steps + other.steps)

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus reduce --json`."""
        return {
            "term": value_text(self.term()) if self.normal else None,
            "normal": self.normal,
            "steps": self.steps,
            "strategy": "machine",
            "stopped_by": self.stopped_by or (self.outside and self.outside.kind),
        }

    def __str__(self) -> str:
        if self.outside is not None:
            return f"({self.outside.message})"
        return value_text(self.term()) if self.normal else f"(stopped by {self.stopped_by})"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def normal_form_of(
    spans: Mapping[Span, int],
    steps: int = 0,
    stopped_by: str | None = None,
    outside: Diagnostic | None = None,
) -> NormalForm:
    """The normal form with those multiplicities."""
    ordered = sorted(spans.items(), key=lambda item: item[0].key())
    return NormalForm(tuple(ordered), steps, stopped_by, outside)


def normal_form(
    term: Term,
    *,
    definitions: Mapping[str, Term] | None = None,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    max_spans: int | None = MOST_SPANS,
    budget: Budget | None = None,
) -> NormalForm:
    """The spans of a term, by running it on unknown stacks.

    An open term is closed first (see `closed`), and its spans take its variables from the location `$`.
    Bodies of definitions are run where they are called. A term with a relation over integers has spans only
    if all the values that the relation needs become known in the run.
    """
    budget = budget or Budget(max_steps, max_seconds)
    symbolic = Symbolic(definitions or {}, budget)
    found: Counter[Span] = Counter()
    stopped: str | None = None
    outside: Diagnostic | None = None
    try:
        with budget.interruptible():
            for run in finished(symbolic, [symbolic.start(closed(term))]):
                found[run.span()] += 1
                if max_spans is not None and len(found) >= max_spans:
                    raise Overdrawn("spans")
    except Overdrawn as stop:
        stopped = stop.limit
    except Outside as problem:
        outside = problem.diagnostic
    return normal_form_of(found, symbolic.steps, stopped, outside)
