"""The words of a source language as constants of the RMC."""

import re

from calculus.machine.relational.instructions import Text, constant, constructor
from calculus.term import Term

EOF, END, HALT = "Eof", "End", "Halt"
"""Constructors that translations use themselves."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_CONSTRUCTOR = re.compile(r"[A-Z][A-Za-z0-9_]*")


def as_value(word: str) -> Term:
    """A number or a constructor where the word looks like one, otherwise a text. Different words stay
    different.
    """
    if _NUMBER.fullmatch(word):
        return constant(int(word))
    if _CONSTRUCTOR.fullmatch(word) and word not in (EOF, END, HALT):
        return constructor(word)
    return constant(Text(word))


def as_word(value: Term) -> str:
    """The word that a value stands for."""
    label = value.label
    return label.value if isinstance(label, Text) else str(label)
