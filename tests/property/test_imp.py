"""`imp` does what CPython does with the same program, on random programs."""

from collections import deque
from typing import Any

import pytest

import calculus
from tests.property.imp_programs import EXCEPTIONS, Imp

INPUTS = [3, -1, 7, 0, 2]
DEFAULT, LONG = 150, 20_000
MOST_LINES = 400


class NoInput(Exception):
    pass


class TooLong(Exception):
    pass


def python_run(text: str) -> tuple[list[str], dict[str, str], str | None, str | None]:
    """Output, cells, uncaught exception, and kind of error, as CPython finds them."""
    output: list[str] = []
    inputs = deque(INPUTS)

    def read() -> int:
        if not inputs:
            raise NoInput
        return inputs.popleft()

    def write(value: object) -> None:
        output.append(str(value))
        if len(output) > MOST_LINES:
            raise TooLong

    names: dict[str, Any] = {"print": write, "read": read}
    names |= {name: type(name, (Exception,), {}) for name in EXCEPTIONS}
    uncaught = kind = None
    try:
        exec(compile(text, "<generated>", "exec"), names)
    except NoInput:
        kind = "input"
    except ZeroDivisionError:
        kind = "division"
    except TooLong:
        raise
    except Exception as problem:
        uncaught = type(problem).__name__
        if EXCEPTIONS[uncaught]:
            uncaught += f"({problem.args[0]})"
    cells = {name[5:]: shown(value) for name, value in names.items() if name.startswith("cell_")}
    return output, cells, uncaught, kind


def shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def compare(seed: int) -> tuple[bool, str]:
    """Compare one program; whether it was compared, and how it ended."""
    imp, python = Imp(seed).program()
    try:
        output, cells, uncaught, kind = python_run(python)
    except TooLong:
        return False, ""
    engine = "kernel" if seed % 50 == 1 else "reference"
    found: Any = calculus.run("imp", imp, inputs=INPUTS, engine=engine, max_steps=300_000)
    if found.status == "budget":
        return False, ""
    assert (found.error and found.error.kind) == kind, (seed, imp)
    assert (list(found.output), found.uncaught) == (output, uncaught), (seed, imp)
    # Loops that were never reached have counters only here.
    assert {**dict.fromkeys(dict(found.cells), "0"), **cells} == dict(found.cells), (seed, imp)
    if kind == "division":
        assert "/" in found.error.span.text or "%" in found.error.span.text
    if seed % 30 == 0:
        same = calculus.run("fmc", calculus.translate("imp", imp), inputs=INPUTS)
        assert (same.exit, same.stacks.get("out")) == (found.result.exit, found.stacks.get("out"))
        assert calculus.translate("imp", calculus.format("imp", imp)) == calculus.translate("imp", imp)
    return True, kind or ("uncaught" if uncaught else "well")


def campaign(count: int, first: int) -> dict[str, int]:
    ends: dict[str, int] = {}
    for seed in range(first, first + count):
        compared, how = compare(seed)
        if compared:
            ends[how] = ends.get(how, 0) + 1
    assert sum(ends.values()) > 0.95 * count
    return ends


def test_agrees_with_python() -> None:
    assert campaign(DEFAULT, 0).keys() == {"well", "uncaught", "division", "input"}


@pytest.mark.long
def test_agrees_with_python_on_many() -> None:
    print("imp", campaign(LONG, 1000))
