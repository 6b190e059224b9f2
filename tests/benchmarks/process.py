"""Measurements of whole processes, and of the parser."""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import calculus

ROOT = Path(__file__).parents[2]


def calculus_command() -> list[str]:
    """The installed command, or the module where it is not installed."""
    script = Path(sys.executable).with_name("calculus")
    return [str(script)] if script.exists() else [sys.executable, "-m", "calculus"]


def wall_times(command: list[str], count: int) -> list[float]:
    """The seconds that `count` runs of a command took, after one that is not counted."""
    times = []
    for _ in range(count + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return times[1:]


def subject(*arguments: str) -> list[float]:
    """The numbers that a run of `tests.benchmarks.subject` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.subject", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(word) for word in done.stdout.split()]


TOKEN = re.compile(r"--[^\n]*|\s+|\"[^\"]*\"|->|[A-Za-z_][A-Za-z0-9_']*|-?[0-9]+|.")


def tokens(text: str) -> int:
    """How many tokens a text has, comments and space not counted."""
    return sum(not word.isspace() and not word.startswith("--") for word in TOKEN.findall(text))


def generated(definitions: int) -> str:
    """A source file of that many definitions, each with every construct."""
    return "\n".join(
        f"-- definition {number}\n"
        f'def d{number} = <x>.<y>.a<z>.([x].[{number}].add.[z]a.[y].["text"]out.\n'
        f"  (z.y; Done-><n>.[n].[<w>.w.w].mul; Other->[(x; y)^Again])^Loop).d{number // 2}"
        for number in range(definitions)
    )


def parser_rates(sizes: tuple[int, ...], count: int) -> list[tuple[int, float]]:
    """For each number of definitions: tokens, and the median of tokens parsed in a second."""
    texts = {size: generated(size) for size in sizes}
    times: dict[int, list[float]] = {size: [] for size in sizes}
    calculus.program("fmc", generated(10))
    for _ in range(count):
        for size, text in texts.items():
            start = time.perf_counter()
            calculus.program("fmc", text)
            times[size].append(time.perf_counter() - start)
    return [
        (counted, counted / statistics.median(times[size]))
        for size, text in texts.items()
        for counted in (tokens(text),)
    ]
