"""Petri nets: the answers of the encoding are the markings that a brute-force explorer finds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import calculus
from calculus.encodings.petri.analysis import growth
from calculus.encodings.petri.language import PetriProgram
from calculus.encodings.petri.net import Before, Goal, Net, Transition, name_problem
from calculus.encodings.petri.pnml import format_pnml, from_pnml, to_pnml
from calculus.encodings.petri.printer import question_text, to_text
from calculus.encodings.petri.syntax import read_net, read_question
from calculus.source.text import Source
from calculus.verify.generation.sources.petri import net as some_net
from calculus.verify.independent.petri import Vector, explore, stuck, vector
from calculus.verify.strategies.choices import built

MOST = 150

ODD_NAMES = ("p", "q", "Z", "goal", "a b", "ex", "é-1", "<&>\"'", "]]>", "Übergang →", "1", "x_1", "\\", "λ")
NAMES = st.sampled_from(ODD_NAMES) | st.text(min_size=1, max_size=8).filter(
    lambda name: name_problem(name) is None
)


def nets(names: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Net]:
    """Nets of a few places and transitions, with names that are told apart."""
    if names is None:
        return built(some_net, 20)
    chosen = st.lists(names, min_size=4, max_size=8, unique=True)
    return chosen.flatmap(lambda words: built(some_net, 20, names=words))


def answers(net: Net, engine: str = "reference") -> list[dict[str, Any]]:
    """What the source views of all answers say; each answer comes once."""
    found = calculus.solve("petri", PetriProgram(Source(""), net), engine=engine, max_steps=50_000)
    assert found.view is not None
    views = [found.view(answer).data for answer in found]
    assert found.complete
    return views


def markings(net: Net, engine: str = "reference") -> list[Vector]:
    return [vector(view["marking"], net.places) for view in answers(net, engine)]


@given(nets())
def test_reachable_markings_and_deadlocks(net: Net) -> None:
    expected = explore(net, net.initial, MOST)
    assume(expected is not None)
    assert expected is not None
    found = answers(net)
    assert len(found) == len(expected)
    assert {(vector(view["marking"], net.places), view["deadlock"]) for view in found} == {
        (marking, stuck(net, marking)) for marking in expected
    }


@settings(max_examples=20)
@given(nets())
def test_the_kernel_agrees(net: Net) -> None:
    assume(explore(net, net.initial, MOST) is not None)
    assert markings(net, "kernel") == markings(net)


@given(nets(), st.data())
def test_goals(net: Net, data: st.DataObject) -> None:
    expected = explore(net, net.initial, MOST)
    assume(expected is not None)
    assert expected is not None
    asked = data.draw(st.lists(st.sampled_from(net.places), max_size=3, unique=True))
    split = data.draw(st.integers(0, len(asked)))
    wanted = {place: data.draw(st.integers(0, 3)) for place in asked}
    goal = Goal(
        {place: wanted[place] for place in asked[:split]},
        {place: wanted[place] for place in asked[split:]},
        data.draw(st.booleans()),
    )

    def fits(marking: Vector) -> bool:
        have = dict(zip(net.places, marking, strict=True))
        exactly = all(have[place] == count for place, count in goal.exactly.items())
        enough = all(have[place] >= count for place, count in goal.at_least.items())
        return exactly and enough and (not goal.dead or stuck(net, marking))

    found = markings(replace(net, question=goal))
    assert len(found) == len(set(found))
    assert set(found) == set(filter(fits, expected))


@given(nets())
def test_before_runs_the_net_backwards(net: Net) -> None:
    expected = explore(net, net.initial, MOST, backwards=True)
    assume(expected is not None)
    assert set(markings(replace(net, question=Before(net.initial)))) == expected


@given(nets(), st.data())
def test_the_dual_is_the_converse(net: Net, data: st.DataObject) -> None:
    """M' is reached from M by the net just if M is reached from M' by the dual of the net's term."""
    forwards = explore(net, net.initial, MOST)
    assume(forwards is not None)
    assert forwards is not None
    target = dict(zip(net.places, data.draw(st.sampled_from(sorted(forwards))), strict=True))
    assume(explore(net, target, MOST, backwards=True) is not None)
    program = PetriProgram(Source(""), net)
    stacks = {place: ["T"] * count for place, count in target.items()}
    dual = calculus.dual(program, "petri")
    found = calculus.solve("rmc", dual, stacks=stacks, mode="set", engine="reference")
    # The dual pops the initial marking at last; nothing is left if it was just that.
    assert any(not answer.stacks for answer in found)


@given(nets())
def test_growth_is_never_claimed_wrongly(net: Net) -> None:
    finite = explore(net, net.initial, 2_000) is not None
    found = growth(net)
    assert not (finite and found)
    if found is None:
        # Such small nets are searched far enough.
        assert finite
        return
    marking = dict(net.initial)
    by_name = {item.name: item for item in net.transitions}
    for name in found.before:
        assert by_name[name].enabled(marking)
        marking = by_name[name].fire(marking)
    before = marking
    for name in found.turn:
        assert by_name[name].enabled(marking)
        marking = by_name[name].fire(marking)
    more = [place for place in net.places if marking.get(place, 0) > before.get(place, 0)]
    assert all(marking.get(place, 0) >= before.get(place, 0) for place in net.places)
    assert tuple(more) == found.places != ()


def without_places(net: Net) -> Net:
    """The net without where its parts stood in a text."""
    parts = (Transition(item.name, item.inputs, item.outputs) for item in net.transitions)
    return replace(net, transitions=tuple(parts))


@given(nets(NAMES), NAMES, st.sampled_from(["", "dead", "exact", "least", "before"]))
def test_texts_round_trip(net: Net, name: str, kind: str) -> None:
    question: Any = {
        "": None,
        "dead": Goal(dead=True),
        "exact": Goal(exactly={net.places[0]: 2}, at_least=dict.fromkeys(net.places[1:], 1)),
        "least": Goal(at_least={net.places[-1]: 0}, dead=True),
        "before": Before(net.initial),
    }[kind]
    net = replace(net, name=name, question=question)
    assert without_places(read_net(Source(to_text(net)))) == net
    assert without_places(from_pnml(Source(to_pnml(net)))) == net
    assert format_pnml(Source(to_pnml(net))) == to_pnml(net)
    for unicode in (False, True):
        laid_out = calculus.format("petri", to_text(net), unicode=unicode)
        assert read_net(Source(laid_out)) == net
        assert calculus.format("petri", laid_out, unicode=unicode) == laid_out
    if question is not None:
        assert read_question(Source(question_text(question, net.places)), net) == question


@given(nets(NAMES))
def test_the_translation_is_a_program_with_the_same_answers(net: Net) -> None:
    expected = explore(net, net.initial, 30)
    assume(expected is not None)
    program = PetriProgram(Source(""), net)
    text = calculus.translate("petri", to_text(net))
    found = calculus.solve("rmc", text, mode="set", engine="reference")
    assert {
        vector(calculus.registry.get("petri").view(program, answer).data["marking"], net.places)
        for answer in found
    } == expected


@pytest.mark.long
@settings(max_examples=5_000)
@given(nets())
def test_many_nets(net: Net) -> None:
    expected = explore(net, net.initial, MOST)
    assume(expected is not None)
    assert set(markings(net)) == expected
