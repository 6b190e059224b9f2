"""What runs of a relational term do, straight from the definition: equations collected, then solved.

A run of a term without iteration and calls never has to wait for a unification: which sum goes which way and
which stacks are pushed and popped decide it, and it succeeds if all the equations between what was pushed and
what was popped have a solution. So a run is followed to its end first, and its equations are solved once.
`bounded` turns iterations into finitely many turns. Nothing here uses the package's machine, unification or
spans, only its nodes and `calculus.verify.independent.relational`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from calculus.machine.relational.instructions import (
    FAIL,
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    sequence,
    sum_of,
)
from calculus.term import VARIABLE, Term, node, variable
from calculus.verify.independent.relational import solution, substitute

Memory = Mapping[str, Sequence[Term]]
"""Values by location, bottom first."""

Sides = tuple[tuple[str, tuple[Term, ...], tuple[Term, ...]], ...]
"""By location, what a run takes off a stack and what it leaves there instead, bottom first, its variables
named in the order in which they occur: equal for runs that do the same."""


class Path(NamedTuple):
    """A run that has come to its end: what it took from below, what it left, what must be equal."""

    taken: dict[str, tuple[Term, ...]]
    left: dict[str, tuple[Term, ...]]
    equations: tuple[tuple[Term, Term], ...]


def paths(term: Term, memory: Memory | None = None) -> Iterator[Path]:
    """The runs of a closed term on a memory, or on stacks of which nothing is known, solvable or not.

    The names of the memory must be such as no term has; those that a run makes up are `'0`, `'1`, ….
    """
    numbers = count()
    start = Path({}, {} if memory is None else {place: tuple(values) for place, values in memory.items()}, ())
    # To do: terms with what their bound variables are called in the run, the first one in front.
    waiting: list[tuple[Path, tuple[tuple[Term, Mapping[str, Term]], ...]]] = [(start, ((term, {}),))]
    while waiting:
        path, todo = waiting.pop()
        while todo:
            (item, names), todo = todo[0], todo[1:]
            op, place = item.op, item.label
            if op is SEQUENCE:
                todo = ((item.children[0], names), (item.children[1], names), *todo)
            elif op is NEW:
                todo = ((item.children[0], {**names, place[0]: variable(f"'{next(numbers)}")}), *todo)
            elif op is SUM:
                waiting.append((path, ((item.children[1], names), *todo)))
                todo = ((item.children[0], names), *todo)
            elif op is FAIL:
                break
            elif op is not SKIP:
                values = [substitute(value, names) for value in item.children]
                if op is PUSH:
                    path = path._replace(left={**path.left, place: (*path.left.get(place, ()), *values)})
                elif op is POP and path.left.get(place):
                    *below, top = path.left[place]
                    equations = (*path.equations, (top, values[0]))
                    path = path._replace(left={**path.left, place: tuple(below)}, equations=equations)
                elif op is POP and memory is None:
                    path = path._replace(taken={**path.taken, place: (*values, *path.taken.get(place, ()))})
                elif op is POP:
                    break
                elif op is TEST:
                    path = path._replace(equations=(*path.equations, (values[0], values[1])))
                else:
                    raise TypeError(f"{item} is no part of a term without iteration, calls and relations")
        else:
            yield path


def spans(term: Term) -> "Counter[Sides]":
    """What the runs of a closed term without iteration do on unknown stacks, each with its multiplicity."""
    found: Counter[Sides] = Counter()
    for path in paths(term):
        solved = solution(path.equations)
        if solved is not None:
            taken, left = (
                {place: [substitute(value, solved) for value in values] for place, values in side.items()}
                for side in (path.taken, path.left)
            )
            found[sides(taken, left)] += 1
    return found


def sides(taken: Memory, left: Memory) -> Sides:
    """What is taken and what is left, with its variables named."""
    names: dict[str, Term] = {}
    found = []
    for place in sorted({*taken, *left}):
        ours = tuple([_named(value, names) for value in taken.get(place, ())])
        theirs = tuple([_named(value, names) for value in left.get(place, ())])
        if ours or theirs:
            found.append((place, ours, theirs))
    return tuple(found)


def _named(value: Term, names: dict[str, Term]) -> Term:
    todo = [value]
    while todo:
        item = todo.pop()
        if item.op is VARIABLE and item.label not in names:
            names[item.label] = variable(f"_{len(names)}")
        todo += reversed(item.children)
    return substitute(value, names)


def converse(runs: Mapping[Sides, int]) -> "Counter[Sides]":
    """The spans of the dual, if these are the spans of a term."""
    found: Counter[Sides] = Counter()
    for item, times in runs.items():
        taken = {place: theirs for place, _, theirs in item}
        found[sides(taken, {place: ours for place, ours, _ in item})] += times
    return found


def shown(runs: Mapping[Sides, int]) -> str:
    """Spans in words: `2 of λ: A -> S(_0)`."""
    lines = []
    for item, times in runs.items():
        parts = [f"{place}: {_listed(ours)} -> {_listed(theirs)}" for place, ours, theirs in item]
        lines.append(f"{times} of {', '.join(parts) or 'nothing done'}")
    return "; ".join(sorted(lines)) or "none"


def _listed(values: Iterable[Term]) -> str:
    return " ".join(map(str, values)) or "nothing"


def bounded(term: Term, turns: int) -> Term:
    """The term with each iteration replaced by at most so many turns of it."""
    done: dict[int, Term] = {}
    todo: list[tuple[Term, bool]] = [(term, False)]
    while todo:
        item, ready = todo.pop()
        if id(item) in done:
            continue
        if not ready:
            todo.append((item, True))
            todo += [(child, False) for child in item.children]
            continue
        children = tuple(done[id(child)] for child in item.children)
        if item.op is STAR:
            result = NOTHING
            for _ in range(turns):
                result = sum_of(NOTHING, sequence(children[0], result))
            done[id(item)] = result
        else:
            done[id(item)] = node(item.op, item.label, children)
    return done[id(term)]
