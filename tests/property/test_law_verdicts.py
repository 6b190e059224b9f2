"""Verdicts on laws of generated terms, against what running the terms shows."""

from itertools import islice, pairwise
from random import Random
from typing import Any

import pytest

import calculus
from calculus.fmc.reduction import contract, redexes
from calculus.fmc.rules import UNROLL
from calculus.machine.budget import Budget
from calculus.machine.effects import Effects
from calculus.machine.explore import explore
from calculus.machine.instructions import loop
from calculus.machine.relational.instructions import constructor, new, pop, push, sequence, star, variable
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.machine.state import Closure, State
from calculus.rmc.parser import parse_value
from calculus.source.text import Source
from calculus.term import Term
from calculus.verify.checker.directory import CHECKS
from calculus.verify.finding import Finding
from calculus.verify.generation import fmc, rmc
from calculus.verify.laws.verifying import verify

few_or_many = pytest.mark.parametrize(
    "many", [1, pytest.param(40, marks=pytest.mark.long)], ids=["few", "many"]
)
"""The number of laws, as a multiple of a few."""

LIMITS: dict[str, Any] = {"max_steps": 5_000, "max_seconds": 60.0}


def decided(language: str, law: str) -> Finding:
    return verify(f"law it: {law}", language, **LIMITS).findings[0]


# FMC


def outcomes(term: Term, stacks: dict[str, list[Term]], steps: int) -> tuple[set[Any], bool]:
    """The outcomes of all runs, whatever is drawn, and whether there are no others."""
    memory = {place: [Closure(value, {}) for value in values] for place, values in stacks.items()}
    found = explore(State(term, {}, memory, Effects((), exact=True)), Budget(steps), merge=True)
    return {answer.key() for answer in found}, found.complete


def memory_of(finding: Finding) -> dict[str, list[Term]]:
    assert finding.counterexample is not None
    stacks = finding.counterexample["stacks"]
    return {place: [calculus.parse("fmc", value) for value in values] for place, values in stacks.items()}


def fmc_terms(number: int, loops: bool = False) -> list[Term]:
    """Terms that draw; with `loops`, loops of such."""
    found = []
    for seed in range(number):
        choose = Random(f"{seed}").randrange
        term = fmc.term(choose, 3 + choose(14), effects=("rnd", "nd"), locations=("λ",), labels=("J", "K"))
        found.append(loop(term, "*") if loops else term)
    return found


@few_or_many
def test_fmc_terms_terminate_as_they_are_said_to(many: int) -> None:
    verdicts: list[str] = []
    for term in [*fmc_terms(20 * many), *fmc_terms(25 * many, loops=True)]:
        finding = decided("fmc", f"{term} terminates")
        verdicts.append(finding.verdict)
        if finding.verdict == "proved":
            assert outcomes(term, {}, 50_000)[1], term
        if finding.verdict == "refuted":
            assert not outcomes(term, memory_of(finding), 2_000)[1], term
    assert verdicts.count("proved") > 15 * many
    assert verdicts.count("refuted") > 3 * many


@few_or_many
def test_the_types_behind_termination_are_derived(many: int) -> None:
    derived = 0
    for seed in range(25 * many):
        choose = Random(f"{seed}").randrange
        term = fmc.term(choose, 3 + choose(20), loops=False, mode="tame")
        for claim in decided("fmc", f"{term} terminates").claims:
            CHECKS[claim["claim"]](claim)
            derived += 1
    assert derived > 15 * many


@few_or_many
def test_fmc_terms_are_as_deterministic_as_they_are_said_to_be(many: int) -> None:
    verdicts: list[str] = []
    for term in fmc_terms(60 * many):
        finding = decided("fmc", f"{term} deterministic")
        verdicts.append(finding.verdict)
        if finding.verdict == "proved":
            assert len(outcomes(term, {}, 2_000)[0]) <= 1, term
        if finding.verdict == "refuted":
            assert len(outcomes(term, memory_of(finding), 5_000)[0]) >= 2, term
    assert verdicts.count("proved") > 20 * many
    assert verdicts.count("refuted") > 2 * many


