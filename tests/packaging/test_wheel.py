"""The wheel works in a fresh environment outside the checkout, and starts without heavy imports."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"numba", "numpy", "sympy"}
PROGRAM = "[2].[3].add"


def call(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # Nothing of the checkout may be found by way of the caller's environment.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=inherited | {"PYTHONUTF8": "1"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    call(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT),
        cwd=folder,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment that holds the wheel."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, symlinks=True)
    commands = home / "bin"
    call(
        *(sys.executable, "-m", "pip", "--python", commands / "python", "install"),
        *("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", wheel),
        cwd=home,
    )
    # The dependencies come from the environment that runs the tests: nothing is downloaded. Added
    # after pip has run, which would otherwise find the project there and install nothing.
    (site_packages,) = home.glob("lib/python*/site-packages")
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages / "dependencies.pth").write_text("\n".join(sorted(paths)) + "\n")
    return commands


def imported(*command: str | Path, cwd: Path) -> set[str]:
    """The top-level packages that a Python process imports, as Python itself reports them."""
    report = call(*command, cwd=cwd, PYTHONPROFILEIMPORTTIME="1").stderr
    lines = [line for line in report.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_wheel_holds_the_grammars_and_the_examples(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("grammars", "examples"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"calculus/{path.relative_to(ROOT).as_posix()}" for path in files} <= names


def test_library_parses(installed: Path, tmp_path: Path) -> None:
    script = f"import calculus; print(calculus.__file__); print(calculus.parse('fmc', {PROGRAM!r}))"
    where, term = call(installed / "python", "-c", script, cwd=tmp_path).stdout.splitlines()
    assert Path(where).is_relative_to(installed.parent)
    assert term == PROGRAM


def test_command_runs_a_program(installed: Path, tmp_path: Path) -> None:
    assert "5" in call(installed / "calculus", "eval", "fmc", PROGRAM, cwd=tmp_path).stdout


def test_module_is_the_command(installed: Path, tmp_path: Path) -> None:
    command = call(installed / "calculus", "--help", cwd=tmp_path).stdout
    module = call(installed / "python", "-m", "calculus", "--help", cwd=tmp_path).stdout
    assert module == command


def test_importing_is_light(installed: Path, tmp_path: Path) -> None:
    packages = imported(installed / "python", "-c", "import calculus", cwd=tmp_path)
    assert "calculus" in packages
    assert not packages & HEAVY


def test_help_is_light(installed: Path, tmp_path: Path) -> None:
    packages = imported(installed / "calculus", "--help", cwd=tmp_path)
    assert "calculus" in packages
    assert not packages & HEAVY
