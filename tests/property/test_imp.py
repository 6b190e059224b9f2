"""`imp` beside what its property looks into: the kernel, the translation as a text, and the layout."""

from random import Random
from typing import Any

import pytest

import calculus
from calculus.verify.generation.sources.imp import EXCEPTIONS, Imp
from calculus.verify.independent.python_programs import run
from calculus.verify.properties.encodings.imp import INPUTS, PROPERTIES
from calculus.verify.property import Plan

LONG = 20_000


def test_the_kernel_agrees() -> None:
    ends = set()
    for seed in range(60):
        imp, python = Imp(Random(seed).randrange).program(20)
        expected = run(python, INPUTS, EXCEPTIONS)
        found: Any = calculus.run("imp", imp, inputs=list(INPUTS), engine="kernel", max_steps=300_000)
        assert (list(found.output), found.uncaught) == (expected.output, expected.uncaught), imp
        assert (found.error and found.error.kind) == expected.error
        if expected.error == "division":
            assert "/" in found.error.span.text or "%" in found.error.span.text
        ends.add(expected.error or ("uncaught" if expected.uncaught else "well"))
    assert ends >= {"well", "uncaught", "division"}


def test_the_translation_and_the_layout_do_the_same() -> None:
    for seed in range(12):
        imp, _ = Imp(Random(seed).randrange).program(20)
        found: Any = calculus.run("imp", imp, inputs=list(INPUTS))
        same = calculus.run("fmc", calculus.translate("imp", imp), inputs=list(INPUTS))
        assert (same.exit, same.stacks.get("out")) == (found.result.exit, found.stacks.get("out"))
        assert calculus.translate("imp", calculus.format("imp", imp)) == calculus.translate("imp", imp)


@pytest.mark.long
def test_agrees_with_python_on_many() -> None:
    found = PROPERTIES[0].parts[0].check(Plan(seed=1, examples=LONG), 0, LONG)
    assert not found.failures and found.counts.get("given up", 0) < 0.05 * LONG
    assert found.counts.keys() >= {"ended well", "uncaught", "division", "input"}
