"""From a query to code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calculus.machine.kernel.values import Constants
from calculus.machine.relational.instructions import call
from calculus.machine.relational.kernel import jit
from calculus.machine.relational.kernel.analysis import analyse, ends_with, successors
from calculus.machine.relational.kernel.assembly import NOWHERE, Assembly, Label, Site
from calculus.machine.relational.kernel.calls import in_place
from calculus.machine.relational.kernel.code import (
    Again,
    Below,
    Block,
    Calling,
    Choosing,
    Going,
    Join,
    Looping,
    Rest,
    Scope,
    Stop,
    Values,
    slots_in,
)
from calculus.machine.relational.kernel.dispatch import Alternative, Dispatcher, conditions
from calculus.machine.relational.kernel.emit import Emitter, tests_first
from calculus.machine.relational.kernel.flow import Flow
from calculus.machine.relational.query import Query
from calculus.term import Term, canonical, free_variables


@dataclass(frozen=True, slots=True)
class Program:
    """Code, which begins at `start`. `places` numbers the locations; `ground` is what the heap begins with,
    from the index 2 on; `most` is the largest number of slots of an activation; at `nothing` there is an
    empty list.
    """

    words: list[int]
    start: int
    sites: Mapping[int, Site]
    places: Mapping[str, int]
    ground: list[int]
    most: int
    nothing: int


class Compiler:
    """Compiles one query. With `exact`, for set mode, all calls and iterations are states to be compared."""

    def __init__(self, query: Query, constants: Constants, exact: bool) -> None:
        self._assembly = Assembly(constants)
        self._values = Values(constants, 2)
        self._exact = exact
        self._definitions = query.definitions
        self._in_place = {} if exact else in_place(query)
        self._labels: dict[str, Label] = {}
        self._waiting: list[str] = []
        self._blocks: dict[int, tuple[Label, Label | None]] = {}
        self._most = 0
        self._numbers: dict[int, int] = {}
        self._points: dict[int, Label] = {}
        self._kept: list[Term | Below] = []  # what the ids belong to
        start = Label()
        scope = {name: number for number, name in enumerate(query.variables)}
        self._routine(start, query.term, scope, Stop.ANSWER)
        done = 0
        while done < len(self._waiting):
            name = self._waiting[done]
            done += 1
            own = call(name) if exact else None
            self._routine(self._labels[name], self._definitions[name], {}, Stop.RETURN, own)
        nothing = self._assembly.listed(())
        words = self._assembly.finish()
        self.program = Program(
            words,
            start.address,
            self._assembly.sites,
            self._assembly.places,
            self._values.ground,
            self._most,
            nothing.address,
        )

    def _routine(self, label: Label, term: Term, scope: Scope, end: Stop, own: Term | None = None) -> None:
        """Compile the main term or a definition; `own` is the call, if calls are states to be compared."""
        flow = Flow(term, scope, end, self._values, self._in_place, self._exact)
        flow.start.assigned = (1 << len(scope)) - 1
        analyse(flow.blocks, self._exact)
        self._assembly.mark(label)
        if own is not None:
            self._assembly.emit(jit.SEEN, self._point(Rest(own, {}, Stop.RETURN)))
        self._blocks.clear()
        emitted: dict[int, int] = {}
        calls: list[tuple[int, Block]] = []
        for block, following in zip(flow.blocks, [*flow.blocks[1:], None], strict=True):
            begin, tested = self._of(block)
            self._assembly.mark(begin)
            if self._exact and block.loop is not None:
                self._assembly.emit(jit.SEEN, self._point(block.loop))
            needed = self._needed(block)
            emitter = Emitter(self._assembly, self._values, block, needed, tested)
            emitted[id(block)] = emitter.most
            if not emitter.dead:
                self._end(block, emitter.delta, following, calls)
        slots = _slots_from(flow.blocks, emitted)
        for at, then in calls:
            self._assembly.words[at] = slots[id(then)]
        self._most = max(self._most, slots[id(flow.start)])

    def _of(self, block: Block) -> tuple[Label, Label | None]:
        """The labels of a block: where it begins, and where if its first test is known to succeed."""
        found = self._blocks.get(id(block))
        if found is None:
            found = self._blocks[id(block)] = (Label(), Label() if tests_first(block) else None)
        return found

    def _needed(self, block: Block) -> int:
        """The slots that are needed where a block ends."""
        if isinstance(block.end, Looping):
            return block.end.head.live
        needed = 0
        for after in successors(block):
            needed |= after.live
        return needed & ((1 << block.high) - 1)

    def _point(self, below: Below) -> Label:
        """What an activation adds to the continuation stack, as `seen` wants it."""
        waiting: list[Rest | Again] = []
        while not isinstance(below, Stop) and id(below) not in self._points:
            if not isinstance(below, Join):
                waiting.append(below)
            below = below.below
        point = NOWHERE if isinstance(below, Stop) else self._points[id(below)]
        for item in reversed(waiting):
            term = canonical(item.term)
            self._kept += (item, term)
            names = sorted(free_variables(term))
            # From 1: zeros at the end of a state that is written would be lost in its last word.
            number = self._numbers.setdefault(id(term), len(self._numbers) + 1)
            slots = [item.scope[name] for name in names]
            point = self._assembly.later(number, len(slots), *slots, point)
            self._points[id(item)] = point
        return point

    def _call(self, name: str) -> Label:
        if name not in self._labels:
            self._labels[name] = Label()
            self._waiting.append(name)
        return self._labels[name]

    def _end(self, block: Block, delta: int, following: Block | None, calls: list[tuple[int, Block]]) -> None:
        emit, cost = self._assembly.emit, block.cost
        valued = ends_with(block)
        match block.end:
            case Stop.FAIL:
                emit(jit.FAIL)
            case Stop.ANSWER:
                emit(jit.ANSWER, cost, delta)
            case Stop.RETURN:
                emit(jit.RETURN, cost, delta)
            case Going(to):
                self._go(to, cost, delta, following)
            case Looping(head):
                live = self._assembly.listed(slots_in(head.live & head.assigned))
                # What earlier alternatives would pay may never be paid, and every turn must cost something.
                emit(jit.AGAIN, self._of(head)[0], max(1, cost), delta, head.top, live)
            case Calling(name, None, _):
                emit(jit.JUMP, self._call(name), cost, delta)
            case Calling(name, then, rest):
                assert then is not None
                point = self._point(rest) if self._exact else NOWHERE
                live = self._assembly.listed(slots_in(then.live & valued & ((1 << block.high) - 1)))
                at = emit(jit.CALL, self._call(name), cost, delta, 0, point, live)
                calls.append((at + 4, then))
            case Choosing(alternatives):
                self._choose(block, alternatives, delta, following)

    def _go(self, to: Block, cost: int, delta: int, following: Block | None) -> None:
        if to is not following:
            self._assembly.emit(jit.GOTO, self._of(to)[0], cost, delta)
        elif cost or delta:
            self._assembly.emit(jit.SPEND, cost, delta)

    def _choose(
        self, block: Block, alternatives: Iterable[Block], delta: int, following: Block | None
    ) -> None:
        alternatives = list(alternatives)
        if not alternatives:
            self._assembly.emit(jit.FAIL)
            return
        if len(alternatives) == 1:
            self._go(alternatives[0], block.cost, delta, following)
            return
        if block.cost or delta:
            self._assembly.emit(jit.SPEND, block.cost, delta)
        live = self._needed(block) & ends_with(block)
        found = [
            Alternative(*self._of(one), tuple(conditions(one, one.assigned, self._values)))
            for one in alternatives
        ]
        Dispatcher(self._assembly, live.bit_length(), live).emit(found)


def _slots_from(blocks: list[Block], emitted: Mapping[int, int]) -> dict[int, int]:
    """How many slots are used from each block on, in the same activation."""
    slots: dict[int, int] = {}
    for block in reversed(blocks):
        most = [emitted[id(block)], *(slots[id(after)] for after in successors(block))]
        if isinstance(block.end, Looping):
            most.append(block.end.head.top)
        slots[id(block)] = max(most)
    return slots
