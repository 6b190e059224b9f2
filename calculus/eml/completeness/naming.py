"""Names as users give them: one, or several."""

from collections.abc import Iterable
from typing import cast

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.values import check_semantics
from calculus.source.diagnostic import UsageProblem


def names_in(given: str | Iterable[str], what: str) -> list[str]:
    """The names; a text is one, and not its letters. Raises `UsageProblem`."""
    names = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    for name in names:
        if not isinstance(name, str):
            raise UsageProblem(f"expected names of {what}, found {name!r}")
    return names


def semantics_in(given: SemanticsName | Iterable[SemanticsName]) -> tuple[SemanticsName, ...]:
    """The semantics of these names. Raises `UsageProblem`."""
    names = names_in(given, "semantics")
    for name in names:
        check_semantics(name)
    return cast("tuple[SemanticsName, ...]", tuple(names))
