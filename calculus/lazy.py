"""Names of a package that are fetched when they are first used, so that importing it loads nothing."""

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def exports(
    package: str, homes: Mapping[str, Iterable[str]], rooms: Iterable[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of a package whose names live in modules below it.

    `homes` gives the names of each module; modules are named relative to the package, and none of them may be
    called like a name, which importing it would hide. `rooms` are modules that are names themselves.
    """
    home = {name: module for module, names in homes.items() for name in names}
    own = frozenset(rooms)
    public = sorted(own.union(home))

    def fetch(name: str) -> Any:
        if name in own:
            return import_module(f"{package}.{name}")
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return fetch, lambda: public, public
