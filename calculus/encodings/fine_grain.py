"""Moggi's computational metalanguage and call-by-push-value: values and computations are apart.

A value becomes what is pushed for it: `⟦x⟧ = x`, `⟦n⟧ = n`, `⟦thunk M⟧ = ⟦M⟧`. A computation runs:
`return V ↦ [⟦V⟧]`, `force V ↦ ⟦V⟧`, `M to x. N` and `let x = M in N ↦ M ; <x>.N`,
`V op W ↦ [⟦V⟧].[⟦W⟧].op`. In the metalanguage an abstraction is a value, whose translation is
`<x>.⟦M⟧`, and `V W ↦ [⟦W⟧].⟦V⟧`. In call-by-push-value it is a computation, `λx.M ↦ <x>.M`, and
`M V ↦ [⟦V⟧].M`. `print V` pushes to `out` and returns `Unit`; `read` pops from `in`.
"""

from collections.abc import Iterator
from typing import ClassVar

from calculus.encodings import terms as t
from calculus.encodings.build import Place, variable_name
from calculus.encodings.language import Encoded, LambdaLanguage
from calculus.encodings.reading import Program, wording
from calculus.encodings.translator import Translator, construction
from calculus.source.diagnostic import Diagnostic, TypeProblem
from calculus.source.grammar import Grammar
from calculus.term import VARIABLE, Term, node

_WORDS = frozenset({"RETURN", "THUNK", "FORCE", "PRINT"})
_ATOMS = frozenset({"NAME", "CONSTRUCTOR", "NUMBER", "STRING", "LPAR", "MATCH", "READ"})

VALUE, COMPUTATION = "a value", "a computation"


class FineGrainTranslator(Translator):
    """Translates a value to what is pushed for it, and a computation to what runs."""

    def condition(self, parts: list[Term]) -> tuple[Term, Term, Term]:
        condition, yes, no = parts
        return Place(condition.span).push(condition), yes, no

    def subject(self, subject: Term, case: Term, at: Place) -> Term:
        return at.push(subject, case)

    def own(self, term: Term, parts: list[Term], at: Place) -> Term:
        op = term.op
        if op is t.ABSTRACTION:
            return at.pop(variable_name(term.label[0]), parts[0])
        if op is t.APPLICATION:
            return at.push(parts[1], parts[0])
        if op is t.LITERAL:
            return at.jump(term.label)
        if op is t.CONSTRUCTION:
            return construction(term.label, parts, at)
        if op is t.RETURN:
            return at.push(parts[0])
        if op is t.THUNK or op is t.FORCE:
            return parts[0]
        if op is t.LET or op is t.TO:
            return at.then(parts[0], at.pop(variable_name(term.label[0]), parts[1]))
        if op is t.PRINT:
            return at.push(parts[0], at.push(at.jump("Unit")), "out")
        if op is t.READ:
            name = self.names["v"]
            return at.pop(name, at.push(at.variable(name)), "in")
        return self.operation(term, parts, at)

    def operation(self, term: Term, parts: list[Term], at: Place) -> Term:
        """`[V].[W].op`; `and` and `or` have values as operands, so nothing is gained by waiting."""
        built = at.primitive(term.label if term.label in ("and", "or") else t.PRIMITIVE_OF[term.label])
        for part in reversed(parts):
            built = at.push(part, built)
        return built


class FineGrain(LambdaLanguage):
    """What the two languages share: every place takes a value or takes a computation."""

    translator = FineGrainTranslator
    abstractions: ClassVar[str]
    definitions: ClassVar[tuple[str, ...]]
    sequence: ClassVar[str]

    def as_value(self, term: Term) -> Term:
        return term if self._sort(term) == VALUE else node(t.THUNK, None, (term,))

    def as_computation(self, term: Term) -> Term:
        return term.children[0] if term.op is t.THUNK else term

    def _encoded(self, program: Program) -> Encoded:
        problems: list[Diagnostic] = []
        for item in program.definitions.values():
            if self._runnable(item.term):
                wanted = COMPUTATION if self.abstractions == COMPUTATION else VALUE
                problems += self._misplaced(item.term, VALUE if item.term.op is t.THUNK else wanted)
            else:
                problems.append(
                    Diagnostic(
                        "type",
                        f"expected {self.definitions[0]}, found {item.term.text(60)}",
                        item.term.span,
                        help=f"what is defined can be run; {self.definitions[1]}",
                    )
                )
        if program.main is not None:
            problems += self._misplaced(program.main, COMPUTATION)
        if problems:
            raise TypeProblem(*problems)
        return super()._encoded(program)

    def _runnable(self, term: Term) -> bool:
        if self.abstractions == VALUE:
            return term.op in (t.ABSTRACTION, t.THUNK)
        return term.op is t.THUNK or self._sort(term) == COMPUTATION

    def _sort(self, term: Term) -> str:
        if term.op is t.ABSTRACTION:
            return self.abstractions
        return VALUE if term.op in (VARIABLE, t.LITERAL, t.CONSTRUCTION, t.THUNK) else COMPUTATION

    def _misplaced(self, term: Term, expected: str) -> Iterator[Diagnostic]:
        """The values where a computation is expected, and the other way round."""
        stack = [(term, expected)]
        while stack:
            item, wanted = stack.pop()
            if item.op in (t.BRANCH, t.ARGUMENT, t.BODY):
                stack.append((item.children[0], wanted))
                continue
            found = self._sort(item)
            if found != wanted:
                help = f"`return {item.text(20)}` is a computation" if found == VALUE else self.sequence
                yield Diagnostic("type", f"expected {wanted}, found {found}", item.span, help=help)
                continue
            stack += zip(item.children, self._places(item), strict=True)

    def _places(self, term: Term) -> list[str]:
        """What each child of a node has to be."""
        op = term.op
        if op in (t.ABSTRACTION, t.THUNK):
            return [COMPUTATION]
        if op in (t.LET, t.TO):
            return [COMPUTATION, COMPUTATION]
        if op is t.APPLICATION:
            return [self.abstractions, VALUE]
        if op is t.CONDITIONAL:
            return [VALUE, COMPUTATION, COMPUTATION]
        if op is t.MATCH:
            return [VALUE] + [COMPUTATION] * (len(term.children) - 1)
        return [VALUE] * len(term.children)


class Metalanguage(FineGrain):
    """Moggi's computational metalanguage."""

    name = "metalanguage"
    endings = (".meta",)
    grammar = Grammar("metalanguage", ("item", "term"), wording(_WORDS | {"DO"}, _ATOMS))
    abstractions = VALUE
    definitions = ("a function or a thunk", "write `def f = thunk …`")
    sequence = "give it a name first: `let x = … in …`"


class CallByPushValue(FineGrain):
    """Call-by-push-value."""

    name = "cbpv"
    endings = (".cbpv",)
    grammar = Grammar("cbpv", ("item", "term"), wording(_WORDS, _ATOMS))
    abstractions = COMPUTATION
    definitions = ("a computation or a thunk", "its name is a thunk of it, for `force`")
    sequence = "give it a name first: `… to x. …`"
