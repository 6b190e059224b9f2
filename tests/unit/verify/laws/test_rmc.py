"""Laws of the RMC: each method proves, refutes and leaves open what it should."""

from typing import Any

import pytest

from calculus.machine.budget import Budget
from calculus.rmc.normal import normal_form
from calculus.rmc.parser import parse_term
from calculus.rmc.spans import Span
from calculus.source.text import Source
from calculus.verify.finding import Finding
from calculus.verify.laws.rmc.memories import Memories, memory_text
from calculus.verify.laws.rmc.overlap import overlap
from calculus.verify.laws.rmc.ranking import ranking
from calculus.verify.laws.rmc.segments import Again, NoSteps, parts_of, program_of
from calculus.verify.laws.verifying import verify

PROGRAM = """def add = (ex x y. <S(x)>; <y>; [S(y)]; [x])*; <Z>
def append =
  [End]b; (ex h t. a<{h | t}>; [t]a; [h]b)*; a<{}>; (ex h t. b<h>; c<t>; [{h | t}]c)*; b<End>
def copy = ex x. <x>; [x]; [x]
def same = ex x. <x>; <x>; [x]
def nv = 1; nv
def flip = [A] + [B]
def le = (ex n. <Z>; <n>; [n]) + (ex m n k. <S(m)>; <S(n)>; [n]; [m]; le; <k>; [S(k)])
def leaves = ((ex l r. <Node(l, r)>; [r]; [l]) + (ex x. <Leaf(x)>; [x]out))*; <End>
def both = (ex x. p<S(x)>; [x]p; (ex y. q<S(y)>; [y]q)*)*; p<Z>
def swap = ex x y. <x>; <y>; [x]; [y]
def loop = (ex x. <F(x)>; [x]; [F(x)])*
"""


def decided(law: str, **options: Any) -> Finding:
    return verify(f"{PROGRAM}law it: {law}\n", "rmc", **options).findings[0]


PROVED = [
    ("copy; same = 1 at lambda", "normal form"),
    ("copy~ = same", "normal form"),
    ("flip + flip = flip", "normal form"),
    ("swap; swap = 1 at λ^2", "normal form"),
    ("(ex x. <x>; [x]) + <A>; [A] = ex x. <x>; [x] as ground", "normal form"),
    ("<A>; [A] + <B>; [B] = ex x. <x>; [x] as ground over A B", "normal form"),
    ("[x]; <y> = y == x", "normal form"),
    ("(i<A>; i<B>)*; i<A> = i<A>; (i<B>; i<A>)*", "bisimulation"),
    ("nv; [A] = nv; [A]", "the structural equations"),
    ("flip terminates", "no iteration"),
    ("add terminates", "a measure that gets smaller"),
    ("add~ terminates", "a measure that gets smaller"),
    ("append terminates", "a measure that gets smaller"),
    ("leaves terminates", "a measure that gets smaller"),
    ("both terminates", "a measure that gets smaller"),
    ("[S(Z)]; [Z]; le terminates", "running it on unknown stacks"),
    ("swap deterministic", "the spans"),
    ("<A>; [B] + <B>; [A] deterministic", "the spans"),
    ("add deterministic", "the choices"),
    ("leaves deterministic", "the choices"),
    ("[S(Z)]; [S(Z)]; add answers [S(S(Z))]", "running both"),
    ("flip + flip answers flip", "running both"),
    ("flip answers [B] + [A] as multiset", "running both"),
    ("<A> answers fail", "running both"),
    ("(1 + 1)* answers 1", "running both"),
    ("nv answers fail", "running both"),
]


@pytest.mark.parametrize(("law", "by"), PROVED, ids=[law for law, _ in PROVED])
def test_proved(law: str, by: str) -> None:
    finding = decided(law)
    assert (finding.verdict, finding.by) == ("proved", by)
    assert finding.explained


REFUTED: list[tuple[str, dict[str, Any]]] = [
    ("copy; same = 1", {"stacks": {}}),
    ("same; copy = 1 at λ^2", {"stacks": {"λ": ["Other", "Another"]}}),
    ("flip + flip = flip as multiset", {"stacks": {}}),
    ("<A>; [A] = ex x. <x>; [x] as ground over A B", {"stacks": {"λ": ["B"]}}),
    ("add = 1", {"stacks": {}}),
    ("[x] = [y]", {"stacks": {}}),
    ("nv terminates", {"stacks": {}}),
    ("[A]* terminates", {"stacks": {}}),
    ("loop terminates", {"stacks": {"λ": ["F(Other)"]}}),
    ("(ex x. <x>; [x])* terminates at a", {"stacks": {"λ": ["Other"], "a": ["Other"]}}),
    ("flip deterministic", {"stacks": {}}),
    ("flip deterministic at a^2", {"stacks": {"a": ["A", "A"]}}),
    ("add~ deterministic", {"stacks": {"λ": ["S(Z)"]}}),
    ("<A> + (ex x. <x>; [x]) deterministic", {"stacks": {"λ": ["A"]}}),
    ("flip answers [A]", {}),
    ("[A] answers flip", {}),
    ("flip + flip answers flip as multiset", {}),
    ("swap; add = add at λ^2", {"stacks": {"λ": ["Z", "Other"]}}),
    ("ex x. add(1, x, 2); [x] answers [A]", {}),
    ("ex x. add(1, x, x) answers 1", {}),
]


