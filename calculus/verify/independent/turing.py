"""An interpreter of Turing machines that shares nothing with their translation."""

from typing import Any, NamedTuple

from calculus.encodings.turing.machine import Machine


class Halt(NamedTuple):
    """How a run ends: the state, the number of steps, and the cells that are not blank, counted from where
    the head began; and the cell of the head.
    """

    state: str
    steps: int
    cells: frozenset[tuple[int, str]]
    head: int


def outcomes(machine: Machine, tape: str, limit: int) -> list[Halt] | None:
    """All runs, those of the first transitions first; None if one is longer than `limit`."""
    found: list[Halt] = []
    cells = {at: symbol for at, symbol in enumerate(tape) if symbol != machine.blank}
    stack = [(machine.start, 0, cells, 0)]
    while stack:
        state, head, cells, steps = stack.pop()
        if steps > limit:
            return None
        read = cells.get(head, machine.blank)
        ways = [item for item in machine.transitions if (item.state, item.read) == (state, read)]
        if state in machine.halting or not ways:
            found.append(Halt(state, steps, frozenset(cells.items()), head))
            continue
        for item in reversed(ways):
            after = {**cells, head: item.write}
            if item.write == machine.blank:
                del after[head]
            stack.append((item.next, head + {"L": -1, "R": 1, "S": 0}[item.move], after, steps + 1))
    return found


def shown(machine: Machine, halt: Halt) -> dict[str, Any]:
    """The end of a run as the source view of an answer shows it."""
    cells = dict(halt.cells)
    places = range(min([halt.head, *cells]), max([halt.head, *cells]) + 1)
    tape = [cells.get(at, machine.blank) for at in places]
    text = "".join(f"[{cell}]" if at == halt.head else cell for at, cell in zip(places, tape, strict=True))
    return {"state": halt.state, "steps": halt.steps, "tape": text, "marks": len(cells)}
