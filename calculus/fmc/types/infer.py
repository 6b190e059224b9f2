"""The types of terms: one pass over a term with the memory at each point, as the machine runs it.

At each point there are a memory (what is on the stacks) and a sum (what every exit must leave), so
a push or a pop looks at the top of one stack only.
"""

from collections.abc import Mapping
from typing import Any

from calculus.fmc.program import Data
from calculus.fmc.types import written
from calculus.fmc.types.nodes import (
    MEMORY,
    SUM,
    VALUE,
    Node,
    base,
    exit_to,
    find,
    thunk,
    unknown,
)
from calculus.fmc.types.problems import problem
from calculus.fmc.types.schemes import Scheme
from calculus.fmc.types.solver import Constraint, Solver
from calculus.fmc.types_syntax import ARROW
from calculus.machine.effects import Kind
from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH, VARIABLE
from calculus.machine.primitives import PRIMITIVES, base_type
from calculus.source.text import Span
from calculus.term import Term, free_variables
from calculus.term.binding import free_variables_at
from calculus.term.node import postorder

Arrow = tuple[Node, Node]
"""A memory and a sum."""

Known = Scheme | Term | Arrow
"""What is known of a definition: its scheme, its declared type, or, inside its own recursion, the
one type it has there.
"""


class Inference(Solver):
    """Infers terms that may use definitions."""

    def __init__(
        self,
        data: Mapping[str, Data],
        known: Mapping[str, Known],
        hosts: Mapping[str, Kind] | None = None,
        *,
        nominal: bool = True,
    ) -> None:
        super().__init__(data, hosts)
        self.known = known
        self.nominal = nominal
        """Whether a pushed thunk may have a framed or a data type."""
        self.scope: dict[str, list[Node]] = {}
        self.variables: dict[str, Node] = {}

    def infer(self, term: Term) -> Arrow:
        """The memory and the sum of a term at their most general; raises `TypeProblem`."""
        memory, exits = unknown(MEMORY), unknown(SUM)
        self.visit(term, memory, exits)
        return memory, exits

    def check(self, term: Term, declared: Term) -> None:
        """Raise `TypeProblem` if the term does not have the declared type."""
        self.variables = written.rigid(declared)
        head = written.instance(declared, self.variables)
        memory, exits, _ = self.demanded(head, declared.span)
        self.visit(term, memory, exits)

    def visit(self, term: Term, memory: Node, exits: Node) -> None:
        """Go over a term that runs at the memory and leaves by the exits."""
        self.scope = {}
        if self.nominal:
            pushed = {id(item.children[0]) for item in postorder(term) if item.op is PUSH}
            free_variables_at(term, lambda item: id(item) in pushed)
        # To do: a term at a memory and a sum, with a value if only the push is left of it; or the
        # end of the scope of a name.
        stack: list[Any] = [(term, memory, exits)]
        while stack:
            task = stack.pop()
            if type(task) is str:
                self.scope[task].pop()
                continue
            if len(task) == 4:
                term, memory, exits, value = task
                after = self.put(memory, term.label, value, term.span)
                stack.append((term.children[1], after, exits))
                continue
            term, memory, exits = task
            op = term.op
            if op is PUSH:
                argument = term.children[0]
                value, inside = self.argument(argument, term.span)
                # What is pushed comes first, so that much is known of it if it does not fit.
                stack.append((term, memory, exits, value))
                if inside is not None:
                    stack.append(inside)
            elif op is POP:
                location, name = term.label
                value = unknown(VALUE, term.span)
                if len(term.children) > 1:
                    value = written.read(term.children[1], self.variables, term.span)
                value, after = self.take(memory, location, value, term.span)
                self.scope.setdefault(name, []).append(value)
                stack += (name, (term.children[0], after, exits))
            elif op is JUMP:
                self.leave(exits, term.label, memory, term.span)
                self.solve()
            elif op is JOIN:
                caught = unknown(MEMORY)
                _, others = self.without(exits, term.label)
                first, handler = term.children
                stack += ((handler, caught, exits), (first, memory, exit_to(term.label, caught, others)))
            elif op is LOOP:
                _, others = self.without(exits, term.label)
                stack.append((term.children[0], memory, exit_to(term.label, memory, others)))
            elif op is PRIMITIVE:
                stack.append((term.children[0], self.primitive(term, memory), exits))
            else:
                assert op is VARIABLE
                self.run(term, memory, exits)

    def argument(self, argument: Term, span: Span | None) -> tuple[Node, Any]:
        """The type of what is pushed, and what has to be gone over for it."""
        span = argument.span or span
        if argument.op is JUMP and base_type(argument.label):
            value = unknown(VALUE, span)
            self.add(Constraint("literal", value, (), span, label=argument.label))
            return value, None
        if argument.op is VARIABLE and self.scope.get(argument.label):
            bound = self.scope[argument.label][-1]
            if find(bound).kind != "framed":
                return bound, None
            value = unknown(VALUE, span)
            self.add(Constraint("read", value, (bound,), span))
            return value, None
        memory, exits = unknown(MEMORY), unknown(SUM)
        if not self.nominal:
            return thunk(memory, exits, span), (argument, memory, exits)
        value = unknown(VALUE, span)
        around = [self.scope[name][-1] for name in free_variables(argument) if self.scope.get(name)]
        self.add(Constraint("push", value, (memory, exits), span, around=around))
        return value, (argument, memory, exits)

    def primitive(self, term: Term, memory: Node) -> Node:
        signature = PRIMITIVES[term.label]
        place = term.span.at_head() if term.span else None
        wanted: Node | None = None
        for operand in reversed(signature.operands):
            if operand != "Base":
                wanted = base(operand, place)
            elif wanted is None:
                wanted = unknown(VALUE, place)
                self.add(Constraint("base", wanted, (), place))
            _, memory = self.take(memory, LAMBDA, wanted, place)
        return self.push(memory, LAMBDA, base(signature.result, place))

    def run(self, term: Term, memory: Node, exits: Node) -> None:
        """Run a variable or a definition."""
        name, span = term.label, term.span
        bound = self.scope.get(name)
        if bound:
            self.add(Constraint("run", bound[-1], (memory, exits), span))
            return
        known = self.known.get(name)
        if known is None:
            raise problem(f"expected a bound variable or a definition, found `{name}`", span)
        if isinstance(known, Term):
            assert known.op is ARROW
            self.apply(written.instance(known), memory, exits, span)
            return
        expected, leaves = known.instance(self, span) if isinstance(known, Scheme) else known
        self.unify(expected, memory, span)
        self.equate(exits, leaves, span)
