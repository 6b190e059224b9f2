"""Reduction of the FMC on nameless terms: single contractions, normal forms, permutation of actions."""

from collections.abc import Callable, Iterator, Mapping

from calculus.verify.checker.fmc_terms import LAMBDA, OPERANDS, SKIP, Node, make, preorder, shift, substitute
from calculus.verify.checker.primitives import compute
from calculus.verify.checker.wrong import Wrong, require

_ACTIONS = ("push", "pop", "primitive")

_Way = tuple[Node, int, "_Way"] | None
"""How a node is reached: the node above, which part of it, and the way there."""


def place(action: Node) -> str:
    """The location of an action."""
    return LAMBDA if action.op == "primitive" else action.label


def spine(term: Node) -> tuple[list[Node], Node]:
    """The actions that a term begins with, and what follows them."""
    actions: list[Node] = []
    while term.op in _ACTIONS:
        actions.append(term)
        term = term.kids[-1]
    return actions, term


def _before(actions: list[Node], body: Node) -> Node:
    """The actions, in order, before another body."""
    for action in reversed(actions):
        body = make(action.op, action.label, *action.kids[:-1], body)
    return body


def _binders(actions: list[Node]) -> int:
    return sum(action.op == "pop" for action in actions)


def _until(term: Node, where: str) -> tuple[list[Node], Node]:
    """The actions before the first one at a location, and the term that begins with that or with none."""
    actions: list[Node] = []
    while term.op in _ACTIONS and place(term) != where:
        actions.append(term)
        term = term.kids[-1]
    return actions, term


def _beta(term: Node) -> Node | None:
    if term.op != "push":
        return None
    argument, body = term.kids
    context, meeting = _until(body, term.label)
    if meeting.op != "pop":
        return None
    return _before(context, substitute(meeting.kids[0], shift(argument, _binders(context))))


def _delta(name: str) -> Callable[[Node], Node | None]:
    def contracted(term: Node) -> Node | None:
        operands: list[str] = []
        contexts: list[Node] = []
        for _ in range(OPERANDS[name]):
            if term.op != "push" or term.label != LAMBDA or term.kids[0].op != "jump":
                return None
            operands.append(term.kids[0].label)
            context, term = _until(term.kids[1], LAMBDA)
            contexts += context
        if term.op != "primitive" or term.label != name:
            return None
        result = compute(name, operands)
        return (
            None
            if result is None
            else _before(contexts, make("push", LAMBDA, make("jump", result), *term.kids))
        )

    return contracted


def _select(term: Node) -> Node | None:
    return term.kids[1] if _leaves(term) and term.kids[0].label == term.label else None


def _reject(term: Node) -> Node | None:
    return term.kids[0] if _leaves(term) and term.kids[0].label != term.label else None


def _leaves(term: Node) -> bool:
    return term.op == "join" and term.kids[0].op == "jump"


def _prefix(term: Node) -> Node | None:
    if term.op != "join" or term.kids[0].op not in _ACTIONS:
        return None
    action, handler = term.kids
    joined = make("join", term.label, action.kids[-1], shift(handler, _binders([action])))
    return _before([action], joined)


def _assoc(term: Node) -> Node | None:
    if term.op != "join" or term.kids[0].op != "join" or term.kids[0].label != term.label:
        return None
    (first, middle), last = term.kids[0].kids, term.kids[1]
    return make("join", term.label, first, make("join", term.label, middle, last))


def _unit(term: Node) -> Node | None:
    handled = term.op == "join" and term.kids[1].op == "jump" and term.kids[1].label == term.label
    return term.kids[0] if handled else None


def _exit(term: Node) -> Node | None:
    looped = term.op == "join" and term.kids[0].op == "loop" and term.kids[0].label == term.label
    return term.kids[0] if looped else None


def _unroll(term: Node) -> Node | None:
    return make("join", term.label, term.kids[0], term) if term.op == "loop" else None


TERMINATING: Mapping[str, Callable[[Node], Node | None]] = {
    "beta": _beta,
    **{f"delta-{name}": _delta(name) for name in OPERANDS},
    "select": _select,
    "reject": _reject,
    "prefix": _prefix,
    "assoc": _assoc,
    "unit": _unit,
    "exit": _exit,
}
"""The rules by which a normal form is normal."""

RULES = {**TERMINATING, "unroll": _unroll}


