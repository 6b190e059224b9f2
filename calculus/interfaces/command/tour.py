"""`calculus tour`: a few minutes through real examples, run as they are shown."""

import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import join
from typing import NamedTuple

from calculus.interfaces.colour import highlight
from calculus.interfaces.command import options as opt
from calculus.interfaces.command import run, verify
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file
from calculus.interfaces.command.status import WELL
from calculus.source.diagnostic import FileProblem
from calculus.source.shipped import shipped


class Stop(NamedTuple):
    """An example, what it shows, and the command and options it is shown with."""

    file: str
    shows: str
    options: tuple[str, ...] = ()
    command: str = "run"


STOPS = (
    Stop("fmc/swap.fmc", "A program is a sequence of pushes and pops. This one swaps two values."),
    Stop(
        "fmc/church-arithmetic.fmc",
        "What is pushed is not run until it is used: that is the λ-calculus, here counting.",
    ),
    Stop("fmc/factorial.fmc", "A definition may call itself, and integers have no largest."),
    Stop("fmc/counter.fmc", "A second stack holding one value is a store cell."),
    Stop(
        "fmc/echo.fmc",
        "Input and output are stacks too. --input feeds the one called in.",
        ("--input", "3,1,4,0"),
    ),
    Stop("fmc/gcd.fmc", "A loop by calling oneself last: no stack grows."),
    Stop("fmc/break.fmc", "A loop runs again on one label, and any other label breaks out of it."),
    Stop("fmc/exceptions.fmc", "An exception is the same thing: leaving with a label that is caught."),
    Stop(
        "fmc/third-flip.fmc",
        "Random choice is a source of Booleans. This run draws from it, and ends with H or T.",
        ("--seed", "8"),
    ),
    Stop(
        "fmc/fair-coin.fmc",
        "With --exact nothing is drawn: all outcomes are found, with their probabilities.",
        ("--exact",),
    ),
    Stop(
        "fmc/von-neumann-coin.fmc",
        "A coin that is fair although it is made from one that is not: exactly, not about.",
        ("--exact",),
    ),
    Stop(
        "rmc/addition.rmc",
        "Now relations. Popping unifies, `*` is any number of times; this adds two numerals.",
    ),
    Stop(
        "rmc/sums.rmc",
        "The same term backwards, which is its dual, written ~: all ways to take a sum apart.",
    ),
    Stop(
        "rmc/permutations.rmc",
        "A term has as many answers as there are; here the orders of a list.",
    ),
    Stop(
        "rmc/river-crossing.rmc",
        "In set mode no state is looked at twice, so the search ends.",
        ("--mode", "set"),
    ),
    Stop(
        "regex/nested-stars.regex",
        "Other languages are relations too. A regular expression reads a word, or writes all of its words.",
        ("--max-answers", "5"),
    ),
    Stop(
        "turing/busy-beaver-3.tm",
        "A Turing machine: the one with three states that writes the most before it halts.",
    ),
    Stop("petri/water.net", "And a Petri net: all markings that can be reached."),
    Stop(
        "rmc/copy-and-compare.rmc",
        "What should hold of a program is written beside it, as laws, and is proved or refuted.",
        ("--proofs",),
        "verify",
    ),
    Stop("eml/e.eml", "A calculus of one operator: eml(x, y) is exp(x) - ln(y). The smallest tree is e."),
    Stop(
        "eml/logarithm.eml",
        "With the constant 1 it makes every function of a calculator; here the logarithm.",
        ("--stack", "x=2"),
    ),
    Stop(
        "rlm/aggregate.rlm",
        "And one for texts that are too long to ask a language model about at once; here they are short.",
        (
            "--stack",
            'document="INFO started\\nERROR disk full\\nINFO stopped\\n"',
            "--stack",
            'query="Count the lines by label: INFO, ERROR"',
        ),
    ),
)

FAREWELL = """\
That was the tour. To go on:

  calculus repl                              try things out
  calculus step fmc '[2].[3].add'            watch every step
  calculus repl rmc                          try relations out
  calculus eml compile 'sin(x)/x'            a formula as a tree of one operator
  calculus rlm plan search --size 1000000    what a program would cost
  calculus run FILE                          run a program of your own
  calculus verify FILE                       which of its laws hold
"""


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "tour",
        "a few minutes through real examples",
        usage="tour [OPTIONS]",
        epilog="On a terminal, Enter goes on and q quits; in a pipe it runs through.",
    )
    opt.add_output(parser, json=False)
    output = Output(color=parser.read(arguments).color)
    folder = examples_folder()
    paced = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    stops = [stop for stop in STOPS if (folder / stop.file).is_file()]
    for number, stop in enumerate(stops, 1):
        _show(stop, folder, f"{number} of {len(stops)}", output)
        if paced and number < len(stops) and not _goes_on():
            return WELL
    output.line(FAREWELL.rstrip("\n"))
    return WELL


def examples_folder() -> Path:
    """Where the examples are."""
    folder = shipped("examples")
    if not folder.is_dir():
        raise FileProblem("the examples are not installed; the tour needs them")
    return folder


def _show(stop: Stop, folder: Path, place: str, output: Output) -> None:
    calculus, source = read_file(str(folder / stop.file), None)
    title = f"{place}: {stop.file}"
    output.line(f"\x1b[1m{title}\x1b[0m" if output.color else title)
    output.line(stop.shows)
    output.line("")
    text = source.text.rstrip("\n")
    for line in (highlight(calculus, text) if output.color else text).splitlines():
        output.line(f"  {line}".rstrip())
    output.line("")
    output.line(f"$ calculus {stop.command} {join([stop.file.rpartition('/')[2], *stop.options])}")
    color = "always" if output.color else "never"
    execute = {"run": run.execute, "verify": verify.execute}[stop.command]
    execute([str(folder / stop.file), *stop.options, "--quiet", "--color", color])
    output.line("")


def _goes_on() -> bool:
    try:
        answer = input("Enter: next · q: quit ")
    except (EOFError, KeyboardInterrupt):
        print()
        return False
    print()
    return answer.strip().lower() not in ("q", "quit")
