"""The machine of the RMC as its table is written, and symbolic execution to spans.

Terms keep their variables; a run has an environment for those that it has met `ex` for, and a triangular
substitution. On unknown stacks a pop past the bottom invents what was there: an *input* of the span.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from calculus.verify.checker.fmc_terms import LAMBDA
from calculus.verify.checker.primitives import number, related
from calculus.verify.checker.rmc_terms import SKIP, Node, free_names, numbers, preorder, replaced
from calculus.verify.checker.unification import Bindings, resolved, unify, walked
from calculus.verify.checker.wrong import Wrong

LONGEST = 200_000
"""Transitions of a search."""

Frames = tuple[Node, Mapping[Any, Node], "Frames"] | None
Stack = tuple[Node, "Stack"] | None


@dataclass(frozen=True, slots=True)
class _State:
    term: Node
    scope: Mapping[Any, Node] = field(default_factory=dict)
    frames: Frames = None
    stacks: Mapping[str, Stack] = field(default_factory=dict)
    bindings: Bindings = field(default_factory=dict)
    inputs: Mapping[str, Stack] | None = None
    """What was popped from below at each location, the lowest first; None if stacks are known."""

    def resumed(self, **changes: Any) -> "_State":
        """The state in which the term has been done: the next of the frames is to run."""
        if self.frames is None:
            return replace(self, term=SKIP, scope={}, **changes)
        term, scope, frames = self.frames
        return replace(self, term=term, scope=scope, frames=frames, **changes)


def _successors(state: _State, definitions: Mapping[str, Node]) -> list[_State]:
    term, scope = state.term, state.scope
    match term.op:
        case "seq":
            frames = state.frames
            for kid in reversed(term.kids[1:]):
                frames = (kid, scope, frames)
            return [replace(state, term=term.kids[0], frames=frames)]
        case "sum":
            return [replace(state, term=kid) for kid in term.kids]
        case "new":
            fresh = Node("var", next(numbers))
            return [replace(state, term=term.kids[0], scope={**scope, term.label: fresh})]
        case "star":
            again = (term, scope, state.frames)
            return [state.resumed(), replace(state, term=term.kids[0], frames=again)]
        case "call":
            if term.label not in definitions:
                raise Wrong(f"{term.label} is defined nowhere")
            return [replace(state, term=definitions[term.label], scope={})]
        case "skip":
            return [state.resumed()]
        case "fail":
            return []
    return _acted(state, [replaced(value, scope) for value in term.kids])


def _acted(state: _State, values: list[Node]) -> list[_State]:
    """A push, a pop, a test or a relation."""
    term = state.term
    stack = state.stacks.get(term.label) if term.op in ("push", "pop") else None
    if term.op == "push":
        return [state.resumed(stacks={**state.stacks, term.label: (values[0], stack)})]
    if term.op == "pop" and stack is None:
        if state.inputs is None:
            return []
        below = (values[0], state.inputs.get(term.label))
        return [state.resumed(inputs={**state.inputs, term.label: below})]
    stacks = state.stacks
    if stack is not None:
        values = [*values, stack[0]]
        stacks = {**stacks, term.label: stack[1]}
    pairs = [(values[0], values[1])] if term.op != "relation" else _related(term, values, state.bindings)
    if pairs is None:
        return []
    bindings = state.bindings
    for left, right in pairs:
        more = unify(left, right, bindings)
        if more is None:
            return []
        bindings = more
    return [state.resumed(stacks=stacks, bindings=bindings)]


def _related(term: Node, values: list[Node], bindings: Bindings) -> list[tuple[Node, Node]] | None:
    """What must be equal for a relation to hold; None if it does not."""
    known: list[int | None] = []
    for value in values:
        end = walked(value, bindings)
        found = None if end.op == "var" or end.kids else number(end.label)
        if found is None and end.op != "var":
            raise Wrong(f"{term.label} has a value that is no integer")
        known.append(found)
    solution = related(term.label, known)
    if solution is None:
        return None
    return [(value, Node("con", str(new))) for value, new in zip(values, solution, strict=True)]


def _ended(
    start: _State, definitions: Mapping[str, Node], longest: int, breadth_first: bool = False
) -> Iterator[_State]:
    """The states in which nothing is left to do. Raises `Wrong` if the search does not end in time."""
    waiting = deque([start])
    for _ in range(longest):
        if not waiting:
            return
        state = waiting.popleft()
        if state.term.op == "skip" and state.frames is None:
            yield state
        elif breadth_first:
            waiting += _successors(state, definitions)
        else:
            waiting.extendleft(reversed(_successors(state, definitions)))
    raise Wrong(f"the search does not end in {longest} transitions")


# Texts that are equal for what is equal up to the names of variables


def values_text(values: Iterable[Node], names: dict[Any, int]) -> str:
    """Values from left to right, the variables numbered in the order in which they first occur."""
    found: list[str] = []
    for value in values:
        for item in preorder(value):
            if item.op == "var":
                found.append(f"var {names.setdefault(item.label, len(names))}")
            elif item.label[0].isdigit() or item.label[0] in '-"':
                found.append(f"constant {item.label}")
            else:
                found.append(f"constructor {item.label} {len(item.kids)}")
    return " ".join(found)


def _ordered(places: Iterable[str]) -> list[str]:
    return sorted(places, key=lambda place: (place != LAMBDA, place))


def answer_text(bindings: Mapping[str, Node], stacks: Mapping[str, Sequence[Node]]) -> str:
    """An answer: the values of the initial variables, then the stacks, bottom first."""
    names: dict[Any, int] = {}
    found = [f"{name} = {values_text([bindings[name]], names)}" for name in sorted(bindings)]
    for place in _ordered(place for place, values in stacks.items() if values):
        found.append(f"{place} {len(stacks[place])} {values_text(stacks[place], names)}")
    return "; ".join(found)


def span_text(popped: Mapping[str, Sequence[Node]], pushed: Mapping[str, Sequence[Node]]) -> str:
    """A span, as digests of enumerations have it: for each location how many values it pops and pushes,
    then those, bottom first.
    """
    names: dict[Any, int] = {}
    found: list[str] = []
    for place in _ordered({*popped, *pushed}):
        taken, given = popped.get(place, ()), pushed.get(place, ())
        if taken or given:
            values = values_text([*taken, *given], names)
            found.append(f"{place} {len(taken)} {len(given)} {values}")
    return " ".join(found)


def _listed(stack: Stack, bindings: Bindings) -> list[Node]:
    """The values of a stack, that on top first."""
    found: list[Node] = []
    while stack is not None:
        found.append(resolved(stack[0], bindings))
        stack = stack[1]
    return found


def answers(
    term: Node,
    stacks: Mapping[str, Sequence[Node]],
    definitions: Mapping[str, Node],
    wanted: Counter[str] | None = None,
    longest: int = LONGEST,
) -> Counter[str]:
    """The answers on a memory, each as its text: all of them, or breadth-first until those wanted are found.

    Raises `Wrong` if the search does not end in time.
    """
    chains: dict[str, Stack] = {}
    for place, values in stacks.items():
        for value in values:
            chains[place] = (value, chains.get(place))
    given = [term, *(value for values in stacks.values() for value in values)]
    names = {name: Node("var", name) for item in given for name in free_names(item)}
    found: Counter[str] = Counter()
    for state in _ended(_State(term, stacks=chains), definitions, longest, wanted is not None):
        memory = {place: _listed(stack, state.bindings)[::-1] for place, stack in state.stacks.items()}
        bound = {name: resolved(value, state.bindings) for name, value in names.items()}
        found[answer_text(bound, memory)] += 1
        if wanted is not None and wanted <= found:
            return found
    return found


def spans(term: Node, definitions: Mapping[str, Node] | None = None, longest: int = LONGEST) -> Counter[str]:
    """The spans of a term, each as its text, by running it on unknown stacks.

    Raises `Wrong` if the runs do not end in time.
    """
    found: Counter[str] = Counter()
    for state in _ended(_State(term, inputs={}), definitions or {}, longest):
        pushed = {place: _listed(stack, state.bindings)[::-1] for place, stack in state.stacks.items()}
        popped = {place: _listed(stack, state.bindings) for place, stack in (state.inputs or {}).items()}
        found[span_text(popped, pushed)] += 1
    return found
