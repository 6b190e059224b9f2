"""Certificates to files: one for each finding that has claims, and a manifest with their digests."""

import json
import platform
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import calculus
from calculus.source.diagnostic import FileProblem
from calculus.verify.finding import Finding

FORMAT = "calculus certificate 1"
PASSING = {"seconds", "workers"}
"""What is known of a campaign that is another every time."""
MANIFEST = "manifest.json"


def write(
    directory: Path | str, findings: Iterable[Finding], plan: Mapping[str, Any] | None = None
) -> list[Path]:
    """Write the findings that have claims into a directory, which is made if it is not there.

    `plan` is how they were found: sizes, examples, seed. The same findings give the same bytes. Certificates
    that the directory has from before go on standing in its manifest unless a new one has their name. Raises
    `FileProblem` if nothing can be written there.
    """
    directory = Path(directory)
    try:
        return _written(directory, findings, plan or {})
    except OSError as problem:
        raise FileProblem(f"cannot write certificates into {directory}: {problem.strerror}") from None


def _written(directory: Path, findings: Iterable[Finding], plan: Mapping[str, Any]) -> list[Path]:
    directory.mkdir(parents=True, exist_ok=True)
    entries = _known(directory)
    written: list[Path] = []
    taken: set[str] = set()
    for finding in findings:
        if not finding.claims:
            continue
        name = _free_name(finding, taken)
        data = _certificate(finding, plan).encode()
        path = directory / name
        path.write_bytes(data)
        entries[name] = {"sha256": sha256(data).hexdigest(), "claims": len(finding.claims)}
        written.append(path)
    manifest = {"format": FORMAT, "files": {name: entries[name] for name in sorted(entries)}}
    (directory / MANIFEST).write_text(_json(manifest, indent=1) + "\n", encoding="utf-8")
    return written


def _known(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    if not path.exists():
        return {}
    try:
        known: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8"))["files"])
    except (ValueError, KeyError, TypeError):
        raise FileProblem(f"expected a manifest of certificates, found another file: {path}") from None
    return {name: entry for name, entry in known.items() if (directory / name).exists()}


def _free_name(finding: Finding, taken: set[str]) -> str:
    """A file name for the finding: of lower-case letters, so that it is one on every system."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{finding.where or ''} {finding.name}".lower()).strip("-")[:80]
    number = 1
    while (name := f"{words}{f'-{number}' if number > 1 else ''}.jsonl") in taken:
        number += 1
    taken.add(name)
    return name


def _certificate(finding: Finding, plan: Mapping[str, Any]) -> str:
    header = {
        "format": FORMAT,
        "name": finding.name,
        "where": finding.where,
        "verdict": finding.verdict,
        "statement": finding.statement,
        "by": finding.by,
        "tried": dict(finding.tried),
        "plan": {name: value for name, value in plan.items() if name not in PASSING},
        "versions": {"calculus": calculus.__version__, "python": platform.python_version()},
        "claims": len(finding.claims),
    }
    return "".join(_json(item) + "\n" for item in (header, *finding.claims))


def _json(item: Any, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(item, ensure_ascii=False, sort_keys=True, separators=separators, indent=indent)
