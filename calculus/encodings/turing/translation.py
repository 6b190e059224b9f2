"""From Turing machines to the RMC.

What is left of the head lies on `l`, the nearest on top, and the rest of the tape on `r`, the cell under
the head on top; `End` lies at the bottom of both, and beyond it every cell is blank. The state lies on `q`,
and the number of steps on `n`:

    [0]n; [start]q; (Σ q<state>; (Σ read; write and move; [next]q; count))*; q<Halt>

where the first sum is over the states and the second over the transitions from one.

| | |
|---|---|
| read s | `r<s>`, and for the blank symbol b `(r<b> + r<End>; [End]r)` |
| write w, move right | `[w]l` |
| write w, move left | `[w]r; (l<End>; [End]l; [b]r + l<s>; [s]r + …)`, for every symbol s |
| write w, stay | `[w]r` |
| go on in a state in which the machine halts | `[state]q; [Halt]q` |
| no transition on s | `r<s>; [s]r; [state]q; [Halt]q`, and nothing is counted |
| count | `ex k m. n<k>; ge(k, 0); add(k, 1, m); [m]n` |

A number of steps is not negative, so the dual, which counts down, comes to an end.

Of all summands, one fits the tops of `q`, `r` and `l`, so a deterministic machine leaves no choice behind.
"""

from calculus.encodings.names import END, HALT, as_value, as_word
from calculus.encodings.turing.machine import Machine, Tape, Transition, trimmed
from calculus.machine.relational.instructions import (
    constant,
    constructor,
    new,
    pop,
    push,
    relation,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.term import Term

LEFT, RIGHT, STATE, STEPS = "l", "r", "q", "n"
"""The locations."""

_END, _HALT = constructor(END), constructor(HALT)

_COUNT = new(
    ("k", "m"),
    sequence(
        pop(variable("k"), STEPS),
        relation("ge", variable("k"), constant(0)),
        relation("add", variable("k"), constant(1), variable("m")),
        push(variable("m"), STEPS),
    ),
)


def translate(machine: Machine, *, counted: bool = True) -> Term:
    """The translation; without the number of steps unless `counted`."""
    states = [
        sequence(pop(as_value(state), STATE), _on(machine, state, counted))
        for state in machine.states
        if state not in machine.halting
    ]
    parts = [*_enter(machine, machine.start), star(sum_of(*states)), pop(_HALT, STATE)]
    return sequence(*([push(constant(0), STEPS)] if counted else []), *parts)


def _on(machine: Machine, state: str, counted: bool) -> Term:
    """What happens in a state."""
    known = machine.of(state)
    ways: list[Term] = []
    for symbol in machine.symbols:
        read = pop(as_value(symbol), RIGHT)
        if symbol not in known:
            halt = [push(as_value(state), STATE), push(_HALT, STATE)]
            ways.append(sequence(read, push(as_value(symbol), RIGHT), *halt))
            if symbol == machine.blank:
                ways.append(sequence(pop(_END, RIGHT), push(_END, RIGHT), *halt))
            continue
        if symbol == machine.blank:
            read = sum_of(read, sequence(pop(_END, RIGHT), push(_END, RIGHT)))
        ways += [sequence(read, *_act(machine, item, counted)) for item in known[symbol]]
    return sum_of(*ways)


def _act(machine: Machine, item: Transition, counted: bool) -> list[Term]:
    """A transition once the symbol is read."""
    written = as_value(item.write)
    count = [_COUNT] if counted else []
    following = _enter(machine, item.next)
    match item.move:
        case "R":
            return [push(written, LEFT), *following, *count]
        case "S":
            return [push(written, RIGHT), *following, *count]
        case "L":
            return [push(written, RIGHT), _left(machine), *following, *count]


def _left(machine: Machine) -> Term:
    """Move the nearest cell on the left under the head."""
    beyond = sequence(pop(_END, LEFT), push(_END, LEFT), push(as_value(machine.blank), RIGHT))
    symbols = [as_value(symbol) for symbol in machine.symbols]
    return sum_of(beyond, *(sequence(pop(value, LEFT), push(value, RIGHT)) for value in symbols))


def _enter(machine: Machine, state: str) -> list[Term]:
    halts = [push(_HALT, STATE)] if state in machine.halting else []
    return [push(as_value(state), STATE), *halts]


def stacks(tape: Tape) -> dict[str, list[Term]]:
    """The memory that a machine begins with on a tape, each stack bottom first."""
    left, right = tape.cells[: tape.head], tape.cells[tape.head :]
    return {
        LEFT: [_END, *map(as_value, left)],
        RIGHT: [_END, *map(as_value, reversed(right))],
    }


def tape_on(memory: dict[str, list[Term]], blank: str) -> Tape:
    """The tape in a memory."""
    left = list(map(as_word, memory[LEFT][1:]))
    right = list(map(as_word, reversed(memory[RIGHT][1:])))
    return trimmed([*left, *(right or [blank])], len(left), blank)
