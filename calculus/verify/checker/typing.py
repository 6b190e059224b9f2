"""Derivations of types of the FMC, checked rule by rule, and the type that is shown against the judgement.

Types are a table of names and numbers of parts, with equal numbers for equal types; so a rule is checked by
comparing numbers. A stack is a variable or a `cons` of the type on top and the stack below, a memory a stack
for each location, a sum a memory for each label; a label that is not raised leaves what is nowhere else.
"""

import re
from collections.abc import Mapping
from typing import Any

from calculus.verify.checker.fmc_terms import LAMBDA, OPERANDS, Node, read, read_label
from calculus.verify.checker.typing_shown import BASES, Arrow, Memory, read_type
from calculus.verify.checker.wrong import Wrong, require, shown

_SIGNATURES = {
    **dict.fromkeys(("add", "sub", "mul", "div", "mod"), (("Int", "Int"), "Int")),
    **dict.fromkeys(("lt", "le", "gt", "ge"), (("Int", "Int"), "Bool")),
    **dict.fromkeys(("and", "or"), (("Bool", "Bool"), "Bool")),
    "neg": (("Int",), "Int"),
    "not": (("Bool",), "Bool"),
    "concat": (("Text", "Text"), "Text"),
    "length": (("Text",), "Int"),
}


def base_of(label: str) -> str | None:
    """The base type of a label, if it is a constant."""
    if label in ("True", "False"):
        return "Bool"
    if label[0] == '"':
        return "Text"
    return "Int" if label[0] == "-" or label[0].isdigit() else None


