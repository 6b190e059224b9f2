"""Confluence of the FMC: the compiled check against others, joins, critical pairs, planted bugs."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

import calculus
from calculus.fmc import matching, reduction, rules
from calculus.fmc.matching import match_rule
from calculus.fmc.reduction import Finder, contract, redexes
from calculus.fmc.rules import Hole, JoinOf, JumpOf, Label, LoopOf, NoActionAt
from calculus.machine.instructions import LAMBDA, POP, PUSH, STAR
from calculus.term import Term, alpha_equal, canonical, nameless
from calculus.term.node import size
from calculus.verify.bugs import planting
from calculus.verify.catalogue import ROOMS
from calculus.verify.certificates import tokens
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.independent.reduction import reducts
from calculus.verify.properties.fmc.confluence import PROPERTIES, critical, exhaustive, forks, jit
from calculus.verify.properties.fmc.confluence.encoding import Signature
from calculus.verify.properties.fmc.confluence.exhaustive import BUDGET, Encoded
from calculus.verify.properties.fmc.confluence.joining import Fork, Joiner, at, replayed, residuals
from calculus.verify.properties.fmc.confluence.ranked import EachTerm
from calculus.verify.properties.fmc.confluence.superposition import peaks
from calculus.verify.property import Failure, Plan, Tally

(CONFLUENCE,) = PROPERTIES

SIGNATURES: tuple[dict[str, Any], ...] = (
    {},
    {"loops": True},
    {"labels": (STAR, "True"), "literals": (1,), "loops": True, "primitives": ("add", "eq")},
    {"locations": (LAMBDA,), "labels": ("J",)},
)


def term_of(text: str) -> Term:
    return canonical(calculus.parse("fmc", text))


def both(size: int, features: dict[str, Any]) -> tuple[Signature, Any]:
    listed = enumeration.space(size, **{"free": ("f",), "loops": False, **features})
    return Signature(size, **features), listed


# Terms as arrays


@pytest.mark.parametrize("features", SIGNATURES)
def test_ranks_are_those_of_the_enumeration(features: dict[str, Any]) -> None:
    signature, listed = both(6, features)
    assert signature.total == listed.total
    for rank in range(0, listed.total, 1 + listed.total // 150):
        words = signature.words(rank)
        assert len(words) == size(listed.term(rank))
        assert signature.encode(listed.term(rank)) == words
        assert alpha_equal(signature.decode(words), listed.term(rank))
        assert signature.tokens(words) == tokens(listed.term(rank))


def test_there_are_as_many_terms_as_the_recurrence_says() -> None:
    assert Signature(8).total == 1_829_907
    assert Signature(9).total == 16_439_827
    assert Signature(7, loops=True).total == 768_157


def test_names_clash_where_they_can() -> None:
    signature = Signature(6)
    for text, clashing in [
        ("(<x>.*); J->f", "<f>.* ; J -> f"),
        ("<x>.<y>.y", "<f>.<f>.f"),
        ("<x>.f", "<x>.f"),
    ]:
        term = signature.decode(signature.encode(term_of(text)))
        assert str(term) == str(term_of(clashing))


@pytest.mark.parametrize("features", SIGNATURES)
def test_encoded_contractions_are_those_of_the_textbook(features: dict[str, Any]) -> None:
    signature = Signature(7, **features)
    compared = 0
    for rank in range(signature.total - 1, 0, -(1 + signature.total // 250)):
        words = signature.words(rank)
        ours = sorted(
            after
            for redex in signature.redexes(words)
            if (after := signature.contracted(words, redex)) is not None
        )
        theirs = sorted(signature.encode(after) for _, _, after in reducts(signature.decode(words)))
        assert ours == theirs
        compared += len(ours)
    assert compared > 200


def test_a_label_without_a_number_is_not_passed_over() -> None:
    signature = Signature(3, labels=("J",), literals=(1,), primitives=("add",))
    words = (
        0 << 3 | jit.PUSH,
        1 << 3 | jit.JUMP,
        0 << 3 | jit.PUSH,
        1 << 3 | jit.JUMP,
        jit.PRIMITIVE,
        jit.JUMP,
    )
    assert signature.all_labels == ("J", 1, 2)
    (redex,) = signature.redexes(words)
    assert str(signature.decode(signature.contracted(words, redex) or ())) == "[2].J"
    signature.results[0, 1, 1] = jit.UNNAMED
    assert [signature.contracted(words, found) for found in signature.redexes(words)] == [None]


# The exhaustive check


def test_forks_are_the_pairs_of_different_reducts() -> None:
    """Counted with the textbook's reduction."""
    for loops in (False, True):
        counted = 0
        for term in enumeration.space(4, free=("f",), loops=loops):
            different = {nameless(after) for _, _, after in reducts(term)}
            counted += len(different) * (len(different) - 1) // 2
        tally = Encoded("terms", 4, 1_000, loops=loops).check(Plan(), 0, 10_000_000)
        assert not tally.failures
        assert tally.counts["forks"] == counted > 5


