"""The κ-calculus evaluates first-order functional programs: random ones, in which functions of several
arguments are applied to them, give what an evaluator of their own gives.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import calculus

OPERATIONS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
}
NAMES = ("x", "y", "a", "b", "c", "kappa1")


@dataclass(frozen=True)
class Expression:
    """`kind` is `variable`, `number`, `operation`, `term`, `call` (of a function that is defined) or `apply`
    (of one that is written in its place); `name` is that of the variable, operation, constructor or function.
    """

    kind: str
    name: Any
    parts: "tuple[Expression, ...]" = ()
    parameters: tuple[str, ...] = ()
    body: "Expression | None" = None


@dataclass
class Functions:
    """Functions with their parameters and bodies, each calling only those before it."""

    known: dict[str, tuple[tuple[str, ...], Expression]] = field(default_factory=dict)


def evaluate(expression: Expression, scope: dict[str, Any], functions: Functions) -> Any:
    """An integer, or a constructor with its arguments."""
    parts = [evaluate(part, scope, functions) for part in expression.parts]
    match expression.kind:
        case "variable":
            return scope[expression.name]
        case "number":
            return expression.name
        case "operation":
            return OPERATIONS[expression.name](*parts)
        case "term":
            return (expression.name, *parts)
        case "call":
            parameters, body = functions.known[expression.name]
        case _:
            assert expression.body is not None
            return evaluate(
                expression.body, scope | dict(zip(expression.parameters, parts, strict=True)), functions
            )
    return evaluate(body, dict(zip(parameters, parts, strict=True)), functions)


def shown(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    name, *parts = value
    return f"{name}({', '.join(map(shown, parts))})" if parts else name


def kappa(expression: Expression) -> str:
    """A term that pushes the value of an expression."""
    pushes = [kappa(part) for part in expression.parts]
    match expression.kind:
        case "variable" | "number":
            return f"[{expression.name}]"
        case "operation" | "call":
            return "; ".join([*pushes, expression.name])
        case "term":
            names = [f"p{number}" for number in range(len(pushes))]
            inner = f"{expression.name}({', '.join(names)})" if names else expression.name
            return "; ".join([*pushes, f"({abstraction(names, f'[{inner}]')})"])
    assert expression.body is not None
    return "; ".join([*pushes, f"({abstraction(expression.parameters, kappa(expression.body))})"])


def abstraction(names: Any, body: str) -> str:
    """The last argument is on top of the stack."""
    return f"kappa {' '.join(reversed(names))}. {body}" if names else body


@st.composite
def expressions(
    draw: DrawFn, scope: tuple[str, ...], functions: Functions, depth: int, *, number: bool = False
) -> Expression:
    """An expression over the variables in scope, all of which stand for integers; a `number` is one too."""
    kinds = ["number", *["variable"] * 2 * bool(scope)]
    if depth:
        kinds += ["operation", "apply", *["call"] * bool(functions.known), *["term"] * 2 * (not number)]
    kind = draw(st.sampled_from(kinds))
    integers = expressions(scope, functions, depth - 1, number=True)
    match kind:
        case "number":
            return Expression(kind, draw(st.integers(-9, 9)))
        case "variable":
            return Expression(kind, draw(st.sampled_from(scope)))
        case "operation":
            return Expression(
                kind, draw(st.sampled_from(sorted(OPERATIONS))), (draw(integers), draw(integers))
            )
        case "term":
            parts = draw(st.lists(expressions(scope, functions, depth - 1), max_size=3))
            return Expression(kind, draw(st.sampled_from(("F", "G'", "Pair"))), tuple(parts))
        case "call":
            name = draw(st.sampled_from(sorted(functions.known)))
            arguments = tuple(draw(integers) for _ in functions.known[name][0])
            return Expression(kind, name, arguments)
    parameters = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple))
    body = draw(expressions((*scope, *parameters), functions, depth - 1, number=number))
    return Expression("apply", None, tuple(draw(integers) for _ in parameters), parameters, body)


@st.composite
def programs(draw: DrawFn) -> tuple[str, str]:
    """A program, and the text of the value that it leaves."""
    functions = Functions()
    for number in range(draw(st.integers(0, 2))):
        parameters = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple))
        body = draw(expressions(parameters, functions, 2, number=True))
        functions.known[f"f{number}"] = (parameters, body)
    main = draw(expressions((), functions, 3))
    lines = [
        f"def {name} = {abstraction(parameters, kappa(body))}"
        for name, (parameters, body) in functions.known.items()
    ]
    return "\n".join([*lines, kappa(main), ""]), shown(evaluate(main, {}, functions))


@given(programs())
def test_programs_leave_their_values(program: tuple[str, str]) -> None:
    text, value = program
    answers = calculus.run("kappa", text)
    assert answers.view is not None
    assert [answers.view(answer).data for answer in answers.answers] == [{"values": [value]}]
    assert answers.complete


@given(programs())
def test_the_layout_and_the_translation_mean_the_same(program: tuple[str, str]) -> None:
    text, value = program
    for unicode in (False, True):
        laid_out = calculus.format("kappa", text, unicode=unicode)
        assert calculus.format("kappa", laid_out, unicode=unicode) == laid_out
        assert calculus.translate("kappa", laid_out) == calculus.translate("kappa", text)
    found = calculus.run("rmc", calculus.translate("kappa", text))
    assert [str(answer.stacks["λ"][0]) for answer in found.answers] == [value]


@given(programs())
def test_a_push_before_an_abstraction_is_a_substitution(program: tuple[str, str]) -> None:
    _, value = program
    found = calculus.run("kappa", f"[{value}]; kappa x. [F(x)]; [x]; [G(x, x)]")
    plain = calculus.run("kappa", f"[F({value})]; [{value}]; [G({value}, {value})]")
    assert [answer.stacks for answer in found.answers] == [answer.stacks for answer in plain.answers]
