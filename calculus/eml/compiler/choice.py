"""The choice of the cheapest tree, by Knuth's generalisation of Dijkstra's algorithm.

Quantities and rules form an and-or graph with cycles (v is e - (e - v)). Trees are taken up in the order of
their cost, so the first that is right at all required probes is the cheapest for its quantity. A later one is
kept too, up to a few, if it is better in another way: right at more probes, or more accurate.

Source: D. E. Knuth, *A generalization of Dijkstra's algorithm* (Information Processing Letters 6, 1977).
"""

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product

from calculus.eml.compiler.constants import small_constants
from calculus.eml.compiler.probes import Probe, run
from calculus.eml.compiler.quantities import Quantities, Quantity, Values
from calculus.eml.compiler.rules import Alternatives, Fact, Macros, Numbers, facts
from calculus.eml.syntax import VARIABLE, dag_size, eml, substitute, subtrees
from calculus.term import Term

_KEPT = 4
"""Trees kept for one quantity."""


@dataclass(slots=True, eq=False)
class Found:
    """A tree that computes a quantity at the required probes: its size, its values, and how it came about."""

    term: Term
    size: int
    cost: int
    shared: int  # the set of its distinct subtrees, as bits
    values: Values
    error: float
    wide: int  # at how many of the other probes it is right, or exactly 0 at required ones
    fact: Fact
    inputs: "tuple[Found, ...]"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a tree: the smallest graph, not the smallest tree (`dag`); no infinite value on the
    way (`finite`), or at least none that a rule counts on (not `infinite`); the worst error at a probe."""

    dag: bool
    finite: bool
    infinite: bool
    tolerance: float


class Choice:
    """One search for the cheapest tree of a root quantity."""

    def __init__(
        self,
        table: Quantities,
        probes: list[Probe],
        sources: tuple[Alternatives, Macros, Numbers],
        wanted: Wanted,
    ) -> None:
        self.table = table
        self.probes = probes
        self.sources = sources
        self.wanted = wanted
        self.found: dict[int, list[Found]] = {}
        self.uses: dict[int, list[Fact]] = {}
        self.pushed = 0
        self._known: set[int] = set()
        self._heap: list[tuple[int, int, Fact, tuple[Found, ...]]] = []
        self._bits: dict[int, int] = {}
        self._constants = small_constants(probes[0].step)

    def cheapest(self, root: Quantity) -> Found | None:
        """The cheapest tree of a quantity, among those of one cost the one that is right most widely."""
        self._demand(root)
        best: Found | None = None
        while self._heap:
            cost, _, fact, inputs = heappop(self._heap)
            if best is not None and cost > best.cost:
                break
            made = self._take(fact, inputs, cost)
            if made is None:
                continue
            if fact.out is root and (best is None or (made.wide, -made.error) > (best.wide, -best.error)):
                best = made
            for use in self.uses.get(fact.out.index, ()):
                self._combine(use, made)
        return best

    def _demand(self, root: Quantity) -> None:
        """Put down the rules of all quantities that may take part."""
        stack = [root]
        while stack:
            quantity = stack.pop()
            if quantity.index in self._known:
                continue
            self._known.add(quantity.index)
            constant = self._constants.get(quantity.values[0]) if quantity.constant else None
            if constant is not None:
                self._push(Fact(quantity, tree=constant), ())
            for fact in facts(quantity, self.table, *self.sources, self.wanted.infinite):
                for part in dict.fromkeys(fact.inputs):
                    self.uses.setdefault(part.index, []).append(fact)
                    stack.append(part)
                if not fact.inputs:
                    self._push(fact, ())

    def _combine(self, fact: Fact, made: Found) -> None:
        """A rule with a new tree for one of its inputs."""
        choices = [self.found.get(part.index, []) for part in fact.inputs]
        for inputs in product(*choices):
            if made in inputs:
                self._push(fact, inputs)

    def _push(self, fact: Fact, inputs: tuple[Found, ...]) -> None:
        if len(self.found.get(fact.out.index, ())) < _KEPT:
            self.pushed += 1
            heappush(self._heap, (self._cost(fact, inputs), self.pushed, fact, inputs))

    def _cost(self, fact: Fact, inputs: tuple[Found, ...]) -> int:
        if fact.tree is not None:
            if not self.wanted.dag:
                return _size_with(fact.tree, {"x": 1, "y": 1} | _sizes(inputs))
            return dag_size(fact.tree) + sum(item.shared.bit_count() for item in inputs)
        if len(inputs) == 1:
            return inputs[0].cost
        left, right = inputs
        return (left.shared | right.shared).bit_count() + 1 if self.wanted.dag else left.size + right.size + 1

    def _take(self, fact: Fact, inputs: tuple[Found, ...], cost: int) -> Found | None:
        """The tree of a rule, if it is right and worth keeping."""
        kept = self.found.setdefault(fact.out.index, [])
        if len(kept) >= _KEPT:
            return None
        values = self._values(fact, inputs)
        error, wide = self._judged(fact.out, values)
        if error > self.wanted.tolerance:
            return None
        if any(other.wide >= wide and other.error <= max(8 * error, 2e-15) for other in kept):
            return None
        term = _term(fact, inputs)
        if any(other.term is term for other in kept):
            return None
        shared = 0
        if self.wanted.dag:
            shared = self._shared(fact, inputs, term)
        made = Found(term, _size(fact, inputs), cost, shared, values, error, wide, fact, inputs)
        kept.append(made)
        return made

    def _shared(self, fact: Fact, inputs: tuple[Found, ...], term: Term) -> int:
        shared = 0
        for item in inputs:
            shared |= item.shared
        fresh = subtrees(term) if fact.tree is not None else iter((term,))
        for tree in fresh if len(inputs) != 1 or fact.tree is not None else ():
            shared |= 1 << self._bits.setdefault(id(tree), len(self._bits))
        return shared

    def _values(self, fact: Fact, inputs: tuple[Found, ...]) -> Values:
        columns: Iterator[tuple[complex, ...]] = zip(*(item.values for item in inputs), strict=True)
        if fact.tree is not None:
            rows = list(columns) or [()] * len(self.probes)
            return tuple(
                run(fact.tree, dict(zip("xy", row, strict=False)) or probe.point, probe.step)
                for probe, row in zip(self.probes, rows, strict=True)
            )
        if len(inputs) == 1:
            return inputs[0].values
        left, right = (item.values for item in inputs)
        return tuple(probe.step(a, b) for probe, a, b in zip(self.probes, left, right, strict=True))

    def _judged(self, quantity: Quantity, values: Values) -> tuple[float, int]:
        """The worst error at required probes, infinite if wrong; at how many others the tree is right."""
        tolerance, worst, wide = self.wanted.tolerance, 0.0, 0
        for probe, target, value in zip(self.probes, quantity.values, values, strict=True):
            if self.wanted.finite and probe.required and not probe.special and not cmath.isfinite(value):
                return math.inf, 0
            if not cmath.isfinite(target):
                continue
            error = _error(target, value, quantity.loose)
            if not probe.required:
                wide += error <= tolerance
            elif not error <= tolerance:
                return math.inf, 0
            else:
                worst = max(worst, error)
                # An exact zero is worth keeping: a root or a logarithm of it may follow.
                wide += not target and not value
        return worst, wide


def _error(target: complex, value: complex, loose: bool) -> float:
    difference = value - target
    if loose and cmath.isfinite(difference):
        turns = round(difference.imag / (2 * math.pi))
        difference = complex(difference.real, difference.imag - 2 * math.pi * turns)
    return abs(difference) / max(1.0, abs(target))


def _sizes(inputs: tuple[Found, ...]) -> dict[str, int]:
    return dict(zip("xy", (item.size for item in inputs), strict=False))


def _size_with(tree: Term, parameters: dict[str, int]) -> int:
    sizes: dict[int, int] = {}
    for item in subtrees(tree):
        own = parameters.get(item.label, 1) if item.op is VARIABLE else 1
        sizes[id(item)] = own + sum(sizes[id(child)] for child in item.children)
    return sizes[id(tree)]


def _size(fact: Fact, inputs: tuple[Found, ...]) -> int:
    if fact.tree is not None:
        return _size_with(fact.tree, _sizes(inputs))
    return inputs[0].size if len(inputs) == 1 else inputs[0].size + inputs[1].size + 1


def _term(fact: Fact, inputs: tuple[Found, ...]) -> Term:
    terms = [item.term for item in inputs]
    if fact.tree is not None:
        return substitute(fact.tree, dict(zip("xy", terms, strict=False))) if terms else fact.tree
    return terms[0] if len(terms) == 1 else eml(*terms)
