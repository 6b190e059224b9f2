"""Bugs in the types of the FMC."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from calculus.fmc.types import infer
from calculus.fmc.types.infer import Inference
from calculus.fmc.types.nodes import VALUE, unknown
from calculus.fmc.types.solver import Constraint
from calculus.machine.primitives import Primitive
from calculus.term import Term
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.planting import instead


def _sum_is_boolean(right: Mapping[str, Primitive]) -> Mapping[str, Primitive]:
    return MappingProxyType({**right, "add": right["add"]._replace(result="Bool")})


def _each_time_another(right: Callable[..., None]) -> Callable[..., None]:
    def run(self: Inference, term: Term, memory: Any, exits: Any) -> None:
        if self.scope.get(term.label):
            self.add(Constraint("run", unknown(VALUE), (memory, exits), term.span))
        else:
            right(self, term, memory, exits)

    return run


BUGS = (
    Bug(
        "sum-is-a-boolean",
        "types",
        "the type of `add` says that its result is a Boolean",
        instead(infer, "PRIMITIVES", _sum_is_boolean),
        Where("fmc", "principal-types"),
    ),
    Bug(
        "variables-generalised",
        "types",
        "a bound variable may have another type each time it is run",
        instead(Inference, "run", _each_time_another),
        Where("fmc", "progress"),
    ),
)
