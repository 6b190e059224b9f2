"""The rules of reduction one by one, paths, strategies."""

import json
from typing import Any

import pytest

import calculus
from calculus import registry
from calculus.machine.rewriting import Redex, Reduction
from calculus.rmc.parser import parse_term
from calculus.rmc.reduction import contract, redexes, reduce, subterm
from calculus.rmc.rules import BY_NAME, RULES, SLIDES, TERMINATING, UNIFY, UNROLL
from calculus.rmc.structure import canonical_form, flat
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term, alpha_equal


def parse(text: str) -> Term:
    return flat(parse_term(Source(text)))


ONE_STEP = [
    ("distrib-left", "([A] + [B]); [C]; [D]", (), "[A]; [C]; [D] + [B]; [C]; [D]"),
    ("distrib-right", "[C]; ([A] + [B]); [D]", (), "([C]; [A] + [C]; [B]); [D]"),
    ("distrib-new", "ex x. [x] + <x>", (), "(ex x. [x]) + (ex x. <x>)"),
    ("zero-left", "[A]; 0; [B]; <C>", (1,), "[A]; 0"),
    ("zero-right", "[A]; 0; [B]; <C>", (), "0; [B]; <C>"),
    ("unit-left", "[A] + 0 + [B]", (1,), "[A] + [B]"),
    ("unit-right", "[A] + 0", (), "[A]"),
    ("zero-star", "[A]; 0*", (1,), "[A]"),
    ("drop", "ex x. [A]", (), "[A]"),
    ("hoist-left", "(ex x. [x]); [y]; [A]", (), "ex x. [x]; [y]; [A]"),
    ("hoist-left", "(ex x. [x]); [x]", (), "ex z. [z]; [x]"),
    ("hoist-right", "[x]; (ex x. [x]); [A]", (), "(ex z. [x]; [z]); [A]"),
    ("swap", "[A]; [S(x)]a; b<B>; <C>", (1,), "[A]; b<B>; [S(x)]a; <C>"),
    ("unify", "ex x y. <x>; [F(x, A)]a; a<F(B, y)>; [y]", (0, 0, 1), "<B>; [A]"),
    ("unify", "[S(x)]; <S(x)>; [A]", (), "[A]"),
    ("clash", "[A]; [S(x)]; <Z>; [B]", (1,), "[A]; 0; [B]"),
    ("clash", "[x]; <S(x)>", (), "0"),
    ("test", "S(x) == y; [A]", (0,), "[S(x)]; <y>; [A]"),
    ("relation", "ex x. add(x, 2, 5); [x]", (0, 0), "ex x. x == 3; [x]"),
    ("relation", "lt(2, 1); [A]", (0,), "0; [A]"),
    ("relation", "[A]; lt(1, 2)", (1,), "[A]"),
    ("unroll", "<A>*; [B]", (0,), "(1 + <A>; <A>*); [B]"),
]


@pytest.mark.parametrize(("rule", "before", "position", "after"), ONE_STEP)
def test_one_step(rule: str, before: str, position: tuple[int, ...], after: str) -> None:
    term = parse(before)
    found = [redex for redex in redexes(term) if (redex.rule.name, redex.position) == (rule, position)]
    assert len(found) == 1
    assert alpha_equal(contract(term, found[0]), parse(after))


NO_STEP = [
    ("unify", "[x]; <A>"),  # x is not bound here
    ("unify", "ex x. ([x]; <A>)*"),  # nor in each turn anew
    ("unify", "ex x. [x]; (ex y. [y]; <x>)"),  # that is for y to do
    ("clash", "[x]; <A>"),
    ("swap", "[A]; <B>"),
    ("swap", "<A>; [B]a"),
    ("drop", "ex x. [x]"),
    ("relation", "lt(x, 2)"),
    ("relation", "div(1, 0, x)"),
    ("relation", "add(A, 1, 2)"),
]


@pytest.mark.parametrize(("rule", "text"), NO_STEP)
def test_no_step(rule: str, text: str) -> None:
    found = [redex for redex in redexes(parse(text)) if redex.rule.name == rule]
    if "ex y" in text:
        assert all(redex.position != () for redex in found)
        term = parse(text)
        assert {str(subterm(contract(term, redex), (0,))) for redex in found} == {"[x]"}
    else:
        assert not found


def test_what_a_bound_variable_may_become() -> None:
    """A variable of an outer `ex` is not bound by the unifier, one of the block is."""
    result = reduce(parse("ex x. ((ex y. [x]a; a<y>; [S(y)]) + <A>)*")).result
    assert alpha_equal(result, parse("ex x. ([S(x)] + <A>)*"))


def test_slides() -> None:
    term = parse("[A]a; (<B>; [C])*; a<x>")
    assert {(redex.rule.name, redex.position) for redex in redexes(term, SLIDES)} == {
        ("slide-push", ()),
        ("slide-pop", (1,)),
    }
    assert str(reduce(term, slides=True).result) == "(<B>; [C])*; [A]a; a<x>"
    assert not redexes(parse("[A]; (<B>; [C])*"), SLIDES)
    assert not redexes(parse("[A]a; f*"), SLIDES)
    assert str(reduce(parse("[A]a; (<B>; [C])*"), slides=True).result) == "(<B>; [C])*; [A]a"


