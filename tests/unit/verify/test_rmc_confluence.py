"""Confluence and duality of the RMC: what is looked into holds, and would be seen not to hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest

import calculus
from calculus.machine.relational.instructions import LAMBDA, constructor, sequence, star, variable
from calculus.rmc import dual as duals
from calculus.rmc import matching, rules
from calculus.rmc.mgu import mgu
from calculus.rmc.normal import normal_form
from calculus.rmc.reduction import contract, redexes
from calculus.rmc.rules import Differ, NotFree
from calculus.rmc.structure import canonical_form, flat
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.bugs import planting
from calculus.verify.catalogue import find
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent import structural
from calculus.verify.independent.paths import bounded, converse, paths, sides, spans
from calculus.verify.properties.rmc import confluence, duality
from calculus.verify.properties.rmc.confluence import compiled, forks, meaning, pairs, superposition
from calculus.verify.properties.rmc.confluence.paths import Circle, Endings
from calculus.verify.property import Exhaustive, Failure, Part, Plan, Property, Tally


def parse(text: str) -> Term:
    term = calculus.parse("rmc", text)
    assert isinstance(term, Term)
    return term


def check(part: Part, size: int | None = None, examples: int | None = None) -> Tally:
    plan = Plan(size, examples)
    return part.check(plan, 0, part.total(plan))


# What holds


@pytest.mark.parametrize("item", [confluence.CONFLUENCE, duality.DUALITY], ids=lambda item: item.name)
def test_small_terms_have_the_property(item: Property) -> None:
    assert find("rmc", item.name) is item
    for part in item.parts:
        if part.kind != "structural":
            less = getattr(part, "less", 0)
            tally = check(part, size=3 + less if less else 4, examples=30)
            assert tally.checked >= 30
            assert not tally.failures, part.name
            assert sum(tally.counts.values()) > tally.counts.get("given up", 0), part.name
            assert "up to" in part.statement(Plan())


def test_critical_pairs_join() -> None:
    """Some of them here; the long campaign has all."""
    part = confluence.CONFLUENCE.part("critical-pairs")
    every = pairs.critical_pairs()
    tally = part.check(Plan(certify=True), 0, 60)
    assert not tally.failures
    assert tally.counts["forks"] >= 60
    assert {claim["claim"] for claim in tally.claims} == {"joins"}
    rules_met = {name for item in every for name in (item.one, item.other)}
    assert rules_met == {rule.name for rule in (*pairs.COVERED, *forks.EQUATIONS)}


@pytest.mark.long
def test_all_parts_at_length() -> None:
    for item in (confluence.CONFLUENCE, duality.DUALITY):
        for part in item.parts:
            assert not check(part, size=6, examples=3000).failures, part.name


def test_a_part_of_a_range_finds_what_the_range_finds() -> None:
    part = confluence.CONFLUENCE.part("normal-forms")
    whole = part.check(Plan(4), 0, 100)
    halves = [part.check(Plan(4), 0, 40), part.check(Plan(4), 40, 100)]
    assert whole.counts == {"terms reached": sum(half.counts["terms reached"] for half in halves)}


# Seeded bugs


def without_occurs_check(pairs: Sequence[tuple[Term, Term]], names: Sequence[str]) -> Any:
    found = mgu(pairs, names)
    for left, right in pairs:
        for ours, theirs in ((left, right), (right, left)):
            if found is None and ours.op is variable("x").op and theirs.children:
                return {ours.label: theirs}
    return found


def unreversed(shape: Term, parts: Iterator[Term]) -> Term:
    return SHAPED(shape, iter(list(parts)[::-1]))


SHAPED = duals._shaped
HOLDS = matching._holds


def ignoring(kind: type) -> Callable[[Any, Mapping[str, Any]], bool]:
    return lambda condition, found: isinstance(condition, kind) or HOLDS(condition, dict(found))


def smallest(item: Property, name: str, size: int | None = None) -> Failure:
    return min(check(item.part(name), size).failures, key=lambda failure: failure.size)


def refuted(item: Property, name: str, text: str) -> str:
    """What is wrong with a term, which the part looks at by default."""
    part, term = item.part(name), parse(text)
    assert isinstance(part, Exhaustive)
    assert size(term) <= part.size
    found = part.violation(term, Tally())
    assert found is not None
    return found


def test_unifying_without_an_occurs_check_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "mgu", without_occurs_check)
    found = refuted(confluence.CONFLUENCE, "normal-forms", "ex x. x == S(x)")
    assert found == "the normal form is 1; spans before: none; after: 1 of nothing done"


def test_a_dual_that_does_not_reverse_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duals, "_shaped", unreversed)
    found = refuted(duality.DUALITY, "spans", "[A]; <A>")
    assert found == "dual: <A>; [A]; its dual: [A]; <A>"
    found = duality.multiplicity(parse("[A]; <A>"), Tally()) or ""
    assert "from empty stacks to empty stacks: 1; of the dual back: 0" in found


def test_swapping_at_one_location_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_holds", ignoring(Differ))
    found = smallest(confluence.CONFLUENCE, "normal-forms", 4)
    assert (found.subject, found.what) == ("A == A", "normal forms: 1; <A>; [A]")
    assert "swap at the root leads to a<A>; [A]a" in refuted(confluence.CONFLUENCE, "meaning", "[A]a; a<A>")


def test_dropping_a_binder_that_is_used_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_holds", ignoring(NotFree))
    found = smallest(confluence.CONFLUENCE, "meaning", 3)
    assert found.size == 3
    assert "in which x is free" in found.what


def test_hoisting_that_captures_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calculus.rmc.reduction.renamed_apart", lambda rule, found: None)
    found = refuted(confluence.CONFLUENCE, "narrow", "(ex x. [x]); ex x. [x]")
    assert found.startswith("the normal form is ex x. [x]; [x]; spans before: ")
    part = confluence.CONFLUENCE.part("narrow")
    assert isinstance(part, Exhaustive)
    assert parse("(ex x. [x]); ex x. [x]") in set(part.space(7).range(1000, 3380))
    failures = confluence.CONFLUENCE.part("generated").check(Plan(), 0, 1000).failures
    assert failures and min(failure.size for failure in failures) < 12


@pytest.mark.parametrize(
    ("rule", "right", "text"),
    [
        (rules.DISTRIBUTE_LEFT, rules.SequenceOf(rules.Hole("M"), rules.Hole("P")), "(1 + 1); ex x. [x]"),
        (rules.DISTRIBUTE_RIGHT, rules.SequenceOf(rules.Hole("P"), rules.Hole("M")), "(ex x. [x]); (1 + 1)"),
        (rules.DISTRIBUTE_NEW, rules.NewOf(rules.Binder("x"), rules.Hole("M")), "ex x. [x] + [x]"),
    ],
    ids=lambda item: item.name if isinstance(item, rules.Rule) else "",
)
def test_a_distribution_that_loses_a_summand_is_refuted(
    rule: rules.Rule, right: rules.Pattern, text: str
) -> None:
    with planting.fields(rule, right=right)():
        assert "spans before: 2 of" in refuted(
            confluence.CONFLUENCE, "narrow" if "x" in text else "normal-forms", text
        )


def test_a_circle_is_no_normal_form(monkeypatch: pytest.MonkeyPatch) -> None:
    back = rules.Rule("back", rules.SWAP.right, rules.SWAP.left, rules.SWAP.conditions)
    monkeypatch.setattr(confluence.paths, "TERMINATING", (*rules.TERMINATING, back))
    with pytest.raises(Circle, match="reduces to itself"):
        Endings().forms(parse("[A]a; <A>"))
    assert confluence.forms(parse("[A]a; <A>"), Tally()) == "[A]a; <A> reduces to itself"


# What the checks rest on


def test_spans_by_equations_are_those_of_the_package() -> None:
    space = enumeration.space(5, tests=True)
    for term in space.range(0, space.total):
        form = normal_form(term)
        known = {sides(item.popped, item.pushed): times for item, times in form.spans}
        assert spans(term) == known, str(term)


def test_iterations_are_bounded() -> None:
    term = star(parse("[A]"))
    assert sorted(len(side[0][2]) if side else 0 for side in spans(bounded(term, 3))) == [0, 1, 2, 3]
    assert meaning.nesting(star(sequence(term, star(term)))) == 3


def test_runs_on_a_memory() -> None:
    term = parse("<A>; [B]a + <C> + ex x. <x>; <x>")
    found = list(paths(term, {LAMBDA: [constructor("A")]}))
    assert [len(path.equations) for path in found] == [1, 1]
    assert found[0].left == {LAMBDA: (), "a": (constructor("B"),)}
    assert len(list(paths(term, {}))) == 0


def test_converse() -> None:
    for text in ("<A>; [B]", "ex x y. <x>; a<y>; [S(y)]", "1 + 1", "ex x. <S(x)>; [x]a"):
        term = parse(text)
        assert converse(spans(term)) == spans(parse(f"({text})~"))
        assert converse(converse(spans(term))) == spans(term)


def test_equality_by_the_structural_equations() -> None:
    equal = [
        ("(1; [A]); <B>", "[A]; <B>; 1"),
        ("[A] + <B> + 1", "1 + ([A] + <B>)"),
        ("ex x y. [x]; [y]; [y]", "ex x y. [y]; [x]; [x]"),
        ("ex x y. ([x] + [y]; [y])*", "ex x y. ([x]; [x] + [y])*"),
        ("[A]; [B]a; [C]", "[A]; [C]; [B]a"),
        ("(ex x. [x]); ex x. <x>", "(ex y. [y]); ex z. <z>"),
        ("1; 1", "1"),
        ("ex x. 1; ex y. [x]; [y]", "ex y x. [x]; [y]"),
        ("[A] + (1; ([B] + [C]))", "([C] + [A]) + [B]"),
    ]
    different = [
        ("[A]; <B>", "<B>; [A]"),
        ("[A] + [A]", "[A]"),
        ("ex x y. [x]; [y]; [y]", "ex x y. [x]; [x]; [y]"),
        ("ex x y. [x]; [y]", "ex x. [x]; [x]"),
        ("ex x. ex y. [x]", "ex x. [x]"),
        ("[A]; [B]", "[B]; [A]"),
        ("(ex x. [x]); ex y. [y]", "ex x y. [x]; [y]"),
        ("[1]", "[A]"),
    ]
    for left, right in equal:
        assert structural.equal(parse(left), parse(right)), f"{left} and {right}"
    for left, right in different:
        assert not structural.equal(parse(left), parse(right)), f"{left} and {right}"


def test_the_canonical_form_agrees_with_equality() -> None:
    space = enumeration.space(3, tests=True, stars=True)
    terms = list(space.range(0, space.total))
    for one in terms:
        for other in terms:
            expected = canonical_form(one) is canonical_form(other)
            assert structural.equal(one, other) == expected, f"{one} and {other}"


def test_overlaps_of_patterns() -> None:
    """Both left sides are in each superposition, and for two rules they are those found by hand."""
    found = {
        str(flat(terms[0]))
        for whole, _ in superposition.superpositions(rules.ZERO_LEFT, rules.ZERO_RIGHT)
        for terms in superposition.instances(whole)
    }
    assert {"0; 0", "[vM]vm0*; 0; [M]m0*"} < found
    swaps = list(superposition.superpositions(rules.SWAP, rules.SWAP))
    assert len(swaps) == 1 and swaps[0][1]


def test_relations_are_left_out_because_they_do_not_join() -> None:
    """What a relation says of a variable comes before or after what a unification puts for it."""
    forms = Endings().forms(parse("ex x. [A]; <x>; add(1, 2, x)"))
    assert {str(form) for form in forms} == {"0", "add(1, 2, A)"}
    assert all(rule.name != "relation" for rule in pairs.COVERED)


def test_joining_needs_unrolling() -> None:
    """Distribution has copied the iteration that the other side has unrolled."""
    term = flat(parse("([A] + <A>); [B]*"))
    left, right = [
        forks.branch(term, redex) for redex in redexes(term) if redex.rule.name in ("unroll", "distrib-left")
    ]
    joined = forks.join(left, right)
    assert joined is not None
    assert structural.equal(*(branch.term for branch in joined))
    for branch in joined:
        # Each step is one contraction.
        before = branch.step.term
        for step in branch.path:
            names = {(found.rule.name, found.position): found for found in redexes(before)}
            assert contract(before, names[step.rule, step.position]) == step.term
            before = step.term


def test_runs_are_counted_in_both_directions() -> None:
    found = duality.runs(parse("ex x. <x>; [x]a + ex x. <x>; [x]a"))
    names = {(number, end): times for (number, end), times in found.items()}
    assert set(names.values()) == {2}
    for start, end in names:
        assert len(duality.MEMORIES[start][LAMBDA]) - len(duality.MEMORIES[end][LAMBDA]) == 1


def test_generated_terms_are_not_all_given_up() -> None:
    tally = Tally()
    for seed in range(60):
        term = generation.term(Random(seed).randrange, 20)
        assert size(term) <= 20
        assert confluence.strategies(term, tally) is None
    assert tally.counts["steps"] > 60
    assert tally.counts.get("given up", 0) < 6


# Compiled code


def test_the_compiled_code_does_what_reduction_does() -> None:
    """Contractions and normal forms of all small terms, and of some larger ones."""
    part = compiled.Agreement()
    plan = Plan(6)
    tally = part.check(plan, 0, 119)
    rng = Random("compiled")
    terms, counts = enumeration.space(8, tests=True), compiled.jit.count(8, 2)
    for rank in rng.sample(range(terms.total), 60):
        (term,) = terms.range(rank, rank + 1)
        assert compiled.disagreement(term, compiled.ranked(rank, counts), tally) is None, str(term)
    assert not tally.failures
    assert tally.counts["contractions"] > 200


def test_compiled_terms_are_counted() -> None:
    tally = confluence.CONFLUENCE.part("compiled").check(Plan(6), 0, 2485)
    assert tally.checked == enumeration.space(6, tests=True).total == 2485
    assert tally.counts["terms reached"] > 10_000
    assert not tally.failures


def test_what_is_too_large_for_the_compiled_code_is_checked_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[Term] = []
    part = compiled.Compiled(lambda term, tally: looked.append(term))
    monkeypatch.setattr(compiled.jit, "check", lambda start, stop, *_: (compiled.jit.LARGE, start))
    assert not part.check(Plan(4), 0, 5).failures
    assert looked == list(enumeration.space(4, tests=True).range(0, 5))


def test_what_only_the_compiled_code_finds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    part = confluence.CONFLUENCE.part("compiled")
    monkeypatch.setattr(compiled.jit, "check", lambda start, stop, *_: (compiled.jit.SEVERAL, start))
    found = part.check(Plan(4), 0, 5).failures[0]
    assert found.what == "compiled: several normal forms; by the rules: one normal form"


def test_words_are_read_back() -> None:
    for text in ("ex x y. [S(x)]; a<y> + x == S(S(y)) + 0", "(1 + [A]); <A>", "ex x. <S(S(x))>"):
        term = flat(parse(text))
        assert structural.equal(compiled.decode(compiled.encode(term)), term)
    with pytest.raises(ValueError, match="expected a term without iterations"):
        compiled.encode(parse("[A]*"))


@pytest.mark.long
def test_the_compiled_code_agrees_at_length() -> None:
    part = compiled.Agreement()
    assert not part.check(Plan(9), 0, part.total(Plan(9))).failures