@pytest.mark.parametrize(("law", "example"), REFUTED, ids=[law for law, _ in REFUTED])
def test_refuted(law: str, example: dict[str, Any]) -> None:
    finding = decided(law)
    assert finding.verdict == "refuted"
    assert finding.counterexample is not None
    assert {key: finding.counterexample[key] for key in example} == example
    assert finding.explained


UNKNOWN = [
    "le terminates",
    "swap; add = add at λ^2 as ground over Z S/1",
    "le deterministic",
    "nv answers fail as multiset",
]


@pytest.mark.parametrize("law", UNKNOWN)
def test_unknown(law: str) -> None:
    finding = decided(law, max_steps=3_000, max_seconds=20.0)
    assert finding.verdict == "unknown"
    assert finding.tried


# Memories


def test_memories_in_the_order_of_their_sizes() -> None:
    memories = Memories([parse_term(Source("<S(Z)>; a<Z>"))], {}, ("a",))
    shown = [memory_text(memory) for memory, _ in zip(memories, range(12), strict=False)]
    assert shown[:4] == ["Z on a", "Other on a", "S(Z) on a", "S(Other) on a"]
    assert "Z on λ; Z on a" in shown


# Measures


def measured(text: str) -> str | None:
    program = program_of(parse_term(Source(text)), {}, Budget(10_000))
    (again,) = [part for part in parts_of(program) if isinstance(part, Again)]
    found = ranking(again.body)
    return None if found is None else ", ".join(map(str, found))


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("(ex x. <S(x)>; [x])*", "the symbols on λ"),
        ("(ex x. a<x>; [x]b)*", "the symbols on a"),
        ("(ex x. a<S(x)>; [x]b; [Z]b)*", "the symbols on a"),
        ("(ex x y. <S(x)>; <y>; [S(y)]; [x])*", "the symbols of the value on top of λ"),
        ("(ex x y. <x>; <S(y)>; [y]; [S(x)])*", "the symbols of the value under 1 others of λ"),
        ("(ex x. a<S(x)>; [x]a; [Z]b + b<Z>)*", "the symbols on a, the symbols on b"),
        ("(ex x y. <x>; <y>; [F(x, y)])*", "the number of values on λ"),
        ("(ex x. <x>; [x])*", None),
        ("(ex x. <S(x)>; [F(x, x)])*", None),
        ("(ex x. a<S(x)>; [x]a; [Z]b + b<Z>; [S(Z)]a)*", None),
    ],
)
def test_measures(term: str, found: str | None) -> None:
    assert measured(term) == found


def test_terms_without_steps() -> None:
    with pytest.raises(NoSteps, match="shared"):
        program_of(parse_term(Source("ex x. <x>; (<x>)*")), {}, Budget(10_000))
    with pytest.raises(NoSteps, match="recursive"):
        text = parse_term(Source("f; 1*"))
        program_of(text, {"f": text}, Budget(10_000))


# Overlaps


def span_of(text: str) -> Span:
    ((found, _),) = normal_form(parse_term(Source(text))).spans
    return found


@pytest.mark.parametrize(
    ("left", "right", "memory"),
    [
        ("<A>; [B]", "<B>; [A]", None),
        ("<A>; [B]", "<A>; <A>; [C]", {"λ": ["A", "A"]}),
        ("ex x. <F(x, A)>; [x]", "ex y. <F(B, y)>; [y]", {"λ": ["F(B, A)"]}),
        ("ex x. <x>; a<x>", "ex x. <S(x)>; a<x>", None),
        ("ex x. a<x>", "ex x. <x>", {"λ": ["A1"], "a": ["A2"]}),
    ],
)
def test_overlaps(left: str, right: str, memory: dict[str, list[str]] | None) -> None:
    found = overlap(span_of(left), span_of(right))
    if memory is None:
        assert found is None
        return
    assert found is not None
    assert not found.agrees
    assert {place: list(map(str, values)) for place, values in found.memory().items()} == memory


def test_overlaps_that_agree() -> None:
    found = overlap(span_of("ex x. <x>; [x]"), span_of("<A>; [A]"))
    assert found is not None
    assert found.agrees


def test_a_binder_is_moved_to_what_it_binds() -> None:
    # The narrowed term is made on the way, and must live as long as its parts are looked up.
    text = "ex x y z. a<x>; [x]a; (<S(Z)>)*; [Z]; (ex u. b<u>); (<Z>)*; b<y>; [y]b"
    program = program_of(parse_term(Source(text)), {}, Budget(10_000))
    assert [type(part).__name__ for part in program] == ["Step", "Again", "Step", "Again", "Step"]
