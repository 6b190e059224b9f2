"""Integers that stayed open, put back as what they stand for; and when a normal form is 0."""

from collections.abc import Iterator
from fractions import Fraction

from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.expressions.normal.sums import ONE, Gauss, I, Kernel, Monomial, Sum

_PER_TURN = I.times(Gauss(Fraction(2))).inverse()

Node = Kernel | Monomial | Sum


def turns_in(item: Sum) -> list[Kernel]:
    """The open integers in a sum, those inside others first."""
    if not item.open:
        return []
    return [node for node in _nodes(item) if isinstance(node, Kernel) and node.kind == "turns"]


def logarithms_in(item: Sum) -> list[Kernel]:
    """The logarithms in a sum, those inside others first."""
    return [node for node in _nodes(item) if isinstance(node, Kernel) and node.kind == "ln"]


def resolve(algebra: Algebra, item: Sum) -> Sum:
    """The sum with n = (ln N - R)/2πi in the place of every open integer n."""
    if not item.open:
        return item
    made: dict[Node, Sum] = {}
    for node in _nodes(item):
        match node:
            case Kernel():
                made[node] = _kernel(algebra, node, made)
            case Monomial():
                total = algebra.one if node.exponent is None else algebra.exp(made[node.exponent])
                for kernel, count in node.powers:
                    total = algebra.multiply(total, algebra.power(made[kernel], count))
                made[node] = total
            case Sum():
                made[node] = algebra.collect(
                    (m, c.times(number)) for inner, number in node.terms for m, c in made[inner].terms
                )
    return made[item]


def _kernel(algebra: Algebra, kernel: Kernel, made: dict[Node, Sum]) -> Sum:
    argument = kernel.argument
    if argument is None:
        return algebra.of(kernel)
    inner = made[argument]
    if kernel.kind == "base":
        return inner
    # Where nothing was put in, this is the kernel that was there.
    logarithm = algebra.plain_ln(inner)
    if kernel.kind == "ln":
        return logarithm
    assert kernel.result is not None
    difference = algebra.scale(algebra.subtract(logarithm, made[kernel.result]), _PER_TURN)
    return algebra.multiply(difference, algebra.power(algebra.of(algebra.pi), -1))


def _nodes(item: Sum) -> Iterator[Node]:
    """All that a sum is made of, parts before wholes."""
    seen: set[Node] = set()
    stack: list[Node] = [item]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack += _parts(node)
    return iter(sorted(seen, key=lambda node: node.serial))


def _parts(node: Node) -> list[Node]:
    match node:
        case Kernel():
            return [part for part in (node.argument, node.result) if part is not None]
        case Monomial():
            inner = [] if node.exponent is None else [node.exponent]
            return [*inner, *(kernel for kernel, _ in node.powers)]
        case Sum():
            return [monomial for monomial, _ in node.terms]


def is_zero(algebra: Algebra, item: Sum) -> bool:
    """Whether a sum is 0 once its quotients have one denominator."""
    for _ in range(8):
        if item.is_zero:
            return True
        below: dict[Kernel, int] = {}
        for monomial, _ in item.terms:
            for kernel, count in monomial.powers:
                if kernel.kind == "base" and count < 0:
                    below[kernel] = max(below.get(kernel, 0), -count)
        if not below:
            return False
        factor = algebra.monomial(below.items()), ONE
        item = algebra.collect(t for term in item.terms for t in algebra.product(term, factor).terms)
    return item.is_zero
