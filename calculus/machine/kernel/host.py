"""The kernel's arrays, and what is done each time it stops: grow, collect, compute, or give the run back."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.instructions import Jump
from calculus.machine.kernel import collector, jit
from calculus.machine.kernel.buffers import Buffers, OutOfMemory, Words
from calculus.machine.kernel.compile import OVERSHOOT, Compiler
from calculus.machine.kernel.emit import NUMBERS
from calculus.machine.kernel.transfer import load, unload
from calculus.machine.kernel.values import Constants
from calculus.machine.primitives import PRIMITIVES, PrimitiveFailure, apply, fits, is_large
from calculus.machine.state import State
from calculus.term import Term

HEAP = 1 << 18
"""Words of a new heap (2 MB)."""
ROOM = 4096
"""Words of a new array beyond what is in it."""
SLICE = 20_000_000
"""Transitions between two looks at the clock."""
UNLOADED = {"stack": 200, "slots": 0, "frames": 96, "heap": 96, "spare": 0}
"""Bytes that a word of each array takes, at most, when the run goes back to the reference machine."""
DEEP = 4
"""Stacks are deep when the heap is smaller than so many times them."""
DRAWS = 256
"""Random Booleans drawn at once."""

Outcome = Literal["limit", "reference"] | StoppedBy


class Registers(NamedTuple):
    pc: int
    sp: int
    fp: int
    kp: int
    closure: int
    hp: int
    steps: int
    limit: int
    thrown: int


class Kernel:
    """One run's code and arrays."""

    def __init__(self, state: State, budget: Budget) -> None:
        self.state = state
        self.budget = budget
        self.constants = Constants()
        self.compiler = Compiler(state.definitions, state.effects, self.constants)
        self._sites: dict[tuple[Jump, int, tuple[str, ...]], int] = {}
        self.code: Words = np.zeros(0, np.int64)
        self.buffers = Buffers(budget, UNLOADED)
        self.regs: Words = np.zeros(jit.REGISTERS, np.int64)

    # Loading and unloading ----------------------------------------------------------------------------

    def load(self) -> None:
        load(self, self.state)

    def unload(self) -> None:
        unload(self, self.state)

    def site(self, label: Jump, handler: Term, names: tuple[str, ...]) -> int:
        key = (label, id(handler), names)
        if key not in self._sites:
            self._sites[key] = self.compiler.site(label, handler, names)
        return self._sites[key]

    def fill(
        self,
        stack: list[int],
        elsewhere: Mapping[str, list[int]],
        frames: list[int],
        heap: list[int],
        pc: int,
        closure: int,
        steps: int,
    ) -> None:
        """Take over a state given as words."""
        if len(self.code) < len(self.compiler.words):
            self.code = np.array(self.compiler.words, np.int64)
        self.stack = self.buffers.sized("stack", 2 * len(stack) + jit.SLACK + ROOM, stack)
        self.slots = self.buffers.sized("slots", self.compiler.code.most_slots + ROOM)
        self.frames = self.buffers.sized("frames", 2 * len(frames) + ROOM, frames)
        self.heap = self.buffers.sized("heap", max(HEAP, 4 * len(heap)), heap)
        for name in elsewhere:
            self.compiler.location(name)
        self._lay_out([elsewhere.get(name, []) for name in self.compiler.locations])
        self.regs[:] = (pc, len(stack), 0, len(frames), closure, len(heap), steps, 0, 0)

    def registers(self) -> Registers:
        return Registers(*self.regs.tolist())

    def elsewhere(self) -> dict[str, list[int]]:
        """The stacks of the locations other than λ."""
        return {
            name: self.xstack[self.xbase[at] : self.xtop[at]].tolist()
            for name, at in self.compiler.locations.items()
        }

    def _lay_out(self, stacks: list[list[int]]) -> None:
        sizes = [2 * len(stack) + DRAWS + ROOM for stack in stacks]
        self.xbase = np.cumsum([0, *sizes])[:-1].astype(np.int64)
        self.xlimit = self.xbase + np.array(sizes, np.int64) if sizes else self.xbase.copy()
        self.xtop = (
            self.xbase + np.array([len(stack) for stack in stacks], np.int64) if sizes else self.xbase.copy()
        )
        self.xstack = np.zeros(max(1, sum(sizes)), np.int64)
        for base, stack in zip(self.xbase.tolist(), stacks, strict=True):
            self.xstack[base : base + len(stack)] = stack

    # Running ------------------------------------------------------------------------------------------

    def is_near(self, limit: int | None) -> bool:
        """Whether the last steps before the limit are so few that only the reference machine hits it."""
        return limit is not None and limit - self.state.steps <= OVERSHOOT

    def run(self, limit: int | None) -> Outcome:
        """Run until `limit` steps are near (`limit`), the reference machine is needed (`reference`: also
        when the run is over), or the budget is spent."""
        while True:
            steps = self.state.steps = int(self.regs[jit.R_STEPS])  # for whoever watches
            goal = steps + SLICE
            if limit is not None:
                goal = min(goal, limit - OVERSHOOT)
            if steps >= goal:
                return "limit"
            self.regs[jit.R_LIMIT] = goal
            try:
                over = self._run_slice()
            except OutOfMemory:
                return "memory"
            if over:
                return "reference"
            if stopped := self.budget.overdrawn():
                return stopped

    def _run_slice(self) -> bool:
        """Run to the limit in the register, mending what can be mended; whether the kernel is at its end."""
        while True:
            jit.run(
                self.code,
                self.heap,
                self.stack,
                self.slots,
                self.frames,
                self.xstack,
                self.xtop,
                self.xlimit,
                self.xbase,
                self.regs,
            )
            regs = self.registers()
            op = int(self.code[regs.pc])
            if op in CHECKING:
                if regs.steps >= regs.limit:
                    return False
                if regs.sp > len(self.stack) - jit.SLACK:
                    self.stack = self.buffers.grown("stack", self.stack)
                elif not self._mend(op, regs):
                    return True
            elif not self._mend(op, regs):
                return True

    def _mend(self, op: int, regs: Registers) -> bool:
        """Remove the reason why the instruction at `regs.pc` could not be executed, or execute it."""
        if op == jit.ENTER and regs.fp + self.code[regs.pc + 2] > len(self.slots):
            self.slots = self.buffers.grown("slots", self.slots, int(self.code[regs.pc + 2]))
            return True
        if op in (jit.CALL_L, jit.CALL_C, jit.CALL_G, jit.SITE):
            if regs.kp > len(self.frames) - 3:
                self.frames = self.buffers.grown("frames", self.frames)
            else:
                self.slots = self.buffers.grown("slots", self.slots, int(self.code[regs.pc + 2]))
            return True
        if op in (jit.PUSH_T, jit.MAKE):
            live, n = self.code[regs.pc + 2 + (op == jit.MAKE) :][:2].tolist()
            self._collect(regs, live, n + 1)
            return True
        if op in STORING:
            at = int(self.code[regs.pc + 1])
            if self.xtop[at] >= self.xlimit[at]:
                self.buffers.room(len(self.xstack) * (8 + UNLOADED["stack"]))
                self._lay_out(list(self.elsewhere().values()))
                return True
        if op == jit.XPOP:
            return self._draw(int(self.code[regs.pc + 1]))
        if op in COMPUTING:
            return self._compute(op, regs)
        return False

    def _draw(self, at: int) -> bool:
        """Refill an empty random source."""
        location = next(name for name, number in self.compiler.locations.items() if number == at)
        effects = self.state.effects
        if effects.kind(location) != "random":
            return False
        words = [self.constants.word(effects.draw(location).label) for _ in range(DRAWS)]
        top = int(self.xtop[at])
        self.xstack[top : top + DRAWS] = words[::-1]
        self.xtop[at] = top + DRAWS
        return True

    def _compute(self, op: int, regs: Registers) -> bool:
        """Execute a primitive in Python: big integers, texts; False if it is stuck."""
        shape = COMPUTING[op]
        words = self.code[regs.pc : regs.pc + shape.length].tolist()
        values: list[int] = []
        for kind, index in shape.operands:
            if kind == "slot":
                values.append(int(self.slots[regs.fp + words[index]]))
            elif kind == "constant":
                values.append(words[index])
            elif regs.sp >= index:
                values.append(int(self.stack[regs.sp - index]))
            else:
                return False
        name = shape.name or PRIM_NAMES[words[shape.which]]
        entry = PRIMITIVES[name]
        labels = tuple(self.constants.label(value) for value in values[: len(entry.operands)])
        if not fits(entry, labels):
            return False
        try:
            result = apply(entry, labels)  # type: ignore[arg-type]  # those that fit are constants
        except PrimitiveFailure:
            return False
        if is_large(result):
            self.buffers.room(0)
        pc = regs.pc + shape.length
        if shape.target == "return":
            top = regs.sp + shape.moves
            self.stack[top - 1] = self.constants.word(result)
            self.regs[jit.R_SP] = top
            self.regs[jit.R_STEPS] += words[1]
            pc, closure, base = self.frames[regs.kp - 3 : regs.kp].tolist()
            self.regs[jit.R_KP], self.regs[jit.R_CLOSURE], self.regs[jit.R_FP] = regs.kp - 3, closure, base
        elif shape.target == "branch":
            pc = pc if result == "True" else words[-1]
        elif shape.target == "slot":
            self.slots[regs.fp + words[1]] = self.constants.word(result)
        elif shape.target == "location":
            at = words[1]
            word = self.slots[regs.fp + words[2]] = self.constants.word(result)
            self.xstack[self.xtop[at]] = word
            self.xtop[at] += 1
        else:
            top = regs.sp + shape.moves
            self.stack[top - 1] = self.constants.word(result)
            self.regs[jit.R_SP] = top
        self.regs[jit.R_PC] = pc
        return True

    # Memory -------------------------------------------------------------------------------------------

    def _collect(self, regs: Registers, live: int, needed: int) -> None:
        """Collect, and enlarge the heap if it is still over half full or has no room for `needed`.

        With deep stacks most of the heap is alive and reading the roots is dear, so then it is enlarged
        without collecting.
        """
        if DEEP * (regs.sp + regs.fp + regs.kp) > len(self.heap):
            self.heap = self.buffers.sized("heap", 4 * len(self.heap) + needed, self.heap)
            return
        spare = self.buffers.sized("spare", len(self.heap))
        outside = np.zeros(len(self.constants.outside) + 1, np.int64)
        used = int(
            collector.collect(
                self.heap,
                spare,
                self.stack,
                regs.sp,
                self.slots,
                regs.fp + live,
                self.frames,
                regs.kp,
                self.xstack,
                self.xtop,
                self.xbase,
                self.regs,
                outside,
            )
        )
        self.buffers.exchange("heap", "spare")
        self.heap = spare
        self.regs[jit.R_HP] = used
        self.constants.keep(np.flatnonzero(outside).tolist())
        if 2 * (used + needed) > len(self.heap):
            self.heap = self.buffers.sized("heap", 4 * (used + needed), self.heap[:used])

    def release(self) -> None:
        self.buffers.release()


