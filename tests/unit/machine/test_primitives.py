"""The table of primitives."""

import pytest

from calculus.machine.instructions import Text
from calculus.machine.primitives import PRIMITIVES, PrimitiveFailure, apply, base_type, fits


def test_the_documented_ones_are_there() -> None:
    names = "add sub mul neg div mod eq ne lt le gt ge and or not concat length"
    assert set(PRIMITIVES) == set(names.split())


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (3, "Int"),
        (Text("a"), "Text"),
        ("True", "Bool"),
        ("False", "Bool"),
        ("J", None),
        ("*", None),
    ],
)
def test_base_type(label: object, expected: str | None) -> None:
    assert base_type(label) == expected  # type: ignore[arg-type]


def test_base_operands_must_agree() -> None:
    assert fits(PRIMITIVES["eq"], (1, 2))
    assert fits(PRIMITIVES["eq"], ("True", "False"))
    assert not fits(PRIMITIVES["eq"], (1, "True"))
    assert not fits(PRIMITIVES["eq"], ("J", "J"))
    assert not fits(PRIMITIVES["eq"], (None, None))


def test_results_are_jumps() -> None:
    assert apply(PRIMITIVES["lt"], (1, 2)) == "True"
    assert apply(PRIMITIVES["concat"], (Text("a"), Text("b"))) == Text("ab")
    assert apply(PRIMITIVES["length"], (Text("ab"),)) == 2


@pytest.mark.parametrize(
    ("name", "operands"),
    [
        ("mul", (1 << (1 << 20), 1 << (1 << 20))),
        ("add", ((1 << (1 << 21)) - 1, 1)),
        ("concat", (Text("a" * (1 << 23)), Text("b" * ((1 << 23) + 1)))),
    ],
)
def test_what_is_too_large_is_refused(name: str, operands: tuple[int | Text, ...]) -> None:
    with pytest.raises(PrimitiveFailure, match="too large") as caught:
        apply(PRIMITIVES[name], operands)
    assert caught.value.kind == "size"


def test_the_largest_integer_is_made() -> None:
    result = apply(PRIMITIVES["mul"], (1 << ((1 << 20) - 1), 1 << (1 << 20)))
    assert isinstance(result, int)
    assert result.bit_length() == 1 << 21


def test_division_by_zero() -> None:
    with pytest.raises(PrimitiveFailure, match="division by zero") as caught:
        apply(PRIMITIVES["mod"], (1, 0))
    assert caught.value.kind == "division"
