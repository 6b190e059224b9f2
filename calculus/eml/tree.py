"""A tree as users of the library handle it."""

import re
from typing import Any

from calculus.eml import printer, syntax
from calculus.eml.postfix import from_postfix
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term, canonical

SHOWN, LIMIT = 200, 2_000
"""Characters of a tree in a line about it, and where it is shown by itself."""

_POSTFIX = re.compile(r"\s*1[1A-Za-z\s]*E\s*")
"""What can only be a tree in postfix, which is read without the grammar."""


class Tree:
    """An EML tree; immutable, and equal to another if the two have the same nodes.

    Made of a text, `eml(1, x)` or postfix `1xE`, of a term, or of another tree. Raises `SyntaxProblem`.
    """

    __slots__ = ("term",)

    term: Term

    def __init__(self, tree: "Tree | Term | str | Source") -> None:
        match tree:
            case Tree(term=term):
                self.term = term
            case Term():
                self.term = canonical(tree)
            case str() | Source():
                self.term = _parse(tree if isinstance(tree, Source) else Source(tree))
            case _:
                raise UsageProblem(f"a tree is made of a text or a term; got {tree!r}")

    @property
    def K(self) -> int:  # noqa: N802 - the name of the field
        """The number of nodes of the tree, leaves and operators."""
        return syntax.size(self.term)

    @property
    def dag(self) -> int:
        """The number of distinct subtrees."""
        return syntax.dag_size(self.term)

    @property
    def depth(self) -> int:
        """The most operators on a way from the root to a leaf."""
        return syntax.depth(self.term)

    @property
    def variables(self) -> list[str]:
        """The names of the variables, in order of occurrence."""
        return syntax.variables(self.term)

    @property
    def left(self) -> "Tree | None":
        """The tree whose exponential is taken; None of a leaf."""
        return Tree(self.term.children[0]) if self.term.children else None

    @property
    def right(self) -> "Tree | None":
        """The tree whose logarithm is taken; None of a leaf."""
        return Tree(self.term.children[1]) if self.term.children else None

    @property
    def postfix(self) -> str:
        """The tree in postfix. Raises `UsageProblem` if it is too large to be printed."""
        return printer.postfix_text(self.term)

    def __eq__(self, other: object) -> bool:
        return self.term == other.term if isinstance(other, Tree) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.term)

    def __str__(self) -> str:
        return printer.to_text(self.term)

    def __repr__(self) -> str:
        return f"<Tree {printer.to_text(self.term, limit=SHOWN)}>"

    def __rich__(self) -> str:
        return printer.to_text(self.term, limit=LIMIT).replace("[", "\\[")

    def to_latex(self) -> str:
        """The tree in LaTeX. Raises `UsageProblem` if it is too large to be printed."""
        from calculus.eml.latex import to_latex

        return to_latex(self.term)

    def to_svg(self, shared: bool = False) -> str:
        """A picture of the tree; with `shared`, of its graph, in which equal subtrees are one. Raises
        `UsageProblem` if it is too large to draw.
        """
        from calculus.eml.drawing import Drawing

        return Drawing(self.term, shared).to_svg()

    def _repr_latex_(self) -> str:
        from calculus.eml.latex import to_latex

        return f"${to_latex(self.term, LIMIT)}$"

    def _repr_svg_(self) -> str | None:
        # In a notebook what is too large to draw is printed.
        try:
            return self.to_svg()
        except UsageProblem:
            return None

    def to_sympy(self) -> Any:
        """The nest of exp(x) - log(y) that the tree is, as a SymPy expression that is not simplified.

        Raises `UsageProblem` without SymPy, and for a tree too deep for it.
        """
        from calculus.eml.expressions.sympy_bridge import tree_to_sympy

        try:
            return tree_to_sympy(self.term)
        except RecursionError:  # SymPy goes down into the arguments
            raise UsageProblem(f"a tree of depth {self.depth:,} is too deep for SymPy") from None

    @classmethod
    def from_sympy(cls, expression: Any, **options: Any) -> "Tree":
        """A tree of a SymPy expression; see `calculus.eml.compile`, which also says where it holds."""
        from calculus.eml import compile

        return cls(compile(expression, **options).term)

    def __reduce__(self) -> tuple[Any, ...]:
        # Nodes are compared by identity, so a copy is built anew; without recursion, each node once.
        numbers: dict[int, int] = {}
        nodes: list[str | tuple[int, int] | None] = []
        for item in syntax.subtrees(self.term):
            numbers[id(item)] = len(nodes)
            if item.op is syntax.EML:
                left, right = item.children
                nodes.append((numbers[id(left)], numbers[id(right)]))
            else:
                nodes.append(item.label)
        return _restored, (nodes,)

    def evaluate(self, at: "dict[str, Any] | None" = None, **options: Any) -> Any:
        """The value at a point; see `calculus.eml.evaluate`."""
        from calculus.eml import evaluate

        return evaluate(self, at, **options)

    def __call__(self, **arrays: Any) -> Any:
        """The values at arrays given by name, `tree(x=points)`; see `calculus.eml.evaluate_array`."""
        from calculus.eml import evaluate_array

        return evaluate_array(self, arrays)


def _restored(nodes: list[str | tuple[int, int] | None]) -> Tree:
    """The tree that was pickled: its nodes, children before parents, as pairs of numbers, names, or None for
    1."""
    made: list[Term] = []
    for item in nodes:
        match item:
            case (left, right):
                made.append(syntax.eml(made[left], made[right]))
            case None:
                made.append(syntax.ONE)
            case name:
                made.append(syntax.variable(name))
    return Tree(made[-1])


def _parse(source: Source) -> Term:
    if _POSTFIX.fullmatch(source.text):
        return from_postfix(source)
    from calculus.eml.parser import parse_term

    return canonical(parse_term(source))
