"""An explorer of the markings of a Petri net that works on vectors of numbers."""

from collections import deque
from collections.abc import Iterable

from calculus.encodings.petri.net import Bag, Net

Vector = tuple[int, ...]


def vector(bag: Bag, places: Iterable[str]) -> Vector:
    return tuple(bag.get(place, 0) for place in places)


def explore(net: Net, start: Bag, most: int, *, backwards: bool = False) -> set[Vector] | None:
    """All markings reachable from one (or from which it is reached); None if there are more than `most`."""
    moves = []
    for item in net.transitions:
        takes, puts = vector(item.inputs, net.places), vector(item.outputs, net.places)
        moves.append((puts, takes) if backwards else (takes, puts))
    first = vector(start, net.places)
    seen = {first}
    waiting = deque([first])
    while waiting:
        marking = waiting.popleft()
        for takes, puts in moves:
            if all(have >= need for have, need in zip(marking, takes, strict=True)):
                after = tuple(m - t + p for m, t, p in zip(marking, takes, puts, strict=True))
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        if len(seen) > most:
            return None
    return seen


def stuck(net: Net, marking: Vector) -> bool:
    """Whether no transition has enough tokens."""
    return all(
        any(have < need for have, need in zip(marking, vector(item.inputs, net.places), strict=True))
        for item in net.transitions
    )
