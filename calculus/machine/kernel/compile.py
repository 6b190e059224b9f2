"""From terms to code.

The compiler walks a block (a definition, a thunk, a handler) along its control flow and keeps, instead of
emitting code, what it knows: where variables live, which values have been pushed on λ but need not be there
yet, which comparison has been made but not branched on, and which frames of the continuation stack need not
be pushed because all jumps to them are in sight. So `[x].[1].sub` becomes one instruction,
`(b; True->M; False->N)` after a comparison a branch, `M^J` a jump back. Whatever is still known when a value
or a definition outside the block is run gets materialised: values on λ, frames as one frame with a table.

Control flow that meets at a handler meets in one state: nothing kept back, the slots of where the join stood.
"""

from calculus.machine.effects import SINKS, SOURCES
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    SKIP,
    STAR,
    Jump,
    jump,
)
from calculus.machine.kernel import jit
from calculus.machine.kernel.code import (
    EMPTY,
    Captured,
    Constant,
    Elided,
    Operand,
    Pending,
    Resume,
    Scope,
    Site,
    Slot,
    Thunk,
)
from calculus.machine.kernel.emit import Block, BlockKey, Emitter, Path, is_small, is_word
from calculus.machine.kernel.values import SMALL
from calculus.machine.primitives import PRIMITIVES, Primitive, PrimitiveFailure, apply, fits
from calculus.term import VARIABLE, Term, free_variables

MOST_KEPT = 16
"""Values kept back from λ at once."""
MOST_ELIDED = 24
"""Frames kept back from the continuation stack at once."""
MOST_OWED = 200
"""Transitions between two looks at the limits, roughly."""
MOST_INLINED = 3
"""Times that one thunk is compiled in place."""
OVERSHOOT = 4 * MOST_OWED
"""More than the transitions that any path makes between two looks at the limits."""

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


