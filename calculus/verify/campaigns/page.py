"""A campaign as a page: what was claimed, what was covered, how long it took. One file needs no other."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from typing import Any

from calculus.verify.finding import VERDICTS, Finding

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 70em;
  padding: 0 1em; color: #222; }
table { border-collapse: collapse; width: 100%; margin: 1em 0; }
th, td { text-align: left; vertical-align: top; padding: .35em .6em; border-bottom: 1px solid #ddd; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.proved { color: #176b2c; } .refuted { color: #b00020; } .unknown { color: #7a5c00; }
code, pre { font-family: ui-monospace, monospace; } pre { background: #f6f6f6; padding: .6em;
  overflow-x: auto; }
svg text { font: 12px system-ui, sans-serif; fill: #222; }
"""
_COLOURS = {"proved": "#4c9a60", "refuted": "#c8324a", "unknown": "#c9a227"}
_ROW, _LEFT, _WIDTH = 20, 260, 460


def page(title: str, findings: Sequence[Finding], about: Mapping[str, Any]) -> str:
    """The page of a campaign. `about` says what it was, as in the plan, the version and the workers."""
    parts = [
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>",
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>",
        _summary(findings),
        _pairs(about),
        _refutations(findings),
        "<h2>What was claimed</h2>",
        _table(findings),
        "<h2>Subjects checked</h2>",
        _bars(findings, [finding.tried.get("checked", 0) for finding in findings], "", logarithmic=True),
        "<h2>Processor time, in seconds</h2>",
        _bars(findings, [finding.seconds for finding in findings], " s", logarithmic=False),
        "<p><b>proved</b>: the statement, with its bounds, holds in every case it speaks of. <b>refuted</b>:"
        " there is a counterexample. <b>unknown</b>: no counterexample was found in what was tried, which"
        " proves nothing beyond it.</p></body></html>",
    ]
    return "\n".join(parts)


def _summary(findings: Sequence[Finding]) -> str:
    counts = {verdict: sum(finding.verdict == verdict for finding in findings) for verdict in VERDICTS}
    said = [f"<b class='{verdict}'>{count} {verdict}</b>" for verdict, count in counts.items()]
    return f"<p>{len(findings)} statements: {', '.join(said)}.</p>"


def _pairs(about: Mapping[str, Any]) -> str:
    rows = [f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in about.items()]
    return f"<table>{''.join(rows)}</table>"


def _refutations(findings: Sequence[Finding]) -> str:
    found = [finding for finding in findings if finding.counterexample is not None]
    if not found:
        return ""
    parts = ["<h2>Counterexamples</h2>"]
    for finding in found:
        assert finding.counterexample is not None
        lines = [f"{name}: {value}" for name, value in finding.counterexample.items()]
        parts.append(
            f"<h3 class='refuted'>{escape(finding.name)}</h3><pre>{escape(chr(10).join(lines))}</pre>"
        )
    return "\n".join(parts)


def _table(findings: Sequence[Finding]) -> str:
    rows = []
    for finding in findings:
        tried = [f"{name}: {_number(value)}" for name, value in finding.tried.items()]
        rows.append(
            f"<tr><td><code>{escape(finding.name)}</code></td>"
            f"<td class='{finding.verdict}'>{finding.verdict}</td>"
            f"<td>{escape(finding.statement)}</td><td>{escape(finding.by or '')}</td>"
            f"<td>{escape('; '.join(tried))}</td><td class='number'>{finding.seconds:.1f}</td></tr>"
        )
    head = "".join(f"<th>{name}</th>" for name in ("part", "verdict", "statement", "by", "tried", "s"))
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _bars(findings: Sequence[Finding], values: Sequence[float], unit: str, *, logarithmic: bool) -> str:
    """A bar for each finding, on a logarithmic scale from 1 or a linear one from 0."""
    lengths = [log10(max(value, 1)) if logarithmic else value for value in values]
    longest = max(lengths, default=0) or 1
    bars = []
    for number, (finding, value, length) in enumerate(zip(findings, values, lengths, strict=True)):
        top = number * _ROW
        width = max(1.0, length / longest * _WIDTH)
        bars.append(
            f"<text x='{_LEFT - 8}' y='{top + 14}' text-anchor='end'>{escape(finding.name)}</text>"
            f"<rect x='{_LEFT}' y='{top + 3}' width='{width:.1f}' height='{_ROW - 6}'"
            f" fill='{_COLOURS[finding.verdict]}'/>"
            f"<text x='{_LEFT + width + 6:.1f}' y='{top + 14}'>{_number(value)}{unit}</text>"
        )
    size = f"width='{_LEFT + _WIDTH + 130}' height='{_ROW * len(findings)}'"
    scale = "logarithmic scale" if logarithmic else "linear scale"
    return f"<p>({scale})</p><svg xmlns='http://www.w3.org/2000/svg' {size}>{''.join(bars)}</svg>"


def _number(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
