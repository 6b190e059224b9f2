"""Every way to evaluate a tree against every other: the machine, arrays, the kernel, and enclosures."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.ieee import evaluate_ieee
from calculus.eml.evaluation.values import evaluate
from calculus.eml.syntax import EML, variables
from calculus.eml.syntax import size as nodes
from calculus.term import Term
from calculus.verify.enumeration.eml import space
from calculus.verify.generation.choices import pick
from calculus.verify.generation.eml import tree
from calculus.verify.properties.eml.branches import differs
from calculus.verify.properties.eml.places import ROUNDED, Place, exact_place, shown
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

PRECISION = 40
"""Digits of a value that has to be in its enclosure."""

ON_MACHINE = (complex(-1, 0.0), complex(-1, -0.0), 0j, 0.5 + 0j, -3 + 4j, 300 + 0j)
"""Values of the variables of a tree that runs on the machine."""

BOXES: tuple[tuple[str, str, str], ...] = (
    ("1", "5/4", "9/8"),
    ("-5/4", "-1", "-9/8"),
    ("-1/8", "1/8", "0"),
    ("1/100", "2", "1/2"),
)
"""Intervals of the reals, with a point inside."""


def both(size: int) -> Any:
    """All trees of up to `size` nodes over 1, x and y."""
    return space(size, variables=("x", "y"))


def on_the_machine(term: Term, tally: Tally) -> str | None:
    """Whether the machine comes to the bits that the evaluator does, as no rounding is left to choose."""
    from calculus.eml import calculus
    from calculus.machine.numeric import number
    from calculus.settings import Settings

    names = variables(term)
    language = calculus.EML()
    program = language.program(term)
    for z, w in pairwise(ON_MACHINE) if names else [(0j, 0j)]:
        at = dict(zip(names, (z, w), strict=False))
        settings = Settings(stacks={name: [number(value)] for name, value in at.items()}, engine="reference")
        result = language.run(program, settings)
        expected = evaluate_ieee(term, at)
        tally.count("runs")
        values = result.stacks.get("λ", ())
        found = values[-1].label.value if result.status == "done" and len(values) == 1 else result.status
        if repr(found) != repr(expected):
            return f"at {shown(at)}: machine: {found}; evaluator: {expected}"
    return None


def on_arrays(term: Term, tally: Tally) -> str | None:
    """Whether the values at many points are those of the scalar evaluator, operator by operator: each from
    the values that the same engine found for both subtrees.
    """
    import numpy as np

    from calculus.eml.arrays import compile_array

    names = variables(term)
    if term.op is not EML or not names:
        return None
    at = {name: np.array(ROUNDED[turn:] + ROUNDED[:turn]) for turn, name in enumerate(names)}
    compiled = compile_array([term, *term.children])
    for engine in ("numpy", "kernel"):
        rows = compiled(at, engine=engine)
        for place, (found, left, right) in enumerate(zip(*np.broadcast_arrays(*rows), strict=True)):
            tally.count(engine)
            expected = differs(complex(found), complex(left), complex(right))
            if expected is not None:
                point = {name: complex(values[place]) for name, values in at.items()}
                return f"at {shown(point)}: {engine}: {complex(found)}; by its subtrees: {expected}"
    return None


class Placed:
    """A tree and a point, or a tree and an interval for each variable."""

    def __init__(self, term: Term, place: Place, box: Sequence[str] = ()) -> None:
        self.term, self.place, self.box = term, place, box

    def __str__(self) -> str:
        inside = f" in [{', '.join(self.box)}]" if self.box else ""
        return f"{self.term} at {shown(self.place)}{inside}"


def placed(choose: Choose, size: int) -> Placed:
    """A tree of about a size at a point."""
    term = tree(choose, size, variables=("x", "y"))
    return Placed(term, exact_place(choose, variables(term)))


def boxed(choose: Choose, size: int) -> Placed:
    """A tree of one variable on an interval, with a point of it."""
    term = tree(choose, size)
    low, high, inside = pick(choose, BOXES)
    point = pick(choose, (low, high, inside))
    return Placed(term, dict.fromkeys(variables(term), point), (low, high))


def smaller(subject: Placed, fails: Any) -> Placed:
    """A small tree that still fails at the point."""

    def at_the_point(term: Term) -> Placed:
        return Placed(term, {name: subject.place[name] for name in variables(term)}, subject.box)

    return at_the_point(shrunk(subject.term, lambda term: fails(at_the_point(term)), tries=100))


EXACT_SEMANTICS: tuple[SemanticsName, ...] = ("principal", "extended")


def enclosed(subject: Placed, tally: Tally) -> str | None:
    """Whether the enclosure of a value holds it; at a point, also whether both say that there is none."""
    from calculus.eml.evaluation.balls import enclose

    low_high = tuple(subject.box)
    for semantics in EXACT_SEMANTICS:
        at: dict[str, Any] = {name: low_high or text for name, text in subject.place.items()}
        ball = enclose(subject.term, at, semantics=semantics)
        value = evaluate(subject.term, subject.place, semantics=semantics, precision=PRECISION)
        if ball.status == "undecided" or value.status == "unknown":
            tally.count("given up")
            continue
        tally.count("compared")
        if ball.status == "undefined" or value.status == "undefined":
            if ball.status == "undefined" and value.status == "undefined":
                continue
        elif _holds(ball, value):
            continue
        return f"in {semantics}: enclosure: {ball}; value: {value}"
    return None


def _holds(ball: Any, value: Any) -> bool:
    if value.number.real in (float("inf"), float("-inf")):
        return bool(float(ball.ball.real.mid()) == value.number.real)
    from calculus.eml.evaluation.balls import precision_of

    # The value has an error of its own, which the enclosure need not hold.
    with precision_of(4 * PRECISION):
        import flint

        error = flint.arb(10) ** (2 - PRECISION) * (1 + abs(ball.ball).upper())
        around = ball.ball + flint.acb(flint.arb(0, error), flint.arb(0, error))
        mp = value.mpc
        exact = flint.acb(flint.arb(str(mp.real)), flint.arb(str(mp.imag)))
        return bool(around.overlaps(exact))


PROPERTIES = (
    Property(
        "evaluation",
        "the machine, arrays and enclosures give the values that the evaluator does",
        "eml(x, y) = exp(x) - ln(y), evaluated in several ways that share no code",
        (
            Exhaustive(
                "every tree of up to {size} nodes over 1, x and y comes to the same bits on the machine",
                both,
                on_the_machine,
                size=7,
                unit=250,
                name="machine",
                measure=nodes,
            ),
            Exhaustive(
                "every tree of up to {size} nodes over 1, x and y has, at each operator, the same value by "
                f"NumPy, by the kernel and by the evaluator, at {len(ROUNDED)} points",
                both,
                on_arrays,
                size=7,
                unit=100,
                name="arrays",
                measure=nodes,
            ),
            Generated(
                "the enclosure of a generated tree of up to {size} nodes at a point holds its value",
                placed,
                enclosed,
                shrunk=smaller,
                largest=15,
                examples=120,
                unit=30,
                name="enclosures",
                measure=lambda subject: nodes(subject.term),
            ),
            Generated(
                "the enclosure of a generated tree of up to {size} nodes on an interval holds what is inside",
                boxed,
                enclosed,
                shrunk=smaller,
                largest=11,
                examples=120,
                unit=30,
                name="boxes",
                measure=lambda subject: nodes(subject.term),
            ),
        ),
    ),
)
