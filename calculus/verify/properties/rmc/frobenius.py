"""Copying, deleting and making equal: the equations of a special commutative Frobenius algebra, and what a
push that meets a new variable does.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from calculus.machine.relational.instructions import (
    CALL,
    LAMBDA,
    NOTHING,
    new,
    pop,
    push,
    sequence,
    sum_of,
    variable,
)
from calculus.rmc.normal import normal_form
from calculus.rmc.parser import parse_term
from calculus.rmc.reduction import reduce
from calculus.rmc.structure import canonical_form
from calculus.source.text import Source
from calculus.term import Term, canonical, free_variables, node
from calculus.term.binding import substitute
from calculus.term.node import size
from calculus.verify.certificates import claims
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import occurs
from calculus.verify.independent.relational import substitute as literally
from calculus.verify.independent.spans import general_memories
from calculus.verify.properties.rmc.subjects import (
    PLACES,
    Listed,
    Memory,
    counted,
    literal,
    rebuilt,
    shown,
    shrunk_terms,
    told,
)
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Structural, Tally

WORDS = {
    "copy": "ex x. <x>; [x]; [x]",
    "eq": "ex x. <x>; <x>; [x]",
    "del": "ex x. <x>",
    "any": "ex x. [x]",
    "id": "ex x. <x>; [x]",
    "two": "ex x y. <y>; <x>; [x]; [y]",
    "swap": "ex x y. <y>; <x>; [y]; [x]",
    # Beside another wire: below it is done to the second from the top.
    "copyBelow": "ex x y. <y>; <x>; [x]; [x]; [y]",
    "eqBelow": "ex x y. <y>; <x>; <x>; [x]; [y]",
    "delBelow": "ex x y. <y>; <x>; [y]",
    "anyBelow": "ex x y. <y>; [x]; [y]",
}

EQUATIONS: tuple[tuple[str, str, str], ...] = (
    ("special", "copy; eq", "id"),
    ("Frobenius, left", "copy; eqBelow", "eq; copy"),
    ("Frobenius, right", "copyBelow; eq", "eq; copy"),
    ("associativity", "eq; eq", "eqBelow; eq"),
    ("coassociativity", "copy; copy", "copy; copyBelow"),
    ("commutativity", "swap; eq", "eq"),
    ("cocommutativity", "copy; swap", "copy"),
    ("unit, left", "anyBelow; eq", "id"),
    ("unit, right", "any; eq", "id"),
    ("counit, left", "copy; delBelow", "id"),
    ("counit, right", "copy; del", "id"),
    ("a value of any kind", "any; del", "1"),
    ("swapping twice", "swap; swap", "two"),
    ("identity twice", "id; id", "id"),
    ("no value within itself", "ex x. [S(x)]; <x>", "0"),
    ("no value within itself, the other way", "ex x. [x]; <S(x)>", "0"),
    ("constants are copied", "[A]; copy", "[A]; [A]"),
    ("constructors are copied", "ex x. <x>; [S(x)]; copy", "copy; ex x y. <y>; <x>; [S(x)]; [S(y)]"),
    ("constants are equal to themselves", "[A]; [A]; eq", "[A]"),
    ("constructors are injective", "ex x y. <y>; <x>; [S(x)]; [S(y)]; eq", "eq; ex x. <x>; [S(x)]"),
    ("constants clash with constructors", "[A]; ex x. <S(x)>", "0"),
    ("a test is a push and a pop", "ex x y. <y>; <x>; x == y", "eq; del"),
)


SEVERAL: tuple[Memory, ...] = tuple(general_memories(1, PLACES))


class Equation(NamedTuple):
    """Two sides that should be equal with multiplicities, as they stand or in a context."""

    name: str
    left: Term
    right: Term

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"

    @property
    def size(self) -> int:
        return size(self.left) + size(self.right)


def read(text: str) -> Term:
    """A term in which words stand for what they are defined as."""

    def change(item: Term, children: tuple[Term, ...]) -> Term:
        return (
            parse_term(Source(WORDS[item.label])) if item.op is CALL else node(item.op, item.label, children)
        )

    return canonical(rebuilt(parse_term(Source(text)), change))


@lru_cache(maxsize=1)
def equations() -> tuple[Equation, ...]:
    """The equations as they stand."""
    return tuple(Equation(name, read(left), read(right)) for name, left, right in EQUATIONS)


@lru_cache(maxsize=4)
def in_contexts(most: int) -> Listed:
    """The equations with small terms around them: before, after, beside, and both."""
    space = enumeration.space(most)
    terms = list(space.range(0, space.total))
    found: list[Equation] = []
    for item in equations():
        for term in terms:
            found += [
                Equation(item.name, sequence(term, item.left), sequence(term, item.right)),
                Equation(item.name, sequence(item.left, term), sequence(item.right, term)),
                Equation(item.name, sum_of(item.left, term), sum_of(item.right, term)),
            ]
        values = (
            ("v", pop(variable("v")), push(variable("v"), "a")),
            ("v", NOTHING, pop(variable("v"), "a")),
        )
        for name, before, after in values:
            sides = (new((name,), sequence(before, side, after)) for side in (item.left, item.right))
            found.append(Equation(item.name, *sides))
    return Listed(sorted(found, key=lambda item: item.size))


MEMORIES: tuple[Memory, ...] = tuple(general_memories(3, (LAMBDA,)))[2:]
"""Of two and three different variables."""


def by_normal_form(item: Equation, tally: Tally) -> str | None:
    """The sides have the same spans, the same number of times, and the same normal form by reduction."""
    found = by_spans(item)
    if found is not None:
        return found
    name, left, right = item
    paths = [reduce(side) for side in (left, right)]
    tally.count("reductions", 2)
    ends = [canonical_form(path.result) for path in paths]
    if ends[0] is not ends[1]:
        return f"{name}: the left reduces to {ends[0]}; the right to {ends[1]}"
    if tally.certify:
        start, other = (path.start for path in paths)
        tally.claim(**claims.same("rmc", start, other, paths[0].path, paths[1].path, level="multiset"))
    return None


def by_spans(item: Equation) -> str | None:
    name, left, right = item
    ours, theirs = normal_form(left), normal_form(right)
    return None if ours.spans == theirs.spans else f"{name}: left {ours}; right {theirs}"


def everywhere(item: Equation, tally: Tally) -> str | None:
    """The sides have the same spans, and the same answers by running them literally."""
    found = by_spans(item)
    if found is not None:
        return found
    return _alike(item.name, item.left, item.right, MEMORIES, tally)


def _alike(name: str, left: Term, right: Term, memories: Sequence[Memory], tally: Tally) -> str | None:
    for memory in memories:
        ours, theirs = (literal(side, memory).answers for side in (left, right))
        tally.count("runs")
        if counted(ours) != counted(theirs):
            return f"{name}, {shown(memory)} left: {told(ours)}; right: {told(theirs)}"
    return None


# Substitution: ∃x.[s];<x>;M = {s/x}M, where x is not in s


@lru_cache(maxsize=4)
def substitutions(most: int) -> Listed:
    """Values over y and terms over x and y."""
    values = enumeration.values(2, free=("y",))
    terms = enumeration.space(most, free=("x", "y"))
    found = product(values.range(0, values.total), terms.range(0, terms.total))
    return Listed(sorted(found, key=lambda pair: size(pair[0]) + size(pair[1])))


def sides(pair: tuple[Term, ...]) -> tuple[Term, Term]:
    value, term = pair
    left = new(("x",), sequence(push(value), pop(variable("x")), term))
    return new(("y",), left), new(("y",), substitute(term, {"x": value}))


def substitution(pair: tuple[Term, ...], tally: Tally) -> str | None:
    """Both sides have the same spans, and the same answers as with the value put in literally."""
    value, term = pair
    if occurs("x", value):
        return None
    left, right = sides(pair)
    ours, theirs = normal_form(left), normal_form(right)
    tally.count("compared")
    if ours.spans != theirs.spans:
        return f"left {ours}; right {theirs}"
    if not _captures(value, term):
        plainly = new(("y",), literally(term, {"x": value}))
        return _alike("by substitution", left, plainly, SEVERAL, tally)
    return None


def _captures(value: Term, term: Term) -> bool:
    """Whether a variable of the value is bound somewhere in the term."""
    names = free_variables(value)
    todo = [term]
    while todo:
        item = todo.pop()
        if item.op.binds and item.label[0] in names:
            return True
        todo += item.children
    return False


def law(pair: tuple[Term, ...]) -> str:
    left, right = sides(pair)
    return f"{left} = {right}"


def nodes(pair: tuple[Term, ...]) -> int:
    return sum(map(size, pair))


def made(choose: Choose, size: int) -> tuple[Term, ...]:
    value = generation.value(choose, 1 + size // 4, free=("y",))
    return value, generation.term(choose, size, free=("x", "y"), stars=False)


PROPERTIES = (
    Property(
        "frobenius",
        "Copying, deleting and making equal are a special commutative Frobenius algebra with multiplicities, "
        "and a push that meets a new variable substitutes.",
        "Barrett, Castle, Heijltjes, The Relational Machine Calculus (LICS 2024)",
        (
            Structural(
                f"{len(EQUATIONS)} equations hold, by the spans of both sides and by their normal forms",
                equations,
                by_normal_form,
                name="equations",
                measure=lambda item: item.size,
            ),
            Exhaustive(
                f"each of {len(EQUATIONS)} equations holds before, after and beside every closed term of "
                "up to "
                f"{{size}} nodes, and around a variable; also on {len(MEMORIES)} memories",
                in_contexts,
                everywhere,
                size=2,
                less=3,
                unit=100,
                name="contexts",
                measure=lambda item: item.size,
            ),
            Exhaustive(
                "`ex x. [s]; <x>; M` is M with s for x, for every value s of up to 2 nodes and every "
                "term M of "
                "up to {size} nodes, both over y",
                substitutions,
                substitution,
                size=3,
                less=2,
                unit=500,
                name="substitution",
                show=law,
                measure=nodes,
            ),
            Generated(
                "`ex x. [s]; <x>; M` is M with s for x, for generated s and M of up to {size} nodes",
                made,
                substitution,
                shrunk=shrunk_terms,
                examples=60,
                unit=60,
                show=law,
                measure=nodes,
            ),
        ),
    ),
)