class Compiler(Emitter):
    """Compiles terms into one growing `Code`."""

    def block(self, term: Term, names: tuple[str, ...] = ()) -> int:
        """The address of the code that runs `term` in a closure that captured the values of `names`."""
        key = self.want(term, names)
        self._drain()
        address = self._blocks[key]
        assert address is not None
        return address

    def site(self, label: Jump, handler: Term, names: tuple[str, ...]) -> int:
        """The return address of a frame `(label -> handler)` whose closure captured `names`."""
        block = Block(None)
        self._started.append(block)
        frame = Elided(label, handler, _captured(names), None, 0, is_loop=False)
        at = self.emit(0)
        self._paths.append((at, Path(block, SKIP, EMPTY, frame, 0), True))
        self._drain()
        return self.words[at]

    def _drain(self) -> None:
        while self._paths or self._tables or self._wanted:
            if self._paths:
                at, path, returned_to = self._paths.pop()
                if returned_to:
                    self._arrive(path)
                self.words[at] = len(self.words)
                self._walk(path)
            elif self._tables:
                self._table(*self._tables.pop())
            else:
                self._start(*self._wanted.pop())
        for block in self._started:
            self._finish(block)
        self._started.clear()
        for at, key, as_value in self._addresses:
            address = self._blocks[key]
            assert address is not None
            self.words[at] = address << 3 | 6 if as_value else address
        self._addresses.clear()

    def _finish(self, block: Block) -> None:
        """Write into a block's ENTER how many slots it needs; a block that needs none has no ENTER."""
        self.code.most_slots = max(self.code.most_slots, block.slots)
        enter, key = block.enter, block.key
        if enter is None or key is None:
            return
        self.words[enter + 2] = block.slots
        start = enter if block.slots else enter + 3
        self._blocks[key] = start
        self.code.blocks[start] = self.code.blocks[enter]
        self.code.resumes.setdefault(start, self.code.resumes[enter])  # a run may stop before it starts

    def _start(self, key: BlockKey, term: Term) -> None:
        """Compile a block; the pops that it begins with are part of its ENTER."""
        at = len(self.words)
        self._blocks[key] = at
        self.code.blocks[at] = (term, key[1])
        block = Block(at, key)
        self._started.append(block)
        path = Path(block, term, _captured(key[1]), None, 0)
        self.stop(path.resume(), jit.ENTER, 0, 0)
        while path.term.op is POP and path.term.label[0] == LAMBDA and path.live < MOST_KEPT:
            path.scope = path.scope.bind(path.term.label[1], Slot(path.slot()))
            path.done(path.term.children[0])
        self.words[at + 1] = path.live
        self._walk(path)

    def _arrive(self, path: Path) -> None:
        """Emit the word before a return address, which follows, and say what the frame stands for."""
        assert path.frames is not None
        self._tables.append((self.emit(0), path.block, path.frames))
        self.code.sites[len(self.words)] = Site(path.frames, path.live)

    def _table(self, at: int, block: Block, frames: Elided) -> None:
        """The table of the frames elided at a return address: where each jump but `*` goes."""
        if frames.table is None:
            labels: dict[Jump, None] = {}
            frame: Elided | None = frames
            while frame is not None:
                labels[frame.label] = None
                frame = frame.parent
            labels.pop(STAR, None)
            frames.table = self.emit(frames.length, len(labels))
            for label in labels:
                self.emit(self.constants.pinned_word(label), 0)
                stub = Path(block, jump(label), EMPTY, frames, frames.live)
                self._paths.append((len(self.words) - 1, stub, False))
        self.words[at] = frames.table

    def _walk(self, path: Path) -> None:
        self._started.append(path.block)
        while _WALK.get(path.term.op, Compiler._trap)(self, path):
            pass

    def _push(self, path: Path) -> bool:
        location, (argument, body) = path.term.label, path.term.children
        if path.since > MOST_OWED:
            self.check(path)
        operand = self._operand(path, argument)
        if location == LAMBDA:
            if len(path.pushed) >= MOST_KEPT:
                self.flush(path)
            path.pushed += (operand,)
            return path.done(body)
        kind = self.effects.kind(location)
        if kind in SOURCES or kind == "sink":
            return self._trap(path)
        self.settle(path)
        at = self.location(location)
        match operand:
            case Captured(index):
                self.stop(path.resume(), jit.XPUSH_C, at, index)
            case _ if is_word(operand):
                self.put_word(self.stop(path.resume(), jit.XPUSH_K, at, 0) + 2, operand)
            case _:
                slot = self.place(path, operand)
                self.stop(path.resume(), jit.XPUSH_L, at, slot)
        return path.done(body)

    def _pop(self, path: Path) -> bool:
        location, name = path.term.label
        body = path.term.children[0]
        if location != LAMBDA:
            return self._pop_elsewhere(path, location, name, body)
        if not path.pushed:
            if path.since > MOST_OWED:
                self.check(path)
            resume = path.resume()
            slot = path.slot()
            self.stop(resume, jit.POP, slot)
            path.scope = path.scope.bind(name, Slot(slot))
            return path.done(body)
        operand = path.pushed[-1]
        once = _runs_next(body, name)
        match operand:
            case Pending(primitive) if once and primitive in COMPARISONS:
                path.comparing = True
            case Pending() if (at := self._stored_at(operand, name, body)) is not None:
                slot = self.compute(path, operand, path, operand.resume, at)
                path.pushed = path.pushed[:-1]
                path.scope = path.scope.bind(name, Slot(slot))
                return path.done(body) and path.done(body.children[1])
            case Pending():
                operand = Slot(self.place(path, operand))
            case Thunk(term, scope) if once or not scope:
                operand = Thunk(term, scope, once)
            case Thunk():
                self.settle(path)
                operand = Slot(self.place(path, operand))
        path.pushed = path.pushed[:-1]
        path.scope = path.scope.bind(name, operand)
        return path.done(body)

    def _stored_at(self, pending: Pending, name: str, body: Term) -> int | None:
        """The location at which the sum that is popped as `name` is pushed at once, if it is so."""
        if body.op is not PUSH or body.label == LAMBDA or pending.name not in ("add", "sub"):
            return None
        argument = body.children[0]
        if argument.op is not VARIABLE or argument.label != name:
            return None
        if self.effects.kind(body.label) not in ("stack", "output"):
            return None
        last = pending.operands[-1]
        addable = pending.name == "add" or (isinstance(last, Constant) and is_small(last.label))
        return self.location(body.label) if addable else None

    def _pop_elsewhere(self, path: Path, location: str, name: str, body: Term) -> bool:
        if self.effects.kind(location) in SINKS or self.effects.suspends(location):
            return self._trap(path)
        if path.since > MOST_OWED:
            self.check(path)
        self.settle(path)
        resume = path.resume()
        slot = path.slot()
        self.stop(resume, jit.XPOP, self.location(location), slot)
        path.scope = path.scope.bind(name, Slot(slot))
        return path.done(body)

    def _primitive(self, path: Path) -> bool:
        name, body = path.term.label, path.term.children[0]
        entry = PRIMITIVES[name]
        arity = len(entry.operands)
        self.settle(path)
        if any(isinstance(operand, Thunk) for operand in path.pushed[-arity:]):
            return self._trap(path)
        if name in ("add", "sub") and len(path.pushed) < arity:
            self._on_top(path, name)
            return path.done(body)
        while len(path.pushed) < arity:
            resume = path.resume()
            slot = path.slot()
            self.stop(resume, jit.POP, slot)
            path.pushed = (Slot(slot), *path.pushed)
        kept, given = path.pushed[:-arity], path.pushed[-arity:]
        result: Operand | None = self._fold(entry, given)
        if result is None:
            operands = tuple(
                operand if isinstance(operand, Constant) else Slot(self.place(path, operand))
                for operand in given
            )
            result = Pending(name, operands, path.resume())
        path.pushed = (*kept, result)
        return path.done(body)

    def _fold(self, entry: Primitive, given: tuple[Operand, ...]) -> Constant | None:
        """The result where all operands are known and it is small."""
        labels = tuple(operand.label for operand in given if isinstance(operand, Constant))
        if len(labels) < len(given) or not fits(entry, labels):
            return None
        try:
            result = apply(entry, labels)
        except PrimitiveFailure:
            return None
        small = isinstance(result, str) or (isinstance(result, int) and -SMALL < result < SMALL)
        return Constant(result) if small else None

    def _on_top(self, path: Path, name: str) -> None:
        """An addition or subtraction whose left operand is on λ."""
        if not path.pushed:
            at = self.stop(path.resume(), jit.ADD_SS if name == "add" else jit.SUB_SS)
            path.added = at if name == "add" else -1
            return
        operand = path.pushed[0]
        if isinstance(operand, Constant) and is_small(operand.label):
            word = self.constants.word(operand.label if name == "add" else -operand.label)  # type: ignore[operator]
            path.added = self.stop(path.resume(), jit.ADD_SK, word)
        else:
            slot = self.place(path, operand)
            self.stop(path.resume(), jit.ADD_SL if name == "add" else jit.SUB_SL, slot)
        path.pushed = ()

    def _variable(self, path: Path) -> bool:
        path.comparing = False
        operand = path.scope.get(path.term.label)
        match operand:
            case None:
                return self._definition(path)
            case Constant(label):
                path.term = jump(label)
                return True
            case Pending():
                return self._branch(path, operand)
            case Thunk(term, scope, once) if once and self._may_inline(term):
                path.term, path.scope = term, scope
                return True
            case Thunk(term, scope) if not scope:
                self.flush(path)
                return self._go(path, self.want(term, ()), path.resume())
        self.flush(path)
        if isinstance(operand, Thunk):
            operand = Slot(self.place(path, operand))
        captured = isinstance(operand, Captured)
        index = operand.number
        if path.frames is None:
            self.stop(path.resume(), jit.TCALL_C if captured else jit.TCALL_L, index, path.owed)
            return False
        self.stop(path.resume(), jit.CALL_C if captured else jit.CALL_L, index, path.live, path.owed)
        return self._after_call(path)

    def _definition(self, path: Path) -> bool:
        body = self.definitions.get(path.term.label)
        if body is None:
            return self._trap(path)
        self.flush(path)
        resume = path.resume()
        path.owed += 1
        return self._go(path, self.want(body, ()), resume)

    def _go(self, path: Path, key: BlockKey, resume: Resume) -> bool:
        """Run a block that captured nothing."""
        if path.frames is None:
            self.address(self.stop(resume, jit.TJMP, 0, path.owed) + 1, key)
            return False
        self.address(self.stop(resume, jit.CALL_G, 0, path.live, path.owed) + 1, key)
        return self._after_call(path)

    def _after_call(self, path: Path) -> bool:
        self._arrive(path)
        path.term, path.scope = SKIP, EMPTY
        path.owed = path.since = 0
        return True

    def _branch(self, path: Path, pending: Pending) -> bool:
        """Run the Boolean that a comparison gives."""
        name, (left, right) = pending.name, pending.operands
        if isinstance(left, Constant) and not isinstance(right, Constant):
            name, left, right = MIRRORED[name], right, left
        a = self.place(path, left)
        if isinstance(right, Constant) and is_small(right.label):
            word = self.constants.word(right.label)
            op, negated = BRANCHES_K[name]
            at = self.stop(pending.resume, op, a, word, 0)
        else:
            b = self.place(path, right)
            if name in ("gt", "le"):
                name, a, b = MIRRORED[name], b, a
            op, negated = BRANCHES[name]
            at = self.stop(pending.resume, op, a, b, 0)
        other = Path(path.block, jump("True" if negated else "False"), EMPTY, path.frames, path.live)
        other.pushed, other.owed, other.since = path.pushed, path.owed, path.since
        self._paths.append((at + 3, other, False))
        path.term = jump("False" if negated else "True")
        return True

    def _join(self, path: Path) -> bool:
        first, handler = path.term.children
        if not path.comparing and path.frames is not None and path.frames.length >= MOST_ELIDED:
            self._push_frames(path)
        path.frames = Elided(path.term.label, handler, path.scope, path.frames, path.live, is_loop=False)
        return path.done(first)

    def _push_frames(self, path: Path) -> None:
        """Really push the frames elided so far."""
        self.settle(path)
        at = self.stop(path.resume(), jit.SITE, 0, path.owed)
        back = Path(path.block, SKIP, EMPTY, path.frames, path.live)
        self._paths.append((at + 1, back, True))
        path.frames = None
        path.owed = 0

    def _loop(self, path: Path) -> bool:
        self.flush(path)
        resume = path.resume()
        frame = Elided(path.term.label, path.term, path.scope, path.frames, path.live, is_loop=True)
        path.done(path.term.children[0])
        self.stop(resume, jit.CHECK, path.owed)
        frame.entry = len(self.words)
        path.frames = frame
        path.owed = path.since = 0
        return True

    def _jump(self, path: Path) -> bool:
        label = path.term.label
        frame, passed = path.frames, 1
        while frame is not None and frame.label != label:
            frame, passed = frame.parent, passed + 1
        path.since += passed
        if (
            frame is not None
            and not frame.is_loop
            and path.pushed
            and frame.entry is None
            and _is_short(frame.handler)
        ):
            path.frames, path.scope = frame.parent, frame.scope
            path.term = frame.handler
            path.owed += passed
            return True
        if frame is None:
            self._leave(path, label, path.owed + passed - 1)
            return False
        self.flush(path)
        if frame.is_loop:
            assert frame.entry is not None
            self.stop(path.resume(), jit.AGAIN, frame.entry, path.owed + passed + 1)
            return False
        if path.since > MOST_OWED // 2:
            self.check(path)
        if frame.entry is not None:
            self.emit(jit.JMP, frame.entry, path.owed + passed - frame.owed)
            return False
        path.added = -1  # what jumps here has not added
        frame.entry = len(self.words)
        frame.owed = path.owed = path.owed + passed
        path.since = MOST_OWED // 2
        path.frames, path.scope, path.live = frame.parent, frame.scope, frame.live
        path.term = frame.handler
        return True

    def _leave(self, path: Path, label: Jump, owed: int) -> None:
        """Jump to a frame below those of this block."""
        last = path.pushed[-1] if path.pushed else None
        if label == STAR and last is not None and (isinstance(last, Slot) or is_word(last)):
            self.flush(path, keep=1)
            if isinstance(last, Slot):
                self.stop(path.resume(), jit.RET_L, owed, last.number)
            else:
                self.put_word(self.stop(path.resume(), jit.RET_K, owed, 0) + 2, last)
            return
        if label == STAR and last is None and path.added >= 0:
            if len(self.words) == path.added + 1 and self.words[path.added] == jit.ADD_SS:
                self._replace_last(path.added, jit.RET_ADD, owed)
                return
            if len(self.words) == path.added + 2 and self.words[path.added] == jit.ADD_SK:
                self._replace_last(path.added, jit.RET_ADDK, owed, self.words[-1])
                return
        self.flush(path)
        if label == STAR:
            self.stop(path.resume(), jit.RET, owed)
        else:
            self.emit(jit.THROW, self.constants.pinned_word(label), owed)

    def _replace_last(self, at: int, *words: int) -> None:
        """Put an instruction that does more in the place of the last one."""
        del self.words[at:]
        self.words.extend(words)

    def _operand(self, path: Path, argument: Term) -> Operand:
        """What pushing `argument` pushes."""
        if argument.op is JUMP:
            return Constant(argument.label)
        if argument.op is VARIABLE:
            return path.scope.get(argument.label) or Thunk(argument, EMPTY)
        closed = all(path.scope.get(name) is None for name in free_variables(argument))
        return Thunk(argument, EMPTY if closed else path.scope)

    def _trap(self, path: Path) -> bool:
        """Leave the next transition to the reference machine."""
        self.settle(path)
        self.stop(path.resume(), jit.TRAP)
        return False

    def _may_inline(self, term: Term) -> bool:
        count = self._inlined.get(id(term), 0)
        self._inlined[id(term)] = count + 1
        return count < MOST_INLINED


MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
"""The comparison that holds of `b, a` when the first holds of `a, b`."""
BRANCHES = {
    "lt": (jit.BR_LT, False),
    "ge": (jit.BR_LT, True),
    "eq": (jit.BR_EQ, False),
    "ne": (jit.BR_EQ, True),
}
BRANCHES_K = {
    "lt": (jit.BR_LTK, False),
    "ge": (jit.BR_LTK, True),
    "le": (jit.BR_LEK, False),
    "gt": (jit.BR_LEK, True),
    "eq": (jit.BR_EQK, False),
    "ne": (jit.BR_EQK, True),
}
"""The branch instruction for a comparison, and whether it goes on when the comparison does *not* hold."""

_WALK = {
    PUSH: Compiler._push,
    POP: Compiler._pop,
    JUMP: Compiler._jump,
    JOIN: Compiler._join,
    LOOP: Compiler._loop,
    PRIMITIVE: Compiler._primitive,
    VARIABLE: Compiler._variable,
}


def _captured(names: tuple[str, ...]) -> Scope:
    return Scope(({name: Captured(index) for index, name in enumerate(names)},)) if names else EMPTY


def _runs_next(body: Term, name: str) -> bool:
    """Whether the variable is run first thing in `body`, under joins only, and occurs nowhere else."""
    for _ in range(MOST_KEPT):
        if body.op is VARIABLE:
            return bool(body.label == name)
        if body.op is not JOIN or name in free_variables(body.children[1]):
            return False
        body = body.children[0]
    return False


def _is_short(term: Term) -> bool:
    """Whether a handler is so short that it may be compiled once for each jump to it."""
    for _ in range(6):
        if term.op in (VARIABLE, JUMP):
            return True
        if term.op is PUSH and term.children[0].op not in (VARIABLE, JUMP):
            return False
        if term.op not in (PUSH, POP, PRIMITIVE):
            return False
        term = term.children[-1] if term.op is PUSH else term.children[0]
    return False
