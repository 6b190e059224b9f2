"""The arrays of one search, and what is done each time the loop stops."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import numpy as np
from immutables import Map

from calculus.machine.budget import Budget
from calculus.machine.kernel.buffers import NOTHING, Buffers, OutOfMemory, Words
from calculus.machine.kernel.values import Constants
from calculus.machine.primitives import is_large
from calculus.machine.relational import relations
from calculus.machine.relational.instructions import LAMBDA
from calculus.machine.relational.kernel import collector, jit, seen, states
from calculus.machine.relational.kernel.code import Local, Structure, constructor_of
from calculus.machine.relational.kernel.code import Value as CodeValue
from calculus.machine.relational.kernel.compile import Compiler
from calculus.machine.relational.kernel.heap import Loader, Unloader
from calculus.machine.relational.kernel.states import States
from calculus.machine.relational.kernel.unify import LEAST_WORK
from calculus.machine.relational.query import Query
from calculus.machine.relational.relations import Refused, Unready
from calculus.machine.relational.state import State
from calculus.machine.relational.values import Reading, Value, compose
from calculus.term import Term, free_variables

HEAP = 1 << 18
"""Words of a new heap (2 MB)."""
ROOM = 4096
"""Words of a new array beyond what is in it."""
DEEP = 4
"""Stacks are deep when the heap is smaller than so many times them."""


LOOK = 256
"""Stops of the loop between two looks at the clock and the memory."""


class Event(Enum):
    """Why the machine stopped."""

    ANSWER = "answer"
    END = "end"
    LIMIT = "limit"
    STUCK = "stuck"


class Machine:
    """A query compiled, and the state of its search."""

    def __init__(self, query: Query, budget: Budget, exact: bool) -> None:
        self.constants = Constants()
        self.program = Compiler(query, self.constants, exact).program
        self.budget = budget
        self.buffers = Buffers(budget, {})
        self._mended = 0
        self._locations = {**self.program.places}
        for location in query.stacks:
            if location != LAMBDA:
                self._locations.setdefault(location, len(self._locations))
        self.code: Words = np.array(self.program.words, np.int64)
        self.regs: Words = np.zeros(jit.REGISTERS, np.int64)
        self.states = States(self.buffers, len(self._locations)) if exact else None
        self._load(query)

    def _load(self, query: Query) -> None:
        names = query.variables
        self.first = 2 + len(self.program.ground)
        self.base = self.first + len(names)
        cells = [index << 3 for index in range(self.first, self.base)]
        heap = [0, 0, *self.program.ground, *cells]
        loader = Loader(heap, self.constants, dict(zip(names, cells, strict=True)))
        stacks = {
            location: [loader.word(value) for value in values] for location, values in query.stacks.items()
        }
        stack = stacks.get(LAMBDA, [])
        sized, most = self.buffers.sized, self.program.most
        self.heap = sized("heap", max(HEAP, 4 * len(heap)), heap)
        self.stack = sized("stack", 2 * len(stack) + ROOM, stack)
        self.slots = sized("slots", 2 * most + ROOM + 4, [0, 0, *cells])
        self.trail = sized("trail", ROOM)
        self.choices = sized("choices", ROOM)
        self.work = sized("work", LEAST_WORK if self.states is None else 16 * seen.MOST)
        self._lay_out([stacks.get(location, []) for location in self._locations], NOTHING)
        regs = self.regs
        regs[jit.R_PC], regs[jit.R_SP], regs[jit.R_FP] = self.program.start, len(stack), 2
        regs[jit.R_HP], regs[jit.R_MOST] = len(heap), most
        regs[jit.R_GROUND], regs[jit.R_BASE] = self.first, self.base
        self._set_limit()

    def _set_limit(self) -> None:
        """The heap is collected before it is quite full; what needs more until then has it enlarged."""
        self.regs[jit.R_COLLECT] = len(self.heap) - len(self.heap) // 8

    def _lay_out(self, stacks: Sequence[Sequence[int]], old: Words) -> None:
        """Give every location room; `old` are the records of what is laid out anew."""
        sizes = [2 * len(stack) + ROOM for stack in stacks]
        places = np.zeros(jit.PLACE * len(sizes), np.int64)
        array = np.zeros(max(1, sum(sizes)), np.int64)
        base = 0
        for number, (size, stack) in enumerate(zip(sizes, stacks, strict=True)):
            at = jit.PLACE * number
            array[base : base + len(stack)] = stack
            places[at : at + 3] = base + len(stack), base, base + size
            places[at + jit.MARK] = base
            places[at + jit.LINK] = at - jit.PLACE + 1 if number else 0
            if len(old):
                places[at + jit.MARK] = base + old[at + jit.MARK] - old[at + jit.BASE]
                places[at + jit.STAMP] = old[at + jit.STAMP]
            base += size
        self.xstack, self.places = array, places
        # All have been touched, for all that is known.
        self.regs[jit.R_TOUCHED] = len(places) - jit.PLACE + 1 if len(places) else 0

    # Running ------------------------------------------------------------------------------------------

    @property
    def steps(self) -> int:
        return int(self.regs[jit.R_STEPS])

    @property
    def pending(self) -> bool:
        """Whether there are alternatives that have not been tried."""
        return bool(self.regs[jit.R_CP])

    def fail(self) -> None:
        """Have the next run take the next alternative."""
        self.regs[jit.R_PC] = jit.FAIL_AT

    def run(self, limit: int) -> Event:
        """Run until something happens, or so many transitions have been made in all.

        Raises `OutOfMemory`.
        """
        self.regs[jit.R_LIMIT] = limit
        while True:
            jit.run(
                self.code,
                self.heap,
                self.stack,
                self.slots,
                self.trail,
                self.choices,
                self.xstack,
                self.places,
                self.work,
                self.regs,
                *(self.states.arrays if self.states is not None else states.NONE),
            )
            event = self._mend()
            if event is not None:
                return event
            self._mended += 1
            if self._mended % LOOK == 0 and self.budget.overdrawn():
                return Event.LIMIT

    def _mend(self) -> Event | None:
        """Remove the reason why the instruction could not be executed, or execute it."""
        regs = self.regs.tolist()
        op, *operands = self.code[regs[jit.R_PC] : regs[jit.R_PC] + 7].tolist()
        match op:
            case jit.SEEN:
                self._compare(operands[0])
                return None
            case jit.ANSWER:
                return Event.ANSWER
            case jit.FAIL:
                return Event.END
            case jit.RETURN | jit.CALL | jit.JUMP | jit.AGAIN:
                if regs[jit.R_STEPS] >= regs[jit.R_LIMIT]:
                    return Event.LIMIT
                if regs[jit.R_HP] > regs[jit.R_COLLECT]:
                    self._collect(regs, op, operands)
                else:
                    self.slots = self.buffers.grown("slots", self.slots, self.program.most)
                return None
            case jit.CHOOSE | jit.FOUND:
                self.choices = self.buffers.grown("choices", self.choices)
                return None
        size = operands[SIZES[op]] if op in SIZES else 2 * regs[jit.R_WANTED] if op == jit.LOWER else 1
        if len(self.trail) - regs[jit.R_TP] < size + SPARE:
            self.trail = self.buffers.grown("trail", self.trail, size + SPARE)
        elif op in ALLOCATING and len(self.heap) - regs[jit.R_HP] < size + SPARE:
            self.heap = self.buffers.grown("heap", self.heap, size + SPARE)
        elif op == jit.PUT and regs[jit.R_SP] + operands[1] + size > len(self.stack):
            self.stack = self.buffers.grown("stack", self.stack, size)
        elif op == jit.XPUSH and self.places[operands[0]] >= self.places[operands[0] + jit.END]:
            self.buffers.room(24 * len(self.xstack))
            self._lay_out(list(self.elsewhere().values()), self.places)
        elif op in (jit.ARITH, jit.COMPARE):
            return self._relate(operands)
        else:
            self.work = self.buffers.grown("work", self.work)
        return None

    def _compare(self, point: int) -> None:
        """Make room for the state at a program point, or see here whether it was seen before."""
        assert self.states is not None
        if self.states.enlarge():
            return
        unloader, reading = self.unloader(), Reading(Map())
        terms: list[Term] = []
        numbers: list[int] = []

        def add(words: list[int]) -> None:
            numbers.append(len(words))
            terms.extend(reading.terms(unloader.values(words)))

        add(self.heap[self.first : self.base].tolist())
        add(self.stack[: self.regs[jit.R_SP]].tolist())
        for words in self.elsewhere().values():
            add(words)
        fp = int(self.regs[jit.R_FP])
        while True:
            while point != 0:
                number, count = self.code[point : point + 2].tolist()
                numbers.append(number)
                add([int(self.slots[fp + slot]) for slot in self.code[point + 2 : point + 2 + count]])
                point = int(self.code[point + 2 + count])
            caller, back = self.slots[fp - 2 : fp].tolist()
            if caller == 0:
                break
            fp, point = caller, int(self.code[back - 2])
        if self.states.is_new(terms, numbers):
            self.regs[jit.R_PC] += 2
        else:
            self.fail()

    def _relate(self, operands: list[int]) -> Event | None:
        """Execute a relation in Python: large integers, or a mistake."""
        at = int(self.regs[jit.R_PC])
        site = self.program.sites[at]
        words = operands[1 : 1 + len(site.term.children)]
        unloader = self.unloader()
        known = [None if _is_new(word) else unloader.integer(self._fetch(word)) for word in words]
        try:
            solution = relations.solve(site.term.label, tuple(known))
        except (Unready, Refused):
            return Event.STUCK
        if solution is None or not all(map(self._becomes, words, solution)):
            self.fail()
        else:
            self.regs[jit.R_PC] = at + 2 + len(words)
        return None

    def _fetch(self, operand: int) -> int:
        """The word of an operand that is not new."""
        return int(self.slots[self.regs[jit.R_FP] + (operand >> 3)]) if operand & 7 == 0 else operand

    def _becomes(self, operand: int, number: int) -> bool:
        """Make an operand an integer, if it can be."""
        if is_large(number):
            self.buffers.room(0)
        word = self.constants.word(number)
        if operand == jit.VOID:
            return True
        if _is_new(operand):
            self.slots[self.regs[jit.R_FP] + ~(operand >> 3)] = word
            return True
        found = self.unloader().resolve(self._fetch(operand))
        if found & 7 != 0:
            return found == word
        self.heap[found >> 3] = word
        if found >> 3 < self.regs[jit.R_HB]:
            self.trail[self.regs[jit.R_TP]] = found >> 1
            self.regs[jit.R_TP] += 1
        return True

    # Memory -------------------------------------------------------------------------------------------

    def _collect(self, regs: list[int], op: int, operands: list[int]) -> None:
        """Collect, and enlarge the heap if it is still over half full.

        With deep stacks most of the heap is alive and reading the roots is dear, so then it is enlarged
        without collecting.
        """
        sp, fp, hp, tp = regs[jit.R_SP : jit.R_TP + 1]
        cp = regs[jit.R_CP]
        top = max(fp, regs[jit.R_FB]) + self.program.most + 2
        if DEEP * (sp + top + tp + cp) > len(self.heap):
            try:
                self._enlarge(4 * len(self.heap))
                return
            except OutOfMemory:
                pass
        marks = self.buffers.sized("marks", 2 * (len(self.heap) // 32 + 2))
        marks[: 2 * (hp // 32 + 2)] = 0
        slot_marks = self.buffers.sized("slot_marks", top)
        slot_marks[:] = 0
        outside = np.zeros(len(self.constants.outside) + 1, np.int64)
        live = operands[LIVE[op]] if op in LIVE else self.program.nothing
        delta = operands[1 if op == jit.RETURN else 2]
        used = collector.collect(
            self.heap,
            marks,
            self.buffers.sized("spare", len(self.heap)),
            self.base,
            self.first,
            outside,
            self.code,
            self.stack,
            sp + max(delta, 0),
            self.slots,
            slot_marks,
            fp,
            live,
            self.trail,
            tp,
            self.choices,
            cp,
            self.xstack,
            self.places,
            hp,
        )
        if self.states is None:  # states that were seen have the numbers in them
            self.constants.keep(np.flatnonzero(outside).tolist())
        self.regs[jit.R_HP] = used
        self.regs[jit.R_HB] = self.choices[cp - jit.CHOICE + jit.C_HP] if cp else 0
        self._set_limit()
        if 2 * used > len(self.heap):
            try:
                self._enlarge(4 * used)
            except OutOfMemory:
                if used > self.regs[jit.R_COLLECT] - len(self.heap) // 16:
                    raise

    def _enlarge(self, size: int) -> None:
        self.heap = self.buffers.sized("heap", size, self.heap)
        self._set_limit()

    def release(self) -> None:
        """Leave the arrays to the next search in this process."""
        self.buffers.release()

    # Reading ------------------------------------------------------------------------------------------

    def unloader(self) -> Unloader:
        return Unloader(self.heap, self.constants)

    def elsewhere(self) -> dict[str, list[int]]:
        """The stacks of the locations other than λ."""
        tops, bases = self.places[jit.TOP :: jit.PLACE], self.places[jit.BASE :: jit.PLACE]
        return {
            name: self.xstack[bases[number] : tops[number]].tolist()
            for name, number in self._locations.items()
        }

    def answer(self) -> tuple[list[Value], dict[str, list[Value]]]:
        """Where the loop stopped at an answer: what the initial variables stand for, and the stacks."""
        unloader = self.unloader()
        pc, sp = int(self.regs[jit.R_PC]), int(self.regs[jit.R_SP])
        bound = unloader.values(self.heap[self.first : self.base].tolist())
        words = {LAMBDA: self.stack[: sp + int(self.code[pc + 2])].tolist(), **self.elsewhere()}
        return bound, {name: unloader.values(stack) for name, stack in words.items() if stack}

    def stuck_state(self) -> State:
        """The state before the relation where the loop stopped, as one of the reference machine."""
        pc, sp = int(self.regs[jit.R_PC]), int(self.regs[jit.R_SP])
        site = self.program.sites[pc]
        unloader = self.unloader()

        def variable(slot: int) -> Value:
            if slot in site.homes:
                return unloader.value(int(self.stack[sp - site.homes[slot]]))
            return unloader.value(self._fetch(slot << 3)) if site.assigned >> slot & 1 else ~slot

        stacks = {name: unloader.values(stack) for name, stack in self.elsewhere().items()}
        stacks[LAMBDA] = unloader.values(self.stack[: sp - site.popped].tolist())
        stacks[LAMBDA] += [self._read(value, unloader, variable) for value in site.pushed]
        memory: dict[str, tuple[Value, Any]] = {}
        for name, values in stacks.items():
            for value in values:
                memory[name] = (value, memory.get(name))
        environment = Map({name: variable(site.scope[name]) for name in free_variables(site.term)})
        return State(Map(memory), site.term, environment, None, Map(), 0, 0, 0)

    def _read(self, value: CodeValue, unloader: Unloader, variable: Callable[[int], Value]) -> Value:
        """A value in code as one of the reference machine."""
        if type(value) is int:
            return unloader.value(value)
        if type(value) is Local:
            return variable(value.slot)
        done: dict[int, Value] = {}
        stack: list[CodeValue] = [value]
        while stack:
            top = stack[-1]
            if type(top) is not Structure:
                done[id(top)] = self._read(top, unloader, variable)
                stack.pop()
                continue
            missing = [item for item in top.arguments if id(item) not in done]
            if missing:
                stack += missing
                continue
            stack.pop()
            name, _ = constructor_of(self.constants, top.header)
            done[id(top)] = compose(name, tuple([done[id(item)] for item in top.arguments]))
        return done[id(value)]


def _is_new(operand: int) -> bool:
    """Whether an operand is a variable without a value."""
    return operand == jit.VOID or (operand & 7 == 0 and operand < 0)


LIVE = {jit.CALL: 5, jit.AGAIN: 4}
"""Which operand of an instruction lists the slots that are needed after it; others need none."""
SIZES = {jit.MATCH: 4, jit.READ: 0, jit.PUT: 2, jit.BUILD: 2}
"""Which operand of an instruction says with how many words it deals; others deal with one."""
ALLOCATING = frozenset({jit.MATCH, jit.PUT, jit.BUILD, jit.MOVE, jit.XPUSH})
SPARE = 16
"""Words of the trail or the heap that an instruction may use beside those."""
