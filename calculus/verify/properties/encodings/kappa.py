"""Programs of κ leave the values that an evaluator of first-order functions gives."""

from typing import Any

import calculus
from calculus.verify.generation.sources.kappa import program
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Tally

STEPS = 100_000


def violation(subject: tuple[str, str], tally: Tally) -> str | None:
    text, value = subject
    answers: Any = calculus.run("kappa", text, engine="reference", max_steps=STEPS)
    if answers.status == "budget":
        tally.count("given up")
        return None
    tally.count("compared")
    found = [answers.view(answer).data for answer in answers.answers]
    return differ(found, [{"values": [value]}], "the evaluator")


PROPERTIES = (
    agreement(
        "kappa",
        statement="The translation of κ into the RMC leaves the value of a first-order functional program.",
        source="rmc.md, Encodings",
        judge="an evaluator of first-order functions",
        make=program,
        violation=violation,
        show=lambda subject: subject[0],
    ),
)
