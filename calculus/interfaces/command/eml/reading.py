"""The tree that a command is about."""

from calculus.eml.parser import parse_program
from calculus.eml.tree import Tree
from calculus.interfaces.command.reading import STANDARD_INPUT, read_file
from calculus.source.items import no_main
from calculus.source.text import Source

HELP = "a text, eml(1, x) or postfix, 1xE; a file that ends in .eml; or - for standard input"


def read_tree(text: str, action: str) -> Tree:
    """A tree given as text, as a file or on standard input; `action` is the verb for it in messages."""
    if text == STANDARD_INPUT or text.endswith(".eml"):
        _, source = read_file(text, "eml")
    else:
        source = Source(text)
    program = parse_program(source)
    if program.main is None:
        raise no_main(source, action)
    return Tree(program.main)
