"""Between states of the reference machine and arrays of the kernel, both ways, sharing kept."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from calculus.machine.instructions import LAMBDA, SKIP, jump
from calculus.machine.kernel import jit
from calculus.machine.kernel.code import Captured, Constant, Elided, Operand, Scope, Slot, Thunk
from calculus.machine.state import Closure, Environment, Frame, State
from calculus.term import Term, free_variables

if TYPE_CHECKING:
    from calculus.machine.kernel.host import Kernel

CLOSURE, OUTSIDE, CODE = 0, 4, 6
TAG = 7


class Loader:
    """Turns closures into words; the heap it builds is `heap`, a list of words."""

    def __init__(self, kernel: "Kernel") -> None:
        self.compiler = kernel.compiler
        self.constants = kernel.constants
        self.heap: list[int] = [0]
        self._words: dict[int, int] = {}
        self._captures: dict[int, int] = {}

    def words(self, values: Iterable[Closure]) -> list[int]:
        return [self.word(value) for value in values]

    def word(self, value: Closure) -> int:
        words = self._words
        stack = [value]
        while stack:
            top = stack[-1]
            if id(top) in words:
                stack.pop()
                continue
            missing = [inner for inner in top.environment.values() if id(inner) not in words]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            words[id(top)] = self._word(top)
        return words[id(value)]

    def _word(self, value: Closure) -> int:
        label = value.constant
        if label is not None:
            return self.constants.word(label)
        names = tuple(sorted(value.environment))
        address = self.compiler.block(value.term, names)
        if not names:
            return address << 3 | CODE
        return self._allocate(address, names, value.environment) << 3

    def captures(self, environment: Environment) -> int:
        """A heap object that holds an environment, 0 for an empty one."""
        if not environment:
            return 0
        found = self._captures.get(id(environment))
        if found is None:
            found = self._allocate(0, tuple(sorted(environment)), environment)
            self._captures[id(environment)] = found
        return found

    def _allocate(self, address: int, names: tuple[str, ...], environment: Environment) -> int:
        captured = [self.word(environment[name]) for name in names]
        place = len(self.heap)
        self.heap.append(address << 24 | len(names))
        self.heap.extend(captured)
        return place


class Unloader:
    """Turns words into closures and kernel frames into frames."""

    def __init__(self, kernel: "Kernel") -> None:
        self.code = kernel.compiler.code
        self.constants = kernel.constants
        self.heap = kernel.heap
        self.slots = kernel.slots
        self._closures: dict[int, Closure] = {}

    def closures(self, words: Iterable[int]) -> list[Closure]:
        return [self.closure(word) for word in words]

    def closure(self, word: int) -> Closure:
        done = self._closures
        stack = [word]
        while stack:
            top = stack[-1]
            if top in done:
                stack.pop()
                continue
            if top & TAG != CLOSURE:
                stack.pop()
                done[top] = self._flat(top)
                continue
            place = top >> 3
            header = int(self.heap[place])
            captured = self.heap[place + 1 : place + 1 + (header & 0xFFFFFF)].tolist()
            missing = [inner for inner in captured if inner not in done]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            term, names = self.code.blocks[header >> 24]
            done[top] = Closure(
                term, {name: done[inner] for name, inner in zip(names, captured, strict=True)}
            )
        return done[word]

    def _flat(self, word: int) -> Closure:
        label = self.constants.label(word)
        if label is not None:
            return Closure(jump(label), {})
        return Closure(self.code.blocks[word >> 3][0], {})

    def operand(self, operand: Operand, closure: int, base: int) -> Closure:
        """The value of an operand of the activation with that current closure and base of slots."""
        match operand:
            case Slot(number):
                return self.closure(int(self.slots[base + number]))
            case Captured(number):
                return self.closure(int(self.heap[closure + 1 + number]))
            case Constant(label):
                return Closure(jump(label), {})
            case Thunk(term, scope):
                return Closure(term, self.environment(free_variables(term), scope, closure, base))
        raise AssertionError(f"{operand} is not a value")

    def environment(self, names: Iterable[str], scope: Scope, closure: int, base: int) -> Environment:
        """The part of a scope that the names need."""
        if not scope:
            return {}
        return {
            name: self.operand(operand, closure, base)
            for name in names
            if (operand := scope.get(name)) is not None
        }

    def elided(self, frames: Elided | None, closure: int, base: int) -> list[Frame]:
        """The frames, the lowest first."""
        found: list[Frame] = []
        while frames is not None:
            names = free_variables(frames.handler)
            environment = self.environment(names, frames.scope, closure, base)
            found.append(Frame(frames.label, frames.handler, environment))
            frames = frames.parent
        return found[::-1]


def load(kernel: "Kernel", state: State) -> None:
    """Put a running state into the kernel's arrays."""
    loader = Loader(kernel)
    compiler = kernel.compiler
    stack = loader.words(state.stacks.get(LAMBDA, ()))
    elsewhere: dict[str, list[int]] = {}
    for location, values in state.stacks.items():
        if location != LAMBDA:
            elsewhere[location] = loader.words(values)
    for location, kind in state.effects.kinds.items():
        if kind == "input":
            inputs = [Closure(term, {}) for term in state.effects.inputs]
            elsewhere[location] = loader.words(inputs)[::-1]
    frames = [jit.HALT_AT, 0, 0]
    for frame in state.frames:
        names = tuple(sorted(frame.environment))
        frames += [
            kernel.site(frame.label, frame.term, names),
            loader.captures(frame.environment),
            0,
        ]
    environment = _needed(state.term, state.environment)
    pc = compiler.block(state.term, tuple(sorted(environment)))
    closure = loader.captures(environment)
    kernel.fill(stack, elsewhere, frames, loader.heap, pc, closure, state.steps)


