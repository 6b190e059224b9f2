"""String diagrams of relational terms.

A span is a string diagram of a Frobenius monoid: a wire for a variable, a box for a constructor, a spider
where a variable occurs other than twice. `build` makes the graphs of a term, `normal` those of its normal
form; `layered` and `layout` place them, and `svg` draws what was placed; `discopy` exports them.
"""

from collections.abc import Mapping

from calculus.rmc.diagram.build import build
from calculus.rmc.diagram.effects import Effects
from calculus.rmc.diagram.graph import Box, Diagram, Graph, Port, Wire
from calculus.rmc.diagram.size import check_size
from calculus.rmc.diagram.unfolding import unfolded
from calculus.rmc.program import undefined
from calculus.source.diagnostic import NameProblem
from calculus.term import Term

__all__ = ["Box", "Diagram", "Graph", "Port", "Wire", "diagram"]


def diagram(
    term: Term,
    definitions: Mapping[str, Term] | None = None,
    *,
    normal: bool = False,
    unfold: bool = False,
) -> Diagram:
    """The diagram of a term, as it is written; with `normal`, of its normal form.

    Definitions are boxes; with `unfold` those that do not call themselves are drawn in full. Raises
    `NameProblem` for a call of what is not defined, and `UsageProblem` for what is too large to draw.
    """
    definitions = definitions or {}
    missing = [*undefined(term, definitions)]
    for body in definitions.values():
        missing += undefined(body, definitions)
    if missing:
        raise NameProblem(*missing)
    if unfold:
        term = unfolded(term, definitions)
    check_size(term)
    found = build(term, Effects(definitions))
    if normal:
        from calculus.rmc.diagram.normal import normal_form

        found = normal_form(found)
    return found