def test_rules_as_text() -> None:
    assert str(UNIFY) == (
        "unify: ∃X.(P;[s]a;a<t>;Q)  →  ∃X'.σ(P;Q)  (σ an mgu of s and t that binds variables of X alone)"
    )
    assert str(BY_NAME["swap"]) == "swap: [s]a;b<t>  →  b<t>;[s]a  (a ≠ b)"
    assert all(str(rule).startswith(f"{name}: ") for name, rule in BY_NAME.items())
    assert set(BY_NAME) == {rule.name for rule in (*RULES, *SLIDES)} | {"unfold"}


def test_paths() -> None:
    found = calculus.reduce("rmc", "ex x. ([A]; <x> + [B]; <x>); [x]a")
    assert isinstance(found, Reduction) and found.normal
    assert [step.rule for step in found.path] == ["distrib-left", "distrib-new", "unify", "unify"]
    assert [step.position for step in found.path] == [(0,), (), (0, 0), (1, 0)]
    assert str(found.result) == "[A]a + [B]a"
    assert found.path[0].span is not None
    assert found.path[0].span.text == "([A]; <x> + [B]; <x>); [x]a"[1:]
    shape = found.to_json()
    json.dumps(shape)
    assert (shape["normal"], shape["steps"], shape["strategy"]) == (True, 4, "normal")
    assert len(shape["path"]) == 4
    term = found.start
    for step in found.path:
        (redex,) = [
            item for item in redexes(term) if (item.rule.name, item.position) == (step.rule, step.position)
        ]
        term = contract(term, redex)
        assert term == step.term


def test_iterations_stay_unless_asked() -> None:
    assert str(reduce(parse("[A]; <x>*")).result) == "[A]; <x>*"
    assert [redex.rule for redex in redexes(parse("<A>*"))] == [UNROLL]
    assert not redexes(parse("<A>*"), TERMINATING)
    found = reduce(parse("(<A>; 0)*; [B]"), loops="head")
    assert found.normal and str(found.result) == "[B]"
    turned = reduce(parse("<A>*; [B]"), loops="head", max_steps=4)
    assert (turned.normal, turned.stopped_by, turned.steps) == (False, "steps", 4)
    # Here the first that runs is no iteration.
    assert reduce(parse("f; (<A> + 0)*"), loops="head").normal
    assert not reduce(parse("f; (<A> + 0)*"), loops="always", max_steps=50).normal


def test_definitions() -> None:
    program = calculus.program("rmc", "def f = [A] + g\n\ndef g = <B>; 0\n\nf; [C]\n")
    language: Any = registry.get("rmc")
    assert str(language.reduce(program).result) == "f; [C]"
    found = language.reduce(program, unfold=True)
    assert str(found.result) == "[A]; [C]" and found.path[0].rule == "unfold"
    assert [item.rule.name for item in language.redexes(program, unfold=True)] == ["unfold"]
    recursive = calculus.program("rmc", "def f = 1 + <A>; f\n\n([B]; f)*\n")
    # It runs first nowhere, so it is not unfolded.
    assert str(language.reduce(recursive, unfold=True).result) == "([B]; f)*"


def test_random_strategy_is_reproducible() -> None:
    term = parse("([A] + [B]); (<A> + <B>); ([C]a; a<x> + 0)")
    paths = [[step.term for step in reduce(term, "random", seed=seed).path] for seed in (1, 1, 2)]
    assert paths[0] == paths[1] != paths[2]
    results = {canonical_form(reduce(term, "random", seed=seed).result) for seed in range(20)}
    assert len(results) == 1


def test_limits() -> None:
    wide = parse("; ".join(["([A] + [B])"] * 12))
    assert reduce(wide, max_steps=7, keep=False).stopped_by == "steps"
    assert reduce(wide, max_steps=None, max_seconds=0.2, keep=False).stopped_by == "seconds"


def test_usage() -> None:
    with pytest.raises(UsageProblem, match="strategy"):
        reduce(parse("1"), "parallel")
    with pytest.raises(UsageProblem, match="loops"):
        reduce(parse("1"), loops="some")  # type: ignore[arg-type]
    with pytest.raises(UsageProblem, match="no position"):
        contract(parse("1"), Redex(UNROLL, (None, 3, parse("1"))))
    with pytest.raises(UsageProblem, match="does not apply"):
        contract(parse("[A]"), Redex(UNROLL, None))


def test_deep_terms() -> None:
    """Nothing recurses."""
    deep = "(" * 5000 + "[A]" + ")*" * 5000
    assert len(redexes(parse(deep), TERMINATING)) == 0
    assert canonical_form(parse(deep)) is canonical_form(parse(deep))
    value = "S(" * 20_000 + "x" + ")" * 20_000
    found = reduce(parse(f"ex x. [{value}]; <y>; [A]"), keep=False)
    assert found.normal
    long = "; ".join(["[A]; <A>"] * 120)
    assert str(reduce(parse(long), keep=False).result) == "1"