def test_ranges_come_to_the_same_as_the_whole() -> None:
    part = Encoded("terms", 6, 1_000, loops=True)
    total = part.total(Plan())
    whole = part.check(Plan(), 0, total)
    pieces = Tally()
    for start in range(0, total, 9_999):
        pieces.add(part.check(Plan(), start, min(total, start + 9_999)))
    assert pieces.checked == whole.checked == total
    assert pieces.counts == whole.counts
    assert "given up" not in whole.counts


def test_a_wrong_contraction_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reject goes on as the handler, `J ; * -> N` and others do not agree with unit."""
    right = jit.contract

    def wrong(term: Any, length: int, ends: Any, depths: Any, redex: Any, results: Any, out: Any) -> int:
        changed = redex.copy()
        if changed[jit.RULE] == jit.REJECT:
            changed[jit.RULE] = jit.SELECT
        reached: int = right(term, length, ends, depths, changed, results, out)
        return reached

    monkeypatch.setattr(jit, "contract", wrong)
    monkeypatch.setattr(jit, "check", jit.check.py_func)
    part = Encoded("terms", 3, 1_000)
    tally = part.check(Plan(), 0, part.total(Plan()))
    assert [failure.subject for failure in tally.failures][:1] == ["J ; *"]
    assert "reject gives" in tally.failures[0].what
    assert tally.failures[0].size == 3
    assert [failure.subject for failure in tally.failures][1:] == ["* ; J -> J"]


def test_terms_that_reduce_for_ever_are_followed_through_all_their_reducts() -> None:
    signature = Signature(9)
    omega = signature.encode(term_of("[<x>.[x].x].<x>.[x].x"))
    assert signature.normal_form(omega, BUDGET) is None
    assert exhaustive.final(signature, omega, 10) == [omega]
    assert exhaustive.final(signature, omega, 0) == [omega]
    within = signature.encode(term_of("([<x>.[x].x].<x>.[x].x); J->J"))
    assert exhaustive.final(signature, within, 100) == [omega]
    assert exhaustive.final(signature, within, 1) is None


class Graph:
    """In place of a signature: numbers that reduce to numbers."""

    def __init__(self, edges: dict[int, list[int]]) -> None:
        self.edges = edges

    def redexes(self, words: tuple[int, ...], unrolls: bool) -> list[tuple[int, int]]:
        return [(words[0], after) for after in self.edges[words[0]]]

    def contracted(self, words: tuple[int, ...], redex: tuple[int, int]) -> tuple[int, ...]:
        return (redex[1],)


def test_two_ends_of_a_graph_are_told() -> None:
    ends = {
        "a loop with two ways out": ({0: [1, 2], 1: [0, 3], 2: [4], 3: [], 4: []}, [(3,), (4,)]),
        "all in one loop": ({0: [1], 1: [2], 2: [0]}, [(0,)]),
        "ways that meet": ({0: [1, 2], 1: [3], 2: [3], 3: [3]}, [(3,)]),
    }
    for edges, wanted in ends.values():
        graph: Any = Graph(edges)
        assert sorted(exhaustive.final(graph, (0,), 10) or ()) == wanted


def test_digests_are_of_every_small_term() -> None:
    part = Encoded("terms", 4, 1_000)
    plan = Plan(certify=True)
    total = part.total(plan)
    pieces = [part.check(plan, 0, 100), part.check(plan, 100, total)]
    claims = [claim for tally in pieces for claim in tally.claims]
    assert sum(claim["count"] for claim in claims) == total == 435
    assert claims[0]["signature"] == Signature(4).to_json()
    assert [claim["size"] for claim in claims] == [4, 4]
    from calculus.verify.certificates import Digest, line

    digest = Digest()
    for term in enumeration.space(4, free=("f",), loops=False):
        digest.add(line(term, reduction.reduce(term, keep=False).result))
    found = sum(int(claim["digest"], 16) for claim in claims) % 2**256
    assert found == digest.sum


# Joins


def joined(text: str) -> int:
    """All forks of a term join, by sequences that really lead to one term; how many forks there are."""
    term = term_of(text)
    joiner = Joiner(Finder(rules.RULES).redexes)
    sides = [Fork(redex, contract(term, redex)) for redex in redexes(term)]
    count = 0
    for left, right in combinations(sides, 2):
        join = joiner.join(term, left, right)
        assert join is not None, f"{left}; {right}"
        ends = [
            [side.term, *(step.term for step in replayed(side.term, path))][-1]
            for side, path in ((left, join.left), (right, join.right))
        ]
        assert alpha_equal(*ends)
        count += 1
    return count


@pytest.mark.parametrize(
    ("text", "forks"),
    [
        ("J^*^J^*", 3),  # loops in loops, some of which end when they are unrolled
        ("[(f)^J].<x>.[x].x", 1),  # a loop that is copied
        ("[(f)^J].<x>.*", 1),  # and one that is dropped
        ("(f^J; J->f); J->f^J", 6),
        ("[<x>.[x].x].<x>.[x].x; J->J", 3),  # a side has no normal form
    ],
)
def test_forks_join(text: str, forks: int) -> None:
    assert joined(text) == forks


def test_loops_are_found_again_after_a_contraction() -> None:
    term = term_of("[f^J].<x>.[x]a.x")
    assert residuals(term, (0,), at(rules.BETA, ())) == [(0,), (1,)]
    nested = term_of("(f^J)^K")
    assert residuals(nested, (0,), at(rules.UNROLL, ())) == [(0,), (1, 0)]
    assert residuals(nested, (), at(rules.UNROLL, (0,))) == [()]
    assert residuals(term_of("K; J->f^J"), (1,), at(rules.REJECT, ())) == []


def test_what_does_not_join_is_told() -> None:
    """Two reducts as a wrong rule may give them."""
    term = term_of("J; K->f")
    left, right = (Fork(at(rules.REJECT, ()), term_of(text)) for text in ("J", "K"))
    assert Joiner(redexes).join(term, left, right) is None


# Critical pairs


def test_every_two_rules_that_overlap_do() -> None:
    overlapping = {
        frozenset((pair.outer.name.partition("-")[0], pair.inner.name.partition("-")[0]))
        for pair in critical.critical_pairs()
    }
    assert overlapping == {
        frozenset(names.split())
        for names in [
            "beta",
            "beta delta",
            "prefix beta",
            "prefix delta",
            "assoc select",
            "assoc reject",
            "assoc prefix",
            "assoc",
            "assoc exit",
            "unit select",
            "unit reject",
            "unit prefix",
            "unit assoc",
            "unit exit",
            "exit unroll",
        ]
    }


def test_contexts_interleave_in_every_way() -> None:
    """Without other actions in them, two β overlap by crossing and by nesting."""
    found = {
        critical.shown(pair.term) for peak in peaks(rules.BETA, rules.BETA, 0) for pair in pairs_of(peak)
    }
    assert found == {"[M]a.[N]b.a<x>.b<y>.P[x, y]", "[M]a.[N]b.b<x>.a<y>.P[x, y]"}


def pairs_of(peak: Any) -> Iterator[critical.CriticalPair]:
    yield from critical._instances(peak)


def test_critical_pairs_join_by_steps_of_the_textbook() -> None:
    part = CONFLUENCE.part("critical-pairs")
    plan = Plan(certify=True)
    tally = part.check(plan, 0, part.total(plan))
    assert not tally.failures
    assert len(tally.claims) == tally.checked == part.total(plan) > 300
    for claim in tally.claims[::10]:
        check_claim(claim)


def check_claim(claim: dict[str, Any]) -> None:
    """A fork and its joining sequences, with the textbook's reduction on the claim's texts."""
    assert claim["left"] != claim["right"]
    ends = []
    for side, path in (("left", "left_steps"), ("right", "right_steps")):
        term = term_of(claim["term"])
        for step in (claim[side], *claim[path]):
            after = [
                reduct
                for rule, position, reduct in reducts(term)
                if rule == step["rule"].partition("-")[0] and position == tuple(step["position"])
            ]
            term = term_of(step["term"])
            assert any(alpha_equal(reduct, term) for reduct in after), step
        ends.append(term)
    assert alpha_equal(*ends)


def test_pairs_are_shown_with_their_joins() -> None:
    pair = next(
        item for item in critical.critical_pairs() if (item.outer.name, item.inner.name) == ("exit", "unroll")
    )
    assert pair.told(critical.joined(pair)) == (
        "exit and unroll at 0: M^J ; J -> N\n"
        "  →exit M^J →unroll M ; J -> M^J\n"
        "  →unroll M ; J -> M^J ; J -> N →assoc M ; J -> (M^J ; J -> N) →exit M ; J -> M^J"
    )


def test_holes_hold_what_is_put_for_their_variables() -> None:
    pair = next(item for item in critical.critical_pairs() if item.outer is item.inner is rules.BETA)
    left, _ = pair.sides()
    assert critical.shown(pair.term).endswith("P[x, y]")
    assert "P[M, y]" in critical.shown(left.term)
    assert str(critical.instance(left.term)) == "[n]b.b<y>.m.y.p"  # for `m ; (y ; p)`


@pytest.mark.long
def test_critical_pairs_join_with_two_more_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(critical, "SPARE", 2)
    critical._critical_pairs.cache_clear()
    try:
        part = CONFLUENCE.part("critical-pairs")
        tally = part.check(Plan(), 0, part.total(Plan()))
    finally:
        critical._critical_pairs.cache_clear()
    assert not tally.failures and tally.checked > 2_000


# The property, as it is and with bugs


@pytest.mark.parametrize("part", CONFLUENCE.parts, ids=lambda part: part.name)
def test_parts_find_nothing_and_look_at_something(part: Any) -> None:
    plan = Plan(size=6, examples=15)
    total = part.total(plan)
    assert total > 0
    tally = part.check(plan, 0, min(total, 400))
    assert not tally.failures
    assert tally.checked == min(total, 400)
    assert sum(tally.counts.values()) > tally.counts.get("given up", 0)
    assert str(6 - getattr(part, "less", 0)) in part.statement(plan) or part.kind != "exhaustive"


def test_forks_are_certified_with_their_joins() -> None:
    part = EachTerm("forks", 3, 100, loops=True, what="{subjects}", begin=forks.checked)
    tally = part.check(Plan(certify=True), 0, part.total(Plan()))
    assert len(tally.claims) == tally.counts["forks"] > 10
    for claim in tally.claims:
        check_claim(claim)


def test_the_property_is_in_the_catalogue() -> None:
    assert "fmc.confluence" in ROOMS["fmc"]


M, N, P, J, K = Hole("M"), Hole("N"), Hole("P"), Label("J"), Label("K")

WRONG: dict[str, tuple[rules.Rule, dict[str, Any], str]] = {
    "assoc with two labels": (
        rules.ASSOC,
        {"left": JoinOf(JoinOf(M, J, P), K, N), "right": JoinOf(M, J, JoinOf(P, K, N))},
        "forks",
    ),
    "assoc drops the outer handler": (rules.ASSOC, {"right": JoinOf(M, J, P)}, "engine-narrow"),
    "reject of the handler's own label": (rules.REJECT, {"conditions": ()}, "forks"),
    "prefix captures": (rules.PREFIX, {"conditions": ()}, "engine"),
    "beta captures": (rules.BETA, {"conditions": (NoActionAt("H", rules.Place("a")),)}, "engine"),
    "unit of another label": (rules.UNIT, {"left": JoinOf(M, J, JumpOf(K))}, "forks"),
    "exit of another label": (rules.EXIT, {"left": JoinOf(LoopOf(M, K), J, N)}, "forks"),
    "select of another label": (rules.SELECT, {"left": JoinOf(JumpOf(K), J, N)}, "forks"),
    "unroll forgets the loop": (rules.UNROLL, {"right": M}, "engine-loops"),
}
"""Rules, what is wrong with them, and a part that should notice."""


def smallest_failure(name: str) -> Failure:
    """The first failure of a part, terms being looked at from small to large."""
    part = CONFLUENCE.part(name)
    total = part.total(Plan())
    for start in range(0, total, 250):
        tally = part.check(Plan(), start, min(total, start + 250))
        if tally.failures:
            return tally.failures[0]
    raise AssertionError(f"{name} finds nothing")


@pytest.mark.parametrize("bug", WRONG)
def test_wrong_rules_are_refuted_by_small_terms(bug: str) -> None:
    rule, fields, name = WRONG[bug]
    with planting.fields(rule, **fields)():
        found = smallest_failure(name)
    assert found.size <= 5
    assert "reduction: " in found.what or "no common reduct" in found.what
    assert size(term_of(found.subject)) == found.size


@pytest.mark.parametrize(
    "bug", ["assoc with two labels", "reject of the handler's own label", "exit of another label"]
)
def test_wrong_rules_have_critical_pairs_that_do_not_join(bug: str) -> None:
    rule, fields, _ = WRONG[bug]
    part = CONFLUENCE.part("critical-pairs")
    with planting.fields(rule, **fields)():
        tally = part.check(Plan(), 0, part.total(Plan()))
    assert tally.failures
    assert "no common reduct" in tally.failures[0].what


def test_generated_terms_that_refute_a_wrong_rule_are_made_small() -> None:
    rule, fields, _ = WRONG["assoc with two labels"]
    for name, wanted in (("normal-forms", "leftmost: "), ("larger-forks", "no common reduct")):
        with planting.fields(rule, **fields)():
            (first, *_) = CONFLUENCE.part(name).check(Plan(), 0, 200).failures
        assert first.size <= 8
        assert wanted in first.what


def test_beta_across_an_action_at_its_location_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded in the matcher, and in the engine's search for redexes."""
    ending = reduction._Index.chain_ending
    place_of = matching.location_of

    def chain_ending(self: Any, recent: Any) -> Any:
        if len(recent) == 3 and [action.op for action in recent] == [PUSH, PUSH, POP]:
            return rules.BETA, 3
        return ending(self, recent)

    def location_of(action: Term) -> str:
        # To contexts, pushes look as if they were elsewhere.
        return "elsewhere" if action.op is PUSH else place_of(action)

    monkeypatch.setattr(reduction._Index, "chain_ending", chain_ending)
    monkeypatch.setattr(matching, "location_of", location_of)
    found = smallest_failure("engine-narrow")
    assert found.size <= 6
    assert "no such redex" in found.what


