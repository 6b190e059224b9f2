"""Laws of the FMC: each method proves, refutes and leaves open what it should."""

import math
from typing import Any

import pytest

import calculus
from calculus.fmc.parser import parse_program, parse_term, parse_type
from calculus.machine.instructions import jump
from calculus.source.text import Source
from calculus.verify.finding import Finding
from calculus.verify.laws.fmc.arithmetic import NoFormula, Truth
from calculus.verify.laws.fmc.branching import contradictory, ways
from calculus.verify.laws.fmc.values import Values
from calculus.verify.laws.verifying import verify

PROGRAM = """data Colour = Red | Green | Blue
data Chain = End | Link Int Chain
def if = <no>.<yes>.<b>.((b ; True -> [yes] ; False -> [no]) ; <k>.k)
def swap = <x>.<y>.[x].[y]
def down = <n>.[n].[0].gt.[[n].[1].sub.down].[*].if
def absolute = <x>.[x].[0].lt.[[x].neg].[[x]].if
def max = <y>.<x>.[x].[y].lt.[[y]].[[x]].if
def forever = (*)^*
def coin = nd<b>.(b ; True -> [1] ; False -> [2])
def retry = (nd<b>.(b ; True -> Done ; False -> *))^*
def is_red = <c>.((c ; Red -> [[True]] ; Green -> [[False]] ; Blue -> [[False]]) ; <k>.k)
def ugly = down.ugly
"""


def decided(law: str, **options: Any) -> Finding:
    return verify(f"{PROGRAM}law it: {law}\n", "fmc", **options).findings[0]


PROVED = [
    ("swap ; swap = skip at a b", "reduction to a common term"),
    ("a<x>.b<y>.[x].[y] = b<y>.a<x>.[x].[y]", "permutation"),
    ("swap = swap", "the terms are the same"),
    ("not ; not = skip at Bool", "arithmetic"),
    ("and ; not = <x>.not.[x].not.or at Bool Bool", "cases"),
    ("is_red ; not = <c>.[c].is_red.not at Colour", "reduction to a common term"),
    ("[Red].is_red = [True]", "reduction to a common term"),
    ("<c>.[c].is_red.not = <c>.[c].is_red.<b>.[b].not at Colour", "cases"),
    ("add = swap ; add at Int Int", "arithmetic"),
    ("<b>.<x>.([b] ; [[x].[1].add].[[1].[x].add].if) = <_>.[1].add at Bool Int", "arithmetic"),
    ("[0].lt.<b>.([b].[[1]].[[1]].if) = <_>.[1] at Int", "arithmetic"),
    ("absolute.neg.absolute = absolute at Int", "arithmetic"),
    ("max = swap ; max at Int Int", "arithmetic"),
    ("<x>.<y>.<z>.[x].[y].max.[z].max = <x>.<y>.<z>.[x].[y].[z].max.max at Int Int Int", "arithmetic"),
    ("swap terminates", "the theorem on typed loop-free terms"),
    ("<f>.f.f terminates at (Int => Int)", "the theorem on typed loop-free terms"),
    ("coin terminates", "the theorem on typed loop-free terms"),
    ("[3].down terminates", "running it"),
    ("<b>.((b ; True -> [3] ; False -> [2]) ; down) terminates at Bool", "running it in every case"),
    ("swap deterministic", "no choice is made"),
    ("nd<b>.(b ; True -> [1] ; False -> [1]) deterministic", "running it"),
    ("retry deterministic", "running it"),
    ("swap : a b => a b", "type inference"),
    ("swap : Int Bool => Int Bool", "type inference"),
    ("coin answers [1] | [2]", "running both"),
    ("coin answers [2] | [1] | [1]", "running both"),
    ("retry answers Done", "running both"),
    ("[[1].<x>.[x]] answers [[1]]", "running both"),
]


@pytest.mark.parametrize(("law", "by"), PROVED, ids=[law for law, _ in PROVED])
def test_proved(law: str, by: str) -> None:
    finding = decided(law)
    assert (finding.verdict, finding.by) == ("proved", by)
    assert finding.explained


