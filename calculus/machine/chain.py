"""Finite Markov chains, solved exactly.

A chain is given by the rows of its states 0, 1, …: a row maps where the state goes to the
probability of going there. Negative numbers are ends, from which nothing goes on.
"""

from collections.abc import Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush

Row = dict[int, Fraction]


def absorption(rows: Sequence[Row], start: int = 0) -> tuple[Row, Fraction]:
    """With which probability the chain, begun in `start`, comes to each end, and to none at all.

    This is the least solution of the linear system of the ends' probabilities: states that can
    reach no end contribute nothing to any.
    """
    alive = _reaching_an_end(rows)
    if start not in alive:
        return {}, Fraction(1)
    inner = {state: {to: share for to, share in rows[state].items() if to in alive} for state in alive}
    ends: Row = {}
    total = Fraction(0)
    for state, times in _visits(inner, start).items():
        for to, share in rows[state].items():
            if to < 0 and times:
                ends[to] = ends.get(to, Fraction(0)) + times * share
                total += times * share
    return ends, 1 - total


def _reaching_an_end(rows: Sequence[Row]) -> set[int]:
    before: dict[int, list[int]] = {}
    for state, row in enumerate(rows):
        for to in row:
            before.setdefault(to, []).append(state)
    found: set[int] = set()
    waiting = [state for to, states in before.items() if to < 0 for state in states]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting.extend(before.get(state, ()))
    return found


def _visits(rows: dict[int, Row], start: int) -> dict[int, Fraction]:
    """How often, on average, the chain begun in `start` visits each of its (transient) states.

    States are eliminated one by one, the start last: the ways into a state are joined to the ways
    out of it. The one with the fewest such pairs goes first, which keeps sparse chains sparse. Then
    the numbers of visits follow in the opposite order.
    """
    into: dict[int, set[int]] = {state: set() for state in rows}
    for state, row in rows.items():
        for to in row:
            into[to].add(state)
    eliminated: list[tuple[int, Row]] = []
    queue = [(len(into[state]) * len(rows[state]), state) for state in rows if state != start]
    heapify(queue)
    gone: set[int] = set()
    while queue:
        cost, state = heappop(queue)
        if state in gone:
            continue
        now = len(into[state]) * len(rows[state])
        if now > cost:
            heappush(queue, (now, state))
            continue
        gone.add(state)
        row = rows.pop(state)
        back = row.pop(state, None)
        once = Fraction(1) if back is None else 1 / (1 - back)
        into[state].discard(state)
        ways_in: Row = {}
        for source in into.pop(state):
            share = ways_in[source] = rows[source].pop(state) * once
            other = rows[source]
            for to, further in row.items():
                other[to] = other[to] + share * further if to in other else share * further
                into[to].add(source)
        for to in row:
            into[to].discard(state)
        for touched in (*ways_in, *row):
            if touched != start:
                heappush(queue, (len(into[touched]) * len(rows[touched]), touched))
        eliminated.append((state, ways_in))
    visits = {start: 1 / (1 - rows[start].get(start, Fraction(0)))}
    for state, ways_in in reversed(eliminated):
        visits[state] = sum((visits[source] * share for source, share in ways_in.items()), Fraction(0))
    return visits
