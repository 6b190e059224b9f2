"""Diagnostics as data, and the exceptions that carry them.

A stage raises a `CalculusError` holding one or more `Diagnostic`s; `calculus.source.render` turns them into
text or JSON. Nothing else may escape the library on bad input.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calculus.source.text import Span


@dataclass(frozen=True, slots=True)
class Note:
    """A further remark, perhaps at a place of its own."""

    message: str
    span: "Span | None" = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is wrong (`message`: expected first, actual second), where, and what would help.

    `kind` is a stable word: `syntax`, `name`, `type`, `usage`, `file`, or for runs the name of the rule that
    could not fire (`stack`, `primitive`, `division`, `location`, `input`, `host`).
    """

    kind: str
    message: str
    span: "Span | None" = None
    label: str = ""
    notes: tuple[Note, ...] = ()
    help: str | None = None
    severity: str = "error"

    def to_json(self) -> dict[str, Any]:
        notes = [
            {"message": note.message, "span": note.span.to_json() if note.span else None}
            for note in self.notes
        ]
        if self.help:
            notes.append({"message": self.help, "span": None})
        return {
            "kind": self.kind,
            "message": self.message,
            "span": self.span.to_json() if self.span else None,
            "notes": notes,
        }


class CalculusError(Exception):
    """A mistake in what the user gave; `diagnostics` says what and where."""

    kind = "error"

    def __init__(self, *diagnostics: "Diagnostic | str", span: "Span | None" = None) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(
            Diagnostic(self.kind, item, span) if isinstance(item, str) else item for item in diagnostics
        )
        super().__init__(self.diagnostics[0].message)

    @property
    def diagnostic(self) -> Diagnostic:
        """The first of the diagnostics."""
        return self.diagnostics[0]

    @property
    def span(self) -> "Span | None":
        return self.diagnostics[0].span


class SyntaxProblem(CalculusError):
    """The text is not a term of the language."""

    kind = "syntax"


class NameProblem(CalculusError):
    """A name is unbound, defined twice, or reserved."""

    kind = "name"


class TypeProblem(CalculusError):
    """Types do not match."""

    kind = "type"


class FileProblem(CalculusError):
    """A file cannot be read as text."""

    kind = "file"


class UsageProblem(CalculusError):
    """An option, a language or a call that makes no sense."""

    kind = "usage"
