"""The settings of a session, by the names of the command line's options."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic, UsageProblem

NAMES: Mapping[str, type] = MappingProxyType(
    {
        "engine": str,
        "max-steps": int,
        "max-seconds": float,
        "max-memory": float,
        "max-answers": int,
        "seed": int,
        "depth": int,
        "mode": str,
        "strategy": str,
    }
)
"""What can be set, and the type of its value; what is a number may be `none`, but for the seed."""


def shown(settings: Settings) -> list[str]:
    """A line for each setting."""
    values = ((name, getattr(settings, _field(name))) for name in NAMES)
    return [f"{name} {'none' if value is None else value}" for name, value in values]


def changed(settings: Settings, name: str, text: str) -> Settings:
    """The settings with one changed; raises `UsageProblem`."""
    if name not in NAMES:
        help = f"the settings are {', '.join(NAMES)}"
        raise UsageProblem(Diagnostic("usage", f"there is no setting {name}", help=help))
    return replace(settings, **{_field(name): _value(name, text)})


def _field(name: str) -> str:
    return name.replace("-", "_")


def _value(name: str, text: str) -> Any:
    kind = NAMES[name]
    if text == "none" and name not in ("seed", "engine"):
        return None
    if kind is str:
        return text
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or (name != "seed" and not 0 <= value < float("inf")):
        wanted = {"seed": "an integer", "max-seconds": "a number", "max-memory": "a number"}
        expected = wanted.get(name, "a whole number") + ("" if name == "seed" else ", or none")
        raise UsageProblem(f"{name} expects {expected}; found {text or 'nothing'}")
    return value
