"""Turing machines end as an interpreter of them says, in each of their runs."""

from typing import Any

import calculus
from calculus.verify.generation.sources.turing import Running, running
from calculus.verify.independent.turing import outcomes, shown
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Tally

LIMIT = 12
"""Steps of each run that are followed."""
MOST = 50
"""Runs of a machine."""


def violation(subject: Running, tally: Tally) -> str | None:
    program: Any = calculus.program("turing", subject.machine)
    halts = outcomes(program.machine, subject.tape, LIMIT)
    if halts is None or len(halts) > MOST:
        tally.count("given up")
        return None
    answers: Any = calculus.solve("turing", program, inputs=[subject.tape], engine="reference")
    ours = sorted((answers.view(answer).data for answer in answers), key=str)
    theirs = sorted((shown(program.machine, halt) for halt in halts), key=str)
    tally.count("runs compared", len(theirs))
    tally.count("complete", bool(answers.complete))
    return differ(ours, theirs, "the interpreter") if answers.complete else "the search did not end"


PROPERTIES = (
    agreement(
        "turing",
        statement="The translation of a Turing machine into the RMC ends as the machine does.",
        source="rmc.md, Encodings",
        judge="an interpreter of the machine",
        make=running,
        violation=violation,
    ),
)
