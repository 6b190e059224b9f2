"""Limits."""

import time

import pytest

from calculus.machine.budget import Budget, Portion, resident_bytes


def test_nothing_is_overdrawn_at_first() -> None:
    assert Budget(max_seconds=60).overdrawn() is None


def test_seconds() -> None:
    assert Budget(max_seconds=1, started=time.monotonic() - 2).overdrawn() == "seconds"


def test_memory() -> None:
    if not resident_bytes():
        pytest.skip("this system does not say how much memory a process has")
    assert Budget(max_memory=1).overdrawn() == "memory"
    assert Budget(max_memory=None).overdrawn() is None


def test_a_process_has_some_memory() -> None:
    assert resident_bytes() == 0 or resident_bytes() > 1 << 20


def test_a_portion_ends_with_the_whole() -> None:
    whole = Budget(max_seconds=100)
    part = Portion(whole, 5, 50)
    assert (part.max_steps, part.overdrawn()) == (5, None)
    whole.interrupted = True
    assert part.overdrawn() == "interrupt"


def test_a_portion_has_limits_of_its_own() -> None:
    whole = Budget()
    part = Portion(whole, max_seconds=0)
    assert part.overdrawn() == "seconds"
    assert whole.overdrawn() is None


def test_seconds_left() -> None:
    assert Budget().left(3) == 3
    assert Budget(max_seconds=0).left(3) == 0
    assert 1 < Budget(max_seconds=2).left(3) <= 2
