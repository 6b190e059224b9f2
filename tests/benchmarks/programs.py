"""The benchmark programs: where each is, where its result lies, and what the result must be."""

from pathlib import Path
from typing import Any, NamedTuple

import calculus
from calculus.source.text import Source

FOLDER = Path(__file__).parent / "fmc"


class Program(NamedTuple):
    """A program, its result (the top of λ), and how far ahead of CPython the kernel should be."""

    name: str
    title: str
    result: int
    target: float | None = None

    def source(self) -> Source:
        path = FOLDER / f"{self.name}.fmc"
        return Source(path.read_text(encoding="utf-8"), path.name)

    def parsed(self) -> Any:
        return calculus.program("fmc", self.source())


PROGRAMS = {
    program.name: program
    for program in (
        Program("church-power", "church 2^20", 2**20, 2.0),
        Program("church-factorial", "church factorial 9", 362_880),
        Program("fib", "fib 27", 196_418, 1.8),
        Program("loop", "loop 10^7", 50_000_005_000_000, 5.0),
        Program("tak", "tak 24 16 8", 9, 1.9),
        Program("ack", "ack 3 9", 4093, 6.0),
        Program("trees", "trees 14, 100 times", 100 * (2**15 - 1), 15.0),
    )
}
