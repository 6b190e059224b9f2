"""Trees at many points at once. See `docs/design/eml-arrays.md`.

`code` turns trees into straight-line code over their shared graph; `reference` runs it with NumPy, `kernel`
with blocks of points and vectorised elementary functions; `evaluation` is what users call.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Code": "code",
    "compile_code": "code",
    "CompiledTrees": "evaluation",
    "compile_array": "evaluation",
    "evaluate_array": "evaluation",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
