"""What laws of the FMC state, and how it is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from calculus.fmc.actions import Actions
from calculus.fmc.names import resolve
from calculus.fmc.program import Program, unbound
from calculus.fmc.syntax import GRAMMAR, LAW_WORDS
from calculus.fmc.types_syntax import stacks_of
from calculus.machine.primitives import PRIMITIVES
from calculus.source.diagnostic import Diagnostic, NameProblem, UsageProblem
from calculus.source.items import Law
from calculus.term import Term
from calculus.verify.laws.reading import Cutter, Piece, gathered, lacking, no_more, shape
from calculus.verify.laws.statement import Statement

FORMS = (
    "L = R",
    "L = R at Int c(Bool)",
    "M terminates",
    "M deterministic",
    "M : Int => Int",
    "M answers N | P",
)
FOLLOWING = {
    "=": ("at",),
    "terminates": ("at",),
    "deterministic": ("at",),
    ":": (),
    "answers": ("|",),
    "at": (),
    "|": ("|",),
}
"""The words that a law may go on with after each; those at its beginning are listed first."""
FIRST = ("=", ":", "terminates", "deterministic", "answers")

CUTTER = Cutter(GRAMMAR, LAW_WORDS)


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that a memory has: where it lies, and its type."""

    location: str
    type: Term


@dataclass(frozen=True, slots=True)
class Equation(Statement):
    """`left = right at ρ…`; the slots are in the order in which their values are pushed."""

    left: Term
    right: Term
    at: tuple[Slot, ...] | None = None


@dataclass(frozen=True, slots=True)
class Terminates(Statement):
    """`term terminates at ρ…`"""

    term: Term
    at: tuple[Slot, ...] | None = None


@dataclass(frozen=True, slots=True)
class Deterministic(Statement):
    """`term deterministic at ρ…`"""

    term: Term
    at: tuple[Slot, ...] | None = None


@dataclass(frozen=True, slots=True)
class HasType(Statement):
    """`term : type`"""

    term: Term
    type: Term


@dataclass(frozen=True, slots=True)
class Answers(Statement):
    """`term answers first | second | …`"""

    term: Term
    expected: tuple[Term, ...]


def statement(program: Program, law: Law) -> Statement:
    """What a law says. Raises `CalculusError` with all that is wrong in it."""
    first, *pieces = CUTTER.cut(law)
    reader = _Reader(program, law)
    word = shape(law, (first, *pieces), FIRST, FOLLOWING, FORMS, reader.term)
    match word:
        case "=":
            left, right, at = gathered(
                lambda: reader.term(first), lambda: reader.term(pieces[0]), lambda: reader.at(pieces[1:])
            )
            return Equation(law, left, right, at)
        case ":":
            term, type = gathered(lambda: reader.term(first), lambda: reader.type(pieces[0]))
            return HasType(law, term, type)
        case "answers":
            term, expected = gathered(
                lambda: reader.term(first),
                lambda: gathered(*(lambda piece=piece: reader.term(piece) for piece in pieces)),
            )
            return Answers(law, term, tuple(expected))
    term, _, at = gathered(
        lambda: reader.term(first), lambda: no_more(pieces[0]), lambda: reader.at(pieces[1:])
    )
    return (Terminates if word == "terminates" else Deterministic)(law, term, at)


@dataclass(frozen=True, slots=True)
class _Reader:
    program: Program
    law: Law

    def actions(self) -> Actions:
        arities = {name: len(item.parameters) for name, item in self.program.data.items()}
        return Actions(self.law.span.source, arities)

    def term(self, piece: Piece) -> Term:
        if [token.kind for token in piece.tokens] == ["MAIN"]:
            if self.program.main is None:
                source = self.law.span.source.name
                raise UsageProblem(Diagnostic("usage", f"{source} has no main term", piece.place))
            return self.program.main
        term: Term = CUTTER.read(piece, "term", self.actions())
        term = resolve(term, PRIMITIVES.keys() & self.program.definitions.keys())
        problems = list(unbound(term, self.program.definitions))
        if problems:
            raise NameProblem(*problems)
        return term

    def type(self, piece: Piece) -> Term:
        type: Term = CUTTER.read(piece, "type", self.actions(), "a type")
        return type

    def at(self, pieces: list[Piece]) -> tuple[Slot, ...] | None:
        if not pieces:
            return None
        if not pieces[0].tokens:
            raise lacking(pieces[0], "the types of values")
        memory: Term = CUTTER.read(pieces[0], "context", self.actions())
        return tuple(slots(memory))


def slots(memory: Term) -> Iterator[Slot]:
    """The values of a memory that a type expects, in the order in which they are pushed."""
    for location, types in stacks_of(memory).items():
        for type in reversed(types):
            yield Slot(location, type)
