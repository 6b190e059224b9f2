"""Expressions from ordinary notation, `sin(x)^2 + 1/2`, and from Wolfram's, `Sin[x]^2 + 1/2`.

The grammar is `grammars/expression.lark`. Powers bind to the right and tighter than signs, so -x^2 is -(x^2);
a number before a name, a parenthesis or a root multiplies it, and that product binds as tightly as `*`, so
1/2x is (1/2)x. Decimals are exact fractions; a quotient of numbers, and a number with its sign, is one
number; nothing else is computed. Time is linear in the text, and depth does not matter.
"""

import re
from fractions import Fraction

from calculus.eml.expressions.node import ARITY, NUMBER, apply, number, variable
from calculus.eml.expressions.notation import ALIASES, CONSTANTS, EXPANSIONS
from calculus.source.diagnostic import Diagnostic, NameProblem, Note, SyntaxProblem
from calculus.source.explain import END, Unexpected, Wording, expectation, syntax
from calculus.source.grammar import Grammar
from calculus.source.integer import read_integer
from calculus.source.text import Source, Span
from calculus.term import Term

LARGEST_EXPONENT = 10_000
"""Of a decimal; what it means is written out as a fraction."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_OPERANDS = frozenset({"NAME", "PI", "BRACED", "NUMBER", "COEFFICIENT", "LPAR", "ROOT", "MINUS", "PLUS"})
_FACTORS = _OPERANDS - {"MINUS", "PLUS"}
_OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "OVER", "POWER", "SUPERSCRIPT"})
_ENDS = frozenset({"NAME", "PI", "BRACED", "NUMBER", "RPAR", "RSQB", "SUPERSCRIPT"})


def read(text: str | Source) -> Term:
    """The expression that a text is.

    Raises `SyntaxProblem` for what is no expression, and `NameProblem` for a function that is not there or
    has another number of arguments.
    """
    source = text if isinstance(text, Source) else Source(text)
    term: Term = GRAMMAR.parse(source, "expression", _Actions(source))
    return term


class _Actions:
    """Builds the expression of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def number(self, start: int, end: int, _: int) -> Term:
        return number(self._fraction(start, end))

    def name(self, start: int, end: int, _: int) -> Term:
        name = self.source.text[start:end]
        if name in CONSTANTS:
            return apply(CONSTANTS[name])
        if name.lower() in ALIASES or name.lower() in EXPANSIONS:
            raise NameProblem(
                Diagnostic(
                    "name",
                    f"expected the arguments of the function `{name}` in brackets, found none",
                    self._span(start, end),
                    help=f"write `{name}(…)`; a variable of that name is written `{{{name}}}`",
                )
            )
        return variable(name)

    def pi(self, start: int, end: int, _: int) -> Term:
        return apply("pi")

    def variable(self, start: int, end: int, _: int) -> Term:
        return variable(self.source.text[start + 1 : end - 1])

    def group(self, start: int, end: int, _o: int, term: Term, _c: int) -> Term:
        return term

    def keep(self, start: int, end: int, _: int, term: Term) -> Term:
        return term

    def negate(self, start: int, end: int, _: int, term: Term) -> Term:
        return number(-term.label) if term.op is NUMBER else apply("minus", term)

    def add(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return apply("add", left, right)

    def subtract(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return apply("sub", left, right)

    def multiply(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return apply("mul", left, right)

    def juxtapose(self, start: int, end: int, left: Term, right: Term) -> Term:
        return apply("mul", left, right)

    def divide(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        if left.op is NUMBER and right.op is NUMBER and right.label:
            return number(left.label / right.label)
        return apply("div", left, right)

    def power(self, start: int, end: int, base: Term, _: int, exponent: Term) -> Term:
        return apply("pow", base, exponent)

    def superscript(self, start: int, end: int, base: Term, at: int) -> Term:
        found = re.compile(r"⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+\Z").search(self.source.text, start, at)
        assert found is not None
        return apply("pow", base, number(read_integer(found[0].translate(_SUPERSCRIPTS))))

    def root(self, start: int, end: int, _: int, term: Term) -> Term:
        return apply("sqrt", term)

    def one(self, start: int, end: int, term: Term) -> list[Term]:
        return [term]

    def more(self, start: int, end: int, terms: list[Term], _: int, term: Term) -> list[Term]:
        terms.append(term)
        return terms

    def call(self, start: int, end: int, name_end: int, _o: int, terms: list[Term], _c: int) -> Term:
        written = self.source.text[start:name_end]
        name = written.lower()
        place = self._span(start, name_end)
        if name in EXPANSIONS:
            arity, expand = EXPANSIONS[name]
            self._count(written, terms, (arity,), place)
            return expand(*terms)
        basic = ALIASES.get(name)
        if basic is None:
            raise NameProblem(_no_function(written, place))
        if basic == "log":
            self._count(written, terms, (1, 2), place)
            return apply("log", *terms) if len(terms) == 2 else apply("ln", terms[0])
        if basic in ("add", "mul"):
            total = terms[0]
            for term in terms[1:]:
                total = apply(basic, total, term)
            return total
        self._count(written, terms, (ARITY[basic],), place)
        return apply(basic, *terms)

    def _count(self, name: str, terms: list[Term], allowed: tuple[int, ...], place: Span) -> None:
        if len(terms) in allowed:
            return
        expected = " or ".join(map(str, allowed))
        plural = "" if allowed == (1,) else "s"
        message = f"`{name}` expects {expected} argument{plural}, found {len(terms)}"
        help = "`log(x)` is ln x, and `log(b, x)` the logarithm of x to the base b" if name == "log" else None
        raise NameProblem(Diagnostic("name", message, place, help=help))

    def _fraction(self, start: int, end: int) -> Fraction:
        digits, _, exponent = self.source.text[start:end].lower().partition("e")
        whole, _, decimals = digits.partition(".")
        power = read_integer(exponent.lstrip("+")) if exponent else 0
        if abs(power) > LARGEST_EXPONENT:
            message = f"expected a power of ten of at most {LARGEST_EXPONENT}, found `{exponent}`"
            raise SyntaxProblem(Diagnostic("syntax", message, self._span(start, end)))
        power -= len(decimals)
        value = read_integer(whole + decimals)
        return Fraction(value * 10**power) if power >= 0 else Fraction(value, 10**-power)

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)


def _no_function(name: str, place: Span) -> Diagnostic:
    from difflib import get_close_matches  # only needed for a mistake

    known = sorted({name for name in (*ALIASES, *EXPANSIONS) if name.isascii()})
    close = get_close_matches(name.lower(), known, n=3, cutoff=0.6)
    if name in CONSTANTS or len(name) == 1:
        help = f"a product is written `{name}*(…)`"
    elif close:
        help = "did you mean " + " or ".join(f"`{item}`" for item in close) + "?"
    else:
        help = None
    basis = ", ".join(dict.fromkeys(ALIASES.values()))
    return Diagnostic(
        "name",
        f"there is no function `{name}`",
        place,
        notes=(Note(f"the functions are {basis}, and what is written with them"),),
        help=help,
    )


def _adjacent(problem: Unexpected) -> Diagnostic | None:
    """Two factors without an operator between them."""
    if problem.kind not in _FACTORS or problem.kind_before() not in _ENDS:
        return None
    before = problem.text(problem.before[-1])
    if problem.kind_before() == "NAME" and (before.lower() in ALIASES or before.lower() in EXPANSIONS):
        return syntax(problem, f"expected `(` after `{before}`, found `{problem.found}`")
    if before in (")", "]"):
        before = "…" + before
    example = f"`{before}*{problem.found}{'…)' if problem.kind == 'LPAR' else ''}`"
    return syntax(problem, expectation(problem, _WORDING), help=f"a product is written {example}")


def _empty(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != END or problem.before:
        return None
    return syntax(problem, "expected an expression, found nothing", label="the text is empty")


def _factorial(problem: Unexpected) -> Diagnostic | None:
    if problem.found != "!":
        return None
    return syntax(problem, "expected an operator, found `!`", help="the basis has no factorial")


_WORDING = Wording(
    words={
        "LPAR": "",
        "LSQB": "",
        "COMMA": "`,`",
        "RPAR": "`)`",
        "RSQB": "`]`",
        END: "the end",
    },
    groups=(
        ("an expression", _OPERANDS),
        ("a factor", _FACTORS),
        ("a name, a parenthesis or a root", _FACTORS - {"NUMBER", "COEFFICIENT"}),
        ("an operator", _OPERATORS),
        ("an operator", _OPERATORS - {"SUPERSCRIPT"}),
        ("an operator", _OPERATORS - {"SUPERSCRIPT", "POWER"}),
    ),
    brackets={"LPAR": "RPAR", "LSQB": "RSQB"},
    hints=(_empty, _adjacent, _factorial),
)

GRAMMAR = Grammar("expression", ("expression",), _WORDING)
