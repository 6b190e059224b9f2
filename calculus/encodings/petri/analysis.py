"""Whether a net is unbounded, with the firings that show it.

If some firings lead from a reachable marking to one that has as many tokens everywhere and more somewhere,
they can be repeated for ever. An unbounded net has such firings on the paths of its breadth-first tree (by
the lemmas of König and Dickson), so looking at the tree finds them sooner or later; Karp and Miller (1969)
build their tree on the same fact.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from calculus.encodings.petri.net import Bag, Net

MOST_COMPARISONS = 50_000
"""How many markings are compared at most: some tens of milliseconds."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A net is unbounded: after `before`, each turn of `turn` (names of transitions) adds to `places`."""

    before: tuple[str, ...]
    turn: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Node:
    marking: Bag
    by: str
    parent: "_Node | None"

    def ancestors(self) -> Iterator["_Node"]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def growth(net: Net, most: int = MOST_COMPARISONS) -> Growth | None:
    """How the net grows without bound; None if it does not, or if that was not found out."""
    if all(sum(item.outputs.values()) <= sum(item.inputs.values()) for item in net.transitions):
        return None
    root = _Node(net.initial, "", None)
    seen = {_key(net.initial)}
    waiting = deque([root])
    left = most
    while waiting:
        parent = waiting.popleft()
        for transition in net.transitions:
            left -= 1
            if not transition.enabled(parent.marking):
                continue
            node = _Node(transition.fire(parent.marking), transition.name, parent)
            key = _key(node.marking)
            if key in seen:
                continue
            seen.add(key)
            waiting.append(node)
            for above in node.ancestors():
                left -= 1
                if all(node.marking.get(place, 0) >= count for place, count in above.marking.items()):
                    return _growth(net, above, node)
        if left < 0:
            return None
    return None


def _key(marking: Bag) -> frozenset[tuple[str, int]]:
    return frozenset(marking.items())


def _growth(net: Net, above: _Node, node: _Node) -> Growth:
    path = [node, *node.ancestors()]
    turn = path[: path.index(above)]
    before = path[len(turn) : -1]
    places = [place for place in net.places if node.marking.get(place, 0) > above.marking.get(place, 0)]
    return Growth(
        tuple(item.by for item in reversed(before)), tuple(item.by for item in reversed(turn)), tuple(places)
    )