REFUTED: list[tuple[str, dict[str, Any]]] = [
    # The smallest integers on which the sides differ: the top is written last.
    ("swap = skip at Int Int", {"stacks": {"λ": ["0", "1"]}}),
    ("<x>.[x].[x].mul = <x>.[x].[2].mul at Int", {"stacks": {"λ": ["1"]}}),
    ("<x>.[x].[3].lt.<b>.[b] = <x>.[True] at Int", {"stacks": {"λ": ["3"]}}),
    ("concat = swap ; concat at Text Text", {"stacks": {"λ": ['"a"', '"b"']}}),
    ("swap = skip at a a", {"stacks": {"λ": ["A", "B"]}}),
    ("<x>.[x].is_red = <x>.[True] at Colour", {"stacks": {"λ": ["Green"]}}),
    # Values that the term needs and no context gives.
    ("sub = swap ; sub", {"stacks": {"λ": ["0", "1"]}}),
    ("[7].div = <_>.[0] at Int", {"stacks": {"λ": ["-1"]}}),
    ("[0].div = <_>.[0] at Int", {"stacks": {"λ": ["0"]}}),
    # One side never ends, the other does.
    ("forever = skip", {"stacks": {}}),
    ("forever terminates", {"stacks": {}, "draws": [], "again": []}),
    ("retry terminates", {"stacks": {}, "draws": [], "again": ["False"]}),
    ("<b>.((b ; True -> forever ; False -> *)) terminates at Bool", {"stacks": {"λ": ["True"]}}),
    ("<f>.f^* terminates", {"stacks": {"λ": ["*"]}}),
    ("coin deterministic", {"stacks": {}}),
    ("swap : a b => b a", {"type": "a b => a b"}),
    ("<x>.x.x : a => a", {}),
    ("coin answers [1]", {}),
    ("[1] answers [1] | [2]", {}),
    ("[1] answers [2]", {}),
    ("add answers [2]", {}),
]


@pytest.mark.parametrize(("law", "example"), REFUTED, ids=[law for law, _ in REFUTED])
def test_refuted(law: str, example: dict[str, Any]) -> None:
    finding = decided(law)
    assert finding.verdict == "refuted"
    assert finding.counterexample is not None
    assert {key: finding.counterexample[key] for key in example} == example
    assert finding.explained


UNKNOWN = [
    # True, but beyond the methods.
    "<n>.[n].down = <_> at Int",
    "down terminates at Int",
    # What grows for ever repeats no state.
    "<n>.[n].[1].add.ugly terminates at Int",
]


@pytest.mark.parametrize("law", UNKNOWN)
def test_unknown(law: str) -> None:
    finding = decided(law, max_steps=5_000)
    assert finding.verdict == "unknown"
    assert finding.tried["memories"] > 3


def test_limits_are_kept() -> None:
    finding = decided("[10000].down answers *", max_steps=1_000)
    assert finding.verdict == "unknown"
    assert finding.tried["stopped_by"] == "steps"


def test_a_type_that_hangs_on_another_problem_is_unknown() -> None:
    finding = verify("def w = <x>.[x].x\nlaw it: w : a => a\nlaw that: [w] : => (a => a)", "fmc")["that"]
    assert finding.verdict == "unknown"
    assert "problem" in finding.tried


def test_counterexamples_in_words() -> None:
    assert decided("swap = skip at Int c(Bool) Int").explained == (
        "on 0, 1 on λ; True on c",
        "  the left leaves with *, and 1, 0 on λ; True on c",
        "  the right leaves with *, and 0, 1 on λ; True on c",
    )


# Values


def some_values(type: str, number: int) -> list[str]:
    program = parse_program(Source(PROGRAM))
    arrow = parse_type(Source(f"{type} =>"), program.data)
    values = Values(program.data)
    found = [value for size in range(1, 8) for value in values.sized(arrow.children[0].children[0], size)]
    return list(map(str, found))[:number]


@pytest.mark.parametrize(
    ("type", "found"),
    [
        ("Int", ["0", "1", "-1", "2", "-2", "3"]),
        ("Bool", ["True", "False"]),
        ("Text", ['""', '"a"', '"b"', '"aa"']),
        ("a", ["A", "B", "C"]),
        ("Colour", ["Red", "Green", "Blue"]),
        (
            "Chain",
            ["End", "[End].[0].Link", "[End].[1].Link", "[[End].[0].Link].[0].Link"],
        ),
        ("(=> Int)", ["[0]", "[1]"]),
        ("(Int => Int)", ["<x0>.[x0]", "<x0>.[0]", "<x0>.[1]"]),
        ("(=> .J + Int.K)", ["J", "[0].K", "[1].K"]),
    ],
)
def test_values_in_the_order_of_their_sizes(type: str, found: list[str]) -> None:
    assert some_values(type, len(found)) == found


