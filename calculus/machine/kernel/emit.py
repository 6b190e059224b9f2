"""Emitting code, and making real what the compiler only knows.

The compiler (see `compile`) keeps values back from λ, leaves primitives uncomputed and thunks unmade as long
as it can. Here they are put where the machine needs them: `flush` onto λ, `place` into a slot.
"""

from collections.abc import Mapping

from calculus.machine.effects import Effects
from calculus.machine.instructions import Jump
from calculus.machine.kernel import jit
from calculus.machine.kernel.code import (
    Captured,
    Code,
    Constant,
    Elided,
    Operand,
    Pending,
    Resume,
    Scope,
    Slot,
    Thunk,
)
from calculus.machine.kernel.values import SMALL, Constants
from calculus.term import Term, free_variables

NUMBERS = {
    "mul": jit.MUL,
    "div": jit.DIV,
    "mod": jit.MOD,
    "neg": jit.NEG,
    "eq": jit.EQ,
    "ne": jit.NE,
    "lt": jit.LT,
    "le": jit.LE,
    "gt": jit.GT,
    "ge": jit.GE,
    "and": jit.AND,
    "or": jit.OR,
    "not": jit.NOT,
    "concat": jit.CONCAT,
    "length": jit.LENGTH,
}
"""The primitives beside `add` and `sub`."""

BlockKey = tuple[int, tuple[str, ...]]
"""A term (its id) and the names it captured."""


class Block:
    """A block being compiled: where its ENTER is, and the most local slots that any path uses."""

    __slots__ = ("enter", "key", "slots")

    def __init__(self, enter: int | None, key: BlockKey | None = None) -> None:
        self.enter = enter
        self.key = key
        self.slots = 0


class Path:
    """A point of the control flow: what is to be run there, and all that is known.

    `owed` are the transitions since the last charge, `since` about as many since the last look at the
    limits; `comparing` is set between a comparison and the branch on it, when nothing may be emitted;
    `added` is the address of the last addition on the top of λ.
    """

    __slots__ = ("added", "block", "comparing", "frames", "live", "owed", "pushed", "scope", "since", "term")

    def __init__(self, block: Block, term: Term, scope: Scope, frames: Elided | None, live: int) -> None:
        self.block = block
        self.term = term
        self.scope = scope
        self.frames = frames
        self.live = live
        self.pushed: tuple[Operand, ...] = ()
        self.owed = 0
        self.since = 0
        self.comparing = False
        self.added = -1

    def resume(self) -> Resume:
        """The state here, or, while a primitive is pending, the one before that primitive."""
        for index, operand in enumerate(self.pushed):
            if isinstance(operand, Pending):
                resume = operand.resume
                return resume.without(len(resume.pushed) - len(operand.operands) - index)
        return Resume(self.term, self.scope, self.pushed, self.frames, self.owed)

    def slot(self) -> int:
        """A new local slot; the next instruction emitted must fill it."""
        self.live += 1
        self.block.slots = max(self.block.slots, self.live)
        return self.live - 1

    def done(self, term: Term) -> bool:
        """One transition made; go on with `term`."""
        self.term = term
        self.owed += 1
        self.since += 1
        return True


