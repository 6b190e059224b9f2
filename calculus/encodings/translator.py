"""What the translations of the λ-calculi share: data, matching and conditionals, names, and which
source term each FMC term comes from.
"""

from collections.abc import Mapping

from calculus.encodings import terms as t
from calculus.encodings.build import Names, Place, fold, variable_name
from calculus.encodings.reading import Definition
from calculus.fmc.program import Definition as FmcDefinition
from calculus.fmc.program import Program as FmcProgram
from calculus.source.text import Source
from calculus.term import VARIABLE, Term
from calculus.term.binding import names_in


class Translator:
    """Translates the terms of one program. A language fills in `variable` and what it has of its own.

    `origins` pairs FMC terms with the source terms they come from; results are shown with them.
    """

    def __init__(self, definitions: Mapping[str, Definition], main: Term | None) -> None:
        self.definitions = definitions
        terms = [item.term for item in definitions.values()]
        self.main = main
        terms += [] if main is None else [main]
        self.names = Names({*names_in(terms), *definitions})
        self.origins: list[tuple[Term, Term]] = []

    def program(self, source: Source) -> FmcProgram:
        """The FMC program, its definitions under the names the FMC allows."""
        definitions = {}
        for name, item in self.definitions.items():
            new = variable_name(name)
            definitions[new] = FmcDefinition(new, self.definition(item.term), None, item.span)
        return FmcProgram(source, definitions, {}, (), None if self.main is None else self.term(self.main))

    def definition(self, term: Term) -> Term:
        """What a definition of `term` runs."""
        return self.term(term)

    def term(self, term: Term) -> Term:
        """The translation of a term."""
        return fold(term, self._build)

    def _build(self, term: Term, parts: list[Term]) -> Term:
        built = self._translate(term, parts, Place(term.span))
        self.origins.append((built, term))
        return built

    def _translate(self, term: Term, parts: list[Term], at: Place) -> Term:
        op = term.op
        if op is VARIABLE:
            return self.variable(term, at)
        if op is t.CONDITIONAL:
            return at.conditional(*self.condition(parts), self.names)
        if op is t.MATCH:
            name = self.names["s"]
            branches = [
                (branch.label, part) for branch, part in zip(term.children[1:], parts[1:], strict=True)
            ]
            case = at.pop(name, at.case(at.variable(name), branches, self.names))
            return self.subject(parts[0], case, at)
        if op is t.BRANCH:
            return parts[0]
        if op is t.ARGUMENT:
            return at.pop(variable_name(term.label[0]), parts[0])
        if op is t.BODY:
            return at.push(parts[0])
        return self.own(term, parts, at)

    def variable(self, term: Term, at: Place) -> Term:
        return at.variable(variable_name(term.label))

    def condition(self, parts: list[Term]) -> tuple[Term, Term, Term]:
        """The parts of a conditional, the condition as a term that pushes its Boolean."""
        condition, yes, no = parts
        return condition, yes, no

    def subject(self, subject: Term, case: Term, at: Place) -> Term:
        """A case on what `subject` pushes."""
        return at.then(subject, case)

    def own(self, term: Term, parts: list[Term], at: Place) -> Term:
        raise AssertionError(f"no translation of {term.op.name}")

    def operation(self, term: Term, parts: list[Term], at: Place) -> Term:
        """Operators on computations: `M ; <a>.(N ; <b>.[a].[b].op)`; `and` and `or` are conditionals."""
        sign = term.label
        if sign == "and":
            return at.conditional(parts[0], parts[1], at.push(at.jump("False")), self.names)
        if sign == "or":
            return at.conditional(parts[0], at.push(at.jump("True")), parts[1], self.names)
        primitive = at.primitive(t.PRIMITIVE_OF[sign])
        if len(parts) == 1:
            return at.then(parts[0], primitive)
        left, right = self.names["a"], self.names["b"]
        pushes = at.push(at.variable(left), at.push(at.variable(right), primitive))
        return at.then(parts[0], at.pop(left, at.then(parts[1], at.pop(right, pushes))))


def construction(label: str, arguments: list[Term], at: Place) -> Term:
    """`[t].[h].Cons`: a thunk that pushes its arguments, the first on top, and leaves with its
    name.
    """
    body = at.jump(label)
    for argument in arguments:
        body = at.push(argument, body)
    return body
