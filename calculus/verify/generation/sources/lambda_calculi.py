"""Random closed programs of the λ-calculi, typed so that they end and do not get stuck.

Names are few, so that they shadow one another, and clash with those that the translations and the FMC use.
Trees are those of `calculus.verify.independent.lambda_evaluators`.
"""

from typing import Any

from calculus.verify.generation.choices import Dice
from calculus.verify.independent.lambda_evaluators import FALSE, TRUE, Tree
from calculus.verify.property import Choose

NAMES = ("x", "y", "a", "b", "f", "k", "s", "add", "skip", "main", "c1")
Type = tuple[Any, ...]
INT: Type = ("int",)
BOOL: Type = ("bool",)
TEXT: Type = ("text",)
LIST: Type = ("list",)
BASE = (INT, BOOL, TEXT)


def fun(argument: Type, result: Type) -> Type:
    return ("fun", argument, result)


def _depth(size: int, most: int) -> int:
    """How deep a program of about a size is."""
    return min(most, 1 + size // 4)


class Lambda:
    """Programs of the λ-calculi called by name and by value."""

    def __init__(self, choose: Choose) -> None:
        self.random = Dice(choose)

    def type(self, depth: int = 2) -> Type:
        if depth and self.random.chance(35):
            return fun(self.type(depth - 1), self.type(depth - 1))
        return self.random.choice((INT, INT, BOOL, TEXT, LIST))

    def program(self, size: int) -> Tree:
        return self.term(self.type(1), {}, _depth(size, 6))

    def leaf(self, type: Type) -> Tree:
        if type == INT:
            return ("lit", self.random.randint(-3, 9))
        if type == BOOL:
            return self.random.choice((TRUE, FALSE))
        if type == TEXT:
            return ("lit", self.random.choice(("", "a", "bc")))
        if type == LIST:
            return ("con", "Nil")
        name = self.random.choice(NAMES)
        return ("lam", name, self.leaf(type[2]))

    def term(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        known = [name for name, its in scope.items() if its == type]
        if known and self.random.chance(40 if size > 0 else 90):
            return ("var", self.random.choice(known))
        if size <= 0 or self.random.randrange(16) == 0:
            return self.leaf(type)
        made: Tree = self.random.choice(self.rules(type))(type, scope, size - 1)
        return made

    def rules(self, type: Type) -> list[Any]:
        rules = [self.application, self.let, self.conditional, self.match]
        own = {"int": self.arithmetic, "bool": self.truth, "text": self.concatenation, "list": self.cons}
        special = own.get(type[0], self.abstraction)
        return [special, special, *rules]

    def abstraction(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        name = self.random.choice(NAMES)
        return ("lam", name, self.term(type[2], {**scope, name: type[1]}, size))

    def application(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        argument = self.type(1)
        return ("app", self.term(fun(argument, type), scope, size), self.term(argument, scope, size - 1))

    def let(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        name, bound = self.random.choice(NAMES), self.type(1)
        return ("let", name, self.term(bound, scope, size), self.term(type, {**scope, name: bound}, size))

    def conditional(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        condition = self.term(BOOL, scope, size)
        return ("if", condition, self.term(type, scope, size), self.term(type, scope, size))

    def match(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        head, tail = self.random.choice(NAMES), self.random.choice(NAMES)
        inner = {**scope, head: INT, tail: LIST}
        branches = (
            ("Nil", (), self.term(type, scope, size)),
            ("Cons", (head, tail), self.term(type, inner, size)),
        )
        return ("match", self.term(LIST, scope, size), branches)

    def cons(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        return ("con", "Cons", self.term(INT, scope, size), self.term(LIST, scope, size))

    def arithmetic(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        sign = self.random.choice("+-*")
        return ("op", sign, self.term(INT, scope, size), self.term(INT, scope, size))

    def concatenation(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        return ("op", "++", self.term(TEXT, scope, size), self.term(TEXT, scope, size))

    def truth(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        match self.random.randrange(4):
            case 0:
                return ("not", self.term(BOOL, scope, size))
            case 1:
                sign = self.random.choice(("and", "or"))
                return ("op", sign, self.term(BOOL, scope, size), self.term(BOOL, scope, size))
            case 2:
                base = self.random.choice(BASE)
                sign = self.random.choice(("==", "!="))
                return ("op", sign, self.term(base, scope, size), self.term(base, scope, size))
        sign = self.random.choice(("<", "<=", ">", ">="))
        return ("op", sign, self.term(INT, scope, size), self.term(INT, scope, size))


class Fine:
    """Programs of the metalanguage (`abstractions_are_values`) and of call-by-push-value."""

    def __init__(self, choose: Choose, abstractions_are_values: bool) -> None:
        self.random = Dice(choose)
        self.values = abstractions_are_values

    def value_type(self, depth: int = 2) -> Type:
        if depth and self.random.chance(35):
            return ("thunk", self.computation_type(depth - 1))
        if depth and self.values and self.random.chance(30):
            return fun(self.value_type(depth - 1), self.computation_type(depth - 1))
        return self.random.choice((INT, INT, BOOL, TEXT, LIST))

    def computation_type(self, depth: int = 2) -> Type:
        if depth and not self.values and self.random.chance(30):
            return fun(self.value_type(depth - 1), self.computation_type(depth - 1))
        return ("return", self.value_type(depth and depth - 1))

    def program(self, size: int) -> Tree:
        return self.computation(self.computation_type(), {}, _depth(size, 7))

    def value(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        known = [name for name, its in scope.items() if its == type]
        if known and self.random.chance(70):
            return ("var", self.random.choice(known))
        match type:
            case ("int",):
                return ("lit", self.random.randint(-3, 9))
            case ("bool",):
                return self.random.choice((TRUE, FALSE))
            case ("text",):
                return ("lit", self.random.choice(("", "a", "bc")))
            case ("list",):
                if size <= 0 or self.random.chance(40):
                    return ("con", "Nil")
                return ("con", "Cons", self.value(INT, scope, size - 1), self.value(LIST, scope, size - 1))
            case ("thunk", inner):
                return ("thunk", self.computation(inner, scope, size - 1))
        return self.abstraction(type, scope, size)

    def abstraction(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        name = self.random.choice(NAMES)
        return ("lam", name, self.computation(type[2], {**scope, name: type[1]}, size - 1))

    def computation(self, type: Type, scope: dict[str, Type], size: int) -> Tree:
        if size <= 0 or self.random.randrange(16) == 0:
            if type[0] == "fun":
                return self.abstraction(type, scope, size)
            return ("return", self.value(type[1], scope, size))
        size -= 1
        match 6 - self.random.randrange(7):
            case 0:
                known = [name for name, its in scope.items() if its == ("thunk", type)]
                name = self.random.choice(known) if known else None
                return ("force", ("var", name) if name else self.value(("thunk", type), scope, size))
            case 1:
                name, bound = self.random.choice(NAMES), self.value_type(1)
                first = self.computation(("return", bound), scope, size)
                rest = self.computation(type, {**scope, name: bound}, size)
                return ("let" if self.values else "to", name, first, rest)
            case 2:
                argument = self.value_type(1)
                wanted = fun(argument, type)
                make = self.value if self.values else self.computation
                return ("app", make(wanted, scope, size), self.value(argument, scope, size))
            case 3:
                condition = self.value(BOOL, scope, size)
                return (
                    "if",
                    condition,
                    self.computation(type, scope, size),
                    self.computation(type, scope, size),
                )
            case 4:
                head, tail = self.random.choice(NAMES), self.random.choice(NAMES)
                inner = {**scope, head: INT, tail: LIST}
                branches = (
                    ("Nil", (), self.computation(type, scope, size)),
                    ("Cons", (head, tail), self.computation(type, inner, size)),
                )
                return ("match", self.value(LIST, scope, size), branches)
        if type[0] == "fun":
            return self.abstraction(type, scope, size)
        if type == ("return", INT):
            return self.operation(("+", "-", "*"), INT, scope)
        if type == ("return", TEXT):
            return self.operation(("++",), TEXT, scope)
        if type == ("return", BOOL):
            base = self.random.choice(BASE)
            return self.operation(("==", "!=", *(("<", ">=") if base == INT else ())), base, scope)
        return ("return", self.value(type[1], scope, size))

    def operation(self, signs: tuple[str, ...], base: Type, scope: dict[str, Type]) -> Tree:
        return ("op", self.random.choice(signs), self.value(base, scope, 0), self.value(base, scope, 0))
