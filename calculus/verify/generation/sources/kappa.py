"""First-order functional programs, their values by an evaluator of their own, and their texts in κ."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

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


def abstraction(names: Sequence[str], body: str) -> str:
    """The last argument is on top of the stack."""
    return f"kappa {' '.join(reversed(names))}. {body}" if names else body


def expression(
    dice: Dice, scope: tuple[str, ...], functions: Functions, depth: int, *, number: bool = False
) -> Expression:
    """An expression over the variables in scope, all of which stand for integers; a `number` is one too."""
    kinds = ["number", *["variable"] * 2 * bool(scope)]
    if depth:
        kinds += ["operation", "apply", *["call"] * bool(functions.known), *["term"] * 2 * (not number)]

    def integer() -> Expression:
        return expression(dice, scope, functions, depth - 1, number=True)

    kind = dice.choice(kinds)
    match kind:
        case "number":
            return Expression(kind, dice.randint(-9, 9))
        case "variable":
            return Expression(kind, dice.choice(scope))
        case "operation":
            return Expression(kind, dice.choice(sorted(OPERATIONS)), (integer(), integer()))
        case "term":
            parts = [expression(dice, scope, functions, depth - 1) for _ in range(dice.randrange(4))]
            return Expression(kind, dice.choice(("F", "G'", "Pair")), tuple(parts))
        case "call":
            name = dice.choice(sorted(functions.known))
            return Expression(kind, name, tuple(integer() for _ in functions.known[name][0]))
    parameters = tuple(dice.sample(NAMES, dice.randint(1, 3)))
    body = expression(dice, (*scope, *parameters), functions, depth - 1, number=number)
    return Expression("apply", None, tuple(integer() for _ in parameters), parameters, body)


def program(choose: Choose, size: int) -> tuple[str, str]:
    """A program in κ, and the text of the value that it leaves."""
    dice = Dice(choose)
    depth = min(3, size // 4)
    functions = Functions()
    for number in range(dice.randint(0, 2)):
        parameters = tuple(dice.sample(NAMES, dice.randrange(4)))
        body = expression(dice, parameters, functions, min(2, depth), number=True)
        functions.known[f"f{number}"] = (parameters, body)
    main = expression(dice, (), functions, depth)
    lines = [
        f"def {name} = {abstraction(parameters, kappa(body))}"
        for name, (parameters, body) in functions.known.items()
    ]
    return "\n".join([*lines, kappa(main), ""]), shown(evaluate(main, {}, functions))
