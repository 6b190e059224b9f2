"""How bugs are planted: a function, a method, a rule or an entry of a table is another for a while."""

import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from calculus.verify.bugs.bug import Plant

Make = Callable[[Any], Any]
"""From what is right to what is wrong."""


def instead(owner: Any, name: str, make: Make) -> Plant:
    """The attribute of a class or of one module is another."""

    @contextmanager
    def planted() -> Iterator[None]:
        right = owner.__dict__[name]
        wrong = make(right)
        setattr(owner, name, wrong)
        try:
            yield
        finally:
            setattr(owner, name, right)

    return planted


def everywhere(function: Any, make: Make) -> Plant:
    """A function is another in all our modules that use it by its name, those of the verifier too."""

    @contextmanager
    def planted() -> Iterator[None]:
        wrong = make(function)
        _exchange(function, wrong)
        try:
            yield
        finally:
            # Modules that were imported meanwhile have the wrong one.
            _exchange(wrong, function)

    return planted


def _exchange(old: Any, new: Any) -> None:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "calculus":
            for attribute, value in list(vars(module).items()):
                if value is old:
                    setattr(module, attribute, new)


def entry(table: MutableMapping[Any, Any], key: Any, make: Make) -> Plant:
    """An entry of a table is another."""

    @contextmanager
    def planted() -> Iterator[None]:
        right = table[key]
        table[key] = make(right)
        try:
            yield
        finally:
            table[key] = right

    return planted


def fields(item: Any, **wrong: Any) -> Plant:
    """A frozen value, such as a rule, has other fields. What was computed from it is forgotten."""

    @contextmanager
    def planted() -> Iterator[None]:
        right = {name: getattr(item, name) for name in wrong}
        _set(item, wrong)
        try:
            yield
        finally:
            _set(item, right)

    return planted


def _set(item: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        object.__setattr__(item, name, value)
    # What is remembered of rules is found by their names.
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == "calculus":
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def together(*plants: Plant) -> Plant:
    """Several changes that make one bug."""

    @contextmanager
    def planted() -> Iterator[None]:
        entered: list[AbstractContextManager[None]] = []
        try:
            for plant in plants:
                context = plant()
                context.__enter__()
                entered.append(context)
            yield
        finally:
            for context in reversed(entered):
                context.__exit__(None, None, None)

    return planted
