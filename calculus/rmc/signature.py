"""Signatures: the constructors that closed values are made of.

Level *ground* compares terms on closed memories, and what can lie on those depends on the signature. A
declared signature is finite; when none is declared, there are infinitely many constructors of every arity.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from calculus.machine.relational.instructions import CONSTANT, CONSTRUCTOR, VARIABLE, constant, constructor
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.source.integer import read_integer
from calculus.term import Term
from calculus.term.node import postorder

Constructor = tuple[str, int]
"""A name and an arity."""


class Signature:
    """Finitely many constructors, at least one of them a constant."""

    def __init__(
        self, constructors: Mapping[str, int | tuple[int, ...]], numbers: tuple[int, ...] = ()
    ) -> None:
        found: list[Constructor] = []
        for name, arities in constructors.items():
            for arity in arities if isinstance(arities, tuple) else (arities,):
                if not (isinstance(name, str) and name[:1].isupper()) or type(arity) is not int or arity < 0:
                    raise _wrong(f"{name}/{arity}")
                found.append((name, arity))
        self.constructors = tuple(found)
        self.constants = (
            *(constructor(name) for name, arity in found if arity == 0),
            *(constant(number) for number in numbers),
        )
        if not self.constants:
            raise UsageProblem(
                Diagnostic(
                    "usage",
                    "a signature needs a constant, or there is no closed value",
                    help="name a constructor without `/` and arity, as in `Z S/1`",
                )
            )

    @classmethod
    def of(cls, given: "Signature | str | Mapping[str, int | tuple[int, ...]]") -> "Signature":
        """From a text such as `Z S/1`, or from a mapping such as `{"Z": 0, "S": 1}`.

        Raises `UsageProblem`.
        """
        if isinstance(given, Signature):
            return given
        if not isinstance(given, str):
            return cls(given)
        found: dict[str, tuple[int, ...]] = {}
        numbers: list[int] = []
        for word in given.replace(",", " ").split():
            if word.removeprefix("-").isdecimal():
                numbers.append(read_integer(word))
                continue
            name, slash, arity = word.partition("/")
            if slash and not arity.isdecimal():
                raise _wrong(word)
            found[name] = (*found.get(name, ()), int(arity) if slash else 0)
        return cls(found, tuple(numbers))

    @property
    def is_infinite(self) -> bool:
        """Whether there are infinitely many closed values."""
        return any(arity for _, arity in self.constructors)

    def has(self, value: Term) -> bool:
        """Whether the value is made of these constructors and of variables."""
        return all(
            item.op is VARIABLE
            or (item.op is CONSTRUCTOR and (item.label, len(item.children)) in self.constructors)
            or (item.op is CONSTANT and item in self.constants)
            for item in postorder(value)
        )

    def values(self) -> Iterator[Term]:
        """All closed values, in the order of their depth. If there are infinitely many, this does not end."""
        known: list[Term] = list(self.constants)
        new = known
        yield from known
        while new:
            deepest = {id(value) for value in new}
            new = []
            for name, arity in self.constructors:
                for arguments in product(known, repeat=arity) if arity else ():
                    if any(id(argument) in deepest for argument in arguments):
                        new.append(constructor(name, *arguments))
                        yield new[-1]
            known = known + new

    def __str__(self) -> str:
        words = [f"{name}/{arity}" if arity else name for name, arity in self.constructors]
        words += [str(value.label) for value in self.constants if value.op is CONSTANT]
        return " ".join(words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signature) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _wrong(word: str) -> UsageProblem:
    return UsageProblem(
        Diagnostic(
            "usage",
            f"a signature lists constructors, each with its arity; got {word}",
            help="as in `Z S/1`; a constructor without an arity is a constant",
        )
    )
