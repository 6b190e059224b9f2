"""Interaction nets as terms of the RMC, where no orientation of the ports or no order of the pairs is known:
the interaction combinators, or functions as values.

Then a wire is a number, `Wire'(3)`. What has reached one of its ends is kept on the location `w`, as
`End'(3, t)`, until the other end is reached, when the two are connected; a new wire takes the next number
from `c`. Whatever the order of the pairs, each is dealt with when it is met, so the order does not matter.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, pairwise

from calculus.encodings.inet.encode import ASIDE, BOTTOM, OPEN, PAIR, PAIRS
from calculus.encodings.inet.net import Net, Rule, System, Wire, names
from calculus.encodings.inet.order import wire_name
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
from calculus.term import Term, substitute
from calculus.term.binding import fresh

ENDS, LOOKED, COUNTER = "w", "v", "c"
REACHED = "End'"


def encode(system: System, net: Net) -> Term:
    """The term that reduces the net. The wires of the interface are the first; what is at their ends is left
    on `w`, as is what else stays.
    """
    interface = [name.label for name in net.interface]
    order = dict.fromkeys([*interface, *_wire_names(net.wires)])
    numbers = {name: constructor(OPEN, constant(number)) for number, name in enumerate(order)}
    pairs = [_pair(left, right, numbers) for left, right in net.wires]
    moves = [*_rules(system), *_laid_aside(system), *_connections(system)]
    return sequence(
        push(constant(len(numbers)), COUNTER),
        push(BOTTOM, ENDS),
        push(BOTTOM, LOOKED),
        push(BOTTOM, PAIRS),
        *(push(pair, PAIRS) for pair in reversed(pairs)),
        star(sum_of(*moves)),
        pop(BOTTOM, PAIRS),
        pop(BOTTOM, LOOKED),
        new(["k"], pop(variable("k"), COUNTER)),
    )


def _wire_names(wires: tuple[Wire, ...]) -> Iterator[str]:
    return (name.label for wire in wires for end in wire for name in names(end))


def _pair(left: Term, right: Term, wires: Mapping[str, Term]) -> Term:
    return substitute(constructor(PAIR, left, right), wires)


def _rules(system: System) -> Iterator[Term]:
    """Each rule, for both ways to write its pair."""
    for rule in system.rules.values():
        yield _rule(rule, rule.left, rule.right)
        if rule.left.label != rule.right.label:
            yield _rule(rule, rule.right, rule.left)


def _rule(rule: Rule, first: Term, second: Term) -> Term:
    given = [name.label for cell in (first, second) for name in cell.children]
    made = [name for name in dict.fromkeys(_wire_names(rule.wires)) if name not in given]
    taken = {wire_name(name) for name in given}
    numbers: list[str] = []
    for count in range(len(made) + bool(made)):
        numbers.append(fresh(f"k{count}", taken))
        taken.add(numbers[-1])
    wires = {name: variable(wire_name(name)) for name in given}
    wires |= {name: constructor(OPEN, variable(number)) for name, number in zip(made, numbers, strict=False)}
    counting: list[Term] = []
    if made:
        counting.append(pop(variable(numbers[0]), COUNTER))
        for last, following in pairwise(numbers):
            counting.append(relation("add", variable(last), constant(1), variable(following)))
        counting.append(push(variable(numbers[-1]), COUNTER))
    return new(
        [*map(wire_name, given), *numbers],
        sequence(
            pop(_pair(first, second, wires), PAIRS),
            *counting,
            *(push(_pair(left, right, wires), PAIRS) for left, right in reversed(rule.wires)),
        ),
    )


def _laid_aside(system: System) -> Iterator[Term]:
    """A pair without a rule stays."""
    for first, second in combinations_with_replacement(system.agents, 2):
        if system.rule(first, second) is None:
            for left, right in {(first, second): 0, (second, first): 0}:
                one, two = _cell(left, "x", system), _cell(right, "y", system)
                pair = constructor(PAIR, one, two)
                bound = [name.label for cell in (one, two) for name in cell.children]
                yield new(bound, sequence(pop(pair, PAIRS), push(pair, ASIDE)))


def _cell(agent: str, letter: str, system: System) -> Term:
    ports = range(1, system.agents[agent].arity + 1)
    return constructor(agent, *(variable(f"{letter}{port}") for port in ports))


def _connections(system: System) -> Iterator[Term]:
    """A wire is connected to something: to what has reached its other end, or it waits for that."""
    i, j, t, u = (variable(name) for name in "ijtu")

    def reached(wire: Term, end: Term) -> Term:
        return constructor(REACHED, wire, end)

    look = star(
        new(
            ["j", "u"],
            sequence(pop(reached(j, u), ENDS), relation("ne", i, j), push(reached(j, u), LOOKED)),
        )
    )
    found = new(["u"], sequence(pop(reached(i, u), ENDS), push(constructor(PAIR, u, t), PAIRS)))
    waits = sequence(pop(BOTTOM, ENDS), push(BOTTOM, ENDS), push(reached(i, t), ENDS))
    back = star(new(["j", "u"], sequence(pop(reached(j, u), LOOKED), push(reached(j, u), ENDS))))
    wire = constructor(OPEN, i)
    yield new(
        ["i", "t"],
        sequence(
            pop(constructor(PAIR, wire, t), PAIRS),
            look,
            sum_of(found, waits),
            back,
            pop(BOTTOM, LOOKED),
            push(BOTTOM, LOOKED),
        ),
    )
    for agent in system.agents:
        cell = _cell(agent, "x", system)
        bound = [*(name.label for name in cell.children), "i"]
        turned = push(constructor(PAIR, wire, cell), PAIRS)
        yield new(bound, sequence(pop(constructor(PAIR, cell, wire), PAIRS), turned))
