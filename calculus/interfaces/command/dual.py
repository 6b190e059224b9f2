"""`calculus dual LANGUAGE TEXT` or `calculus dual FILE [NAME]`: the term that runs backwards."""

from collections.abc import Sequence

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reduce import read
from calculus.interfaces.command.status import WELL


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "dual",
        "print the dual of a relational term, which runs it backwards",
        usage="dual LANGUAGE TEXT [OPTIONS]\n       calculus dual FILE [NAME] [OPTIONS]",
        epilog="As in: calculus dual rmc 'ex x. <S(x)>; [x]'. Exit status: 0; 2 a mistake.",
    )
    parser.add_argument(
        "program",
        metavar="LANGUAGE TEXT | FILE [NAME]",
        nargs="+",
        help="a language and a text; or a file or -, and one of its definitions (its main term)",
    )
    opt.add_language(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    calculus, program = read(options.program, options.language)
    text = str(registry.require(calculus, "dual", program))
    if output.json:
        output.object({"language": calculus.name, "dual": text})
    else:
        output.line(text)
    return WELL
