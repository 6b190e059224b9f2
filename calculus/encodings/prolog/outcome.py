"""Answers and errors in Prolog's words."""

import re
from collections.abc import Iterator
from dataclasses import replace

from calculus.encodings.prolog import arithmetic
from calculus.encodings.prolog.encode import prolog_term, shown_variables
from calculus.encodings.prolog.printer import OPERAND, to_text
from calculus.encodings.prolog.program import PrologProgram
from calculus.encodings.prolog.terms import COMPOUND
from calculus.machine.relational.answers import Answer, View
from calculus.rmc.parser import parse_value
from calculus.source.diagnostic import CalculusError, Diagnostic
from calculus.source.text import Source, Span
from calculus.term import Term
from calculus.term.node import postorder

_NEEDS = re.compile(r"as value (\d), found (.*)", re.DOTALL)
"""What the machine says of a relation that lacks an integer."""


def view(query: Term, answer: Answer) -> View:
    """The values of a query's variables, or `true` if it shows none."""
    names = shown_variables(query)
    values = answer.stacks.get("λ", [])
    terms = [prolog_term(value) for value in values[len(values) - len(names) :]]
    line = ", ".join(f"{name} = {to_text(term, OPERAND)}" for name, term in zip(names, terms, strict=True))
    return View(line or "true", dict(zip(names, map(to_text, terms), strict=True)))


def explained(program: PrologProgram, error: Diagnostic) -> Diagnostic:
    """An error of the machine, with what the program says for what the translation says."""
    needs = _NEEDS.search(error.message)
    expression = None if error.span is None else _term_at(program, error.span)
    if needs is None or expression is None:
        return replace(error, notes=())
    position, found = int(needs[1]), needs[2]
    operands = expression.children or (expression,)
    operand = operands[min(position, len(operands)) - 1]
    message = f"`{expression.text(40)}` expects an integer for `{operand.text(40)}`, "
    if operand is expression:
        message = f"expected an integer for `{operand.text(40)}`, "
    if found.endswith("not bound") or found == "an unbound variable":
        return replace(error, message=f"{message}which is not bound", notes=())
    help = None
    try:
        value = prolog_term(parse_value(Source(found)))
    except CalculusError:  # too long, and so cut
        shown = found
    else:
        shown = value.text(60)
        if value.op is COMPOUND and not any(arithmetic.mistakes(value)):
            help = "what is evaluated is the expression that is written, not one that a variable stands for"
    return replace(error, message=f"{message}found `{shown}`", notes=(), help=help)


def _term_at(program: PrologProgram, span: Span) -> Term | None:
    """The term of a program that stands in a place."""
    for term in _terms(program):
        whole = term.span
        if whole is None or whole.source is not span.source or not whole.start <= span.start < whole.end:
            continue
        for item in postorder(term):
            if item.span is not None and (item.span.start, item.span.end) == (span.start, span.end):
                return item
    return None


def _terms(program: PrologProgram) -> Iterator[Term]:
    for clause in program.clauses:
        if clause.body is not None:
            yield clause.body
    if program.query is not None:
        yield program.query
