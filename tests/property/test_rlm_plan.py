"""Plans against what happens: runs make the calls that were planned, and certificates hold when they are
counted again.
"""

import random

import pytest

from calculus.rlm.planning import PlanProblem, plan, recheck
from calculus.rlm.planning.certificate import digest
from calculus.rlm.planning.shape import shape
from calculus.rlm.program import parse_program
from calculus.source.text import Source
from calculus.verify.generation.rlm import document, program
from calculus.verify.properties.rlm.running import WAYS, run

QUERY = "wö?"

PROGRAMS = [program(random.Random(seed).randrange, 20) for seed in range(40)]
FLAT = parse_program(Source('concat (map (\\c. oracle (ask "Read." query c)) (split k document))'))
"""Without recursion."""


def check_runs(seed: int, count: int, most: int) -> int:
    """Plan and run so many programs; how many of the plans were exact."""
    random_ = random.Random(seed)
    exact = 0
    for _ in range(count):
        number = random_.randrange(len(PROGRAMS))
        text = document(random_.randrange, most)
        found = plan(
            PROGRAMS[number],
            document=text,
            query=QUERY,
            k=random_.randrange(2, 9),
            tau=random_.randrange(4, 60),
            by=random_.choice(WAYS),
            measure=random_.choice(("bytes", "characters")),
            max_output=random_.choice((3, 8)),
            filter_output=4,
            window=1_000_000,
        )
        made = run(PROGRAMS[number], text, QUERY, found, random_.randrange)
        case = (number, found.k, found.tau, found.by, found.unit, text)
        assert made.calls <= found.calls, case
        assert made.calls == found.calls or not found.calls_exact, case
        assert made.tokens <= found.tokens_in, case
        assert made.longest <= found.longest, case
        exact += found.calls_exact
    return exact


def test_runs_make_the_calls_that_were_planned() -> None:
    assert check_runs(1, 300, 90) > 150


def test_a_character_that_is_moved_whole_may_leave_a_part_less() -> None:
    # Nine bytes, but only three places to cut at.
    text = "😀😀;"
    found = plan(FLAT, document=text, query=QUERY, k=4, tau=58, by="records:;", window=10_000)
    made = run(FLAT, text, QUERY, found, random.Random(0).randrange)
    assert (found.calls, made.calls, found.calls_exact) == (3, 3, True)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100))
def test_runs_make_the_calls_that_were_planned_at_length(seed: int) -> None:
    assert check_runs(1000 + seed, 1000, 300) > 500


def test_plans_for_a_size_are_those_of_documents_of_it() -> None:
    random_ = random.Random(3)
    for _ in range(120):
        number = random_.randrange(len(PROGRAMS))
        text = document(random_.randrange, 150, "ab \n;")
        options = {
            "query": QUERY,
            "k": random_.randrange(2, 9),
            "tau": random_.randrange(4, 60),
            "by": random_.choice(WAYS),
            "max_output": 5,
            "filter_output": 4,
            "window": 1_000_000,
        }
        try:
            found = plan(PROGRAMS[number], size=len(text), **options)
        except PlanProblem as problem:
            assert "no plan for a size" in str(problem) and options["by"] != "characters"
            continue
        made = run(PROGRAMS[number], text, QUERY, found, random_.randrange)
        case = (number, found.k, found.tau, found.by, text)
        assert made.calls == found.calls if found.calls_exact else made.calls <= found.calls, case
        assert made.tokens <= found.tokens_in, case
        assert made.longest <= found.longest, case


def certificates(seed: int, count: int):
    random_ = random.Random(seed)
    for _ in range(count):
        options = {
            "k": random_.randrange(2, 9),
            "tau": random_.randrange(4, 60),
            "by": random_.choice(WAYS),
            "measure": random_.choice(("bytes", "characters")),
            "max_output": 5,
            "filter_output": 3,
            "window": 1_000_000,
            "detect": random_.random() < 0.5,
            "retries": random_.randrange(3),
            "tokens": random_.choice(("bytes", "ratio:3.5")),
        }
        if random_.random() < 0.5:
            options["document"] = document(random_.randrange, 200)
        else:
            options["size"] = random_.randrange(3000)
        try:
            yield plan(random_.choice(PROGRAMS), query=QUERY, **options).to_json()
        except PlanProblem as problem:
            assert "no plan for a size" in str(problem)


def test_certificates_hold_when_they_are_counted_again() -> None:
    for certificate in certificates(4, 150):
        assert recheck(certificate) == []


CHANGES = {
    name: (lambda value: value + 1)
    for name in (
        *("window", "depth", "leaves", "internal", "calls", "calls_most", "tokens_in", "tokens_out"),
        *("cost", "longest", "span", "h", "g", "h_f", "o", "o_f", "p", "retries", "workers"),
    )
} | {
    "fits": lambda value: not value,
    "detect": lambda value: not value,
    "document": lambda value: None if value else "0" * 64,
    "accuracy": lambda value: {**value, "needle": value["needle"] + 1e-3},
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_changed_certificate_is_caught(name: str) -> None:
    # Signed again, so that it is not only its digest that is wrong.
    for certificate in certificates(5, 12):
        if name == "workers" and certificate["calls"] == certificate["chain"]:
            continue
        changed = {**certificate, name: CHANGES[name](certificate[name])}
        changed["digest"] = digest(changed)
        assert recheck(changed), (name, certificate[name])


def test_a_changed_tree_or_call_is_caught() -> None:
    for certificate in certificates(6, 20):
        for part, names in (
            ("trees", ("leaves", "internal", "depth")),
            ("sites", ("calls", "times", "tokens_in", "longest", "limit")),
        ):
            for index, item in enumerate(certificate[part]):
                for name in names:
                    known = certificate["counted"] == "size" and certificate["by"] == "characters"
                    if name == "longest" and not (known and certificate["unit"] == "bytes"):
                        continue  # it depends on the document
                    if name == "times" and item["calls"] == 0:
                        continue  # of nodes that there are none of, any number of calls is none
                    items = [*certificate[part]]
                    items[index] = {**item, name: item[name] + 1}
                    changed = {**certificate, part: items}
                    changed["digest"] = digest(changed)
                    assert recheck(changed), (part, index, name)


def test_whatever_else_is_changed_has_another_digest() -> None:
    certificate = next(certificates(7, 9))
    for name in ("seed", "program", "query", "by", "assumptions", "n"):
        value = certificate[name]
        changed = {**certificate, name: [*value, ""] if isinstance(value, list) else f"{value}0"}
        assert any("digest" in problem for problem in recheck(changed))


def test_trees_of_plans_are_those_of_the_formulas() -> None:
    for certificate in certificates(8, 100):
        if certificate["unit"] == "characters" and certificate["by"] == "characters":
            for tree in certificate["trees"]:
                shapes = [shape(n, tree["k"], tree["tau"]) for n in tree["sizes"]]
                if tree["recurs"]:
                    assert sum(found.leaves for found in shapes) == tree["leaves"]
                    assert sum(found.internal for found in shapes) == tree["internal"]
                    assert max(found.depth for found in shapes) == tree["depth"]
