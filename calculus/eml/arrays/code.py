"""Trees to straight-line code: each distinct exponential, logarithm and difference of the graph once.

    registers <- points                   LOAD
    register  <- exp register             EXP
    register  <- log register             LOG
    register  <- register - register      SUB, and with a constant on one side
    results   <- register                 STORE

What has no variables is worked out here, as IEEE complex128 does it, and eml(x, 1) is exp(x) itself: to take
away +0 changes no value, not even a signed zero. An operation comes where the first user needs it, the side
that needs more registers before the other, and a register is free after its last use: so a tree of thousands
of nodes runs in a dozen registers, whose blocks stay in the cache.

That a value is real is not decided here: the kernel sees for each block of points whether imaginary parts are
all +0, which is true more often than can be proved of all points.
"""

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from calculus.eml.evaluation.ieee import exp_ieee, log_ieee
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.term import Term

LOAD, EXP, LOG, SUB, SUB_CONSTANT, CONSTANT_SUB, STORE, STORE_CONSTANT = range(8)
"""The operations. An instruction is four numbers: operation, target, and two operands. A target is a
register, of `STORE…` the number of a result; an operand is a register, of `LOAD` the number of a variable,
and where the name says `CONSTANT` on that side the number of a constant."""

_NAMES = ("load", "exp", "log", "sub", "sub", "sub", "store", "store")

_Value = int | complex
"""A constant, or the number of an operation."""


@dataclass(frozen=True, slots=True)
class Code:
    """Straight-line code of one or several trees."""

    variables: tuple[str, ...]
    constants: tuple[complex, ...]
    words: "array[int]"
    """Four for each instruction."""
    registers: int
    results: int

    def __len__(self) -> int:
        """The number of instructions."""
        return len(self.words) // 4

    def count(self, *operations: int) -> int:
        """How many instructions are such operations."""
        return sum(operation in operations for operation in self.words[::4])

    def __str__(self) -> str:
        """A line for each instruction: `r2 = exp r1`."""
        return "\n".join(self._line(*self.words[at : at + 4]) for at in range(0, len(self.words), 4))

    def _line(self, operation: int, target: int, a: int, b: int) -> str:
        if operation == LOAD:
            return f"r{target} = load {self.variables[a]}"
        if operation in (STORE, STORE_CONSTANT):
            return f"result {target} = {f'r{a}' if operation == STORE else self.constants[a]}"
        left = self.constants[a] if operation == CONSTANT_SUB else f"r{a}"
        if operation in (EXP, LOG):
            return f"r{target} = {_NAMES[operation]} {left}"
        return f"r{target} = {left} - {self.constants[b] if operation == SUB_CONSTANT else f'r{b}'}"


def compile_code(trees: Sequence[Term], variables: Sequence[str] | None = None) -> Code:
    """The code of some trees; result k is the value of the k-th.

    `variables` gives the order of the variables, by default that of their occurrence; it must name all.
    Takes time in proportion to the distinct subtrees.
    """
    graph = _Graph()
    roots = graph.add(trees)
    names = graph.variables if variables is None else {name: at for at, name in enumerate(variables)}
    return _Assembler(graph, roots, names).code()


def _bits(number: complex) -> bytes:
    return struct.pack("<dd", number.real, number.imag)


