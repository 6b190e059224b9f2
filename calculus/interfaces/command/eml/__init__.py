"""`calculus eml`: compile, evaluate, search, verify, fit and show EML trees, a module for each."""

from collections.abc import Sequence

from calculus.interfaces.command import group

COMMANDS = {
    "compile": "the shortest tree known for an expression, and where it holds",
    "evaluate": "the value of a tree at a point",
    "search": "the shortest tree of a constant or a function",
    "verify": "check that every function of a calculator has a tree",
    "fit": "find the formula behind data",
    "show": "a tree in every notation, with its sizes",
}


def execute(arguments: Sequence[str]) -> int:
    return group.execute(
        "eml",
        "Trees of one operator, eml(x, y) = exp(x) - ln(y), for the elementary functions.",
        COMMANDS,
        "calculus eml compile 'sin(x)/x'",
        arguments,
    )
