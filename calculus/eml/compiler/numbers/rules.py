"""The rules by which trees of numbers are put together.

A number a is reached in one of several *kinds* of trees:

| kind | value | | kind | value |
|---|---|---|---|---|
| `v` | a | | `w` | e - a |
| `l` | ln a | | `q` | e^e - a |
| `n` | e - ln a | | `u` | -a |
| `p` | e^e - ln a | | `m` | e^-a |
| `x` | e^a | | | |

A rule makes a tree of one kind from trees of numbers in other kinds. Each is an identity of real numbers, for
example eml(ln a, e^b) = a - b. Where a logarithm is taken of a number that may be negative, the exponential
of it is taken at once, and exp(ln z) = z for every z ≠ 0 in all semantics, whatever the sign of a zero.

Source of the first of them: A. Odrzywołek, arXiv 2603.21852, Table 4.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from calculus.eml.syntax import ONE, eml, size
from calculus.term import Term

__all__ = ["EE", "KINDS", "RULES", "ZERO", "E", "Rule", "exp", "ln"]

KINDS = "vlnpxwqum"


def exp(tree: Term) -> Term:
    """e^tree."""
    return eml(tree, ONE)


def ln(tree: Term) -> Term:
    """ln tree, as e - ln(e^(e - ln tree))."""
    return eml(ONE, exp(eml(ONE, tree)))


E = exp(ONE)
EE = exp(E)
ZERO = ln(ONE)
MINUS_INFINITY = eml(ONE, eml(ONE, ZERO))


@dataclass(frozen=True)
class Rule:
    """From trees of the kinds `premises`, `build` makes one of the kind `conclusion`.

    An `infinite` rule goes through -∞ = ln 0.
    """

    conclusion: str
    premises: str
    build: Callable[..., Term]
    infinite: bool = False

    @cached_property
    def cost(self) -> int:
        """The nodes that the rule adds to those of its premises."""
        return size(self.build(*[ONE] * len(self.premises))) - len(self.premises)


RULES = {
    # Of the same number.
    "v<l": Rule("v", "l", exp),
    "v<w": Rule("v", "w", lambda w: eml(ONE, exp(w))),
    "v<q": Rule("v", "q", lambda q: eml(E, exp(q))),
    "l<n": Rule("l", "n", lambda n: eml(ONE, exp(n))),
    "l<p": Rule("l", "p", lambda p: eml(E, exp(p))),
    "n<v": Rule("n", "v", lambda v: eml(ONE, v)),
    "p<v": Rule("p", "v", lambda v: eml(E, v)),
    "x<v": Rule("x", "v", exp),
    "w<x": Rule("w", "x", lambda x: eml(ONE, x)),
    "q<x": Rule("q", "x", lambda x: eml(E, x)),
    "u<w": Rule("u", "w", lambda w: eml(ln(w), EE)),
    "u<q": Rule("u", "q", lambda q: eml(ln(q), exp(EE))),
    "u<x": Rule("u", "x", lambda x: eml(MINUS_INFINITY, x), infinite=True),
    "m<u": Rule("m", "u", exp),
    # a - b, a + b, and -b as a - (a + b).
    "difference": Rule("v", "lx", eml),
    "sum": Rule("v", "lm", eml),
    "opposite": Rule("u", "lx", eml),
    # (e - a) - b = e - (a + b), and with e^e.
    "sum under e": Rule("w", "wx", lambda w, x: eml(ln(w), x)),
    "sum under e^e": Rule("q", "qx", lambda q, x: eml(ln(q), x)),
    # (e - ln a) - ln b = e - ln(ab), and with e^e.
    "product under e": Rule("n", "nv", lambda n, v: eml(ln(n), v)),
    "product under e^e": Rule("p", "pv", lambda p, v: eml(ln(p), v)),
    # ln a - ln(1/b) for a ≠ 1, where 1/b = exp((e^e - ln b) - e^e).
    "product": Rule("l", "lp", lambda a, p: eml(ln(a), exp(eml(ln(p), exp(EE))))),
    # ln a - ln b for a ≠ 1, and (e - ln b) - (e - ln a).
    "quotient": Rule("l", "lv", lambda a, v: eml(ln(a), v)),
    "turned quotient": Rule("l", "nn", lambda b, a: eml(ln(b), exp(a))),
    # k ln a = exp(e - ((e - ln k) - ln ln a)) for a ≠ 1, and with e^e.
    "power": Rule("l", "ln", lambda a, n: exp(eml(ONE, exp(eml(ln(n), a))))),
    "power under e^e": Rule("l", "lp", lambda a, p: exp(eml(E, exp(eml(ln(p), a))))),
    # ln(1/a) = 0 - ln a.
    "inverse": Rule("l", "v", lambda v: eml(MINUS_INFINITY, v), infinite=True),
}
