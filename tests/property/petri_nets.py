"""Random Petri nets, and an explorer of their markings that works on vectors."""

from collections import deque
from collections.abc import Iterable

from hypothesis import strategies as st

from calculus.encodings.petri.net import Bag, Net, Transition, bag_of, name_problem

Vector = tuple[int, ...]

ODD_NAMES = ["p", "q", "Z", "goal", "a b", "ex", "é-1", "<&>\"'", "]]>", "Übergang →", "1", "x_1", "\\", "λ"]


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


NAMES = st.sampled_from(ODD_NAMES) | st.text(min_size=1, max_size=8).filter(
    lambda name: name_problem(name) is None
)


@st.composite
def nets(draw: st.DrawFn, names: st.SearchStrategy[str] | None = None) -> Net:
    """A net of a few places and transitions, with weights, self-loops and transitions without places."""
    if names is None:
        names = st.sampled_from(["p", "q", "r", "s", "t"])
    places = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    bags = st.dictionaries(st.sampled_from(places), st.integers(1, 2), max_size=3)
    count = draw(st.integers(0, 4))
    words = draw(st.lists(names, min_size=count, max_size=count, unique=True))
    transitions = tuple(Transition(word, draw(bags), draw(bags)) for word in words)
    initial = bag_of((place, draw(st.integers(0, 3))) for place in places)
    return Net(tuple(places), transitions, initial)
