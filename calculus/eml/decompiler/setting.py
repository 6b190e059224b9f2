"""What decompilation and proofs share: the algebra of the assumptions, trees in it, conditions out of it."""

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from calculus.eml.domain import SEMANTICS, Condition, SemanticsName
from calculus.eml.expressions import scalar
from calculus.eml.expressions.node import NUMBER, apply
from calculus.eml.expressions.normal.assume import algebra_for
from calculus.eml.expressions.normal.present import present
from calculus.eml.expressions.normal.resolve import logarithms_in, resolve
from calculus.eml.expressions.normal.sums import ONE, Gauss, Kernel, Sum
from calculus.eml.expressions.normal.translate import Value, of_tree
from calculus.eml.expressions.values import value, value_mp
from calculus.eml.syntax import VARIABLE, dag_size, subtrees, variables
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

Assumptions = str | Condition | Iterable[str | Condition]

MOST_SUBTREES = 50_000
"""Distinct subtrees of a tree that is simplified; with more, the algebra would run out of work, but late."""
_DIGITS = 50
_CLEAR = 1e-6


def conditions_of(assume: Assumptions) -> tuple[Condition, ...]:
    """Assumptions as conditions; texts are read."""
    from calculus.eml.assumptions import parse_assumption

    found: list[Condition] = []
    for item in [assume] if isinstance(assume, str | Condition) else assume:
        found += parse_assumption(item) if isinstance(item, str) else [item]
    return tuple(dict.fromkeys(found))


