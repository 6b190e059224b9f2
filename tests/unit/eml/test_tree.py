"""Trees of the library."""

import pickle
import subprocess
import sys

import pytest

import calculus
from calculus import eml
from calculus.eml.syntax import eml as node
from calculus.source.diagnostic import SyntaxProblem, UsageProblem

LN = eml.Tree("11xE1EE")


def test_made_of_texts_terms_and_trees() -> None:
    made = [
        eml.Tree("eml(1, eml(eml(1, x), 1))"),
        eml.Tree(calculus.parse("eml", "11xE1EE")),
        eml.Tree(LN),
        eml.Tree(calculus.Source("11xE 1EE")),
        pickle.loads(pickle.dumps(LN)),
    ]
    assert {*made} == {LN}
    with pytest.raises(UsageProblem, match="made of a text or a term"):
        eml.Tree(1)  # type: ignore[arg-type]
    with pytest.raises(SyntaxProblem):
        eml.Tree("eml(1")


def test_sizes_and_parts() -> None:
    assert (LN.K, LN.dag, LN.depth, LN.variables) == (7, 5, 3, ["x"])
    assert (str(LN.left), str(LN.right)) == ("1", "eml(eml(1, x), 1)")
    assert LN.left is not None and LN.left.left is None and LN.left.right is None


def test_shown() -> None:
    assert repr(LN) == "<Tree eml(1, eml(eml(1, x), 1))>"
    assert LN.__rich__() == str(LN)
    assert LN._repr_latex_() == f"${LN.to_latex()}$"
    assert LN._repr_svg_() == LN.to_svg()
    large = LN.term
    for _ in range(100):
        large = node(large, large)
    assert eml.Tree(large)._repr_svg_() is None
    assert len(eml.Tree(large)._repr_latex_()) < 3_000


def test_to_and_from_sympy() -> None:
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x")
    nest = LN.to_sympy()
    assert nest.func is sympy.Add  # not simplified to log(x)
    assert abs(complex(nest.subs(x, 0.5).evalf()) - complex(sympy.log(0.5))) < 1e-12
    found = eml.Tree.from_sympy(sympy.exp(x) - sympy.log(x))
    assert str(found) == "eml(x, x)"


QUICK = """
import sys
import calculus
from calculus import eml

eml.Tree("eml(1, x)").K
calculus.run("eml", "11E")
calculus.format("eml", "11E")
print([name for name in ("numpy", "numba", "sympy", "mpmath", "lark", "rich") if name in sys.modules])
"""


def test_quick_things_load_nothing_slow() -> None:
    calculus.parse("eml", "11E")  # the tables of the grammar are kept for the next process
    found = subprocess.run([sys.executable, "-c", QUICK], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n", found.stderr