def contract(term: Node, rule: str, position: list[int], definitions: Mapping[str, Node]) -> Node:
    """The term after a rule has been used at a position. Raises `Wrong` if it does not apply there."""
    above: list[tuple[Node, int]] = []
    for index in position:
        require(
            isinstance(index, int) and 0 <= index < len(term.kids), f"the term has no position {position}"
        )
        above.append((term, index))
        term = term.kids[index]
    if rule == "unfold":
        result = definitions.get(term.label) if term.op == "free" else None
    else:
        require(rule in RULES, f"there is no rule {rule!r}")
        result = RULES[rule](term)
    if result is None:
        raise Wrong(f"the rule {rule} does not apply at {position}")
    return _rebuilt(above, result)


def _rebuilt(above: list[tuple[Node, int]], result: Node) -> Node:
    for parent, index in reversed(above):
        kids = (*parent.kids[:index], result, *parent.kids[index + 1 :])
        result = make(parent.op, parent.label, *kids)
    return result


_SHAPES: Mapping[str, tuple[Callable[[Node], Node | None], ...]] = {
    "push": (_beta, *(TERMINATING[f"delta-{name}"] for name in OPERANDS)),
    "join": (_select, _reject, _prefix, _assoc, _unit, _exit),
}


class _Policy:
    """What may be rewritten beside the rules of normal forms: loops and definitions, where they run next, and
    definitions that do not use themselves anywhere.
    """

    def __init__(self, definitions: Mapping[str, Node], unroll: bool) -> None:
        self.definitions = definitions
        self.unroll = unroll
        self.recursive = _recursive(definitions)

    def result(self, item: Node, head: bool) -> Node | None:
        if item.op == "free" and (head or item.label not in self.recursive):
            return self.definitions.get(item.label)
        return _unroll(item) if head and self.unroll else None


def _recursive(definitions: Mapping[str, Node]) -> set[str]:
    """The definitions that (through others) use themselves."""
    uses = {
        name: {item.label for item in preorder(body) if item.op == "free"} & definitions.keys()
        for name, body in definitions.items()
    }
    reached = {name: set(others) for name, others in uses.items()}
    for _ in uses:
        for others in reached.values():
            others |= set().union(*(uses[name] for name in others))
    return {name for name, others in reached.items() if name in others}


def _outermost(term: Node, quiet: set[int], policy: _Policy | None = None) -> Node | None:
    """The term after its outermost redex that comes first; None if it has none.

    Nodes without any redex that are not at the head are remembered in `quiet`.
    """
    # To do: a node, the way to it, and whether it runs next; or, on the way out, a node that had no redex.
    stack: list[tuple[Node, _Way, bool, bool]] = [(term, None, True, False)]
    while stack:
        item, way, head, left = stack.pop()
        if left:
            quiet.add(id(item))
            continue
        moves = policy is not None and head
        if id(item) in quiet and not moves:
            continue
        result = next(filter(None, (rule(item) for rule in _SHAPES.get(item.op, ()))), None)
        if result is None and policy is not None:
            result = policy.result(item, head)
        if result is not None:
            return _rebuilt(_above(way), result)
        if not moves:
            stack.append((item, way, head, True))
        # What runs first comes first: of a push its body, before its argument.
        below = [
            (kid, (item, index, way), head and _runs(item, index), False)
            for index, kid in enumerate(item.kids)
        ]
        stack += below if item.op == "push" else below[::-1]
    return None


def _runs(item: Node, index: int) -> bool:
    """Whether a part of what runs next runs next."""
    return (item.op in _ACTIONS and index == len(item.kids) - 1) or (item.op == "join" and index == 0)


def _above(way: _Way) -> list[tuple[Node, int]]:
    above: list[tuple[Node, int]] = []
    while way is not None:
        above.append((way[0], way[1]))
        way = way[2]
    return above[::-1]


def normal_form(
    term: Node,
    steps: int = 2_000,
    definitions: Mapping[str, Node] | None = None,
    unroll: bool = False,
) -> Node | None:
    """The normal form, with definitions unfolded and, if `unroll` says so, loops unrolled where they run
    next; None if it is not reached in so many contractions.
    """
    policy = _Policy(definitions or {}, unroll) if definitions or unroll else None
    quiet: set[int] = set()
    for _ in range(steps):
        after = _outermost(term, quiet, policy)
        if after is None:
            return term
        term = after
    return None


