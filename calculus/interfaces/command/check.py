"""`calculus check FILE`: parse, names, types; all mistakes at once."""

from collections.abc import Sequence

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file
from calculus.interfaces.command.status import MISTAKE, WELL
from calculus.library import check_source
from calculus.source.diagnostic import CalculusError


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "check",
        "report all mistakes of a file",
        usage="check FILE… [OPTIONS]",
        epilog="Warnings leave the exit status at 0; mistakes make it 2.",
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="a program, or - for standard input")
    parser.add_argument("--types", action="store_true", help="what has no type is a mistake")
    opt.add_language(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    return max(_check(path, options.language, output, options.types) for path in options.files)


def _check(path: str, language: str | None, output: Output, types: bool) -> int:
    try:
        calculus, source = read_file(path, language)
    except CalculusError as problem:
        # The other files are checked all the same.
        output.error(problem)
        return MISTAKE
    found = check_source(calculus, source, types=types)
    errors = [item for item in found if item.severity == "error"]
    if output.json:
        report = {
            "file": source.name,
            "diagnostics": [item.to_json() | {"severity": item.severity} for item in found],
        }
        output.object({"error": errors[0].to_json()} | report if errors else report)
    elif found:
        output.text_error(CalculusError(*found))
    if not errors and not output.json and not output.quiet:
        warnings = len(found)
        count = f", {warnings} warning{'s' * (warnings != 1)}" if warnings else ""
        output.line(f"{source.name}: no mistakes{count}")
    return MISTAKE if errors else WELL
