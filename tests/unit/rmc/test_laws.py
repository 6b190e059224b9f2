"""The laws of the RMC on instances, and what holds at which level only."""

from itertools import product
from typing import Any

import pytest

import calculus
from calculus.rmc.subsumption import LEVELS
from calculus.rmc.verdict import Verdict


def judge(left: str, right: str, level: str = "set", **options: Any) -> Verdict:
    found: Verdict = calculus.equal("rmc", left, right, level=level, **options)
    return found


TERMS = [
    "(<A>; [B])",
    "([A]a + <B>)",
    "(ex x. <S(x)>; [x]a)",
    "(ex x y. <x>; <y>; [x]; [y])",
]
PAIRS = [(left, right) for left, right in product(TERMS, repeat=2) if left != right]
SEMIRING = [
    ("(M; N); P", "M; (N; P)"),
    ("1; M", "M"),
    ("M; 1", "M"),
    ("(M + N) + P", "M + (N + P)"),
    ("M + N", "N + M"),
    ("M + 0", "M"),
    ("0; M", "0"),
    ("M; 0", "0"),
    ("(M + N); P", "M; P + N; P"),
    ("P; (M + N)", "P; M + P; N"),
]
STAR = [
    ("M*", "1 + M; M*"),
    ("M*", "1 + M*; M"),
    ("(M + N)*", "M*; (N; M*)*"),
    ("(M; N)*", "1 + M; (N; M)*; N"),
    ("0*", "1"),
    ("(M; N)*; M", "M; (N; M)*"),
]
IDEMPOTENT = [("M + M", "M"), ("M**", "M*"), ("M*; M*", "M*"), ("(1 + M)*", "M*"), ("1 + M*", "M*")]


def instance(text: str, *terms: str) -> str:
    for name, term in zip("MNP", terms, strict=False):
        text = text.replace(name, term)
    return text


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("left", "right"), SEMIRING)
def test_semiring(left: str, right: str, level: str) -> None:
    for one, other in PAIRS:
        terms = (one, other, TERMS[0])
        verdict = judge(instance(left, *terms), instance(right, *terms), level)
        assert verdict.verdict == "equal"
        assert verdict.proof is not None


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("left", "right"), STAR)
def test_iteration(left: str, right: str, level: str) -> None:
    for terms in PAIRS[:6]:
        verdict = judge(instance(left, *terms), instance(right, *terms), level)
        assert verdict.verdict == "equal", instance(left, *terms)


@pytest.mark.parametrize(("left", "right"), IDEMPOTENT)
def test_idempotence_is_without_multiplicity(left: str, right: str) -> None:
    for term in (TERMS[0], TERMS[2]):
        ours, theirs = instance(left, term), instance(right, term)
        assert judge(ours, theirs, "set").verdict == "equal"
        assert judge(ours, theirs, "ground").verdict == "equal"
        verdict = judge(ours, theirs, "multiset")
        assert verdict.verdict == "different"
        assert verdict.witness is not None and verdict.witness.counted


def test_induction() -> None:
    """If N + M;X is X, then M*;N is within X: with X the words that end in b, say."""
    m, n, x = "(i<A> + i<B>)", "i<B>", "((i<A> + i<B>)*; i<B>)"
    assert judge(f"{n} + {m}; {x}", x).verdict == "equal"
    assert judge(f"{m}*; {n} + {x}", x).verdict == "equal"


COPY, EQ = "(ex x. <x>; [x]; [x])", "(ex x. <x>; <x>; [x])"
DEL, ANY, ID = "(ex x. <x>)", "(ex x. [x])", "(ex x. <x>; [x])"
SWAP = "(ex x y. <x>; <y>; [x]; [y])"
# `copy` and `eq` on the value below the top.
BELOW_COPY = "(ex x y. <y>; <x>; [x]; [x]; [y])"
BELOW_EQ = "(ex x y. <y>; <x>; <x>; [x]; [y])"
FROBENIUS = [
    (f"{COPY}; {EQ}", ID),
    (f"{EQ}; {COPY}", f"{COPY}; {BELOW_EQ}"),
    (f"{EQ}; {COPY}", f"{BELOW_COPY}; {EQ}"),
    (f"{COPY}; {COPY}", f"{COPY}; {BELOW_COPY}"),
    (f"{EQ}; {EQ}", f"{BELOW_EQ}; {EQ}"),
    (f"{COPY}; {SWAP}", COPY),
    (f"{SWAP}; {EQ}", EQ),
    (f"{COPY}; {DEL}", ID),
    (f"{ANY}; {EQ}", ID),
    (f"{ANY}; {DEL}", "1"),
    (f"{SWAP}; {SWAP}", "(ex x y. <x>; <y>; [y]; [x])"),
]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("left", "right"), FROBENIUS)
def test_frobenius(left: str, right: str, level: str) -> None:
    assert judge(left, right, level).verdict == "equal"


@pytest.mark.parametrize("level", LEVELS)
def test_substitution(level: str) -> None:
    assert judge("ex x. [F(A, y)]; <x>; [x]a; [S(x)]", "[F(A, y)]a; [S(F(A, y))]", level).verdict == "equal"
    assert judge("ex x. [S(x)]; <x>", "0", level).verdict == "equal"
    assert judge("ex x. [x]; <x>", "1", level).verdict == "equal"
    assert judge("s == t", "[s]; <t>", level).verdict == "equal"
    assert judge("s == t", "t == s", level).verdict == "equal"


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_but_on_short_stacks(level: str) -> None:
    verdict = judge(ID, "1", level)
    assert verdict.verdict == "different"
    assert verdict.witness is not None and not verdict.witness.stacks
    assert judge(ID, "1", level, arity=1).verdict == "equal"
    assert judge("ex x y. <x>; a<y>; [y]a; [x]", "1", level, arity=("λ", "a")).verdict == "equal"
    assert judge("ex x y. <x>; a<y>; [y]a; [x]", "1", level, arity=("λ",)).verdict == "different"


def test_framed_spans_are_no_news_without_multiplicity() -> None:
    both = f"1 + {ID}"
    assert judge(both, "1", "multiset").verdict == "different"
    assert judge(both, "1", "set").verdict == "equal"
    assert judge(both, ID, "set").verdict == "different"


def test_instances_are_no_news_on_closed_memories() -> None:
    both = f"{ID} + <C>; [C]"
    verdict = judge(both, ID, "set")
    assert verdict.verdict == "different"
    assert verdict.witness is not None
    assert verdict.witness.to_json()["answer"] == {
        "bindings": {"x": "C"},
        "stacks": {"λ": ["C"]},
        "multiplicity": 1,
    }
    assert judge(both, ID, "ground").verdict == "equal"
    assert judge("<Z>; [Z] + ex x. <S(x)>; [S(x)]", ID, "ground").verdict == "different"
    assert judge("<Z>; [Z] + ex x. <S(x)>; [S(x)]", ID, "ground", signature="Z S/1").verdict == "equal"
