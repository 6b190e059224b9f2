"""What laws of EML state, and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from calculus.eml.actions import Actions
from calculus.eml.assumptions import parse_assumption
from calculus.eml.domain import SEMANTICS, Condition, SemanticsName
from calculus.eml.expressions.reader import read
from calculus.eml.parser import expanded
from calculus.eml.program import CALL, Definition, Program
from calculus.eml.syntax import EML, VARIABLE
from calculus.eml.wording import GRAMMAR, LAW_WORDS
from calculus.source.diagnostic import CalculusError, Diagnostic, NameProblem, SyntaxProblem
from calculus.source.items import Law
from calculus.source.text import Source, Span
from calculus.term import Term, canonical
from calculus.term.node import postorder
from calculus.verify.laws.reading import Cutter, Piece, gathered, lacking, no_more, shape
from calculus.verify.laws.statement import Statement

FIRST = ("=", "defined", "finite")
FORMS = ("L = R", "L = R where x > 0 under principal", "M defined where x > 0", "M finite where 0 < x < 1")
FOLLOWING = {**dict.fromkeys(FIRST, ("where", "under")), "where": ("under",), "under": ()}

CUTTER = Cutter(GRAMMAR, LAW_WORDS)


@dataclass(frozen=True, slots=True)
class Side:
    """A side of an equation: a tree, or else an expression over the calculator basis."""

    term: Term
    is_tree: bool
    text: str


@dataclass(frozen=True, slots=True)
class Equation(Statement):
    """`left = right where … under …`; one side at least is a tree."""

    left: Side
    right: Side
    conditions: tuple[Condition, ...]
    semantics: SemanticsName


@dataclass(frozen=True, slots=True)
class DomainClaim(Statement):
    """`tree defined where … under …`, or `finite`."""

    claim: Literal["defined", "finite"]
    tree: Term
    conditions: tuple[Condition, ...]
    semantics: SemanticsName


def statement(program: Program, law: Law) -> Statement:
    """What a law says. Raises `CalculusError` with all that is wrong in it."""
    first, *pieces = CUTTER.cut(law)
    reader = _Reader(program, law)
    word = shape(law, (first, *pieces), FIRST, FOLLOWING, FORMS, reader.side)
    where = next((piece for piece in pieces if piece.word == "where"), None)
    under = next((piece for piece in pieces if piece.word == "under"), None)
    if word == "=":
        left, right, conditions, semantics = gathered(
            lambda: reader.side(first),
            lambda: reader.side(pieces[0]),
            lambda: reader.conditions(where),
            lambda: reader.semantics(under),
        )
        if not (left.is_tree or right.is_tree):
            raise _no_tree(law)
        return Equation(law, left, right, conditions, semantics)
    side, _, conditions, semantics = gathered(
        lambda: reader.side(first),
        lambda: no_more(pieces[0]),
        lambda: reader.conditions(where),
        lambda: reader.semantics(under),
    )
    if not side.is_tree:
        raise _no_tree(law)
    claim = cast(Literal["defined", "finite"], word)
    return DomainClaim(law, claim, side.term, conditions, semantics)


class _Reader:
    """Reads the pieces of a law where they stand."""

    def __init__(self, program: Program, law: Law) -> None:
        self.source = law.span.source
        self.definitions = dict(program.definitions)
        if program.written is not None and "main" not in self.definitions:
            self.definitions["main"] = Definition("main", (), program.written, program.written.span)

    def side(self, piece: Piece) -> Side:
        """A tree, if it is written with `eml`, in postfix, or with a definition; else an expression."""
        if not piece.tokens:
            raise lacking(piece, "a tree or an expression")
        text = " ".join(piece.place.text.split())
        definitions = self.definitions
        try:
            tree: Term = CUTTER.read(piece, "tree", Actions(self.source), "a tree")
        except SyntaxProblem:
            return Side(self._read_within(piece, read), False, text)
        names = {item.label for item in postorder(tree) if item.op in (CALL, VARIABLE)}
        written = any(item.op is EML for item in postorder(tree))
        calls = {item.label for item in postorder(tree) if item.op is CALL}
        if written or (names & definitions.keys() and calls <= definitions.keys()):
            return Side(canonical(expanded(tree, definitions)), True, text)
        try:
            return Side(self._read_within(piece, read), False, text)
        except NameProblem as problem:
            if calls & definitions.keys():
                help = "a definition of the file stands with other definitions, or alone, on its side"
                raise NameProblem(*(replace(item, help=help) for item in problem.diagnostics)) from None
            raise

    def conditions(self, piece: Piece | None) -> tuple[Condition, ...]:
        if piece is None:
            return ()
        if not piece.tokens:
            raise lacking(piece, "conditions")
        return tuple(self._read_within(piece, parse_assumption))

    def semantics(self, piece: Piece | None) -> SemanticsName:
        if piece is None:
            return "ieee"
        if not piece.tokens:
            raise lacking(piece, "a semantics")
        name = piece.place.text
        if name not in SEMANTICS:
            message = f"expected principal, ieee or extended, found `{name}`"
            raise SyntaxProblem(Diagnostic("syntax", message, piece.place))
        return name

    def _read_within(self, piece: Piece, reader: Callable[[Source], Any]) -> Any:
        """What a reader of whole texts makes of a piece; its mistakes have their place in the file."""
        place = piece.place
        before = "".join("\n" if letter == "\n" else " " for letter in self.source.text[: place.start])
        try:
            return reader(Source(before + place.text, self.source.name))
        except CalculusError as problem:
            raise type(problem)(*(self._placed(item) for item in problem.diagnostics)) from None

    def _placed(self, item: Diagnostic) -> Diagnostic:
        span = item.span
        if span is None:
            return item
        return replace(item, span=Span(self.source, span.start, span.end, span.head))


def _no_tree(law: Law) -> SyntaxProblem:
    message = f"expected a tree in the law `{law.name}`, found an expression"
    help = "a tree is written with `eml(…)`, in postfix, or with definitions of the file"
    return SyntaxProblem(Diagnostic("syntax", message, law.body, help=help))