@few_or_many
def test_reducts_are_never_said_to_differ(many: int) -> None:
    proved = 0
    for number, term in enumerate(fmc_terms(20 * many)):
        reduct = term
        for _ in range(3):
            found = [item for item in redexes(reduct) if item.rule is not UNROLL]
            if found:
                reduct = contract(reduct, Random(number).choice(found))
        if reduct is not term:
            verdict = decided("fmc", f"{term} = {reduct}").verdict
            assert verdict != "refuted", (term, reduct)
            proved += verdict == "proved"
    assert proved > 5 * many


@few_or_many
def test_terms_said_to_differ_do_so_on_the_memory_shown(many: int) -> None:
    refuted = 0
    seeds = range(30 * many)
    terms = [fmc.term(Random(f"{seed}").randrange, 8, mode="tame", locations=("λ",)) for seed in seeds]
    for left, right in pairwise(terms):
        finding = decided("fmc", f"{left} = {right}")
        if finding.verdict != "refuted" or "then" in (finding.counterexample or {}):
            continue
        stacks = memory_of(finding)
        found = [calculus.run("fmc", side, stacks=stacks, max_steps=5_000) for side in (left, right)]
        assert str(found[0].to_json()["stacks"]) != str(found[1].to_json()["stacks"]) or (
            found[0].exit != found[1].exit
        ), (left, right)
        refuted += 1
    assert refuted > 5 * many


# Arithmetic

ABSOLUTE = "(<v>.[v].[0].lt.<b>.((b ; True -> [[v].neg] ; False -> [[v]]) ; <k>.k))"
LARGER = "(<w>.<v>.[v].[w].lt.<b>.((b ; True -> [[w]] ; False -> [[v]]) ; <k>.k))"
OPERATIONS = ("add", "sub", "mul", "neg", "mod", "lt", "le", "eq", "not", ABSOLUTE, LARGER)
COMMUTED = {"add": "<v>.<w>.[v].[w].add", "mul": "<v>.<w>.[v].[w].mul", "eq": "<v>.<w>.[v].[w].eq"}
COMMUTED |= {ABSOLUTE: f"neg.{ABSOLUTE}", LARGER: f"<v>.<w>.[v].[w].{LARGER}"}
COMMUTED |= {"lt": "<v>.<w>.[v].[w].gt", "le": "lt.not", "sub": "neg.add"}


def operations(random: Random) -> tuple[str, str]:
    """A few operations on three integers, and others that are often equal to them."""
    left: list[str] = []
    right: list[str] = []
    types = ["Int"] * 3
    for _ in range(random.randint(1, 5)):
        name = random.choice(OPERATIONS)
        wanted = ["Bool"] if name == "not" else ["Int"] * (1 if name in ("neg", ABSOLUTE) else 2)
        if types[-len(wanted) :] != wanted:
            left.append("[2]")
            right.append("[2]")
            types.append("Int")
            continue
        types[-len(wanted) :] = ["Bool" if name in ("lt", "le", "eq", "not") else "Int"]
        left.append(name)
        right.append(COMMUTED.get(name, name) if random.random() < 0.6 else name)
    return ".".join(left), " ; ".join(right)


@few_or_many
def test_formulas_agree_with_the_machine(many: int) -> None:
    proved = refuted = 0
    random = Random(0)
    for _ in range(40 * many):
        left, right = operations(random)
        finding = decided("fmc", f"{left} = {right} at Int Int Int")
        same = True
        for _ in range(8):
            values = [random.randint(-6, 6) for _ in range(3)]
            pushed = "".join(f"[{value}]." for value in values)
            found = [calculus.run("fmc", f"{pushed}({side})").to_json() for side in (left, right)]
            both_well = all(item["status"] == "done" for item in found)
            same = same and (found[0]["stacks"] == found[1]["stacks"] or not both_well)
        if finding.verdict == "proved":
            assert same, (left, right)
            proved += finding.by == "arithmetic"
        refuted += finding.verdict == "refuted"
    assert proved > 8 * many
    assert refuted > 2 * many


