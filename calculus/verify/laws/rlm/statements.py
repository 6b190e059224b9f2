"""What laws of λ-RLM state, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from calculus.rlm.builtins import GIVEN
from calculus.rlm.program import Definition, Program, check_names
from calculus.rlm.syntax import GRAMMAR, LAW_WORDS, Actions
from calculus.rlm.types.infer import infer_program, infer_term
from calculus.rlm.types.nodes import INT, Effect, Function, Scheme, Type
from calculus.rlm.types.nodes import text as type_text
from calculus.rlm.types.unify import Impure, Mismatch, instantiate, unify
from calculus.source.diagnostic import CalculusError, Diagnostic, NameProblem, SyntaxProblem, TypeProblem
from calculus.source.items import Law, by_place
from calculus.source.strings import ESCAPES, read_text
from calculus.source.text import Source, Span
from calculus.term import Term
from calculus.verify.laws.reading import Cutter, Piece, gathered, lacking, no_more, shape
from calculus.verify.laws.rlm.written import read_type
from calculus.verify.laws.statement import Statement

FIRST = ("=", ":", "terminates", "deterministic", "answers", "within")
FORMS = (
    "L = R",
    "M : Text -> Int",
    "M terminates",
    "M deterministic",
    'M answers "a" where document = "aa"',
    "M within calls <= 129 where n = 1000000, window = 8192",
)
FOLLOWING: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(FIRST, ()),
    "answers": ("where",),
    "within": ("where",),
    "where": (),
}

NUMBERS = ("calls", "tokens", "cost", "depth", "leaves", "longest")
"""What a plan is asked about."""

PLANNED = ("n", "window", "depth", "leaves", "internal")
"""Numbers of a plan that a bound may use, beside k and tau."""

SETTINGS: Mapping[str, type] = {
    **dict.fromkeys(("document", "query", "by", "measure", "tokens"), str),
    **dict.fromkeys(
        ("n", "window", "max_output", "filter_output", "k", "tau", "workers", "retries", "seed"), int
    ),
    **dict.fromkeys(("price_in", "price_out"), Decimal),
}
"""What `where` may give to a plan, and of which kind it is."""

CUTTER = Cutter(GRAMMAR, LAW_WORDS)


@dataclass(frozen=True, slots=True)
class Subject:
    """A term with the definitions of its file, and its type."""

    program: Program
    scheme: Scheme

    @property
    def term(self) -> Term:
        assert self.program.main is not None
        return self.program.main


@dataclass(frozen=True, slots=True)
class Equation(Statement):
    """`left = right`; of one type."""

    left: Subject
    right: Subject


@dataclass(frozen=True, slots=True)
class HasType(Statement):
    """`term : type`"""

    subject: Subject
    type: Type
    written: str


@dataclass(frozen=True, slots=True)
class Terminates(Statement):
    """`term terminates`"""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Deterministic(Statement):
    """`term deterministic`"""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Answers(Statement):
    """`term answers value where …`"""

    subject: Subject
    expected: Subject
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bound:
    """`calls <= 2 * n`: a number of the plan and a term, or a decimal."""

    what: str
    limit: Term | Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Within(Statement):
    """`term within …, … where …`"""

    subject: Subject
    bounds: tuple[Bound, ...]
    settings: Mapping[str, Any]


def statement(program: Program, law: Law) -> Statement:
    """What a law says. Raises `CalculusError` with all that is wrong in it."""
    first, *others = CUTTER.cut(law)
    # What follows `where` has signs of its own.
    count = next((place + 1 for place, piece in enumerate(others) if piece.word == "where"), len(others))
    pieces = others[:count]
    reader = _Reader(program, law)
    word = shape(law, (first, *pieces), FIRST, FOLLOWING, FORMS, reader.term)
    where = pieces[1] if len(pieces) > 1 else None
    match word:
        case "=":
            left, right = gathered(lambda: reader.subject(first), lambda: reader.subject(pieces[0]))
            _same_type(left, right, pieces[0])
            return Equation(law, left, right)
        case ":":
            subject, type = gathered(lambda: reader.subject(first), lambda: read_type(pieces[0]))
            return HasType(law, subject, type, pieces[0].place.text)
        case "answers":
            names = tuple(GIVEN)
            subject, expected, given = gathered(
                lambda: reader.subject(first),
                lambda: reader.subject(pieces[0]),
                lambda: reader.settings(where, names),
            )
            _same_type(subject, expected, pieces[0])
            return Answers(law, subject, expected, given)
        case "within":
            subject, bounds, settings = gathered(
                lambda: reader.subject(first),
                lambda: reader.bounds(pieces[0]),
                lambda: reader.settings(where, tuple(SETTINGS)),
            )
            return Within(law, subject, bounds, settings)
    subject, _ = gathered(lambda: reader.subject(first), lambda: no_more(pieces[0]))
    return (Terminates if word == "terminates" else Deterministic)(law, subject)


def _same_type(left: Subject, right: Subject, place: Piece) -> None:
    """Raises `TypeProblem` unless two subjects have a type in common."""
    try:
        unify(instantiate(left.scheme, 0), instantiate(right.scheme, 0))
    except (Mismatch, Impure):
        message = f"expected a term of type `{type_text(left.scheme)}`, found `{type_text(right.scheme)}`"
        raise TypeProblem(Diagnostic("type", message, place.place)) from None


class _Reader:
    """Reads the pieces of a law where they stand."""

    def __init__(self, program: Program, law: Law) -> None:
        self.law = law
        self.source: Source = law.span.source
        self.definitions = dict(program.definitions)
        if program.main is not None and "main" not in self.definitions:
            self.definitions["main"] = Definition("main", program.main, program.main.span or law.span)

    def term(self, piece: Piece) -> Term:
        term: Term = CUTTER.read(piece, "term", Actions(self.source))
        return term

    def subject(self, piece: Piece) -> Subject:
        """A term, with its names known and its type found. Raises `CalculusError`."""
        term = self.term(piece)
        return self._checked(term)

    def _checked(self, term: Term) -> Subject:
        alone = Program(self.source, {}, (), term)
        if problems := sorted(check_names(alone, self.definitions), key=by_place):
            raise NameProblem(*problems)
        program = Program(self.source, self.definitions, (), term)
        typing = infer_program(replace(program, main=None))
        try:
            return Subject(program, infer_term(term, typing.types))
        except TypeProblem:
            raise
        except CalculusError:
            # It uses a definition that has no type, about which something is said elsewhere.
            first = next(iter(typing.problems.values()))
            raise TypeProblem(first) from None

    def bounds(self, piece: Piece) -> tuple[Bound, ...]:
        """`calls <= 129, cost <= 0.5`"""
        found = []
        for part in self._parts(piece, "bounds"):
            words = part.words
            if len(words) < 2 or words[0] not in NUMBERS or words[1] not in ("<=", "≤"):
                message = f"expected a bound of the plan, found `{part.place.text}`"
                help = f"a bound is written `calls <= 129`; it is one of {', '.join(NUMBERS)}"
                raise SyntaxProblem(Diagnostic("syntax", message, part.place, help=help))
            rest = replace(part, tokens=part.tokens[2:], word="<=")
            if not rest.tokens:
                raise lacking(rest, "a number")
            limit: Term | Decimal
            if len(rest.tokens) == 1 and rest.tokens[0].kind == "DECIMAL":
                limit = Decimal(rest.words[0])
            else:
                limit = self._limit(rest)
            found.append(Bound(words[0], limit, part.place.text))
        return tuple(found)

    def _limit(self, piece: Piece) -> Term:
        """A number, of those that a plan has."""
        self.term(piece)  # what is no term is told at its place
        made = f"\\{' '.join(PLANNED)}. {piece.place.text}"
        try:
            whole: Term = GRAMMAR.parse(Source(made), "term", Actions(Source(made)))
            subject = self._checked(whole)
        except CalculusError as problem:
            told = Diagnostic(problem.diagnostic.kind, problem.diagnostic.message, piece.place)
            raise type(problem)(told) from None
        wanted: Type = INT
        for _ in PLANNED:
            effect = Effect(0)
            effect.pure = True
            wanted = Function(INT, wanted, effect)
        try:
            unify(wanted, instantiate(subject.scheme, 0))
        except (Mismatch, Impure):
            message = "expected a number of which nothing is asked, found another term"
            raise TypeProblem(Diagnostic("type", message, piece.place)) from None
        return whole

    def settings(self, piece: Piece | None, names: tuple[str, ...]) -> dict[str, Any]:
        """`n = 1000000, by = "lines"`; the piece and all that follows in the law."""
        if piece is None:
            return {}
        whole = replace(piece, tokens=self._tokens_after(piece.span), after=None)
        found: dict[str, Any] = {}
        for part in self._parts(whole, "settings"):
            words = part.words
            if len(words) != 3 or words[1] != "=" or words[0] not in names:
                message = f"expected a setting, found `{part.place.text}`"
                help = f"settings are written `{names[0]} = …`; there are {', '.join(names)}"
                raise SyntaxProblem(Diagnostic("syntax", message, part.place, help=help))
            found[words[0]] = self._setting(words[0], part)
        return found

    def _setting(self, name: str, part: Piece) -> Any:
        kind = SETTINGS[name]
        token, word = part.tokens[2], part.words[2]
        if token.kind == "STRING" and kind is str:
            text, wrong = read_text(word)
            if wrong is None:
                return text
            message, start, end = wrong
            place = Span(self.source, token.start + start, token.start + end, token.start + end)
            raise SyntaxProblem(Diagnostic("syntax", message, place, help=ESCAPES))
        if token.kind == "NUMBER" and kind is not str:
            return kind(word[:4000])
        if token.kind == "DECIMAL" and kind is Decimal:
            return Decimal(word)
        wanted = {str: "a text in quotes", int: "a whole number", Decimal: "a number"}[kind]
        place = Span(self.source, token.start, token.end, token.end)
        raise SyntaxProblem(Diagnostic("syntax", f"expected {wanted} as {name}, found `{word}`", place))

    def _tokens_after(self, span: Span) -> tuple[Any, ...]:
        tokens = GRAMMAR.tokens(self.source.text, span.end, self.law.body.end)
        return tuple(token for token in tokens if token.kind != "COMMENT")

    def _parts(self, piece: Piece, what: str) -> list[Piece]:
        """The parts of a piece between commas outside of brackets."""
        if not piece.tokens:
            raise lacking(piece, what)
        parts: list[list[Any]] = [[]]
        depth = 0
        for token in piece.tokens:
            depth += (token.kind in ("LPAR", "LSQB")) - (token.kind in ("RPAR", "RSQB"))
            if token.kind == "COMMA" and depth == 0:
                parts.append([])
            else:
                parts[-1].append(token)
        if not all(parts):
            raise lacking(replace(piece, tokens=()), what)
        return [replace(piece, tokens=tuple(part)) for part in parts]
