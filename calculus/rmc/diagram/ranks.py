"""The layer of every node: edges lead to a later one, and are as short as can be had cheaply."""

from collections.abc import Sequence

from calculus.rmc.diagram.node import Edge, Node


def without_cycles(nodes: list[Node], edges: Sequence[Edge]) -> list[list[Edge]]:
    """Every edge as the list of its parts: those that close a cycle turn at new nodes without size."""

    def turn() -> int:
        nodes.append(Node(0, 0, [0.0], [0.0], loose=True))
        return len(nodes) - 1

    backward = _closing(len(nodes), edges)
    parts = []
    for number, edge in enumerate(edges):
        source, target = edge[:2], edge[2:]
        if number not in backward:
            parts.append([edge])
        elif nodes[edge.source].loose:
            # It can leave at the left as well; then it turns only once.
            back = turn()
            parts.append([Edge(back, 0, *target), Edge(back, 0, *source)])
        elif nodes[edge.target].loose:
            out = turn()
            parts.append([Edge(*source, out, 0), Edge(*target, out, 0)])
        else:
            out, back = turn(), turn()
            parts.append([Edge(*source, out, 0), Edge(back, 0, out, 0), Edge(back, 0, *target)])
    return parts


def _closing(count: int, edges: Sequence[Edge]) -> set[int]:
    """The edges that lead back to a node from which a depth-first search came."""
    leaving: list[list[int]] = [[] for _ in range(count)]
    for number, edge in enumerate(edges):
        leaving[edge.source].append(number)
    entered = [edge.target for edge in edges]
    found: set[int] = set()
    state = [0] * count  # not yet seen, on the path, done
    # What nothing leads to comes first, so that a cycle is closed where it was entered.
    starts = sorted(range(count), key=set(entered).__contains__)
    for start in starts:
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(leaving[start]))]
        while stack:
            node, rest = stack[-1]
            for number in rest:
                target = edges[number].target
                if state[target] == 1:
                    found.add(number)
                elif state[target] == 0:
                    state[target] = 1
                    stack.append((target, iter(leaving[target])))
                    break
            else:
                state[node] = 2
                stack.pop()
    return found


def ranks(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[int]:
    """The layer of each node, from 0.

    Loose nodes have layers of their own: edges fan out from them, and would meet what is large.
    """
    count = len(nodes)
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for edge in edges:
        before[edge.target].append(edge.source)
        after[edge.source].append(edge.target)
    order = _topological(before, after)
    rank = [0] * count
    for node in order:
        if nodes[node].at != "left":
            first = 1 + max([0, *(rank[other] for other in before[node])])
            rank[node] = first + (first % 2 != nodes[node].loose)
    last = 2 + max((rank[node] for node in order if nodes[node].at != "right"), default=0)
    for node in range(count):
        if nodes[node].at == "right":
            rank[node] = last
    # A node from which more edges leave than come is better off near those that they lead to.
    for node in reversed(order):
        if nodes[node].at is None and len(after[node]) > len(before[node]):
            latest = min(rank[other] for other in after[node]) - 1
            rank[node] = max(rank[node], latest - (latest % 2 != nodes[node].loose))
    used = {layer: index for index, layer in enumerate(sorted(set(rank)))}
    return [used[layer] for layer in rank]


def _topological(before: list[list[int]], after: list[list[int]]) -> list[int]:
    missing = [len(others) for others in before]
    order = [node for node, number in enumerate(missing) if number == 0]
    for node in order:  # which grows
        for other in after[node]:
            missing[other] -= 1
            if missing[other] == 0:
                order.append(other)
    return order
