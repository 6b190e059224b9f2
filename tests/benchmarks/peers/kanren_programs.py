"""The relational programs with the package miniKanren: prints seconds for each name on a line of input."""

import sys
import time

from cons import cons
from kanren import conde, eq, lall, membero, run, var

sys.setrecursionlimit(100_000)


def appendo(front, back, whole):  # type: ignore[no-untyped-def]
    def goal(state):  # type: ignore[no-untyped-def]
        head, tail, rest = var(), var(), var()
        further = [eq(front, cons(head, tail)), eq(whole, cons(head, rest)), appendo(tail, back, rest)]
        yield from conde([eq(front, []), eq(back, whole)], further)(state)

    return goal


def reverso(items, reverse):  # type: ignore[no-untyped-def]
    def goal(state):  # type: ignore[no-untyped-def]
        head, tail, rest = var(), var(), var()
        further = [eq(items, cons(head, tail)), reverso(tail, rest), appendo(rest, [head], reverse)]
        yield from conde([eq(items, []), eq(reverse, [])], further)(state)

    return goal


def nrev() -> bool:
    answer = var()
    return list(run(1, answer, reverso(list(range(1, 31)), answer))[0]) == list(range(30, 0, -1))


def house(*given: str | None):  # type: ignore[no-untyped-def]
    return tuple(var() if part is None else part for part in given)


def zebra() -> bool:
    owner = var()
    houses = [house(*[None] * 5) for _ in range(5)]

    def right(left, other):  # type: ignore[no-untyped-def]
        return conde(*[[eq(other, houses[i]), eq(left, houses[i + 1])] for i in range(4)])

    def beside(one, other):  # type: ignore[no-untyped-def]
        return conde([right(one, other)], [right(other, one)])

    goals = lall(
        eq(houses[0], house(None, "norwegian", None, None, None)),
        eq(houses[2], house(None, None, None, "milk", None)),
        membero(house("red", "english", None, None, None), houses),
        membero(house("green", None, None, "coffee", None), houses),
        membero(house(None, "spanish", "dog", None, None), houses),
        membero(house(None, "ukrainian", None, "tea", None), houses),
        right(house("green", None, None, None, None), house("ivory", None, None, None, None)),
        membero(house(None, None, "snails", None, "winston"), houses),
        membero(house("yellow", None, None, None, "kools"), houses),
        beside(house(None, None, None, None, "chesterfield"), house(None, None, "fox", None, None)),
        beside(house(None, None, None, None, "kools"), house(None, None, "horse", None, None)),
        membero(house(None, None, None, "juice", "lucky"), houses),
        membero(house(None, "japanese", None, None, "parliament"), houses),
        beside(house(None, "norwegian", None, None, None), house("blue", None, None, None, None)),
        membero(house(None, owner, "zebra", None, None), houses),
    )
    return run(1, owner, goals) == ("japanese",)


for line in sys.stdin:
    start = time.perf_counter()
    right_answer = {"nrev": nrev, "zebra": zebra}[line.strip()]()
    print(time.perf_counter() - start if right_answer else "wrong", flush=True)
