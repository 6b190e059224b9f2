"""What a REPL asks about a text that is being typed."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from calculus.source.grammar import Grammar


class Editing:
    """Answers from the grammar of a language whose inputs are items."""

    grammar: ClassVar[Grammar]
    styles: ClassVar[Mapping[str, str]]
    """What each kind of token is, for colouring."""
    following: ClassVar[Mapping[str, tuple[str, ...]]]
    """The words, or kinds of names, that each terminal stands for."""

    def is_incomplete(self, text: str) -> bool:
        """Whether an input needs another line."""
        return self.grammar.is_incomplete(text, "item")

    def tokens(self, text: str) -> Iterator[tuple[str, int, int]]:
        """The tokens of a text, each with its style or an empty text."""
        for token in self.grammar.tokens(text):
            yield self.styles.get(token.kind, ""), token.start, token.end

    def acceptable(self, text: str) -> set[str]:
        """What may come next after a text."""
        kinds = self.grammar.acceptable(text, "item")
        return {word for kind in kinds for word in self.following.get(kind, ())}
