"""Proofs that a tree computes an expression, by bringing both into normal form."""

from dataclasses import dataclass

from calculus.eml.decompiler.setting import Assumptions, Setting, conditions_of
from calculus.eml.domain import Condition, SemanticsName
from calculus.eml.expressions.normal.resolve import is_zero, turns_in
from calculus.eml.expressions.normal.translate import NoValue, of_expression
from calculus.eml.expressions.reader import read
from calculus.eml.tree import Tree
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a tree was proved to have the values of an expression; it is as true as `holds`.

    A proof is one for all points where the assumptions hold and both have a value; `conditions` are what that
    asks beyond the assumptions: arguments of logarithms that must not be 0, or under `ieee` on the cut.
    Without a proof, `missing` are the conditions on branches that would have given one, if there are such.
    """

    holds: bool
    conditions: tuple[Condition, ...] = ()
    missing: tuple[Condition, ...] = ()
    why: str = ""

    def __bool__(self) -> bool:
        return self.holds


def proves(
    tree: Tree | Term | str | Source,
    expression: Term | str,
    assume: Assumptions = (),
    semantics: SemanticsName = "principal",
) -> Proof:
    """Whether a tree is proved to have the values of an expression where the assumptions hold.

    That there is no proof says nothing of the values. Raises `SyntaxProblem` for texts that are wrong.
    """
    term = Tree(tree).term
    wanted = read(expression) if isinstance(expression, str) else expression
    setting = Setting(term, conditions_of(assume), semantics)
    algebra = setting.algebra
    missing: list[Condition] = []
    for _ in range(32):
        try:
            found = setting.value()
            nonzero = [*setting.nonzero(), *setting.off_cuts(found.sum)]
            if found.infinite:
                return Proof(False, why="the tree is infinite")
            difference = algebra.subtract(found.sum, of_expression(algebra, wanted).sum)
            if is_zero(algebra, difference):
                return Proof(not missing, tuple(dict.fromkeys(nonzero)), tuple(dict.fromkeys(missing)))
        except NoValue as problem:
            return Proof(False, why=str(problem))
        except UsageProblem as problem:
            return Proof(False, why=str(problem))
        integers = [
            item
            for item in turns_in(difference)
            if not item.closed
            and not turns_in(item.argument or algebra.zero)
            and not turns_in(item.result or algebra.zero)
        ]
        if not integers:
            return Proof(False, why="the normal forms differ")
        missing += [setting.adopt(item) for item in integers]
    return Proof(False, why="too many branches")
