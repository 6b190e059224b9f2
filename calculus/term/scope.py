"""Uses of names that nothing binds."""

from collections import Counter
from collections.abc import Collection, Iterator

from calculus.term.binding import bound_name, free_variables
from calculus.term.node import VARIABLE, Term


def unbound(term: Term, known: Collection[str] = ()) -> Iterator[tuple[Term, list[str]]]:
    """The free variables of `term` that are not `known`, with the names bound around them: each use
    in a text, or each once without a text.
    """
    missing = free_variables(term) - set(known)
    if not missing:
        return
    scope: Counter[str] = Counter()
    seen: set[tuple[int, frozenset[str]]] = set()
    stack: list[tuple[str, Term]] = [("visit", term)]
    while stack:
        task, item = stack.pop()
        if task == "enter":
            scope[item.label[-1]] += 1
            continue
        if task == "leave":
            scope[item.label[-1]] -= 1
            continue
        if item.span is None:
            # A shared node says the same wherever the same of the missing names are bound.
            key = (id(item), frozenset(name for name in missing if scope[name]))
            if key in seen:
                continue
            seen.add(key)
        if item.op is VARIABLE:
            if item.label in missing and not scope[item.label]:
                yield item, [name for name, depth in scope.items() if depth]
            continue
        for index in range(len(item.children) - 1, -1, -1):
            child = item.children[index]
            if index in item.op.binds and bound_name(item) is not None:
                stack += [("leave", item), ("visit", child), ("enter", item)]
            else:
                stack.append(("visit", child))