def compile_kernel() -> None:
    """Have Numba compile, or load, the two jitted functions, by calling them on next to nothing."""
    words = np.array([*jit.PRELUDE, 0, 0, 0], np.int64)
    regs = np.zeros(jit.REGISTERS, np.int64)
    regs[jit.R_PC] = jit.HALT_AT
    none = np.zeros(4, np.int64)
    jit.run(words, none, none, none, none, none, none, none, none, regs)
    collector.collect(none, none, none, 0, none, 0, none, 0, none, none, none, regs, none)


class Shape(NamedTuple):
    """How an instruction that computes reads and writes: operands as (kind, word or depth)."""

    name: str
    length: int
    operands: tuple[tuple[str, int], ...]
    target: str
    moves: int = 0
    which: int = 0


def _shapes() -> dict[int, Shape]:
    def slots(*words: int) -> tuple[tuple[str, int], ...]:
        return tuple(("slot", word) for word in words)

    shapes = {
        jit.ADDK_L: Shape("add", 4, (("slot", 2), ("constant", 3)), "slot"),
        jit.ADDK_P: Shape("add", 3, (("slot", 1), ("constant", 2)), "stack", 1),
        jit.ADD_SK: Shape("add", 2, (("stack", 1), ("constant", 1)), "stack", 0),
        jit.RET_ADD: Shape("add", 2, (("stack", 2), ("stack", 1)), "return", -1),
        jit.RET_ADDK: Shape("add", 3, (("stack", 1), ("constant", 2)), "return", 0),
        jit.ADD_X: Shape("add", 5, slots(3, 4), "location"),
        jit.ADDK_X: Shape("add", 5, (("slot", 3), ("constant", 4)), "location"),
        jit.PRIM_L: Shape("", 5, slots(3, 4), "slot", which=2),
        jit.PRIM_P: Shape("", 4, slots(2, 3), "stack", 1, which=1),
        jit.BR_LT: Shape("lt", 4, slots(1, 2), "branch"),
        jit.BR_LTK: Shape("lt", 4, (("slot", 1), ("constant", 2)), "branch"),
        jit.BR_LEK: Shape("le", 4, (("slot", 1), ("constant", 2)), "branch"),
        jit.BR_EQ: Shape("eq", 4, slots(1, 2), "branch"),
        jit.BR_EQK: Shape("eq", 4, (("slot", 1), ("constant", 2)), "branch"),
    }
    for name, ops in (
        ("add", (jit.ADD_L, jit.ADD_P, jit.ADD_SS, jit.ADD_SL)),
        ("sub", (jit.SUB_L, jit.SUB_P, jit.SUB_SS, jit.SUB_SL)),
    ):
        shapes[ops[0]] = Shape(name, 4, slots(2, 3), "slot")
        shapes[ops[1]] = Shape(name, 3, slots(1, 2), "stack", 1)
        shapes[ops[2]] = Shape(name, 1, (("stack", 2), ("stack", 1)), "stack", -1)
        shapes[ops[3]] = Shape(name, 2, (("stack", 1), ("slot", 1)), "stack", 0)
    return shapes


COMPUTING: Mapping[int, Shape] = _shapes()
STORING = frozenset({jit.XPUSH_L, jit.XPUSH_C, jit.XPUSH_K, jit.ADD_X, jit.ADDK_X})
CHECKING = frozenset(
    {
        *(jit.CHECK, jit.AGAIN, jit.RETHROW, jit.TJMP, jit.TCALL_L, jit.TCALL_C),
        *(jit.CALL_L, jit.CALL_C, jit.CALL_G, jit.RET, jit.RET_L, jit.RET_K, jit.RET_ADD, jit.RET_ADDK),
    }
)
"""Instructions that look at the step limit and at the room on λ."""
PRIM_NAMES = {number: name for name, number in NUMBERS.items()}
