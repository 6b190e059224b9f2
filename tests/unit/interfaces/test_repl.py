"""The session: inputs from a person, undoing, languages, stepping."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import calculus
from calculus import registry
from calculus.interfaces.repl import commands
from calculus.interfaces.repl.session import Session
from calculus.settings import Settings


class Person:
    """Answers in turn; `EOFError` when there is none left."""

    def __init__(self, *answers: str) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.asked: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.asked.append(prompt)
        for answer in self._answers:
            return answer
        raise EOFError


def session(*answers: str, settings: Settings | None = None) -> tuple[Session, list[str], Person]:
    lines: list[str] = []
    person = Person(*answers)
    made = Session(registry.get("fmc"), settings or Settings(), lines.append, ask=person)
    return made, lines, person


def test_a_person_is_asked_for_input() -> None:
    talk, lines, person = session("", "[1", "40", "2")
    talk.enter("in<x>.in<y>.[x].[y].add")
    assert lines[-1] == "λ: 42"
    assert person.asked == ["in> "] * 4
    assert any("opened here" in line for line in lines)


def test_inputs_that_wait_are_taken_first() -> None:
    talk, lines, person = session("2")
    commands.execute(talk, ":input 1")
    talk.enter("in<x>.in<y>.[x].[y]")
    assert lines[-1] == "λ: 1, 2"
    assert len(person.asked) == 1


def test_nobody_answers() -> None:
    talk, lines, _ = session()
    talk.enter("[7]")
    talk.enter("[1].in<x>.[x]")
    assert lines[-2].startswith("suspended: waits for its host at in")
    assert lines[-1] == "the stacks are as they were before this input"
    commands.execute(talk, ":stacks")
    assert lines[-1] == "λ: 7"


def test_initial_stacks_and_inputs() -> None:
    one, two = calculus.parse("fmc", "1"), calculus.parse("fmc", "2")
    talk, lines, person = session(settings=Settings(stacks={"a": [one]}, inputs=[two]))
    talk.enter("a<x>.in<y>.[x].[y].add")
    assert lines == ["λ: 3"]
    assert not person.asked
    talk.undo()
    talk.show_stacks()
    assert lines[-1] == "a: 1"


def test_stepping_keeps_the_end_only() -> None:
    talk, lines, _ = session("", "c", "q", "", "q")
    commands.execute(talk, ":step [1].[2]")
    assert lines[-2:] == ["done: left with * after 2 steps", "λ: 1, 2"]
    commands.execute(talk, ":step [3].[4]")
    assert lines[-1] == "left before the end; the stacks are as they were"
    commands.execute(talk, ":undo")
    assert lines[-1] == "(no values)"


def test_the_stepper_counts_and_goes_back() -> None:
    talk, lines, _ = session("n 2", "b", "3", "n", "n", "help", "b 99", "c", "q")
    commands.execute(talk, ":step [1].[2].[3].[4]")
    shown = [line.split()[0] for line in lines if line.split()[0].isdecimal()]
    assert shown == ["0", "1", "2", "1", "2", "3", "4", "0", "1", "2", "3", "4"]
    assert lines.count("the run is over; b steps back, q quits") == 1
    assert lines[-1] == "λ: 1, 2, 3, 4"


def test_time_is_told() -> None:
    talk, lines, _ = session()
    commands.execute(talk, ":time [1].[2]")
    assert lines[0] == "λ: 1, 2"
    assert "2 steps" in lines[1] and "reference engine" in lines[1]


def test_undo_goes_back_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calculus.interfaces.repl.session.UNDOABLE", 10)
    talk, _, _ = session()
    for _ in range(15):
        talk.enter("[1]")
    for _ in range(10):
        assert talk.undo()
    assert not talk.undo()
    assert len(talk.now.stacks["λ"]) == 5


def test_saved_sessions_give_the_same(tmp_path: Path) -> None:
    talk, lines, _ = session()
    for text in (
        "def twice = <f>.f.f",
        "def add = <x>.<y>.[x]",
        "[[5]].twice",
        "[1].J",
        "5",
        '[2]c."text"',
        "add",
    ):
        talk.enter(text)
    before = lines[-2:]
    commands.execute(talk, f":save {tmp_path / 'saved.fmc'}")
    again, repeated, _ = session()
    commands.execute(again, f":load {tmp_path / 'saved.fmc'}")
    commands.execute(again, ":main")
    assert repeated[-2:] == before == ["λ: 5, 1", "c: 2"]


@pytest.mark.parametrize("limit", [":set max-steps 10", ":set max-seconds 0"])
def test_limits_keep_the_session(limit: str) -> None:
    talk, lines, _ = session()
    talk.enter("[1]")
    commands.execute(talk, limit)
    commands.execute(talk, ":set engine reference")
    talk.enter("(*)^*")
    assert lines[-2].startswith("stopped by the limit on")
    commands.execute(talk, ":stacks")
    assert lines[-1] == "λ: 1"


def test_long_values_are_cut() -> None:
    talk, lines, _ = session()
    talk.enter("def d = <x>.[[x].[x]]")
    talk.enter("[1]" + ".d" * 80)
    assert len(lines[-1]) < 3000 and lines[-1].endswith("…")
