"""`imp` does what CPython does with the same program written in Python."""

from typing import Any

import calculus
from calculus.verify.generation.sources.imp import EXCEPTIONS, Imp, Pair
from calculus.verify.independent import python_programs
from calculus.verify.properties.encodings.comparing import agreement, differ
from calculus.verify.property import Choose, Tally

INPUTS = (3, -1, 7, 0, 2)
STEPS = 300_000


def program(choose: Choose, size: int) -> Pair:
    """A program in `imp` and in Python."""
    return Imp(choose).program(size)


def violation(pair: Pair, tally: Tally) -> str | None:
    imp, python = pair
    try:
        expected = python_programs.run(python, INPUTS, EXCEPTIONS)
    except python_programs.TooLong:
        tally.count("given up")
        return None
    found: Any = calculus.run("imp", imp, inputs=list(INPUTS), engine="reference", max_steps=STEPS)
    if found.status == "budget":
        tally.count("given up")
        return None
    tally.count(expected.error or ("uncaught" if expected.uncaught else "ended well"))
    error = found.error.kind if found.error else None
    # Loops that were never reached have counters here alone.
    cells = {name: text for name, text in dict(found.cells).items() if name in expected.cells or text != "0"}
    ours = {"output": list(found.output), "uncaught": found.uncaught, "error": error, "cells": cells}
    theirs = {
        "output": expected.output,
        "uncaught": expected.uncaught,
        "error": expected.error,
        "cells": expected.cells,
    }
    return differ(ours, theirs, "CPython")


PROPERTIES = (
    agreement(
        "imp",
        statement="The translation of imp into the FMC prints, stores, raises and fails as CPython does.",
        source="fmc.md, Encodings",
        judge="CPython",
        make=program,
        violation=violation,
        show=lambda pair: pair[0],
        examples=100,
        unit=25,
    ),
)
