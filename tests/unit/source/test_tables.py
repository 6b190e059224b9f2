"""Tables come from Lark once, then from a cache that is never trusted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from calculus.source import tables
from calculus.source.shipped import shipped
from calculus.source.tables import GrammarError, build_tables, load_tables

STARTS = ("item", "term", "type")
PARSE = """
import sys
from calculus.fmc.parser import parse_program
from calculus.source.text import Source
print(parse_program(Source('[2].[3].add')).main, 'lark' in sys.modules)
"""


def parse(cache: Path | str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PARSE],
        env={**os.environ, "XDG_CACHE_HOME": str(cache), **environment},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_second_start_does_without_lark(tmp_path: Path) -> None:
    assert parse(tmp_path) == "[2].[3].add True"
    assert [path.suffix for path in (tmp_path / "calculus").iterdir()] == [".json"]
    assert parse(tmp_path) == "[2].[3].add False"


def test_no_place_for_a_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert parse(tmp_path / "file") == "[2].[3].add True"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache file, written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load_tables("fmc", STARTS)
    (path,) = (tmp_path / "calculus").iterdir()
    return path


def test_cache_gives_what_was_built(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = build_tables(shipped("grammars") / "fmc.lark", STARTS)
    monkeypatch.setattr(tables, "build_tables", None)
    read = load_tables("fmc", STARTS)
    assert json.dumps(read) == json.dumps(built)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"null",
        b'{"format": 0}',
        b"[" * 100_000,
        b'{"grammar": "other"}',
    ],
)
def test_bad_cache_is_built_afresh(cache: Path, content: bytes) -> None:
    good = cache.read_bytes()
    cache.write_bytes(content)
    load_tables("fmc", STARTS)
    assert cache.read_bytes() == good


def test_cache_of_another_grammar_is_not_used(cache: Path) -> None:
    data = json.loads(cache.read_bytes())
    data["grammar"] += "\n// changed"
    data["tables"] = None
    cache.write_text(json.dumps(data))
    assert load_tables("fmc", STARTS).terminals


def test_relative_cache_home_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    load_tables("fmc", STARTS)
    assert (tmp_path / ".cache").exists()
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize(
    "grammar",
    [
        'item: item "+" item -> sum\n | "x" -> x\n',
        "item: a -> one\n | b -> other\na: X -> a\nb: X -> b\nX: /x/\n",
        'item: "x" "y"\n',
        'item: x* -> list\nx: "x" -> x\n',
    ],
    ids=["shift-reduce", "reduce-reduce", "unnamed", "repeated"],
)
def test_conflicts_are_errors(tmp_path: Path, grammar: str) -> None:
    path = tmp_path / "bad.lark"
    path.write_text(grammar)
    with pytest.raises(GrammarError):
        build_tables(path, ("item",))