class _Derivation:
    def __init__(self, claim: Mapping[str, Any]) -> None:
        self.locations: list[str] = claim["locations"]
        self.labels = [label if label in BASES else read_label(label) for label in claim["labels"]]
        self.types: list[list[Any]] = claim["types"]
        self.lines: list[Mapping[str, Any]] = claim["derivation"]
        self.table()

    def table(self) -> None:
        """The table is well formed: parts come before what they are parts of, and rows are complete."""
        rows = {"memory": len(self.locations), "sum": len(self.labels), "cons": 2, "thunk": 2}
        require(
            len(set(self.locations)) == rows["memory"] and len(set(self.labels)) == rows["sum"],
            "a name twice",
        )
        seen: set[tuple[Any, ...]] = set()
        for number, item in enumerate(self.types):
            name, *parts = item
            require(tuple(item) not in seen, f"type {number} is there twice")
            seen.add(tuple(item))
            if name != "variable":
                require(len(parts) == rows.get(name, 0), f"type {number} has {len(parts)} parts")
                require(
                    all(type(part) is int and 0 <= part < number for part in parts),
                    f"type {number} is no type",
                )

    def part(self, number: int, name: str) -> list[int]:
        """The parts of a type that must be of a kind."""
        require(type(number) is int and 0 <= number < len(self.types), f"there is no type {number}")
        found = self.types[number]
        require(found[0] == name, f"type {number} is {found[0]}, expected {name}")
        return found[1:]

    def is_base(self, number: int, name: str) -> bool:
        return self.types[number] == [name]

    def stack(self, memory: int, place: str) -> int:
        require(place in self.locations, f"there is no stack {place}")
        return self.part(memory, "memory")[self.locations.index(place)]

    def exit(self, exits: int, label: str) -> int:
        require(label in self.labels, f"there is no label {label}")
        return self.part(exits, "sum")[self.labels.index(label)]

    def differs_at(self, place: str, before: int, after: int) -> bool:
        """Whether two memories, or two sums, are the same but for one place."""
        memories = self.types[before][0] == "memory"
        names, kind = (self.locations, "memory") if memories else (self.labels, "sum")
        ours, theirs, at = self.part(before, kind), self.part(after, kind), names.index(place)
        return ours[:at] + ours[at + 1 :] == theirs[:at] + theirs[at + 1 :]

    def pushed(self, memory: int, place: str, value: int, after: int) -> bool:
        """Whether a memory is another with a value on a stack."""
        below = self.stack(memory, place)
        return self.part(self.stack(after, place), "cons") == [value, below] and self.differs_at(
            place, memory, after
        )

    def check(self, term: Node) -> tuple[int, int]:
        """Walk the term beside its judgements; the memory and the exits of the first."""
        waiting: list[tuple[Node, int, _Scope]] = [(term, 0, ())]
        used: set[int] = set()
        while waiting:
            item, number, scope = waiting.pop()
            require(
                number in range(len(self.lines)) and number not in used, f"judgement {number} is not the next"
            )
            used.add(number)
            line = self.lines[number]
            try:
                self.agrees(line, item, scope)
                waiting += self.rule(line, item, scope)
            except Wrong as problem:
                raise Wrong(f"judgement {number} ({shown(line['rule'])}): {problem}") from None
        require(len(used) == len(self.lines), "a judgement is not used")
        memory, exits = self.lines[0]["memory"], self.lines[0]["exits"]
        return int(memory), int(exits)

    def agrees(self, line: Mapping[str, Any], term: Node, scope: "_Scope") -> None:
        """The judgement is about this term in this scope."""
        require(line["context"] == dict(scope), "the context is another")
        # Its free names are those of the scope, so it is read below their binders.
        stated = read("".join(f"<{name}>." for name, _ in scope) + f"({line['term']})")
        for _ in scope:
            stated = stated.kids[0]
        require(stated is term, f"it is about {shown(line['term'])}")

    def rule(self, line: Mapping[str, Any], term: Node, scope: "_Scope") -> "list[tuple[Node, int, _Scope]]":
        """Check one judgement; what is left to be checked: the premises, each with its term and its scope."""
        rule, memory, exits, premises = line["rule"], line["memory"], line["exits"], line["premises"]
        require(all(number in range(len(self.lines)) for number in premises), "there is no such premise")
        kids = list(term.kids[1:] if rule in ("push literal", "push variable") else term.kids)
        require(len(kids) == len(premises), f"{len(premises)} premises, expected {len(kids)}")
        below = [(self.lines[number]["memory"], self.lines[number]["exits"]) for number in premises]
        last = below[-1] if below else (memory, exits)
        inner = scope
        holds = False
        match rule, term.op:
            case "jump", "jump":
                holds = self.exit(exits, term.label) == memory
            case "push" | "push literal" | "push variable", "push":
                value = self.value(rule, term.kids[0], below, scope)
                holds = last[1] == exits and self.pushed(memory, term.label, value, last[0])
            case "pop", "pop":
                value, under = self.part(self.stack(memory, term.label), "cons")
                inner = (*scope, (_bound(line["term"]), value))
                rest = last[0]
                holds = last[1] == exits and self.stack(rest, term.label) == under
                holds = holds and self.differs_at(term.label, memory, rest)
            case "primitive", "primitive":
                holds = last[1] == exits and self.computes(term.label, memory, last[0])
            case "join", "join":
                first, inside = below[0]
                holds = first == memory and last[1] == exits and self.exit(inside, term.label) == last[0]
                holds = holds and self.differs_at(term.label, exits, inside)
            case "loop", "loop":
                inside = last[1]
                holds = last[0] == memory and self.exit(inside, term.label) == memory
                holds = holds and self.differs_at(term.label, exits, inside)
            case "run", "var":
                holds = self.part(_variable(term, scope), "thunk") == [memory, exits]
            case "run Bool" | "run Int" | "run Text", "var":
                holds = self.runs(rule[4:], _variable(term, scope), memory, exits)
        require(holds, "the rule does not give this judgement")
        return [(kid, number, inner) for kid, number in zip(kids, premises, strict=True)]

    def value(self, rule: str, argument: Node, below: list[tuple[int, int]], scope: "_Scope") -> int:
        """The type that a pushed argument has by the rule."""
        if rule == "push variable":
            return _variable(argument, scope)
        if rule == "push":
            return self.number(["thunk", *below[0]])
        return self.number([base_of(argument.label) if argument.op == "jump" else None])

    def number(self, item: list[Any]) -> int:
        require(item in self.types, f"there is no type {item}")
        return self.types.index(item)

    def computes(self, name: str, memory: int, after: int) -> bool:
        """Whether the operands of a primitive are on λ, and its result instead of them afterwards."""
        stack = self.stack(memory, LAMBDA)
        found: list[int] = []
        for _ in range(OPERANDS[name]):
            top, stack = self.part(stack, "cons")
            found.append(top)
        result, under = self.part(self.stack(after, LAMBDA), "cons")
        if under != stack or not self.differs_at(LAMBDA, memory, after):
            return False
        if name in ("eq", "ne"):
            return found[0] == found[1] and self.types[found[0]][0] in BASES and self.is_base(result, "Bool")
        wanted, gives = _SIGNATURES[name]
        return all(map(self.is_base, found, wanted)) and self.is_base(result, gives)

    def runs(self, base: str, value: int, memory: int, exits: int) -> bool:
        """Whether a variable of a base type may run so: it leaves with any label of the type."""
        taken = (
            ["True", "False"] if base == "Bool" else [item for item in self.labels if _class(item) == base]
        )
        return self.is_base(value, base) and all(self.exit(exits, label) == memory for label in taken)


