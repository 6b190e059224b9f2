"""Terms as programs of steps: each step is a part without iteration, given by its spans.

A term that is a sequence, a sum and an iteration of such parts can be reasoned about on closed memories, if
no part puts there what it has not taken from there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from calculus.machine.budget import Budget, Portion
from calculus.machine.relational.instructions import CALL, NEW, SEQUENCE, STAR, SUM, sequence
from calculus.rmc.algebra import ends
from calculus.rmc.normal import normal_form
from calculus.rmc.reduction import recursive_definitions
from calculus.rmc.spans import Span, variables_of
from calculus.rmc.structure import parts
from calculus.term import Term, canonical, free_variables
from calculus.term.node import node, postorder

MOST_SPANS = 200
"""Spans of a part."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part without iteration."""

    term: Term
    spans: tuple[Span, ...]

    @property
    def keeps_closed(self) -> bool:
        """Whether on closed memories it leaves closed ones."""
        return all(
            {name for values in item.pushed.values() for value in values for name in variables_of(value)}
            <= {name for values in item.popped.values() for value in values for name in variables_of(value)}
            for item in self.spans
        )


@dataclass(frozen=True, slots=True)
class Both:
    """A choice of two programs."""

    left: "Program"
    right: "Program"


@dataclass(frozen=True, slots=True)
class Again:
    """A program that runs any number of times."""

    term: Term
    body: "Program"


Part = Step | Both | Again
Program = tuple[Part, ...]
"""Parts that run one after the other."""


class NoSteps(Exception):
    """A term that is no such program; the text says why."""


def program_of(term: Term, definitions: Mapping[str, Term], budget: Budget) -> Program:
    """A closed term as a program of steps. Raises `NoSteps`."""
    return _Reader(definitions, budget).program(canonical(term))


def parts_of(program: Program) -> Iterator[Part]:
    """All parts, those inside others among them."""
    waiting = list(reversed(program))
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Both):
            waiting += (*reversed(part.right), *reversed(part.left))
        elif isinstance(part, Again):
            waiting += reversed(part.body)


@dataclass(frozen=True, slots=True)
class _Reader:
    definitions: Mapping[str, Term]
    budget: Budget

    def program(self, term: Term) -> Program:
        """The parts of a term, worked out from the inside."""
        recursive = recursive_definitions(self.definitions)
        built: dict[int, Program] = {}
        inside: dict[int, tuple[Term, ...]] = {}  # keeps alive what is known by its id
        stack = [(term, False)]
        while stack:
            item, ready = stack.pop()
            if id(item) in built:
                continue
            if ends(item, self.definitions):
                built[id(item)] = (self.step(item),)
                continue
            if not ready:
                inside[id(item)] = self.inner(item, recursive)
                stack.append((item, True))
                stack += [(child, False) for child in inside[id(item)]]
                continue
            programs = [built[id(child)] for child in inside[id(item)]]
            if item.op is SEQUENCE:
                built[id(item)] = self.joined(programs[0] + programs[1])
            elif item.op is SUM:
                built[id(item)] = (Both(*programs),)
            elif item.op is STAR:
                built[id(item)] = (Again(item, programs[0]),)
            else:
                built[id(item)] = programs[0]
        return built[id(term)]

    def inner(self, item: Term, recursive: set[str]) -> tuple[Term, ...]:
        if item.op in (SEQUENCE, SUM, STAR):
            return item.children
        if item.op is NEW and (narrowed := _narrowed(item)) is not item:
            return (narrowed,)
        if item.op is CALL and item.label not in recursive:
            return (canonical(self.definitions[item.label]),)
        why = (
            "a variable is shared by several iterations"
            if item.op is not CALL
            else "a definition is recursive"
        )
        raise NoSteps(f"{why}: {item.text(60)}")

    def step(self, term: Term) -> Step:
        if free_variables(term):
            raise NoSteps(f"a variable is shared with an iteration: {term.text(60)}")
        form = normal_form(
            term, definitions=self.definitions, max_spans=MOST_SPANS, budget=Portion(self.budget, 10_000)
        )
        if not form.normal:
            raise NoSteps(f"a part has no normal form: {term.text(60)}")
        return Step(term, tuple(item for item, _ in form.spans))

    def joined(self, parts: Program) -> Program:
        """Steps that follow each other as one."""
        found: list[Part] = []
        for part in parts:
            before = found[-1] if found else None
            if isinstance(part, Step) and isinstance(before, Step):
                found[-1] = self.step(sequence(before.term, part.term))
            else:
                found.append(part)
        return tuple(found)


def _narrowed(item: Term) -> Term:
    """`ex x. M; N; P` with the binder around only those parts of the sequence that have the variable."""
    name, body = item.label[0], item.children[0]
    if body.op is NEW:
        inner = _narrowed(body)
        return item if inner is body else node(NEW, item.label, (inner,))
    items = parts(body, SEQUENCE)
    uses = [index for index, part in enumerate(items) if name in free_variables(part)]
    if not uses:
        return body
    first, last = uses[0], uses[-1] + 1
    if (first, last) == (0, len(items)):
        return item
    within = node(NEW, item.label, (sequence(*items[first:last]),))
    return sequence(*items[:first], within, *items[last:])


def sizes_in(values: tuple[Term, ...]) -> tuple[int, dict[str, int]]:
    """The symbols of values, and how often each variable occurs."""
    symbols = 0
    names: dict[str, int] = {}
    for value in values:
        # As a tree: what is shared counts as often as it occurs.
        counts: dict[int, tuple[int, dict[str, int]]] = {}
        for item in postorder(value):
            if not item.children:
                is_name = item.op.name == "variable"
                counts[id(item)] = (0, {item.label: 1}) if is_name else (1, {})
                continue
            total = 1
            found: dict[str, int] = {}
            for child in item.children:
                more, inside = counts[id(child)]
                total += more
                for name, number in inside.items():
                    found[name] = found.get(name, 0) + number
            counts[id(item)] = (total, found)
        more, inside = counts[id(value)]
        symbols += more
        for name, number in inside.items():
            names[name] = names.get(name, 0) + number
    return symbols, names
