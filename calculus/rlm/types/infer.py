"""Inference of principal types and effects (Hindley-Milner, algorithm J), without recursion.

Every application lets the effect of its function flow to that of the abstraction it stands in, so a function
is neural if its body may call the oracle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calculus.encodings import terms as t
from calculus.fmc.types.trampoline import Steps, finished
from calculus.rlm.builtins import BUILTINS, GIVEN, scheme
from calculus.rlm.types.nodes import (
    BOOL,
    INT,
    TEXT,
    Con,
    Effect,
    Function,
    Meta,
    Scheme,
    Type,
    find,
    find_effect,
    list_of,
    pair_of,
    text,
    walk,
)
from calculus.rlm.types.unify import Impure, Mismatch, flow, generalize, instantiate, make_neural, unify
from calculus.source.diagnostic import CalculusError, Diagnostic, Note, TypeProblem
from calculus.source.text import Span
from calculus.term import VARIABLE, Term, node

if TYPE_CHECKING:
    from calculus.rlm.program import Program

LONGEST = 80
"""How much of a type a message shows."""

_OPERANDS: Mapping[str, tuple[Type, Type]] = {
    **dict.fromkeys(("+", "-", "*", "/", "%", "negate"), (INT, INT)),
    **dict.fromkeys(("<", "<=", ">", ">="), (INT, BOOL)),
    **dict.fromkeys(("and", "or", "not"), (BOOL, BOOL)),
    "++": (TEXT, TEXT),
}
"""The type of the operands of an operator, and that of its result."""


@dataclass
class Typing:
    """The types of a program's definitions by name, and that of its main term; `problems` by name, with ""
    for the main term.
    """

    types: dict[str, Scheme] = field(default_factory=dict)
    main: Scheme | None = None
    problems: dict[str, Diagnostic] = field(default_factory=dict)


def infer_program(program: "Program") -> Typing:
    """The types of a program; what has no type is among the problems, and nothing is said of what uses it."""
    typing = Typing()
    for name, item in program.definitions.items():
        if item.term is program.main:
            continue  # what is said of the main term is said once
        try:
            typing.types[name] = _Inference(typing.types).whole(item.term)
        except TypeProblem as problem:
            typing.problems[name] = problem.diagnostic
        except _Untyped:
            pass
    if program.main is not None:
        try:
            typing.main = _Inference(typing.types).whole(program.main)
        except TypeProblem as problem:
            typing.problems[""] = problem.diagnostic
        except _Untyped:
            pass
    return typing


def infer_term(term: Term, known: Mapping[str, Scheme] | None = None) -> Scheme:
    """The type of a term. Raises `TypeProblem`."""
    return _Inference(known or {}).whole(term)


def asks(program: "Program", term: Term | None = None) -> bool:
    """Whether evaluating a term of a program, by default its main term, may call the oracle, or applying what
    it comes to: what its effect says. Raises `TypeProblem`.
    """
    whole = program.main if term is None else term
    assert whole is not None
    # The effect of a term is that of a function that ignores its argument; no variable has an empty name.
    function = node(t.ABSTRACTION, ("",), (whole,))
    types = infer_program(program).types
    return any(
        isinstance(item, Function) and find_effect(item.effect).neural
        for item in walk(infer_term(function, types).type)
    )


class _Untyped(CalculusError):
    """Something uses a definition that has no type itself."""


class _Inference:
    def __init__(self, known: Mapping[str, Scheme]) -> None:
        self.known = known
        self.scope: dict[str, list[Scheme]] = {}
        self.level = 0
        self.effects = [Effect(0)]
        self.types: dict[int, Type] = {}

    def whole(self, term: Term) -> Scheme:
        """The type of a definition's term or of the main term."""
        self.level += 1
        self.effects.append(Effect(self.level))
        type = finished(self._infer(term))
        self.level -= 1
        self.effects.pop()
        return generalize(type, self.level)

    def _infer(self, term: Term) -> Steps:
        op = term.op
        if op is VARIABLE:
            return self._variable(term)
        if op is t.LITERAL:
            return INT if isinstance(term.label, int) else TEXT
        if op is t.CONSTRUCTION:
            return BOOL
        if op is t.ABSTRACTION:
            return (yield self._abstraction(term))
        if op is t.APPLICATION:
            return (yield self._application(term))
        if op is t.LET:
            return (yield self._let(term))
        if op is t.CONDITIONAL:
            return (yield self._conditional(term))
        if op is t.OPERATION:
            return (yield self._operation(term))
        if op is t.FIX:
            return (yield self._fix(term))
        if op is t.PAIR:
            parts = []
            for child in term.children:
                parts.append(self._data((yield self._infer(child)), child))
            return pair_of(*parts)
        assert op is t.LIST, op
        element: Type | None = None
        for child in term.children:
            found = self._data((yield self._infer(child)), child)
            if element is not None:
                self._expect(element, found, child)
            element = element or found
        return list_of(element or Meta(self.level, data=True))

    def _variable(self, term: Term) -> Type:
        name = term.label
        if self.scope.get(name):
            return instantiate(self.scope[name][-1], self.level)
        if name in self.known:
            return instantiate(self.known[name], self.level)
        if name in GIVEN:
            return GIVEN[name]
        if name in BUILTINS:
            type = instantiate(scheme(name), self.level)
            if name == "oracle" and isinstance(type, Function):
                # Where this effect is asked about, the place is the one in the program.
                effect = Effect(self.level)
                make_neural(effect, term.span)
                return Function(type.argument, type.result, effect)
            return type
        raise _Untyped(Diagnostic("type", f"`{name}` has no type", term.span))

    def _abstraction(self, term: Term) -> Steps:
        argument, effect = Meta(self.level), Effect(self.level)
        (name,) = term.label
        self._bind(name, Scheme(argument))
        self.effects.append(effect)
        result = yield self._infer(term.children[0])
        self.effects.pop()
        self.scope[name].pop()
        return Function(argument, result, effect)

    def _application(self, term: Term) -> Steps:
        function, argument = term.children
        left = find((yield self._infer(function)))
        if not isinstance(left, Function):
            expected = Function(Meta(self.level), Meta(self.level), Effect(self.level))
            if not isinstance(left, Meta):
                self._not_a_function(function, left, argument)
            self._expect(expected, left, function)
            left = expected
        right = yield self._infer(argument)
        self._expect(left.argument, right, argument, function)
        flow(left.effect, self.effects[-1])
        return left.result

    def _let(self, term: Term) -> Steps:
        bound, body = term.children
        (name,) = term.label
        self.level += 1
        effect = Effect(self.level)
        self.effects.append(effect)
        type = yield self._infer(bound)
        self.effects.pop()
        self.level -= 1
        flow(effect, self.effects[-1])
        self._bind(name, generalize(type, self.level))
        result = yield self._infer(body)
        self.scope[name].pop()
        return result

    def _conditional(self, term: Term) -> Steps:
        condition, yes, no = term.children
        self._expect(BOOL, (yield self._infer(condition)), condition)
        result = yield self._infer(yes)
        self._expect(result, (yield self._infer(no)), no)
        return result

    def _operation(self, term: Term) -> Steps:
        sign = term.label
        if sign in ("==", "!="):
            element: Type = Meta(self.level, data=True)
            for child in term.children:
                self._expect(element, (yield self._infer(child)), child)
            return BOOL
        operand, result = _OPERANDS[sign]
        for child in term.children:
            self._expect(operand, (yield self._infer(child)), child)
        return result

    def _fix(self, term: Term) -> Steps:
        (name,) = term.label
        type = Function(TEXT, Meta(self.level), Effect(self.level))
        self._bind(name, Scheme(type))
        body = yield self._infer(term.children[0])
        self.scope[name].pop()
        self._expect(type, body, term.children[0])
        return type

    def _bind(self, name: str, scheme: Scheme) -> None:
        self.scope.setdefault(name, []).append(scheme)

    def _data(self, type: Type, term: Term) -> Type:
        """A type that may stand in a list or pair."""
        if isinstance(find(type), Con):  # its own parts are data already
            return type
        element = Meta(self.level, data=True)
        self._expect(element, type, term)
        return element

    def _expect(self, expected: Type, found: Type, term: Term, function: Term | None = None) -> None:
        try:
            unify(expected, found)
        except Mismatch as wrong:
            raise TypeProblem(_mismatch(wrong, expected, found, term, function)) from None
        except Impure as impure:
            raise TypeProblem(_impure(impure.span, term, function)) from None

    def _not_a_function(self, function: Term, type: Type, argument: Term) -> None:
        head, given = _head(function)
        name = str(head.label) if head.op is VARIABLE else ""
        if name in BUILTINS and given:
            arity = BUILTINS[name].arity
            message = f"expected {arity} argument{'s' * (arity != 1)} of `{name}`, found one more"
        else:
            message = f"expected a function, found {_shown(type)}"
        span = argument.span if name in BUILTINS and given else function.span
        raise TypeProblem(Diagnostic("type", message, span, notes=_notes(function)))


