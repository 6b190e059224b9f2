"""Definitions put in the place of their names."""

from collections.abc import Mapping

from calculus.machine.relational.instructions import CALL
from calculus.rmc.dual import dual, dual_name
from calculus.rmc.program import calls
from calculus.term import Term
from calculus.term.components import components
from calculus.term.node import like, postorder


def unfolded(term: Term, definitions: Mapping[str, Term]) -> Term:
    """The term with every call replaced by the body, but for definitions that call themselves."""
    bodies: dict[str, Term] = {}
    graph: dict[str, list[str]] = {}
    waiting = list(calls(term))
    while waiting:
        name = waiting.pop()
        if name not in graph:
            bodies[name] = body_of(name, definitions)
            graph[name] = list(calls(bodies[name]))
            waiting += graph[name]
    done: dict[str, Term] = {}
    for group in components(graph):
        name = group[0]
        if len(group) == 1 and name not in graph[name]:
            done[name] = _replaced(bodies[name], done)
    return _replaced(term, done)


def body_of(name: str, definitions: Mapping[str, Term]) -> Term:
    """The body of a definition, or of its dual `f~`."""
    return definitions[name] if name in definitions else dual(definitions[dual_name(name)])


def _replaced(term: Term, bodies: Mapping[str, Term]) -> Term:
    # Bodies are closed, so no binder is in the way.
    done: dict[int, Term] = {}
    for item in postorder(term):
        if item.op is CALL:
            done[id(item)] = bodies.get(item.label, item)
            continue
        children = tuple([done[id(child)] for child in item.children])
        same = all(new is old for new, old in zip(children, item.children, strict=True))
        done[id(item)] = item if same else like(item, item.label, children)
    return done[id(term)]
