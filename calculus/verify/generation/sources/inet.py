"""Systems of interaction nets, and random nets and expressions in them."""

from typing import NamedTuple

from calculus.encodings.inet.net import System
from calculus.encodings.inet.syntax import read_system
from calculus.source.text import Source
from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

_NUMBERS = """\
rule Add(y, r) >< Z => r = y
rule S(x) >< Add(y, r) => r = S(w), x = Add(y, w)
rule Era >< Z
rule Era >< S(x) => x = Era
rule Dup(a, b) >< Z => a = Z, b = Z
rule Dup(a, b) >< S(x) => a = S(p), b = S(q), x = Dup(p, q)
rule Mul(y, r) >< Z => r = Z, y = Era
rule Mul(y, r) >< S(x) => y = Dup(p, q), x = Mul(p, w), q = Add(w, r)
"""

_LISTS = """\
rule Append(y, r) >< Nil => r = y
rule Append(y, r) >< Cons(h, t) => r = Cons(h, w), t = Append(y, w)
rule Reverse(a, r) >< Nil => r = a
rule Reverse(a, r) >< Cons(h, t) => t = Reverse(Cons(h, a), r)
rule Length(r) >< Nil => r = Z
rule Length(r) >< Cons(h, t) => h = Era, t = Length(w), r = S(w)
rule Sum(r) >< Nil => r = Z
rule Sum(r) >< Cons(h, t) => h = Add(w, r), t = Sum(w)
"""

_COMBINATORS = """\
agent Con 2, Dup 2, Era 0
rule Con(a, b) >< Con(c, d) => a = d, b = c
rule Dup(a, b) >< Dup(c, d) => a = c, b = d
rule Con(a, b) >< Dup(c, d) => a = Dup(p, q), b = Dup(s, t), c = Con(p, s), d = Con(q, t)
rule Era >< Con(a, b) => a = Era, b = Era
rule Era >< Dup(a, b) => a = Era, b = Era
rule Era >< Era
"""


class Sample(NamedTuple):
    """A system, and what each port of its agents gives (upper case) or takes (the same in lower case)."""

    text: str
    ports: dict[str, str]


_NUMBER_PORTS = {"Era": "n", "Z": "N", "S": "Nn", "Add": "nnN", "Mul": "nnN", "Dup": "nNN"}
_LIST_PORTS = {"Nil": "L", "Cons": "Lnl", "Append": "llL", "Reverse": "llL", "Length": "lN", "Sum": "lN"}


def _agents(ports: dict[str, str]) -> str:
    return f"agent {', '.join(f'{name} {len(given) - 1}' for name, given in ports.items())}\n"


SYSTEMS = {
    "numbers": Sample(_agents(_NUMBER_PORTS) + _NUMBERS, _NUMBER_PORTS),
    "lists": Sample(_agents(_NUMBER_PORTS | _LIST_PORTS) + _NUMBERS + _LISTS, _NUMBER_PORTS | _LIST_PORTS),
    "combinators": Sample(_COMBINATORS, {"Con": "Nnn", "Dup": "nNN", "Era": "n"}),
}


def _text(chosen: list[str], names: dict[tuple[int, int], str], arities: list[int], free: list[str]) -> str:
    """A net whose ports have the names of their wires."""
    wires = []
    for cell, (agent, arity) in enumerate(zip(chosen, arities, strict=True)):
        given = ", ".join(names[cell, port] for port in range(1, arity + 1))
        wires.append(f"{names[cell, 0]} = {agent}{f'({given})' if given else ''}")
    return f"{', '.join(free)}: {', '.join(wires)}"


