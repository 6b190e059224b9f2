"""Limits."""

import time

import pytest

from calculus.machine.budget import Budget, resident_bytes


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