def is_normal(term: Node) -> bool:
    """Whether no rule but the unrolling of loops applies anywhere."""
    return _outermost(term, set()) is None


# Permutation


def permuted(term: Node) -> Node:
    """The canonical one of the terms that are equal by `A.B.M = B.A.M` for actions at different locations.

    Of all orders that keep the actions at each location in order, and a push after the pops that bind what it
    uses, it always takes next the first location (λ, then by name) that can move.
    """
    done: dict[int, Node] = {}
    stack = [term]
    while stack:
        item = stack[-1]
        actions, rest = spine(item)
        parts = [action.kids[0] for action in actions if action.op == "push"] + list(rest.kids)
        missing = [part for part in parts if id(part) not in done]
        if missing:
            stack += missing
            continue
        stack.pop()
        inside = [make(a.op, a.label, *[done[id(kid)] for kid in a.kids[:-1]], SKIP) for a in actions]
        done[id(item)] = _sorted(inside, make(rest.op, rest.label, *[done[id(kid)] for kid in rest.kids]))
    return done[id(term)]


def _sorted(actions: list[Node], rest: Node) -> Node:
    if len({place(action) for action in actions}) < 2:
        return _before(actions, rest)
    # The pops are numbered; `scopes` has those around each action, the innermost last.
    scopes: list[list[int]] = [[]]
    for number, action in enumerate(actions):
        scopes.append([*scopes[-1], number] if action.op == "pop" else scopes[-1])
    order = list(_order(actions, scopes))
    inner: list[int] = []
    moved: list[Node] = []
    for number in order:
        moved.append(_rescoped(actions[number], scopes[number], inner))
        if actions[number].op == "pop":
            inner.append(number)
    return _before(moved, _renumbered(rest, scopes[-1], inner))


def _order(actions: list[Node], scopes: list[list[int]]) -> Iterator[int]:
    waiting = list(range(len(actions)))
    passed: set[int] = set()
    while waiting:
        first: dict[str, int] = {}
        for number in waiting:
            first.setdefault(place(actions[number]), number)
        ready = [
            (where != LAMBDA, where, number)
            for where, number in first.items()
            if _needs(actions[number], scopes[number]) <= passed
        ]
        number = min(ready)[2]
        passed.add(number)
        waiting.remove(number)
        yield number


def _needs(action: Node, scope: list[int]) -> set[int]:
    """The pops that bind what an action uses."""
    return (
        {scope[-1 - index] for index in _free(action.kids[0]) if index < len(scope)}
        if action.op == "push"
        else set()
    )


def _free(term: Node) -> set[int]:
    """The indices that are free in a term."""
    found: set[int] = set()
    seen: set[tuple[int, int]] = set()
    stack = [(term, 0)]
    while stack:
        item, depth = stack.pop()
        if item.reach <= depth or (id(item), depth) in seen:
            continue
        seen.add((id(item), depth))
        if item.op == "var":
            found.add(item.label - depth)
        stack += [(kid, depth + (item.op == "pop")) for kid in item.kids]
    return found


def _rescoped(action: Node, old: list[int], new: list[int]) -> Node:
    if action.op != "push":
        return action
    return make("push", action.label, _renumbered(action.kids[0], old, new), SKIP)


def _renumbered(term: Node, old: list[int], new: list[int]) -> Node:
    """The term with its indices, which counted the binders `old`, counting the binders `new`."""
    if old == new or term.reach == 0:
        return term
    names = {index: f"\0{old[-1 - index]}" for index in _free(term) if index < len(old)}
    for_new = {f"\0{number}": len(new) - 1 - at for at, number in enumerate(new)}
    outer = len(new) - len(old)
    done: dict[tuple[int, int], Node] = {}
    stack = [(term, 0)]
    while stack:
        item, depth = stack[-1]
        key = (id(item), depth)
        inner = depth + (item.op == "pop")
        missing = [(kid, inner) for kid in item.kids if (id(kid), inner) not in done]
        if item.reach <= depth:
            done[key] = item
        elif item.op == "var":
            index = item.label - depth
            done[key] = make("var", depth + (for_new[names[index]] if index in names else index + outer))
        elif missing:
            stack += missing
            continue
        else:
            done[key] = make(item.op, item.label, *[done[id(kid), inner] for kid in item.kids])
        stack.pop()
    return done[id(term), 0]