_Scope = tuple[tuple[str, int], ...]
"""Names with the numbers of their types, the innermost last."""


def _variable(term: Node, scope: _Scope) -> int:
    require(term.op == "var" and term.label < len(scope), "the variable has no type")
    found: int = scope[-1 - term.label][1]
    return found


def _bound(text: str) -> str:
    """The name that a pop binds, from its text."""
    return re.split(r"[<>:\s]", text)[1]


def _class(label: str) -> str | None:
    """The class that a label is or belongs to."""
    return label if label in BASES else base_of(label)


class _Instance:
    """Whether the type of a judgement is an instance of one that is shown.

    Rows are not shown: what is below the values that are shown is the frame, or nothing is known of it, and a
    label of which nothing is known may leave anything.
    """

    def __init__(self, derivation: _Derivation) -> None:
        self.of = derivation
        self.names: dict[str, int] = {}

    def unknown(self, stack: int) -> bool:
        """Whether a stack is a variable, or a constant that stands for one."""
        name: str = self.of.types[stack][0]
        return name == "variable" or name.startswith("rigid")

    def arrow(self, arrow: Arrow, memory: int, exits: int) -> None:
        frame = self.stacks(arrow.expected, memory, None, top_first=True)
        written = dict(arrow.exits)
        require(len(written) == len(arrow.exits), "an exit is there twice")
        for label in self.of.labels:
            left = self.of.exit(exits, label)
            stated = written.pop(label, None)
            if stated is None and base_of(label) in dict(arrow.exits):
                stated = dict(arrow.exits)[str(base_of(label))]
            stacks = self.of.part(left, "memory")
            if all(map(self.unknown, stacks)) and not set(stacks) & set(frame.values()):
                continue
            require(stated is not None, f"the type does not say that it may leave with {label}")
            self.stacks(stated or [], left, frame, top_first=False)
        require(not written, f"there is no label {next(iter(written), '')}")

    def stacks(
        self, stated: Memory, memory: int, frame: Mapping[str, int] | None, *, top_first: bool
    ) -> dict[str, int]:
        """What is stated is on the stacks; what is below it at each location. That is the frame, if it is
        given, or unknown.
        """
        found: dict[str, int] = {}
        for place in self.of.locations:
            values = [item for where, item in stated if where == place]
            stack = self.of.stack(memory, place)
            for value in values if top_first else reversed(values):
                top, stack = self.of.part(stack, "cons")
                self.value(value, top)
            ends = frame is None or frame[place] == stack or self.unknown(stack)
            require(ends, f"more is left on {place} than the type says")
            found[place] = stack
        require(all(where in found for where, _ in stated), "the type has a location that the term has not")
        return found

    def value(self, stated: Any, number: int) -> None:
        if isinstance(stated, Arrow):
            self.arrow(stated, *self.of.part(number, "thunk"))
        elif stated in BASES:
            require(self.of.is_base(number, stated), f"a value is no {stated}")
        else:
            require(self.names.setdefault(stated, number) == number, f"{stated} stands for two types")


def check(term: str, type: str, claim: Mapping[str, Any]) -> None:
    """Check that a derivation is one of a term, and that what it ends in is an instance of the type shown.

    Raises `Wrong`.
    """
    derivation = _Derivation(claim)
    memory, exits = derivation.check(read(term))
    _Instance(derivation).arrow(read_type(type), memory, exits)
