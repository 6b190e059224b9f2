"""Church numerals, called by name, for the tests and the benchmarks of normal forms."""

import calculus
from calculus.machine.instructions import pop, push, variable
from calculus.term import Term


def church(n: int) -> Term:
    """The numeral n: `<f>.<x>.` and f applied n times to x."""
    body = variable("x")
    for _ in range(n):
        body = push(body, variable("f"))
    return pop("f", pop("x", body))


def apply(function: Term, *arguments: Term) -> Term:
    for argument in arguments:
        function = push(argument, function)
    return function


def power(n: int) -> Term:
    """The numeral 2^n, as an application."""
    return apply(church(n), church(2))


def factorial(n: int) -> Term:
    """The factorial of a numeral, by pairs of a counter and a product."""
    texts = (
        "<a>.<b>.<s>.[b].[a].s",
        "<p>.[<a>.<b>.a].p",
        "<p>.[<a>.<b>.b].p",
        "<n>.<f>.<x>.[[x].[f].n].f",
        "<m>.<n>.<f>.[[f].n].m",
    )
    pair, first, second, successor, times = (calculus.parse("fmc", text) for text in texts)
    counter, product = apply(first, variable("p")), apply(second, variable("p"))
    step = pop("p", apply(pair, apply(successor, counter), apply(times, counter, product)))
    return apply(second, apply(church(n), step, apply(pair, church(1), church(1))))