def _head(term: Term) -> tuple[Term, int]:
    """What is applied in the end, and to how many arguments."""
    count = 0
    while term.op is t.APPLICATION:
        term = term.children[0]
        count += 1
    return term, count


def _shown(type: Type) -> str:
    found = text(type)
    return f"`{found if len(found) <= LONGEST else found[: LONGEST - 1] + '…'}`"


def _notes(function: Term | None) -> tuple[Note, ...]:
    head = None if function is None else _head(function)[0]
    if head is None or head.op is not VARIABLE or head.label not in BUILTINS:
        return ()
    return (Note(f"`{head.label}` is a function of type `{BUILTINS[head.label].type}`"),)


def _mismatch(wrong: Mismatch, expected: Type, found: Type, term: Term, function: Term | None) -> Diagnostic:
    message = f"expected {_shown(expected)}, found {_shown(found)}"
    notes: Iterable[Note] = _notes(function)
    if wrong.why:
        notes = (*notes, Note(wrong.why))
    elif wrong.expected is not find(expected):
        notes = (*notes, Note(f"{_shown(wrong.expected)} and {_shown(wrong.found)} are not the same"))
    return Diagnostic("type", message, term.span, notes=tuple(notes))


def _impure(span: Span | None, term: Term, function: Term | None) -> Diagnostic:
    notes: tuple[Any, ...] = _notes(function)
    if span is not None:
        notes = (*notes, Note("the oracle is called here", span))
    return Diagnostic(
        "type",
        "expected a pure function, found one that may call the oracle",
        term.span,
        notes=notes,
        help="join the answers first, and ask once: `oracle (ask_all … (map f parts))`",
    )
