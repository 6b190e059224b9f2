"""Laws in files: what they state, and whether it holds.

A calculus whose laws can be decided has a module here, with two functions. `statement(program, law)` reads a
law, and raises `CalculusError` with all that is wrong in it. `decide(program, statement, options)` gives a
`Finding`, which never says more than what was done. Where the parser lets names pass that nothing defines, a
third function, `names(program)`, lists them as diagnostics. The laws of any other calculus are equations, or
whatever its capability `decide` takes (see `others`).
"""

import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, Protocol, cast

from calculus.source.diagnostic import CalculusError, Diagnostic
from calculus.source.items import Law, by_place, complain
from calculus.verify.finding import Finding
from calculus.verify.laws.statement import Options, Statement

HOMES = frozenset({"fmc", "rmc", "eml", "rlm"})
"""The calculi that have a module of their own here, called as they are."""


class Laws(Protocol):
    """The laws of one calculus."""

    def statement(self, program: Any, law: Law) -> Statement:
        """What a law says. Raises `CalculusError`."""

    def decide(self, program: Any, statement: Any, options: Options) -> Finding:
        """Whether it holds."""


def laws_of(calculus: str) -> Laws:
    """The laws of a calculus, by its name. Raises `UsageProblem` if there is no such calculus."""
    if calculus in HOMES:
        return cast(Laws, import_module(f"calculus.verify.laws.{calculus}"))
    from calculus import registry
    from calculus.verify.laws.others import Others

    return Others(registry.get(calculus))


def statements(calculus: str, program: Any) -> list[Statement]:
    """What the laws of a program state. Raises `CalculusError` with all that is wrong in them, and in names
    that they may use.
    """
    found, problems = _read(calculus, program)
    names: Callable[[Any], list[Diagnostic]] | None = getattr(laws_of(calculus), "names", None)
    if names is not None and (found or problems):
        problems = sorted([*names(program), *problems], key=by_place)
    complain(problems)
    return found


def mistakes(calculus: str, program: Any) -> list[Diagnostic]:
    """What is wrong in the laws of a program."""
    return _read(calculus, program)[1]


def decide(calculus: str, program: Any, statement: Statement, options: Options | None = None) -> Finding:
    """Whether a law of a program holds, and how long it took to find out."""
    started = time.perf_counter()
    found = laws_of(calculus).decide(program, statement, options or Options())
    return replace(found, seconds=time.perf_counter() - started)


def _read(calculus: str, program: Any) -> tuple[list[Statement], list[Diagnostic]]:
    found: list[Statement] = []
    problems: list[Diagnostic] = []
    laws = laws_of(calculus)
    for law in getattr(program, "laws", ()):
        try:
            found.append(laws.statement(program, law))
        except CalculusError as problem:
            problems += problem.diagnostics
    return found, problems


__all__ = ["Laws", "Options", "Statement", "decide", "laws_of", "mistakes", "statements"]
