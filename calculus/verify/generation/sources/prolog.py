"""Random programs of Prolog: small, with shared variables, several clauses for a goal, and recursion that may
or may not end. Those with arithmetic may run into errors, and have no terms that Prolog would evaluate.
"""

from collections.abc import Callable

from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

VARIABLES = ("X", "Y", "Z", "W", "_", "_V")
PREDICATES = (("p", 1), ("q", 2), ("r", 3), ("go", 0))
KNOWN = {
    ("n", 1): "n(0). n(s(X)) :- n(X).",
    ("c", 3): "c([], Y, Y). c([H|T], Y, [H|Z]) :- c(T, Y, Z).",
}
"""Predicates that are the same in each program that has them."""

LEAVES = (*VARIABLES, *VARIABLES, "a", "b", "0", "1", "2", "-1")
OTHER_LEAVES = ("[]", "'B c'", '"s"', "(-)")
SHAPES = ("f({})", "g({}, {})", "s(X)", "s(Y)")
OTHER_SHAPES = ("[{}|{}]", "[{}, {}]", "({} - {})", "- ({})")
"""What means nothing special, and what means a number to Prolog."""

OPERATIONS = ("{} + {}", "{} - {}", "{} * {}", "{} // {}", "{} mod {}", "min({}, {})", "- ({} - {})")
NUMBERS = ("X", "Y", "Z", "0", "1", "2", "7", "-3")
COMPARISONS = ("<", "=<", ">", ">=", "=:=", "=\\=")


class Writer:
    """Chooses the parts of one program."""

    def __init__(self, dice: Dice, arithmetic: bool, known: tuple[tuple[str, int], ...]) -> None:
        self.dice = dice
        self.arithmetic = arithmetic
        self.known = known

    def filled(self, shape: str, part: Callable[[int], str], depth: int) -> str:
        return shape.format(*(part(depth - 1) for _ in range(shape.count("{}"))))

    def term(self, depth: int = 2) -> str:
        if not depth or not self.dice.chance(50):
            return self.dice.choice(LEAVES if self.arithmetic else LEAVES + OTHER_LEAVES)
        shape = self.dice.choice(SHAPES if self.arithmetic else SHAPES + OTHER_SHAPES)
        return self.filled(shape, self.term, depth)

    def number(self, depth: int = 2) -> str:
        if not depth or not self.dice.chance(50):
            return self.dice.choice(NUMBERS)
        return f"({self.filled(self.dice.choice(OPERATIONS), self.number, depth)})"

    def call(self, name: str, arity: int) -> str:
        return f"{name}({', '.join(self.term() for _ in range(arity))})" if arity else name

    def goal(self, depth: int = 1) -> str:
        kinds = ["constant", "call", "call", "call", "equation"]
        kinds += ["is", "comparison"] * self.arithmetic + ["disjunction"] * bool(depth)
        match self.dice.choice(kinds):
            case "call":
                return self.call(*self.dice.choice(self.known))
            case "equation":
                return f"{self.term()} = {self.term()}"
            case "constant":
                return self.dice.choice(("true", "fail", "nowhere(X)"))
            case "is":
                return f"{self.dice.choice(('X', 'Y', '2'))} is {self.number()}"
            case "comparison":
                return f"{self.number(1)} {self.dice.choice(COMPARISONS)} {self.number(1)}"
        alternatives = [self.body(1, 2, depth - 1) for _ in range(self.dice.randint(2, 3))]
        return f"({' ; '.join(alternatives)})"

    def body(self, least: int, most: int, depth: int = 1) -> str:
        return ", ".join(self.goal(depth) for _ in range(self.dice.randint(least, most)))


def program(choose: Choose, size: int, *, arithmetic: bool | None = None) -> str:
    """The text of a program of up to four predicates, and a query; with `arithmetic`, or without, or one of
    four programs with.
    """
    dice = Dice(choose)
    own = PREDICATES[: dice.randint(1, min(len(PREDICATES), 1 + size // 4))]
    known = (*own, *dice.choice(((), tuple(KNOWN))))
    if arithmetic is None:
        arithmetic = dice.chance(25)
    writer = Writer(dice, arithmetic, known)
    lines = [text for name, text in KNOWN.items() if name in known]
    for name, arity in own:
        for _ in range(dice.randint(1, 3)):
            head, body = writer.call(name, arity), writer.body(0, 2)
            lines.append(f"{head} :- {body}." if body else f"{head}.")
        # Mostly a last clause to come to, so that more programs have answers.
        if dice.chance(75):
            lines.append(f"{writer.call(name, arity)}.")
    name, arity = dice.choice(known)
    asked = f"{name}({', '.join('XYZ'[:arity])})" if arity else name
    more = writer.body(0, 1)
    lines.append(f"?- {asked}, {more}." if more else f"?- {asked}.")
    return "\n".join([*lines, ""])


def pure(choose: Choose, size: int) -> str:
    """A program without arithmetic."""
    return program(choose, size, arithmetic=False)
