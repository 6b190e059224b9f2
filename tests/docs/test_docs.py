"""What the documentation shows is what happens.

Of each page: `console` blocks are run and their output compared (`--update-goldens` rewrites it),
`fmc`, `rmc`, `eml` and `rlm` blocks are parsed (`fmc run` and `eml run` blocks are run too: `-- gives …`
lines say what is left; those of `rmc run` blocks list the answers in order), `python` blocks are doctests
where they have prompts and are executed otherwise, and links lead somewhere.
"""

import doctest
import io
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import calculus
from calculus import registry
from calculus.interfaces.display import solution_text
from calculus.machine.result import Result

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def blocks(page: Path, language: str) -> Iterator[tuple[str, str]]:
    """The info string and the text of each block of a language."""
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found[1] == language:
            yield found[2].strip(), found[3]


def pages_with(pattern: str) -> pytest.MarkDecorator:
    chosen = [page for page in PAGES if re.search(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)]
    return pytest.mark.parametrize("page", chosen, ids=[str(page.relative_to(ROOT)) for page in chosen])


class Shell:
    """Runs the command lines of a session in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.status = 0

    def run(self, line: str) -> tuple[str, str]:
        """All that a command prints, and its standard output alone."""
        first, _, second = line.partition(" | ")
        words = shlex.split(second or first)
        fed = ""
        if second:
            assert shlex.split(first)[0] == "printf", line
            fed = shlex.split(first)[1].replace("\\n", "\n")
        if words == ["echo", "$?"]:
            return f"{self.status}\n", f"{self.status}\n"
        if words[0] == "rm":
            Path(words[1]).unlink()
            return "", ""
        assert Path(words[0]).name == "calculus", line
        return self._calculus(words[1:], fed)

    def _calculus(self, arguments: list[str], fed: str) -> tuple[str, str]:
        from calculus.interfaces.command import main

        everything = _Stream()
        output = _Stream(everything)
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(fed.encode()), encoding="utf-8"))
            patch.setattr(sys, "stdout", output)
            patch.setattr(sys, "stderr", everything)
            self.status = main(arguments)
        assert self.status != 70, everything.getvalue()
        return everything.getvalue(), output.getvalue()


class _Stream(io.StringIO):
    """A stream that passes on what it is given."""

    def __init__(self, other: io.StringIO | None = None) -> None:
        super().__init__()
        self.other = other

    def write(self, text: str) -> int:
        if self.other is not None:
            self.other.write(text)
        return super().write(text)


def session(text: str) -> Iterator[tuple[str, str]]:
    """The command lines of a console block, each with the output shown."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        yield line, shown


@pages_with(r"^```console")
def test_console(page: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(ROOT)
    shell = Shell(monkeypatch)
    update = request.config.getoption("--update-goldens")
    wrong: list[str] = []

    def check(found: re.Match[str]) -> str:
        if found[1] != "console":
            return found[0]
        text = ""
        for line, shown in session(found[3]):
            everything, output = shell.run(line)
            # A page may leave out the remarks on standard error, but not all there is.
            if shown != everything and (not shown or shown != output):
                wrong.append(f"$ {line}\n--- shown\n{shown}--- found\n{everything}")
                shown = everything
            text += f"$ {line}\n{shown}"
        return f"```console{found[2]}\n{text}```"

    before = page.read_text(encoding="utf-8")
    after = BLOCK.sub(check, before)
    if update and after != before and page.name != "README.md":
        page.write_text(after, encoding="utf-8")
    elif wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pages_with(r"^```fmc")
def test_programs(page: Path) -> None:
    for info, text in blocks(page, "fmc"):
        program = calculus.program("fmc", text)
        assert calculus.check("fmc", text) == []
        assert calculus.format("fmc", text) == text
        if info == "run":
            result = calculus.run("fmc", program)
            assert (result.status, result.exit) == ("done", "*")
            assert gives(result) == set(re.findall(r"^-- gives (.*)$", text, re.MULTILINE))


def gives(result: Result) -> set[str]:
    return {f"{name}: {', '.join(map(str, values))}" for name, values in result.stacks.items()}


@pages_with(r"^```rmc")
def test_relations(page: Path) -> None:
    for info, text in blocks(page, "rmc"):
        assert calculus.check("rmc", text) == []
        assert calculus.format("rmc", text) == text
        if info == "run":
            answers = calculus.solve("rmc", text, max_steps=10_000)
            found = [solution_text(answers, answer) for answer in answers]
            assert found == re.findall(r"^-- gives (.*)$", text, re.MULTILINE)
            assert answers.complete


@pages_with(r"^```eml")
def test_trees(page: Path) -> None:
    for info, text in blocks(page, "eml"):
        assert calculus.check("eml", text) == []
        assert calculus.format("eml", text) == text
        if info == "run":
            result = calculus.run("eml", text)
            assert gives(result) == set(re.findall(r"^-- gives (.*)$", text, re.MULTILINE))


@pages_with(r"^```rlm")
def test_combinators(page: Path) -> None:
    for _, text in blocks(page, "rlm"):
        assert calculus.check("rlm", text) == []
        assert calculus.format("rlm", text) == text


@pages_with(r"^```python")
def test_python(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    # What a page registers must not stay.
    monkeypatch.setattr(registry, "_loaded", dict(registry._loaded))
    monkeypatch.setattr(registry, "_endings", dict(registry._endings))
    names: dict[str, object] = {"__name__": "__main__"}
    text = "\n".join(block for _, block in blocks(page, "python"))
    for _, block in blocks(page, "python"):
        if ">>>" not in block:
            exec(compile(block, str(page), "exec"), names)
    examples = doctest.DocTestParser().get_doctest(text, names, page.name, str(page), 0)
    said = io.StringIO()
    doctest.DocTestRunner(verbose=False).run(examples, out=said.write)
    assert not said.getvalue(), said.getvalue()


@pages_with(r"\]\(")
def test_links(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}, which is not there"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{page.name} links to {target}: no such heading"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "commands").glob("*.md")), ids=lambda p: p.stem)
def test_every_option_is_documented(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page.read_text(encoding="utf-8")
    if page.stem in ("eval", "step", "repl"):  # they refer to the page on `run`
        assert "(run.md)" in text
        text += page.with_name("run.md").read_text(encoding="utf-8")
    command = page.stem.replace("-", " ")  # `eml-compile.md` is of `calculus eml compile`
    help_text, _ = Shell(monkeypatch).run(f"calculus {command} --help")
    options = set(re.findall(r"--[a-z-]+", help_text)) - {"--help"}
    assert {option for option in options if f"`{option}" not in text} == set()


def test_every_command_has_a_page() -> None:
    from calculus.interfaces.command import COMMANDS, eml, rlm

    names = {*COMMANDS, *(f"eml-{name}" for name in eml.COMMANDS)}
    names |= {f"rlm-{name}" for name in rlm.COMMANDS}
    assert {page.stem for page in (ROOT / "docs" / "commands").glob("*.md")} == names
