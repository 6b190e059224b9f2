"""`calculus translate LANGUAGE FILE [--to CALCULUS]`: the encoding of a program, printed."""

from collections.abc import Sequence
from pathlib import Path

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import STANDARD_INPUT, read_file, read_text
from calculus.interfaces.command.status import WELL
from calculus.library import translate_source
from calculus.registry import Calculus
from calculus.source.text import Source


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "translate",
        "print the translation of a program into a machine calculus",
        usage="translate LANGUAGE FILE|TEXT [--to CALCULUS] [OPTIONS]",
        epilog="As in: calculus translate lambda-cbv '(\\x. x + 1) 2'. What names no file is a program. "
        "Exit status: 0; 2 a mistake in the program.",
    )
    parser.add_argument("language", metavar="LANGUAGE", help="such as lambda-cbv or imp")
    parser.add_argument(
        "program", metavar="FILE|TEXT", help="a file, a program as text, or - for standard input"
    )
    parser.add_argument("--to", metavar="CALCULUS", help="fmc or rmc, whichever the language translates into")
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    calculus, source = _read(options.language, options.program)
    text = translate_source(calculus, source, options.to)
    if output.json:
        to = options.to or getattr(calculus, "targets", ("fmc",))[0]
        output.object({"language": calculus.name, "to": to, "text": text})
    else:
        print(text, end="")
    return WELL


def _read(language: str, given: str) -> tuple[Calculus, Source]:
    try:
        is_file = given != STANDARD_INPUT and Path(given).is_file()
    except (OSError, ValueError):  # a text too long to name a file
        is_file = False
    return read_file(given, language) if is_file else read_text(language, given)
