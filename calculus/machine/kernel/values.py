"""Constants as words of the kernel, and back.

Small integers and names of jumps are immediate; big integers and texts stay outside, numbered. Equal
constants get equal words, so that the kernel can compare them.
"""

from calculus.machine.instructions import Jump
from calculus.machine.kernel import jit

SMALL = 1 << 62


class Constants:
    """The numbering of one run: jumps for good, outside constants until a collection finds them unused."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}
        self.outside: list[Jump | None] = []
        self.places: dict[Jump, int] = {}
        self.free: list[int] = []
        self.pinned: set[int] = set()
        for name in ("*", "False", "True"):
            self.word(name)
        assert (self.word("*"), self.word("False"), self.word("True")) == (
            jit.STAR,
            jit.FALSE,
            jit.TRUE,
        )

    def word(self, label: Jump) -> int:
        """The word of a constant."""
        if isinstance(label, str):
            number = self.numbers.get(label)
            if number is None:
                number = self.numbers[label] = len(self.names)
                self.names.append(label)
            return number << 3 | 2
        if isinstance(label, int) and -SMALL <= label < SMALL:
            return label << 1 | 1
        place = self.places.get(label)
        if place is None:
            if self.free:
                place = self.free.pop()
                self.outside[place] = label
            else:
                place = len(self.outside)
                self.outside.append(label)
            self.places[label] = place
        return place << 3 | 4

    def pinned_word(self, label: Jump) -> int:
        """The word of a constant that stands in code, so that it is never given up."""
        word = self.word(label)
        if word & 7 == 4:
            self.pinned.add(word >> 3)
        return word

    def label(self, word: int) -> Jump | None:
        """The constant of a word; None for closures and thunks."""
        if word & 1:
            return word >> 1
        if word & 7 == 2:
            return self.names[word >> 3]
        return self.outside[word >> 3] if word & 7 == 4 else None

    def keep(self, used: "list[int] | set[int]") -> None:
        """Give up the outside constants that are neither used nor in code."""
        kept = self.pinned.union(used)
        for place, label in enumerate(self.outside):
            if label is not None and place not in kept:
                del self.places[label]
                self.outside[place] = None
                self.free.append(place)
