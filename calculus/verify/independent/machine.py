"""The machine of the FMC as its transition table says it, with substitution done at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    VARIABLE,
    Jump,
    Text,
)
from calculus.term import Term, node
from calculus.term.node import size
from calculus.verify.independent import MOST
from calculus.verify.independent.binding import substitute


@dataclass
class LiteralMachine:
    """The transition table with its substitutions done at once, on closed terms.

    `draws` feeds `rnd` and `inputs` feeds `in`. A run whose term
    becomes larger than `MOST` nodes is given up: its status is `large`.
    """

    term: Term
    definitions: Mapping[str, Term] = field(default_factory=dict)
    inputs: list[Term] = field(default_factory=list)
    draws: list[bool] = field(default_factory=list)
    stacks: dict[str, list[Term]] = field(default_factory=dict)
    frames: list[tuple[Jump, Term]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    status: str = "running"
    exit: Jump | None = None
    kind: str | None = None

    def run(self, limit: int) -> None:
        while self.status == "running":
            if self.term.op is JUMP and not self.frames:
                self.status, self.exit = "done", self.term.label
            elif len(self.rules) == limit:
                return
            else:
                self.move()

    def move(self) -> None:
        term, children = self.term, self.term.children
        if term.op is PUSH:
            if term.label in ("in", "rnd"):
                return self.stuck("location")
            self.stacks.setdefault(term.label, []).append(children[0])
            self.go("push", children[1])
        elif term.op is POP:
            self.pop(*term.label)
        elif term.op is PRIMITIVE:
            self.primitive(term.label)
        elif term.op is JOIN:
            self.frames.append((term.label, children[1]))
            self.go("sequence", children[0])
        elif term.op is LOOP:
            self.frames.append((term.label, term))
            self.go("iterate", children[0])
        elif term.op is VARIABLE:
            if term.label not in self.definitions:
                return self.stuck("name")
            self.go("definition", self.definitions[term.label])
        else:
            label, then = self.frames.pop()
            if same(label, term.label):
                self.go("select", then)
            else:
                self.go("reject", term)

    def pop(self, location: str, name: str) -> None:
        if location == "out":
            return self.stuck("location")
        if location == "rnd":
            value = node(JUMP, "True" if self.draws.pop(0) else "False")
        elif location == "in":
            if not self.inputs:
                return self.stuck("input")
            value = self.inputs.pop(0)
        elif not self.stacks.get(location):
            return self.stuck("stack")
        else:
            value = self.stacks[location].pop()
        after = substitute(self.term.children[0], name, value)
        if size(after) > MOST:
            self.status = "large"
        self.go("pop", after)

    def primitive(self, name: str) -> None:
        wrong = operate(name, self.stacks.get("λ", []))
        if wrong is not None:
            return self.stuck(wrong)
        self.go("primitive", self.term.children[0])

    def go(self, rule: str, term: Term) -> None:
        self.rules.append(rule)
        self.term = term

    def stuck(self, kind: str) -> None:
        self.status, self.kind = "stuck", kind


def same(left: Jump, right: Jump) -> bool:
    """Whether two labels are one; a text is no name and no number."""
    return type(left) is type(right) and left == right


def arity(name: str) -> int:
    return 1 if name in ("neg", "not", "length") else 2


def operate(name: str, stack: list[Term]) -> str | None:
    """Compute a primitive on a stack; why that cannot be done, or None."""
    taken = arity(name)
    if len(stack) < taken:
        return "stack"
    values = [constant(term) for term in stack[-taken:]]
    wanted: type = {"and": bool, "or": bool, "not": bool, "concat": str, "length": str}.get(name, int)
    if name in ("eq", "ne"):
        wanted = type(values[0])
    if any(value is None or type(value) is not wanted for value in values):
        return "primitive"
    if name in ("div", "mod") and values[1] == 0:
        return "division"
    result = PYTHON[name](*values)
    label: Jump = Text(result) if isinstance(result, str) else result
    if isinstance(result, bool):
        label = "True" if result else "False"
    del stack[-taken:]
    stack.append(node(JUMP, label))
    return None


def constant(term: Term) -> int | bool | str | None:
    if term.op is not JUMP:
        return None
    if isinstance(term.label, Text):
        return term.label.value
    if isinstance(term.label, int):
        return term.label
    return {"True": True, "False": False}.get(term.label)


PYTHON: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "neg": lambda a: -a,
    "div": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
    "concat": lambda a, b: a + b,
    "length": lambda a: len(a),
}
