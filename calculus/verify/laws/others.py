"""The laws of a calculus that has no module here, such as one that a user registered.

They are equations between terms, decided by its capability `equal`; or whatever its capability `decide`
takes, which is given a program, a law and the options, and says what it found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from calculus import registry
from calculus.registry import Calculus
from calculus.source.diagnostic import CalculusError, Diagnostic, SyntaxProblem, UsageProblem
from calculus.source.items import Law
from calculus.source.text import Source, Span
from calculus.term import Term
from calculus.verify.finding import Finding, Verdict
from calculus.verify.laws.reading import gathered
from calculus.verify.laws.statement import Equation, Options, Statement

VERDICTS: dict[str, Verdict] = {"equal": "proved", "different": "refuted"}


@dataclass(frozen=True, slots=True)
class Others:
    """The laws of one calculus."""

    calculus: Calculus

    def statement(self, program: Any, law: Law) -> Statement:
        if registry.supports(self.calculus, "decide"):
            return Statement(law)
        signs = list(_equals(law.body))
        if len(signs) != 1:
            found = "none" if not signs else "several"
            message = f"expected `=` between two terms, found {found}"
            raise SyntaxProblem(Diagnostic("syntax", message, law.body, help="a law is written `M = N`"))
        places = ((law.body.start, signs[0]), (signs[0] + 1, law.body.end))
        left, right = gathered(
            *(
                lambda start=start, end=end: self._term(Span(law.body.source, start, end, end))
                for start, end in places
            )
        )
        return Equation(law, left, right)

    def _term(self, place: Span) -> Term:
        """The term at a place; its parser is given the text with all before it blank."""
        source = place.source
        before = "".join(sign if sign == "\n" else " " for sign in source.text[: place.start])
        try:
            found: Term = registry.require(
                self.calculus, "parse_term", Source(before + place.text, source.name)
            )
        except CalculusError as problem:
            raise type(problem)(*(_moved(item, source) for item in problem.diagnostics)) from None
        return found

    def decide(self, program: Any, statement: Statement, options: Options) -> Finding:
        if registry.supports(self.calculus, "decide"):
            found: Finding = registry.require(self.calculus, "decide", program, statement.law, options)
            return replace(found, name=statement.name, statement=statement.text, span=statement.span)
        if not isinstance(statement, Equation):
            raise UsageProblem(f"{self.calculus.name} cannot decide laws")
        sides = [
            replace(program, main=side)
            if hasattr(program, "definitions")
            else registry.require(self.calculus, "program", side)
            for side in (statement.left, statement.right)
        ]
        verdict = registry.require(self.calculus, "equal", *sides, max_seconds=options.max_seconds)
        witness = getattr(verdict, "witness", None)
        return statement.found(
            VERDICTS.get(verdict.verdict, "unknown"),
            f"the equality of {self.calculus.name}",
            counterexample=_json(witness),
            tried=dict(getattr(verdict, "tried", {})),
            explained=tuple(verdict.explained()) if hasattr(verdict, "explained") else (),
        )


def _equals(place: Span) -> Iterator[int]:
    """Where an equals sign stands by itself and in no brackets."""
    text = place.source.text
    depth = 0
    for at in range(place.start, place.end):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        alone = text[at - 1] not in "=<>!:~" and text[at + 1 : at + 2] not in ("=", ">", "~")
        if text[at] == "=" and not depth and alone:
            yield at


def _moved(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    """A diagnostic in the text that was cut out, as one in the whole text."""
    span = diagnostic.span
    return diagnostic if span is None else replace(diagnostic, span=Span(source, *span[1:]))


def _json(witness: Any) -> dict[str, Any] | None:
    if witness is None:
        return None
    found = witness.to_json() if hasattr(witness, "to_json") else {"witness": str(witness)}
    return found if isinstance(found, dict) else {"witness": found}
