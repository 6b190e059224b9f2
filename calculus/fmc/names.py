"""Which names are primitives: the parser takes each for one, and this puts right those that are
not.
"""

from collections import Counter
from collections.abc import Collection

from calculus.machine.instructions import JOIN, POP, PRIMITIVE, STAR, VARIABLE
from calculus.machine.primitives import PRIMITIVES
from calculus.source.text import Span
from calculus.term import Term
from calculus.term.node import like, located


def resolve(term: Term, defined: Collection[str]) -> Term:
    """`term` with each primitive that a binder around it or a definition has the name of as
    that variable.
    """
    scope = Counter(name for name in set(defined) if name in PRIMITIVES)
    built: list[Term] = []
    stack: list[tuple[str, Term]] = [("visit", term)]
    while stack:
        task, item = stack.pop()
        if task == "enter":
            scope[item.label[1]] += 1
        elif task == "leave":
            scope[item.label[1]] -= 1
        elif task == "build":
            split = len(built) - len(item.children)
            children = tuple(built[split:])
            del built[split:]
            if item.op is PRIMITIVE and scope[item.label] > 0:
                built.append(_as_variable(item, children[0]))
            elif all(new is old for new, old in zip(children, item.children, strict=True)):
                built.append(item)
            else:
                built.append(like(item, item.label, children))
        else:
            stack.append(("build", item))
            for index in range(len(item.children) - 1, -1, -1):
                if item.op is POP and index == 0 and item.label[1] in PRIMITIVES:
                    stack += [("leave", item), ("visit", item.children[0]), ("enter", item)]
                else:
                    stack.append(("visit", item.children[index]))
    return built[0]


def _as_variable(item: Term, body: Term) -> Term:
    place, rest = item.span, body.span
    assert place is not None and rest is not None
    name = located(VARIABLE, item.label, (), place.at_head())
    if rest.start == rest.end:  # a skip that nobody wrote
        return name
    return located(JOIN, STAR, (name, body), Span(place.source, place.start, place.end, place.end))
