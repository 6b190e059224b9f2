"""Measure and print one table.

`python -m tests.benchmarks [ROW …] [--quick] [--rounds N] [--json | --page FILE]`
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

from tests.benchmarks import (
    confluence,
    contenders,
    eml_arrays,
    eml_enumeration,
    eml_recovery,
    eml_search,
    process,
    relational,
    rlm,
    rmc_confluence,
)
from tests.benchmarks.contenders import Contender, MissingError
from tests.benchmarks.programs import PROGRAMS
from tests.benchmarks.table import FMC, Group, Row, markdown, program_row, render, verdict

MARKER = "<!-- measured -->\n"
"""In a page, what comes above the table."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure, and print one table."
    )
    names = [
        *PROGRAMS,
        *MEASURES,
        *relational.NAMES,
        *eml_arrays.NAMES,
        *eml_recovery.NAMES,
        *eml_search.NAMES,
        *rlm.NAMES,
    ]
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which rows: {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="one round, small sizes: a test of the table")
    parser.add_argument("--rounds", type=int, default=7, help="rounds after the warm-up (default 7)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the rows as JSON")
    form.add_argument("--page", type=Path, help="write the table into a page, below its marker")
    options = parser.parse_args(arguments)
    # The beginning of names, as `eml-recovery` of `eml-recovery-2`, stands for all of them.
    chosen = {
        row: [name for name in names if name == row] or [name for name in names if name.startswith(f"{row}-")]
        for row in options.rows
    }
    unknown = [row for row, found in chosen.items() if not found]
    if unknown:
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted = [name for name in names if not chosen or any(name in found for found in chosen.values())]
    count = 1 if options.quick else options.rounds

    missing: dict[str, str] = {}
    tables = [
        (group, told(rows))
        for group, rows in (
            (FMC, _rows(wanted, count, options.quick, missing)),
            (relational.GROUP, relational.rows(wanted, count, options.quick, missing)),
            (eml_arrays.GROUP, eml_arrays.rows(wanted, count, options.quick, missing)),
            (eml_recovery.GROUP, eml_recovery.rows(wanted, count, options.quick, missing)),
            (eml_search.GROUP, eml_search.rows(wanted, count, options.quick)),
            (rlm.GROUP, rlm.rows(wanted, count, options.quick)),
        )
    ]
    tables = [(group, rows) for group, rows in tables if rows]
    title = f"{count} rounds, Python {platform.python_version()}, {os.cpu_count()} cores"
    if options.json:
        found = [row.to_json() for _, rows in tables for row in rows]
        print(json.dumps({"title": title, "missing": missing, "rows": found}, indent=2))
    elif options.page:
        above, marker, _ = options.page.read_text(encoding="utf-8").partition(MARKER)
        below = "\n".join(markdown(rows, _of(group, missing), title, group) for group, rows in tables)
        options.page.write_text(f"{above}{marker or MARKER}\n{below}", encoding="utf-8")
    else:
        # Wide enough for the whole table, also in a file.
        console = Console(width=None if sys.stdout.isatty() else 200)
        for group, rows in tables:
            console.print(render(rows, _of(group, missing), title, group))
    return 0


def told(rows: Iterator[Row]) -> list[Row]:
    """The rows, each said to be measured when it is."""
    found = []
    for row in rows:
        print(f"measured {row.title}", file=sys.stderr)
        found.append(row)
    return found


def _of(group: Group, missing: dict[str, str]) -> dict[str, str]:
    return {name: why for name, why in missing.items() if name in group.peers}


def _rows(wanted: list[str], count: int, quick: bool, missing: dict[str, str]) -> Iterator[Row]:
    if chosen := [name for name in wanted if name in PROGRAMS]:
        yield from _program_rows(chosen, count, quick, missing)
    for name in wanted:
        if name in MEASURES:
            yield MEASURES[name](count, quick)


