"""`calculus reduce LANGUAGE TEXT` or `calculus reduce FILE [NAME]`: reduce a term, and show the way."""

from collections.abc import Sequence
from typing import Any

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file, read_text
from calculus.interfaces.command.status import BUDGET, WELL
from calculus.registry import Calculus
from calculus.source.diagnostic import UsageProblem

STRATEGIES = ("normal", "head", "leftmost", "parallel", "random", "machine")

WIDEST = 40
"""Characters of a position; a longer one is cut in its middle."""


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "reduce",
        "reduce a term, and show the way",
        usage="reduce LANGUAGE TEXT [OPTIONS]\n       calculus reduce FILE [NAME] [OPTIONS]",
        epilog="Exit status: 0 nothing more applies; 2 a mistake; 3 a limit ended it.",
    )
    parser.add_argument(
        "program",
        metavar="LANGUAGE TEXT | FILE [NAME]",
        nargs="+",
        help="a language and a text; or a file or -, and one of its definitions (its main term)",
    )
    opt.add_language(parser)
    group = parser.add_argument_group("how it is reduced")
    group.add_argument("--path", action="store_true", help="print every step: rule, place, term")
    group.add_argument(
        *("--strategy",),
        metavar="NAME",
        type=opt.one_of(*STRATEGIES),
        default="normal",
        help=f"{', '.join(STRATEGIES[:-1])} or machine (by running it, for large terms)",
    )
    group.add_argument(
        *("--loops",),
        metavar="WHICH",
        type=opt.one_of("head", "never", "always"),
        help="the loops that are unrolled: head (where the machine would run), never or always",
    )
    group.add_argument("--unfold", action="store_true", help="unfold definitions")
    group.add_argument("--redexes", action="store_true", help="only list where which rule applies")
    group.add_argument("--seed", metavar="N", type=opt.integer, default=0, help="of --strategy random (0)")
    group.add_argument("--max-steps", metavar="N", type=opt.whole_number, help="stop after N steps (10000)")
    group.add_argument("--max-seconds", metavar="S", type=opt.number, help="stop after S seconds")
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    calculus, program = read(options.program, options.language)
    if options.redexes:
        return _redexes(registry.require(calculus, "redexes", program, unfold=options.unfold), output)
    given = {"max_steps": options.max_steps, "loops": options.loops}
    extra = {name: value for name, value in given.items() if value is not None}
    if options.path and options.strategy == "machine":
        raise UsageProblem("the machine makes no reduction steps; --path needs another strategy")
    found = registry.require(
        calculus,
        "reduce",
        program,
        strategy=options.strategy,
        unfold=options.unfold,
        seed=options.seed,
        max_seconds=options.max_seconds,
        keep=options.path,
        **extra,
    )
    return _show(found, options.path, output)


def read(words: Sequence[str], language: str | None) -> tuple[Calculus, Any]:
    """The program of a language and a text, or of a file and perhaps the name of a definition."""
    match words:
        case [path]:
            calculus, source = read_file(path, language)
            return calculus, calculus.parse(source)
        case [first, second] if first in registry.names() and language is None:
            calculus, source = read_text(first, second)
            return calculus, calculus.parse(source)
        case [path, name]:
            calculus, source = read_file(path, language)
            return calculus, registry.require(calculus, "select", calculus.parse(source), name)
    raise UsageProblem("expected a language and a text, or a file and perhaps the name of a definition")


def _redexes(found: Sequence[Any], output: Output) -> int:
    for redex in found:
        if output.json:
            output.object({"rule": redex.rule.name, "position": list(redex.position)})
        else:
            output.line(f"{redex.rule.name:<13} {place(redex.position)}")
    output.remark(f"{len(found)} redex{'es' * (len(found) != 1)}")
    return WELL


def _show(found: Any, path: bool, output: Output) -> int:
    shape = (
        found.to_json(path) if path else found.to_json(False) if hasattr(found, "path") else found.to_json()
    )
    if output.json:
        output.object(shape)
        return WELL if shape["normal"] else BUDGET
    if path:
        output.line(f"{0:>5}  {'start':<13} {'':<10}  {found.start}")
        output_steps(found.path, output)
    elif shape["term"] is not None:
        output.line(shape["term"])
    steps = f"{shape['steps']} step{'s' * (shape['steps'] != 1)}"
    if shape["normal"]:
        output.remark(f"nothing more applies after {steps}")
    else:
        output.remark(f"stopped by its limit on {shape['stopped_by']} after {steps}")
    return WELL if shape["normal"] else BUDGET


def output_steps(steps: Sequence[Any], output: Output, indent: str = "") -> None:
    """Every step of a path: number, rule, place, and the term after it."""
    for number, step in enumerate(steps, 1):
        output.line(
            f"{indent}{number:>5}  {step.rule:<13} {place(step.position, step.span):<10}  {step.term}"
        )


def place(position: tuple[int, ...], span: Any = None) -> str:
    """A position as text: where it is in the source, and the children that lead to it."""
    path = ".".join(map(str, position)) or "root"
    if len(path) > WIDEST:
        path = f"{path[: WIDEST // 2]}…{path[-WIDEST // 2 :]}"
    if span is None:
        return path
    at = span.to_json()
    return f"{at['line']}:{at['column']} {path}"


__all__ = ["execute", "output_steps", "place", "read"]
