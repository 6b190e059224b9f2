"""The λ-calculi by name and by value, Moggi's metalanguage and call-by-push-value give what textbook
evaluators give."""

from collections.abc import Callable
from functools import partial
from typing import Any

import calculus
from calculus.encodings import terms as t
from calculus.encodings.build import fold
from calculus.term import Term, alpha_equal, node
from calculus.verify.generation.sources.lambda_calculi import Fine, Lambda
from calculus.verify.independent.lambda_evaluators import (
    ByName,
    ByValue,
    Evaluator,
    FineGrain,
    OutOfFuel,
    Stuck,
    Tree,
    to_text,
)
from calculus.verify.properties.encodings.comparing import agreement, told
from calculus.verify.property import Choose, Property, Tally

STEPS = 200_000


def plain(term: Term) -> Term:
    """`thunk (force V)` as V, and `force (thunk M)` as M: the machine does not tell them apart."""

    def build(item: Term, parts: list[Term]) -> Term:
        inner = {t.THUNK: t.FORCE, t.FORCE: t.THUNK}.get(item.op)
        if parts and parts[0].op is inner:
            return parts[0].children[0]
        return node(item.op, item.label, tuple(parts))

    return fold(term, build)


def violation(language: str, evaluator: Callable[[], Any], program: Tree, tally: Tally) -> str | None:
    """What the translation does with a program that the evaluator does not do."""
    text = to_text(program)
    try:
        expected = evaluator()(program)
    except (OutOfFuel, RecursionError):
        tally.count("given up")
        return None
    except Stuck:
        return f"no rule of the evaluator applies to {told(text)}"
    wanted = calculus.parse(language, to_text(expected[1] if expected[0] == "return" else expected))
    found: Any = calculus.run(language, text, engine="reference", max_steps=STEPS)
    if found.status == "budget":
        tally.count("given up")
        return None
    tally.count("compared")
    if found.status != "done":
        return f"the translation: {found.status}, {told(found.error)}; the evaluator: {told(wanted)}"
    if alpha_equal(plain(found.value), plain(wanted)):
        return None
    return f"the translation: {told(found.value)}; the evaluator: {told(wanted)}"


def _property(
    language: str, name: str, make: Callable[[Choose, int], Tree], evaluator: Callable[[], Evaluator]
) -> Property:
    return agreement(
        language,
        statement=f"The translation of {name} into the FMC gives the values that substitution gives.",
        source="fmc.md, Encodings",
        judge="an evaluator by substitution",
        make=make,
        violation=partial(violation, language, evaluator),
        show=to_text,
    )


def _lambda(choose: Choose, size: int) -> Tree:
    return Lambda(choose).program(size)


def _metalanguage(choose: Choose, size: int) -> Tree:
    return Fine(choose, abstractions_are_values=True).program(size)


def _pushing(choose: Choose, size: int) -> Tree:
    return Fine(choose, abstractions_are_values=False).program(size)


PROPERTIES = (
    _property("lambda-cbn", "the λ-calculus by name", _lambda, ByName),
    _property("lambda-cbv", "the λ-calculus by value", _lambda, ByValue),
    _property("metalanguage", "Moggi's metalanguage", _metalanguage, partial(FineGrain, True)),
    _property("cbpv", "call-by-push-value", _pushing, partial(FineGrain, False)),
)
