"""Interaction nets as terms of the RMC: a wire is a variable, a cell a term, and an active pair `Pair(a, b)`
on the location `n`. A rule pops a pair and pushes what becomes of it; the net is the iteration of the sum of
its rules, until the bottom of `n` is reached, and then the ends of the interface are pushed.

In a pair, `a` gives and `b` takes (see `orientation`). A wire that ends at a port that takes is bound to the
cell that gives; the others wait in a pair until that has happened, which is why the pairs are ordered
(see `order`). Where two cells meet for which there is no rule, or a cell meets an open end, the pair is laid
aside on `s`, and what it does not give is an open end `Wire'(x)` itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from calculus.encodings.inet.net import Net, Rule, System
from calculus.encodings.inet.order import wire_name, wired
from calculus.encodings.inet.orientation import Orientation
from calculus.machine.relational.answers import variables_in_order
from calculus.machine.relational.instructions import (
    constructor,
    new,
    pop,
    push,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.term import Term, substitute

PAIRS, ASIDE = "n", "s"
PAIR, OPEN = "Pair", "Wire'"
BOTTOM = constructor("End")


def encode(system: System, net: Net, orientation: Orientation) -> Term:
    """The term that reduces the net and pushes the ends of its interface, the first at the bottom.

    Raises `Unordered`.
    """
    gives = orientation.gives
    wiring = wired(net.wires, gives, [name.label for name in net.interface], net.span)
    inputs = wiring.resolved(variable(wire_name(name)) for name in orientation.inputs)
    opened = {end.label: constructor(OPEN, end) for end in inputs}
    ends = [
        substitute(end, opened)
        for end in wiring.resolved(variable(wire_name(name.label)) for name in net.interface)
    ]
    pairs = [(substitute(left, opened), substitute(right, opened)) for left, right in wiring.pairs]
    rules = [_rule(rule, gives) for rule in system.rules.values()]
    missing = list(_missing(system, orientation))
    if missing or orientation.inputs:
        takers = [agent.name for agent in system.agents.values() if not gives[agent.name, 0]]
        missing += [(OPEN, taker) for taker in takers]
        rules += [_laid_aside(giver, taker, system, gives) for giver, taker in missing]
    term = sequence(
        push(BOTTOM, PAIRS),
        *_pushes(pairs),
        star(sum_of(*rules)),
        pop(BOTTOM, PAIRS),
        *(push(end) for end in ends),
    )
    return new(_names([*(part for pair in pairs for part in pair), *ends]), term)


def _rule(rule: Rule, gives: Mapping[tuple[str, int], bool]) -> Term:
    giver, taker = (rule.left, rule.right) if gives[rule.left.label, 0] else (rule.right, rule.left)
    names = [name.label for cell in (giver, taker) for name in cell.children]
    wiring = wired(rule.wires, gives, names, rule.span)
    cells = [
        constructor(cell.label, *(variable(wire_name(name.label)) for name in cell.children))
        for cell in (giver, taker)
    ]
    popped = constructor(PAIR, *wiring.resolved(cells))
    bound = _names([popped, *(part for pair in wiring.pairs for part in pair)])
    return new(bound, sequence(pop(popped, PAIRS), *_pushes(wiring.pairs)))


def _pushes(pairs: Sequence[tuple[Term, Term]]) -> Iterator[Term]:
    """The pairs, that which is to be taken first on top."""
    return (push(constructor(PAIR, *pair), PAIRS) for pair in reversed(pairs))


def _names(values: Iterable[Term]) -> list[str]:
    return list(dict.fromkeys(name for value in values for name in variables_in_order(value)))


def _missing(system: System, orientation: Orientation) -> Iterator[tuple[str, str]]:
    """A giver and a taker for each pair that may meet and has no rule."""
    gives, kinds = orientation.gives, orientation.kinds
    for giver in system.agents:
        for taker in system.agents:
            meet = gives[giver, 0] and not gives[taker, 0] and kinds[giver] == kinds[taker]
            if meet and system.rule(giver, taker) is None:
                yield giver, taker


def _laid_aside(giver: str, taker: str, system: System, gives: Mapping[tuple[str, int], bool]) -> Term:
    """What becomes of a pair without a rule: it stays, and what it would give is open."""
    arity = 1 if giver == OPEN else system.agents[giver].arity
    left = constructor(giver, *(variable(f"x{port}") for port in range(1, arity + 1)))
    names = [variable(f"y{port}") for port in range(1, system.agents[taker].arity + 1)]
    right = constructor(
        taker,
        *(constructor(OPEN, name) if gives[taker, port] else name for port, name in enumerate(names, 1)),
    )
    pair = constructor(PAIR, left, right)
    return new(_names([pair]), sequence(pop(pair, PAIRS), push(pair, ASIDE)))
