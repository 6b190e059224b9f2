"""Certificates of a directory: which files there are, what each claims, and which claims are wrong."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calculus.verify.checker.claims import CHECKS
from calculus.verify.checker.enumeration import MODULUS, digested
from calculus.verify.checker.fmc_terms import forget
from calculus.verify.checker.wrong import Unchecked, Wrong, require, shown

FORMAT = "calculus certificate 1"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Problem:
    """A claim that does not hold, or a file that is not as it should be (its `line` is 0)."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass
class Result:
    """How many claims of each kind were found to hold, what was wrong, and what could not be checked."""

    files: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    wrong: list[Problem] = field(default_factory=list)
    unchecked: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.wrong

    def add(self, other: "Result") -> None:
        self.files += other.files
        self.checked += other.checked
        self.wrong += other.wrong
        self.unchecked += other.unchecked

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "files": self.files,
            "checked": dict(sorted(self.checked.items())),
            "wrong": [_problem(item) for item in self.wrong],
            "unchecked": [_problem(item) for item in self.unchecked],
        }

    def __str__(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.checked.items()))
        lines = [
            f"{self.files} certificates, {self.checked.total():,} claims hold"
            + (f": {kinds}" if kinds else "")
        ]
        reasons = Counter(item.reason for item in self.unchecked)
        lines += [f"not checked: {count:,} ({reason})" for reason, count in sorted(reasons.items())]
        lines += [f"wrong: {item}" for item in self.wrong]
        return "\n".join(lines)


def _problem(item: Problem) -> dict[str, Any]:
    return {"file": item.file, "line": item.line, "reason": item.reason}


def entries(directory: Path, result: Result) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The files of the manifest whose contents are those it says; what is wrong with others."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        require(
            manifest["format"] == FORMAT, f"the format is {shown(manifest['format'])}, expected {FORMAT!r}"
        )
        listed = manifest["files"]
        whole = isinstance(listed, dict) and all(isinstance(item, dict) for item in listed.values())
        require(whole, "the files are not listed as they should be")
    except (OSError, ValueError, KeyError, TypeError, Wrong) as problem:
        result.wrong.append(Problem(MANIFEST, 0, _said(problem)))
        return
    for name in sorted({*listed, *(path.name for path in directory.glob("*.jsonl"))}):
        path = directory / name
        if name not in listed or path.parent.resolve() != directory.resolve():
            result.wrong.append(Problem(name, 0, "the manifest does not list this file"))
        elif not path.is_file():
            result.wrong.append(Problem(name, 0, "the file is missing"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != listed[name].get("sha256"):
            result.wrong.append(Problem(name, 0, "its digest is not that of the manifest"))
        else:
            yield name, listed[name]


def check_directory(directory: Path) -> Result:
    """Check all certificates that the manifest of a directory lists."""
    result = Result()
    for name, entry in entries(directory, result):
        result.add(check_file(directory / name, entry.get("claims")))
    return result


def check_file(path: Path, claims: int | None = None) -> Result:
    """Check one certificate, of which so many claims are expected."""
    result = Result(files=1)
    forget()
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        header = json.loads(lines[0])
        require(header["format"] == FORMAT, f"the format is {shown(header['format'])}, expected {FORMAT!r}")
        require(
            header["claims"] == len(lines) - 1, f"there are {len(lines) - 1} claims, not {header['claims']}"
        )
        require(claims in (None, len(lines) - 1), "the manifest has another number of claims")
    except (IndexError, ValueError, KeyError, TypeError, Wrong) as problem:
        result.wrong.append(Problem(path.name, 1, _said(problem)))
        return result
    enumerated: dict[str, _Enumerated] = {}
    for number, line in enumerate(lines[1:], 2):
        try:
            claim = json.loads(line)
            kind = claim["claim"]
            if kind == "enumerated":
                key = json.dumps([claim["calculus"], claim["signature"], claim["size"]], sort_keys=True)
                enumerated.setdefault(key, _Enumerated(number)).add(claim)
                continue
            if kind not in CHECKS:
                raise Unchecked(f"no claims of the kind {shown(kind)} are known")
            CHECKS[kind](claim)
            result.checked[kind] += 1
        except Unchecked as problem:
            result.unchecked.append(Problem(path.name, number, str(problem)))
        except _MALFORMED as problem:
            result.wrong.append(Problem(path.name, number, _said(problem)))
    for whole in enumerated.values():
        whole.check(path.name, result)
    return result


_MALFORMED = (Wrong, ValueError, KeyError, TypeError, IndexError, AttributeError)
"""What comes of a claim that is wrong, or that is not of the shape of its kind."""


def _said(problem: Exception) -> str:
    return str(problem) if isinstance(problem, Wrong) else f"{type(problem).__name__}: {problem}"


class _Enumerated:
    """The claims of one enumeration, which may be in pieces: their counts and digests add up."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.pieces = self.count = self.digest = 0
        self.claim: Mapping[str, Any] = {}

    def add(self, claim: Mapping[str, Any]) -> None:
        count, digest = int(claim["count"]), int(claim["digest"], 16)
        require(claim["digest"] == f"{digest:064x}", "the digest is not of 64 hexadecimal digits")
        self.claim = claim
        self.pieces += 1
        self.count += count
        self.digest = (self.digest + digest) % MODULUS

    def check(self, file: str, result: Result) -> None:
        try:
            count, digest = digested(self.claim["calculus"], self.claim["signature"], self.claim["size"])
            require(count == self.count, f"there are {count:,} terms, not {self.count:,}")
            if digest is None:
                raise Unchecked(f"the normal forms of {count:,} terms are too many; their number is right")
            require(digest == f"{self.digest:064x}", "the normal forms are others")
            result.checked["enumerated"] += self.pieces
        except Unchecked as problem:
            result.unchecked.append(Problem(file, self.line, str(problem)))
        except _MALFORMED as problem:
            result.wrong.append(Problem(file, self.line, _said(problem)))
