"""`calculus eml compile EXPRESSION`: the shortest tree known for an expression, and where it holds."""

from collections.abc import Sequence

from calculus.eml.compiler import compile
from calculus.eml.compiler.record import usual_error
from calculus.eml.postfix import to_postfix
from calculus.eml.witness import Witness
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output, write_file
from calculus.interfaces.command.status import WELL
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source

SHOWN = 10_000
"""Nodes of a tree that is printed whole."""
WRITTEN = 50_000_000
"""Nodes of a tree that is written to a file."""
MAGNIFIED = 1e-12
"""Worst errors beyond are explained."""
_HOW = {
    "symbolic": "proved     symbolically, and checked at points",
    "enclosure": "proved     by enclosures, and checked at points",
    "points": "checked    at points",
    None: "checked    at points",
}


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "eml compile",
        "the shortest tree known for an expression, and where it holds",
        usage="eml compile EXPRESSION [OPTIONS]",
        epilog="As in: calculus eml compile 'x/2' --assume 'x > 0'. Exit status: 0 there is a tree; 2 a "
        "mistake, or no tree that is right where it should be.",
    )
    parser.add_argument("expression", metavar="EXPRESSION", help="in ordinary notation, or as Sin[x]/x")
    group = parser.add_argument_group("which tree")
    group.add_argument(
        *("--shortest",),
        metavar="WHAT",
        type=opt.one_of("K", "dag"),
        default="K",
        help="K: fewest nodes (default); dag: fewest distinct subtrees",
    )
    group.add_argument("--finite", action="store_true", help="without infinite intermediate values")
    group.add_argument(
        "--robust", action="store_true", help="right by exact and by rounded arithmetic alike, on every cut"
    )
    group.add_argument(
        *("--semantics",),
        metavar="NAME",
        type=opt.one_of("principal", "ieee", "extended"),
        default="ieee",
        help="ieee: complex128 (default); principal: exact; extended: exact with ln 0 = -∞",
    )
    group.add_argument(
        *("--assume",),
        metavar="CONDITIONS",
        action="append",
        default=[],
        help="where the tree is wanted, as in 'x > 0' or 'x complex' (where the expression is real)",
    )
    opt.add_output(parser)
    parser.add_argument("--postfix", action="store_true", help="print the tree in postfix alone")
    parser.add_argument("-o", metavar="FILE", dest="file", help="write the tree to FILE, in postfix")
    options = parser.read(arguments)
    output = Output.of(options)
    witness = compile(
        Source(options.expression),
        semantics=options.semantics,
        shortest=options.shortest,
        finite=options.finite,
        robust=options.robust,
        assume=[Source(text, "--assume") for text in options.assume],
    )
    if options.file:
        _write(options.file, witness)
    if output.json:
        output.object(_json(witness))
    elif options.postfix:
        output.line(to_postfix(witness.term, None if witness.K <= WRITTEN else SHOWN))
    else:
        _show(witness, output)
    return WELL


def _write(path: str, witness: Witness) -> None:
    if witness.K > WRITTEN:
        raise UsageProblem(f"the tree has {witness.K:,} nodes; at most {WRITTEN:,} are written")
    write_file(path, to_postfix(witness.term) + "\n")


def _json(witness: Witness) -> dict[str, object]:
    if witness.K <= SHOWN:
        return witness.to_json()
    small = {"tree": witness.term.text(SHOWN), "postfix": to_postfix(witness.term, SHOWN)}
    return small | witness.summary()


def _show(witness: Witness, output: Output) -> None:
    size, domain = witness.K, witness.domain
    if size <= SHOWN:
        output.line(str(witness))
    else:
        output.line(witness.term.text(400))
    if output.quiet:
        return
    output.line(f"  postfix    {to_postfix(witness.term, None if size <= SHOWN else 400)}")
    output.line(f"  K          {size}, with {witness.dag} distinct subtrees")
    output.line(f"  holds      {domain}, in {domain.semantics}")
    if domain.error is not None:
        output.line(f"  {_HOW[domain.how]}, worst error {domain.error:.1e}")
    for remark in _remarks(witness):
        output.line(f"  remark     {remark}")


def _remarks(witness: Witness) -> list[str]:
    found = []
    domain = witness.domain
    if witness.narrower:
        found.append("narrower than what was asked for; no tree was found for larger arguments")
    if domain.error is not None and domain.error > MAGNIFIED and witness.expression is not None:
        usual = usual_error(witness.term, witness.expression, domain)
        found.append(f"rounding is magnified at some points; the error is usually about {usual:.1e}")
    if domain.finite is False:
        found.append("intermediate values are infinite; --finite avoids them")
    if domain.robust is False:
        found.append("rounding decides on a branch cut; --robust avoids that where it can")
    if witness.K > SHOWN:
        found.append("the tree is not shown whole; -o FILE writes it")
    return found
