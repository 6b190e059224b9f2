"""What the compiler works on: values with slots for variables, and blocks of actions that lead to others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from calculus.machine.kernel.values import Constants
from calculus.machine.relational.instructions import VARIABLE
from calculus.term import Term, canonical, free_variables
from calculus.term.node import postorder


class Local(NamedTuple):
    """A variable: the slot that it lives in."""

    slot: int


class Structure(NamedTuple):
    """A constructor with arguments among which are variables."""

    header: int
    arguments: tuple["Value", ...]


Value = int | Local | Structure
"""A value in code; one without variables is the word that it is on the heap."""

Scope = Mapping[str, int]
"""The slot of each variable."""


class Values:
    """Turns terms into values. Ground structures are laid out once and for all, from the index `base` on."""

    def __init__(self, constants: Constants, base: int) -> None:
        self.constants = constants
        self.base = base
        self.ground: list[int] = []
        self._words: dict[int, int] = {}
        self._terms: list[Term] = []  # keeps what the ids belong to

    def value(self, term: Term, scope: Scope) -> Value:
        if term.op is VARIABLE:
            return Local(scope[term.label])
        if not free_variables(term):
            return self.word(term)
        done: dict[int, Value] = {}
        for item in postorder(term):
            if item.op is VARIABLE:
                done[id(item)] = Local(scope[item.label])
                continue
            children = tuple([done[id(child)] for child in item.children])
            if all(type(child) is int for child in children):
                done[id(item)] = self.word(item)
            else:
                done[id(item)] = Structure(self.header(item.label, len(children)), children)
        return done[id(term)]

    def word(self, term: Term) -> int:
        """The word of a term without variables."""
        term = canonical(term)
        found = self._words.get(id(term))
        if found is not None:
            return found
        self._terms.append(term)
        for item in postorder(term):
            if id(item) in self._words:
                continue
            if item.children:
                word = (self.base + len(self.ground)) << 3 | 6
                self.ground.append(self.header(item.label, len(item.children)))
                self.ground += [self._words[id(child)] for child in item.children]
            else:
                word = self.constants.pinned_word(item.label)
            self._words[id(item)] = word
        return self._words[id(term)]

    def header(self, name: str, arity: int) -> int:
        return header(self.constants, name, arity)


def header(constants: Constants, name: str, arity: int) -> int:
    """The word that structures with this constructor begin with."""
    return ((constants.word(name) >> 3) << 24 | arity) << 3 | 7


def constructor_of(constants: Constants, word: int) -> tuple[str, int]:
    """The name and the number of arguments of a header."""
    return constants.names[word >> 27], word >> 3 & 0xFFFFFF


# What a block does.


class Push(NamedTuple):
    place: str
    value: Value


class Pop(NamedTuple):
    place: str
    value: Value


class Test(NamedTuple):
    left: Value
    right: Value


class Relate(NamedTuple):
    """A relation; `term` is where it stands, for what is said of it if it is stuck."""

    term: Term
    values: tuple[Value, ...]
    scope: Scope


Action = Push | Pop | Test | Relate


# How a block ends.


class Stop(Enum):
    FAIL = "fail"
    ANSWER = "answer"
    RETURN = "return"


class Going(NamedTuple):
    """On to a block, at the place in the code where several meet or an iteration begins."""

    block: "Block"


class Looping(NamedTuple):
    """Back to the start of an iteration."""

    head: "Block"


class Choosing(NamedTuple):
    """Each of the alternatives, in their order."""

    alternatives: Sequence["Block"]


class Calling(NamedTuple):
    """A definition, and then a block (None: nothing is to come), where the continuation stack is `rest`."""

    name: str
    then: "Block | None"
    rest: "Below"


End = Stop | Going | Looping | Choosing | Calling


@dataclass(slots=True, eq=False)
class Block:
    """Actions that are made one after the other.

    `top` is the number of slots in scope where it begins, `high` where it ends; `cost` are its transitions.
    The others of its sets of slots, as bits, are found by the analysis: what its actions use, what is needed
    from its start on (`live`), of this what is `compared` in set mode, what has a value where it begins
    (`assigned`), and what is to be made a new variable before it ends (`fresh`).
    """

    top: int
    high: int = 0
    cost: int = 0
    actions: list[Action] = field(default_factory=list)
    end: End = Stop.FAIL
    loop: "Again | None" = None
    compared: int = 0
    uses: int = 0
    live: int = 0
    assigned: int = 0
    fresh: int = 0

    def __post_init__(self) -> None:
        self.high = max(self.high, self.top)


# What comes after a term in an activation: its part of the continuation stack.


class Rest:
    """First a term, then what is below it."""

    __slots__ = ("below", "scope", "term")

    def __init__(self, term: Term, scope: Scope, below: "Below") -> None:
        self.term = term
        self.scope = scope
        self.below = below


class Again:
    """First an iteration, then what is below it.

    It begins in the block `head`, of whose alternatives those in `exits` leave it; its body uses the slots in
    `uses`.
    """

    __slots__ = ("below", "exits", "head", "scope", "term", "uses")

    def __init__(self, head: Block, term: Term, scope: Scope, below: "Below", uses: int) -> None:
        self.head = head
        self.term = term
        self.scope = scope
        self.below = below
        self.uses = uses
        self.exits: Sequence[Block] = ()


class Join:
    """What is below is where alternatives of a sum meet: `preds` are the blocks that come there."""

    __slots__ = ("below", "block", "preds")

    def __init__(self, below: Rest) -> None:
        self.below = below
        self.block = Block(0)
        self.preds: list[Block] = []


Below = Rest | Again | Join | Stop


def locals_in(value: Value) -> list[int]:
    """The slots of the variables in a value, as often as they occur."""
    found = []
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is Local:
            found.append(item.slot)
        elif type(item) is Structure:
            stack += item.arguments
    return found


def occurrences(action: Action) -> list[int]:
    """The slots of the variables in an action, as often as they occur."""
    match action:
        case Push(_, value) | Pop(_, value):
            return locals_in(value)
        case Test(left, right):
            return locals_in(left) + locals_in(right)
        case Relate(_, values, _):
            return [slot for value in values for slot in locals_in(value)]


def slots_in(bits: int) -> list[int]:
    """The slots of a set of bits, in order."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
