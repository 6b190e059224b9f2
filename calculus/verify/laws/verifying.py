"""Verifying the laws of a file."""

import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from calculus import registry
from calculus.registry import Calculus
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.verify.finding import Finding
from calculus.verify.laws import decide, statements
from calculus.verify.laws.statement import Options
from calculus.verify.report import Report


def verify(
    subject: str | Path | Source,
    language: str | None = None,
    *,
    names: Collection[str] | None = None,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    seed: int = 0,
) -> Report:
    """Decide the laws of a file, or of a text if a `language` is given with it.

    `names` selects laws. The limits are for each law, and there are some (`Options`) unless others are given;
    `seed` is that of what is tried at random. Raises `CalculusError` if the file, one of its laws or an
    option is wrong.
    """
    calculus, source = _source(subject, language)
    options = checked(Options.given(max_steps, max_seconds, seed))
    started = time.perf_counter()
    found = tuple(findings(calculus, source, names, options))
    return Report(found, time.perf_counter() - started)


def findings(
    calculus: Calculus, source: Source, names: Collection[str] | None = None, options: Options | None = None
) -> Iterator[Finding]:
    """The laws of a text, decided one by one. Raises `CalculusError` before the first."""
    program: Any = calculus.parse(source)
    laws = statements(calculus.name, program)
    known = [law.name for law in laws]
    for name in names or ():
        if name not in known:
            raise UsageProblem(f"{source.name} has no law {name}; its laws are {', '.join(known) or 'none'}")
    for law in laws:
        if names is None or law.name in names:
            yield decide(calculus.name, program, law, options)


def checked(options: Options) -> Options:
    """The options, if they make sense. Raises `UsageProblem`."""
    from calculus.settings import Settings

    Settings(max_steps=options.max_steps, max_seconds=options.max_seconds, seed=options.seed)
    return options


def _source(subject: str | Path | Source, language: str | None) -> tuple[Calculus, Source]:
    if isinstance(subject, Source):
        calculus = registry.for_file(subject.name) if language is None else registry.get(language)
        return calculus, subject
    if not isinstance(subject, str | Path):
        raise UsageProblem(f"what to verify is a path or a text; got {type(subject).__name__}")
    if language is None or isinstance(subject, Path):
        calculus = registry.for_file(str(subject)) if language is None else registry.get(language)
        return calculus, Source.read(subject)
    return registry.get(language), Source(subject)
