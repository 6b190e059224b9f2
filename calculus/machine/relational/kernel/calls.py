"""Which definitions a query uses, how large all is, and which of them stand in the places of their calls."""

from calculus.machine.relational.instructions import CALL, CONSTANT, CONSTRUCTOR
from calculus.machine.relational.query import Query
from calculus.term import Term, free_variables
from calculus.term.components import components
from calculus.term.node import postorder

MOST_NODES = 1_000_000
"""Nodes of all terms, as trees, that are compiled; a value without variables is one."""
MOST_IN_PLACE = 40
"""Nodes of a definition that is put in the places of its calls."""


def supports(query: Query) -> bool:
    """Whether a query can be compiled: all definitions are there, without free variables, and it is not too
    large.
    """
    called = _called(query)
    if called is None:
        return False
    names = {name for counts in called.values() for name in counts}
    if any(free_variables(query.definitions[name]) for name in names):
        return False
    terms = [query.term, *(query.definitions[name] for name in names)]
    return sum(map(node_count, terms)) <= MOST_NODES


def in_place(query: Query) -> dict[str, Term]:
    """The definitions that are put in the places of their calls: those that are small or called once, and do
    not come back to themselves.
    """
    called = _called(query)
    assert called is not None
    uses: dict[str, int] = {}
    for counts in called.values():
        for name, count in counts.items():
            uses[name] = uses.get(name, 0) + count
    sizes: dict[str, int] = {}
    for group in components({name: list(counts) for name, counts in called.items()}):
        name = group[0]
        if name == MAIN or len(group) > 1 or name in called[name]:
            continue
        size = node_count(query.definitions[name])
        size += sum(sizes.get(inner, 0) * count for inner, count in called[name].items())
        if size <= MOST_IN_PLACE or uses[name] == 1:
            sizes[name] = size
    return {name: query.definitions[name] for name in sizes}


MAIN = ""
"""Stands for the main term; no definition has this name."""


def _called(query: Query) -> dict[str, dict[str, int]] | None:
    """How often the main term and the definitions that it needs call each; None if one is not there."""
    found: dict[str, dict[str, int]] = {}
    waiting = [(MAIN, query.term)]
    while waiting:
        name, term = waiting.pop()
        if name in found:
            continue
        counts = found[name] = calls(term)
        for inner in counts:
            body = query.definitions.get(inner)
            if body is None:
                return None
            waiting.append((inner, body))
    return found


def calls(term: Term) -> dict[str, int]:
    """How often a term calls each definition."""
    counts: dict[str, int] = {}
    times = {id(term): 1}
    for item in reversed(postorder(term)):
        count = times[id(item)]
        if item.op is CALL:
            counts[item.label] = counts.get(item.label, 0) + count
        for child in item.children:
            times[id(child)] = times.get(id(child), 0) + count
    return counts


def node_count(term: Term) -> int:
    """The nodes of a term as a tree, where a value without variables is one."""
    sizes: dict[int, int] = {}
    ground: set[int] = set()
    for item in postorder(term):
        if item.op in _VALUES and all(id(child) in ground for child in item.children):
            ground.add(id(item))
            sizes[id(item)] = 1
        else:
            sizes[id(item)] = 1 + sum(sizes[id(child)] for child in item.children)
    return sizes[id(term)]


_VALUES = frozenset({CONSTANT, CONSTRUCTOR})
