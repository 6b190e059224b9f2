"""Rules, redexes, contraction and strategies."""

import time

import pytest

import calculus
from calculus.fmc.reduction import (
    STRATEGIES,
    Redex,
    contract,
    recursive_definitions,
    redexes,
    reduce,
    subterm,
)
from calculus.fmc.rules import BETA, BY_NAME, RULES, TERMINATING, UNROLL, Rule
from calculus.machine.instructions import (
    LAMBDA,
    SKIP,
    join,
    jump,
    loop,
    pop,
    primitive,
    push,
    variable,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.term import Term, alpha_equal
from calculus.term.node import size


def parse(text: str) -> Term:
    return calculus.parse("fmc", text)


def one_step(text: str) -> list[str]:
    term = parse(text)
    return [f"{redex.rule.name}: {contract(term, redex)}" for redex in redexes(term)]


ONE_STEP = [
    ("[1].<x>.[x]", ["beta: [1]"]),
    ("[1].[2]a.<x>.a<y>.[x].[y]", ["beta: [2]a.a<y>.[1].[y]", "beta: [1].<x>.[x].[2]"]),
    ("[1]a.[2]a.a<x>.[x]", ["beta: [1]a.[2]"]),
    ("[1]a.add.a<x>.[x]", ["beta: add.[1]"]),
    ("[1].add.<x>.[x]", []),
    ("[1].x.<y>.[y]", []),
    ("[y].a<y>.<x>.[x].[y]", ["beta: a<y1>.[y].[y1]"]),
    ("[2].[3].sub", ["delta-sub: [-1]"]),
    ("[2].[x]a.[3].b<y>.add.[y]", ["delta-add: [x]a.b<y>.[5].[y]"]),
    ("[1].[2].[3].add", ["delta-add: [1].[5]"]),
    ("[2].neg", ["delta-neg: [-2]"]),
    ('["a"].length', ["delta-length: [1]"]),
    ("[1].[0].div", []),
    ("[1].[True].add", []),
    ("[True].[True].eq", ["delta-eq: [True]"]),
    ('[1].["1"].eq', []),
    ("[x].[1].add", []),
    ("J ; J -> [1]", ["select: [1]"]),
    ("I ; J -> [1]", ["reject: I"]),
    ('1 ; "1" -> [1]', ["reject: 1"]),
    ("[1].J ; J -> x", ["prefix: [1].(J ; J -> x)"]),
    ("<x>.J ; J -> x", ["prefix: <x1>.(J ; J -> x)"]),
    ("add.J ; J -> x", ["prefix: add.(J ; J -> x)"]),
    ("(x ; J -> y) ; J -> z", ["assoc: x ; J -> (y ; J -> z)"]),
    ("(x ; J -> y) ; K -> z", []),
    ("x ; J -> J", ["unit: x"]),
    ("x ; J -> K", []),
    ("x^J ; J -> y", ["exit: x^J", "unroll: x ; J -> x^J ; J -> y"]),
    ("x^J ; K -> y", ["unroll: x ; J -> x^J ; K -> y"]),
    ("[[J ; J -> x]]a", ["select: [[x]]a"]),
]


@pytest.mark.parametrize(("text", "after"), ONE_STEP)
def test_one_step(text: str, after: list[str]) -> None:
    assert one_step(text) == after


def test_positions_lead_to_what_is_contracted() -> None:
    term = parse("[J ; J -> 1].[2]a.([3].K ; K -> *)")
    found = [(redex.rule.name, redex.position) for redex in redexes(term)]
    assert found == [("select", (0,)), ("prefix", (1, 1))]
    assert str(subterm(term, (1, 1))) == "[3].K ; K -> *"


def test_every_rule_has_a_name_and_a_text() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) == 8 + len(PRIMITIVES)
    assert all(isinstance(BY_NAME[rule.name], Rule) and str(rule) for rule in RULES)
    assert UNROLL not in TERMINATING


def test_rules_to_use_may_be_chosen() -> None:
    assert [redex.rule.name for redex in redexes(parse("[1].<x>.x^J"), (BETA,))] == ["beta"]


def test_contracting_what_is_no_redex_is_an_error() -> None:
    term = parse("[1].<x>.[x]")
    with pytest.raises(calculus.UsageProblem, match="does not apply"):
        contract(term, Redex(BY_NAME["select"], None))
    with pytest.raises(calculus.UsageProblem, match="no position"):
        contract(parse("*"), Redex(BETA, (None, 0, term)))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_strategies_end_in_the_normal_form(strategy: str) -> None:
    found = calculus.reduce("fmc", "[[1].<f>.f].<x>.(x ; [2]) ; <y>.[y].[3].add", strategy=strategy)
    assert found.normal


def test_head_leaves_arguments_alone() -> None:
    found = calculus.reduce("fmc", "[1].<x>.[J ; J -> x]", strategy="head")
    assert found.normal and str(found.result) == "[J ; J -> 1]"


