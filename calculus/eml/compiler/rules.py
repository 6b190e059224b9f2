"""Rules: how a quantity is one `eml` of others.

All come from eml(A, B) = u - w with A a logarithm of u and B = exp(w), and from the ladder v = e - (e - v),
by which a tree takes off what it put on. What is seen through (e^a - ln b, products in the domain of
logarithms) is so because the constructors of `Quantities` cancel exp against ln.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from calculus.eml.compiler.quantities import Quantities, Quantity
from calculus.eml.domain import Condition
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import ONE, variable
from calculus.term import Term


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """How a quantity is computed: with `tree`, by this tree with the inputs for its parameters x and y, under
    conditions; else by `eml` of two inputs, or as what one input is."""

    out: Quantity
    inputs: tuple[Quantity, ...] = ()
    tree: Term | None = None
    conditions: tuple[Condition, ...] = ()


MINUS_INFINITY = from_postfix("11111E1EEEE")
"""ln 0 as eml(1, eml(1, 0)), with 0 = eml(1, e^e): the logarithm of infinity needs no ladder."""

_SHORT = (2, 3, 4)
"""Numbers that are taken off e one by one."""

Alternatives = Callable[[Quantity], "list[Quantity]"]
Numbers = Callable[[Fraction], "list[Term]"]


Macros = Callable[[Quantity], "Iterator[Fact]"]


def facts(
    quantity: Quantity,
    table: Quantities,
    alternatives: Alternatives,
    macros: Macros,
    numbers: Numbers,
    infinite: bool,
) -> Iterator[Fact]:
    """All ways to compute a quantity by one operation from others.

    `alternatives` gives other ways to write an applied function, `macros` whole trees for it, `numbers` trees
    of a rational number, and `infinite` allows intermediate values that are infinite.
    """
    one, parts = table.one, quantity.parts
    match quantity.kind:
        case "one":
            yield Fact(quantity, tree=ONE)
        case "variable":
            yield Fact(quantity, tree=variable(str(quantity.label)))
        case "number":
            assert isinstance(quantity.label, Fraction)
            for tree in numbers(quantity.label):
                yield Fact(quantity, tree=tree)
        case "apply":
            for other in alternatives(quantity):
                yield Fact(quantity, (other,))
            yield from macros(quantity)
        case "loose":
            yield from _loosened(
                quantity, facts(parts[0], table, alternatives, macros, numbers, infinite), table
            )
        case "exp":
            yield Fact(
                quantity,
                (
                    table.loosened(parts[0]),
                    one,
                ),
            )
            yield from _through(quantity, table.exp, alternatives)
        case "rem":
            yield Fact(
                quantity,
                (
                    one,
                    table.exp(parts[0]),
                ),
            )
            yield from _remainder(quantity, parts[0], table)
            yield from _through(quantity, table.rem, alternatives)
        case "log":
            if infinite and parts[0].kind == "number" and not parts[0].label:
                yield Fact(quantity, tree=MINUS_INFINITY)
            yield from _ladder(quantity, table)
            yield from _through(quantity, table.log, alternatives)
        case "ln":
            if parts[0].kind == "exp":
                yield Fact(quantity, (parts[0].parts[0],))
            else:
                yield Fact(quantity, (table.log(parts[0]),))
            if parts[0] is table.number(Fraction(-1)):
                yield from _negative(quantity, table.neg(quantity), table, infinite)
                # In exact arithmetic trees give -πi more easily, and a product may have any sign.
                turned = table.log(table.neg(quantity))
                yield Fact(quantity, (table.exp(table.add(table.log(parts[0]), turned)),))
            elif parts[0].kind == "number" and parts[0].values[0].real < 0:
                minus = table.ln(table.number(Fraction(-1)))
                yield Fact(quantity, (table.sub(minus, table.neg(table.ln(table.neg(parts[0])))),))
                yield Fact(quantity, (table.add(table.ln(table.neg(parts[0])), minus),))
            yield from _ladder(quantity, table)
            yield from _through(quantity, table.ln, alternatives)
        case "add":
            yield from _ladder(quantity, table)
            for left, right in (parts, parts[::-1]):
                yield Fact(
                    quantity,
                    (
                        table.log(left),
                        table.exp(table.neg(right)),
                    ),
                )
        case "sub":
            left, right = parts
            yield Fact(
                quantity,
                (
                    table.log(left),
                    table.exp(right),
                ),
            )
            yield Fact(
                quantity,
                (
                    table.log(table.rem(right)),
                    table.exp(table.rem(left)),
                ),
            )
        case "neg":
            yield from _ladder(quantity, table)
            yield from _negative(quantity, parts[0], table, infinite)
            yield from _through(quantity, table.neg, alternatives)


def _loosened(quantity: Quantity, strict: Iterator[Fact], table: Quantities) -> Iterator[Fact]:
    """What computes a quantity does so up to 2πi, too; and what it is the same as may then be loose."""
    yield Fact(quantity, (quantity.parts[0],))
    for fact in strict:
        same = len(fact.inputs) == 1 and fact.tree is None
        yield Fact(
            quantity, (table.loosened(fact.inputs[0]),) if same else fact.inputs, fact.tree, fact.conditions
        )


def _ladder(quantity: Quantity, table: Quantities) -> Iterator[Fact]:
    yield Fact(
        quantity,
        (
            table.one,
            table.exp(table.rem(quantity)),
        ),
    )


def _through(
    quantity: Quantity, wrap: Callable[[Quantity], Quantity], alternatives: Alternatives
) -> Iterator[Fact]:
    """What is wanted of an applied function may be had from what it is the same as."""
    if quantity.parts[0].kind == "apply":
        for other in alternatives(quantity.parts[0]):
            yield Fact(quantity, (wrap(other),))


def _remainder(quantity: Quantity, of: Quantity, table: Quantities) -> Iterator[Fact]:
    """e - a - b without a + b, also if a + b is a small number."""
    if of.kind == "add":
        for left, right in (of.parts, of.parts[::-1]):
            yield Fact(
                quantity,
                (
                    table.log(table.rem(left)),
                    table.exp(right),
                ),
            )
    elif of.kind == "number" and isinstance(of.label, Fraction) and of.label in _SHORT:
        # As e - (n - 1) - 1, with a tree of n nowhere.
        yield Fact(quantity, (table.log(table.rem(table.number(of.label - 1))), table.e))


def _negative(quantity: Quantity, of: Quantity, table: Quantities, infinite: bool) -> Iterator[Fact]:
    """-v as 0 - v, as (e - v) - e, and by parts."""
    if infinite:
        yield Fact(
            quantity,
            (
                table.log(table.number(Fraction(0))),
                table.exp(of),
            ),
        )
    yield Fact(
        quantity,
        (
            table.log(table.rem(of)),
            table.exp(table.e),
        ),
    )
    if of.kind == "add":
        for left, right in (of.parts, of.parts[::-1]):
            yield Fact(
                quantity,
                (
                    table.log(table.neg(left)),
                    table.exp(right),
                ),
            )
    elif of.kind == "ln" and of.parts[0] is table.number(Fraction(-1)):
        yield Fact(quantity, (table.log(of.parts[0]),))
    elif of.kind == "rem":
        yield Fact(
            quantity,
            (
                table.log(of.parts[0]),
                table.exp(table.e),
            ),
        )
