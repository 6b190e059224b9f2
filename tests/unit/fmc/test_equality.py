"""The equations that the FMC has, and some that it has not."""

import pytest

import calculus
from calculus.fmc.equality import Verdict, equal
from calculus.fmc.permutation import permuted


def judge(left: str, right: str, **options: object) -> Verdict:
    return calculus.equal("fmc", left, right, **options)  # type: ignore[no-any-return]


EQUATIONS = [
    ("[1]a.[2]b", "[2]b.[1]a"),
    ("a<x>.b<y>.[x]c.[y]d", "b<v>.a<u>.[v]d.[u]c"),
    ("add.[x]a", "[x]a.add"),
    ("a<x>.b<x>.[x]", "b<y>.a<_>.[y]"),
    # Store laws
    ("[n]c.c<x>.[x]c.f.x.K", "[n]c.f.n.K"),
    ("c<_>.[N]c.c<_>.[P]c.f", "c<_>.[P]c.f"),
    ("c<x>.[x]c.c<y>.[y]c.[x].[y]", "c<x>.[x]c.[x].[x]"),
    ("[N]c.[P]d.c<x>.d<y>.[x].[y]", "[N].[P]"),
    # Rules
    ("[N]a.b<x>.[Q].a<y>.[y].[x]", "b<x>.[Q].[N].[x]"),
    ("[2].[x]a.[3].add", "[x]a.[5]"),
    ("J ; J -> f", "f"),
    ("I ; J -> f", "I"),
    ("([f].g) ; J -> h", "[f].(g ; J -> h)"),
    ("(f ; J -> g) ; J -> h", "f ; J -> (g ; J -> h)"),
    ("f^J", "f ; J -> f^J"),
    ("[[f^J]]", "[[f ; J -> (f ; J -> f^J)]]"),
    ("f ; J -> J", "f"),
    ("f^J ; J -> g", "f^J"),
    ("(K)^J", "K"),
    ("[[1].[2].add]", "[[3]]"),
    ("[J ; J -> 5]", "[5]"),
    ("[<x>.[x]]", "[<y>.[y]]"),
]


@pytest.mark.parametrize(("left", "right"), EQUATIONS)
def test_equal(left: str, right: str) -> None:
    verdict = judge(left, right)
    assert verdict.verdict == "equal"
    assert verdict.proof is not None and verdict.proof.complete


FALSE = [
    ("[1]", "[2]"),
    ("[1]", "[1].[1]"),
    ("J", "K"),
    ("[1]a", "[1]b"),
    ("[1]a.[2]a", "[2]a.[1]a"),
    ("a<x>.[x]b", "b<x>.[x]a"),
    ("<x>.<y>.[x].[y]", "<x>.<y>.[y].[x]"),
    ("[[1].[2].add]", "[[4]]"),
    ("[<x>.[x].[1].add]", "[<x>.[x].[2].add]"),
    ("[[3]]", "[3]"),
    ("(([1].K) ; I -> [9]) ; K -> [2]", "[1].(K ; I -> ([9] ; K -> [2]))  ; K -> K"),
    ("(f ; J -> K) ; K -> [2]", "f ; J -> (K ; K -> [2])"),
    ("x", "y"),
    ("f.g", "g.f"),
    ("in<x>.in<y>.[x]", "in<x>.in<y>.[y]"),
    ("[1]out.[2]out", "[2]out.[1]out"),
    ("sub", "<x>.<y>.[x].[y].sub"),
]


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_not_equal(left: str, right: str) -> None:
    verdict = judge(left, right)
    assert verdict.verdict != "equal"
    if verdict.verdict == "different":
        assert verdict.witness is not None
        outcomes = verdict.witness.left, verdict.witness.right
        assert outcomes[0].to_json() != outcomes[1].to_json()


def test_how_many_are_told_apart() -> None:
    found = [pair for pair in FALSE if judge(*pair).verdict == "different"]
    assert len(found) >= len(FALSE) - 1, set(FALSE) - set(found)


def test_at_pushes_values_before_both() -> None:
    assert judge("<x>.[x]", "*").verdict == "unknown"
    assert judge("<x>.[x]", "*", arity=1).verdict == "equal"
    assert judge("<x>.<y>.[x].[y].<x>.<y>.[x].[y]", "*").verdict == "unknown"
    assert judge("<x>.<y>.[x].[y].<x>.<y>.[x].[y]", "*", arity=2).verdict == "equal"
    assert judge("c<x>.[x]c", "*", arity=("c",)).verdict == "equal"


def test_unknown_says_what_was_tried() -> None:
    verdict = judge("(*)^*", "[1].(*)^*", max_steps=2000)
    assert verdict.verdict == "unknown"
    assert verdict.stopped_by == "steps"
    assert set(verdict.tried) == {"steps", "transitions", "unrolled", "memories", "ended_well"}


def test_definitions_are_unfolded() -> None:
    text = "def swap = <x>.<y>.[x].[y]\n"
    assert judge(text + "swap.swap", text + "*", arity=2).verdict == "equal"


def test_large_terms_are_compared_by_their_normal_forms() -> None:
    power = "def two = <f>.<x>.[[x].f].f\ndef n = <f>.<x>.[[[[[[[[[[x].f].f].f].f].f].f].f].f].f].f\n"
    verdict = judge(power + "[two].n", power + "[two].n")
    assert verdict.verdict == "equal"
    other = judge(power + "[[two].n].two", power + "[two].[n].<m>.<k>.[[k].m].two", max_steps=1_000)
    assert other.verdict == "unknown"


def test_canonical_order_respects_binding() -> None:
    term = calculus.parse("fmc", "b<y>.a<x>.[x]b.[y].[1]a.a<x>.[x]")
    assert str(permuted(term)) == "a<x>.[1]a.a<x1>.b<y>.[y].[x1].[x]b"


def test_deep_terms() -> None:
    text = "[1]b.[2]a.".join([""] * 4000) + "*"
    other = "[2]a.[1]b.".join([""] * 4000) + "*"
    verdict = equal(calculus.parse("fmc", text), calculus.parse("fmc", other))
    assert verdict.verdict == "equal"
