"""Verdicts: how they are found, what they say, and what they are too careful to say."""

import json
import time
from typing import Any

import pytest

import calculus
from calculus import registry
from calculus.rmc.verdict import Verdict
from calculus.source.diagnostic import NameProblem, UsageProblem


def judge(left: str, right: str, **options: Any) -> Verdict:
    found: Verdict = calculus.equal("rmc", left, right, **options)
    json.dumps(found.to_json())
    assert list(found.explained())
    return found


def method(left: str, right: str, **options: Any) -> str:
    verdict = judge(left, right, **options)
    assert verdict.verdict == "equal" and verdict.proof is not None
    return str(verdict.proof.to_json()["method"])


ADD = "(ex x y. <S(x)>; <y>; [S(y)]; [x])*; <Z>"


def test_how_it_is_proved() -> None:
    assert method("[A]; ([B]a + <C>)", "([A]; 1); (<C> + [B]a)") == "structure"
    assert method("[A]; <A>", "1") == "normal-forms"
    assert method("(<A>; [B])*", "1 + <A>; [B]") == "normal-forms"  # its runs end
    assert method("(i<A> + i<B>)*", "i<A>*; (i<B>; i<A>*)*") == "bisimulation"
    assert method("1*", "1") == "bisimulation"
    assert method(f"{ADD} + 0", ADD) == "reduction"
    assert method(f"({ADD}; [A])*", f"1 + {ADD}; [A]; ({ADD}; [A])*") == "algebra"


def test_iterations_with_multiplicities() -> None:
    assert method("(<A> + [B])*", "<A>*; ([B]; <A>*)*", level="multiset") == "algebra"
    assert judge("1*", "1*; 1*", level="multiset").verdict == "unknown"
    assert method("(<A>; [B])*", "1 + <A>; [B]", level="multiset") == "normal-forms"


def test_automata() -> None:
    """Words with evenly many A, told in two ways."""
    even = "[P]q; (q<P>; i<A>; [Q]q + q<Q>; i<A>; [P]q + ex s. q<s>; i<B>; [s]q)*; q<P>"
    again = "(i<B> + i<A>; i<B>*; i<A>)*"
    assert method(even, again) == "bisimulation"
    assert method(even, again, level="ground") == "bisimulation"
    verdict = judge(even, "(i<B> + i<A>; i<A>)*")
    assert verdict.verdict == "different" and verdict.witness is not None
    assert verdict.witness.side == "left"
    assert len(verdict.witness.stacks["i"]) == 3
    backwards = "(([B]i + [A]i; [B]i*; [A]i)*)"
    assert method(backwards, f"{backwards}; {backwards}") == "bisimulation"


def test_any_letter() -> None:
    anything = "(ex x. i<x>)*"
    assert judge(anything, f"(i<A> + {anything})*").verdict == "different"
    assert method(anything, f"(i<A> + {anything})*", level="ground") == "bisimulation"
    assert method(anything, "(i<A> + i<B>)*", level="ground", signature="A B") == "bisimulation"
    assert judge(anything, "(i<A> + i<B>)*", level="ground", signature="A B C").verdict == "different"
    assert judge(anything, "(i<A> + i<B>)*", level="ground").verdict == "different"


def test_a_letter_that_is_kept_is_not_just_any() -> None:
    kept, lost = "ex x. i<x>; [x]o; i<A>*", "ex x y. i<x>; [y]o; i<A>*"
    assert judge(kept, lost).verdict == "different"
    assert judge(kept, lost, level="ground").verdict == "different"
    assert method(lost, "ex x y. i<y>; [x]o; (1 + i<A>)*") == "bisimulation"


def test_iterations_that_come_to_an_end() -> None:
    swap = "(ex x y. <x>; <y>; [x]; [y])"
    assert method(f"{swap}*", f"1 + {swap}") == "bisimulation"
    rotate = "(ex x y z. <x>; <y>; <z>; [x]; [z]; [y])"
    assert method(f"{rotate}*", f"1 + {rotate} + {rotate}; {rotate}") == "bisimulation"
    assert judge(f"{rotate}*", f"1 + {rotate}").verdict == "different"
    assert method("[A]; (<A>; [A])*", "[A]") == "bisimulation"


def test_differences_found_by_running() -> None:
    verdict = judge(ADD, "<Z>")
    assert verdict.verdict == "different" and verdict.witness is not None
    assert verdict.witness.side == "left"
    twice = judge(ADD, f"{ADD} + <S(Z)>; ex y. <y>; [S(y)]", level="multiset")
    assert twice.verdict == "different" and twice.witness is not None
    assert twice.witness.side == "right"
    assert judge("ex x. <x>; lt(x, 2); [x]", "ex x. <x>; lt(x, 3); [x]").verdict == "different"


def test_what_is_the_same_only_without_multiplicity_is_no_difference() -> None:
    verdict = judge(ADD, f"{ADD} + <S(Z)>; ex y. <y>; [S(y)]")
    assert verdict.verdict == "unknown"
    assert verdict.tried["memories on which both were run"] > 10
    assert verdict.proof is None and verdict.witness is None and verdict.stopped_by is None


