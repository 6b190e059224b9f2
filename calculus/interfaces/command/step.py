"""`calculus step FILE` or `calculus step LANGUAGE TEXT`: every transition of a run."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from calculus import registry
from calculus.interfaces import display, stepping
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file, read_text
from calculus.interfaces.command.run import HINT
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.machine.budget import Budget
from calculus.source.diagnostic import UsageProblem


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "step",
        "show every transition of a run",
        usage="step FILE [OPTIONS]\n       calculus step LANGUAGE TEXT [OPTIONS]",
        epilog="On a terminal the run is stepped interactively; with --json, with --quiet or in a "
        "pipe all transitions are printed: step, rule, stacks, the term that runs next, "
        "continuations. The reference machine runs it, whatever --engine says. Exit status as for "
        "`calculus run`.",
    )
    parser.add_argument(
        "program",
        metavar="FILE | LANGUAGE TEXT",
        nargs="+",
        help="a file or - for standard input; or a language and a text",
    )
    opt.add_language(parser)
    opt.add_run(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    match options.program:
        case [path]:
            calculus, source = read_file(path, options.language)
        case [language, text]:
            calculus, source = read_text(language, text)
        case _:
            raise UsageProblem("step expects a file, or a language and a text")
    output = Output.of(options)
    settings = opt.settings(options, calculus)
    program = calculus.parse(source)
    state = registry.require(calculus, "state", program, settings)
    budget = settings.budget()
    if _interactive(output):
        stepper = stepping.Stepper(calculus, state, stepping.read_line, output.line, output.color)
        return _status(stepper.run(), output)
    return _status(_print(stepping.entries_of(calculus, state, budget), budget, output), output)


def _print(entries: Iterator[Any], budget: Budget, output: Output) -> Any:
    """Print every transition; the last entry."""
    with budget.interruptible():
        for entry in entries:
            if output.json:
                output.object(entry.to_json())
            elif not entry.last:
                output.line(stepping.entry_line(entry, output.color))
            elif not output.quiet:
                output.line(stepping.entry_line(entry))
    return entry


def _interactive(output: Output) -> bool:
    if output.json or output.quiet or sys.stdin is None:
        return False
    return sys.stdin.isatty() and sys.stdout.isatty()


def _status(last: Any, output: Output) -> int:
    if last is None:
        return WELL
    if last.error is not None:
        output.diagnostic(display.with_hint(last.error, "input", HINT))
    if last.rule == "budget":
        return BUDGET
    return WELL if last.rule == "done" and last.went_well else NEGATIVE
