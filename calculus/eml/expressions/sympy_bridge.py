"""Expressions from SymPy and to SymPy; needs the extra `eml`.

Functions beside the basis, such as sec and acoth, are written with it; what cannot be is named in a
`UsageProblem`. Shared subexpressions stay shared, and nothing here recurses.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from types import ModuleType
from typing import Any

from calculus.eml.expressions.node import NUMBER, VARIABLE, apply, number, variable
from calculus.eml.expressions.notation import ALIASES, EXPANSIONS
from calculus.eml.syntax import EML, subtrees
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term


def sympy() -> ModuleType:
    """The module, or `UsageProblem` with what installs it."""
    try:
        import sympy
    except ImportError:
        raise UsageProblem("SymPy is missing; install it with `pip install 'calculus[eml]'`") from None
    module: ModuleType = sympy
    return module


def from_sympy(expression: Any) -> Term:
    """The expression that a SymPy expression is; a float is the fraction that it is exactly.

    Raises `UsageProblem` for what is not over the basis.
    """
    module = sympy()
    try:
        root = module.sympify(expression, strict=True)
    except module.SympifyError:
        raise UsageProblem(f"expected a SymPy expression, found {expression!r}") from None
    made: dict[Any, Term] = {}
    for item in _parts(root):
        made[item] = _from(module, item, [made[part] for part in item.args])
    return made[root]


def _is_operation(item: Any) -> bool:
    if item.is_Add or item.is_Mul or item.is_Pow:
        return True
    name = type(item).__name__.lower()
    return bool(item.is_Function) and (name == "log" or name in ALIASES or name in EXPANSIONS)


def _parts(root: Any) -> Iterator[Any]:
    """Every distinct subexpression once, arguments first."""
    seen: set[Any] = set()
    stack = [(root, False)]
    while stack:
        item, entered = stack.pop()
        if entered:
            yield item
        elif item not in seen:
            seen.add(item)
            if item.args and not _is_operation(item):
                raise _unsupported(item)
            stack.append((item, True))
            stack += [(part, False) for part in item.args]


def _from(module: ModuleType, item: Any, parts: list[Term]) -> Term:
    if item.is_Symbol:
        return variable(item.name)
    if item.is_Rational:
        return number(Fraction(int(item.p), int(item.q)))
    if item.is_Float and item.is_finite:
        sign, mantissa, exponent, _ = item._mpf_
        value = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
        return number(-value if sign else value)
    constants = {module.pi: "pi", module.E: "e", module.I: "i"}
    if not parts and item in constants:
        return apply(constants[item])
    if item.is_Add:
        return _sum(parts)
    if item.is_Mul:
        return _product(parts)
    if item.is_Pow:
        return _power(*parts)
    name = type(item).__name__.lower()
    if name == "log" and len(parts) == 1:
        return apply("ln", parts[0])
    if item.is_Function and name in ALIASES and len(parts) == 1:
        return apply(ALIASES[name], parts[0])
    if item.is_Function and name in EXPANSIONS:
        arity, expand = EXPANSIONS[name]
        if len(parts) == arity:
            return expand(*parts)
    raise _unsupported(item)


def _unsupported(item: Any) -> UsageProblem:
    shown = type(item).__name__ if item.args else str(item)
    return UsageProblem(f"`{shown}` of SymPy cannot be written with the functions of the basis")


def _sum(parts: list[Term]) -> Term:
    total = parts[0]
    for part in parts[1:]:
        if part.op is NUMBER and part.label < 0:
            total = apply("sub", total, number(-part.label))
        elif part.op is not NUMBER and part.op is not VARIABLE and part.label == "minus":
            total = apply("sub", total, part.children[0])
        else:
            total = apply("add", total, part)
    return total


def _product(parts: list[Term]) -> Term:
    """With the reciprocals below one line, and -1 as a sign."""
    negative = False
    above: list[Term] = []
    below: list[Term] = []
    for part in parts:
        if part.op is NUMBER and part.label == -1:
            negative = not negative
        elif part.op not in (NUMBER, VARIABLE) and part.label == "div" and part.children[0] is number(1):
            below.append(part.children[1])
        else:
            above.append(part)
    total = _multiplied(above)
    if below:
        total = apply("div", total, _multiplied(below))
    return apply("minus", total) if negative else total


def _multiplied(parts: list[Term]) -> Term:
    total = parts[0] if parts else number(1)
    for part in parts[1:]:
        total = apply("mul", total, part)
    return total


def _power(base: Term, exponent: Term) -> Term:
    if exponent.op is NUMBER:
        if exponent.label < 0:
            return apply("div", number(1), _power(base, number(-exponent.label)))
        if exponent.label == Fraction(1, 2):
            return apply("sqrt", base)
        if exponent.label == 1:
            return base
    if base is apply("e"):
        return apply("exp", exponent)
    return apply("pow", base, exponent)


def to_sympy(expression: Term) -> Any:
    """The expression in SymPy, with complex symbols; SymPy evaluates as it always does."""
    module = sympy()
    functions = _functions(module)
    made: dict[int, Any] = {}
    for item in subtrees(expression):
        if item.op is NUMBER:
            found = module.Rational(item.label.numerator, item.label.denominator)
        elif item.op is VARIABLE:
            found = module.Symbol(item.label)
        else:
            found = functions[item.label](*[made[id(child)] for child in item.children])
        made[id(item)] = found
    return made[id(expression)]


def _functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    half = module.Rational(1, 2)
    return {
        "pi": lambda: module.pi,
        "e": lambda: module.E,
        "i": lambda: module.I,
        "exp": module.exp,
        "ln": module.log,
        "inv": lambda x: 1 / x,
        "half": lambda x: x / 2,
        "minus": lambda x: -x,
        "sqrt": module.sqrt,
        "sqr": lambda x: x**2,
        "sigma": lambda x: 1 / (1 + module.exp(-x)),
        **{name: getattr(module, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        "arcsin": module.asin,
        "arccos": module.acos,
        "arctan": module.atan,
        "arsinh": module.asinh,
        "arcosh": module.acosh,
        "artanh": module.atanh,
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "log": lambda b, x: module.log(x) / module.log(b),
        "pow": lambda x, y: x**y,
        "avg": lambda x, y: half * x + half * y,
        "hypot": lambda x, y: module.sqrt(x**2 + y**2),
    }


def tree_to_sympy(tree: Term) -> Any:
    """A tree as the nest of exp(a) - log(b) that it is, which SymPy has not touched; ln 1 = 0 is left out."""
    module = sympy()
    made: dict[int, Any] = {}
    for item in subtrees(tree):
        if item.op is VARIABLE:
            found = module.Symbol(item.label)
        elif item.op is not EML:
            found = module.Integer(1)
        else:
            left, right = (made[id(child)] for child in item.children)
            found = module.exp(left, evaluate=False)
            if right is not module.S.One:
                logarithm = module.log(right, evaluate=False)
                found = module.Add(found, module.Mul(-1, logarithm, evaluate=False), evaluate=False)
        hash(found)  # from the leaves up, so that it does not recurse when first needed
        made[id(item)] = found
    return made[id(tree)]