def wild_net(system: System, choose: Choose, size: int = 20) -> str:
    """Some cells, whose ports are connected to each other and to open ends in any way."""
    dice = Dice(choose)
    agents = [
        dice.choice(list(system.agents.values())) for _ in range(dice.randint(1, min(7, 1 + size // 2)))
    ]
    slots = [(cell, port) for cell, agent in enumerate(agents) for port in range(agent.arity + 1)]
    slots = dice.shuffled(slots)
    names: dict[tuple[int, int], str] = {}
    free = [f"f{number}" for number in range(min(dice.randrange(4), len(slots)))]
    free += [f"f{len(free)}"] * ((len(slots) - len(free)) % 2)
    for name in free:
        names[slots.pop()] = name
    for number, (one, other) in enumerate(zip(slots[::2], slots[1::2], strict=True)):
        names[one] = names[other] = f"x{number}"
    arities = [agent.arity for agent in agents]
    return _text([agent.name for agent in agents], names, arities, free)


def oriented_net(sample: Sample, choose: Choose, size: int = 20) -> str:
    """Some cells, whose ports that give are connected to those that take the same, as far as that goes, and
    mostly those of later cells to those of earlier ones.
    """
    dice = Dice(choose)
    chosen = [dice.choice(list(sample.ports)) for _ in range(dice.randint(1, min(11, 1 + size // 2)))]
    slots = [(cell, port) for cell, agent in enumerate(chosen) for port in range(len(sample.ports[agent]))]
    slots = dice.shuffled(slots)
    circles = dice.chance(30)
    names: dict[tuple[int, int], str] = {}
    free = []
    for slot in slots:
        kind = sample.ports[chosen[slot[0]]][slot[1]]
        if not kind.islower():
            continue
        givers = [
            other
            for other in slots
            if other not in names
            and sample.ports[chosen[other[0]]][other[1]] == kind.upper()
            and (circles or other[0] > slot[0])
        ]
        names[slot] = f"x{len(names)}"
        if givers:
            names[dice.choice(givers)] = names[slot]
        else:
            free.append(names[slot])
    for slot in slots:
        if slot not in names:
            names[slot] = f"y{len(names)}"
            free.append(names[slot])
    free = dice.shuffled(free)
    return _text(chosen, names, [len(sample.ports[agent]) - 1 for agent in chosen], free)


def _number(value: int) -> str:
    return "S(" * value + "Z" + ")" * value


def expression(choose: Choose, size: int = 6) -> tuple[str, int]:
    """A net that computes a random expression, and its value; some values are used twice, some never."""
    dice = Dice(choose)
    values = [(f"v{number}", dice.randrange(4)) for number in range(size)]
    wires = [f"{name} = {_number(value)}" for name, value in values]
    while len(values) > 1:
        kind = dice.choice(["Add", "Add", "Mul", "Dup", "Era"])
        one, first = values.pop(dice.randrange(len(values)))
        new = f"w{len(wires)}"
        if kind == "Era" or (kind == "Dup" and first > 8):
            wires.append(f"{one} = Era")
        elif kind == "Dup" and len(wires) < 4 * size:
            wires.append(f"{one} = Dup({new}, {new}b)")
            values += [(new, first), (f"{new}b", first)]
        else:
            other, second = values.pop(dice.randrange(len(values)))
            if kind != "Mul" or first * second > 60:
                kind = "Add"
            wires.append(f"{one} = {kind}({other}, {new})")
            values.append((new, first * second if kind == "Mul" else first + second))
    wires = dice.shuffled(wires)
    name, value = values[0]
    return f"r: {', '.join([*wires, f'r = {name}'])}", value


def list_expression(choose: Choose) -> tuple[str, list[int]]:
    """A net that reverses and appends some lists, and the list that comes out."""
    dice = Dice(choose)
    lists: list[tuple[str, list[int]]] = []
    wires = []
    for number in range(dice.randint(1, 4)):
        items = [dice.randrange(3) for _ in range(dice.randrange(5))]
        written = "".join(f"Cons({_number(item)}, " for item in items) + "Nil" + ")" * len(items)
        wires.append(f"l{number} = {written}")
        lists.append((f"l{number}", items))
    while len(lists) > 1 or dice.chance(50):
        one, first = lists.pop(dice.randrange(len(lists)))
        new = f"w{len(wires)}"
        if not lists or dice.chance(40):
            wires.append(f"{one} = Reverse(Nil, {new})")
            lists.append((new, first[::-1]))
        else:
            other, second = lists.pop(dice.randrange(len(lists)))
            wires.append(f"{one} = Append({other}, {new})")
            lists.append((new, first + second))
    wires = dice.shuffled(wires)
    name, items = lists[0]
    return f"r: {', '.join([*wires, f'r = {name}'])}", items


class Reducing(NamedTuple):
    """A system by its name, and a net over it."""

    system: str
    net: str


def reducing(choose: Choose, size: int) -> Reducing:
    """A net of up to about half as many cells, over one of the systems; most reduce to an end."""
    dice = Dice(choose)
    if dice.chance(30):
        return Reducing("numbers", expression(choose, min(5, 1 + size // 4))[0])
    name = dice.choice(tuple(SYSTEMS))
    sample = SYSTEMS[name]
    if dice.chance(30):
        return Reducing(name, wild_net(read_system(Source(sample.text)), choose, size))
    return Reducing(name, oriented_net(sample, choose, size))
