"""`calculus diagram LANGUAGE TEXT` or `calculus diagram FILE [NAME]`: draw a term."""

from collections.abc import Sequence
from typing import Any

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output, write_file
from calculus.interfaces.command.reading import STANDARD_INPUT
from calculus.interfaces.command.reduce import read
from calculus.interfaces.command.status import WELL


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "diagram",
        "draw a term as SVG: a relational one as a string diagram, one of eml as a tree",
        usage="diagram LANGUAGE TEXT [OPTIONS]\n       calculus diagram FILE [NAME] [OPTIONS]",
        epilog="As in: calculus diagram rmc 'ex x. <x>; [x]; [x]' -o copy.svg. "
        "Exit status: 0; 2 a mistake, or a term too large to draw.",
    )
    parser.add_argument(
        "program",
        metavar="LANGUAGE TEXT | FILE [NAME]",
        nargs="+",
        help="a language and a text; or a file or -, and one of its definitions (its main term)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the picture to a file")
    opt.add_language(parser)
    group = parser.add_argument_group("what is drawn")
    group.add_argument("--normal", action="store_true", help="the normal form: its spans")
    group.add_argument("--unfold", action="store_true", help="definitions in full, not as boxes")
    group.add_argument("--shared", action="store_true", help="of eml: the graph, equal subtrees once")
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    calculus, program = read(options.program, options.language)
    # A calculus that draws something else need not know these.
    wanted: dict[str, Any] = {name: True for name in ("normal", "unfold", "shared") if getattr(options, name)}
    diagram = registry.require(calculus, "diagram", program, **wanted)
    to_file = options.output not in (None, STANDARD_INPUT)
    if to_file:
        write_file(options.output, diagram.to_svg())
        output.remark(f"wrote {options.output}: {diagram}")
    if output.json:
        output.object({"language": calculus.name, "file": options.output, **diagram.to_json()})
    elif not to_file:
        print(diagram.to_svg(), end="")
    return WELL
