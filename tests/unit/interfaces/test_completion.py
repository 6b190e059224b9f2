"""What Tab offers, and when Enter takes an input."""

from pathlib import Path

import pytest

from calculus import registry
from calculus.interfaces.repl import plain
from calculus.interfaces.repl.completion import complete
from calculus.interfaces.repl.relational import RelationalSession
from calculus.interfaces.repl.session import Session
from calculus.settings import Settings


@pytest.fixture
def session() -> Session:
    session = Session(registry.get("fmc"), Settings(), lambda line: None)
    session.enter("def square = <x>.[x].[x].mul")
    session.enter("[1]counter")
    return session


def offered(session: Session, text: str) -> list[str]:
    start, words = complete(session, text)
    return [text[:start] + word for word, _ in words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1].sq", ["[1].square"]),
        ("[1].ad", ["[1].add"]),
        ("<value>.[val", ["<value>.[value"]),
        ("[1]cou", ["[1]counter"]),
        ("[1]ou", ["[1]out"]),
        ("[1].cou", ["[1].counter<"]),
        ("[1].in", ["[1].in<"]),
        ("[1].rn", ["[1].rnd<"]),
        ("de", ["def"]),
        ("[1].de", []),
        ("([2]; Fai->[1]); Fa", ["([2]; Fai->[1]); Fai", "([2]; Fai->[1]); False"]),
        (":und", [":undo"]),
        (":trace sq", [":trace square"]),
        (":set eng", [":set engine"]),
        (":set engine re", [":set engine reference"]),
        (":set nothing ", []),
        (":language f", [":language fmc"]),
        (":stacks x", []),
        ("[1] [2", []),
    ],
)
def test_offers(session: Session, text: str, expected: list[str]) -> None:
    assert offered(session, text) == expected


def test_offers_every_kind_at_the_beginning(session: Session) -> None:
    words = offered(session, "")
    assert {"def", "data", "law", "skip", "square", "mul", "in<", "counter<", "True"} <= set(words)
    assert "out<" not in words


def test_offers_only_locations_at_a_bracket(session: Session) -> None:
    assert offered(session, "[1]") == ["[1]counter", "[1]out"]


def test_offers_files(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.fmc").write_text("[1]")
    (tmp_path / ".hidden").write_text("")
    monkeypatch.chdir(tmp_path)
    assert offered(session, ":load f") == [":load file.fmc", ":load folder/"]
    assert offered(session, ":load ") == [":load file.fmc", ":load folder/"]
    assert offered(session, f":save {tmp_path}/fi") == [f":save {tmp_path}/file.fmc"]
    assert offered(session, ":load nowhere/") == []


@pytest.mark.parametrize(
    ("text", "incomplete"),
    [
        ("", False),
        ("[1", True),
        ("[1].", True),
        ("[1]", False),
        ("[1] [2]", False),
        ("def f =", True),
        ("def f = [1]", False),
        ("M; J->", True),
        (":load [", False),
        ('"abc', False),
    ],
)
def test_knows_what_is_incomplete(session: Session, text: str, incomplete: bool) -> None:
    assert plain.is_incomplete(session, text) == incomplete


@pytest.mark.parametrize(
    ("text", "offered", "not_offered"),
    [
        ("[A]; t", ["twice"], ["add("]),
        ("[A]; ", ["add(", "ex", "twice", "A"], ["add", "concat", "rnd<"]),
        ("ex x yy. [", ["x", "yy", "True"], ["twice", "add("]),
        ("d", ["def", "div("], []),
    ],
)
def test_relational_terms(text: str, offered: list[str], not_offered: list[str]) -> None:
    calculus = registry.get("rmc")
    session = RelationalSession(calculus, Settings(), lambda line: None)
    session.enter("def twice = (ex x. <x>; [x]; [x])")
    words = {word for word, _ in complete(session, text)[1]}
    assert set(offered) <= words
    assert not set(not_offered) & words


@pytest.mark.parametrize(
    ("text", "offered", "not_offered"),
    [
        ("", ["def", "law", "eml(", "half", "rate"], ["λ", "rate<", "add"]),
        ("eml(r", ["rate"], ["half"]),
        ("eml(1, h", ["half"], ["rate"]),
        ("eml(1, e", ["eml("], ["rate"]),
        ("eml(1)", [], ["eml(", "rate"]),
    ],
)
def test_trees(text: str, offered: list[str], not_offered: list[str]) -> None:
    session = Session(registry.get("eml"), Settings(), lambda line: None)
    session.enter("def half(x) = eml(x, 1)")
    session.set_stack("rate", [registry.require(session.calculus, "constant", 1)])
    session.enter("11E")
    words = {word for word, _ in complete(session, text)[1]}
    assert set(offered) <= words
    assert not set(not_offered) & words
