"""`docs/examples.md` is made from the examples themselves; `--update-goldens` writes it."""

import json
import re
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

RELATIONAL = {
    "The RMC": "rmc",
    "Prolog": "prolog",
    "κ-calculus": "kappa",
    "Regular expressions": "regex",
    "Finite automata": "automaton",
    "Turing machines": "turing",
    "Petri nets": "petri",
    "Interaction nets": "inet",
}

NUMERIC = {"EML": "eml"}

NEURAL = {"λ-RLM": "rlm"}

HEAD = """\
# Examples

Every program in `examples/`, with what it shows and what it gives: first those of the FMC and of the
languages that are translated into it, then those of the RMC and of its languages, trees of EML, and
programs of λ-RLM. Beside each lies a JSON file with the options to run it with and the expected result; the
tests run all of them on every engine.

Run one with `calculus run`, or `calculus rlm run` if it is of λ-RLM, its file and the options named here.
"""


def page() -> str:
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n\n| program | shows | options | gives |\n|---|---|---|---|\n")
        parts.extend(row(FOLDER / f"{name}.fmc") for name in names.split())
        parts.append("\n")
    for title, folder in {**LANGUAGES, **RELATIONAL, **NUMERIC, **NEURAL}.items():
        parts.append(f"## {title}\n\n| program | shows | options | gives |\n|---|---|---|---|\n")
        files = sorted((FOLDER.parent / folder).iterdir())
        parts.extend(row(path) for path in files if path.is_file() and path.suffix != ".json")
        parts.append("\n")
    return "\n".join(parts[:1]) + "\n" + "".join(parts[1:]).rstrip("\n") + "\n"


def row(path: Path) -> str:
    comment = comment_of(path.read_text(encoding="utf-8"))
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    cells = [
        f"[{path.stem}](../{path.relative_to(ROOT)})",
        comment.replace("|", "\\|"),
        options(data.get("options", {})),
        outcome(data["expect"]),
    ]
    return f"| {' | '.join(cells)} |\n"


def comment_of(text: str) -> str:
    """What the comment at the beginning says, in any of the languages."""
    if found := re.match(r"(?:<\?xml[^>]*>\s*)?<!--(.*?)-->|\(\?#(.*?)\)", text, re.DOTALL):
        return " ".join((found[1] or found[2]).split())
    lines = takewhile(lambda line: line.startswith(("-- ", "% ", "# ")), text.splitlines())
    return " ".join(line.partition(" ")[2] for line in lines)


def options(given: dict[str, Any]) -> str:
    words = []
    for key, value in given.items():
        if value is True:
            words.append(f"`--{key}`")
        elif isinstance(value, dict) and key == "stack":
            words += [f"`--stack '{name}={', '.join(values)}'`" for name, values in value.items()]
        elif key == "hosts":
            words.append("[from Python](library.md#hosts)")
        else:
            text = f"'{value}'" if key == "query" else value
            words.append(f"`--{key.replace('_', '-')} {text}`".replace("|", "\\|"))
    return " ".join(words)


def outcome(expect: dict[str, Any]) -> str:
    if "distribution" in expect:
        parts = [f"{entry['probability']} {ending(entry)}" for entry in expect["distribution"]]
        parts += [f"{expect[key]} {key}" for key in ("diverges", "unexplored") if expect[key] != "0"]
        return "; ".join(parts)
    if "answers" in expect and all("bindings" in entry for entry in expect["answers"]):
        return relational(expect)
    if "answers" in expect:
        return "; ".join(times(entry) + ending(entry) for entry in expect["answers"])
    if "planned" in expect:
        return neural(expect)
    if "exit" not in expect and "source" not in expect:
        return expect["status"]
    return ending(expect) if expect["status"] == "done" else expect["status"]


MOST = 3
"""Answers of a search that are shown."""


def relational(expect: dict[str, Any]) -> str:
    answers = expect["answers"]
    shown = [times(entry) + answer(entry) for entry in answers[:MOST]]
    if len(answers) > MOST:
        shown.append(f"and {len(answers) - MOST} more")
    return "; ".join(shown) or "no answer"


def answer(entry: dict[str, Any]) -> str:
    if "source" in entry:
        text = json.dumps(entry["source"], ensure_ascii=False)
    else:
        parts = [f"{name} = {value}" for name, value in entry["bindings"].items()]
        parts += [f"{name}: {', '.join(values)}" for name, values in entry["stacks"].items()]
        text = "  ".join(parts) or "(no values)"
    text = text if len(text) <= 160 else text[:159] + "…"
    return f"`{text}`".replace("|", "\\|")


def neural(expect: dict[str, Any]) -> str:
    text = " ".join(expect["value"].split())
    text = text if len(text) <= 160 else text[:159] + "…"
    return f"`{text}`, {expect['calls']} calls".replace("|", "\\|")


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