class Emitter:
    """One growing `Code`, and what is still to be compiled or filled in."""

    def __init__(self, definitions: Mapping[str, Term], effects: Effects, constants: Constants) -> None:
        self.code = Code()
        self.words = self.code.words
        self.definitions = definitions
        self.effects = effects
        self.constants = constants
        self.locations: dict[str, int] = {}
        self._blocks: dict[BlockKey, int | None] = {}
        self._terms: list[Term] = []  # keeps what the keys' ids refer to alive
        self._wanted: list[tuple[BlockKey, Term]] = []
        self._paths: list[tuple[int, Path, bool]] = []  # the bool: reached by returning to it
        self._addresses: list[tuple[int, BlockKey, bool]] = []
        self._tables: list[tuple[int, Block, Elided]] = []
        self._started: list[Block] = []
        self._inlined: dict[int, int] = {}

    def location(self, name: str) -> int:
        """The number of a location other than λ."""
        return self.locations.setdefault(name, len(self.locations))

    def emit(self, *words: int) -> int:
        self.words.extend(words)
        return len(self.words) - len(words)

    def stop(self, resume: Resume, *words: int) -> int:
        """Emit an instruction before which the kernel may stop."""
        at = self.emit(*words)
        self.code.resumes[at] = resume
        return at

    def want(self, term: Term, names: tuple[str, ...]) -> BlockKey:
        key = (id(term), names)
        if key not in self._blocks:
            self._blocks[key] = None
            self._terms.append(term)
            self._wanted.append((key, term))
        return key

    def address(self, at: int, key: BlockKey, as_value: bool = False) -> None:
        """Put a block's address (or the closed thunk that it is the code of) at `at` once it is known."""
        self._addresses.append((at, key, as_value))

    def check(self, path: Path) -> None:
        self.settle(path)
        self.stop(path.resume(), jit.CHECK, path.owed)
        path.owed = path.since = 0

    def settle(self, path: Path) -> None:
        """Compute what is pending among the pushed values."""
        for index, operand in enumerate(path.pushed):
            if isinstance(operand, Pending):
                slot = self.place(path, operand)
                path.pushed = (*path.pushed[:index], Slot(slot), *path.pushed[index + 1 :])

    def flush(self, path: Path, keep: int = 0) -> None:
        """Put the values kept back on λ, except for the last `keep`."""
        flushed = 0
        while len(path.pushed) > keep:
            count = 2 if len(path.pushed) > keep + 1 and self._push_two(*path.pushed[:2]) else 1
            if count == 1:
                self._push_first(path, path.pushed[0], flushed)
            path.pushed = path.pushed[count:]
            flushed += count

    def _push_two(self, first: Operand, second: Operand) -> bool:
        """Push two values of one kind with one instruction, if there is one."""
        if isinstance(first, Slot) and isinstance(second, Slot):
            self.emit(jit.PUSH_LL, first.number, second.number)
        elif isinstance(first, Captured) and isinstance(second, Captured):
            self.emit(jit.PUSH_CC, first.number, second.number)
        elif is_word(first) and is_word(second):
            at = self.emit(jit.PUSH_KK, 0, 0)
            self.put_word(at + 1, first)
            self.put_word(at + 2, second)
        else:
            return False
        return True

    def put_word(self, at: int, operand: Operand) -> None:
        """Put a constant, or a closed thunk, into the code as a value."""
        if isinstance(operand, Constant):
            self.words[at] = self.constants.pinned_word(operand.label)
        else:
            assert isinstance(operand, Thunk)
            self.address(at, self.want(operand.term, ()), as_value=True)

    def _push_first(self, path: Path, operand: Operand, flushed: int) -> None:
        match operand:
            case Slot(index):
                self.emit(jit.PUSH_L, index)
            case Captured(index):
                self.emit(jit.PUSH_C, index)
            case Pending():
                self.compute(path, operand, None, operand.resume.without(flushed))
            case _ if is_word(operand):
                self.put_word(self.emit(jit.PUSH_K, 0) + 1, operand)
            case Thunk():
                self._close(path, operand, None)

    def place(self, path: Path, operand: Operand) -> int:
        """The slot that holds the value, filled now if need be."""
        match operand:
            case Slot(index):
                return index
            case Captured(index):
                slot = path.slot()
                self.emit(jit.MOVE_C, slot, index)
            case Pending():
                return self.compute(path, operand, path, operand.resume)
            case _ if is_word(operand):
                slot = path.slot()
                self.put_word(self.emit(jit.MOVE_K, slot, 0) + 2, operand)
            case Thunk():
                return self._close(path, operand, path)
        return slot

    def _close(self, path: Path, thunk: Thunk, into: Path | None) -> int:
        """Make a closure, in a slot or (None) on λ."""
        names = tuple(
            name for name in sorted(free_variables(thunk.term)) if thunk.scope.get(name) is not None
        )
        sources = []
        for name in names:
            operand = thunk.scope.get(name)
            assert operand is not None
            sources.append(
                -1 - operand.number if isinstance(operand, Captured) else self.place(path, operand)
            )
        key = self.want(thunk.term, names)
        resume, live = path.resume(), path.live
        if into is None:
            at = self.stop(resume, jit.PUSH_T, 0, live, len(names), *sources) + 1
            slot = -1
        else:
            slot = path.slot()
            at = self.stop(resume, jit.MAKE, slot, 0, live, len(names), *sources) + 2
        self.address(at, key)
        return slot

    def compute(
        self,
        path: Path,
        pending: Pending,
        into: Path | None,
        resume: Resume,
        location: int | None = None,
    ) -> int:
        """Compute a primitive into a slot (of a sum, perhaps onto a location as well) or (None) onto λ."""
        name, operands = pending.name, pending.operands
        if name == "add" and isinstance(operands[0], Constant):
            operands = operands[::-1]
        last = operands[-1]
        if name in ("add", "sub") and isinstance(last, Constant) and is_small(last.label):
            addend = last.label if name == "add" else -last.label  # type: ignore[operator]
            words = [self.place(path, operands[0]), self.constants.word(addend)]
            ops = (jit.ADDK_L, jit.ADDK_P, jit.ADDK_X)
        else:
            words = [self.place(path, operand) for operand in operands]
            if name == "add":
                ops = (jit.ADD_L, jit.ADD_P, jit.ADD_X)
            elif name == "sub":
                ops = (jit.SUB_L, jit.SUB_P, jit.TRAP)
            else:
                words = [NUMBERS[name], words[0], words[-1]]
                ops = (jit.PRIM_L, jit.PRIM_P, jit.TRAP)
        if into is None:
            self.stop(resume, ops[1], *words)
            return -1
        slot = path.slot()
        if location is None:
            self.stop(resume, ops[0], slot, *words)
        else:
            self.stop(resume, ops[2], location, slot, *words)
        return slot


def is_small(label: Jump) -> bool:
    return isinstance(label, int) and -SMALL < label < SMALL


def is_word(operand: Operand) -> bool:
    """Whether the value is one word known when compiling: a constant or a closed thunk."""
    return isinstance(operand, Constant) or (isinstance(operand, Thunk) and not operand.scope)
