"""The λ-calculus called by name: an argument is pushed unevaluated, a variable runs it.

`x ↦ x`, `λx.M ↦ <x>.M`, `M N ↦ [N].M`, `n ↦ [n]`, `M op N ↦ M ; <a>.(N ; <b>.[a].[b].op)`,
`let x = M in N ↦ [M].<x>.N`. The arguments of a constructor are unevaluated too.
"""

from calculus.encodings import terms as t
from calculus.encodings.build import Place, variable_name
from calculus.encodings.language import LambdaLanguage
from calculus.encodings.reading import wording
from calculus.encodings.translator import Translator, construction
from calculus.source.grammar import Grammar
from calculus.term import Term

GRAMMAR = Grammar("lambda", ("item", "term"), wording(frozenset()))


class CallByNameTranslator(Translator):
    def own(self, term: Term, parts: list[Term], at: Place) -> Term:
        op = term.op
        if op is t.ABSTRACTION:
            return at.pop(variable_name(term.label[0]), parts[0])
        if op is t.APPLICATION:
            return at.push(parts[1], parts[0])
        if op is t.LITERAL:
            return at.push(at.jump(term.label))
        if op is t.CONSTRUCTION:
            return at.push(construction(term.label, parts, at))
        if op is t.LET:
            return at.push(parts[0], at.pop(variable_name(term.label[0]), parts[1]))
        return self.operation(term, parts, at)


class CallByName(LambdaLanguage):
    """The λ-calculus called by name."""

    name = "lambda-cbn"
    endings = ()
    grammar = GRAMMAR
    translator = CallByNameTranslator
