"""Regular expressions match the words that Python's `re` matches."""

import re
from typing import Any

import calculus
from calculus.verify.generation.sources.regex import Matching, matching
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Tally

STEPS = 100_000


def violation(subject: Matching, tally: Tally) -> str | None:
    program = calculus.program("regex", subject.pattern)
    ours, theirs = [], []
    for word in subject.words:
        answers: Any = calculus.solve("regex", program, inputs=[word], engine="reference", max_steps=STEPS)
        found = bool(list(answers))
        if not answers.complete:
            tally.count("given up")
            continue
        expected = re.fullmatch(subject.pattern, word) is not None
        tally.count("matching" if expected else "not matching")
        ours.append((word, found))
        theirs.append((word, expected))
    return differ(ours, theirs, "Python's re")


PROPERTIES = (
    agreement(
        "regex",
        statement="The translation of a regular expression into the RMC reads the words that match.",
        source="rmc.md, Encodings",
        judge="Python's re",
        make=matching,
        violation=violation,
    ),
)
