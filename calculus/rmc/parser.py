"""Text to programs, terms and values."""

from calculus.rmc.actions import Actions
from calculus.rmc.program import Definition, Program, check_names
from calculus.rmc.syntax import GRAMMAR
from calculus.source.diagnostic import NameProblem
from calculus.source.grammar import collector_paused
from calculus.source.items import DefinitionReader, Law, item_ranges
from calculus.source.text import Source
from calculus.term import Term

Item = Definition | Law | Term


def parse_term(source: Source) -> Term:
    """The term a text is; lines may begin anywhere. Raises `SyntaxProblem` or `NameProblem`."""
    actions = Actions(source)
    return actions.whole(GRAMMAR.parse(source, "term", actions))


def parse_value(source: Source) -> Term:
    """The value a text is, such as `S(x)`. Raises `SyntaxProblem`."""
    value: Term = GRAMMAR.parse(source, "value", Actions(source, atoms=False))
    return value


def parse_line(source: Source) -> Item:
    """One input of a REPL: an item, on as many lines as it likes."""
    item: Item = GRAMMAR.parse(source, "item", Actions(source))
    return item


def parse_program(source: Source) -> Program:
    """The program that a text is; its names are checked, and a file's main term has no free variables.

    Raises `SyntaxProblem` or `NameProblem` with a diagnostic for everything that is wrong.
    """
    with collector_paused():
        program = _Reader(GRAMMAR, source).program()
        problems = check_names(program, closed=source.is_file)
    if problems:
        raise NameProblem(*problems)
    return program


def parse_items(source: Source) -> Program:
    """The program that a text is, whatever its names; raises `SyntaxProblem` or `NameProblem`."""
    with collector_paused():
        return _Reader(GRAMMAR, source).program()


class _Reader(DefinitionReader):
    definition = Definition

    def program(self) -> Program:
        self.read(Actions(self.source), list(item_ranges(GRAMMAR, self.source)))
        main = self.main[0] if self.main else None
        return Program(self.source, self.definitions, tuple(self.laws.values()), main)
