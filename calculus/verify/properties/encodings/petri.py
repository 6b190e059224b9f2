"""Petri nets reach, forwards and backwards, the markings that an explorer of them reaches."""

from dataclasses import replace
from typing import Any

import calculus
from calculus.encodings.petri.language import PetriProgram
from calculus.encodings.petri.net import Before, Net
from calculus.encodings.petri.printer import to_text
from calculus.source.text import Source
from calculus.verify.generation.sources.petri import net
from calculus.verify.independent.petri import explore, stuck, vector
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Tally

MOST = 60
"""Markings of a net that is compared."""
STEPS = 50_000


def violation(subject: Net, tally: Tally) -> str | None:
    for backwards in (False, True):
        expected = explore(subject, subject.initial, MOST, backwards=backwards)
        if expected is None:
            tally.count("given up")
            continue
        asked = replace(subject, question=Before(subject.initial)) if backwards else subject
        answers: Any = calculus.solve(
            "petri", PetriProgram(Source(""), asked), engine="reference", max_steps=STEPS
        )
        views = [answers.view(answer).data for answer in answers]
        if not answers.complete:
            return f"the search did not end, though there are {len(expected)} markings"
        tally.count("markings compared", len(expected))
        ours = sorted((vector(view["marking"], subject.places), _dead(view)) for view in views)
        theirs = sorted((marking, None if backwards else stuck(subject, marking)) for marking in expected)
        found = differ(ours, theirs, "the explorer")
        if found:
            return f"{'backwards, ' if backwards else ''}{found}"
    return None


def _dead(view: dict[str, Any]) -> bool | None:
    dead: bool | None = view.get("deadlock")
    return dead


PROPERTIES = (
    agreement(
        "petri",
        statement="The translation of a Petri net into the RMC has its reachable markings as answers.",
        source="rmc.md, Encodings",
        judge="an explorer of its markings",
        make=net,
        violation=violation,
        show=to_text,
    ),
)
