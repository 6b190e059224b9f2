"""Petri nets as a calculus of the registry: known nets, questions, views, formats."""

from pathlib import Path
from typing import Any

import pytest

import calculus
from calculus.encodings.petri.language import PetriProgram
from calculus.encodings.petri.net import Net
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source
from tests.benchmarks import nets

EXAMPLES = Path(__file__).parents[4] / "examples" / "petri"

WATER = "place h 4, o 2, w\ntransition burn: 2 h + o -> 2 w\n"


def program(net: Net) -> PetriProgram:
    return PetriProgram(Source(""), net)


def solved(subject: Any, question: str | None = None, **options: Any) -> Any:
    options = {"engine": "reference"} | options
    found = calculus.solve("petri", subject, inputs=[] if question is None else [question], **options)
    for _ in found:
        pass
    return found


def texts(subject: Any, question: str | None = None, **options: Any) -> list[str]:
    found = solved(subject, question, **options)
    assert found.complete
    return [found.view(answer).text for answer in found.answers]


def test_water() -> None:
    assert texts(WATER) == ["4 h + 2 o", "2 h + o + 2 w", "4 w  (deadlock)"]
    assert texts(WATER, "before 4 w") == ["4 w", "2 h + o + 2 w", "4 h + 2 o"]


@pytest.mark.parametrize(
    ("net", "count", "dead"),
    [
        (nets.dining(3), 4, 0),
        (nets.dining(5), 11, 0),
        (nets.dining_left(2), 6, 1),
        (nets.dining_left(3), 14, 1),
        (nets.dining_left(4), 34, 1),
        (nets.kanban(1), 160, 0),
        (nets.counters(3, 4), 125, 0),
    ],
    ids=["dining-3", "dining-5", "left-2", "left-3", "left-4", "kanban-1", "counters"],
)
def test_known_nets(net: Net, count: int, dead: int) -> None:
    found = solved(program(net))
    views = [found.view(answer).data for answer in found.answers]
    assert found.complete
    assert len(views) == count
    assert sum(view["deadlock"] for view in views) == dead


@pytest.mark.parametrize(
    ("file", "count"), [("mutex.net", 3), ("buffer.net", 12), ("dining.pnml", 11), ("dining-left.net", 14)]
)
def test_examples_have_the_known_numbers(file: str, count: int) -> None:
    assert len(texts(Source.read(EXAMPLES / file))) == count


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("w = 4", ["4 w  (deadlock)"]),
        ("4 w", ["4 w  (deadlock)"]),
        ("w = 3", []),
        ("w >= 2", ["2 h + o + 2 w", "4 w  (deadlock)"]),
        ("o = 1, h = 2", ["2 h + o + 2 w"]),
        ("deadlock", ["4 w  (deadlock)"]),
        ("deadlock, h = 2", []),
        ("2 h + 2 h + o + o", ["4 h + 2 o"]),
        ("0", []),
        ("before 2 w", ["2 w", "2 h + o"]),
        ("before 0", ["0"]),
    ],
)
def test_questions(question: str, answers: list[str]) -> None:
    assert texts(WATER, question) == answers


def test_the_question_of_the_text_gives_way_to_an_input() -> None:
    assert texts(WATER + "goal 3 w\n") == []
    assert texts(WATER + "goal 3 w\n", "o = 2") == ["4 h + 2 o"]
    assert texts(WATER + "before 2 w\n") == ["2 w", "2 h + o"]


def test_json() -> None:
    found = solved(WATER, "w >= 3").to_json()
    assert found["language"] == "petri"
    assert found["complete"] is True
    assert [answer["source"] for answer in found["answers"]] == [{"marking": {"w": 4}, "deadlock": True}]
    assert "deadlock" not in solved(WATER, "before 4 w").to_json()["answers"][0]["source"]


def test_a_limit_leaves_it_open() -> None:
    """In an unbounded net a goal that is not found is not denied."""
    text = "place a 1, b\ntransition t: a -> a + b\n"
    found = solved(text, "a = 2", max_steps=5_000)
    assert (found.status, found.complete, found.found) == ("budget", False, 0)
    found = solved(text, "b >= 3", max_answers=1)
    assert found.view(found.answers[0]).text == "a + 3 b"


