"""The rules of the compiled check are those of the calculus: the same redexes at the same places, the same
reducts, and the same normal forms as `calculus.fmc.reduction` finds by the rules as data.
"""

from collections.abc import Iterable

from calculus.fmc.reduction import Finder, contract
from calculus.fmc.rules import RULES, Rule
from calculus.machine.rewriting import Redex
from calculus.term import Term
from calculus.verify.properties.fmc.confluence.encoding import Signature
from calculus.verify.properties.fmc.confluence.exhaustive import BUDGET, NAMES
from calculus.verify.properties.fmc.confluence.joining import Joiner, Reached
from calculus.verify.property import Check, Tally

Reducts = dict[tuple[str, int], tuple[int, ...]]
"""Reducts as arrays, by the rule and by where among the constructs from left to right the redex stands."""


def checked(signature: Signature) -> Check:
    """Compares the two on terms, one after the other."""

    finder = Finder(RULES)
    joiner = Joiner(finder.redexes)

    def violation(term: Term, tally: Tally) -> str | None:
        words = signature.encode(term)
        ours = {
            (NAMES[rule], at): signature.contracted(words, (rule, at, to))
            for rule, at, to in signature.redexes(words)
        }
        theirs = _engine(signature, term, finder.redexes(term), words)
        tally.count("reducts", len(theirs))
        for key in sorted(ours.keys() | theirs.keys()):
            one, other = ours.get(key, ()), theirs.get(key, ())
            if one is not None and one != other:
                sides = f"reduction: {_told(signature, other)}; encoded: {_told(signature, one)}"
                return f"{key[0]} at construct {key[1]}: {sides}"
        normal = signature.normal_form(words, BUDGET)
        if normal is None or not ours:
            return None
        tally.count("normal forms")
        reached = joiner.normal(Reached(term, ()))
        if reached is None or signature.encode(reached.term) != normal:
            end = "none" if reached is None else reached.term
            return f"normal form by reduction: {end}; encoded: {signature.decode(normal)}"
        return None

    return violation


def _engine(
    signature: Signature, term: Term, redexes: Iterable[Redex[Rule]], words: tuple[int, ...]
) -> Reducts:
    ends = signature.ends(words)
    found: Reducts = {}
    for redex in redexes:
        key = redex.rule.name.partition("-")[0], _construct(redex.position, ends)
        found[key] = signature.encode(contract(term, redex))
    return found


def _construct(position: Iterable[int], ends: list[int]) -> int:
    at = 0
    for index in position:
        at = ends[at + 1] if index else at + 1
    return at


def _told(signature: Signature, words: tuple[int, ...]) -> str:
    return str(signature.decode(words)) if words else "no such redex"
