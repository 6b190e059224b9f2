"""Text to programs and trees. A tree is written `eml(1, x)` or in postfix, `1xE`."""

from collections.abc import Mapping, Sequence

from calculus.eml.actions import Actions
from calculus.eml.expansion import check_names, expand
from calculus.eml.program import Definition, Program
from calculus.eml.wording import GRAMMAR
from calculus.source.diagnostic import NameProblem
from calculus.source.grammar import collector_paused
from calculus.source.items import DefinitionReader, Law, item_ranges
from calculus.source.text import Source
from calculus.term import Term

Item = Definition | Law | Term


def parse_term(source: Source, definitions: Mapping[str, Definition] | None = None) -> Term:
    """The tree a text is, with trees in the place of calls; lines may begin anywhere.

    Every node is an occurrence with its place; `calculus.term.canonical` gives the hash-consed tree. Raises
    `SyntaxProblem` or `NameProblem`.
    """
    written: Term = GRAMMAR.parse(source, "tree", Actions(source))
    return expanded(written, definitions or {})


def parse_line(source: Source) -> Item:
    """One input of a REPL as it is written: an item, on as many lines as it likes."""
    item: Item = GRAMMAR.parse(source, "item", Actions(source))
    return item


def parse_program(source: Source, known: Mapping[str, Definition] | None = None) -> Program:
    """The program that a text is, which may use the definitions `known`.

    Raises `SyntaxProblem` or `NameProblem` with a diagnostic for everything that is wrong.
    """
    with collector_paused():
        return _Reader(GRAMMAR, source).program(known or {})


def expanded(tree: Term, definitions: Mapping[str, Definition]) -> Term:
    """The tree with trees in the place of calls. Raises `NameProblem`."""
    raise_names(definitions, [tree])
    return expand(tree, definitions)


def raise_names(definitions: Mapping[str, Definition], trees: Sequence[Definition | Term]) -> None:
    """Raise `NameProblem` for everything that is wrong with the uses of definitions."""
    if problems := check_names(definitions, trees):
        raise NameProblem(*problems)


class _Reader(DefinitionReader):
    definition = Definition

    def program(self, known: Mapping[str, Definition]) -> Program:
        self.read(Actions(self.source), list(item_ranges(GRAMMAR, self.source)))
        written = self.main[0] if self.main else None
        definitions = {**known, **self.definitions}
        trees: list[Definition | Term] = list(self.definitions.values())
        if written is not None and "main" not in self.definitions:
            trees.append(written)
        raise_names(definitions, trees)
        main = None if written is None else expand(written, definitions)
        return Program(self.source, self.definitions, tuple(self.laws.values()), main, written)
