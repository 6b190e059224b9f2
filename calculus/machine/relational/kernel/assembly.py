"""Words of code with labels, and what the host has to know about places in them."""

from collections.abc import Iterable
from typing import NamedTuple

from calculus.machine.kernel.values import Constants
from calculus.machine.relational.instructions import LAMBDA
from calculus.machine.relational.kernel import jit
from calculus.machine.relational.kernel.code import Scope, Value
from calculus.term import Term


class Label:
    """A place in the code, known when it is marked."""

    __slots__ = ("address",)

    def __init__(self, address: int = -1) -> None:
        self.address = address


FAIL = Label(jit.FAIL_AT)
NOWHERE = Label(0)
"""Instead of an address."""


class Site(NamedTuple):
    """What is known before a relation: the term and the slots of its variables; the values that have been
    popped from λ but are there yet, and those that have been pushed and are not; which slots have values,
    and which variables still lie on λ, at which depth.
    """

    term: Term
    scope: Scope
    popped: int
    pushed: tuple[Value, ...]
    assigned: int
    homes: dict[int, int]


class Assembly:
    """One growing list of words. `places` numbers the locations other than λ."""

    def __init__(self, constants: Constants) -> None:
        self.words: list[int] = list(jit.PRELUDE)
        self.constants = constants
        self.sites: dict[int, Site] = {}
        self.places: dict[str, int] = {}
        self._links: list[tuple[int, Label]] = []
        self._lists: dict[tuple[int, ...], Label] = {}
        self._later: list[tuple[Label, tuple[int | Label, ...]]] = []

    def place(self, location: str) -> int:
        """Where the record of a location begins; -1 for λ."""
        if location == LAMBDA:
            return -1
        return self.places.setdefault(location, len(self.places)) * jit.PLACE

    def mark(self, label: Label) -> None:
        label.address = len(self.words)

    def emit(self, *words: int | Label) -> int:
        """Append words and addresses; returns where the first is."""
        at = len(self.words)
        for word in words:
            if isinstance(word, Label):
                self._links.append((len(self.words), word))
                word = -1
            self.words.append(word)
        return at

    def listed(self, words: Iterable[int]) -> Label:
        """The place of a list of words, which ends with -1; equal ones are one."""
        return self._lists.setdefault((*words, -1), Label())

    def later(self, *words: int | Label) -> Label:
        """The place of words that come after all that is emitted."""
        label = Label()
        self._later.append((label, words))
        return label

    def finish(self) -> list[int]:
        """The words, with all addresses in them."""
        for label, data in self._later:
            self.mark(label)
            self.emit(*data)
        self._later.clear()
        for words, label in self._lists.items():
            if label.address < 0:
                self.mark(label)
                self.words += words
        for at, label in self._links:
            assert label.address >= 0, "a label that is nowhere"
            self.words[at] = label.address
        self._links.clear()
        return self.words
