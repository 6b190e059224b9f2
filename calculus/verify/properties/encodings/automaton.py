"""Finite automata accept the words that a simulation of all their runs accepts."""

from typing import Any

import calculus
from calculus.verify.generation.sources.automaton import Reading, reading
from calculus.verify.independent.automata import accepts
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Tally


def violation(subject: Reading, tally: Tally) -> str | None:
    program: Any = calculus.program("automaton", subject.automaton)
    ours, theirs = [], []
    for word in subject.words:
        answers: Any = calculus.solve("automaton", program, inputs=[word], engine="reference")
        found, expected = bool(list(answers)), accepts(program.automaton, word)
        tally.count("accepted" if expected else "not accepted")
        ours.append((word, found if answers.complete else "incomplete"))
        theirs.append((word, expected))
    return differ(ours, theirs, "the simulation")


PROPERTIES = (
    agreement(
        "automaton",
        statement="The translation of an automaton into the RMC accepts the words that it accepts.",
        source="rmc.md, Encodings",
        judge="a simulation of all runs at once",
        make=reading,
        violation=violation,
    ),
)