class Setting:
    """One question about a tree: its algebra, in which conditions may be adopted one after the other."""

    def __init__(self, tree: Term, assume: Iterable[Condition], semantics: SemanticsName) -> None:
        if semantics not in SEMANTICS:
            raise UsageProblem(f"expected principal, ieee or extended, found {semantics!r}")
        self.semantics = semantics
        self.tree = tree
        self.algebra = algebra_for(assume, semantics, variables(tree))
        self.algebra.decide = self._turns_of_constants

    def value(self) -> Value:
        """The normal form of the tree; what had to be nonzero for it is in the algebra's `nonzero`.

        Raises `UsageProblem` if there is none, or the tree is too large for it.
        """
        if (count := dag_size(self.tree)) > MOST_SUBTREES:
            raise UsageProblem(
                f"the expression is too large to be simplified: expected at most {MOST_SUBTREES:,} distinct "
                f"subtrees, found {count:,}"
            )
        self.algebra.nonzero.clear()
        infinite = self.semantics != "principal"
        return of_tree(self.algebra, self.tree, infinite, self._is_zero, self._observed)

    def expression(self, item: Sum) -> Term:
        return present(self.algebra, resolve(self.algebra, item))

    def adopt(self, integer: Kernel) -> Condition:
        """Take an open integer to be 0; the condition for that."""
        assert integer.result is not None
        self.algebra.adopted.add(integer.result.serial)
        return self.condition(integer)

    def condition(self, integer: Kernel) -> Condition:
        """When an open integer is 0, or a little less than that where it is simpler to say."""
        algebra = self.algebra
        assert integer.result is not None
        result = resolve(algebra, integer.result)
        found = algebra.imaginary_direction(result)
        if found is None:  # a real number, of which that was not seen
            return Condition("strip", present(algebra, result), apply("pi"))
        direction, factor = found
        single = direction.single()
        kernel = None if single is None else single[0].kernel()
        if kernel is not None and kernel.kind == "ln" and kernel.argument is not None and abs(factor) == 1:
            return Condition("off_cut", present(algebra, kernel.argument))
        part = algebra.scale(direction, Gauss(abs(factor)))
        inexact = self.semantics == "ieee" or factor < 0
        return Condition("open_strip" if inexact else "strip", present(algebra, part), apply("pi"))

    def nonzero(self) -> list[Condition]:
        """What has to be nonzero, of what has variables."""
        found: list[Condition] = []
        for item in list(self.algebra.nonzero):
            clear = resolve(self.algebra, item)
            if clear.closed:
                continue
            single = clear.single()
            kernel = None if single is None else single[0].kernel()
            if kernel is not None and kernel.kind == "ln" and kernel.argument is not None:
                found += self._not_one(kernel.argument)
            else:
                found.append(Condition("nonzero", present(self.algebra, clear)))
        return list(dict.fromkeys(found))

    def off_cuts(self, item: Sum) -> list[Condition]:
        """Where values are rounded: that the arguments of logarithms are off the cut, on which the sign of a
        rounded zero decides. The sign of a variable's own zero is not rounded."""
        if self.semantics != "ieee":
            return []
        found = [kernel.argument for kernel in logarithms_in(resolve(self.algebra, item))]
        return [
            Condition("off_cut", present(self.algebra, argument))
            for argument in found
            if argument is not None
            and not (argument.closed or argument.facts.off_cut or _is_variable(argument))
        ]

    def _not_one(self, item: Sum) -> list[Condition]:
        difference = self.algebra.subtract(item, self.algebra.one)
        single = difference.single()
        if single is None:
            return [Condition("not_one", present(self.algebra, item))]
        factors = [k.argument if k.kind == "base" else self.algebra.of(k) for k, _ in single[0].powers]
        return [Condition("nonzero", present(self.algebra, f)) for f in factors if f is not None]

    @cached_property
    def _computed(self) -> dict[int, complex]:
        """The values of the subtrees without variables in complex128, by id."""
        from calculus.eml.evaluation.ieee import values_ieee

        found: dict[int, complex] = {}
        for item in _closed(self.tree):
            if id(item) not in found:
                found |= values_ieee(item, {})
        return found

    def _is_zero(self, tree: Term) -> bool:
        """Whether a subtree that is 0 when computed exactly is 0 as it is computed."""
        return self.semantics != "ieee" or self._computed.get(id(tree)) == 0

    def _observed(self, tree: Term) -> complex | None:
        found = self._computed.get(id(tree)) if self.semantics == "ieee" else None
        return None if found is None or not found else scalar.ln(found)

    def _turns_of_constants(self, item: Sum, known: Sum) -> int | None:
        """n of ln N = R + 2πi n for numbers, from 50 digits, unless N is close to the negative real axis; in
        `ieee` from the logarithm that is computed."""
        whole, part = (self.expression(s) for s in (item, known))
        if not (_is_moderate(whole) and _is_moderate(part)):
            return None
        if self.algebra.observed is not None:
            # No more digits than those of what was computed are of use.
            count = (self.algebra.observed - value(part, {})) / (2j * math.pi)
            return round(count.real) if abs(count - round(count.real)) < _CLEAR else None
        context: Any = _context()
        logarithm = context.ln(value_mp(whole, {}, context))
        if abs(abs(logarithm.imag) - context.pi) < _CLEAR:
            return None
        turns = (logarithm - value_mp(part, {}, context)) / (2j * context.pi)
        nearest = int(context.nint(turns.real))
        return nearest if abs(turns - nearest) < _CLEAR else None


def _is_variable(item: Sum) -> bool:
    single = item.single()
    kernel = None if single is None or single[1] != ONE else single[0].kernel()
    return kernel is not None and kernel.kind == "variable"


def _closed(tree: Term) -> list[Term]:
    """The subtrees without variables that are in no other such."""
    closed: dict[int, bool] = {}
    found: list[Term] = []
    for item in subtrees(tree):
        parts = [closed[id(child)] for child in item.children]
        closed[id(item)] = all(parts) and item.op is not VARIABLE
        if not closed[id(item)]:
            found += [child for child in item.children if closed[id(child)]]
    return [tree] if closed[id(tree)] else found


def _context() -> Any:
    from calculus.eml.expressions.values import mpmath

    context = mpmath().MPContext()
    context.dps = _DIGITS
    return context


def _is_moderate(expression: Term) -> bool:
    """Whether all the numbers that are met in working out a constant have an ordinary size."""
    for item in subtrees(expression):
        if item.op is NUMBER and item.label == 0:
            continue
        if not 1e-100 < abs(value(item, {})) < 1e100:
            return False
    return True