def test_rules_match_every_peak_that_is_consistent() -> None:
    for pair in critical.critical_pairs()[::7]:
        assert match_rule(pair.outer, pair.term) is not None
        left, right = pair.sides()
        assert left.redex.position == () and right.redex.position == pair.position


@pytest.mark.long
@pytest.mark.parametrize("name", ["loop-free", "loops"])
def test_all_terms_of_the_target(name: str) -> None:
    part = CONFLUENCE.part(name)
    plan = Plan(size=9)
    tally = Tally()
    for start in range(0, part.total(plan), part.unit):
        tally.add(part.check(plan, start, min(start + part.unit, part.total(plan))))
    assert not tally.failures and "given up" not in tally.counts
    assert tally.checked == {"loop-free": 16_439_827, "loops": 768_157}[name]


@pytest.mark.long
@pytest.mark.parametrize(
    ("signature", "without", "wanted"),
    [
        (Signature(8), {jit.UNIT}, 450_876),
        (Signature(6, loops=True), {jit.UNIT, jit.EXIT}, 58_478),
        (Signature(6, loops=True), set(), 71_398),
    ],
    ids=["loop-free", "loops", "loops with all rules"],
)
def test_forks_of_the_first_check_are_found_again(
    signature: Signature, without: set[int], wanted: int
) -> None:
    """There are as many forks, without unit and exit, as were found to join before there were these rules."""
    count = 0
    for rank in range(signature.total):
        words = signature.words(rank)
        found = [redex for redex in signature.redexes(words) if redex[0] not in without]
        if len(found) > 1:
            different = {signature.contracted(words, redex) for redex in found}
            count += len(different) * (len(different) - 1) // 2
    assert count == wanted
