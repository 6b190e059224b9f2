"""Textbook evaluators of the λ-calculi, by substitution of closed terms; nothing of the machine.

A program is a nested tuple, as the generators make it: `("var", x)`, `("lam", x, M)`,
`("app", M, N)`, `("lit", n)`, `("con", name, …)`, `("op", sign, M, N)`, `("not", M)`,
`("if", B, M, N)`, `("let", x, M, N)`, `("match", M, ((name, (x, …), N), …))`, and for the languages
with values and computations `("return", V)`, `("thunk", M)`, `("force", V)`, `("to", x, M, N)`.
"""

import operator
from typing import Any

Tree = tuple[Any, ...]

TRUE: Tree = ("con", "True")
FALSE: Tree = ("con", "False")

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "++": operator.add,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class OutOfFuel(Exception):
    """The program takes too many steps to be compared."""


class Stuck(Exception):
    """No rule applies."""


def substitute(tree: Any, name: str, value: Tree) -> Any:
    """`tree` with the closed `value` for the variable `name`."""
    match tree:
        case ("var", x):
            return value if x == name else tree
        case ("lit", _):
            return tree
        case ("lam", x, body):
            return tree if x == name else ("lam", x, substitute(body, name, value))
        case ("let" | "to" as kind, x, first, rest):
            rest = rest if x == name else substitute(rest, name, value)
            return (kind, x, substitute(first, name, value), rest)
        case ("match", subject, branches):
            done = tuple(
                (label, names, body if name in names else substitute(body, name, value))
                for label, names, body in branches
            )
            return ("match", substitute(subject, name, value), done)
        case ("con" | "op" as kind, word, *parts):
            return (kind, word, *(substitute(part, name, value) for part in parts))
        case (str() as kind, *parts):
            return (kind, *(substitute(part, name, value) for part in parts))
    raise AssertionError(tree)


class Evaluator:
    """Big-step evaluation, with a bound on the number of rules used."""

    def __init__(self, fuel: int = 4000) -> None:
        self.fuel = fuel

    def spend(self) -> None:
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuel

    def operate(self, sign: str, left: Tree, right: Tree) -> Tree:
        values = []
        for part in (left, right):
            if part[0] == "lit":
                values.append(part[1])
            elif part in (TRUE, FALSE) and sign in ("==", "!="):
                values.append(part == TRUE)
            else:
                raise Stuck
        if type(values[0]) is not type(values[1]):
            raise Stuck
        found = OPERATORS[sign](*values)
        return (TRUE if found else FALSE) if isinstance(found, bool) else ("lit", found)

    def choose(self, value: Tree, yes: Tree, no: Tree) -> Tree:
        if value == TRUE:
            return yes
        if value == FALSE:
            return no
        raise Stuck

    def branch(self, value: Tree, branches: Any) -> Tree:
        for label, names, body in branches:
            found: Tree = body
            if value[0] == "con" and value[1] == label and len(value) - 2 == len(names):
                # The last of two variables of one name is the inner one.
                for name, part in reversed(tuple(zip(names, value[2:], strict=True))):
                    found = substitute(found, name, part)
                return found
            if value[0] == "lit" and value[1] == label and type(value[1]) is type(label):
                return found
        raise Stuck


class ByName(Evaluator):
    """Call by name, to weak head normal form; arguments of constructors stay as they are."""

    def __call__(self, tree: Tree) -> Tree:
        while True:
            self.spend()
            match tree:
                case ("lit" | "lam" | "con", *_):
                    return tree
                case ("app", function, argument):
                    found = self(function)
                    if found[0] != "lam":
                        raise Stuck
                    tree = substitute(found[2], found[1], argument)
                case ("let", x, first, rest):
                    tree = substitute(rest, x, first)
                case ("op", "and", left, right):
                    tree = self.choose(self(left), right, FALSE)
                case ("op", "or", left, right):
                    tree = self.choose(self(left), TRUE, right)
                case ("op", sign, left, right):
                    first = self(left)
                    return self.operate(sign, first, self(right))
                case ("not", inner):
                    return self.choose(self(inner), FALSE, TRUE)
                case ("if", condition, yes, no):
                    tree = self.choose(self(condition), yes, no)
                case ("match", subject, branches):
                    tree = self.branch(self(subject), branches)
                case _:
                    raise Stuck


