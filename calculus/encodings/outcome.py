"""Results in a source language's terms."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from calculus.encodings import terms as t
from calculus.encodings.build import source_name
from calculus.machine.instructions import JUMP, LAMBDA, PUSH, STAR, Jump
from calculus.machine.result import Result, value_text
from calculus.machine.state import Closure, evaluate
from calculus.source.diagnostic import Diagnostic
from calculus.term import VARIABLE, Term, free_variables, node, substitute, variable


@dataclass(frozen=True)
class SourceResult:
    """A run of a program that was translated: the machine's `result`, and what it means.

    `values` are the values left, `output` the printed lines, `cells` the final values of variables,
    all as texts of the source language; `uncaught` names an exception that nothing caught. `status`
    and `error` are in the source's terms and may differ from the machine's.
    """

    result: Result
    status: str
    values: tuple[Term, ...] = ()
    output: tuple[str, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    uncaught: str | None = None
    error: Diagnostic | None = None

    @property
    def language(self) -> str:
        return self.result.language

    @property
    def exit(self) -> Jump | None:
        """The label the run left with; `*` for a result in the source's terms."""
        return (self.uncaught or STAR) if self.status == "done" else None

    @property
    def stacks(self) -> dict[str, list[Term]]:
        return self.result.stacks

    @property
    def steps(self) -> int:
        return self.result.steps

    @property
    def engine(self) -> str:
        return self.result.engine

    @property
    def stopped_by(self) -> str | None:
        return self.result.stopped_by

    @property
    def value(self) -> Term | None:
        """The value the program came to, if it came to one."""
        return self.values[-1] if self.values else None

    def texts(self) -> list[str]:
        return [value_text(value) for value in self.values]

    def to_json(self) -> dict[str, Any]:
        """The machine's JSON, with a `source` view."""
        view: dict[str, Any] = {"values": self.texts(), "output": list(self.output)}
        if self.cells:
            view["cells"] = dict(self.cells)
        if self.uncaught:
            view["uncaught"] = self.uncaught
        found = replace(self.result, error=self.error).to_json()
        return found | {"status": self.status, "source": view}

    def __str__(self) -> str:
        lines = [*self.output, *self.texts()]
        if self.uncaught:
            lines.append(f"uncaught exception {self.uncaught}")
        return "\n".join(lines)

    def __rich__(self) -> str:
        return str(self).replace("[", "\\[")

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


class ReadBack:
    """Values of the machine as source terms; `origins` pairs FMC terms with those they come from,
    and keeps them alive; `as_value` makes a value of what a thunk runs.
    """

    def __init__(
        self, origins: list[tuple[Term, Term]], as_value: Callable[[Term], Term] = lambda term: term
    ) -> None:
        self._as_value = as_value
        self._pairs = origins
        self._origins = {id(built): term for built, term in reversed(origins)}
        self._equal: dict[Term, Term] | None = None
        self._done: dict[int, Term] = {}
        self._parts: dict[int, tuple[Closure, list[Closure], Term | None]] = {}

    def __call__(self, value: Closure) -> Term:
        """The source term that a value stands for, closed."""
        stack = [value]
        done = self._done
        while stack:
            top = stack[-1]
            if id(top) in done:
                stack.pop()
                continue
            if id(top) not in self._parts:
                self._parts[id(top)] = self._split(top)
            _, parts, pattern = self._parts[id(top)]
            missing = [part for part in parts if id(part) not in done]
            if missing:
                stack += missing
                continue
            stack.pop()
            done[id(top)] = self._whole(top, [done[id(part)] for part in parts], pattern)
        return done[id(value)]

    def _origin(self, term: Term) -> Term | None:
        """The source term that a term comes from, or that an equal one does: an engine may run
        equal terms as one.
        """
        if id(term) in self._origins:
            return self._origins[id(term)]
        if self._equal is None:
            self._equal = dict(reversed(self._pairs))
        return self._equal.get(term)

    def _split(self, value: Closure) -> tuple[Closure, list[Closure], Term | None]:
        """The values that a value is made of, and the source term around them if it has one.

        The value itself is kept, so that its id stays its own.
        """
        term = value.term
        if term.op is JUMP or term.op is VARIABLE:
            return value, [], None
        arguments: list[Closure] = []
        while term.op is PUSH and term.label == LAMBDA:
            arguments.append(evaluate(term.children[0], value.environment))
            term = term.children[1]
        if term.op is JUMP and isinstance(term.label, str) and term.label != STAR:
            return value, arguments[::-1], node(t.CONSTRUCTION, term.label)
        pattern = self._origin(value.term)
        if pattern is None:
            return value, [], None
        free = free_variables(pattern)
        names = [name for name in value.environment if source_name(name) in free]
        return value, [value.environment[name] for name in names], self._as_value(pattern)

    def _whole(self, value: Closure, parts: list[Term], pattern: Term | None) -> Term:
        term = value.term
        if term.op is JUMP:
            label = term.label
            is_name = isinstance(label, str)
            return node(t.CONSTRUCTION if is_name else t.LITERAL, label)
        if term.op is VARIABLE:
            return variable(source_name(term.label))
        if pattern is None:
            return variable("<function>")
        if pattern.op is t.CONSTRUCTION and pattern.span is None:
            return node(t.CONSTRUCTION, pattern.label, tuple(parts))
        free = free_variables(pattern)
        names = [source_name(name) for name in value.environment if source_name(name) in free]
        return substitute(pattern, dict(zip(names, parts, strict=True)))
