"""Types as laws write them: `Text -> List Int`, `(a ~> b) -> List a ~> List b`."""

from calculus.rlm.types.nodes import BOOL, INT, TEXT, Con, Effect, Function, Type, list_of, pair_of
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Span
from calculus.verify.laws.reading import Piece, lacking

LONGEST = 200
"""Words of a type: the reader goes as deep as they say."""

_PURE, _NEURAL = ("->", "→"), ("~>", "⇝")
_BASE: dict[str, Con] = {"Text": TEXT, "Int": INT, "Bool": BOOL}
_ARGUMENTS = {"List": 1, "Pair": 2}


def read_type(piece: Piece) -> Type:
    """The type that a piece is; its variables stand for types of which nothing is known.

    A function written with `->` may not ask; of one with `~>` nothing is said. Raises `SyntaxProblem`.
    """
    if not piece.tokens:
        raise lacking(piece, "a type")
    if len(piece.tokens) > LONGEST:
        message = f"expected a type of at most {LONGEST} words, found {len(piece.tokens)}"
        raise SyntaxProblem(Diagnostic("syntax", message, piece.place))
    reader = _Reader(piece)
    type = reader.function()
    if reader.at < len(piece.tokens):
        raise reader.problem("an arrow or the end of the type")
    return type


class _Reader:
    def __init__(self, piece: Piece) -> None:
        self.piece, self.words, self.at = piece, piece.words, 0
        self.variables: dict[str, Con] = {}

    def function(self) -> Type:
        left = self.applied()
        word = self.word()
        if word not in (*_PURE, *_NEURAL):
            return left
        self.at += 1
        effect = Effect(0)
        effect.pure = word in _PURE
        return Function(left, self.function(), effect)

    def applied(self) -> Type:
        """A type that needs no brackets, with its arguments."""
        name = self.word()
        if name not in _ARGUMENTS:
            return self.atom()
        self.at += 1
        arguments = [self.atom() for _ in range(_ARGUMENTS[name])]
        return list_of(arguments[0]) if name == "List" else pair_of(arguments[0], arguments[1])

    def atom(self) -> Type:
        name = self.word()
        if name == "(":
            self.at += 1
            inside = self.function()
            if self.word() != ")":
                raise self.problem("`)`")
            self.at += 1
            return inside
        if name in _BASE or (name[:1].islower() and name.isidentifier()):
            self.at += 1
            return _BASE.get(name) or self.variables.setdefault(name, Con(name))
        raise self.problem("a type")

    def word(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def problem(self, expected: str) -> SyntaxProblem:
        source = self.piece.span.source
        if self.at < len(self.words):
            token = self.piece.tokens[self.at]
            place = Span(source, token.start, token.end, token.end)
            return SyntaxProblem(Diagnostic("syntax", f"expected {expected}, found `{self.word()}`", place))
        message = f"expected {expected}, found the end of the law"
        return SyntaxProblem(Diagnostic("syntax", message, self.piece.place))
