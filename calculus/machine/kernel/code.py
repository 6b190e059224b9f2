"""Compiled code, and for every instruction the machine state it stands for.

The compiler leaves, beside the instructions, what turns a kernel state back into a state of the reference
machine: for each address at which the kernel may stop a `Resume`, for each return address a `Site`, for each
block the term and the names that it captures.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from calculus.machine.instructions import Jump
from calculus.machine.kernel import jit
from calculus.term import Term


class Slot(NamedTuple):
    """A value in a local slot."""

    number: int


class Captured(NamedTuple):
    """A value that the current closure captured."""

    number: int


class Constant(NamedTuple):
    """A jump known when compiling."""

    label: Jump


class Thunk(NamedTuple):
    """An unevaluated term with the scope of its variables, not made a closure (yet).

    `once`: the variable it is bound to is run first thing and occurs nowhere else.
    """

    term: Term
    scope: "Scope"
    once: bool = False


class Pending(NamedTuple):
    """A primitive whose operands are known places but which has not been computed (yet)."""

    name: str
    operands: tuple["Slot | Constant", ...]
    resume: "Resume"


Operand = Slot | Captured | Constant | Thunk | Pending


class Scope:
    """An immutable map from names to operands; `bind` and `get` take logarithmic time."""

    __slots__ = ("layers",)

    def __init__(self, layers: tuple[dict[str, Operand], ...] = ()) -> None:
        self.layers = layers

    def bind(self, name: str, operand: Operand) -> "Scope":
        layers, new = self.layers, {name: operand}
        while layers and len(layers[-1]) <= len(new):
            new = {**layers[-1], **new}
            layers = layers[:-1]
        return Scope((*layers, new))

    def get(self, name: str) -> Operand | None:
        for layer in reversed(self.layers):
            if name in layer:
                return layer[name]
        return None

    def __bool__(self) -> bool:
        return bool(self.layers)


EMPTY = Scope()


class Elided:
    """A frame of the continuation stack that is not pushed, because code knows where its jumps go.

    `live` is the number of local slots in use where the frame would be pushed. `entry` is the address of the
    handler once compiled, with `owed` transitions uncharged there; `table` the address of the table of the
    frame and those below it.
    """

    __slots__ = (
        "entry",
        "handler",
        "is_loop",
        "label",
        "length",
        "live",
        "owed",
        "parent",
        "scope",
        "table",
    )

    def __init__(
        self,
        label: Jump,
        handler: Term,
        scope: Scope,
        parent: "Elided | None",
        live: int,
        is_loop: bool,
    ) -> None:
        self.label = label
        self.handler = handler
        self.scope = scope
        self.parent = parent
        self.live = live
        self.is_loop = is_loop
        self.length: int = 1 if parent is None else parent.length + 1
        self.entry: int | None = None
        self.owed = 0
        self.table: int | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """The machine state before an instruction: about to run `term` in `scope`; `pushed` are the values that
    belong on λ but are not there yet; `frames` those elided; `owed` the transitions not charged yet."""

    term: Term
    scope: Scope
    pushed: tuple[Operand, ...]
    frames: Elided | None
    owed: int

    def without(self, flushed: int) -> "Resume":
        """The same state when the first `flushed` of the pushed values have come to be on λ."""
        return replace(self, pushed=self.pushed[flushed:]) if flushed else self


class Site(NamedTuple):
    """What a frame of the kernel's stands for."""

    frames: Elided
    live: int


class Code:
    """The code of one run; grows as terms are added."""

    def __init__(self) -> None:
        self.words: list[int] = list(jit.PRELUDE)
        self.resumes: dict[int, Resume] = {}
        self.sites: dict[int, Site] = {}
        self.blocks: dict[int, tuple[Term, tuple[str, ...]]] = {}
        self.most_slots = 0
