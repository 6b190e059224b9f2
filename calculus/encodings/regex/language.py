"""Regular expressions as a calculus of the registry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from calculus.encodings.regex.characters import Alphabet, written
from calculus.encodings.regex.syntax import read
from calculus.encodings.regex.translation import translate
from calculus.encodings.words import WordLanguage, letter_value
from calculus.machine.relational.answers import View
from calculus.rmc.program import Program
from calculus.source.text import Source
from calculus.term import Term


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, its letters, and its translation."""

    source: Source
    tree: Term
    alphabet: Alphabet
    rmc: Program


class Regex(WordLanguage[Pattern]):
    """Regular expressions in Python's syntax, which match whole words."""

    name = "regex"
    endings = (".regex",)
    program_type = Pattern

    def parse(self, source: Source) -> Pattern:
        """Raises `SyntaxProblem`."""
        tree = read(source)
        alphabet, term = translate(tree)
        return Pattern(source, tree, alphabet, Program(source, {}, (), term))

    def format(self, source: Source, *, unicode: bool = False) -> str:
        """The lines of the pattern without those that are empty; nothing else of it is layout."""
        self.parse(source)
        return "".join(f"{line}\n" for line in source.text.splitlines() if line)

    def aligned(self, left: Pattern, right: Pattern) -> tuple[Program, Program]:
        sides = (left, right), (right, left)
        terms = [translate(one.tree, other.tree)[1] for one, other in sides]
        return replace(left.rmc, main=terms[0]), replace(right.rmc, main=terms[1])

    def word(self, program: Pattern, text: str) -> list[Term]:
        return [letter_value(program.alphabet.letter(character)) for character in text]

    def order(self, program: Pattern) -> Sequence[str]:
        return program.alphabet.letters

    def joined(self, program: Pattern, letters: Sequence[str]) -> View:
        word = "".join(letters)
        # A letter that stands for many characters is told from those characters themselves.
        detail = {"letters": list(letters)} if len(word) > len(letters) else {}
        return View("".join(map(written, word)) or "ε", {"word": word, **detail})
