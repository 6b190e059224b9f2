"""Who runs the programs: our engines, and the peers, which are processes."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import calculus
from calculus.machine import engine
from calculus.machine.budget import Budget
from tests.benchmarks.programs import PROGRAMS, Program

PEERS = Path(__file__).parent / "peers"


class Sample(NamedTuple):
    """One run: its wall time in seconds and, for our engines, its transitions."""

    seconds: float
    steps: int | None = None


class MissingError(Exception):
    """A contender that is not there; the message says what is missing."""


class Contender(Protocol):
    name: str

    def run(self, program: Program) -> Sample: ...

    def close(self) -> None: ...


class Engine:
    """One of our engines. Parsing and building the initial state is not counted, compiling is."""

    def __init__(self, name: engine.EngineName, max_steps: int | None = None) -> None:
        self.name = name
        self.max_steps = max_steps
        self._programs: dict[str, Any] = {}

    def run(self, program: Program) -> Sample:
        parsed = self._programs.get(program.name)
        if parsed is None:
            parsed = self._programs[program.name] = program.parsed()
        state = calculus.machine("fmc", parsed).state
        budget = Budget(max_steps=self.max_steps)
        start = time.perf_counter()
        stopped_by, _ = engine.run(state, budget, self.name)
        seconds = time.perf_counter() - start
        if self.max_steps is None:
            require(self.name, program, state.memory().get("λ", [None])[-1])
        elif stopped_by != "steps":
            raise RuntimeError(f"{self.name} ended {program.name} with {state.status}")
        return Sample(seconds, state.steps)

    def close(self) -> None:
        self._programs.clear()


def compile_seconds(program: Program) -> float:
    """The part of a kernel run that is compiling the term to the kernel's code."""
    from calculus.machine.kernel.host import Kernel

    state = calculus.machine("fmc", program.parsed()).state
    start = time.perf_counter()
    Kernel(state, Budget()).load()
    return time.perf_counter() - start


class Peer:
    """A process that runs the program named on a line and answers milliseconds and result."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, program: Program) -> Sample:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(program.name, file=self._process.stdin, flush=True)
        milliseconds, _, result = self._process.stdout.readline().partition(" ")
        require(self.name, program, result.strip())
        return Sample(float(milliseconds) / 1e3)

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def require(name: str, program: Program, result: object) -> None:
    """Raise unless the result is the right one."""
    if str(result) != str(program.result):
        raise RuntimeError(f"{name} says {result} for {program.name}, not {program.result}")


def cpython() -> Peer:
    return Peer("CPython", [sys.executable, str(PEERS / "closures.py")])


def node() -> Peer:
    return Peer("Node", [_tool("node"), str(PEERS / "closures.js")])


def racket() -> Peer:
    return Peer("Racket", [_tool("racket"), str(PEERS / "closures.rkt")])


def ocaml(folder: Path) -> Peer:
    """OCaml's native compiler; the binary is made in `folder`."""
    if shutil.which("ocamlfind"):
        compiler = [_tool("ocamlfind"), "ocamlopt", "-package", "unix", "-linkpkg"]
    else:
        compiler = [_tool("ocamlopt"), "unix.cmxa"]
    source = folder / "closures.ml"
    shutil.copy(PEERS / source.name, source)
    binary = folder / "closures"
    built = subprocess.run(
        [*compiler, "-O3", str(source), "-o", str(binary)],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if built.returncode:
        raise MissingError(f"ocamlopt failed: {built.stderr.strip().splitlines()[-1:]}")
    return Peer("OCaml", [str(binary)])


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"{name} is not installed")
    return found


def rounds(contenders: list[Contender], program: str, count: int) -> dict[str, list[Sample]]:
    """The samples of `count` rounds after a warm-up; in a round all contenders run, in turn."""
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    for number in range(count + 1):
        for contender in contenders:
            sample = contender.run(PROGRAMS[program])
            if number:
                samples[contender.name].append(sample)
    return samples
