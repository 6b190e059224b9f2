"""The benchmark programs as CPython closures.

A line of input names a program; the answer is a line with its milliseconds and its result.
"""

import sys
import time

sys.setrecursionlimit(200_000)

church2 = lambda f: lambda x: f(f(x))  # noqa: E731
church3 = lambda f: lambda x: f(f(f(x)))  # noqa: E731
church4 = lambda f: lambda x: f(f(f(f(x))))  # noqa: E731
church5 = lambda f: lambda x: f(f(f(f(f(x)))))  # noqa: E731
church6 = lambda f: lambda x: f(f(f(f(f(f(x))))))  # noqa: E731
church7 = lambda f: lambda x: f(f(f(f(f(f(f(x)))))))  # noqa: E731
church8 = lambda f: lambda x: f(f(f(f(f(f(f(f(x))))))))  # noqa: E731
church9 = lambda f: lambda x: f(f(f(f(f(f(f(f(f(x)))))))))  # noqa: E731
church20 = lambda f: lambda x: f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(x))))))))))))))))))))  # noqa: E731


def successor(n):
    return n + 1


def times(m, n):
    return lambda f: m(n(f))


def church_power():
    return church20(church2)(successor)(0)


def church_factorial():
    product = church2
    for numeral in (church3, church4, church5, church6, church7, church8, church9):
        product = times(numeral, product)
    return product(successor)(0)


def fib(f, n):
    return n if n < 2 else f(f, n - 1) + f(f, n - 2)


def loop():
    cells = [10_000_000, 0]
    while cells[0] != 0:
        cells[1] += cells[0]
        cells[0] -= 1
    return cells[1]


def tak(x, y, z):
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) if y < x else z


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def make(depth):
    if depth == 0:
        return lambda leaf, node: leaf()
    left = make(depth - 1)
    right = make(depth - 1)
    return lambda leaf, node: node(left, right)


def at_leaf():
    return 1


def at_node(left, right):
    return count(left) + count(right) + 1


def count(tree):
    return tree(at_leaf, at_node)


def trees():
    total = 0
    for _ in range(100):
        total += count(make(14))
    return total


PROGRAMS = {
    "church-power": church_power,
    "church-factorial": church_factorial,
    "fib": lambda: fib(fib, 27),
    "loop": loop,
    "tak": lambda: tak(24, 16, 8),
    "ack": lambda: ack(3, 9),
    "trees": trees,
}

for line in sys.stdin:
    program = PROGRAMS[line.strip()]
    start = time.perf_counter()
    result = program()
    print((time.perf_counter() - start) * 1e3, result, flush=True)
