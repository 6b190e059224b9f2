"""Bugs that are planted are noticed, each by the part that is said to, with a small counterexample."""

import sys
from pathlib import Path

import pytest

import calculus
from calculus.fmc import reduction, rules
from calculus.source.diagnostic import UsageProblem
from calculus.verify import bugs
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.listing import BUGS, named, table
from calculus.verify.bugs.planting import entry, everywhere, fields, instead, together
from calculus.verify.bugs.running import Result, look
from calculus.verify.catalogue import find
from calculus.verify.property import Plan

SECONDS = 30.0

CHEAP = (
    "integers-lose-their-sign",
    "sums-lose-a-summand",
    "substitution-captures",
    "reject-drops-the-next-handler",
    "dual-not-reversed",
    "spans-compose-without-renaming",
    "machine-without-occurs-check",
    "argument-from-0-to-2-pi",
    "split-loses-a-part",
)
"""Bugs that are noticed at once and leave nothing behind in what is kept."""


def confirm(bug: Bug, result: Result) -> None:
    assert result.refuted, result
    assert result.error is None
    assert result.what
    assert result.seconds < SECONDS
    if bug.nodes is not None:
        assert result.nodes is not None and result.nodes <= bug.nodes, result


@pytest.mark.parametrize("name", CHEAP)
def test_a_bug_is_noticed(name: str) -> None:
    (bug,) = named([name])
    confirm(bug, look(bug))


@pytest.mark.long
@pytest.mark.parametrize("name", [bug.name for bug in BUGS])
def test_every_bug_is_noticed_in_a_process_of_its_own(name: str) -> None:
    (result,) = bugs.check([name])
    (bug,) = named([name])
    confirm(bug, result)


def test_the_catalogue_is_large_and_has_all_rooms() -> None:
    assert len(BUGS) >= 40
    assert len({bug.name for bug in BUGS}) == len(BUGS)
    rooms = "parser printer binding reduction machine kernel unification spans dual types split planner"
    assert {*rooms.split(), "equality", "EML branches", "encodings"} <= {bug.room for bug in BUGS}
    for bug in BUGS:
        item = find(bug.refuted_by.calculus, bug.refuted_by.property)
        assert bug.refuted_by.part in (None, *(part.name for part in item.parts)), bug.name


def test_what_is_planted_is_taken_away() -> None:
    before = _state()
    for bug in BUGS:
        with bug.plant():
            pass
    assert _state() == before


def _state() -> dict[tuple[str, str], int]:
    """What the names of our modules and classes stand for."""
    found: dict[tuple[str, str], int] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("calculus.") and not name.startswith("calculus.verify.bugs"):
            for attribute, value in list(vars(module).items()):
                if not attribute.startswith("__"):
                    found[name, attribute] = id(value)
                if isinstance(value, type):
                    found |= {(f"{name}.{attribute}", key): id(item) for key, item in vars(value).items()}
    return found


def test_a_function_is_another_wherever_it_is_used() -> None:
    right = reduction.contract
    term = calculus.parse("fmc", "[1].<x>.x")
    with everywhere(reduction.contract, lambda _: lambda term, redex, definitions=None: term)():
        from calculus.verify.properties.fmc import steps

        assert steps.contract is reduction.contract is not right
        (redex,) = reduction.redexes(term)
        assert reduction.contract(term, redex) is term
    assert steps.contract is reduction.contract is right


def test_changes_are_undone_when_something_is_raised() -> None:
    class Owner:
        value = 1

    table = {"key": 1}
    conditions = rules.BETA.conditions
    plant = together(
        instead(Owner, "value", lambda right: right + 1),
        entry(table, "key", lambda right: right + 1),
        fields(rules.BETA, conditions=()),
    )
    with pytest.raises(ValueError, match="inside"), plant():
        assert (Owner.value, table, rules.BETA.conditions) == (2, {"key": 2}, ())
        raise ValueError("inside")
    assert (Owner.value, table, rules.BETA.conditions) == (1, {"key": 1}, conditions)


def test_what_is_right_is_not_refuted() -> None:
    bug = Bug("none", "dual", "nothing is wrong", fields(rules.BETA), Where("rmc", "duality", "steps"))
    result = look(bug)
    assert not result.refuted
    assert str(result).startswith("none: not refuted by rmc: duality/steps (")


def test_names_are_checked() -> None:
    with pytest.raises(UsageProblem, match="there is no bug 'unheard-of'"):
        named(["unheard-of"])


def test_results_are_shown() -> None:
    result = Result("b", "parser", True, "fmc: syntax/exhaustive", "-1", "reads as 1", 1, 0.25)
    assert str(result) == "b: refuted by fmc: syntax/exhaustive in 0.2 s, 1 nodes: -1: reads as 1"
    assert result.to_json()["counterexample"] == "-1"
    assert Plan().size is None


def test_the_table_of_the_documentation_is_that_of_the_catalogue() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "seeded-bugs.md"
    assert table() in page.read_text(encoding="utf-8")
