"""`calculus eml show TREE`: a tree in every notation, with its sizes."""

from collections.abc import Sequence
from typing import Any

from calculus.eml import Tree
from calculus.eml.drawing import Drawing, outline
from calculus.eml.printer import LARGEST, bounded_size, check_printable, postfix_text, to_text
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.eml.reading import HELP, read_tree
from calculus.interfaces.command.output import Output, write_file
from calculus.interfaces.command.status import WELL
from calculus.source.diagnostic import UsageProblem
from calculus.source.integer import integer_text

WIDEST = 2_000
"""Characters shown of a tree; of larger ones the beginning."""
EXACT_BITS = 10_000_000
"""K is computed if the sizes of all subtrees together have so many bits at most."""
LARGE = 10**18


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "eml show",
        "show a tree in every notation, with its sizes",
        usage="eml show TREE [OPTIONS]",
        epilog="As in: calculus eml show 11xE1EE --tree. Exit status: 0; 2 a mistake, or a tree too large "
        "for what was asked.",
    )
    parser.add_argument(
        "tree",
        metavar="TREE",
        help=HELP,
    )
    group = parser.add_argument_group("what is shown beside text, postfix and sizes")
    group.add_argument("--latex", action="store_true", help="LaTeX")
    group.add_argument("--sympy", action="store_true", help="the SymPy expression that it is")
    group.add_argument("--expression", action="store_true", help="the function that it computes, and where")
    group.add_argument(
        *("--assume",),
        action="append",
        metavar="TEXT",
        help="with --expression: what holds of the variables, as in 'x > 0, |im y| < pi'",
    )
    group.add_argument(
        *("--semantics",),
        metavar="NAME",
        type=opt.one_of("principal", "ieee", "extended"),
        help="with --expression: principal (default), extended or ieee",
    )
    group.add_argument("--tree", dest="outline", action="store_true", help="a drawing with characters")
    group.add_argument("--svg", metavar="FILE", help="write a picture to a file")
    group.add_argument("--shared", action="store_true", help="with --svg: the graph, equal subtrees once")
    opt.add_output(parser)
    options = parser.read(arguments)
    if options.shared and options.svg is None:
        raise UsageProblem("--shared needs --svg FILE, whose picture it changes")
    if not options.expression and (options.assume or options.semantics):
        raise UsageProblem("--assume and --semantics need --expression, whose answer they change")
    output = Output.of(options)
    tree = read_tree(options.tree, "show")
    asked: dict[str, str] = {}
    if options.expression:
        from calculus.eml import decompile

        found = decompile(tree, assume=options.assume or (), semantics=options.semantics or "principal")
        asked["function"] = found.text
        asked["where"] = f"{found.domain} ({found.semantics})"
    if options.latex:
        asked["latex"] = tree.to_latex()
    if options.sympy:
        check_printable(tree.term)
        asked["sympy"] = _sympy_text(tree)
    if options.outline:
        asked["drawing"] = outline(tree.term)
    if options.svg is not None:
        drawing = Drawing(tree.term, options.shared)
        write_file(options.svg, drawing.to_svg())
        output.remark(f"wrote {options.svg}: {drawing}")
    if output.json:
        output.object(_json(tree) | asked | ({"svg": options.svg} if options.svg else {}))
        return WELL
    if output.quiet:
        for text in asked.values() if asked or options.svg else [str(tree)]:
            output.line(text)
        return WELL
    drawn = asked.pop("drawing", None)
    for name, value in (_facts(tree) | asked).items():
        output.line(f"{name:10}{value}".rstrip())
    if drawn:
        output.line(drawn)
    return WELL


def _sympy_text(tree: Tree) -> str:
    try:
        return str(tree.to_sympy())
    except RecursionError:  # SymPy goes down into what it prints
        raise UsageProblem(f"a tree of depth {tree.depth:,} is too deep for SymPy") from None


def _facts(tree: Tree) -> dict[str, str]:
    size = _size(tree)
    return {
        "tree": to_text(tree.term, limit=WIDEST),
        "postfix": postfix_text(tree.term, limit=WIDEST),
        "K": size if isinstance(size, str) else f"{size:,}",
        "DAG size": f"{tree.dag:,}",
        "depth": f"{tree.depth:,}",
        "variables": ", ".join(tree.variables) or "none",
    }


def _json(tree: Tree) -> dict[str, Any]:
    size = _size(tree)
    # What is too large to print has no text.
    printed = isinstance(size, int) and size <= LARGEST
    return {
        "tree": str(tree) if printed else None,
        "postfix": tree.postfix if printed else None,
        "K": size,
        "dag": tree.dag,
        "depth": tree.depth,
        "variables": tree.variables,
    }


def _size(tree: Tree) -> int | str:
    """K, or about how large it is where nobody would read its digits."""
    if (size := bounded_size(tree.term, LARGE)) <= LARGE:
        return size
    if tree.dag * tree.depth > EXACT_BITS:
        return "more than 10^18"
    return f"about 10^{len(integer_text(tree.K)) - 1}"
