"""Terms run on values that are not known: both ways where it matters whether a condition holds.

Each way that a run can go has conditions, and what it leaves is made of formulas. Two terms are equal on all
values if any two of their ways, whose conditions can hold together, leave the same and divide by the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from calculus.fmc.permutation import canonical_form
from calculus.machine.effects import STANDARD
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    VARIABLE,
    Jump,
    Text,
    jump,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.machine.state import location_order
from calculus.term import Term, free_variables, substitute, variable
from calculus.verify.laws.fmc.arithmetic import (
    Atom,
    Formula,
    NoFormula,
    Other,
    Sum,
    Truth,
    Words,
    of_constant,
    of_variable,
    result,
)

MOST_WAYS = 16
MOST_CONDITIONS = 8
"""Conditions of a way."""
MOST_STEPS = 5_000
MOST_ADDED = 3
"""Inequalities that are added up to see whether they can hold together."""
MOST_PRIMITIVES = 100
"""Primitives on a way, each of which may nest formulas in another."""


@dataclass(frozen=True, slots=True)
class Thunk:
    """A term and the values of its free variables."""

    term: Term
    values: Mapping[str, "Value"]


Value = Formula | Thunk


@dataclass(frozen=True, slots=True)
class Way:
    """What a run leaves that goes this way: a label and stacks; its conditions, and by what it divides."""

    exit: Jump
    stacks: Mapping[str, tuple[Formula, ...]]
    conditions: tuple[Atom, ...]
    divisors: frozenset[Sum]

    def __str__(self) -> str:
        shown = [
            f"{', '.join(map(str, self.stacks[place]))} on {place}"
            for place in sorted(self.stacks, key=location_order)
        ]
        left = "; ".join(shown) or "nothing"
        return left if self.exit == "*" else f"{left}, and {jump(self.exit)}"


@dataclass
class _Run:
    term: Term
    values: dict[str, Value]
    frames: list[tuple[Jump, Term, dict[str, Value]]] = field(default_factory=list)
    stacks: dict[str, list[Value]] = field(default_factory=dict)
    conditions: tuple[Atom, ...] = ()
    divisors: set[Sum] = field(default_factory=set)
    primitives: int = 0

    def copy(self) -> "_Run":
        stacks = {place: list(values) for place, values in self.stacks.items()}
        return replace(
            self,
            values=dict(self.values),
            frames=list(self.frames),
            stacks=stacks,
            divisors=set(self.divisors),
        )


def ways(term: Term, definitions: Mapping[str, Term], types: Mapping[str, str]) -> list[Way]:
    """The ways a term can go, with variables of these base types (empty: any value). Raises `NoFormula`."""
    start: dict[str, Value] = {name: of_variable(name, type) for name, type in types.items()}
    machine = _Machine(definitions, start)
    return list(machine.ways(_Run(term, dict(start))))


class _Machine:
    def __init__(self, definitions: Mapping[str, Term], start: Mapping[str, Value]) -> None:
        self.definitions = definitions
        self.start = start
        self.steps = 0

    def ways(self, first: _Run) -> Iterator[Way]:
        waiting = [first]
        found = 0
        while waiting:
            run = waiting.pop()
            while (label := self.step(run)) is None:
                self.steps += 1
                if self.steps > MOST_STEPS:
                    raise NoFormula("it goes on too long")
            if isinstance(label, Truth):
                assert not isinstance(label.condition, bool)
                for truth, name in ((label.negated(), "False"), (label, "True")):
                    other = run.copy()
                    assert not isinstance(truth.condition, bool)
                    if truth.condition not in other.conditions:
                        other.conditions += (truth.condition,)
                    if len(other.conditions) > MOST_CONDITIONS:
                        raise NoFormula("its ways have too many conditions")
                    if not contradictory(other.conditions):
                        other.term = jump(name)
                        waiting.append(other)
                continue
            found += 1
            if found + len(waiting) > MOST_WAYS:
                raise NoFormula("it can go too many ways")
            stacks = {place: tuple(map(self.shown, values)) for place, values in run.stacks.items() if values}
            yield Way(label, stacks, run.conditions, frozenset(run.divisors))

    def step(self, run: _Run) -> Jump | Truth | None:
        """Make a transition; the label if the run has ended, the condition that decides how it goes on."""
        term = run.term
        if term.op in (PUSH, POP) and not _is_plain(term):
            raise NoFormula("it has effects")
        if term.op is PUSH:
            run.stacks.setdefault(term.label, []).append(self.value(run, term.children[0]))
            run.term = term.children[1]
        elif term.op is POP:
            location, name = term.label
            run.values[name] = _taken(run, location)
            run.term = term.children[0]
        elif term.op is PRIMITIVE:
            run.primitives += 1
            if run.primitives > MOST_PRIMITIVES:
                raise NoFormula("it has too many primitives")
            arity = len(PRIMITIVES[term.label].operands)
            operands = [_taken(run, LAMBDA) for _ in range(arity)][::-1]
            known = [operand for operand in operands if not isinstance(operand, Thunk)]
            run.stacks.setdefault(LAMBDA, []).append(result(term.label, known, run.divisors))
            run.term = term.children[0]
        elif term.op in (JOIN, LOOP):
            then = term.children[1] if term.op is JOIN else term
            run.frames.append((term.label, then, dict(run.values)))
            run.term = term.children[0]
        elif term.op is JUMP:
            return self.leave(run, term.label)
        elif term.op is VARIABLE:
            return self.enter(run, term.label)
        else:
            raise NoFormula("it is no term of the calculus")
        return None

    def leave(self, run: _Run, label: Jump) -> Jump | None:
        while run.frames:
            wanted, then, values = run.frames.pop()
            if (type(wanted), wanted) == (type(label), label):
                run.term, run.values = then, dict(values)
                return None
        return label

    def enter(self, run: _Run, name: str) -> Truth | None:
        value = run.values.get(name)
        match value:
            case None:
                if name not in self.definitions:
                    raise NoFormula(f"{name} is not known")
                run.term, run.values = self.definitions[name], {}
            case Thunk(term, values):
                run.term, run.values = term, dict(values)
            case Truth(condition):
                if not isinstance(condition, bool):
                    return value
                run.term = jump(str(condition))
            case Sum() if value.number is not None:
                run.term = jump(value.number)
            case Words(parts) if all(isinstance(part, str) for part in parts):
                run.term = jump(Text("".join(map(str, parts))))
            case Other(term) if term.op is JUMP:
                run.term = term
            case _:
                raise NoFormula("it runs a value that is not known")
        return None

    def value(self, run: _Run, argument: Term) -> Value:
        if argument.op is VARIABLE and argument.label in run.values:
            return run.values[argument.label]
        if argument.op is JUMP:
            return of_constant(argument)
        return Thunk(
            argument, {name: run.values[name] for name in free_variables(argument) if name in run.values}
        )

    def shown(self, value: Value) -> Formula:
        """A value that is left, thunks among them as terms. Raises `NoFormula` where these hold results."""
        if not isinstance(value, Thunk):
            return value
        names: dict[str, Term] = {}
        for name, inner in value.values.items():
            formula = self.shown(inner)
            known = next((key for key, start in self.start.items() if start == formula), None)
            if known is not None:
                names[name] = variable(known)
            elif isinstance(formula, Other):
                names[name] = formula.term
            elif isinstance(formula, Sum) and formula.number is not None:
                names[name] = jump(formula.number)
            else:
                raise NoFormula("a thunk holds a result")
        return Other(canonical_form(substitute(value.term, names)))


def _is_plain(action: Term) -> bool:
    """Whether an action is one at a stack, or the output of a value."""
    kind = STANDARD.get(action.label if action.op is PUSH else action.label[0], "stack")
    return kind == "stack" or (kind == "output" and action.op is PUSH)


def _taken(run: _Run, location: str) -> Value:
    stack = run.stacks.get(location)
    if not stack:
        raise NoFormula("it takes what the law does not say")
    return stack.pop()


# Conditions


def contradictory(conditions: Sequence[Atom]) -> bool:
    """Whether conditions surely cannot hold together."""
    known = tuple(dict.fromkeys(conditions))
    if any(_negated(condition) in known for condition in known):
        return True
    positive = [condition[1] for condition in known if condition[0] == "positive"]
    # Each of them is 1 or more.
    if any(number < count for count, number, _ in _constant_sums(positive)):
        return True
    zeros = [condition[1] for condition in known if condition[0] == "zero"]
    return any(
        (number := more.plus(nothing, sign).number) is not None and number < 1
        for more in positive
        for nothing in zeros
        for sign in (1, -1)
    )


def _constant_sums(items: Sequence[Sum]) -> Iterator[tuple[int, int, tuple[Sum, ...]]]:
    """A few sums that add up to a constant: how many, what that is, and which."""
    for count in range(2, min(len(items), MOST_ADDED) + 1):
        for some in combinations(items, count):
            total = some[0]
            for item in some[1:]:
                total = total.plus(item)
            if total.number is not None:
                yield count, total.number, some


def _negated(condition: Atom) -> Atom | bool:
    return Truth(condition).negated().condition


def _zeros(conditions: Sequence[Atom]) -> list[Sum]:
    """Sums that are 0 if the conditions hold."""
    found = [condition[1] for condition in conditions if condition[0] == "zero"]
    positive = [condition[1] for condition in dict.fromkeys(conditions) if condition[0] == "positive"]
    for count, number, some in _constant_sums(positive):
        if number == count:
            found += (item.plus(Sum.constant(1), -1) for item in some)
    return found


def difference(left: Sequence[Way], right: Sequence[Way]) -> tuple[Way, Way] | None:
    """Two ways that may be gone on the same values and leave different things; None if there are none."""
    for ours in left:
        for theirs in right:
            conditions = (*ours.conditions, *theirs.conditions)
            if not contradictory(conditions) and not _same(ours, theirs, _zeros(conditions)):
                return ours, theirs
    return None


def _same(left: Way, right: Way, zeros: Sequence[Sum]) -> bool:
    if (type(left.exit), left.exit, left.divisors) != (type(right.exit), right.exit, right.divisors):
        return False
    if left.stacks.keys() != right.stacks.keys():
        return False
    return all(
        len(values) == len(right.stacks[place])
        and all(_equal(*pair, zeros) for pair in zip(values, right.stacks[place], strict=True))
        for place, values in left.stacks.items()
    )


def _equal(left: Formula, right: Formula, zeros: Sequence[Sum]) -> bool:
    if left == right:
        return True
    if not (isinstance(left, Sum) and isinstance(right, Sum)):
        return False
    rest = left.plus(right, -1)
    return any(_multiple(rest, zero) for zero in zeros)


def _multiple(item: Sum, other: Sum) -> bool:
    """Whether one sum is so many times another."""
    ours, theirs = dict(item.terms), dict(other.terms)
    if ours.keys() != theirs.keys() or not theirs:
        return False
    first = next(iter(theirs))
    return all(ours[key] * theirs[first] == theirs[key] * ours[first] for key in theirs)


def conditions_text(conditions: Sequence[Atom]) -> str:
    """Conditions in words."""
    return " and ".join(str(Truth(condition)) for condition in conditions)
