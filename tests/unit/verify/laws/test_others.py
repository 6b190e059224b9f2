"""The laws of a calculus that a user registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from calculus import registry
from calculus.library import check_source
from calculus.machine.instructions import jump
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, SyntaxProblem
from calculus.source.items import Law
from calculus.source.text import Source, Span
from calculus.term import Term
from calculus.verify.finding import Finding
from calculus.verify.laws.statement import Options
from calculus.verify.laws.verifying import verify


@dataclass
class Program:
    laws: tuple[Law, ...]
    main: Term | None = None


@dataclass
class Verdict:
    verdict: str
    witness: str | None = None


class Sums:
    """Terms are sums of digits; laws stand on lines of their own."""

    name = "sums"
    endings = (".sums",)

    def parse(self, source: Source) -> Program:
        return Program(tuple(self._laws(source)))

    def _laws(self, source: Source) -> Iterator[Law]:
        start = 0
        for line in source.text.splitlines(keepends=True):
            end = start + len(line.rstrip())
            if line.startswith("law "):
                name, _, _ = line[4:].partition(":")
                body = start + 4 + len(name) + 1
                yield Law(name, Span(source, body, end, end), Span(source, start, end, body))
            start += len(line)

    def parse_term(self, source: Source) -> Term:
        text = source.text
        for at, sign in enumerate(text):
            if not (sign.isdigit() or sign in " +\n()"):
                place = Span(source, at, at + 1, at + 1)
                raise SyntaxProblem(f"expected a digit, found `{sign}`", span=place)
        return jump(sum(int(sign) for sign in text if sign.isdigit()))

    def program(self, term: Term) -> Program:
        return Program((), term)

    def format(self, source: Source, *, unicode: bool = False) -> str:
        return source.text

    def run(self, program: Program, settings: Settings) -> Any:
        raise NotImplementedError

    def equal(self, left: Program, right: Program, **options: Any) -> Verdict:
        assert left.main is not None and right.main is not None
        if left.main == right.main:
            return Verdict("equal")
        return Verdict("different", f"{left.main} is not {right.main}")


class Decided(Sums):
    """The same with laws that are words."""

    name = "decided"
    endings = (".decided",)

    def decide(self, program: Program, law: Law, options: Options) -> Finding:
        return Finding("", "proved" if "true" in law.body.text else "unknown", by="its words")


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_loaded", dict(registry._loaded))
    monkeypatch.setattr(registry, "_endings", dict(registry._endings))
    registry.register(Sums())
    registry.register(Decided())


def test_equations_are_decided_by_its_equality() -> None:
    report = verify("law a: 1+2 = 3\nlaw b: (2 + 2) = 5\n", "sums")
    assert [finding.verdict for finding in report.findings] == ["proved", "refuted"]
    assert report["b"].counterexample == {"witness": "4 is not 5"}
    assert report["b"].statement == "(2 + 2) = 5"


def test_mistakes_are_shown_at_their_place() -> None:
    source = Source("law a: 1 = 1\nlaw b: 1 + x = y\nlaw c: 1\n", "some.sums")
    found = check_source(registry.get("sums"), source)
    assert [(item.message, item.span.to_json()["line"]) for item in found if item.span] == [
        ("expected a digit, found `x`", 2),
        ("expected a digit, found `y`", 2),
        ("expected `=` between two terms, found none", 3),
    ]
    assert [item.span.text for item in found[:2] if item.span] == ["x", "y"]
    with pytest.raises(CalculusError):
        verify(source)


def test_it_may_decide_by_itself() -> None:
    report = verify("law a: surely true\nlaw b: perhaps\n", "decided")
    assert [(item.name, item.verdict, item.by) for item in report.findings] == [
        ("a", "proved", "its words"),
        ("b", "unknown", "its words"),
    ]
