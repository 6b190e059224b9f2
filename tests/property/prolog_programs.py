"""Random programs of Prolog: small, with shared variables, several clauses for a goal, and recursion that may
or may not end. Those with arithmetic may run into errors, and have no terms that Prolog would evaluate.
"""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

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
    """Draws the parts of one program."""

    def __init__(self, draw: DrawFn, arithmetic: bool, known: tuple[tuple[str, int], ...]) -> None:
        self.draw = draw
        self.arithmetic = arithmetic
        self.known = known

    def one_of(self, choices: tuple[str, ...]) -> str:
        return self.draw(st.sampled_from(choices))

    def filled(self, shape: str, part: Callable[[int], str], depth: int) -> str:
        return shape.format(*(part(depth - 1) for _ in range(shape.count("{}"))))

    def term(self, depth: int = 2) -> str:
        if not depth or self.draw(st.booleans()):
            return self.one_of(LEAVES if self.arithmetic else LEAVES + OTHER_LEAVES)
        return self.filled(
            self.one_of(SHAPES if self.arithmetic else SHAPES + OTHER_SHAPES), self.term, depth
        )

    def number(self, depth: int = 2) -> str:
        if not depth or self.draw(st.booleans()):
            return self.one_of(NUMBERS)
        return f"({self.filled(self.one_of(OPERATIONS), self.number, depth)})"

    def call(self, name: str, arity: int) -> str:
        return f"{name}({', '.join(self.term() for _ in range(arity))})" if arity else name

    def goal(self, depth: int = 1) -> str:
        kinds = ["call", "call", "call", "equation", "constant"]
        kinds += ["is", "comparison"] * self.arithmetic + ["disjunction"] * bool(depth)
        match self.draw(st.sampled_from(kinds)):
            case "call":
                return self.call(*self.draw(st.sampled_from(self.known)))
            case "equation":
                return f"{self.term()} = {self.term()}"
            case "constant":
                return self.one_of(("true", "fail", "nowhere(X)"))
            case "is":
                return f"{self.one_of(('X', 'Y', '2'))} is {self.number()}"
            case "comparison":
                return f"{self.number(1)} {self.one_of(COMPARISONS)} {self.number(1)}"
        alternatives = [self.body(1, 2, depth - 1) for _ in range(self.draw(st.integers(2, 3)))]
        return f"({' ; '.join(alternatives)})"

    def body(self, least: int, most: int, depth: int = 1) -> str:
        return ", ".join(self.goal(depth) for _ in range(self.draw(st.integers(least, most))))


@st.composite
def programs(draw: DrawFn) -> str:
    own = PREDICATES[: draw(st.integers(1, len(PREDICATES)))]
    known = (*own, *draw(st.sampled_from(((), tuple(KNOWN)))))
    writer = Writer(draw, draw(st.integers(0, 3)) == 0, known)
    lines = [text for name, text in KNOWN.items() if name in known]
    for name, arity in own:
        for _ in range(draw(st.integers(1, 3))):
            head, body = writer.call(name, arity), writer.body(0, 2)
            lines.append(f"{head} :- {body}." if body else f"{head}.")
        # Mostly a last clause to come to, so that more programs have answers.
        if draw(st.integers(0, 3)):
            lines.append(f"{writer.call(name, arity)}.")
    name, arity = draw(st.sampled_from(known))
    asked = f"{name}({', '.join('XYZ'[:arity])})" if arity else name
    more = writer.body(0, 1)
    lines.append(f"?- {asked}, {more}." if more else f"?- {asked}.")
    return "\n".join([*lines, ""])
