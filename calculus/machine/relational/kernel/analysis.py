"""Which slots have a value, and which are needed, where a block begins; all as sets of bits.

A variable needs no cell before it first occurs; where it does, it becomes what it is matched with. So blocks
that meet must agree: what one of them has used, and what comes after needs, is made a new variable at the end
of the others (`fresh`); likewise what an iteration uses over and over, before it begins.
"""

from collections.abc import Iterator

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
    Stop,
    occurrences,
)
from calculus.term import free_variables


def analyse(blocks: list[Block], exact: bool) -> None:
    """Fill in the blocks of one definition, which are in an order in which control flows forwards.

    If they are to be `exact`, for set mode, all variables in terms of the continuation stack have values
    where states are compared.
    """
    for block in blocks:
        for action in block.actions:
            for slot in occurrences(action):
                block.uses |= 1 << slot
    if exact:
        _find_compared(blocks)
    _find_live(blocks)
    _find_assigned(blocks, exact)


def _find_compared(blocks: list[Block]) -> None:
    found: dict[int, int] = {}
    for block in blocks:
        if block.loop is not None:
            block.compared |= slots_below(block.loop, found)
        if isinstance(block.end, Calling) and block.end.then is not None:
            block.end.then.compared |= slots_below(block.end.rest, found)


def slots_below(below: Below, found: dict[int, int]) -> int:
    """The slots of the variables in a continuation stack; `found` are those that have been worked out."""
    waiting: list[Rest | Again] = []
    while not isinstance(below, Stop) and id(below) not in found:
        if not isinstance(below, Join):
            waiting.append(below)
        below = below.below
    slots = 0 if isinstance(below, Stop) else found[id(below)]
    for item in reversed(waiting):
        for name in free_variables(item.term):
            slots |= 1 << item.scope[name]
        found[id(item)] = slots
    return slots


def successors(block: Block) -> Iterator[Block]:
    """The blocks that one leads to, those of an iteration's start aside."""
    match block.end:
        case Going(to):
            yield to
        case Choosing(alternatives):
            yield from alternatives
        case Calling(_, then, _) if then is not None:
            yield then


def _find_live(blocks: list[Block]) -> None:
    for block in reversed(blocks):
        live = block.uses | block.compared
        for after in successors(block):
            live |= after.live
        if isinstance(block.end, Looping):
            # Its start comes before it, but what comes after the iteration has been seen.
            live |= _live_at(block.end.head)
        if block.loop is not None:
            live = _live_at(block)
        block.live = live & (_first(block.top) | block.uses)


def _live_at(head: Block) -> int:
    """What is needed where an iteration begins."""
    assert head.loop is not None
    live = head.loop.uses | head.compared
    for after in head.loop.exits:
        live |= after.live
    return live & _first(head.top)


def _first(count: int) -> int:
    return (1 << count) - 1


def _find_assigned(blocks: list[Block], exact: bool) -> None:
    meeting: dict[int, list[Block]] = {}
    for block in blocks:
        if isinstance(block.end, Going):
            meeting.setdefault(id(block.end.block), []).append(block)
    for block in blocks:
        before = meeting.get(id(block))
        if before is not None:
            together = 0
            for pred in before:
                together |= ends_with(pred)
            if block.loop is not None:
                together |= block.live if exact else block.loop.uses
            together &= block.live & _first(block.top)
            for pred in before:
                pred.fresh = together & ~ends_with(pred)
            block.assigned = together
        block.assigned &= _first(block.top)
        if exact and isinstance(block.end, Calling) and block.end.then is not None:
            block.fresh |= block.end.then.live & _first(block.high) & ~ends_with(block)
        for after in successors(block):
            if id(after) not in meeting:
                after.assigned = ends_with(block) & _first(after.top)


def ends_with(block: Block) -> int:
    """The slots that have a value where a block ends."""
    return block.assigned | block.uses | block.fresh
