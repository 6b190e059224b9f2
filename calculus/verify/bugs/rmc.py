"""Bugs in the RMC's parser, printer, reduction, duals, spans and equality."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from calculus.machine.relational.instructions import PUSH, SEQUENCE, VARIABLE
from calculus.machine.relational.values import Environment
from calculus.rmc import actions, dual, matching, mgu, printer, reduction, rules, spans, structure
from calculus.rmc.rules import Differ, Hole, NotFree, SequenceOf, StarOf, SumOf
from calculus.rmc.spans import Span
from calculus.term import Term
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.planting import everywhere, fields, instead

_M, _N, _P = Hole("M"), Hole("N"), Hole("P")


def _without(kind: type) -> Callable[[Any], Any]:
    """Conditions of a kind always hold."""
    return lambda right: lambda condition, found: isinstance(condition, kind) or right(condition, found)


def _no_occurs_check(right: Callable[..., Any]) -> Callable[..., Any]:
    def unifier(pairs: Sequence[tuple[Term, Term]], names: Sequence[str]) -> Any:
        pairs = list(pairs)
        found = right(pairs, names)
        if found is None and len(pairs) == 1:
            for left, other in (pairs[0], pairs[0][::-1]):
                if left.op is VARIABLE and other.op is not VARIABLE:
                    return {left.label: other}
        return found

    return unifier


def _in_order(right: Callable[..., Term]) -> Callable[..., Term]:
    def shaped(shape: Term, parts: Iterator[Term]) -> Term:
        return right(shape, iter(list(parts)[::-1]))

    return shaped


def _same_numbers(right: Callable[..., Environment]) -> Callable[..., Environment]:
    def environment(of: Span, numbers: Iterator[int]) -> Environment:
        return right(of, count())

    return environment


def _sides_kept(right: Callable[[Span], Span]) -> Callable[[Span], Span]:
    return lambda self: self


def _popped_above(right: Callable[..., Any]) -> Callable[..., Any]:
    def compose(first: Span, second: Span) -> Span | None:
        found: Span | None = right(second, first)
        return found

    return compose


def _also_at_one_location(right: Callable[[Term], Term]) -> Callable[[Term], Term]:
    def commuted(term: Term) -> Term:
        def sort(items: list[Term]) -> list[Term]:
            pushes = all(item.op is PUSH for item in items)
            return sorted(items, key=str) if pushes else items

        done: Term = structure._rebuilt(term, SEQUENCE, sort)
        return done

    return commuted


def _left_sum(right: Callable[..., Term]) -> Callable[..., Term]:
    def choice(self: Any, start: int, end: int, left: Term, plus: int, other: Term) -> Term:
        return right(self, start, end, left, plus, left)

    return choice


BUGS = (
    Bug(
        "sums-lose-a-summand",
        "parser",
        "`M + N` is read as `M + M`",
        instead(actions.Actions, "choice", _left_sum),
        Where("rmc", "syntax"),
    ),
    Bug(
        "sums-without-parentheses",
        "printer",
        "no parentheses are written",
        instead(printer, "enclosed", lambda right: lambda pieces, needed: pieces),
        Where("rmc", "syntax"),
    ),
    Bug(
        "unifier-without-occurs-check",
        "unification",
        "a variable may be bound to what it occurs in",
        everywhere(mgu.mgu, _no_occurs_check),
        Where("rmc", "confluence"),
    ),
    Bug(
        "dual-not-reversed",
        "dual",
        "the dual of a sequence keeps its order",
        instead(dual, "_shaped", _in_order),
        Where("rmc", "duality"),
    ),
    Bug(
        "dual-of-a-span-is-itself",
        "dual",
        "the dual of a span does not exchange its sides",
        instead(Span, "dual", _sides_kept),
        Where("rmc", "duality"),
    ),
    Bug(
        "swap-at-one-location",
        "reduction",
        "a push and a pop are exchanged at the same location",
        instead(matching, "_holds", _without(Differ)),
        Where("rmc", "confluence"),
    ),
    Bug(
        "drop-of-what-is-used",
        "reduction",
        "`ex x` is dropped though x occurs",
        instead(matching, "_holds", _without(NotFree)),
        Where("rmc", "confluence", "meaning"),
    ),
    Bug(
        "hoist-captures",
        "reduction",
        "`ex x` is hoisted over a term in which x is free",
        instead(reduction, "renamed_apart", lambda right: lambda rule, found: None),
        Where("rmc", "confluence", "narrow"),
    ),
    Bug(
        "distribution-loses-a-summand",
        "reduction",
        "`(M + N); P` becomes `M; P`",
        fields(rules.DISTRIBUTE_LEFT, right=SequenceOf(_M, _P)),
        Where("rmc", "confluence"),
    ),
    Bug(
        "distribution-from-the-right-loses-a-summand",
        "reduction",
        "`P; (M + N)` becomes `P; M`",
        fields(rules.DISTRIBUTE_RIGHT, right=SequenceOf(_P, _M)),
        Where("rmc", "confluence"),
    ),
    Bug(
        "unroll-at-least-once",
        "reduction",
        "`M*` becomes `M; M*`",
        fields(rules.UNROLL, right=SequenceOf(_M, StarOf(_M))),
        Where("rmc", "confluence"),
    ),
    Bug(
        "sums-are-idempotent",
        "reduction",
        "`M + 0` becomes `M + M`",
        fields(rules.UNIT_RIGHT, right=SumOf(_M, _M)),
        Where("rmc", "confluence"),
    ),
    Bug(
        "spans-compose-without-renaming",
        "spans",
        "the variables of two spans are taken for the same when they are composed",
        instead(spans, "_environment", _same_numbers),
        Where("rmc", "spans", "composition"),
    ),
    Bug(
        "spans-compose-backwards",
        "spans",
        "the second of two spans runs first",
        everywhere(spans.compose, _popped_above),
        Where("rmc", "spans", "composition"),
    ),
    Bug(
        "pushes-commute-at-one-location",
        "equality",
        "canonical forms have pushes in any order, also at the same location",
        instead(structure, "_commuted", _also_at_one_location),
        Where("rmc", "structure"),
    ),
    Bug(
        "frames-of-any-height",
        "equality",
        "a span covers another whatever lies below what it does",
        everywhere(spans.at_most, lambda right: lambda some, others: True),
        Where("rmc", "spans"),
    ),
)