def test_normal_order_discards_what_diverges() -> None:
    # The argument can be reduced for ever; what runs first discards it.
    text = "[[<x>.[x].x].<x>.[x].x].<y>.K"
    assert str(calculus.reduce("fmc", text, max_steps=50).result) == "K"
    assert calculus.reduce("fmc", f"{text[:-1]}[y]", max_steps=50).stopped_by == "steps"


def test_parallel_contracts_in_rounds() -> None:
    found = calculus.reduce("fmc", "[J ; J -> 1].[J ; J -> 2].[3].<x>.[x]", strategy="parallel")
    assert [step.round for step in found.path] == [1, 1, 1]


def test_random_is_repeatable() -> None:
    text = "[J ; J -> 1].[J ; J -> 2].[J ; J -> 3]"
    paths = [
        [step.position for step in calculus.reduce("fmc", text, strategy="random", seed=seed).path]
        for seed in (1, 1, 2, 3, 4)
    ]
    assert paths[0] == paths[1]
    assert len({tuple(path) for path in paths}) > 1


def test_steps_have_places_in_the_source() -> None:
    found = calculus.reduce("fmc", "[9].(J ; J -> [1])")
    (step,) = found.path
    assert step.span is not None and step.span.text == "J ; J -> [1]"
    assert step.to_json()["position"] == [1]


def test_loops() -> None:
    text = "[0].(<n>.([n].[2].lt ; <b>.((b; True->[[n].[1].add.J]; False->[[n]]) ; <k>.k)))^J"
    assert str(calculus.reduce("fmc", text).result) == "[2]"
    assert not calculus.reduce("fmc", "(*)^*", max_steps=20).normal
    assert calculus.reduce("fmc", "[(*)^*]").normal
    assert calculus.reduce("fmc", "(K)^J", loops="never").steps == 0
    assert str(calculus.reduce("fmc", "[(K)^J]", loops="always").result) == "[K]"


def test_definitions_are_unfolded_only_when_asked() -> None:
    text = "def swap = <x>.<y>.[x].[y]\n[1].[2].swap"
    assert str(calculus.reduce("fmc", text).result) == "[1].[2].swap"
    assert str(calculus.reduce("fmc", text, unfold=True).result) == "[2].[1]"
    assert str(calculus.reduce("fmc", text, unfold=True, strategy="machine").term) == "[2].[1]"


def test_recursive_definitions_are_unfolded_at_the_head() -> None:
    text = "def f = [1].f\n[f].<x>.[x]"
    assert str(calculus.reduce("fmc", text, unfold=True).result) == "[f]"
    definitions = {name: parse(body) for name, body in {"f": "g.h", "g": "f", "h": "*"}.items()}
    assert recursive_definitions(definitions) == {"f", "g"}


def test_unfolding_captures_nothing() -> None:
    definitions = {"d": parse("[y]"), "y": parse("J")}
    term = parse("<y>.[y].d.<d>.d")
    found = [(redex.rule.name, redex.position) for redex in redexes(term, definitions=definitions)]
    assert found == [("unfold", (0, 1, 0))]
    after = contract(term, redexes(term, definitions=definitions)[0], definitions)
    assert alpha_equal(after, parse("<z>.[z].([y] ; <d>.d)"))


def test_limits() -> None:
    assert calculus.reduce("fmc", "(J)^J", max_steps=7).steps == 7
    assert calculus.reduce("fmc", "(J)^J", max_steps=None, max_seconds=0.05).stopped_by in (
        "seconds",
        "steps",
    )
    with pytest.raises(calculus.UsageProblem):
        calculus.reduce("fmc", "*", max_steps=-1)
    with pytest.raises(calculus.UsageProblem, match="strategy"):
        calculus.reduce("fmc", "*", strategy="inner")


def large() -> dict[str, Term]:
    spine = arguments = joins = mixed = SKIP
    for i in range(25_000):
        spine = push(jump(i), push(jump(3), pop("x", spine), "a" if i % 2 else LAMBDA))
        arguments = push(arguments, pop("x", variable("x")))
        joins = join(joins, "J" if i % 2 else "K", loop(variable("x"), "J"))
        mixed = push(jump(1), primitive("neg", join(mixed, "J", jump("K"))), f"l{i % 50}")
    return {"spine": spine, "arguments": arguments, "joins": joins, "mixed": mixed}


@pytest.mark.parametrize(
    ("name", "term"), large().items(), ids=lambda item: item if isinstance(item, str) else ""
)
def test_all_redexes_of_a_large_term(name: str, term: Term) -> None:
    # The target is 100,000 nodes a second; a shared machine may be slow.
    before = time.perf_counter()
    found = redexes(term)
    seconds = time.perf_counter() - before
    assert size(term) >= 75_000 and found
    assert seconds < 4
    assert contract(term, found[-1]) != term


def test_what_is_shared_and_has_no_redex_is_looked_at_once() -> None:
    term = variable("x")
    for _ in range(200):
        term = push(term, push(term))
    assert redexes(term) == []
    assert reduce(term).normal
