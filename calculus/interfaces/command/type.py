"""`calculus type LANGUAGE TEXT` and `calculus type FILE [NAME…]`: principal types."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file, read_text
from calculus.interfaces.command.status import MISTAKE, WELL
from calculus.source.diagnostic import CalculusError, UsageProblem


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "type",
        "infer principal types",
        usage="type LANGUAGE TEXT | FILE [NAME…] [OPTIONS]",
        epilog="As in: calculus type fmc '<x>.<y>.[x].[y]'. Without NAME, all types of the file. "
        "What has no type makes the exit status 2.",
    )
    parser.add_argument(
        "words",
        metavar="LANGUAGE TEXT | FILE [NAME…]",
        nargs="+",
        help="a language and a program, or a file and definitions in it",
    )
    opt.add_language(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    first, *others = options.words
    if first in registry.names() and options.language is None:
        return _text(first, others, output)
    return _file(options, first, others, output)


def _text(language: str, others: list[str], output: Output) -> int:
    if len(others) != 1:
        raise UsageProblem(f"expected one program after {language}, found {len(others) or 'none'}")
    calculus, source = read_text(language, others[0])
    _print(registry.require(calculus, "infer", calculus.parse(source)), output)
    return WELL


def _file(options: Namespace, path: str, names: list[str], output: Output) -> int:
    calculus, source = read_file(path, options.language)
    program = calculus.parse(source)
    if names:
        for name in names:
            found = registry.require(calculus, "infer", program, name)
            _print(found, output, name if len(names) > 1 else None)
        return WELL
    if not registry.supports(calculus, "types"):
        _print(registry.require(calculus, "infer", program), output)
        return WELL
    return _all(registry.require(calculus, "types", program), output)


def _print(found: Any, output: Output, name: str | None = None) -> None:
    if output.json:
        output.object(({"name": name} if name else {}) | {"type": str(found)})
    else:
        output.line(f"{name} : {found}" if name else str(found))


def _all(typing: Any, output: Output) -> int:
    """The types of a file, definitions first; then what has none."""
    problems = dict(typing.problems)
    types = {name: str(found) for name, found in typing.types.items() if name not in problems}
    if typing.main is not None:
        types["main"] = str(typing.main)
    if output.json:
        report: dict[str, Any] = {"types": types}
        if typing.main is not None:
            report["type"] = types["main"]
        if problems:
            report["problems"] = {name or "main": item.to_json() for name, item in problems.items()}
            report["error"] = next(iter(problems.values())).to_json()
        output.object(report)
    else:
        for name, found in types.items():
            output.line(f"{name} : {found}")
        if problems:
            output.text_error(CalculusError(*problems.values()))
    return MISTAKE if problems else WELL