class _Graph:
    """The distinct operations, and what each needs."""

    def __init__(self) -> None:
        self.operations: list[tuple[int, _Value | str, _Value]] = []
        self.variables: dict[str, int] = {}
        self._known: dict[object, int] = {}

    def add(self, trees: Sequence[Term]) -> list[_Value]:
        values: dict[int, _Value] = {}
        for item in subtrees(*trees):
            if item.op is EML:
                left, right = item.children
                values[id(item)] = self._difference(
                    self._apply(EXP, values[id(left)]), self._apply(LOG, values[id(right)])
                )
            elif item.op is VARIABLE:
                self.variables.setdefault(item.label, len(self.variables))
                values[id(item)] = self._operation(LOAD, item.label, 0)
            else:
                values[id(item)] = 1 + 0j
        return [values[id(tree)] for tree in trees]

    def _apply(self, operation: int, value: _Value) -> _Value:
        if isinstance(value, complex):
            return exp_ieee(value) if operation == EXP else log_ieee(value)
        return self._operation(operation, value, 0)

    def _difference(self, left: _Value, right: _Value) -> _Value:
        if isinstance(right, complex):
            if isinstance(left, complex):
                return left - right
            if _bits(right) == bytes(16):
                return left
            return self._operation(SUB_CONSTANT, left, right)
        return self._operation(CONSTANT_SUB if isinstance(left, complex) else SUB, left, right)

    def _operation(self, operation: int, a: _Value | str, b: _Value) -> int:
        # Constants by their bits: -0 is not 0, and a nan equals itself.
        key = (operation, *(_bits(item) if isinstance(item, complex) else item for item in (a, b)))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.operations)
            self.operations.append((operation, a, b))
        return found

    def needs(self, number: int) -> list[int]:
        """The operations that an operation uses, each once."""
        operation, a, b = self.operations[number]
        if operation == LOAD:
            return []
        return list(
            {item: None for item in (a, b)[: 1 if operation in (EXP, LOG) else 2] if type(item) is int}
        )


class _Assembler:
    """Puts operations in order and values into registers."""

    def __init__(self, graph: _Graph, roots: list[_Value], variables: dict[str, int]) -> None:
        self.graph = graph
        self.roots = roots
        self.variables = variables
        self.constants: dict[bytes, int] = {}
        self.values: list[complex] = []
        self.words = array("q")

    def code(self) -> Code:
        order = self._order()
        last = self._last_uses(order)
        stores: dict[int, list[int]] = {}
        for result, root in enumerate(self.roots):
            if isinstance(root, complex):
                self.words.extend((STORE_CONSTANT, result, self._constant(root), 0))
            else:
                stores.setdefault(root, []).append(result)
        register: dict[int, int] = {}
        free: list[int] = []
        registers = 0
        for at, number in enumerate(order):
            operation, a, b = self.graph.operations[number]
            # The target is no operand: the kernel looks at operands again after it wrote the target. A
            # register that was free a short while ago is the likeliest to be in the nearest cache.
            if free:
                target = free.pop()
            else:
                target = registers
                registers += 1
            register[number] = target
            operands = [
                self.variables[item]
                if isinstance(item, str)
                else self._constant(item)
                if isinstance(item, complex)
                else register[item]
                for item in ((a,) if operation in (LOAD, EXP, LOG) else (a, b))
            ]
            self.words.extend((operation, target, *operands, *(0,) * (2 - len(operands))))
            for result in stores.get(number, ()):
                self.words.extend((STORE, result, target, 0))
            for used in (*self.graph.needs(number), number):
                if last[used] == at:
                    free.append(register[used])
        names = sorted(self.variables, key=self.variables.__getitem__)
        return Code(tuple(names), tuple(self.values), self.words, registers, len(self.roots))

    def _constant(self, value: complex) -> int:
        found = self.constants.setdefault(_bits(value), len(self.values))
        if found == len(self.values):
            self.values.append(value)
        return found

    def _order(self) -> list[int]:
        """The operations that the roots need, operands before users."""
        needs = self.graph.needs
        # How many registers a value takes, were nothing shared (Sethi and Ullman's numbers).
        demand: list[int] = []
        for number in range(len(self.graph.operations)):
            numbers = sorted((demand[item] for item in needs(number)), reverse=True)
            demand.append(max([count + at for at, count in enumerate(numbers)], default=1))
        order: list[int] = []
        entered: set[int] = set()
        stack = [(root, False) for root in reversed(self.roots) if not isinstance(root, complex)]
        while stack:
            number, complete = stack.pop()
            if complete:
                order.append(number)
            elif number not in entered:
                entered.add(number)
                stack.append((number, True))
                stack += [(item, False) for item in sorted(needs(number), key=demand.__getitem__)]
        return order

    def _last_uses(self, order: list[int]) -> dict[int, int]:
        """Where each operation is used last; its own place if nowhere."""
        last: dict[int, int] = {}
        for at, number in enumerate(order):
            last[number] = at
            for used in self.graph.needs(number):
                last[used] = at
        return last
