"""`calculus eml evaluate TREE`: the value of a tree at a point, under a semantics that is named."""

from argparse import Namespace
from collections.abc import Sequence

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.values import evaluate
from calculus.eml.tree import Tree
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.eml.reading import HELP, read_tree
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.source.diagnostic import UsageProblem


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "eml evaluate",
        "the value of a tree at a point",
        usage="eml evaluate TREE [--at NAME=NUMBER]… [OPTIONS]",
        epilog="As in: calculus eml evaluate 11xE1EE --at x=1/3 --semantics principal --precision 50. Exit "
        "status: 0 there is a value; 1 there is none; 2 a mistake; 3 it could not be told.",
    )
    parser.add_argument("tree", metavar="TREE", help=HELP)
    parser.add_argument(
        *("--at",),
        metavar="NAME=NUMBER",
        action="append",
        help="what a variable stands for: 0.5, 1/3, 1+2i, pi/2; with --enclose also [1, 2] and 1.5 +/- 0.1",
    )
    parser.add_argument(
        *("--semantics",),
        metavar="NAME",
        type=opt.one_of("principal", "ieee", "extended"),
        help="ieee: complex128 (default); principal: exact; extended: exact with ln 0 = -∞",
    )
    parser.add_argument(
        *("--precision",), metavar="DIGITS", type=opt.whole_number, help="digits of an exact value (30)"
    )
    parser.add_argument(
        *("--enclose",), action="store_true", help="proven bounds of the exact value (principal by default)"
    )
    parser.add_argument(
        *("--conditioning",),
        action="store_true",
        help="what rounding does to the value in complex128, and where",
    )
    opt.add_output(parser)
    options = parser.read(arguments)
    tree = read_tree(options.tree, "evaluate")
    at = _point(options.at or (), tree.variables, options.enclose)
    if options.conditioning:
        return _conditioning(tree, at, options)
    return _enclosure(tree, at, options) if options.enclose else _value(tree, at, options)


def _point(texts: Sequence[str], variables: Sequence[str], enclose: bool) -> dict[str, str]:
    point: dict[str, str] = {}
    for text in texts:
        name, sign, number = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise UsageProblem(f"--at: expected NAME=NUMBER, found {text!r}")
        if name in point:
            raise UsageProblem(f"--at: {name} is given twice")
        if name not in variables:
            known = f"the variables are {', '.join(variables)}" if variables else "it has no variables"
            raise UsageProblem(f"--at: there is no {name} in the tree; {known}")
        point[name] = number.strip()
        if not enclose and ("[" in number or "+/-" in number):
            raise UsageProblem(f"--at: expected a number for {name}, found an interval; it needs --enclose")
    return point


def _value(tree: Tree, at: dict[str, str], options: Namespace) -> int:
    semantics: SemanticsName = options.semantics or "ieee"
    value = evaluate(tree, at, semantics=semantics, precision=options.precision)
    output = Output.of(options)
    if output.json:
        output.object(value.to_json())
    else:
        output.line(str(value))
        for note in value.notes:
            output.remark(note)
    return {"defined": WELL, "undefined": NEGATIVE, "unknown": BUDGET}[value.status]


def _enclosure(tree: Tree, at: dict[str, str], options: Namespace) -> int:
    from calculus.eml.evaluation.balls import enclose

    semantics: SemanticsName = options.semantics or "principal"
    found = enclose(tree, at, semantics=semantics, precision=options.precision)
    output = Output.of(options)
    if output.json:
        output.object(found.to_json())
    else:
        output.line(str(found))
    return {"enclosed": WELL, "undefined": NEGATIVE, "undecided": BUDGET}[found.status]


def _conditioning(tree: Tree, at: dict[str, str], options: Namespace) -> int:
    from calculus.eml.evaluation.sensitivity import conditioning

    if options.enclose or options.precision is not None or options.semantics not in (None, "ieee"):
        raise UsageProblem("--conditioning is about complex128; it goes without --enclose and --precision")
    report = conditioning(tree, at)
    output = Output.of(options)
    if output.json:
        value = report.to_json()["value"]
        output.object({**value, "semantics": "ieee", "conditioning": report.to_json()})
    else:
        output.line(str(report))
    return WELL if report.value == report.value else NEGATIVE