def _program_rows(chosen: list[str], count: int, quick: bool, missing: dict[str, str]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        present: list[Contender] = [
            contenders.Engine("kernel"),
            # The first transitions are enough to see how fast the reference machine is.
            contenders.Engine("reference", max_steps=20_000 if quick else 200_000),
        ]
        makers: dict[str, Callable[[], Contender]] = {
            "CPython": contenders.cpython,
            "Node": contenders.node,
            "OCaml": lambda: contenders.ocaml(Path(folder)),
            "Racket": contenders.racket,
        }
        try:
            for name, maker in makers.items():
                try:
                    present.append(maker())
                except MissingError as problem:
                    missing[name] = str(problem)
            for name in chosen:
                program = PROGRAMS[name]
                samples = contenders.rounds(present, name, count)
                row = program_row(name, program.title, program.target, samples)
                compiling = contenders.compile_seconds(program)
                row.note = ", ".join(
                    [*filter(None, [verdict(row.reached)]), f"compiling {compiling * 1e3:.1f} ms"]
                )
                yield row
        finally:
            for contender in present:
                contender.close()


def _command_row(name: str, arguments: list[str], target: float, count: int) -> Row:
    ours = process.wall_times([*process.calculus_command(), *arguments], count)
    python = statistics.median(process.wall_times([sys.executable, "-c", "pass"], count))
    median = statistics.median(ours)
    return Row(
        name,
        " ".join(["calculus", *arguments]),
        median,
        min(ours),
        "s",
        peers={"CPython": python},
        target=f"< {target} s",
        reached=median < target,
    )


def cold_help(count: int, quick: bool) -> Row:
    return _command_row("cold-help", ["--help"], 0.15, count)


def cold_eval(count: int, quick: bool) -> Row:
    return _command_row("cold-eval", ["eval", "fmc", "[2].[3].add"], 0.25, count)


def kernel_load(count: int, quick: bool) -> Row:
    process.subject("load")  # fills the cache if need be
    samples = [process.subject("load") for _ in range(count)]
    loads = [load for _, load in samples]
    median = statistics.median(loads)
    imports = statistics.median(imported for imported, _ in samples)
    return Row(
        "kernel-load",
        "kernel, from the cache",
        median,
        min(loads),
        "s",
        target="< 0.4 s",
        reached=median < 0.4,
        note=f"{verdict(median < 0.4)}; importing Numba {imports:.3f} s more",
    )


def parser(count: int, quick: bool) -> Row:
    rates = process.parser_rates((50, 100, 200) if quick else (1000, 2000, 4000), count)
    slowest = min(rate for _, rate in rates)
    return Row(
        "parser",
        "parser, tokens a second",
        rates[-1][1],
        unit="/s",
        target="≥ 150,000 /s",
        reached=slowest >= 150_000,
        note=f"{verdict(slowest >= 150_000)}; "
        + ", ".join(f"{counted:,} tokens: {rate:,.0f}/s" for counted, rate in rates),
    )


def _memory_row(name: str, program: str, title: str, small: int, large: int) -> Row:
    before = process.subject("memory", program, str(small))[0]
    after = process.subject("memory", program, str(large))[0]
    reached = after < 300 and after < 1.1 * before
    return Row(
        name,
        title,
        after,
        unit="MB",
        target="< 300 MB",
        reached=reached,
        note=f"{verdict(reached)}; {before:.0f} MB at a tenth of the size",
    )


def memory_loop(count: int, quick: bool) -> Row:
    return _memory_row("memory-loop", "loop", "peak memory, loop 10^8", 1, 10)


def memory_trees(count: int, quick: bool) -> Row:
    return _memory_row("memory-trees", "trees", "peak memory, trees, 1000 times", 1, 10)


MEASURES: dict[str, Callable[[int, bool], Row]] = {
    "cold-help": cold_help,
    "cold-eval": cold_eval,
    "kernel-load": kernel_load,
    "parser": parser,
    "memory-loop": memory_loop,
    "memory-trees": memory_trees,
    eml_enumeration.NAME: eml_enumeration.row,
    **confluence.MEASURES,
    **rmc_confluence.MEASURES,
}


if __name__ == "__main__":
    sys.exit(main())
