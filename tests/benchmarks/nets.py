"""Families of Petri nets, to measure how many markings a second are found.

| net | markings |
|---|---|
| `dining(n)`, both forks at once | Lucas numbers: 3, 4, 7, 11, 18 from n = 2 |
| `dining_left(n)`, the left fork first | Pell-Lucas numbers: 6, 14, 34 from n = 2; 1,331,714 for n = 16 |
| `kanban(n)`, after Ciardo and Tilgner | 160; 4,600; 58,400; 454,475; 2,546,432; … |
| `counters(k, m)` | (m + 1)^k: 1,000,000 for 6 and 9 |
"""

from collections.abc import Mapping

from calculus.encodings.petri.net import Net, Transition


def net(
    initial: Mapping[str, int], transitions: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]]
) -> Net:
    """The net with these transitions, each from what it takes to what it puts."""
    items = tuple(Transition(name, takes, puts) for name, (takes, puts) in transitions.items())
    bags = [initial, *(bag for item in items for bag in (item.inputs, item.outputs))]
    places = tuple(dict.fromkeys(place for bag in bags for place in bag))
    return Net(places, items, {place: count for place, count in initial.items() if count})


def dining(n: int) -> Net:
    """Dining philosophers who take both forks at once."""
    initial = {f"think{i}": 1 for i in range(n)} | {f"fork{i}": 1 for i in range(n)}
    transitions = {}
    for i in range(n):
        forks = {f"fork{i}": 1, f"fork{(i + 1) % n}": 1}
        transitions[f"take{i}"] = {f"think{i}": 1} | forks, {f"eat{i}": 1}
        transitions[f"put{i}"] = {f"eat{i}": 1}, {f"think{i}": 1} | forks
    return net(initial, transitions)


def dining_left(n: int) -> Net:
    """Dining philosophers who take their left fork first; there is one deadlock."""
    initial = {f"think{i}": 1 for i in range(n)} | {f"fork{i}": 1 for i in range(n)}
    transitions = {}
    for i in range(n):
        left, right = f"fork{i}", f"fork{(i + 1) % n}"
        transitions[f"left{i}"] = {f"think{i}": 1, left: 1}, {f"wait{i}": 1}
        transitions[f"right{i}"] = {f"wait{i}": 1, right: 1}, {f"eat{i}": 1}
        transitions[f"put{i}"] = {f"eat{i}": 1}, {f"think{i}": 1, left: 1, right: 1}
    return net(initial, transitions)


def kanban(n: int) -> Net:
    """Four cells with `n` cards each, of which the second and the third work side by side."""
    transitions: dict[str, tuple[Mapping[str, int], Mapping[str, int]]] = {}
    for i in range(1, 5):
        machine, back, out = f"machine{i}", f"back{i}", f"out{i}"
        transitions[f"redo{i}"] = {machine: 1}, {back: 1}
        transitions[f"back{i}"] = {back: 1}, {machine: 1}
        transitions[f"ok{i}"] = {machine: 1}, {out: 1}
    transitions["enter"] = {"card1": 1}, {"machine1": 1}
    transitions["split"] = {"out1": 1, "card2": 1, "card3": 1}, {"card1": 1, "machine2": 1, "machine3": 1}
    transitions["join"] = {"out2": 1, "out3": 1, "card4": 1}, {"card2": 1, "card3": 1, "machine4": 1}
    transitions["leave"] = {"out4": 1}, {"card4": 1}
    return net({f"card{i}": n for i in range(1, 5)}, transitions)


def counters(k: int, m: int) -> Net:
    """`k` counters from 0 to `m`, each on its own."""
    transitions: dict[str, tuple[Mapping[str, int], Mapping[str, int]]] = {}
    for i in range(k):
        transitions[f"up{i}"] = {f"left{i}": 1}, {f"done{i}": 1}
        transitions[f"down{i}"] = {f"done{i}": 1}, {f"left{i}": 1}
    return net({f"left{i}": m for i in range(k)}, transitions)
