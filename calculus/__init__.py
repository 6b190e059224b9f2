"""A workbench for machine calculi: parse, run, step and inspect terms.

    import calculus

    term = calculus.parse("fmc", "[2].[3].add")
    result = calculus.run("fmc", term)
    result.stacks          # {'λ': [<Term 5>]}

Bad input raises `CalculusError` or one of its subclasses, and nothing else. Importing the package
loads nothing: each name below is fetched when it is first used.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calculus.library import (
        Machine,
        Suspension,
        check,
        diagram,
        dual,
        equal,
        exact,
        explore,
        format,
        infer,
        machine,
        parse,
        program,
        reduce,
        run,
        solve,
        translate,
        verify,
    )
    from calculus.machine.instructions import Text
    from calculus.machine.result import Result
    from calculus.registry import Calculus, register
    from calculus.settings import Settings
    from calculus.source.diagnostic import (
        CalculusError,
        Diagnostic,
        FileProblem,
        NameProblem,
        Note,
        SyntaxProblem,
        TypeProblem,
        UsageProblem,
    )
    from calculus.source.text import Source, Span
    from calculus.term import Term

__version__ = "0.1.0"

_HOMES = {
    "calculus.library": (
        *(
            "Machine",
            "Suspension",
            "check",
            "diagram",
            "dual",
            "equal",
            "exact",
            "explore",
            "format",
            "infer",
            "parse",
            "program",
            "reduce",
            "run",
            "solve",
            "translate",
        ),
    ),
    "calculus.machine.instructions": ("Text",),
    "calculus.machine.result": ("Result",),
    "calculus.registry": ("Calculus", "register"),
    "calculus.settings": ("Settings",),
    "calculus.source.diagnostic": (
        *("CalculusError", "Diagnostic", "FileProblem", "NameProblem", "Note"),
        *("SyntaxProblem", "TypeProblem", "UsageProblem"),
    ),
    "calculus.source.text": ("Source", "Span"),
    "calculus.term": ("Term",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Calculus",
    "CalculusError",
    "Diagnostic",
    "FileProblem",
    "Machine",
    "NameProblem",
    "Note",
    "Result",
    "Settings",
    "Source",
    "Span",
    "Suspension",
    "SyntaxProblem",
    "Term",
    "Text",
    "TypeProblem",
    "UsageProblem",
    "__version__",
    "check",
    "diagram",
    "dual",
    "equal",
    "exact",
    "explore",
    "format",
    "infer",
    "machine",
    "parse",
    "program",
    "reduce",
    "register",
    "run",
    "solve",
    "translate",
    "verify",
]


_ROOMS_THAT_ARE_CALLS = {"machine", "verify"}
"""Names that are both a folder of the package and a function of the library."""


class _CallableRoom(ModuleType):
    """A subpackage that can be called, as the library function of its name."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        function = getattr(import_module("calculus.library"), self.__name__.rpartition(".")[2])
        return function(*arguments, **options)


class _Package(ModuleType):
    def __setattr__(self, name: str, value: Any) -> None:
        # Importing a subpackage sets it as an attribute here, which would hide the function.
        if name in _ROOMS_THAT_ARE_CALLS and type(value) is ModuleType:
            value.__class__ = _CallableRoom
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name in _ROOMS_THAT_ARE_CALLS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
