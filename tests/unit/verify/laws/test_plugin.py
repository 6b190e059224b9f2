"""`pytest --calculus`, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "def swap = <x>.<y>.[x].[y]\nlaw twice: swap ; swap = skip at a b\n"
BAD = "law once: <x>.<y>.[x].[y] = skip at Int Int\n"
OPEN = "law l: [2].mod.[2].mod = [2].mod at Int\n"


LIGHT = """import sys

LIGHT = {"calculus.lazy", "calculus.verify", "calculus.verify.plugin"}


def test_nothing_more_is_loaded():
    assert {name for name in sys.modules if name.startswith("calculus.")} <= LIGHT
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugins = ("-p", "calculus.verify.plugin", "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # others take their time
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laws")
    texts = {
        "pytest.ini": "[pytest]\n",
        "good.fmc": GOOD,
        "bad.fmc": BAD,
        "open.fmc": OPEN,
        "good.rmc": "law l: ex x. <x>; [x] = 1 at lambda\n",
        "wrong.rmc": "law l: ex x. <x>; [x] = one\nlaw m: 1\n",
        "test_light.py": LIGHT,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_laws_are_tests(folder: Path) -> None:
    found = run(folder, "--calculus", "-rA", "--continue-on-collection-errors", "--deselect", "test_light.py")
    assert found.returncode == 1
    for line in ("PASSED good.fmc::twice\n", "PASSED good.rmc::l\n", "FAILED bad.fmc::once", "SKIPPED [1]"):
        assert line in found.stdout
    assert "open.fmc:1:1: unknown  l" in found.stdout
    assert "bad.fmc:1:1: refuted  once" in found.stdout
    assert "the left leaves with *, and 1, 0 on λ" in found.stdout
    # A mistake is shown at its place, and no file of this program is.
    assert "there is no definition `one`" in found.stdout
    assert "wrong.rmc:1:25" in found.stdout
    assert "wrong.rmc:2:8" in found.stdout
    assert "Traceback" not in found.stdout + found.stderr
    assert "1 failed, 2 passed, 1 skipped, 1 deselected, 1 error" in found.stdout


def test_strict_and_a_law_by_its_name(folder: Path) -> None:
    found = run(folder, "--calculus", "--calculus-strict", "-q", "open.fmc", "good.fmc::twice")
    assert found.returncode == 1
    assert "open.fmc:1:1: unknown  l" in found.stdout
    assert "memories: 12" in found.stdout
    assert "1 failed, 1 passed" in found.stdout


def test_nothing_is_collected_unless_it_is_asked_for(folder: Path) -> None:
    found = run(folder, "-q")
    assert (found.returncode, "1 passed" in found.stdout) == (0, True), found.stdout
