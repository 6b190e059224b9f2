"""The wires of a rule or a net, as bindings of variables and pairs in an order.

If constructors give nothing but themselves, and each pair comes after those that give what it takes, then the
first pair is always between a cell that takes and a whole value: by induction, since the pairs that it
becomes are again in such an order, and come before all others. So no pair is ever taken too early, and at
most one rule fits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from calculus.encodings.inet.net import Agent, Wire, names
from calculus.machine.relational.instructions import VARIABLE, constructor, variable
from calculus.source.text import Span
from calculus.term import Term, free_variables, substitute
from calculus.term.binding import fresh
from calculus.term.node import postorder

Gives = Mapping[tuple[str, int], bool]

_RESERVED = frozenset({"ex", "skip", "fail", "def", "law"})


class Unordered(Exception):
    """There is no order of some wires; says why, and where."""

    def __init__(self, reason: str, span: Span | None) -> None:
        super().__init__(reason)
        self.span = span


class Circle(Exception):
    """A name is bound to what contains it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Wiring:
    """What names are bound to, and the pairs of one that gives and one that takes, in their order."""

    bindings: Mapping[str, Term]
    pairs: Sequence[tuple[Term, Term]]

    def resolved(self, values: Iterable[Term]) -> list[Term]:
        return [apply(self.bindings, value) for value in values]


def wire_name(name: str) -> str:
    """The variable for a wire: its name, but for the words of the RMC."""
    return f"{name}_" if name.rstrip("_") in _RESERVED else name


def check_values(agents: Iterable[Agent], gives: Gives) -> Agent | None:
    """A constructor that gives something else beside itself, if there is one."""
    for agent in agents:
        if gives[agent.name, 0] and any(gives[agent.name, port] for port in range(1, agent.arity + 1)):
            return agent
    return None


def wired(
    wires: Sequence[Wire],
    gives: Gives,
    open_names: Iterable[str],
    span: Span | None,
) -> Wiring:
    """The wires between cells and ends with the names given; `span` is their place. Raises `Unordered`."""
    bindings: dict[str, Term] = {}
    pairs: list[tuple[Term, Term]] = []
    for left, right in _flat(wires, gives, open_names):
        if _takes(left, gives):
            left, right = right, left
        if _takes(right, gives):
            pairs.append((left, right))
        else:
            left, right = walk(left, bindings), walk(right, bindings)
            if left.op is not VARIABLE:
                left, right = right, left
            if left is not right:
                bindings[left.label] = right
    try:
        solved = solve(bindings)
    except Circle:
        raise Unordered("a wire comes back to the cell that it comes from", span) from None
    pairs = [(apply(solved, left), apply(solved, right)) for left, right in pairs]
    return Wiring(solved, _ordered(pairs, gives, span))


def _flat(wires: Sequence[Wire], gives: Gives, open_names: Iterable[str]) -> list[Wire]:
    """The wires with every cell that takes in a place of its own, under the names of the RMC."""
    taken = {wire_name(name.label) for wire in wires for end in wire for name in names(end)}
    taken.update(wire_name(name) for name in open_names)
    flat: list[Wire] = []
    for wire in wires:
        ends = []
        for end in wire:
            done: dict[int, Term] = {}
            for item in postorder(end):
                if item.op is VARIABLE:
                    done[id(item)] = variable(wire_name(item.label))
                    continue
                children = []
                for child in item.children:
                    new = done[id(child)]
                    if _takes(new, gives):
                        name = fresh("v", taken)
                        taken.add(name)
                        flat.append((variable(name), new))
                        new = variable(name)
                    children.append(new)
                done[id(item)] = constructor(item.label, *children)
            ends.append(done[id(end)])
        flat.append((ends[0], ends[1]))
    return flat


def _takes(end: Term, gives: Gives) -> bool:
    """Whether an end is a cell that takes."""
    return end.op is not VARIABLE and not gives[end.label, 0]


def apply(bindings: Mapping[str, Term], value: Term) -> Term:
    """The value with its names replaced by what they are bound to."""
    return substitute(value, {name: bindings[name] for name in free_variables(value) & bindings.keys()})


def walk(end: Term, bindings: Mapping[str, Term]) -> Term:
    """The end, or what it is in the end bound to if it is a name."""
    while end.op is VARIABLE and end.label in bindings:
        end = bindings[end.label]
    return end


def solve(bindings: Mapping[str, Term]) -> dict[str, Term]:
    """The bindings applied to each other. Raises `Circle`."""
    solved: dict[str, Term] = {}
    begun: set[str] = set()
    for first in bindings:
        stack = [first]
        while stack:
            name = stack[-1]
            begun.add(name)
            waiting = [
                other for other in free_variables(bindings[name]) if other in bindings and other not in solved
            ]
            if circle := begun.intersection(waiting):
                raise Circle(min(circle))
            stack += waiting
            if not waiting:
                solved[stack.pop()] = apply(solved, bindings[name])
    return solved


def _ordered(pairs: list[tuple[Term, Term]], gives: Gives, span: Span | None) -> list[tuple[Term, Term]]:
    """The pairs, each after those that give what it takes, and otherwise in the order of the text."""
    origin: dict[str, int] = {}
    wanted: list[list[str]] = []
    for number, (left, right) in enumerate(pairs):
        takes = [name.label for name in names(left)]
        for port, end in enumerate(right.children, 1):
            if end.op is VARIABLE and gives[right.label, port]:
                origin[end.label] = number
            else:
                takes += [name.label for name in names(end)]
        wanted.append(takes)
    needs = [{origin[name] for name in takes if name in origin} for takes in wanted]
    order: list[tuple[Term, Term]] = []
    left_over = list(range(len(pairs)))
    while left_over:
        ready = next((number for number in left_over if not needs[number]), None)
        if ready is None:
            raise Unordered("some cells here take what others of them give", span)
        left_over.remove(ready)
        order.append(pairs[ready])
        for others in needs:
            others.discard(ready)
    return order
