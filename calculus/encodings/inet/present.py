"""The net that an answer is, in the text format: `r = S(Z)`."""

from collections.abc import Iterator, Sequence
from itertools import count

from calculus.encodings.inet.encode import ASIDE, OPEN, PAIR
from calculus.encodings.inet.net import Net, Wire, end_text, names, wire_text
from calculus.encodings.inet.numbered import ENDS, REACHED
from calculus.encodings.inet.order import Circle, apply, solve, walk
from calculus.machine.relational.answers import Answer, View
from calculus.machine.relational.instructions import CONSTRUCTOR, LAMBDA, VARIABLE, constructor, variable
from calculus.term import Term
from calculus.term.node import postorder


def view(answer: Answer, net: Net) -> View:
    """What is connected to the ends of the interface, and what else is left: wires that come back to where
    they come from, and pairs of cells that there is no rule for.
    """
    interface = [name.label for name in net.interface]
    wires = _reduced(list(_wires(answer, interface)), interface)
    shown = {left.label: end_text(right) for left, right in wires if _rank(left, interface) < len(interface)}
    rest = wires[len(shown) :]
    missing = [
        f"{left.label} >< {right.label}"
        for left, right in rest
        if left.op is CONSTRUCTOR and right.op is CONSTRUCTOR
    ]
    text = ", ".join([*(f"{name} = {end}" for name, end in shown.items()), *map(wire_text, rest)])
    if missing:
        text += f"  (no rule for {', '.join(dict.fromkeys(missing))})"
    data = {"net": shown, "rest": [wire_text(wire) for wire in rest], "no_rule": missing}
    return View(text or "(an empty net)", data)


def _wires(answer: Answer, interface: Sequence[str]) -> Iterator[Wire]:
    """The wires of an answer; those within it have names that no net has."""
    for name, end in zip(interface, answer.stacks.get(LAMBDA, ()), strict=False):
        yield variable(name), _end(end, interface)
    for item in (*answer.stacks.get(ENDS, ()), *answer.stacks.get(ASIDE, ())):
        if item.label == REACHED:
            number, end = item.children
            yield _end(constructor(OPEN, number), interface), _end(end, interface)
        elif item.label == PAIR:
            left, right = item.children
            yield _end(left, interface), _end(right, interface)


def _end(value: Term, interface: Sequence[str]) -> Term:
    """An end of the machine as an end of a net: wires are names, those of the interface the first numbers."""
    done: dict[int, Term] = {}
    for item in postorder(value):
        if item.label == OPEN:
            (wire,) = item.children
            number = wire.label
            if wire.op is VARIABLE:
                done[id(item)] = wire
            else:
                name = interface[number] if number < len(interface) else f"_{number}"
                done[id(item)] = variable(name)
        elif item.op is CONSTRUCTOR:
            done[id(item)] = constructor(item.label, *(done[id(child)] for child in item.children))
        else:
            done[id(item)] = item
    return done[id(value)]


def _reduced(wires: Sequence[Wire], interface: Sequence[str]) -> list[Wire]:
    """The wires without the names within the net, as far as that goes, and with new ones for those left.
    Those of the interface come first, in its order; a name stands on the left.
    """
    bindings: dict[str, Term] = {}
    kept: list[Wire] = []

    def inner(end: Term) -> bool:
        return end.op is VARIABLE and end.label not in interface

    for wire in wires:
        left, right = (walk(end, bindings) for end in wire)
        if inner(right) or (not inner(left) and _rank(right, interface) < _rank(left, interface)):
            left, right = right, left
        if not inner(left):
            kept.append((left, right))
        elif left is not right:
            bindings[left.label] = right
    while True:
        try:
            solved = solve(bindings)
            break
        except Circle as circle:
            kept.append((variable(circle.name), bindings.pop(circle.name)))
    found = [(apply(solved, left), apply(solved, right)) for left, right in kept]
    found.sort(key=lambda wire: _rank(wire[0], interface))
    left_over = dict.fromkeys(name.label for wire in found for end in wire for name in names(end))
    taken = {*interface}
    renamed: dict[str, Term] = {}
    for name in left_over:
        if name not in interface:
            word = next(word for word in map("w{}".format, count(1)) if word not in taken)
            taken.add(word)
            renamed[name] = variable(word)
    return [(apply(renamed, left), apply(renamed, right)) for left, right in found]


def _rank(end: Term, interface: Sequence[str]) -> int:
    known = end.op is VARIABLE and end.label in interface
    return interface.index(end.label) if known else len(interface)
