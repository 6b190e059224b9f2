"""Values as words of the heap, and back."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from calculus.machine.kernel.values import Constants
from calculus.machine.relational.instructions import VARIABLE, constant, constructor
from calculus.machine.relational.kernel.code import constructor_of, header
from calculus.machine.relational.values import Value, compose
from calculus.term import Term
from calculus.term.node import postorder


class Loader:
    """Lays out values, what they share once, at the end of `heap`; variables are known by their words."""

    def __init__(self, heap: list[int], constants: Constants, variables: dict[str, int]) -> None:
        self._heap = heap
        self._constants = constants
        self._variables = variables
        self._words: dict[int, int] = {}
        self._terms: list[Term] = []  # keeps what the ids belong to

    def word(self, term: Term) -> int:
        words, heap = self._words, self._heap
        self._terms.append(term)
        for item in postorder(term):
            if id(item) in words:
                continue
            if item.op is VARIABLE:
                words[id(item)] = self._variables[item.label]
            elif item.children:
                words[id(item)] = len(heap) << 3 | 6
                heap.append(header(self._constants, item.label, len(item.children)))
                heap += [words[id(child)] for child in item.children]
            else:
                words[id(item)] = self._constants.word(item.label)
        return words[id(term)]


class Unloader:
    """Turns words into values of the reference machine, what they share once.

    An unbound variable's number is the index of its cell.
    """

    def __init__(self, heap: npt.NDArray[np.int64], constants: Constants) -> None:
        self._heap = heap
        self._constants = constants
        self._done: dict[int, Value] = {}

    def values(self, words: Iterable[int]) -> list[Value]:
        return [self.value(word) for word in words]

    def value(self, word: int) -> Value:
        word = self.resolve(word)
        done, heap = self._done, self._heap
        stack = [] if word in done else [word]
        while stack:
            top = stack[-1]
            if top & 7 != 6:
                stack.pop()
                done[top] = self._leaf(top)
                continue
            at = top >> 3
            name, arity = constructor_of(self._constants, int(heap[at]))
            arguments = [self.resolve(inner) for inner in heap[at + 1 : at + 1 + arity].tolist()]
            missing = [inner for inner in arguments if inner not in done]
            if missing:
                stack += missing
                continue
            stack.pop()
            done[top] = compose(name, tuple([done[inner] for inner in arguments]))
        return done[word]

    def resolve(self, word: int) -> int:
        """What a word stands for: no variable that is bound."""
        while word & 7 == 0:
            found = int(self._heap[word >> 3])
            if found == word:
                break
            word = found
        return word

    def _leaf(self, word: int) -> Value:
        if word & 7 == 0:
            return word >> 3
        label = self._constants.label(word)
        assert label is not None
        return constructor(label) if isinstance(label, str) else constant(label)

    def integer(self, word: int) -> int | None:
        """The integer that a word stands for, if it is one."""
        word = self.resolve(word)
        if word & 1:
            return word >> 1
        label = self._constants.label(word) if word & 7 == 4 else None
        return label if isinstance(label, int) else None
