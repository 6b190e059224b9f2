"""The properties of each calculus, by the modules that hold them, loaded when they are asked for."""

from importlib import import_module
from types import MappingProxyType

from calculus import registry
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.verify.property import Property

ROOMS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        # Each module has `PROPERTIES`, a tuple.
        "fmc": (
            "fmc.confluence",
            "fmc.steps",
            "fmc.adequacy",
            "fmc.big_step",
            "fmc.engines",
            "fmc.binding",
            "fmc.permutation",
            "fmc.syntax",
            "fmc.types",
            "fmc.laws",
            "fmc.conservativity",
            "fmc.exact",
            "encodings.lambda_calculi",
            "encodings.imp",
        ),
        "rmc": (
            "rmc.confluence",
            "rmc.duality",
            "rmc.structure",
            "rmc.adequacy",
            "rmc.engines",
            "rmc.unification",
            "rmc.spans",
            "rmc.equality",
            "rmc.kleene",
            "rmc.regular",
            "rmc.frobenius",
            "rmc.first_order",
            "rmc.syntax",
            "rmc.diagrams",
            "encodings.kappa",
            "encodings.prolog",
            "encodings.regex",
            "encodings.automaton",
            "encodings.turing",
            "encodings.petri",
            "encodings.inet",
        ),
        "eml": (
            "eml.completeness",
            "eml.branches",
            "eml.evaluation",
            "eml.texts",
            "eml.compiling",
            "eml.enumerating",
        ),
        "rlm": (
            "rlm.splits",
            "rlm.plans",
            "rlm.theorems",
            "rlm.language",
            "rlm.asking",
        ),
    }
)


def properties(calculus: str) -> list[Property]:
    """The properties of a calculus and of the languages that translate into it.

    Raises `UsageProblem` if none are known.
    """
    if calculus in ROOMS:
        rooms = [import_module(f"calculus.verify.properties.{room}") for room in ROOMS[calculus]]
        return [item for room in rooms for item in room.PROPERTIES]
    help = f"there are properties of: {', '.join(ROOMS)}"
    try:
        own = registry.get(calculus)
    except UsageProblem:
        raise UsageProblem(Diagnostic("usage", f"there is no calculus {calculus!r}", help=help)) from None
    if not registry.supports(own, "properties"):
        raise UsageProblem(Diagnostic("usage", f"no properties of {calculus} are known", help=help))
    return list(registry.require(own, "properties"))


def find(calculus: str, name: str) -> Property:
    """The property of that name. Raises `UsageProblem`."""
    known = properties(calculus)
    for item in known:
        if item.name == name:
            return item
    help = f"the properties of {calculus} are: {', '.join(item.name for item in known)}"
    raise UsageProblem(Diagnostic("usage", f"{calculus} has no property {name!r}", help=help))
