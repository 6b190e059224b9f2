"""Critical pairs: the forks of two rules that overlap, and of a rule and a structural equation.

Covered are all pairs of rules of reduction, but for `relation`, and all pairs of such a rule and an equation
(`calculus.verify.properties.rmc.confluence.forks.EQUATIONS`), in all superpositions of their left sides
(`calculus.verify.properties.rmc.confluence.superposition`):

- where constructs of the two overlap, with any locations, and with `A`, variables and `S` of a variable for
  the values;
- where one is in a metavariable of the other, or next to it in one block, with any locations and `A` and
  variables for the values if the outer rule is `unify`, which substitutes, and one choice otherwise.

A block has two binders. The rule `relation` is left out because it is only confluent as long as variables
stand for integers: `ex x. [A];<x>;add(1,2,x)` gets stuck or comes to `0`, by which rule is first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from calculus.machine.rewriting import Redex, subterm
from calculus.rmc import reduction
from calculus.rmc.rules import BY_NAME, RELATION, RULES, UNIFY, UNROLL, Rule
from calculus.rmc.structure import flat
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.properties.rmc.confluence.forks import (
    EQUATIONS,
    branch,
    unjoined,
)
from calculus.verify.properties.rmc.confluence.superposition import instances, is_opaque, superpositions
from calculus.verify.property import Tally

COVERED: tuple[Rule, ...] = tuple(rule for rule in RULES if rule is not RELATION)

_KNOWN = {**BY_NAME, **{rule.name: rule for rule in EQUATIONS}}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rules, by their names, and a term on which both apply."""

    one: str
    other: str
    term: Term

    def __str__(self) -> str:
        return str(self.term)


@lru_cache(maxsize=1)
def critical_pairs() -> Sequence[Pair]:
    """All critical pairs, each once, by the size of the term."""
    found: dict[tuple[frozenset[str], Term], Pair] = {}
    for one in COVERED:
        for other in (*COVERED, *EQUATIONS):
            for item in _pairs(one, other):
                found.setdefault((frozenset((one.name, other.name)), item.term), item)
        for other in EQUATIONS:
            for item in _pairs(other, one):
                found.setdefault((frozenset((one.name, other.name)), item.term), item)
    return sorted(found.values(), key=lambda item: size(item.term))


def _pairs(one: Rule, other: Rule) -> Iterator[Pair]:
    for whole, real in superpositions(one, other):
        for terms in instances(whole, plain=not real):
            found = [item for term in terms if _both_apply(item := Pair(one.name, other.name, flat(term)))]
            # What is only inside or beside something does not depend on locations, and on values only where
            # something is put for variables.
            yield from found if real else found[:1]
            if found and not real and (one is not UNIFY or other in EQUATIONS):
                break


def _both_apply(item: Pair) -> bool:
    names = [redex.rule.name for redex in _redexes(item)]
    if item.one == item.other:
        return names.count(item.one) > 1
    return item.one in names and item.other in names


def _redexes(item: Pair) -> list[Redex[Rule]]:
    """Where the two rules apply; opaque terms are not unrolled."""
    rules = tuple(dict.fromkeys((_KNOWN[item.one], _KNOWN[item.other])))
    return [
        redex
        for redex in reduction.redexes(item.term, rules)
        if redex.rule is not UNROLL or not is_opaque(subterm(item.term, redex.position))
    ]


def violation(item: Pair, tally: Tally) -> str | None:
    """The critical pair joins."""
    return unjoined(item.term, [branch(item.term, redex) for redex in _redexes(item)], tally)


def nodes(item: Pair) -> int:
    """The size of the term."""
    return size(item.term)