# RMC


SIGNATURE = {"Z": 0, "S": 1}
"""Of the terms and the memories."""


def rmc_terms(number: int, stars: bool = True) -> list[Term]:
    """Terms; of three the second iterates a term without iterations, and so does the third, as long as there
    is a successor on top.
    """
    found = []
    for seed in range(number):
        choose = Random(f"{seed}").randrange
        kind = {"tests": False, "constructors": SIGNATURE}
        if seed % 3 == 0 or not stars:
            found.append(rmc.term(choose, 4 + choose(12), **kind))
            continue
        body, after = (rmc.term(choose, 3 + choose(7), stars=False, **kind) for _ in range(2))
        if seed % 3 == 2:
            body = sequence(
                new(["n"], sequence(pop(constructor("S", variable("n"))), push(variable("n")))), body
            )
            after = sequence(pop(constructor("Z")), after)
        found.append(sequence(star(body), after))
    return found


def memories(seed: int) -> list[dict[str, list[Term]]]:
    choose = Random(f"memory {seed}").randrange
    return [{}, *(rmc.memory(choose, 3, constructors=SIGNATURE) for _ in range(5))]


def searched(term: Term, stacks: dict[str, list[Term]], steps: int, **how: Any) -> Search:
    search = Search(Query(term, {}, stacks), Budget(steps), count=True, **how)
    for _ in islice(search, 200):
        pass
    return search


def shown_memory(finding: Finding) -> dict[str, list[Term]]:
    assert finding.counterexample is not None
    return {
        place: [parse_value(Source(value)) for value in values]
        for place, values in finding.counterexample["stacks"].items()
    }


@few_or_many
def test_searches_end_as_they_are_said_to(many: int) -> None:
    by: list[str | None] = []
    for seed, term in enumerate(rmc_terms(30 * many)):
        finding = decided("rmc", f"{term} terminates")
        by.append(finding.by or finding.verdict)
        if finding.verdict == "proved":
            for stacks in memories(seed):
                search = searched(term, stacks, 20_000)
                assert search.complete or search.found >= 200, (term, stacks)
        if finding.verdict == "refuted":
            assert not searched(term, shown_memory(finding), 3_000).complete, term
    assert by.count("a measure that gets smaller") > 2 * many
    assert by.count("a run without end") > 2 * many


@few_or_many
def test_terms_have_as_many_answers_as_they_are_said_to_have(many: int) -> None:
    by: list[str | None] = []
    for seed, term in enumerate(rmc_terms(30 * many)):
        finding = decided("rmc", f"{term} deterministic")
        by.append(finding.by or finding.verdict)
        if finding.verdict == "proved":
            for stacks in memories(seed):
                search = searched(term, stacks, 3_000)
                assert len({answer.key() for answer in search.answers}) <= 1, (term, stacks)
        if finding.verdict == "refuted":
            query = Query(term, {}, shown_memory(finding))
            search = Search(query, Budget(20_000), strategy="bfs", mode="set")
            assert len(list(islice(search, 2))) == 2, term
    assert by.count("the spans") > 5 * many
    assert by.count("the choices") > many
    assert by.count("two answers") > 2 * many


@few_or_many
@pytest.mark.parametrize("level", ["multiset", "set"])
def test_relations_said_to_differ_do_so_on_the_memory_shown(level: str, many: int) -> None:
    terms = rmc_terms(20 * many, stars=False)
    refuted = 0
    for left, right in pairwise(terms):
        finding = decided("rmc", f"{left} = {right} as {level}")
        if finding.verdict != "refuted":
            continue
        memory = shown_memory(finding)
        mode = "set" if level == "set" else "multiset"
        sides = [searched(term, memory, 3_000, strategy="bfs", mode=mode).answers for term in (left, right)]
        counts = [{str(item.key()): item.multiplicity for item in side} for side in sides]
        found = counts if level == "multiset" else [set(item) for item in counts]
        assert found[0] != found[1], (left, right)
        refuted += 1
    assert refuted > 5 * many
