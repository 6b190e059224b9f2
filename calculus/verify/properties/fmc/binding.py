"""Binding: substitution and equality up to renaming, against an implementation without names.

The names of binders are chosen so that captures are frequent: all are called x or y wherever that changes
nothing, and so are the free variables.
"""

from collections.abc import Mapping
from functools import lru_cache

from calculus.machine.instructions import LAMBDA, POP, STAR, VARIABLE, jump, pop, push, variable
from calculus.term import Term, alpha_equal, free_variables, nameless, node, substitute
from calculus.term.node import size
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.generation import fmc as generation
from calculus.verify.independent.indices import free, substituted, tree
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Space, Tally
from calculus.verify.shrinking import shrunk

NAMES = ("x", "y")
COMPARED = 4
"""Nodes up to which terms are compared with all others of their size."""

X, Y = variable("x"), variable("y")
VALUES: tuple[Mapping[str, Term], ...] = (
    {"x": Y},
    {"x": push(Y)},
    {"x": pop("y", push(Y, Y))},
    {"x": Y, "y": X},
    {"y": jump(STAR)},
)
"""What is substituted: what binders may capture, what shadows, several at once, and a constant."""


def opened(nodes: int) -> Space:
    """Every term up to so many nodes in which x and y may be free."""
    return enumeration.space(nodes, locations=(LAMBDA,), labels=(STAR,), free=NAMES, loops=False)


def open_term(choose: Choose, nodes: int) -> Term:
    return generation.term(choose, nodes, mode="wild", free=NAMES, names=NAMES, locations=(LAMBDA, "a"))


def crowded(term: Term, other: bool = False) -> Term:
    """The same term up to renaming, its binders called `y` (or, the `other` way, `x`) wherever no free
    variable of their scope has that name; elsewhere the next of x, y, z, z1, …
    """
    # Every node is visited once for each renaming of what is free in it; terms are small.
    names = ("x", "y", "z") if other else ("y", "x", "z")

    def build(item: Term, renaming: Mapping[str, str]) -> Term:
        if item.op is VARIABLE:
            return variable(renaming.get(item.label, item.label))
        if item.op is not POP:
            return node(item.op, item.label, tuple(build(child, renaming) for child in item.children))
        location, old = item.label
        (body,) = item.children
        around = {renaming.get(name, name) for name in free(tree(body)) - {old}}
        count = 0
        new = next((name for name in names if name not in around), "")
        while not new:
            count += 1
            new = "" if f"z{count}" in around else f"z{count}"
        return pop(new, build(body, {**renaming, old: new}), location)

    return build(term, {})


def substitution_violation(term: Term, tally: Tally) -> str | None:
    """Free variables and substitution are those of the implementation without names."""
    for variant in dict.fromkeys((crowded(term), crowded(term, other=True), term)):
        found = _of(variant, tally)
        if found is not None:
            return found
    return None


def _of(term: Term, tally: Tally) -> str | None:
    plain = tree(term)
    if free_variables(term) != free(plain):
        names = (sorted(free_variables(term)), sorted(free(plain)))
        return (
            f"free in {term}: {', '.join(names[0]) or 'none'}; without names: {', '.join(names[1]) or 'none'}"
        )
    for values in VALUES:
        tally.count("substitutions")
        ours = substitute(term, values)
        theirs = substituted(plain, {name: tree(value) for name, value in values.items()})
        if tree(ours) != theirs:
            done = ", ".join(f"{value}/{name}" for name, value in values.items())
            left = ", ".join(sorted(free_variables(ours))) or "none"
            return f"{{{done}}} of {term} gives {ours}, in which free are: {left}"
    return None


def equality_violation(term: Term, tally: Tally) -> str | None:
    """A term is equal to its variants, and a small one to no other of its size."""
    for other in (crowded(term), crowded(term, other=True)):
        if not alpha_equal(term, other) or nameless(term) is not nameless(other):
            return f"{term} and {other} are equal up to renaming, and found different"
    mine = tree(term)
    for stranger in _of_size(size(term)):
        for other in (stranger, crowded(stranger)):
            tally.count("pairs")
            if alpha_equal(term, other) != (mine == tree(other)):
                said = "different" if mine == tree(other) else "equal"
                return f"{term} and {other} are found {said} up to renaming, and are not"
    return None


@lru_cache(maxsize=COMPARED)
def _of_size(nodes: int) -> tuple[Term, ...]:
    """All terms of a size that is small."""
    if nodes > COMPARED:
        return ()
    return tuple(opened(nodes).range(opened(nodes - 1).total if nodes > 1 else 0, opened(nodes).total))


def violation(term: Term, tally: Tally) -> str | None:
    return substitution_violation(term, tally) or equality_violation(term, tally)


PROPERTIES = (
    Property(
        "binding",
        "Substitution captures nothing, and terms are equal up to renaming when their nameless forms are "
        "the same.",
        "de Bruijn, Lambda calculus notation with nameless dummies (1972)",
        (
            Exhaustive(
                "free variables, substitutions and equality up to renaming of every term up to {size} "
                "nodes over two names are those of de Bruijn's indices",
                opened,
                violation,
                size=5,
                unit=500,
            ),
            Generated(
                "free variables and substitutions of a generated term of up to {size} nodes over two "
                "names are those of de Bruijn's indices",
                open_term,
                substitution_violation,
                shrunk,
                largest=30,
                examples=500,
                unit=500,
            ),
        ),
    ),
)
