"""Trees to straight-line code: each distinct exponential, logarithm and difference of the graph once.

    r0 = load x
    r1 = exp r0
    r0 = log r1
    r2 = constant 1
    r1 = r2 - r0
    result 0 = r1

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

LOAD, CONSTANT, EXP, LOG, SUB, STORE = range(6)
"""The operations. An instruction is four numbers: operation, target, and two operands. A target is a
register, of `STORE` the number of a result; an operand is a register, of `LOAD` the number of a variable, and
of `CONSTANT` that of a constant. The target of a calculation is none of its operands."""


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
        """A line for each instruction, `r2 = exp r1`."""
        return "\n".join(self._line(*self.words[at : at + 4]) for at in range(0, len(self.words), 4))

    def _line(self, operation: int, target: int, a: int, b: int) -> str:
        match operation:
            case 0:  # LOAD
                return f"r{target} = load {self.variables[a]}"
            case 1:  # CONSTANT
                return f"r{target} = constant {self.constants[a]}"
            case 4:  # SUB
                return f"r{target} = r{a} - r{b}"
            case 5:  # STORE
                return f"result {target} = r{a}"
            case _:
                return f"r{target} = {'exp' if operation == EXP else 'log'} r{a}"


def compile_code(trees: Sequence[Term]) -> Code:
    """The code of some trees; result k is the value of the k-th.

    Variables are in the order of their first occurrence. Takes time in proportion to the distinct subtrees.
    """
    graph = _Graph()
    roots = graph.add(trees)
    return _assemble(graph, roots)


def _bits(number: complex) -> bytes:
    """What tells numbers apart: -0 is not 0, and a nan equals itself."""
    return struct.pack("<dd", number.real, number.imag)


_PLUS_ZERO = _bits(0j)


class _Graph:
    """The distinct operations: (operation, operand, operand), where operands are numbers of operations."""

    def __init__(self) -> None:
        self.operations: list[tuple[int, int, int]] = []
        self.variables: dict[str, int] = {}
        self.constants: list[complex] = []
        self._known: dict[tuple[int, int, int], int] = {}
        self._constant_numbers: dict[bytes, int] = {}

    def add(self, trees: Sequence[Term]) -> list[int]:
        """The operations that give the trees' values."""
        values: dict[int, int | complex] = {}
        for item in subtrees(*trees):
            if item.op is EML:
                left, right = item.children
                values[id(item)] = self._difference(
                    self._apply(EXP, values[id(left)]), self._apply(LOG, values[id(right)])
                )
            elif item.op is VARIABLE:
                number = self.variables.setdefault(item.label, len(self.variables))
                values[id(item)] = self._operation(LOAD, number)
            else:
                values[id(item)] = 1 + 0j
        return [self._number(values[id(tree)]) for tree in trees]

    def _apply(self, operation: int, value: int | complex) -> int | complex:
        if isinstance(value, complex):
            return exp_ieee(value) if operation == EXP else log_ieee(value)
        return self._operation(operation, value)

    def _difference(self, left: int | complex, right: int | complex) -> int | complex:
        if isinstance(right, complex):
            if isinstance(left, complex):
                return left - right
            if _bits(right) == _PLUS_ZERO:
                return left
        return self._operation(SUB, self._number(left), self._number(right))

    def _number(self, value: int | complex) -> int:
        """The operation that gives a value; of a constant a new one: it is not worth a register for long."""
        if not isinstance(value, complex):
            return value
        number = self._constant_numbers.setdefault(_bits(value), len(self.constants))
        if number == len(self.constants):
            self.constants.append(value)
        self.operations.append((CONSTANT, number, 0))
        return len(self.operations) - 1

    def _operation(self, operation: int, a: int, b: int = 0) -> int:
        key = (operation, a, b)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.operations)
            self.operations.append(key)
        return found


def _order(operations: list[tuple[int, int, int]], roots: list[int]) -> list[int]:
    """The operations that the roots need, operands before users."""
    # How many registers a value takes, were nothing shared (Sethi and Ullman's numbers); constants come last.
    demand: list[int] = []
    for operation, a, b in operations:
        if operation == SUB:
            left, right = demand[a], demand[b]
            demand.append(left + 1 if left == right else max(left, right))
        else:
            demand.append(demand[a] if operation in (EXP, LOG) else operation == LOAD)
    order: list[int] = []
    entered = bytearray(len(operations))
    stack = roots[::-1]
    while stack:
        number = stack.pop()
        if number < 0:
            order.append(~number)
        elif not entered[number]:
            entered[number] = True
            stack.append(~number)
            operation, a, b = operations[number]
            if operation == SUB:
                stack += (a, b) if demand[a] < demand[b] else (b, a)
            elif operation in (EXP, LOG):
                stack.append(a)
    return order


def _assemble(graph: _Graph, roots: list[int]) -> Code:
    """The operations in order, their values in registers."""
    operations = graph.operations
    order = _order(operations, roots)
    last = [-1] * len(operations)
    for at, number in enumerate(order):
        operation, a, b = operations[number]
        if operation in (EXP, LOG, SUB):
            last[a] = at
        if operation == SUB:
            last[b] = at
    stores: dict[int, list[int]] = {}
    for result, root in enumerate(roots):
        stores.setdefault(root, []).append(result)
    words = array("q")
    register = [0] * len(operations)
    free: list[int] = []
    registers = 0
    for at, number in enumerate(order):
        operation, a, b = operations[number]
        # The target is no operand: the kernel looks at operands again after it wrote the target. What was
        # freed last is the likeliest to be in the nearest cache.
        if free:
            target = free.pop()
        else:
            target = registers
            registers += 1
        register[number] = target
        if operation == SUB:
            words.extend((SUB, target, register[a], register[b]))
        else:
            words.extend((operation, target, register[a] if operation in (EXP, LOG) else a, 0))
        for result in stores.get(number, ()):
            words.extend((STORE, result, target, 0))
        if operation in (EXP, LOG, SUB) and last[a] == at:
            free.append(register[a])
        if operation == SUB and a != b and last[b] == at:
            free.append(register[b])
        if last[number] < 0:  # only stored
            free.append(target)
    return Code(tuple(graph.variables), tuple(graph.constants), words, registers, len(roots))
