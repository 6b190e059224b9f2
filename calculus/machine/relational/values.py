"""What lies on the stacks: first-order values, with variables that a branch binds as it goes.

The transition table substitutes; the machine binds. A *value* is a variable, which is its number; a `Term`,
which then is ground and canonical, so that equal ones are identical; or a `Structure`, which had a variable
in it when it was made. The *bindings* of a branch map numbers to values, and never change: binding a variable
gives new bindings, which share with the old.

Values may be deep, and may share parts so much that as trees they would fill no memory: nothing here
recurses, and everything takes time in proportion to the distinct parts.
"""

from collections.abc import Callable, Iterable, Mapping

from immutables import Map

from calculus.machine.relational.instructions import CONSTRUCTOR, VARIABLE
from calculus.machine.state import CUT_OFF
from calculus.term import Term, canonical, free_variables, node, variable


class Structure:
    """A constructor whose arguments hold variables. Immutable; one object is one occurrence."""

    __slots__ = ("children", "label")

    def __init__(self, label: str, children: tuple["Value", ...]) -> None:
        self.label = label
        self.children = children


Value = int | Term | Structure
Bindings = Map[int, Value]
Environment = Map[str, Value]


def resolve(value: Value, bindings: Bindings) -> Value:
    """What a value stands for: no variable that is bound."""
    while isinstance(value, int):
        bound = bindings.get(value)
        if bound is None:
            return value
        value = bound
    return value


def compose(label: str, children: tuple[Value, ...]) -> Value:
    """A constructor applied to values."""
    for child in children:
        if type(child) is not Term:
            return Structure(label, children)
    return node(CONSTRUCTOR, label, children)  # type: ignore[arg-type]  # they are all terms


def evaluate(term: Term, environment: Mapping[str, Value], bindings: Bindings) -> Value:
    """The value that a term stands for."""
    if term.op is VARIABLE:
        return resolve(environment[term.label], bindings)
    if not free_variables(term):
        return canonical(term)
    done: dict[int, Value] = {}
    stack = [term]
    while stack:
        top = stack[-1]
        children: list[Value] = []
        for child in top.children:
            if child.op is VARIABLE:
                children.append(resolve(environment[child.label], bindings))
            elif not child.children:
                children.append(canonical(child))
            elif id(child) in done:
                children.append(done[id(child)])
            else:
                stack.append(child)
        if stack[-1] is top:
            stack.pop()
            done[id(top)] = compose(top.label, tuple(children))
    return done[id(term)]


class Reading:
    """Reads values back as terms, with the variables that are left named in the order in which they occur
    unless told otherwise.

    One reading is for the values of one state. Terms that come out of readings that began at the same place
    are equal, and so identical, just if the values are equal up to the names of variables.
    """

    def __init__(self, bindings: Bindings, name: "Naming | None" = None) -> None:
        self._bindings = bindings
        self._name = numbering() if name is None else name
        self._done: dict[int, Term] = {}

    def term(self, value: Value) -> Term:
        found = self._leaf(value)
        if found is not None:
            return found
        stack = [resolve(value, self._bindings)]
        while stack:
            top = stack[-1]
            assert type(top) is Structure
            children: list[Term] = []
            for child in top.children:
                # From the left, one at a time, so that variables are met in order.
                found = self._leaf(child)
                if found is None:
                    stack.append(resolve(child, self._bindings))
                    break
                children.append(found)
            else:
                stack.pop()
                self._done[id(top)] = found = node(CONSTRUCTOR, top.label, tuple(children))
        assert found is not None
        return found

    def terms(self, values: Iterable[Value]) -> list[Term]:
        return [self.term(value) for value in values]

    def _leaf(self, value: Value) -> Term | None:
        """The term of a value that needs no work, or no more."""
        value = resolve(value, self._bindings)
        if type(value) is Term:
            return value
        if isinstance(value, int):
            return self._name(value)
        return self._done.get(id(value))


Naming = Callable[[int], Term]
"""What an unbound variable is called."""


def numbering() -> Naming:
    """Names `_0`, `_1`, … in the order in which they are asked for."""
    names: dict[int, Term] = {}

    def name(number: int) -> Term:
        found = names.get(number)
        if found is None:
            found = names[number] = variable(f"_{len(names)}")
        return found

    return name


def glimpse(value: Value, bindings: Bindings, name: Naming, width: int) -> Term:
    """The value as a term, without what lies beyond the first nodes, enough for `width` characters."""
    limit = 2 * width + 16
    seen = 0
    # What has children goes in twice: to look at them first, then to put it together again.
    stack: list[tuple[Value, bool]] = [(value, False)]
    built: list[Term] = []
    while stack:
        value, ready = stack.pop()
        value = resolve(value, bindings)
        if isinstance(value, int):
            built.append(name(value))
        elif ready:
            split = len(built) - len(value.children)
            built[split:] = [node(CONSTRUCTOR, value.label, tuple(built[split:]))]
        elif not value.children:
            built.append(value)  # type: ignore[arg-type]  # a structure has children
        elif seen > limit:
            built.append(CUT_OFF)
        else:
            seen += len(value.children)
            stack.append((value, True))
            stack += [(child, False) for child in reversed(value.children)]
    return built[0]
