"""Recursive algorithms without recursion on the Python stack."""

from collections.abc import Generator
from typing import Any

Steps = Generator[Any, Any, Any]
"""A generator that yields generators, each answered with what it returns."""


def finished(steps: Steps) -> Any:
    """What the generator returns."""
    running = [steps]
    result = None
    while running:
        try:
            running.append(running[-1].send(result))
            result = None
        except StopIteration as end:
            running.pop()
            result = end.value
    return result
