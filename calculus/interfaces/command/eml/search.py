"""`calculus eml search TARGET`: the shortest tree of a constant or a function, or how far there is none."""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.interfaces.progress import Progress
from calculus.source.text import Source

if TYPE_CHECKING:
    from calculus.eml.searching.result import Found

STATUS = {"found": WELL, "none": NEGATIVE, "budget": BUDGET}


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "eml search",
        "find the shortest tree of a constant or a function",
        usage="eml search TARGET [OPTIONS]",
        epilog="As in: calculus eml search '2/3'. A number known to some digits only ends in `...`. "
        "Exit status: 0 found; 1 none up to --max-size; 2 a mistake; 3 a limit ended the search.",
    )
    parser.add_argument("target", metavar="TARGET", help="an expression in up to two variables")
    group = parser.add_argument_group("which trees")
    group.add_argument(
        *("--semantics",),
        metavar="NAME",
        type=opt.one_of("ieee", "principal", "extended"),
        default="ieee",
        help="ieee (default), principal or extended",
    )
    group.add_argument("--finite", action="store_true", help="without infinite intermediate values")
    group.add_argument(
        *("--assume",),
        metavar="CONDITIONS",
        action="append",
        default=[],
        help="where the variables are, as in 'x > 1' or 'x real' (positive)",
    )
    group.add_argument(
        "--all", metavar="N", type=opt.whole_number, default=1, help="the N shortest trees (1)"
    )
    group = parser.add_argument_group("how far to look")
    group.add_argument(
        *("--max-size",),
        metavar="K",
        type=opt.whole_number,
        help="until all trees up to this size are covered",
    )
    group.add_argument("--max-steps", metavar="N", type=opt.whole_number, help="lookups of a pass (40000000)")
    group.add_argument("--max-seconds", metavar="S", type=opt.number, help="stop after S seconds")
    group.add_argument(*("--max-memory",), metavar="MB", type=opt.number, help="stop at MB megabytes (2048)")
    group.add_argument(
        "--table", metavar="N", type=opt.whole_number, help="entries of the table of small trees"
    )
    group.add_argument("--threads", metavar="N", type=opt.whole_number, help="as many as there are cores")
    group.add_argument("--seed", metavar="N", type=opt.whole_number, default=0, help="of the points (0)")
    group.add_argument(
        *("--resume",), metavar="FILE", help="keep in FILE how far the search is, and go on from there"
    )
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    found = _search(options, output)
    if output.json:
        output.object(found.to_json())
    else:
        _show(output, found)
    return STATUS[found.status]


def _search(options: Namespace, output: Output) -> "Found":
    from calculus.eml.searching import search
    from calculus.machine.budget import DEFAULT_MEMORY

    so_far = "preparing the kernel"

    def progress(text: str) -> None:
        nonlocal so_far
        so_far = text

    with Progress(lambda: so_far, not output.quiet):
        found: Found = search(
            Source(options.target),
            semantics=options.semantics,
            max_size=options.max_size,
            finite=options.finite,
            assume=options.assume or None,
            count=options.all,
            max_steps=options.max_steps,
            max_seconds=options.max_seconds,
            max_memory=DEFAULT_MEMORY if options.max_memory is None else options.max_memory,
            entries=options.table,
            threads=options.threads,
            seed=options.seed,
            resume=options.resume,
            progress=progress,
        )
    return found


def _show(output: Output, found: "Found") -> None:
    for witness in found.witnesses:
        output.line(str(witness))
        if not output.quiet:
            infinite = "" if witness.domain.finite else ", infinite intermediate values"
            output.line(f"  {witness.postfix}  K = {witness.K}{infinite}")
            output.line(f"  holds: {witness.domain} ({found.semantics}; {witness.domain.how})")
    if output.quiet:
        return
    for line in found.bound.split("; "):
        output.line(line if not found.witnesses else f"  {line}")
    tried = found.tried
    output.remark(
        f"{tried['trees']:,} trees, {tried['goals']:,} goals, {tried['lookups']:,} lookups, "
        f"{tried['impostors']:,} impostors refused"
    )
    if found.stopped_by:
        output.remark(f"stopped by {_STOPPED.get(found.stopped_by, f'its limit on {found.stopped_by}')}")


_STOPPED = {"interrupt": "Ctrl-C", "steps": "its limit on lookups (--max-steps, --max-size)"}
