"""How many values terms take off stacks and put back."""

import pytest

from calculus.machine.relational.instructions import call, sequence
from calculus.rmc.diagram.effects import WHOLE, Effects
from calculus.rmc.dual import dual
from calculus.rmc.parser import parse_program
from calculus.rmc.program import bodies
from calculus.source.text import Source

NOTHING: dict[str, tuple[int, int]] = {}

CASES = {
    "[A]": {"λ": (0, 1)},
    "a<_>": {"a": (1, 0)},
    "ex x. <x>; [x]; [x]": {"λ": (1, 2)},
    "[A]; <_>": {"λ": (0, 0)},
    "[A]; <_>; <_>; [B]; [B]": {"λ": (1, 2)},
    "1": NOTHING,
    "0": NOTHING,
    "A == B; lt(1, 2)": NOTHING,
    "[A] + a<_>": {"λ": WHOLE, "a": WHOLE},
    "[A] + 0": {"λ": (0, 1)},
    "(<_>; [A]) + (<_>; <_>; [A]; [A])": {"λ": (2, 2)},
    "(<_>; [A]) + [A]": {"λ": WHOLE},
    "[A]*": {"λ": WHOLE},
    "(<_>; [A])*": {"λ": (1, 1)},
    "0*": NOTHING,
    "(<_>; [A]; [B]a)*; [C]; c<_>": {"λ": (1, 2), "a": WHOLE, "c": (1, 0)},
    "[A]*; <_>": {"λ": WHOLE},
}


@pytest.mark.parametrize("text", CASES)
def test_terms(text: str) -> None:
    term = parse_program(Source(text)).main
    assert term is not None
    assert Effects({}).of(term) == CASES[text]
    turned = {place: both and both[::-1] for place, both in CASES[text].items()}
    assert Effects({}).of(dual(term)) == turned


DEFINITIONS = {
    "def f = (ex x. <S(x)>; [x]; f) + <Z>": {"λ": (1, 0)},
    "def f = (<A>; [B]a; f) + 1": {"λ": WHOLE, "a": WHOLE},
    "def f = f": NOTHING,
    "def f = f; [A]": NOTHING,
    "def f = 0": NOTHING,
    "def f = (<_>; f; [A]) + 1": {"λ": WHOLE},  # ever more of the same
    "def f = g; g\ndef g = <_>; [A]; [B]": {"λ": (1, 3)},
    "def f = <A> + (<B>; g)\ndef g = [A]; f": {"λ": (1, 0)},
    "def f = <A> + (<B>; [A]; g)\ndef g = f + f~; a<_>": {"λ": WHOLE, "a": WHOLE},
    "def f = g~\ndef g = <A>; <B>; [C]a": {"λ": (0, 2), "a": (1, 0)},
}


@pytest.mark.parametrize("text", DEFINITIONS)
def test_definitions(text: str) -> None:
    program = parse_program(Source(f"{text}\n1"))
    effects = Effects(bodies(program))
    assert effects.call("f") == DEFINITIONS[text]
    assert effects.of(call("f")) == DEFINITIONS[text]
    assert effects.of(sequence(call("f"), call("f~"))).keys() == DEFINITIONS[text].keys()


def test_long_chains_of_definitions() -> None:
    count = 2000
    definitions = {f"f{number}": sequence(call(f"f{number + 1}")) for number in range(count)}
    program = parse_program(Source("<A>; [B]"))
    assert program.main is not None
    assert Effects({**definitions, f"f{count}": program.main}).call("f0") == {"λ": (1, 1)}
