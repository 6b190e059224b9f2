"""From `imp` to the FMC.

A variable is a cell, a location with one value: read `c<x>.[x]c.[x]`, assigned by
`E ; <v>.c<_>.[v]c`; all are 0 at first. An expression pushes its value, a statement leaves λ as it
was. `while` is `(B ; <b>.((b; True->[M]; False->[Break']) ; <k>.k))^* ; Break'->*`, `throw E` is `E`,
`try M catch E N` is `M ; E->N`; several catches push what is to be run, so that none catches what
another throws. A procedure pops its arguments and leaves its result: `<x>.<y>.((M ; [0]) ; Return'->*)`.

Exceptions do not unwind λ: an intermediate result is bound to a name before anything else runs.
Labels that end in a prime are the translation's own.
"""

from calculus.encodings import terms as t
from calculus.encodings.build import Names, Place, location_name, variable_name
from calculus.encodings.imp.scope import Scope
from calculus.encodings.imp.syntax import (
    ASSIGN,
    BLOCK,
    BREAK,
    DECLARE,
    DISCARD,
    PROCEDURE,
    THROW,
    TRY,
    WHILE,
)
from calculus.encodings.translator import Translator
from calculus.fmc.program import Definition, Program
from calculus.machine.instructions import SKIP
from calculus.source.text import Source
from calculus.term import Term

BREAK_LABEL, RETURN_LABEL = "Break'", "Return'"


class ImpTranslator(Translator):
    """Translates one program, whose names `scope` has resolved."""

    def __init__(self, main: Term, scope: Scope) -> None:
        super().__init__({}, main)
        self.scope = scope
        self.names = Names(scope.names)

    def program(self, source: Source) -> Program:
        definitions: dict[str, Definition] = {}
        for name, item in self.scope.procedures.items():
            new = variable_name(name)
            definitions[new] = Definition(new, self.term(item), None, item.span)
        assert self.main is not None
        body = self.term(self.main)
        for cell in reversed(self.scope.cells):
            zero = Place(self.main.span)
            body = zero.push(zero.jump(0), body, location_name(cell))
        return Program(source, definitions, {}, (), body)

    def variable(self, term: Term, at: Place) -> Term:
        if id(term) in self.scope.locals:
            return at.push(at.variable(variable_name(term.label)))
        cell, name = location_name(term.label), self.names["x"]
        value = at.variable(name)
        return at.pop(name, at.push(value, at.push(value), cell), cell)

    def own(self, term: Term, parts: list[Term], at: Place) -> Term:
        op = term.op
        if op is t.OPERATION:
            return self.operation(term, parts, at)
        if op is t.LITERAL or op is t.CONSTRUCTION:
            return at.push(at.jump(term.label))
        if op is t.CALL:
            return self._call(term, parts, at)
        if op is t.READ:
            name = self.names["v"]
            return at.pop(name, at.push(at.variable(name)), "in")
        if op is DECLARE:  # the block binds what this pushes
            return parts[0]
        if op is PROCEDURE:
            return self._procedure(term, parts[0], at)
        return self._statement(term, parts, at)

    def _statement(self, term: Term, parts: list[Term], at: Place) -> Term:
        op = term.op
        if op is BLOCK:
            return self._block(term, parts)
        if op is ASSIGN:
            cell, name = location_name(term.label), self.names["v"]
            return at.then(parts[0], at.pop(name, at.pop("_", at.push(at.variable(name), SKIP, cell), cell)))
        if op is t.PRINT:
            name = self.names["v"]
            return at.then(parts[0], at.pop(name, at.push(at.variable(name), SKIP, "out")))
        if op is DISCARD:
            return at.then(parts[0], at.pop("_"))
        if op is WHILE:
            turn = at.conditional(parts[0], parts[1], at.jump(BREAK_LABEL), self.names)
            return at.join(at.loop(turn), BREAK_LABEL, SKIP)
        if op is BREAK:
            return at.jump(BREAK_LABEL)
        if op is t.RETURN:
            return at.then(parts[0], at.jump(RETURN_LABEL))
        if op is THROW:
            return at.then(parts[0], at.jump(term.label)) if parts else at.jump(term.label)
        if op is TRY:
            return self._try(term, parts, at)
        raise AssertionError(f"no translation of {op.name}")

    def _block(self, term: Term, parts: list[Term]) -> Term:
        rest: Term | None = None
        for statement, part in zip(reversed(term.children), reversed(parts), strict=True):
            at = Place(statement.span)
            if statement.op is PROCEDURE:
                continue
            if statement.op is DECLARE:
                rest = at.then(part, at.pop(variable_name(statement.label), SKIP if rest is None else rest))
            else:
                rest = part if rest is None else at.then(part, rest)
        return SKIP if rest is None else rest

    def _try(self, term: Term, parts: list[Term], at: Place) -> Term:
        handlers = []
        for (name, variable), part in zip(term.label, parts[1:], strict=True):
            handler = part if len(parts) == 2 else at.push(part)
            handlers.append((name, at.pop(variable_name(variable), handler) if variable else handler))
        if len(parts) == 2:
            return at.join(parts[0], *handlers[0])
        return at.case(at.then(parts[0], at.push(SKIP)), handlers, self.names)

    def _call(self, term: Term, parts: list[Term], at: Place) -> Term:
        """`E1 ; <a1>.(E2 ; <a2>.[a2].[a1].f)`"""
        names = [self.names[f"a{index}"] for index in range(1, len(parts) + 1)]
        built = at.variable(variable_name(term.label))
        for name in names:
            built = at.push(at.variable(name), built)
        for name, part in zip(reversed(names), reversed(parts), strict=True):
            built = at.then(part, at.pop(name, built))
        return built

    def _procedure(self, term: Term, body: Term, at: Place) -> Term:
        built = at.join(at.then(body, at.push(at.jump(0))), RETURN_LABEL, SKIP)
        for name in reversed(term.label[1]):
            built = at.pop(variable_name(name), built)
        return built
