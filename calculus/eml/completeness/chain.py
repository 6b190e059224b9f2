"""The discovery chain of the paper: each function from those found before it, beginning with eml and 1.

Source: Odrzywołek (arXiv 2603.21852), the witnesses of the systematic search behind Table 4. Every step is a
definition over earlier ones; expanded, it is a tree of eml alone, whose size is what a plain compiler
spends. The best tree known stands beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from calculus.eml import catalogue
from calculus.eml.completeness.naming import semantics_in
from calculus.eml.completeness.points import MOST_ERROR, deviation, points_of
from calculus.eml.domain import SEMANTICS, SemanticsName
from calculus.eml.expressions.node import ARITY
from calculus.eml.syntax import ONE, dag_size, eml, size, substitute, variable
from calculus.term import Term

STEPS = (
    ("e", "eml(1, 1)"),
    ("exp", "eml(x, 1)"),
    ("ln", "eml(1, exp(eml(1, x)))"),
    ("sub", "eml(ln(x), exp(y))"),
    ("-1", "sub(ln(1), 1)"),
    ("2", "sub(1, -1)"),
    ("minus", "sub(ln(1), x)"),
    ("add", "sub(x, minus(y))"),
    ("inv", "exp(minus(ln(x)))"),
    ("mul", "exp(add(ln(x), ln(y)))"),
    ("sqr", "mul(x, x)"),
    ("div", "mul(x, inv(y))"),
    ("half", "div(x, 2)"),
    ("avg", "half(add(x, y))"),
    ("sqrt", "exp(half(ln(x)))"),
    ("pow", "exp(mul(y, ln(x)))"),
    ("log", "div(ln(y), ln(x))"),
    ("i", "sqrt(-1)"),
    ("pi", "sqrt(minus(sqr(ln(-1))))"),
    ("hypot", "sqrt(add(sqr(x), sqr(y)))"),
    ("sigma", "inv(eml(minus(x), exp(-1)))"),
    ("cosh", "avg(exp(x), exp(minus(x)))"),
    ("sinh", "eml(x, exp(cosh(x)))"),
    ("tanh", "div(sinh(x), cosh(x))"),
    ("cos", "cosh(sqrt(minus(sqr(x))))"),
    ("sin", "cos(sub(x, half(pi)))"),
    ("tan", "div(sin(x), cos(x))"),
    ("arsinh", "ln(add(x, hypot(-1, x)))"),
    ("arcosh", "arsinh(hypot(x, sqrt(-1)))"),
    ("arccos", "arcosh(cos(arcosh(x)))"),
    ("artanh", "arsinh(inv(tan(arccos(x))))"),
    ("arcsin", "sub(half(pi), arccos(x))"),
    ("arctan", "arcsin(tanh(arsinh(x)))"),
)
"""What is found, and its witness over what was found before, in the order of discovery. (i is not among the
paper's targets; it stands where it is first possible.)"""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chain: the expanded tree, its size, that of the shortest row of the catalogue, and at how
    many of how many points the tree is right, by semantics.
    """

    name: str
    witness: str
    term: Term
    K: int
    dag: int
    best: int | None
    right: dict[SemanticsName, tuple[int, int]]


def discovery_chain(semantics: SemanticsName | Iterable[SemanticsName] = SEMANTICS) -> Iterator[Step]:
    """The steps, as they are done, each expanded and tried at points of its function's domain under the
    semantics. Raises `UsageProblem` for a name of no semantics, and without mpmath.
    """
    return _steps(semantics_in(semantics))  # what is wrong is said at once, and not at the first step


def _steps(semantics: tuple[SemanticsName, ...]) -> Iterator[Step]:
    found: dict[str, Term] = {}
    for name, witness in STEPS:
        term = found[name] = expand(witness, found)
        best = catalogue.best(name)
        right = {choice: _tried(name, term, choice) for choice in semantics}
        yield Step(name, witness, term, size(term), dag_size(term), best.K if best else None, right)


def expand(witness: str, found: dict[str, Term]) -> Term:
    """The tree of a witness, with earlier trees in the place of their names."""
    arguments: list[Term] = []
    for word in reversed(witness.replace("(", " ").replace(")", " ").replace(",", " ").split()):
        # Read from the right, a prefix notation needs only a stack.
        if word == "eml":
            arguments.append(eml(arguments.pop(), arguments.pop()))
        elif word in ("x", "y"):
            arguments.append(variable(word))
        elif word == "1":
            arguments.append(ONE)
        else:
            values = {letter: arguments.pop() for letter in ("x", "y")[: ARITY.get(word, 0)]}
            arguments.append(substitute(found[word], values))
    (term,) = arguments
    return term


def _tried(name: str, term: Term, semantics: SemanticsName) -> tuple[int, int]:
    expression = catalogue.primitive(name)
    errors = [deviation(term, expression, point, semantics) for point in points_of(name)]
    return sum(error is not None and error <= MOST_ERROR for error in errors), len(errors)
