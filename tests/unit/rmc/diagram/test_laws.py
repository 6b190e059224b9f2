"""The laws of a Frobenius monoid hold of diagrams, and normal diagrams are those of spans."""

import pytest

from calculus.rmc.diagram import diagram
from calculus.rmc.normal import normal_form
from calculus.rmc.parser import parse_term
from calculus.source.text import Source
from calculus.verify.independent.diagrams import cores
from tests.unit.rmc.diagram.diagrams import drawn

COPY, EQ = "(ex x. <x>; [x]; [x])", "(ex x. <x>; <x>; [x])"
DEL, ANY, ID = "(ex x. <x>)", "(ex x. [x])", "(ex x. <x>; [x])"
UNDER = "(ex s. <s>; {}; [s])"
"""Does something below the top of the stack."""
SWAP = "(ex x y. <x>; <y>; [x]; [y])"


def under(term: str) -> str:
    return UNDER.format(term)


LAWS = {
    "special": (f"{COPY}; {EQ}", ID),
    "Frobenius": (f"{COPY}; {under(EQ)}", f"{EQ}; {COPY}"),
    "Frobenius, mirrored": (f"{under(COPY)}; {EQ}", f"{EQ}; {COPY}"),
    "associative": (f"{EQ}; {EQ}", f"{under(EQ)}; {EQ}"),
    "coassociative": (f"{COPY}; {COPY}", f"{COPY}; {under(COPY)}"),
    "commutative": (f"{SWAP}; {EQ}", EQ),
    "cocommutative": (f"{COPY}; {SWAP}", COPY),
    "unit": (f"{ANY}; {EQ}", ID),
    "counit": (f"{COPY}; {DEL}", ID),
    "identity": (f"{ID}; {COPY}; {ID}", COPY),
    "a test is a pop of what was pushed": (
        "ex x y. [F(x)]; <F(y)>; [x]; [y]",
        "ex x y. F(x) == F(y); [x]; [y]",
    ),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("normal", [False, True])
def test_both_sides_have_one_diagram(law: str, normal: bool) -> None:
    left, right = (drawn(side, normal=normal) for side in LAWS[law])
    assert left.isomorphic(right)


NORMAL_LAWS = {
    "extra": (f"{ANY}; {DEL}", "1"),
    "a constructor has one result": ("ex x. [F(x)]; <F(x)>", "1"),
    "and is injective": ("ex x y. <F(x)>; [F(x)]a; a<F(y)>; [y]", "ex x. <F(x)>; [x]"),
    "constructors differ": ("[A]; <B>", "0"),
    "in their arity too": ("[F]; <F(_)>", "0"),
    "constants": ('[1]; <1>; ["a"]a; a<"a">', "1"),
    "are no constructors": ('["A"]; <A>', "0"),
    "nothing contains itself": ("ex x. [S(x)]; <x>", "0"),
    "nor by a detour": ("ex x y. x == F(y, A); y == G(x)", "0"),
    "substitution": ("ex x. [S(A)]; <x>; [x]; [x]a", "[S(A)]; [S(A)]a"),
    "what leads nowhere": ("ex x y. x == F(y)", "1"),
    "no round of 0*": ("[A]; (0)*; <A>", "1"),
}


@pytest.mark.parametrize("law", NORMAL_LAWS)
def test_both_sides_have_one_normal_diagram(law: str) -> None:
    left, right = NORMAL_LAWS[law]
    assert drawn(left, normal=True).isomorphic(drawn(right))
    assert not drawn(left).isomorphic(drawn(right))


def test_no_round_of_0_with_bundles() -> None:
    (found,) = drawn("[A]b; ([A]; <B>; [C]b)*; b<A>; b<D>", normal=True).summands
    assert [(box.kind, box.label) for box in found.boxes] == [("stack", "b"), ("constructor", "D")]
    (whole,), (rest,) = found.inputs["b"], found.outputs["b"]
    assert [port[:2] for port in found.boxes[0].ports if port.role != "item"] == [
        (whole, "whole"),
        (rest, "rest"),
    ]


def test_inside_iterations_and_around_relations() -> None:
    left = drawn("ex x. [F(x)]; (<A>; [A] + [A]; <B>)*; <F(2)>; add(x, 1, 3)", normal=True)
    right = drawn("ex x. [F(x)]; (<A>; [A])*; <F(2)>; add(x, 1, 3)")
    assert left.isomorphic(right)
    bound = drawn("ex x. x == S(A); (ex y. <y>; [F(x, y)])*", normal=True)
    (star,) = (box for box in bound.summands[0].boxes if box.kind == "star")
    made = {box.right[0].wire: box.label for box in bound.summands[0].boxes if box.kind == "constructor"}
    assert [made[port.wire] for port in star.left if port.role == "variable"] == ["S"]


@pytest.mark.parametrize(
    "text",
    [
        "ex x y. <x>; <S(y)>; [F(x, y)]; [x]a",
        "([F(A)] + [F(B)] + [G]); ex x. <F(x)>; [x]",
        "ex x y z. <F(x, y)>; a<z>; z == y; [z]; [S(x)]b; b<S(A)>",
        "(1 + [A]); (1 + <A>)",
    ],
)
def test_normal_diagrams_are_those_of_the_spans(text: str) -> None:
    term = parse_term(Source(text))
    spans = list(normal_form(term).counter.elements())
    found = diagram(term, normal=True)
    assert len(found.summands) == len(spans)
    parts = [diagram(span.term()) for span in spans]
    for graph in found.summands:
        one = type(found)((graph,))
        match = next(part for part in parts if part.isomorphic(one))
        parts.remove(match)


@pytest.mark.parametrize(
    "text",
    [
        "(ex x y.<S(x)>;<y>;[S(y)];[x])*; <Z>",
        "(ex x. <x>; [x]a)*; [B]a",
        "[A]a; (<_> + a<A>; [B]; [B])*; <B>",
        "ex x. <x>; (ex y. <y>; [F(x, y)])*; [x]",
        "(1 + ex x y. <x>; <y>; [x]; [y])*; a<_>; [C]*; <C>; <C>",
    ],
)
def test_boxes_stand_for_their_iterations(text: str) -> None:
    """Rounds of the diagram inside in the place of the box do what rounds of the body do."""
    unrolled = parse_term(Source(_unrolled(text)))
    assert cores(drawn(text)) == cores(diagram(unrolled))
    assert sum(cores(drawn(text)).values()) > 1


def _unrolled(text: str) -> str:
    """Each `(M)*` and `[C]*` as its runs of at most two rounds."""
    start = text.find(")*")
    depth = 0
    if start < 0:
        return text.replace("[C]*", "(1 + [C] + [C]; [C])")
    for at in range(start, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            break
    body = text[at : start + 1]
    return f"{text[:at]}(1 + {body} + {body}; {body}){_unrolled(text[start + 2 :])}"