# Arithmetic


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("[x].[y].add.[z].mul", "x·z + y·z on λ"),
        ("[x].[x].sub", "0 on λ"),
        ("[x].neg.[3].add.[2].mul", "-2·x + 6 on λ"),
        ("[x].[y].lt.not", "(x - y + 1 > 0) on λ"),
        ("[x].[y].add.[y].[x].add.eq", "True on λ"),
        ("[x].[2].mod", "mod(x, 2) on λ"),
        ("[t].[\"a\"].concat.length", "length(t) + 1 on λ"),
        ("[b].not.not.[b].and", "b on λ"),
        ("[x].<v>.[v]c.[[x]]", "[x] on λ; x on c"),
    ],
)  # fmt: skip
def test_formulas(term: str, found: str) -> None:
    types = {"x": "Int", "y": "Int", "z": "Int", "t": "Text", "b": "Bool"}
    assert [str(way) for way in ways(parse_term(Source(term)), {}, types)] == [found]


def test_divisors_are_compared() -> None:
    assert decided("<y>.<x>.[x].[y].div.<_>.[x] = <y> at Int Int").verdict == "refuted"
    assert decided("<y>.<x>.[x].[y].div.[1].add = <y>.<x>.[1].[x].[y].div.add at Int Int").by == "arithmetic"


@pytest.mark.parametrize("step", ["<y>.[y].[y].mul", "[2].mod", "<y>.[y].[y].[1].add.mul"])
def test_formulas_stay_small(step: str) -> None:
    term = parse_term(Source(".".join(["[x]", *[f"({step})"] * 120])))
    with pytest.raises(NoFormula):
        ways(term, {}, {"x": "Int"})


@pytest.mark.parametrize(
    "term",
    [
        "[x].([0].lt.<b>.(b ; True -> [1] ; False -> [x].neg))",
        "[x].[3].lt.[x].[y].le.and.<b>.(b ; True -> J)",
    ],
)
def test_ways_cover_all_integers(term: str) -> None:
    """On each pair of integers just one way has conditions that hold, and it leaves what the machine does."""
    found = ways(parse_term(Source(term)), {}, {"x": "Int", "y": "Int"})
    assert len(found) == 2
    for x in range(-3, 6):
        for y in range(-3, 6):
            (way,) = [way for way in found if all(holds(item, x, y) for item in way.conditions)]
            run = calculus.run("fmc", f"[{x}].<x>.[{y}].<y>.{term}").to_json()
            assert run["exit"] == str(jump(way.exit))
            assert run["stacks"] == {
                place: [str(value_of(item, x, y)) for item in values] for place, values in way.stacks.items()
            }


def value_of(formula: Any, x: int, y: int) -> int:
    values = {"x": x, "y": y}
    return sum(number * math.prod(values[name] for _, name in product) for product, number in formula.terms)


def holds(condition: Any, x: int, y: int) -> bool:
    kind, *parts = condition
    if kind == "positive":
        return value_of(parts[0], x, y) > 0
    if kind == "not":
        return not holds(parts[0], x, y)
    assert kind == "and"
    return all(holds(part, x, y) for part in parts)


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        (["[x].[y].lt", "[y].[x].lt"], True),
        (["[x].[y].lt", "[y].[x].le"], True),
        (["[x].[y].le", "[y].[x].le"], False),
        (["[x].[y].lt", "[y].[z].lt", "[z].[x].le"], True),
        (["[x].[y].lt", "[y].[z].lt", "[x].[z].lt"], False),
        (["[x].[0].eq", "[0].[x].lt"], True),
        (["[x].[0].eq", "[x].[0].ne"], True),
    ],
)
def test_contradictory_conditions(conditions: list[str], found: bool) -> None:
    types = {"x": "Int", "y": "Int", "z": "Int"}
    atoms = []
    for text in conditions:
        ((way,),) = [ways(parse_term(Source(text)), {}, types)]
        (truth,) = way.stacks["λ"]
        assert isinstance(truth, Truth)
        atoms.append(truth.condition)
    assert contradictory(atoms) is found  # type: ignore[arg-type]
