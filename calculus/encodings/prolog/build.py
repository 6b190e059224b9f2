"""Building terms of the RMC that stand at places of a text, if they come from one."""

from collections.abc import Iterable, Sequence

from calculus.machine.relational.instructions import FAIL, NEW, SEQUENCE, SUM
from calculus.source.text import Span
from calculus.term import Label, Op, Term, node
from calculus.term.node import located


def built(op: Op, label: Label, children: tuple[Term, ...], span: Span | None) -> Term:
    return node(op, label, children) if span is None else located(op, label, children, span)


def in_sequence(terms: Sequence[Term], span: Span | None) -> Term:
    """`M ; N ; …`, to the right."""
    result = terms[-1]
    for term in reversed(terms[:-1]):
        result = built(SEQUENCE, None, (term, result), span)
    return result


def either(terms: Sequence[Term], span: Span | None) -> Term:
    """`M + N + …`, to the right; `0` without terms."""
    result = terms[-1] if terms else built(FAIL, None, (), span)
    for term in reversed(terms[:-1]):
        result = built(SUM, None, (term, result), term.span)
    return result


def new(names: Iterable[str], body: Term, span: Span | None) -> Term:
    """`ex names. body`"""
    for name in reversed(list(names)):
        body = built(NEW, (name,), (body,), span)
    return body
