"""Normal forms by evaluation."""

import time

import pytest

import calculus
from calculus.fmc.normal import normal_form
from calculus.fmc.reduction import reduce
from calculus.machine.instructions import SKIP, join, jump, loop, push, variable
from calculus.term import Term, alpha_equal
from calculus.term.node import size
from tests.numerals import church, factorial, power


def parse(text: str) -> Term:
    return calculus.parse("fmc", text)


@pytest.mark.parametrize(
    ("term", "value"), [(power(16), 2**16), (factorial(6), 720)], ids=["power", "factorial"]
)
def test_church_numerals(term: Term, value: int) -> None:
    found = normal_form(term)
    assert found.term is not None
    assert alpha_equal(found.term, church(value))


def test_much_faster_than_stepping() -> None:
    term = power(10)
    before = time.perf_counter()
    assert normal_form(term).term is not None
    middle = time.perf_counter()
    stepped = reduce(term, max_steps=500, keep=False)
    after = time.perf_counter()
    # 500 of 2,046 steps, the cheap ones: the whole takes several hundred times as long.
    assert not stepped.normal
    assert (after - middle) > 5 * (middle - before)


CASES = [
    ("x", "x"),
    ("<x>.[x].[1].add", "<x>.[x].[1].add"),
    ("a<x>.[x]b.b<y>.[y]", "a<x>.[x]"),
    ("[1].x.<y>.[y]", "[1].x.<y>.[y]"),
    ("[J ; J -> 5].[2].add", "[7]"),
    ("[1].[0].div", "[1].[0].div"),
    ("(f ; J -> g) ; J -> J", "f ; J -> g"),
    ("((f ; J -> g) ; K -> K) ; J -> h", "f ; J -> (g ; J -> h)"),
    ("f^J ; J -> g ; K -> h", "f ; J -> (f^J ; J -> g) ; K -> h"),
    ("[f^J ; J -> g ; K -> h]", "[f^J ; K -> h]"),
    ("<x>.J ; J -> x", "<x1>.x"),
    ("[[[1].[2].add]]", "[[[3]]]"),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_normal_forms(text: str, wanted: str) -> None:
    found = normal_form(parse(text)).term
    assert found is not None
    assert alpha_equal(found, reduce(parse(text)).result)
    assert alpha_equal(found, reduce(parse(wanted)).result)


def test_names_do_not_clash() -> None:
    found = normal_form(parse("[y].a<y>.<x>.[x].[y]")).term
    assert found is not None and alpha_equal(found, parse("a<z>.[y].[z]"))


def test_limits() -> None:
    found = normal_form(parse("(J)^J"), max_steps=1000)
    assert (found.term, found.steps, found.stopped_by) == (None, 1000, "steps")
    assert normal_form(parse("(J)^J"), max_seconds=0.02).stopped_by == "seconds"
    assert str(found) == "(stopped by steps)"
    with pytest.raises(calculus.UsageProblem):
        normal_form(parse("*"), loops="always")


def deep() -> dict[str, Term]:
    spine = arguments = joins = loops = SKIP
    for i in range(20_000):
        spine = push(jump(i), spine, "a")
        arguments = push(arguments, variable("x"))
        joins = join(variable("y"), "J" if i % 2 else "K", joins)
        loops = loop(push(jump(1), loops), "J")
    return {"spine": spine, "arguments": arguments, "joins": joins, "loops": loops}


@pytest.mark.parametrize("shape", deep())
def test_deep_terms(shape: str) -> None:
    term = deep()[shape]
    found = normal_form(term, loops="never").term
    assert found is not None and size(found) > 20_000
