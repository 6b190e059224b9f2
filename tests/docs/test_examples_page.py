"""`docs/examples.md` is made from the examples themselves; `--update-goldens` writes it."""

import json
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "fmc"

GROUPS = {
    "Push, pop and primitives": "arithmetic duplicate swap shadowing locations strings hello",
    "Thunks and functions": "thunk-twice select-argument name-or-value pairs "
    "church-arithmetic church-factorial annotated",
    "Choice and recursion": "conditional factorial gcd fibonacci ackermann even-odd deep-recursion "
    "self-application recursion-through-store",
    "Store": "counter thunk-cell local-variable collatz",
    "Input and output": "echo sum-until-zero primes hosts",
    "Labels, joins and loops": "early-exit two-labels uncaught-exit dynamic-handlers exceptions "
    "nested-handlers rethrow cleanup break states-as-labels",
    "Data": "lists scott-lists data-list",
    "Generators, coroutines, search": "generator coroutines backtracking subset-sums pythagorean-triples",
    "Reduction and equality": "inside-a-thunk church-power permutation laws-of-store two-handlers "
    "loop-by-hand",
    "Random choice": "fair-coin third-flip divergence random-doubling von-neumann-coin die "
    "conditional-probability gambler golden-ratio three-flips",
}

LANGUAGES = {
    "λ-calculi": "lambda",
    "Moggi's metalanguage": "metalanguage",
    "Call-by-push-value": "cbpv",
    "The imperative language `imp`": "imp",
}

HEAD = """\
# Examples

Every program in `examples/`, with what it shows and what it gives: first those of the FMC, then those
of the languages that are translated into it. Beside each lies a JSON file with the options to run it
with and the expected result; the tests run all of them on every engine.

Run one with `calculus run`, its file and the options named here.
"""


def page() -> str:
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n\n| program | shows | options | gives |\n|---|---|---|---|\n")
        parts.extend(row(FOLDER / f"{name}.fmc") for name in names.split())
        parts.append("\n")
    for title, folder in LANGUAGES.items():
        parts.append(f"## {title}\n\n| program | shows | options | gives |\n|---|---|---|---|\n")
        files = sorted((FOLDER.parent / folder).iterdir())
        parts.extend(row(path) for path in files if path.suffix != ".json")
        parts.append("\n")
    return "\n".join(parts[:1]) + "\n" + "".join(parts[1:]).rstrip("\n") + "\n"


def row(path: Path) -> str:
    lines = takewhile(lambda line: line.startswith("-- "), path.read_text(encoding="utf-8").splitlines())
    comment = " ".join(line.removeprefix("-- ") for line in lines)
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    cells = [
        f"[{path.stem}](../{path.relative_to(ROOT)})",
        comment.replace("|", "\\|"),
        options(data.get("options", {})),
        outcome(data["expect"]),
    ]
    return f"| {' | '.join(cells)} |\n"


def options(given: dict[str, Any]) -> str:
    words = []
    for key, value in given.items():
        if value is True:
            words.append(f"`--{key}`")
        elif key == "hosts":
            words.append("[from Python](library.md#hosts)")
        else:
            words.append(f"`--{key} {value}`")
    return " ".join(words)


def outcome(expect: dict[str, Any]) -> str:
    if "distribution" in expect:
        parts = [f"{entry['probability']} {ending(entry)}" for entry in expect["distribution"]]
        parts += [f"{expect[key]} {key}" for key in ("diverges", "unexplored") if expect[key] != "0"]
        return "; ".join(parts)
    if "answers" in expect:
        return "; ".join(times(entry) + ending(entry) for entry in expect["answers"])
    return ending(expect) if expect["status"] == "done" else expect["status"]


def times(entry: dict[str, Any]) -> str:
    return f"{entry['multiplicity']} times " if entry["multiplicity"] > 1 else ""


def ending(entry: dict[str, Any]) -> str:
    if "source" in entry:
        return in_source_terms(entry["source"])
    parts = [f"`{name}: {', '.join(values)}`" for name, values in entry["stacks"].items()]
    if entry["exit"] != "*" or not parts:
        parts.append(f"exit `{entry['exit']}`")
    return " ".join(parts)


def in_source_terms(source: dict[str, Any]) -> str:
    """The result of a program of a source language: its value, what it printed, what it left with."""
    parts = [f"`{value}`" for value in source.get("values", ())]
    if source.get("output"):
        lines = source["output"]
        shown = ", ".join(f"`{line}`" for line in lines[:6])
        parts.append(f"prints {shown}" + (f" and {len(lines) - 6} more lines" if len(lines) > 6 else ""))
    if source.get("uncaught"):
        parts.append(f"uncaught `{source['uncaught']}`")
    return "; ".join(parts)


def test_page_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / "docs" / "examples.md", page())


def test_every_example_is_in_a_group() -> None:
    listed = [name for names in GROUPS.values() for name in names.split()]
    assert sorted(listed) == sorted(path.stem for path in FOLDER.glob("*.fmc"))
