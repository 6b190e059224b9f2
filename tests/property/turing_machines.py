"""Turing machines at random, and an interpreter of them that shares nothing with the encoding."""

from typing import NamedTuple

from hypothesis import strategies as st

from calculus.encodings.turing.machine import Machine

STATES = ["A", "B", "scan", "7"]
SYMBOLS = ["0", "1", "x"]
HALTING = ["H", "done"]


class Halt(NamedTuple):
    """How a run ends: the state, the number of steps, and the cells that are not blank, counted from where
    the head began; and the cell of the head.
    """

    state: str
    steps: int
    cells: frozenset[tuple[int, str]]
    head: int


@st.composite
def machines(draw: st.DrawFn, *, ways: int = 1) -> str:
    """A text; at most so many transitions for a state and a symbol, and at least one for a state."""
    states = STATES[: draw(st.integers(1, len(STATES)))]
    symbols = SYMBOLS[: draw(st.integers(2, len(SYMBOLS)))]
    lines = [f"halt: {', '.join(HALTING)}", f"blank: {draw(st.sampled_from(symbols))}"]
    following = st.sampled_from([*states, *states, *HALTING])
    for state in states:
        for read in symbols:
            least = 1 if read == symbols[0] else 0
            for _ in range(draw(st.integers(least, ways))):
                write, move = draw(st.sampled_from(symbols)), draw(st.sampled_from("LLLRRRS"))
                lines.append(f"{state} {read} -> {write} {move} {draw(following)}")
    return "\n".join(dict.fromkeys(lines)) + "\n"


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
