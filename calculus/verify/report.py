"""What a verification found, law by law or property by property, as text, as JSON and as JUnit XML."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from calculus.machine.result import Displayed
from calculus.verify.finding import VERDICTS, Finding

LONGEST = 2_000
"""Characters of one value in a text."""


@dataclass(frozen=True)
class Report(Displayed):
    """The findings, in the order of the file, and the seconds that all took.

    `str()` is the text that the command line prints.
    """

    findings: tuple[Finding, ...]
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing was refuted."""
        return not self.of("refuted")

    def holds(self, strict: bool = False) -> bool:
        """Whether nothing was refuted or, if it is `strict`, everything proved."""
        return len(self.of("proved")) == len(self.findings) if strict else self.ok

    def of(self, verdict: str) -> list[Finding]:
        """The findings with a verdict."""
        return [finding for finding in self.findings if finding.verdict == verdict]

    def __getitem__(self, name: str) -> Finding:
        """The finding about the law or property of that name."""
        for finding in self.findings:
            if finding.name == name:
                return finding
        raise KeyError(name)

    def __add__(self, other: "Report") -> "Report":
        return Report(self.findings + other.findings, self.seconds + other.seconds)

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus verify --json`."""
        return {"laws": [finding.to_json() for finding in self.findings]}

    def to_junit(self, strict: bool = False) -> str:
        """JUnit XML: a test case for each finding; what was refuted is a failure, what is unknown is
        skipped, or a failure if it is `strict`.
        """
        suites = ElementTree.Element("testsuites", self._totals(self.findings, strict))
        for where in dict.fromkeys(finding.where or "" for finding in self.findings):
            group = tuple(item for item in self.findings if (item.where or "") == where)
            suite = ElementTree.SubElement(
                suites, "testsuite", {"name": where or "calculus", **self._totals(group, strict)}
            )
            for finding in group:
                _case(suite, finding, strict)
        ElementTree.indent(suites)
        return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"

    @staticmethod
    def _totals(findings: tuple[Finding, ...], strict: bool) -> dict[str, str]:
        counts = Counter(finding.verdict for finding in findings)
        failures = counts["refuted"] + (counts["unknown"] if strict else 0)
        return {
            "tests": str(len(findings)),
            "failures": str(failures),
            "errors": "0",
            "skipped": "0" if strict else str(counts["unknown"]),
            "time": f"{sum(finding.seconds for finding in findings):.3f}",
        }

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, proofs: bool = False) -> Iterator[str]:
        """The lines of the text; with `proofs` those that say why a law holds are among them."""
        for finding in self.findings:
            yield from shown(finding, proofs)
        yield self.summary()

    def summary(self) -> str:
        """How many there are of each verdict, in words."""
        counts = Counter(finding.verdict for finding in self.findings)
        if not self.findings:
            return "no laws"
        return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])


def headline(finding: Finding) -> str:
    """One line: the verdict, the name, what is claimed, and how it was decided."""
    statement = f": {finding.statement}" if finding.statement else ""
    by = f" ({finding.by})" if finding.by else ""
    return f"{finding.verdict:<8} {finding.name}{statement}{by}"


def shown(finding: Finding, proofs: bool = False) -> Iterator[str]:
    """The lines of a finding; why it holds only with `proofs`."""
    yield headline(finding)
    if finding.verdict != "proved" or proofs:
        yield from (f"    {line}" for line in reasons(finding))


def place(finding: Finding) -> str | None:
    """Where the law stands, as `file:line:column`."""
    if finding.span is None:
        return finding.where
    line, column = finding.span.source.line_column(finding.span.start)
    return f"{finding.where or finding.span.source.name}:{line}:{column}"


def reasons(finding: Finding) -> Iterator[str]:
    """The lines that say why: a proof, a counterexample, or what was tried."""
    yield from finding.explained
    if finding.verdict == "refuted" and not finding.explained:
        yield from _entries(finding.counterexample or {})
    if finding.verdict == "unknown" and finding.tried:
        yield f"tried: {'; '.join(_entries(finding.tried))}"


def _entries(mapping: Mapping[str, Any]) -> Iterator[str]:
    for name, value in mapping.items():
        if value not in (None, {}, [], ()):
            yield f"{name.replace('_', ' ')}: {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        text = ", ".join(f"{name} {_shown(item)}" for name, item in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(_shown(item) for item in value)
    else:
        text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _case(suite: ElementTree.Element, finding: Finding, strict: bool) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {"name": finding.name, "classname": finding.where or "calculus", "time": f"{finding.seconds:.3f}"},
    )
    if finding.span is not None:
        line = finding.span.source.line_column(finding.span.start)[0]
        case.set("file", finding.where or finding.span.source.name)
        case.set("line", str(line))
    if finding.verdict == "proved":
        return
    failed = strict or finding.verdict == "refuted"
    what = ElementTree.SubElement(
        case, "failure" if failed else "skipped", {"message": _xml(headline(finding))}
    )
    what.text = _xml("\n".join(filter(None, [place(finding), *reasons(finding)])))


def _xml(text: str) -> str:
    """The text without the control characters that XML does not allow."""
    return "".join(sign if sign >= " " or sign in "\n\t" else f"\\x{ord(sign):02x}" for sign in text)