def _needed(term: Term, environment: Environment) -> Environment:
    if not environment:
        return {}
    names = free_variables(term)
    return {name: value for name, value in environment.items() if name in names}


def unload(kernel: "Kernel", state: State) -> None:
    """Put the kernel's state, stopped before an instruction, back into `state`."""
    unloader = Unloader(kernel)
    regs = kernel.registers()
    closure, base = regs.closure, regs.fp
    frames: list[Frame] = []
    for at in range(3, regs.kp, 3):
        back, captured, slots = kernel.frames[at : at + 3].tolist()
        frames += unloader.elided(kernel.compiler.code.sites[back].frames, captured, slots)
    stack = unloader.closures(kernel.stack[: regs.sp].tolist())
    state.steps = regs.steps
    state.environment = {}
    if regs.pc == jit.RETHROW_AT:
        label = kernel.constants.label(regs.thrown)
        assert label is not None
        state.term = jump(label)
    elif regs.pc == jit.HALT_AT:
        state.term = SKIP
    else:
        resume = kernel.compiler.code.resumes[regs.pc]
        state.term = resume.term
        state.steps += resume.owed
        names = free_variables(resume.term)
        state.environment = unloader.environment(names, resume.scope, closure, base)
        frames += unloader.elided(resume.frames, closure, base)
        stack += [unloader.operand(operand, closure, base) for operand in resume.pushed]
    state.frames = frames
    state.stacks = {LAMBDA: stack}
    _unload_elsewhere(kernel, state, unloader)


def _unload_elsewhere(kernel: "Kernel", state: State, unloader: Unloader) -> None:
    for location, words in kernel.elsewhere().items():
        kind = state.effects.kind(location)
        values: list[Closure] = unloader.closures(words)
        if kind == "input":
            state.effects.inputs.clear()
            state.effects.inputs.extend(value.term for value in reversed(values))
        elif kind == "random":
            state.effects.give_back(location, [value.term for value in reversed(values)])
        else:
            state.stacks[location] = values