def test_the_unbounded_is_warned_of() -> None:
    (warning,) = calculus.check(
        "petri", "place a 1, b, c 1\ntransition s: c -> a\ntransition t: 2 a -> 2 a + b\n"
    )
    assert warning.severity == "warning"
    assert warning.span is not None and warning.span.text == "t"
    assert warning.notes[0].message == "after s, each turn of t adds tokens to b"
    assert calculus.check("petri", WATER) == []
    # Backwards from somewhere is a net of its own.
    text = "place a 1, b\ntransition t: a + b -> a\n"
    assert calculus.check("petri", text) == []
    (warning,) = calculus.check("petri", text + "before a\n")
    assert warning.notes[0].message == "each turn of t adds tokens to b"


def test_strategies_find_the_same() -> None:
    net = program(nets.dining_left(3))
    expected = sorted(texts(net))
    for strategy in ("bfs", "fair"):
        assert sorted(texts(net, strategy=strategy)) == expected


def test_multiset_mode_counts_runs() -> None:
    text = "place a 1, b 1, c, d\ntransition s: a -> c\ntransition t: b -> d\n"
    assert len(texts(text)) == 4
    assert len(texts(text, mode="multiset")) == 5  # the end is reached in two ways


def test_translations() -> None:
    assert calculus.translate("petri", WATER) == (
        "[T]h; [T]h; [T]h; [T]h; [T]o; [T]o; (h<T>; h<T>; o<T>; [T]w; [T]w)*\n"
    )
    pnml = calculus.translate("petri", WATER, to="pnml")
    assert texts(pnml) == texts(WATER)
    net = "place h 4\nplace o 2\nplace w\ntransition burn: 2 h + o -> 2 w\n"
    assert calculus.translate("petri", pnml, to="net") == net
    asked = calculus.translate("petri", WATER + "goal deadlock\n")
    assert " ".join(asked.split()) == (
        "[End]h; [End]o; [T]h; [T]h; [T]h; [T]h; [T]o; [T]o; (h<T>; h<T>; o<T>; [T]w; [T]w)*; "
        "(h<End>; [End]h + h<T>; h<End>; [End]h; [T]h + h<T>; h<T>; [T]h; [T]h; o<End>; [End]o)"
    )
    with pytest.raises(UsageProblem):
        calculus.translate("petri", WATER, to="fmc")


def test_dual() -> None:
    assert str(calculus.dual("place a 1, b\ntransition t: a -> b\n", "petri")) == "(b<T>; [T]a)*; a<T>"


def test_a_place_of_any_name_has_a_location_of_its_own() -> None:
    text = 'place ex 1, "a b" 1, "a-b" 1, a_b 1, A_b 1, "ü" 1, "→" 1, "1" 1, p1 1, lambda 1, p 1\n'
    rmc = calculus.translate("petri", text)
    words = rmc.removesuffix("; 0*\n").replace("\n ", "").split("; ")
    assert len(set(words)) == len(words) == 11
    (view,) = (solved(text).to_json()["answers"][0]["source"],)
    assert list(view["marking"].values()) == [1] * 11
    found = calculus.solve("rmc", rmc, mode="set")
    assert len(next(iter(found)).stacks) == 11


def test_layout() -> None:
    text = 'net   "two  words"\n'.replace("  words", " words")
    text += "place a   1,b -- two\n\n\n  , c\ntransition t :2 a+b→ 0 -- end\ngoal a>=1 ,b ≥ 2, deadlock\n"
    expected = (
        'net "two words"\n'
        "place a 1, b -- two\n\n"
        "  , c\n"
        "transition t: 2 a + b -> 0 -- end\n"
        "goal a >= 1, b >= 2, deadlock\n"
    )
    assert calculus.format("petri", text) == expected
    assert calculus.format("petri", expected) == expected
    unicode = calculus.format("petri", text, unicode=True)
    assert "2 a + b → 0" in unicode
    assert calculus.format("petri", unicode) == expected


def test_large_nets() -> None:
    """Reading, writing and translating take time in proportion to the net."""
    net = nets.counters(500, 2)
    text = calculus.translate("petri", calculus.translate("petri", to_text_of(net), to="pnml"), to="net")
    assert text == to_text_of(net)
    assert calculus.translate("petri", text).count("<T>") == 1_000


def to_text_of(net: Net) -> str:
    from calculus.encodings.petri.printer import to_text

    return to_text(net)


def test_input_is_checked() -> None:
    with pytest.raises(CalculusError) as caught:
        solved(WATER, "2 x")
    assert caught.value.span is not None
    assert (caught.value.span.source.name, caught.value.span.text) == ("--input", "x")
    with pytest.raises(CalculusError, match="expected"):
        solved(WATER, "h = ")
