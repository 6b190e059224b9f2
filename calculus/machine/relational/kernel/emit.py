"""The code of a block's actions.

Between two points where control leaves, the top of λ moves in thought only: `popped` values have been taken
but lie there yet, and `pushed` values are kept back. What is pushed and then popped costs nothing. A
variable that is new where it is popped stays where it lies on λ until somebody needs it in a slot; if it is
pushed back to the same place, nobody does. At the end `_flush` puts what has been kept back in its place.
"""

from collections import Counter
from collections.abc import Iterable

from calculus.machine.relational.instructions import LAMBDA
from calculus.machine.relational.kernel import jit
from calculus.machine.relational.kernel.assembly import Assembly, Label, Site
from calculus.machine.relational.kernel.code import (
    Action,
    Block,
    Local,
    Pop,
    Push,
    Relate,
    Structure,
    Test,
    Value,
    Values,
    locals_in,
    occurrences,
    slots_in,
)
from calculus.machine.relational.kernel.dispatch import COMPARISONS

ARITHMETIC = {
    "add": jit.ADD,
    "sub": jit.SUB,
    "mul": jit.MUL,
    "div": jit.DIV,
    "mod": jit.MOD,
    "quo": jit.QUO,
    "rem": jit.REM,
}


class Emitter:
    """Emits the actions of one block; `needed` are the slots that are needed after it.

    Afterwards `delta` is what the top of λ has to move by, `most` how many slots are in use at once, and
    `dead` whether it turned out that the block fails. The label `tested` is put where the code is for who
    knows that the first test of the top of λ succeeds, if the block begins with one (see `tests_first`).
    """

    def __init__(
        self, assembly: Assembly, values: Values, block: Block, needed: int, tested: Label | None
    ) -> None:
        self.delta = 0
        self.most = block.high
        self.dead = False
        self._tested = tested
        self._assembly = assembly
        self._emit = assembly.emit
        self._start = len(assembly.words)
        self._values = values
        self._block = block
        self._needed = needed
        self._uses = Counter(slot for action in block.actions for slot in occurrences(action))
        self._assigned = block.assigned
        self._pushed: list[Value] = []
        self._popped = 0
        self._homes: dict[int, int] = {}  # variables that lie on λ, and at which depth
        self._free: list[int] = []  # slots beyond those of variables
        self._held: list[int] = []
        self._carrier: int | None = None
        self._covered = 0
        for action in block.actions:
            if not self.dead:
                self._act(action)
                self._free += self._held
                self._held.clear()
        if not self.dead:
            self._flush()

    def _act(self, action: Action) -> None:
        match action:
            case Push(place, value) if place == LAMBDA:
                self._pushed.append(value)
            case Push(place, value):
                operand = self._operand(value)
                self._emit(jit.XPUSH, self._assembly.place(place), operand)
            case Pop(place, value) if place == LAMBDA:
                self._pop(value)
            case Pop(place, value):
                self._pop_elsewhere(place, value)
            case Test(left, right):
                self._unify(left, right)
            case Relate():
                self._relate(action)

    # Operands -----------------------------------------------------------------------------------------

    def _has(self, slot: int) -> bool:
        """Whether a variable has a value."""
        return bool(self._assigned >> slot & 1)

    def _in_slot(self, slot: int) -> int:
        """A variable that has a value, as an operand."""
        if slot in self._homes:
            self._load([slot])
        return slot << 3

    def _load(self, slots: Iterable[int]) -> None:
        """Fetch variables from where they lie on λ."""
        words = [word for slot in slots for word in (self._homes.pop(slot), slot)]
        self._lower(self._emit(jit.LOAD, 0, len(words) // 2, *words) + 1)

    def _operand(self, value: Value) -> int:
        """A value as an operand: structures are built, a variable without a value gets one there."""
        if type(value) is int:
            return value
        if type(value) is Structure:
            slot = self._build(value)
            self._held.append(slot)
            return slot << 3
        assert type(value) is Local
        slot = value.slot
        if self._has(slot):
            return self._in_slot(slot)
        self._assigned |= 1 << slot
        if self._uses[slot] == 1 and not self._needed >> slot & 1:
            return jit.VOID
        return ~slot << 3

    def _settled(self, value: Value) -> int:
        """A value as an operand; a variable without a value has got one before."""
        if type(value) is Local and not self._has(value.slot):
            self._make_new(value.slot)
        return self._operand(value)

    def _make_new(self, slot: int) -> None:
        self._assigned |= 1 << slot
        self._emit(jit.MOVE, slot, ~slot << 3)

    def _temporary(self) -> int:
        if self._free:
            return self._free.pop()
        self.most += 1
        return self.most - 1

    def _build(self, structure: Structure, into: int | None = None) -> int:
        """Build a structure, those within it first; returns its slot."""
        stack = [_Building(structure)]
        while True:
            top = stack[-1]
            if top.waiting:
                stack.append(_Building(top.waiting.pop()))
                continue
            built = iter(top.built)
            operands = [
                next(built) << 3 if type(argument) is Structure else self._operand(argument)
                for argument in top.structure.arguments
            ]
            stack.pop()
            slot = into if into is not None and not stack else self._temporary()
            self._emit(jit.BUILD, slot, top.structure.header, len(operands), *operands)
            self._free += top.built
            if not stack:
                return slot
            stack[-1].built.append(slot)

    # How far values are popped from λ -----------------------------------------------------------------

    def _lower(self, at: int) -> None:
        """Have an instruction see to it, by its operand at `at`, that λ has all that is popped, and lower the
        watermark; also for what is popped after it up to the next barrier.
        """
        if self._covered < self._popped:
            self._assembly.words[at] = self._covered = self._popped
            self._carrier = at

    def _barrier(self) -> None:
        """What comes now must not be reached if a pop before it fails, nor fail because of one after it."""
        if self._covered < self._popped:
            self._lower(self._emit(jit.NEED, 0) + 1)
        self._carrier = None

    def _pop(self, value: Value) -> None:
        if self._pushed:
            self._unify(self._pushed.pop(), value)
            return
        self._popped += 1
        if self._carrier is not None:
            self._assembly.words[self._carrier] = self._covered = self._popped
        first = self._tested is not None and self._start == len(self._assembly.words)
        if type(value) is Structure:
            self._match(-self._popped, value, first)
        elif type(value) is int:
            at = self._emit(jit.TEST, 0, -self._popped, value)
            self._test_first(at + 1, first)
        else:
            assert type(value) is Local
            self._pop_variable(value.slot)

    def _pop_variable(self, slot: int) -> None:
        if self._has(slot):
            operand = self._in_slot(slot)
            self._lower(self._emit(jit.UNIFY, 0, -self._popped, operand) + 1)
        else:
            self._assigned |= 1 << slot
            if self._uses[slot] > 1 or self._needed >> slot & 1:
                self._homes[slot] = self._popped

    def _test_first(self, at: int, first: bool) -> None:
        """As `_lower`; but who knows that the block's first test succeeds does not come by it."""
        if first and self._tested is not None:
            self._assembly.words[at] = 1
            self._assembly.mark(self._tested)
        else:
            self._lower(at)

    # Actions ------------------------------------------------------------------------------------------

    def _match(self, where: int, pattern: Structure, first: bool = False) -> None:
        """Match what is somewhere with a structure, and then what is within."""
        waiting = [(where, pattern)]
        for where, pattern in waiting:
            for argument in pattern.arguments:
                if type(argument) is Local and self._has(argument.slot):
                    self._in_slot(argument.slot)
            at = self._emit(jit.MATCH, 0, where, pattern.header)
            if where < 0:
                self._test_first(at + 1, first)
            operands: list[int] = []
            for argument in pattern.arguments:
                if type(argument) is Structure:
                    slot = self._temporary()
                    self._held.append(slot)
                    operands.append(~slot << 3)
                    waiting.append((slot, argument))
                else:
                    operands.append(self._operand(argument))
            self._emit(jit.READ, len(operands), *operands)

    def _pop_elsewhere(self, place: str, value: Value) -> None:
        at = self._assembly.place(place)
        if type(value) is Structure:
            slot = self._temporary()
            self._held.append(slot)
            self._emit(jit.XPOP, at, ~slot << 3)
            self._match(slot, value)
        else:
            operand = self._operand(value)
            self._emit(jit.XPOP, at, operand)

    def _unify(self, left: Value, right: Value) -> None:
        """Make two values equal; what is known of them is compared here and now."""
        work = [(left, right)]
        while work and not self.dead:
            left, right = work.pop()
            if type(left) is Local or type(right) is Local:
                self._unify_variable(left, right)
            elif type(left) is int and type(right) is int:
                if left != right:
                    self._fail()
            else:
                known = [self._parts(left), self._parts(right)]
                if known[0][:1] == known[1][:1]:
                    work += list(zip(known[0][1:], known[1][1:], strict=True))[::-1]
                else:
                    self._fail()

    def _parts(self, value: Value) -> list[Value]:
        """The header and the arguments of a structure; nothing of anything else."""
        if type(value) is Structure:
            return [value.header, *value.arguments]
        if type(value) is int and value & 7 == 6:
            at = (value >> 3) - self._values.base
            ground = self._values.ground
            return list(ground[at : at + 1 + (ground[at] >> 3 & 0xFFFFFF)])
        return []

    def _unify_variable(self, left: Value, right: Value) -> None:
        if type(left) is not Local or (type(right) is Local and not self._has(right.slot)):
            left, right = right, left
        assert type(left) is Local
        slot = left.slot
        if left == right:
            if not self._has(slot):
                self._make_new(slot)
        elif self._has(slot):
            self._in_slot(slot)
            if type(right) is int:
                self._emit(jit.TEST, 0, slot, right)
            elif type(right) is Structure:
                self._match(slot, right)
            else:
                operand = self._operand(right)
                self._emit(jit.UNIFY, 0, slot, operand)
        elif type(right) is Structure:
            if slot in locals_in(right):
                self._fail()
            else:
                self._build(right, slot)
                self._assigned |= 1 << slot
        else:
            operand = self._settled(right)
            self._emit(jit.MOVE, slot, operand)
            self._assigned |= 1 << slot

    def _fail(self) -> None:
        self._emit(jit.FAIL)
        self.dead = True

    def _relate(self, action: Relate) -> None:
        self._barrier()
        name = action.term.label
        which = COMPARISONS.get(name)
        known = action.values if which is not None else action.values[:2]
        operands = [self._settled(value) for value in known]
        assigned = self._assigned
        operands += [self._operand(value) for value in action.values[len(known) :]]
        if which is not None:
            words = [jit.COMPARE, which, *operands]
        else:
            words = [jit.ARITH, ARITHMETIC[name], *operands]
        self._assembly.sites[self._emit(*words)] = Site(
            action.term,
            action.scope,
            self._popped,
            tuple(self._pushed),
            assigned,
            dict(self._homes),
        )

    # The end ------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Put what has been kept back where it belongs."""
        pushed, popped = self._pushed, self._popped
        for slot in slots_in(self._block.fresh):
            self._make_new(slot)
        # Variables that are pushed back to where they lie, and those that are used otherwise.
        stay = {
            popped - index: value.slot
            for index, value in enumerate(pushed)
            if type(value) is Local and self._homes.get(value.slot) == popped - index
        }
        moved = Counter(slot for value in pushed for slot in locals_in(value))
        moved.subtract(stay.values())
        wanted = [slot for slot in self._homes if moved[slot] > 0 or self._needed >> slot & 1]
        if wanted:
            self._load(wanted)
        built = {
            index: self._build(value) << 3 for index, value in enumerate(pushed) if type(value) is Structure
        }
        operands = [
            jit.KEEP if popped - index in stay else built[index] if index in built else self._operand(value)
            for index, value in enumerate(pushed)
        ]
        start, end = 0, len(operands)
        while start < end and operands[start] == jit.KEEP:
            start += 1
        while start < end and operands[end - 1] == jit.KEEP:
            end -= 1
        if start < end:
            at = self._emit(jit.PUT, 0, start - popped, end - start, *operands[start:end])
            self._lower(at + 1)
        elif self._covered < popped:
            self._lower(self._emit(jit.NEED, 0) + 1)
        self.delta = len(pushed) - popped


def tests_first(block: Block) -> bool:
    """Whether a block begins by testing the head of what lies on top of λ."""
    match block.actions[:1]:
        case [Pop(place, value)] if place == LAMBDA:
            return type(value) is Structure or (type(value) is int and value & 7 != 6)
    return False


class _Building:
    """A structure to be built: those within it that are still to be, and the slots of those that are."""

    __slots__ = ("built", "structure", "waiting")

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.waiting = [item for item in reversed(structure.arguments) if type(item) is Structure]
        self.built: list[int] = []
