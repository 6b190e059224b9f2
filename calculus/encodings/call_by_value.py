"""The λ-calculus called by value: the argument first, then the function.

`n ↦ [n]`, `x ↦ [x]`, `λx.M ↦ [<x>.M]`, `M N ↦ N ; <a>.(M ; <f>.[a].f)`,
`M op N ↦ M ; <a>.(N ; <b>.[a].[b].op)`, `let x = M in N ↦ M ; <x>.N`. The arguments of a
constructor are evaluated from left to right. The name of a definition that is an abstraction is a
value; another definition is evaluated where its name is used.
"""

from calculus.encodings import terms as t
from calculus.encodings.build import Place, variable_name
from calculus.encodings.call_by_name import GRAMMAR
from calculus.encodings.language import LambdaLanguage
from calculus.encodings.translator import Translator, construction
from calculus.term import Term


class CallByValueTranslator(Translator):
    def definition(self, term: Term) -> Term:
        built = self.term(term)
        return built.children[0] if term.op is t.ABSTRACTION else built

    def variable(self, term: Term, at: Place) -> Term:
        return at.push(at.variable(variable_name(term.label)))

    def own(self, term: Term, parts: list[Term], at: Place) -> Term:
        op = term.op
        if op is t.ABSTRACTION:
            function = at.pop(variable_name(term.label[0]), parts[0])
            self.origins.append((function, term))
            return at.push(function)
        if op is t.APPLICATION:
            value, applied = self.names["a"], self.names["f"]
            call = at.pop(applied, at.push(at.variable(value), at.variable(applied)))
            return at.then(parts[1], at.pop(value, at.then(parts[0], call)))
        if op is t.LITERAL:
            return at.push(at.jump(term.label))
        if op is t.CONSTRUCTION:
            return self._construction(term, parts, at)
        if op is t.LET:
            return at.then(parts[0], at.pop(variable_name(term.label[0]), parts[1]))
        return self.operation(term, parts, at)

    def _construction(self, term: Term, parts: list[Term], at: Place) -> Term:
        """`M1 ; <c1>.(M2 ; <c2>.[[c2].[c1].Cons])`"""
        names = [self.names[f"c{index}"] for index in range(1, len(parts) + 1)]
        built = at.push(construction(term.label, [at.variable(name) for name in names], at))
        for name, part in zip(reversed(names), reversed(parts), strict=True):
            built = at.then(part, at.pop(name, built))
        return built


class CallByValue(LambdaLanguage):
    """The λ-calculus called by value."""

    name = "lambda-cbv"
    endings = (".lam",)
    grammar = GRAMMAR
    translator = CallByValueTranslator
