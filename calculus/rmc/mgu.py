"""Most general unifiers and matching of values that are terms, by the unifier of the machine."""

from collections.abc import Iterable, MutableMapping, Sequence

from immutables import Map

from calculus.machine.relational.instructions import CONSTRUCTOR, VARIABLE, variable
from calculus.machine.relational.unify import unify
from calculus.machine.relational.values import Bindings, Reading, evaluate
from calculus.term import Term


def mgu(pairs: Iterable[tuple[Term, Term]], names: Sequence[str]) -> dict[str, Term] | None:
    """What the variables have to stand for so that each pair is equal; None if nothing does it.

    `names` lists all variables. Of two variables that come to be equal the later one is bound.
    """
    numbers = {name: number for number, name in enumerate(names)}
    environment = Map(numbers)
    bindings: Bindings | None = Map()
    for left, right in pairs:
        assert bindings is not None
        bindings = unify(
            evaluate(left, environment, bindings), evaluate(right, environment, bindings), bindings
        )
        if bindings is None:
            return None
    assert bindings is not None
    reading = Reading(bindings, lambda number: variable(names[number]))
    return {name: reading.term(number) for name, number in numbers.items() if number in bindings}


def match(pattern: Term, value: Term, bindings: MutableMapping[str, Term]) -> bool:
    """Extend the bindings of the pattern's variables so that the pattern becomes the value.

    The variables of the value are constants here, whatever their names. Both are canonical nodes.
    """
    stack = [(pattern, value)]
    done: set[tuple[int, int]] = set()
    while stack:
        ours, theirs = stack.pop()
        if ours.op is VARIABLE:
            if bindings.setdefault(ours.label, theirs) is not theirs:
                return False
        elif ours.op is not CONSTRUCTOR or not ours.children:
            if ours is not theirs:
                return False
        elif theirs.op is not CONSTRUCTOR or _head(ours) != _head(theirs):
            return False
        elif (id(ours), id(theirs)) not in done:
            done.add((id(ours), id(theirs)))
            stack.extend(zip(ours.children, theirs.children, strict=True))
    return True


def _head(value: Term) -> tuple[str, int]:
    return value.label, len(value.children)
