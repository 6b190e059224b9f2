"""Trees to expressions, by rules that hold everywhere or under conditions that are proved or said.

The tree is brought into the normal form of `calculus.eml.expressions.normal`, where exp and ln cancel. Where
that needs the branch of a logarithm, the condition for it is taken from the assumptions; else it is adopted,
and part of the result, or refused, and noted.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calculus.eml.decompiler.setting import Assumptions, Setting, conditions_of
from calculus.eml.display import Displayed
from calculus.eml.domain import Condition, Domain, SemanticsName
from calculus.eml.expressions import printer
from calculus.eml.expressions.normal.resolve import turns_in
from calculus.eml.expressions.normal.translate import NoValue
from calculus.eml.tree import Tree
from calculus.source.text import Source
from calculus.term import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROUNDS = 32
_MOST_SIMPLIFIED = 100
"""More conditions than this are not searched for those that follow from others."""
_MOST_DROPPED = 8
"""With more assumptions than this it is not tried which of them are used."""


@dataclass(frozen=True, repr=False)
class Decompiled(Displayed):
    """What a tree computes under a semantics: `expression`, wherever all of `conditions` hold.

    `adopted` are the conditions that nobody assumed: on branches, and that the argument of no logarithm is 0;
    `used` those of the assumptions that were needed; `refused` what would have allowed more.
    """

    tree: Term
    expression: Term
    semantics: SemanticsName
    adopted: tuple[Condition, ...] = ()
    used: tuple[Condition, ...] = ()
    refused: tuple[Condition, ...] = field(default=())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (*self.used, *self.adopted)

    @property
    def domain(self) -> Domain:
        """The conditions as a domain record, established symbolically."""
        return Domain(self.semantics, self.conditions, how="symbolic")

    @property
    def text(self) -> str:
        return printer.text(self.expression)

    @property
    def latex(self) -> str:
        return printer.latex(self.expression)

    @property
    def notes(self) -> tuple[str, ...]:
        """What would have allowed a simpler expression, one remark for each condition."""
        from calculus.eml.domains import condition_text

        return tuple(f"a simpler form would need {condition_text(item)}" for item in self.refused)

    def to_sympy(self) -> Any:
        """The expression in SymPy."""
        from calculus.eml.expressions.sympy_bridge import to_sympy

        return to_sympy(self.expression)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Decompiled {self.text}, {self.semantics}: {self.domain}>"

    def described(self) -> str:
        return f"{self.text}\n  where      {self.domain}, in {self.semantics}"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


def decompile(
    tree: Tree | Term | str | Source,
    *,
    assume: Assumptions = (),
    semantics: SemanticsName = "principal",
    adopt: bool = True,
) -> Decompiled:
    """The function that a tree computes, as simple as sound rules make it.

    `assume` are conditions, or texts such as `x > 0` and `|Im x| < pi`. A rule on a branch that does not
    follow from them is applied with its condition among the result's, or with `adopt=False` not at all. In
    `principal` the tree has to be defined, so the arguments of its logarithms are nonzero; under `ieee` the
    values agree up to rounding, where nothing overflows.

    Raises `SyntaxProblem` for a text that is no tree, and `UsageProblem` if the tree has no finite value.
    """
    term = Tree(tree).term
    assumed = conditions_of(assume)
    found, adopted, refused = _decompile(term, assumed, semantics, adopt)
    used = list(assumed)
    if len(assumed) <= _MOST_DROPPED:
        for condition in assumed:
            fewer = [item for item in used if item is not condition]
            if _decompile(term, fewer, semantics, adopt) == (found, adopted, refused):
                used = fewer
    return Decompiled(term, found, semantics, tuple(adopted), tuple(used), tuple(refused))


def _decompile(
    tree: Term, assumed: "Sequence[Condition]", semantics: SemanticsName, adopt: bool
) -> tuple[Term, list[Condition], list[Condition]]:
    setting = Setting(tree, assumed, semantics)
    adopted: list[Condition] = []
    for _ in range(_ROUNDS):
        value = setting.value()
        if value.infinite:
            raise NoValue(f"the value is {'-' if value.infinite < 0 else ''}∞, which is no expression")
        integers = turns_in(value.sum)
        # Of numbers, what is not known cannot be assumed either.
        inner = [item for item in integers if not _inside(item) and not item.closed]
        if not inner or not adopt:
            break
        adopted += [setting.adopt(item) for item in inner]
    refused = [setting.condition(item) for item in inner]
    nonzero = setting.nonzero()
    from calculus.eml.domains import simplify

    conditions = list(dict.fromkeys([*adopted, *setting.off_cuts(value.sum), *nonzero]))
    kept = simplify(conditions, assumed) if len(conditions) <= _MOST_SIMPLIFIED else tuple(conditions)
    if kept is None:
        raise NoValue("the conditions on the branches contradict the assumptions")
    return setting.expression(value.sum), list(kept), list(dict.fromkeys(refused))


def _inside(integer: Any) -> list[Any]:
    """The open integers on which the definition of another depends."""
    return [*turns_in(integer.argument), *turns_in(integer.result)]