class ByValue(Evaluator):
    """Call by value, the argument before the function."""

    def __call__(self, tree: Tree) -> Tree:
        while True:
            self.spend()
            match tree:
                case ("lit" | "lam", *_):
                    return tree
                case ("con", name, *parts):
                    return ("con", name, *(self(part) for part in parts))
                case ("app", function, argument):
                    value = self(argument)
                    found = self(function)
                    if found[0] != "lam":
                        raise Stuck
                    tree = substitute(found[2], found[1], value)
                case ("let", x, first, rest):
                    tree = substitute(rest, x, self(first))
                case ("op", "and", left, right):
                    tree = self.choose(self(left), right, FALSE)
                case ("op", "or", left, right):
                    tree = self.choose(self(left), TRUE, right)
                case ("op", sign, left, right):
                    first = self(left)
                    return self.operate(sign, first, self(right))
                case ("not", inner):
                    return self.choose(self(inner), FALSE, TRUE)
                case ("if", condition, yes, no):
                    tree = self.choose(self(condition), yes, no)
                case ("match", subject, branches):
                    tree = self.branch(self(subject), branches)
                case _:
                    raise Stuck


class FineGrain(Evaluator):
    """Moggi's metalanguage (an abstraction is a value) and call-by-push-value (it is a computation).

    A computation comes to `("return", V)`, or in call-by-push-value to an abstraction.
    """

    def __init__(self, abstractions_are_values: bool, fuel: int = 4000) -> None:
        super().__init__(fuel)
        self.abstractions_are_values = abstractions_are_values

    def __call__(self, tree: Tree) -> Tree:
        while True:
            self.spend()
            match tree:
                case ("return", _):
                    return tree
                case ("lam", *_) if not self.abstractions_are_values:
                    return tree
                case ("app", function, argument):
                    found = function if self.abstractions_are_values else self(function)
                    if found[0] != "lam":
                        raise Stuck
                    tree = substitute(found[2], found[1], argument)
                case ("force", ("thunk", body)):
                    tree = body
                case ("let" | "to", x, first, rest):
                    found = self(first)
                    if found[0] != "return":
                        raise Stuck
                    tree = substitute(rest, x, found[1])
                case ("op", sign, left, right):
                    return ("return", self.operate(sign, left, right))
                case ("not", value):
                    return ("return", self.choose(value, FALSE, TRUE))
                case ("if", condition, yes, no):
                    tree = self.choose(condition, yes, no)
                case ("match", subject, branches):
                    tree = self.branch(subject, branches)
                case _:
                    raise Stuck


def to_text(tree: Tree) -> str:
    """The program as source text; every part in brackets."""
    match tree:
        case ("var", x):
            return str(x)
        case ("lit", int() as value):
            return str(value) if value >= 0 else f"(-{-value})"
        case ("lit", value):
            return f'"{value}"'
        case ("lam", x, body):
            return f"(\\{x}. {to_text(body)})"
        case ("con", name, *parts):
            return "(" + " ".join([name, *map(to_text, parts)]) + ")"
        case ("app", function, argument):
            return f"({to_text(function)} {to_text(argument)})"
        case ("op", sign, left, right):
            return f"({to_text(left)} {sign} {to_text(right)})"
        case ("if", condition, yes, no):
            return f"(if {to_text(condition)} then {to_text(yes)} else {to_text(no)})"
        case ("let", x, first, rest):
            return f"(let {x} = {to_text(first)} in {to_text(rest)})"
        case ("to", x, first, rest):
            return f"({to_text(first)} to {x}. {to_text(rest)})"
        case ("match", subject, branches):
            shown = "; ".join(
                f"{' '.join([str(label), *names])} -> {to_text(body)}" for label, names, body in branches
            )
            return f"match {to_text(subject)} {{ {shown} }}"
        case (str() as word, part):
            return f"({word} {to_text(part)})"
    raise AssertionError(tree)
