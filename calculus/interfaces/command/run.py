"""`calculus run FILE`: run the main term of a file."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command import status
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file
from calculus.interfaces.progress import Progress, steps_so_far
from calculus.registry import Calculus
from calculus.source.text import Source

HINT = "`--input 1,2,3` feeds `in`"


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "run",
        "run the main term of a file",
        usage="run FILE [OPTIONS]",
        epilog="A program that pops `nd` is explored: all its outcomes are printed. "
        "Exit status: 0 it ended well; 1 it got stuck or left with a label other than *; 2 a "
        "mistake in the source or the usage; 3 a limit ended it.",
    )
    parser.add_argument("file", metavar="FILE", help="a program, or - for standard input")
    opt.add_language(parser)
    opt.add_run(parser)
    opt.add_exact(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    return run(options, *read_file(options.file, options.language))


def run(options: Namespace, calculus: Calculus, source: Source) -> int:
    """Run a source under the options, print the outcome, and return the exit status."""
    output = Output.of(options)
    settings = opt.settings(options, calculus)
    program = calculus.parse(source)
    for warning in getattr(program, "warnings", ()):
        output.warning(warning)
    if options.exact:
        with Progress(lambda: "", not output.quiet):
            distribution = registry.require(calculus, "exact", program, settings)
        return _show_exact(output, distribution)
    if registry.supports(calculus, "solve"):
        return _show_solutions(output, registry.require(calculus, "solve", program, settings), options.count)
    if registry.supports(calculus, "choices") and registry.require(calculus, "choices", program):
        return _show_answers(output, registry.require(calculus, "explore", program, settings))
    return _show(output, run_with_progress(calculus, program, settings, output))


def run_with_progress(calculus: Calculus, program: Any, settings: Any, output: Output) -> Any:
    """Run a program; a long run says on the terminal how far it is."""
    if not registry.supports(calculus, "state"):
        with Progress(lambda: "", not output.quiet):
            return calculus.run(program, settings)
    from calculus.library import advance

    state = registry.require(calculus, "state", program, settings)
    with Progress(lambda: steps_so_far(state), not output.quiet):
        result = advance(calculus.name, state, settings)
    if registry.supports(calculus, "present"):
        return registry.require(calculus, "present", program, result)
    return result


def _show(output: Output, outcome: Any) -> int:
    from calculus.interfaces import display

    if output.json:
        output.result(outcome.to_json())
        return status.of(outcome)
    for line in display.lines(outcome, output.color):
        output.line(line)
    if getattr(outcome, "error", None) is not None:
        output.diagnostic(display.with_hint(outcome.error, "input", HINT))
    if remark := display.ending(outcome):
        output.remark(remark)
    return status.of(outcome)


def _show_exact(output: Output, distribution: Any) -> int:
    from calculus.interfaces import display

    if output.json:
        output.result(distribution.to_json())
    else:
        for line in display.distribution_lines(distribution, output.color):
            output.line(line)
        output.remark(display.distribution_ending(distribution))
    # The depth is asked for by whoever gives it; every other limit is a budget.
    return status.WELL if distribution.stopped_by in (None, "depth") else status.BUDGET


def _show_solutions(output: Output, answers: Any, counted: bool) -> int:
    """Print the answers of a relational program as they are found."""
    from calculus.interfaces import display

    answers.keep = output.json or counted
    progress = Progress(lambda: display.search_progress(answers), not output.quiet)
    with answers.budget.interruptible(), progress:
        for line in display.solution_lines(answers, output.color, counted):
            if not output.json:
                progress.print(line)
    if output.json:
        output.result(answers.to_json())
        return status.of_search(answers)
    if answers.error is not None:
        output.diagnostic(answers.error)
    elif not answers.found and answers.complete:
        output.line(answers.nothing)
        for reason in display.reasons(answers):
            output.warning(reason)
    output.remark(display.solutions_ending(answers))
    return status.of_search(answers)


def _show_answers(output: Output, answers: Any) -> int:
    from calculus.interfaces import display

    progress = Progress(lambda: f"{answers.steps:,} steps", not output.quiet)
    # Ctrl-C ends the search where it looks at its budget, so never inside a line of output.
    with answers.budget.interruptible(), progress:
        for line in display.answer_lines(answers, output.color):
            if not output.json:
                progress.print(line)
    if output.json:
        output.result(answers.to_json())
    else:
        output.remark(display.answers_ending(answers))
    if answers.stopped_by:
        return status.BUDGET
    good = any(status.of(answer) == status.WELL for answer in answers.answers)
    return status.WELL if good else status.NEGATIVE
