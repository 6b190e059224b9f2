"""Primitives on the machine."""

import pytest

from tests.unit.machine.helpers import place, run, stacks


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("[7].[2].add", "9"),
        ("[7].[2].sub", "5"),
        ("[7].[2].mul", "14"),
        ("[7].neg", "-7"),
        ("[-7].[2].div", "-4"),
        ("[-7].[2].mod", "1"),
        ("[7].[-2].div", "-4"),
        ("[7].[-2].mod", "-1"),
        ("[1].[2].eq", "False"),
        ('["a"].["a"].eq', "True"),
        ("[True].[False].ne", "True"),
        ("[1].[2].lt", "True"),
        ("[2].[2].le", "True"),
        ("[1].[2].gt", "False"),
        ("[1].[2].ge", "False"),
        ("[True].[False].and", "False"),
        ("[True].[False].or", "True"),
        ("[True].not", "False"),
        ('["ab"].["c"].concat', '"abc"'),
        ('["λμ"].length', "2"),
        ("[9223372036854775807].[1].add", "9223372036854775808"),
        ("[9223372036854775808].[9223372036854775808].mul", str(2**126)),
    ],
)
def test_result(text: str, result: str) -> None:
    assert stacks(run(text)) == {"λ": [result]}


@pytest.mark.parametrize(
    ("text", "kind", "message", "at"),
    [
        ("add", "stack", "add expects 2 operands on λ, found none", "add"),
        ("[1].add.[2]", "stack", "add expects 2 operands on λ, found 1", "add"),
        ("neg", "stack", "neg expects 1 operand on λ, found none", "neg"),
        ("[1].[True].add", "primitive", "add expects Int Int, found 1 True", "add"),
        ("[[1]].[2].lt", "primitive", "lt expects Int Int, found [1] 2", "lt"),
        ("[A].not", "primitive", "not expects Bool, found A", "not"),
        ('[1].["a"].concat', "primitive", 'concat expects Text Text, found 1 "a"', "concat"),
        (
            "[1].[True].eq",
            "primitive",
            "eq expects two constants of one base type, found 1 True",
            "eq",
        ),
        ("[A].[A].ne", "primitive", "ne expects two constants of one base type, found A A", "ne"),
        ("[1].[0].div", "division", "division by zero", "div"),
        ("[1].[0].mod.[2]", "division", "division by zero", "mod"),
    ],
)
def test_stuck(text: str, kind: str, message: str, at: str) -> None:
    machine = run(text)
    assert machine.status == "stuck"
    assert machine.error is not None
    assert (machine.error.kind, machine.error.message) == (kind, message)
    assert place(machine) == at


def test_a_failed_primitive_leaves_its_operands() -> None:
    assert stacks(run("[1].[0].div")) == {"λ": ["1", "0"]}
