"""Derivations of types, as claims that a checker can follow."""

from collections.abc import Mapping

from calculus.fmc.reduction import recursive_definitions
from calculus.machine.effects import STANDARD
from calculus.machine.instructions import POP, PUSH
from calculus.term import Term, canonical, free_variables, substitute
from calculus.term.components import components
from calculus.term.node import size
from calculus.verify.finding import Claim
from calculus.verify.independent.typing import Search
from calculus.verify.laws.fmc.scope import Subject
from calculus.verify.properties.fmc.typing import inferred, typed_claim

LARGEST = 60
"""Nodes of the term whose derivation is written down, its definitions unfolded."""


def typed_claims(subject: Subject) -> tuple[Claim, ...]:
    """The derivation of the principal type of a term, if it is a small one of the calculus without effects,
    annotations and recursion.
    """
    if recursive_definitions(subject.definitions):
        return ()
    term = unfolded(subject.term, subject.definitions)
    places = {
        item.label if item.op is PUSH else item.label[0] for item in subject.parts() if item.op in (PUSH, POP)
    }
    annotated = any(item.op is POP and len(item.children) > 1 for item in subject.parts())
    if size(term) > LARGEST or annotated or not places.isdisjoint(STANDARD):
        return ()
    found = inferred(term)
    if found is None:
        return ()
    shown = str(found)
    search = Search(term)
    memory, exits = found.by_rules(search)
    derived = next(search.derivations(term, {}, memory, exits, {}), None)
    return () if derived is None else (typed_claim(term, derived, search, shown),)


def unfolded(term: Term, definitions: Mapping[str, Term]) -> Term:
    """The term with the bodies of definitions, none of them recursive, in the place of their names."""
    uses = {name: sorted(free_variables(body) & definitions.keys()) for name, body in definitions.items()}
    bodies: dict[str, Term] = {}
    for group in components(uses):  # those that are used come first
        bodies[group[0]] = substitute(canonical(definitions[group[0]]), bodies)
    return substitute(canonical(term), bodies)
