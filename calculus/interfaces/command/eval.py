"""`calculus eval LANGUAGE TEXT`: run a program given as text."""

from collections.abc import Sequence

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.reading import read_text
from calculus.interfaces.command.run import run


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "eval",
        "run a program given as text",
        usage="eval LANGUAGE TEXT [OPTIONS]",
        epilog="As in: calculus eval fmc '[2].[3].add'. Exit status as for `calculus run`.",
    )
    parser.add_argument("language", metavar="LANGUAGE", help="such as fmc")
    parser.add_argument("text", metavar="TEXT", help="a program, or - for standard input")
    opt.add_run(parser)
    opt.add_exact(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    return run(options, *read_text(options.language, options.text))
