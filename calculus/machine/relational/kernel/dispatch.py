"""Which alternatives of a sum can succeed, seen from the stacks before any is tried.

For each alternative, `conditions` finds what must hold if it is not to fail at once: what its first pops
take must be there and have the right heads, and a comparison between them must hold. The code of a sum jumps
by the top of a stack (SWITCH) or by a comparison (CASES), and then leaves a choice point only if two
alternatives or more pass their tests.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from calculus.machine.relational.instructions import LAMBDA
from calculus.machine.relational.kernel import jit
from calculus.machine.relational.kernel.assembly import FAIL, Assembly, Label
from calculus.machine.relational.kernel.code import (
    Action,
    Block,
    Going,
    Local,
    Pop,
    Push,
    Relate,
    Structure,
    Test,
    Value,
    Values,
    slots_in,
)

COMPARISONS = {"eq": jit.EQ, "ne": jit.NE, "lt": jit.LT, "le": jit.LE, "gt": jit.GT, "ge": jit.GE}
MOST_CONDITIONS = 8
MOST_SWITCHES = 6
"""Switches one below the other."""
MOST_COPIES = 4
"""How many times as many entries as alternatives the tables below a switch may have."""


class Key(NamedTuple):
    """What lies on a place at a depth has this head, if it is bound; or what is in a slot, if `place` is None
    and `depth` the slot.
    """

    place: str | None
    depth: int
    key: int


class Height(NamedTuple):
    """A place has so many values."""

    place: str
    depth: int


class Alike(NamedTuple):
    """An argument of what lies on λ at a depth may be made equal to an operand, if that is a structure."""

    depth: int
    argument: int
    operand: int


class Compared(NamedTuple):
    """A comparison holds, if λ has so many values and both are integers."""

    height: int
    which: int
    left: int
    right: int

    def swapped(self) -> "Compared":
        """The same with its sides exchanged."""
        which = self.which & jit.EQ | (self.which & jit.LT) << 2 | self.which >> 2
        return Compared(self.height, which, self.right, self.left)


Condition = Key | Height | Alike | Compared


def conditions(block: Block, assigned: int, values: Values) -> list[Condition]:
    """What must hold where a block begins, if it is not to fail at once."""
    finder = _Finder(assigned, values)
    for _ in range(MOST_CONDITIONS):
        for action in block.actions:
            if len(finder.found) >= MOST_CONDITIONS or not finder.passes(action):
                return finder.found
        if not isinstance(block.end, Going):
            break
        block = block.end.block
    return finder.found


class _Finder:
    """Goes through the first actions of an alternative."""

    def __init__(self, assigned: int, values: Values) -> None:
        self.found: list[Condition] = []
        self._assigned = assigned
        self._values = values
        self._depths: dict[str, int] = {}
        self._pushed: set[str] = set()
        self._popped: dict[int, int] = {}  # where variables lie on λ

    def passes(self, action: Action) -> bool:
        """Whether what comes after the action can be looked at too."""
        match action:
            case Push(place, _):
                self._pushed.add(place)
                return True
            case Pop(place, value):
                if place in self._pushed:
                    return False
                self._pop(place, value)
                return True
            case Test(left, right):
                self._test(left, right)
                self._test(right, left)
                return True
            case Relate(term, operands, _):
                which = COMPARISONS.get(term.label)
                if which is None:
                    return False
                first, second = (self._operand(value) for value in operands)
                if first is not None and second is not None:
                    height = max(
                        0, -(first >> 3) if first & 7 == 0 else 0, -(second >> 3) if second & 7 == 0 else 0
                    )
                    self.found.append(Compared(height, which, first, second))
                # If it cannot be decided, that is a mistake, which nothing that comes later may hide.
                return False

    def _pop(self, place: str, value: Value) -> None:
        depth = self._depths[place] = self._depths.get(place, 0) + 1
        if self.found and isinstance(self.found[-1], Height) and self.found[-1].place == place:
            self.found.pop()
        key = self._key(value)
        self.found.append(Height(place, depth) if key is None else Key(place, depth, key))
        if place == LAMBDA:
            if isinstance(value, Local) and not self._has(value):
                self._popped[value.slot] = depth
            elif isinstance(value, Structure):
                self._look_into(depth, value)

    def _look_into(self, depth: int, value: Structure) -> None:
        for number, argument in enumerate(value.arguments, start=1):
            operand = argument if isinstance(argument, int) else self._operand(argument)
            if operand is not None:
                self.found.append(Alike(depth, number, operand))

    def _test(self, left: Value, right: Value) -> None:
        key = self._key(right)
        if not isinstance(left, Local) or key is None:
            return
        if left.slot in self._popped:
            self.found.append(Key(LAMBDA, self._popped[left.slot], key))
        elif self._assigned >> left.slot & 1:
            self.found.append(Key(None, left.slot, key))

    def _has(self, value: Local) -> bool:
        return value.slot in self._popped or bool(self._assigned >> value.slot & 1)

    def _key(self, value: Value) -> int | None:
        if isinstance(value, Local):
            return None
        if isinstance(value, Structure):
            return value.header ^ 7
        if value & 7 == 6:
            return self._values.ground[(value >> 3) - self._values.base] ^ 7
        return value

    def _operand(self, value: Value) -> int | None:
        if isinstance(value, int):
            return value if value & 1 else None
        if isinstance(value, Local):
            if value.slot in self._popped:
                return -8 * self._popped[value.slot]
            if self._assigned >> value.slot & 1:
                return value.slot << 3
        return None


class Alternative(NamedTuple):
    """An alternative: where it begins, where if its first test is known to succeed, and its conditions."""

    label: Label
    tested: Label | None
    conditions: tuple[Condition, ...]

    def without(self, known: Condition) -> "Alternative":
        return self._replace(conditions=tuple([item for item in self.conditions if item != known]))

    def key(self, place: str) -> int | None:
        """The head that the top of a place must have."""
        for item in self.conditions:
            if isinstance(item, Key) and item.place == place and item.depth == 1:
                return item.key
        return None

    def height(self, place: str) -> int:
        """How many values a place must have."""
        return max(
            (
                item.depth
                for item in self.conditions
                if isinstance(item, (Key, Height)) and item.place == place
            ),
            default=0,
        )

    def outcomes(self, compared: Compared) -> int:
        """For which outcomes of a comparison this may succeed."""
        for item in self.conditions:
            for same in (item, item.swapped()) if isinstance(item, Compared) else ():
                if (same.left, same.right) == (compared.left, compared.right):
                    return same.which
        return jit.LT | jit.EQ | jit.GT

    def without_comparison(self, compared: Compared) -> "Alternative":
        sides = {compared.left, compared.right}
        kept = (
            item
            for item in self.conditions
            if not isinstance(item, Compared) or {item.left, item.right} != sides
        )
        return self._replace(conditions=tuple(kept))


class Dispatcher:
    """Emits the code of one sum. A choice point has to keep the first slots, `kept` in number; of these those
    in `live` are needed.
    """

    def __init__(self, assembly: Assembly, kept: int, live: int) -> None:
        self._assembly = assembly
        self._kept = kept
        self._live = assembly.listed(slots_in(live))
        self._todo: list[tuple[Label, list[Alternative], int]] = []
        self._made: dict[tuple[Alternative, ...], Label] = {}

    def emit(self, alternatives: Sequence[Alternative]) -> None:
        self._emit(list(alternatives), 0)
        while self._todo:
            label, some, depth = self._todo.pop()
            self._assembly.mark(label)
            self._emit(some, depth)

    def _emit(self, alternatives: list[Alternative], depth: int) -> None:
        if depth < MOST_SWITCHES:
            place = _switched(alternatives)
            if place is not None:
                self._switch(place, alternatives, depth)
                return
            compared = _compared(alternatives)
            if compared is not None:
                self._cases(compared, alternatives, depth)
                return
        self._chain(_pruned(alternatives))

    def _chain(self, alternatives: list[Alternative]) -> None:
        """Try one after the other those that pass their tests."""
        emit = self._assembly.emit
        for item in alternatives[0].conditions:
            if all(item in one.conditions for one in alternatives):
                self._test(item, FAIL)
                alternatives = [one.without(item) for one in alternatives]
        first, second, *others = alternatives
        if not others and not (first.conditions and second.conditions):
            # One of two is possible anyway.
            for item in first.conditions:
                self._test(item, second.label)
            for item in second.conditions:
                self._test(item, first.label)
            first, second = alternatives = [one._replace(conditions=()) for one in alternatives]
        if first.conditions or second.conditions:
            emit(jit.BEGIN, self._kept, self._live)
        else:
            emit(jit.CHOOSE, self._kept, self._live, first.label)
            alternatives = alternatives[1:]
        for one in alternatives:
            following = Label()
            for item in one.conditions:
                self._test(item, following)
            emit(jit.FOUND, one.label)
            self._assembly.mark(following)
        emit(jit.LAST)

    def _test(self, item: Condition, otherwise: Label) -> None:
        emit, place = self._assembly.emit, self._assembly.place
        match item:
            case Key(None, slot, key):
                emit(jit.IF_KEY, slot, key, otherwise)
            case Key(where, depth, key) if where == LAMBDA:
                emit(jit.IF_KEY, -depth, key, otherwise)
            case Key(where, depth, key):
                emit(jit.IF_KEY_X, place(str(where)), depth, key, otherwise)
            case Height(where, depth) if where == LAMBDA:
                emit(jit.IF_HEIGHT, depth, otherwise)
            case Height(where, depth):
                emit(jit.IF_HEIGHT_X, place(where), depth, otherwise)
            case Alike(depth, argument, operand):
                emit(jit.IF_ALIKE, -depth, argument, operand, otherwise)
            case Compared(height, which, left, right):
                emit(jit.IF_HOLDS, height, which, left, right, otherwise)

    def _switch(self, place: str, alternatives: list[Alternative], depth: int) -> None:
        """Jump by the top of a place."""
        bound: list[Alternative] = []
        unkeyed: list[tuple[int, Alternative]] = []
        keyed: dict[int, list[tuple[int, Alternative]]] = {}
        for index, one in enumerate(alternatives):
            key = one.key(place)
            if key is None:
                unkeyed.append((index, one))
            else:
                one = one.without(Key(place, 1, key))
                keyed.setdefault(key, []).append((index, one))
            bound.append(one)
        size = 1
        while size < 2 * len(keyed):
            size *= 2
        table: list[tuple[int, Label]] = [(0, FAIL)] * size
        for key, own in keyed.items():
            some = [one for _, one in sorted(own + unkeyed, key=itemgetter(0))]
            at = (key >> 1 ^ key >> 3) & (size - 1)
            while table[at][0] != 0:
                at = (at + 1) & (size - 1)
            tested = some[0].tested if len(some) == 1 and place == LAMBDA else None
            table[at] = (key, tested or self._label(some, depth))
        self._assembly.emit(
            jit.SWITCH,
            self._assembly.place(place),
            self._label(bound, depth),
            self._label([one for one in alternatives if one.height(place) == 0], depth),
            self._label([one for _, one in unkeyed], depth),
            size - 1,
        )
        for key, label in table:
            self._assembly.emit(key, label)

    def _cases(self, compared: Compared, alternatives: list[Alternative], depth: int) -> None:
        """Jump by how two values compare."""
        emit = self._assembly.emit
        masks = [one.outcomes(compared) for one in alternatives]
        rest = [one.without_comparison(compared) for one in alternatives]
        emit(jit.CASES, compared.height, compared.left, compared.right, self._label(rest, depth))
        for outcome in (jit.LT, jit.EQ, jit.GT):
            some = [one for one, mask in zip(rest, masks, strict=True) if mask & outcome]
            emit(self._label(some, depth))

    def _label(self, alternatives: list[Alternative], depth: int) -> Label:
        """Where the code is that chooses among these alternatives only."""
        if not alternatives:
            return FAIL
        if len(alternatives) == 1:
            return alternatives[0].label
        key = tuple(alternatives)
        if key not in self._made:
            label = self._made[key] = Label()
            self._todo.append((label, alternatives, depth + 1))
        return self._made[key]


def _switched(alternatives: list[Alternative]) -> str | None:
    """The place to switch by, if there is one: where most alternatives need certain heads."""
    found: dict[str, set[int]] = {}
    for one in alternatives:
        for item in one.conditions:
            if isinstance(item, Key) and item.place is not None and item.depth == 1:
                found.setdefault(item.place, set()).add(item.key)
    place = max(found, key=lambda place: len(found[place]), default=None)
    if place is None or len(found[place]) < 2:
        return None
    anyway = sum(one.key(place) is None for one in alternatives)
    entries = anyway * len(found[place]) + len(alternatives)
    return place if entries <= MOST_COPIES * len(alternatives) + 16 else None


def _compared(alternatives: list[Alternative]) -> Compared | None:
    """A comparison by which to choose: one on which at least two alternatives depend."""
    found: list[Compared] = []
    for one in alternatives:
        for item in one.conditions:
            if isinstance(item, Compared):
                if any({item.left, item.right} == {other.left, other.right} for other in found):
                    return item
                found.append(item)
    return None


def _pruned(alternatives: list[Alternative]) -> list[Alternative]:
    """Without conditions on heights that all alternatives have."""
    places = {item.place for one in alternatives for item in one.conditions if isinstance(item, Height)}
    least = {place: min(one.height(place) for one in alternatives) for place in places}

    def tells(item: Condition) -> bool:
        return not isinstance(item, Height) or item.depth > least[item.place]

    return [one._replace(conditions=tuple(filter(tells, one.conditions))) for one in alternatives]
