"""Free variables, capture-avoiding substitution and α-equality, in time near-linear in the nodes.

All work on the graph of shared nodes, never on its unfolding as a tree, and none recurses.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import count
from typing import Any

from calculus.term.node import (
    VARIABLE,
    Op,
    Term,
    canonical,
    like,
    node,
    postorder,
    survey,
    variable,
)

BOUND = Op("bound")
"""A bound variable of a nameless term; its label is a de Bruijn index."""


def bound_name(term: Term) -> str | None:
    """The name a binder binds, or None for other nodes."""
    if not term.op.binds:
        return None
    name: str = term.label[-1]
    return name


def free_variables(term: Term) -> frozenset[str]:
    """The names of variables free in `term`."""
    if term._free is None:
        # What is known of a part is not worked out again: a term built upon others costs its new
        # part.
        order, shared = survey(term, lambda item: item._free is None)
        _keep_free_variables(order, shared, {id(term)})
    free = term._free
    assert free is not None
    return free


def free_variables_at(root: Term, wanted: Callable[[Term], bool]) -> None:
    """Compute, and keep in the nodes, the free variables of `root` and of all wanted nodes."""
    order, shared = survey(root)
    keep = {id(item) for item in order if wanted(item)}
    keep.add(id(root))
    _keep_free_variables(order, shared, keep)


_NONE: frozenset[str] = frozenset()


def _keep_free_variables(order: list[Term], shared: set[int], keep: set[int]) -> None:
    """Work out sets of free variables bottom up, and keep those of the nodes whose ids are given.

    A set moves from child to parent and is copied only at kept and at shared nodes, so long chains
    of binders cost no more than their length. Nodes without free variables have no set; that they have
    none is kept in all of them.
    """
    sets: dict[int, set[str]] = {}
    for item in order:
        free: set[str] | None = None
        if item.op is VARIABLE:
            free = {item.label}
        elif item._free is not None:
            free = set(item._free)
        elif item.children:
            free = _union_over_children(item, sets, shared)
        if free:
            sets[id(item)] = free
        if not free:
            item._free = _NONE
        elif id(item) in keep:
            item._free = frozenset(free)


def _union_over_children(item: Term, sets: dict[int, set[str]], shared: set[int]) -> set[str] | None:
    binds = item.op.binds
    union: set[str] | None = None
    for index, child in enumerate(item.children):
        key = id(child)
        if key not in sets:
            continue
        part = set(sets[key]) if key in shared else sets.pop(key)
        if index in binds:
            part.discard(item.label[-1])
        if union is None:
            union = part
        elif len(part) > len(union):
            part |= union
            union = part
        else:
            union |= part
    return union


def names_in(terms: Iterable[Term]) -> set[str]:
    """Every variable name that occurs in the terms, free, bound or binding."""
    names: set[str] = set()
    for term in terms:
        for item in postorder(term):
            if item.op is VARIABLE:
                names.add(item.label)
            elif item.op.binds:
                names.add(item.label[-1])
    return names


def fresh(name: str, taken: Collection[str]) -> str:
    """`name` if it is not taken, else the first of `name1`, `name2`, … that is not."""
    if name not in taken:
        return name
    stem = name.rstrip("0123456789")
    return next(new for i in count(1) if (new := f"{stem}{i}") not in taken)


def substitute(term: Term, replacement: Mapping[str, Term]) -> Term:
    """`{N/x}term` for all `x ↦ N` at once; bound variables are renamed where they would capture."""
    incoming: set[str] = set()
    for value in replacement.values():
        incoming |= free_variables(value)
    order = postorder(term)
    for item in order:
        if item.op.binds and (item.label[-1] in replacement or item.label[-1] in incoming):
            return _substitute_in_scopes(term, order, replacement, incoming)
    # No binder is in the way.
    done: dict[int, Term] = {}
    for item in order:
        if item.op is VARIABLE:
            if item.label in replacement:
                done[id(item)] = replacement[item.label]
            continue
        for child in item.children:
            if id(child) in done:
                children = tuple([done.get(id(child), child) for child in item.children])
                done[id(item)] = like(item, item.label, children)
                break
    return done.get(id(term), term)


def _substitute_in_scopes(
    term: Term, order: list[Term], replacement: Mapping[str, Term], incoming: set[str]
) -> Term:
    """Substitution where binders shadow what is replaced, or would capture what replaces it."""
    relevant = _relevant(order, replacement.keys() | incoming)
    renamed: dict[str, str] = {}
    root_scope = _Scope(dict(replacement))
    stack: list[tuple[Term, _Scope]] = [(term, root_scope)]
    while stack:
        item, scope = stack[-1]
        done = scope.done
        if id(item) in done:
            stack.pop()
            continue
        matters = relevant.get(id(item), _NONE)
        if scope.mapping.keys().isdisjoint(matters):
            done[id(item)] = item
            stack.pop()
            continue
        if item.op is VARIABLE:
            done[id(item)] = scope.mapping[item.label]
            stack.pop()
            continue
        inner = scope
        binds = item.op.binds
        if binds:
            name = item.label[-1]
            below = relevant.get(id(item.children[binds[0]]), _NONE)
            if name in incoming and any(x != name and x in scope.mapping for x in below):
                # One new name for each old one is enough: an inner binder shadows an outer of its
                # name.
                if name not in renamed:
                    used = names_in([term, *replacement.values()])
                    renamed[name] = fresh(name, used.union(replacement, renamed.values()))
                inner = scope.under(name, renamed[name])
            elif name in scope.mapping:
                inner = scope.under(name, None)
        children: list[Term] = []
        waiting = False
        for index, child in enumerate(item.children):
            where = inner if index in binds else scope
            ready = where.done.get(id(child))
            if ready is None:
                stack.append((child, where))
                waiting = True
            else:
                children.append(ready)
        if waiting:
            continue
        stack.pop()
        label = item.label
        if binds and name in inner.mapping:
            label = (*label[:-1], inner.mapping[name].label)
        done[id(item)] = like(item, label, tuple(children))
    return root_scope.done[id(term)]


class _Scope:
    """What replaces which name at a place, with the scopes below the binders that change it, and
    the nodes (by id) that have been replaced in it."""

    __slots__ = ("done", "inner", "mapping")

    def __init__(self, mapping: dict[str, Term]) -> None:
        self.mapping = mapping
        self.inner: dict[tuple[str, str | None], _Scope] = {}
        self.done: dict[int, Term] = {}

    def under(self, name: str, new: str | None) -> "_Scope":
        """The scope below a binder of `name`, renamed to `new` or, for None, shadowing."""
        found = self.inner.get((name, new))
        if found is None:
            mapping = dict(self.mapping)
            mapping.pop(name, None)
            if new is not None:
                mapping[name] = variable(new)
            found = self if mapping == self.mapping else _Scope(mapping)
            self.inner[name, new] = found
        return found


def _relevant(order: list[Term], names: set[str]) -> dict[int, frozenset[str]]:
    """For each node (by id), which of the names are free in it; nothing for none."""
    single = {name: frozenset((name,)) for name in names}
    found: dict[int, frozenset[str]] = {}
    for item in order:
        if item.op is VARIABLE:
            if item.label in single:
                found[id(item)] = single[item.label]
            continue
        union = _NONE
        for index, child in enumerate(item.children):
            part = found.get(id(child))
            if part is None:
                continue
            if index in item.op.binds and item.label[-1] in part:
                part = part - {item.label[-1]}
            if part is not union:
                union = part if part >= union else union | part
        if union:
            found[id(item)] = union
    return found


def nameless(term: Term) -> Term:
    """The α-class of `term` as one canonical node: bound variables become de Bruijn indices."""
    order, shared = survey(term)
    plain = _plain(order)
    # Shared nodes are done once for each way in which their free variables are bound around them.
    shared = {id(item) for item in order if item.children and id(item) in shared} - plain
    if shared:
        free_variables_at(term, lambda item: id(item) in shared)
    done: dict[tuple[int, object], Term] = {}
    results: list[Term] = []
    levels: dict[str, list[int]] = {}
    depth = 0
    # To do: visit a node; or build one from the last results, keeping it for a key (in a tuple); or
    # enter (True, name) or leave (False, name) the scope of a name.
    stack: list[Term | tuple[Any, ...]] = [term]
    while stack:
        top = stack.pop()
        if type(top) is tuple:
            item, key = top
            if item is False:
                depth -= 1
                levels[key].pop()
            elif item is True:
                depth += 1
                levels.setdefault(key, []).append(depth)
            else:
                split = len(results) - len(item.children)
                label = (*item.label[:-1], None) if item.op.binds else item.label
                built = node(item.op, label, tuple(results[split:]))
                results[split:] = (built,)
                if key is not None:
                    done[id(item), key] = built
            continue
        assert isinstance(top, Term)
        if id(top) in plain:
            results.append(canonical(top))
            continue
        if top.op is VARIABLE:
            scope = levels.get(top.label)
            results.append(node(BOUND, depth - scope[-1]) if scope else canonical(top))
            continue
        key = None
        if id(top) in shared:
            assert top._free is not None
            key = tuple([(x, depth - scope[-1]) for x in sorted(top._free) if (scope := levels.get(x))])
            if (id(top), key) in done:
                results.append(done[id(top), key])
                continue
        stack.append((top, key))
        binds = top.op.binds
        if not binds:
            stack.extend(top.children[::-1])
            continue
        for index in range(len(top.children) - 1, -1, -1):
            if index in binds:
                stack += ((False, top.label[-1]), top.children[index], (True, top.label[-1]))
            else:
                stack.append(top.children[index])
    return results[0]


def _plain(order: list[Term]) -> set[int]:
    """The ids of the nodes without variables and binders, which are their own α-class."""
    plain: set[int] = set()
    for item in order:
        if item.op is VARIABLE or item.op.binds:
            continue
        for child in item.children:
            if id(child) not in plain:
                break
        else:
            plain.add(id(item))
    return plain


def alpha_equal(left: Term, right: Term) -> bool:
    """Whether the terms are the same up to the names of bound variables."""
    return left == right or nameless(left) is nameless(right)
