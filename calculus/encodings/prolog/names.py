"""The names of Prolog's atoms in the RMC, and back; different atoms have different names.

An atom of ASCII letters, digits and `_` has a capital letter for its first: `foo` is `Foo`. Lists are those
of the RMC. The signs of operators have names that end in a prime. Of any other atom, what is no letter or
digit is written as its code between underscores, after a `Q`: `'hello world'` is `Qhello_20_world'`. Names
with two primes stand for no atom.
"""

import re

from calculus.encodings.prolog.terms import CELL, EMPTY
from calculus.machine.relational.instructions import CONS, NIL

_PLAIN = re.compile(r"[a-z][A-Za-z0-9_]*")
_ESCAPED = re.compile(r"_([0-9a-f]+)_")

_LISTS = {CELL: CONS, EMPTY: NIL}
_SIGNS = {
    **{"+": "Plus'", "-": "Minus'", "*": "Times'", "/": "Over'", "//": "Quotient'", "^": "Power'"},
    **{"=": "Equal'", "<": "Less'", ">": "Greater'", ":-": "If'", "->": "Then'", ",": "And'", ";": "Or'"},
    **{":": "Colon'", "\\+": "Not'", "{}": "Braces'"},
}
_CONSTRUCTORS = {**_LISTS, **_SIGNS}
_ATOMS = {constructor: atom for atom, constructor in _CONSTRUCTORS.items()}


def constructor_of(atom: str) -> str:
    """The constructor that stands for an atom or a functor."""
    if atom in _CONSTRUCTORS:
        return _CONSTRUCTORS[atom]
    if _PLAIN.fullmatch(atom):
        name = atom[0].upper() + atom[1:]
        if name not in _ATOMS:
            return name
    return f"Q{re.sub('[^A-Za-z0-9]', _code, atom)}'"


def atom_of(constructor: str) -> str:
    """The atom that a constructor stands for."""
    if constructor in _ATOMS:
        return _ATOMS[constructor]
    if not constructor.endswith("'"):
        return constructor[0].lower() + constructor[1:]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), constructor[1:-1])


def auxiliary(atom: str, number: int) -> str:
    """The name of the goal that stands for a part of a clause for `atom`; by its number unique."""
    letters = re.sub("[^A-Za-z0-9_]", "", atom).lstrip("0123456789_") or "Goal"
    return f"{letters[0].upper()}{letters[1:]}_{number}''"


def _code(found: re.Match[str]) -> str:
    return f"_{ord(found[0]):x}_"
