"""What the names of an `imp` program are, and what is wrong with them."""

from dataclasses import dataclass, field
from typing import Any

from calculus.encodings import terms as t
from calculus.encodings.imp.syntax import (
    ASSIGN,
    BLOCK,
    BREAK,
    DECLARE,
    PROCEDURE,
    THROW,
    TRY,
    WHILE,
)
from calculus.source.diagnostic import Diagnostic
from calculus.term import VARIABLE, Term
from calculus.term.node import postorder


@dataclass(slots=True)
class Scope:
    """`locals` are the ids of the uses of parameters and of names given by `let` and `catch`; `cells` the
    variables that are assigned, in the order of the text; `procedures` those defined.
    """

    procedures: dict[str, Term] = field(default_factory=dict)
    cells: list[str] = field(default_factory=list)
    locals: set[int] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def wrong(self, message: str, item: Term, help: str | None = None) -> None:
        place = item.span.at_head() if item.span else None
        self.problems.append(Diagnostic("name", message, place, help=help))


def resolve(program: Term) -> Scope:
    """Tell locals from cells, and find every name that is not bound, every `break`, `return` and
    assignment out of place, and every call and exception with the wrong number of values.
    """
    scope = Scope()
    cells: dict[str, None] = {}
    payload: dict[str, int] = {}
    top = {id(item) for item in program.children}
    for item in postorder(program):
        if item.op is ASSIGN:
            cells[item.label] = None
            scope.names.add(item.label)
        elif item.op is DECLARE or item.op is VARIABLE or item.op is t.CALL:
            scope.names.add(item.label)
        elif item.op is PROCEDURE:
            name, parameters = item.label
            scope.names |= {name, *parameters}
            if id(item) not in top:
                scope.wrong("expected a procedure outside all blocks, found one inside", item)
            if name in scope.procedures:
                scope.wrong(f"expected one procedure `{name}`, found a second", item)
            if len(set(parameters)) < len(parameters):
                scope.wrong("expected different names for the parameters, found one twice", item)
            scope.procedures.setdefault(name, item)
        elif item.op is TRY:
            scope.names |= {variable for _, variable in item.label if variable}
            for name, variable in item.label:
                _carries(name, int(variable is not None), payload, item, scope)
        elif item.op is THROW:
            _carries(item.label, len(item.children), payload, item, scope)
    scope.cells = list(cells)
    _walk(program, scope)
    return scope


def _carries(name: str, count: int, payload: dict[str, int], item: Term, scope: Scope) -> None:
    if payload.setdefault(name, count) != count:
        wanted = "with a value" if payload[name] else "without a value"
        scope.wrong(f"expected the exception {name} {wanted} as elsewhere in the program", item)


def _walk(program: Term, scope: Scope) -> None:
    """Visit the program in order, with the local names that are visible."""
    visible: dict[str, int] = {}
    blocks: list[list[str]] = []
    # To do: a node with whether it is in a loop and in a procedure; or a name to bind; or the end of a block.
    stack: list[tuple[Any, bool, bool]] = [(program, False, False)]
    while stack:
        item, in_loop, in_procedure = stack.pop()
        if item is None:
            for name in blocks.pop():
                visible[name] -= 1
            continue
        if isinstance(item, str):
            if item in scope.procedures:
                scope.wrong(
                    f"expected a new name, found `{item}`, which is a procedure", scope.procedures[item]
                )
            visible[item] = visible.get(item, 0) + 1
            blocks[-1].append(item)
            continue
        if item.op is VARIABLE:
            if visible.get(item.label):
                scope.locals.add(id(item))
            elif item.label not in scope.cells:
                scope.wrong(
                    f"there is no `{item.label}`: nothing assigns it and nothing binds it",
                    item,
                    f"`{item.label}` is a procedure: call it, as in `{item.label}(…)`"
                    if item.label in scope.procedures
                    else None,
                )
            continue
        if item is _OPEN:
            blocks.append([])
            continue
        _check(item, in_loop, in_procedure, visible, scope)
        if item.op is PROCEDURE:
            blocks.append([])
            stack.append((None, False, False))
            stack.append((item.children[0], False, True))
            stack += [(name, False, False) for name in item.label[1]]
        elif item.op is TRY:
            for (_, variable), block in reversed(list(zip(item.label, item.children[1:], strict=True))):
                stack.append((None, False, False))
                stack.append((block, in_loop, in_procedure))
                if variable:
                    stack.append((variable, False, False))
                stack.append((_OPEN, False, False))
            stack.append((item.children[0], in_loop, in_procedure))
        elif item.op is BLOCK:
            blocks.append([])
            stack.append((None, False, False))
            for child in reversed(item.children):
                if child.op is DECLARE:
                    stack.append((child.label, False, False))
                stack.append((child, in_loop, in_procedure))
        else:
            inside = in_loop or item.op is WHILE
            stack += [(child, inside, in_procedure) for child in reversed(item.children)]


_OPEN = Term(BLOCK, "open", (), None)
"""Stands for the beginning of a scope that no block of the text begins."""


def _check(item: Term, in_loop: bool, in_procedure: bool, visible: dict[str, int], scope: Scope) -> None:
    if item.op is BREAK and not in_loop:
        scope.wrong("expected `break` inside a loop, found it outside", item)
    elif item.op is t.RETURN and not in_procedure:
        scope.wrong("expected `return` inside a procedure, found it outside", item)
    elif item.op is ASSIGN:
        if visible.get(item.label):
            help = "parameters and names given by `let` and `catch` keep their value; assign to another name"
            scope.wrong(
                f"expected a variable that can be assigned, found the local `{item.label}`", item, help
            )
    elif item.op is t.CALL:
        found = scope.procedures.get(item.label)
        if found is None:
            scope.wrong(f"there is no procedure `{item.label}`", item)
        elif len(found.label[1]) != len(item.children):
            wanted = len(found.label[1])
            scope.wrong(
                f"`{item.label}` expects {wanted} argument{'s' * (wanted != 1)}, found {len(item.children)}",
                item,
            )
