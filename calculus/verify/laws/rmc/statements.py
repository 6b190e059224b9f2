"""What laws of the RMC state, and how it is read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from calculus.machine.instructions import LAMBDA
from calculus.rmc.actions import Actions
from calculus.rmc.program import Definition, Program, bodies, unbound, undefined
from calculus.rmc.signature import Signature
from calculus.rmc.subsumption import LEVELS, Level
from calculus.rmc.syntax import GRAMMAR, LAW_WORDS
from calculus.source.diagnostic import Diagnostic, NameProblem, SyntaxProblem, UsageProblem
from calculus.source.explain import Token, one_of
from calculus.source.items import Law
from calculus.source.text import Span
from calculus.term import Term
from calculus.verify.laws.reading import Cutter, Piece, gathered, lacking, no_more, shape
from calculus.verify.laws.statement import Statement

FORMS = (
    "L = R",
    "L = R at a b as ground over Z S/1",
    "M terminates",
    "M deterministic at a",
    "M answers N",
)
FOLLOWING = {
    "=": ("at", "as"),
    "terminates": ("at",),
    "deterministic": ("at",),
    "answers": ("as",),
    "at": ("as",),
    "as": ("over",),
    "over": (),
}
FIRST = ("=", "terminates", "deterministic", "answers")
MOST_VALUES = 100
"""Values that `at` may ask for at a location."""

CUTTER = Cutter(GRAMMAR, LAW_WORDS)


@dataclass(frozen=True, slots=True)
class Equation(Statement):
    """`left = right at … as level over signature`; free variables stand for any values."""

    left: Term
    right: Term
    at: tuple[str, ...] = ()
    level: Level = "set"
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Terminates(Statement):
    """`term terminates at …`"""

    term: Term
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deterministic(Statement):
    """`term deterministic at …`"""

    term: Term
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers(Statement):
    """`term answers expected as level`"""

    term: Term
    expected: Term
    level: Level = "set"


def statement(program: Program, law: Law) -> Statement:
    """What a law says. Raises `CalculusError` with all that is wrong in it."""
    first, *pieces = CUTTER.cut(law)
    reader = _Reader(program, law)
    word = shape(law, (first, *pieces), FIRST, FOLLOWING, FORMS, lambda piece: reader.term(piece, True))
    by_word = {piece.word: piece for piece in pieces}
    at = by_word.get("at")
    if word in ("=", "answers"):
        open = word == "="
        left, right, places, level, signature = gathered(
            lambda: reader.term(first, open),
            lambda: reader.term(pieces[0], open),
            lambda: reader.places(at),
            lambda: reader.level(by_word.get("as"), of_answers=not open),
            lambda: reader.signature(by_word.get("over")),
        )
        if word == "answers":
            return Answers(law, left, right, level)
        if signature is not None and level != "ground":
            help = "open memories tell more apart than the values of any signature"
            message = f"expected `as ground` before `over`, found `as {level}`"
            raise SyntaxProblem(Diagnostic("syntax", message, by_word["over"].span, help=help))
        return Equation(law, left, right, places, level, signature)
    term, _, places = gathered(
        lambda: reader.term(first, False), lambda: no_more(pieces[0]), lambda: reader.places(at)
    )
    return (Terminates if word == "terminates" else Deterministic)(law, term, places)


def with_main(program: Program) -> Program:
    """The program in which `main` is the name of its main term."""
    if program.main is None or "main" in program.definitions:
        return program
    main = Definition("main", program.main, program.main.span)
    return replace(program, definitions={**program.definitions, "main": main})


def definitions_for(program: Program, *terms: Term) -> dict[str, Term]:
    """The bodies of all definitions and of the duals that the terms call."""
    found: dict[str, Term] = {}
    for term in terms:
        found |= bodies(replace(with_main(program), main=term))
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    program: Program
    law: Law

    def term(self, piece: Piece, open: bool) -> Term:
        actions = Actions(self.law.span.source)
        term = actions.whole(CUTTER.read(piece, "term", actions))
        known = with_main(self.program).definitions
        problems = list(undefined(term, known))
        if not open:
            problems += unbound(term, known)
        if problems:
            raise NameProblem(*problems)
        return term

    def places(self, piece: Piece | None) -> tuple[str, ...]:
        """The locations after `at`, in the order in which they are written."""
        if piece is None:
            return ()
        if not piece.tokens:
            raise lacking(piece, "locations")
        return tuple(_places(piece, iter(piece.tokens)))

    def level(self, piece: Piece | None, of_answers: bool) -> Level:
        if piece is None:
            return "set"
        levels = LEVELS[:2] if of_answers else LEVELS
        expected = one_of([f"`{level}`" for level in levels])
        if not piece.tokens:
            raise lacking(piece, expected)
        for level in levels:
            if piece.words == [level]:
                return level
        found = self.law.span.source.text[piece.place.start : piece.place.end]
        raise SyntaxProblem(Diagnostic("syntax", f"expected {expected}, found `{found}`", piece.place))

    def signature(self, piece: Piece | None) -> Signature | None:
        if piece is None:
            return None
        if not piece.tokens:
            raise lacking(piece, "constructors, each with its arity,")
        try:
            return Signature.of(piece.place.text)
        except UsageProblem as problem:
            found = problem.diagnostic
            raise SyntaxProblem(replace(found, kind="syntax", span=piece.place)) from None


def _places(piece: Piece, tokens: Iterator[Token]) -> Iterator[str]:
    source = piece.span.source
    before: str | None = None
    for token in tokens:
        place = Span(source, token.start, token.end, token.end)
        word = place.text
        if token.kind in ("NAME", "LAMBDA"):
            before = LAMBDA if word == "lambda" else word
            yield before
            continue
        if token.kind == "CARET" and before is not None:
            number = next(tokens, None)
            text = "" if number is None else source.text[number.start : number.end]
            if text.isdecimal() and 1 <= int(text[:4]) <= MOST_VALUES:
                yield from [before] * (int(text) - 1)
                before = None
                continue
            message = f"expected how many values after `^`, from 1 to {MOST_VALUES}, found `{text}`"
            raise SyntaxProblem(Diagnostic("syntax", message, place))
        raise SyntaxProblem(
            Diagnostic("syntax", f"expected a location, found `{word}`", place, help="as in `at a b^2`")
        )