def test_open_terms() -> None:
    assert method("[x]; <A>", "x == A") == "normal-forms"
    assert method("[x]; [y]; <z>; <w>", "y == z; x == w") == "normal-forms"
    verdict = judge("[x]; <A>", "[x]; <B>")
    assert verdict.verdict == "different" and verdict.witness is not None
    assert verdict.witness.answer.to_json()["bindings"] == {"x": "A"}
    verdict = judge("[x]", "[y]", level="ground")
    assert verdict.verdict == "different" and verdict.witness is not None
    assert {str(name): str(value) for name, value in verdict.witness.variables.items()} == {
        "x": "A",
        "y": "B",
    }
    assert method("[x]; (<x>; [x])*; <y>", "[x]; <y>") == "bisimulation"


def test_relations() -> None:
    assert method("ex x. add(1, 2, x); [x]", "[3]") == "normal-forms"
    assert method("[1]; lt(1, 2)", "[1]") == "normal-forms"
    assert method("lt(2, 1); [A]", "0") == "normal-forms"
    assert method("ex x. <x>; lt(x, 2)", "ex y. <y>; 1; lt(y, 2)") == "structure"
    assert method("ex x. <x>; [A]a; a<A>; lt(x, 2)", "ex y. <y>; lt(y, 2)") == "reduction"
    unrolled = "1 + (ex x. <x>; lt(x, 2)); (ex x. <x>; lt(x, 2))*"
    assert method("(ex x. <x>; lt(x, 2))*", unrolled) == "algebra"


def test_definitions() -> None:
    text = """
def tail = 1 + <A>; tail
def iterated = <A>*
def nested = 1 + <A>; nested; [B]
def nested2 = 1 + <A>; nested2; [B]
def other = 1 + <A>; other; [C]
def even = 1 + <A>; odd; [B]
def odd = <A>; even2; [B] + 0
def even2 = 1 + <A>; odd2; [B]
def odd2 = <A>; even; [B]
def p = 1 + <A>; q; [B]
def q = 1 + <A>; r; [C]
def r = 1 + <A>; p; [B]
def s = 1 + <A>; t; [B]
def t = 1 + <A>; u; [C]
def u = 1 + <A>; v; [B]
def v = 1 + <A>; v; [B]
"""
    program = calculus.program("rmc", text)
    language = registry.get("rmc")

    def compare(left: str, right: str, **options: Any) -> Verdict:
        sides = (language.select(program, name) for name in (left, right))  # type: ignore[attr-defined]
        return language.equal(*sides, **options)  # type: ignore[attr-defined, no-any-return]

    assert compare("tail", "iterated").verdict == "equal"
    assert compare("tail", "iterated", level="multiset").verdict == "equal"
    assert compare("tail~", "iterated~").verdict == "equal"
    assert compare("nested", "nested2", level="multiset").verdict == "equal"
    assert compare("nested~", "nested2~", level="multiset").verdict == "equal"
    assert compare("even", "even2", level="multiset").verdict == "equal"
    # The same to a depth of four calls.
    assert compare("p", "s").verdict == "different"
    assert compare("p", "s", level="multiset").verdict == "different"
    verdict = compare("nested", "other")
    assert verdict.verdict == "different" and verdict.witness is not None


def test_limits() -> None:
    start = time.monotonic()
    verdict = judge("(ex x. <x>; [S(x)])*", "(ex x. <x>; [S(S(x))])*", max_seconds=0.2)
    assert verdict.verdict == "unknown" and verdict.stopped_by == "seconds"
    assert time.monotonic() - start < 5
    wide = "; ".join(["([A] + [B])"] * 40)
    verdict = judge(wide, f"{wide}; 1; [A]; <A>", max_steps=1000)
    assert verdict.verdict in ("unknown", "equal")


@pytest.mark.parametrize(
    "options",
    [
        {"level": "some"},
        {"signature": "Z S/1"},
        {"level": "ground", "signature": "S/1"},
        {"level": "ground", "signature": "z"},
        {"level": "ground", "signature": "S/x"},
        {"arity": -1},
    ],
)
def test_usage(options: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        judge("1", "1", **options)


def test_names() -> None:
    with pytest.raises(NameProblem):
        judge("f", "1")


def test_deep_terms() -> None:
    """Nothing recurses."""
    deep = "S(" * 3000 + "Z" + ")" * 3000
    assert method(f"[{deep}]; ex x. <x>", "1") == "normal-forms"
    assert judge(f"[{deep}]", f"[S({deep})]").verdict == "different"
    long = "; ".join(["<A>; [A]"] * 2000)
    assert method(long, "<A>; [A]") == "normal-forms"


def test_json() -> None:
    assert judge("<A>; [B]", "<A>; [C]").to_json() == {
        "verdict": "different",
        "level": "set",
        "witness": {
            "variables": {},
            "stacks": {"λ": ["x"]},
            "answer": {"bindings": {"x": "A"}, "stacks": {"λ": ["B"]}, "multiplicity": 1},
            "side": "left",
            "left": {
                "answers": [{"bindings": {"x": "A"}, "stacks": {"λ": ["B"]}, "multiplicity": 1}],
                "complete": True,
            },
            "right": {
                "answers": [{"bindings": {"x": "A"}, "stacks": {"λ": ["C"]}, "multiplicity": 1}],
                "complete": True,
            },
        },
        "proof": None,
        "tried": {"transitions towards normal forms": [3, 3]},
        "stopped_by": None,
    }
