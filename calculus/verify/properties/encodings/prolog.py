"""Programs of Prolog without arithmetic have the answers of SLD resolution, in the same order."""

from typing import Any

import calculus
from calculus.encodings.prolog.program import PrologProgram, read_term
from calculus.source.text import Source
from calculus.verify.generation.sources.prolog import pure
from calculus.verify.independent.resolution import Resolution, Spent, numbered, resolved, value_of
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Tally

FEW = 10
"""Answers that are compared."""
CLAUSES = 400
"""Goals that are resolved."""
STEPS = 2_000


def violation(text: str, tally: Tally) -> str | None:
    program: Any = calculus.program("prolog", text)
    found: Any = calculus.solve("prolog", program, max_answers=FEW, max_steps=STEPS, engine="reference")
    views = [found.view(answer).data for answer in found]
    ours = [numbered([value_of(read_term(Source(part))) for part in view.values()]) for view in views]
    # Without an answer nobody asks what is shown of it.
    theirs, complete = _answers(program, list(views[0]) if views else [])
    tally.count("answers", len(ours))
    if found.complete and complete:
        return differ(ours, theirs, "SLD resolution")
    # As far as both searches went.
    tally.count("in part")
    shared = min(len(ours), len(theirs))
    if (found.complete and len(theirs) > len(ours)) or (complete and len(ours) > len(theirs)):
        return differ(ours, theirs, "SLD resolution")
    return differ(ours[:shared], theirs[:shared], "SLD resolution")


def _answers(program: PrologProgram, names: list[str]) -> tuple[list[Any], bool]:
    """The first answers, as the values of variables, and whether there are no more."""
    search = Resolution(program, CLAUSES)
    theirs: list[Any] = []
    try:
        for bindings in search.answers():
            theirs.append(numbered([resolved(("?", name), bindings) for name in names]))
            if len(theirs) == FEW:
                return theirs, False
    except (Spent, RecursionError):
        return theirs, False
    return theirs, True


PROPERTIES = (
    agreement(
        "prolog",
        statement="The translation of Horn clauses into the RMC has the answers of resolution, in its order.",
        source="rmc.md, Encodings",
        judge="SLD resolution",
        make=pure,
        violation=violation,
        examples=120,
        unit=40,
    ),
)
