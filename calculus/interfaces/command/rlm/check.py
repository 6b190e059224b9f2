"""`calculus rlm check`: the theorems about plans by brute force, and where the paper's statements fail."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.interfaces.progress import Progress

if TYPE_CHECKING:
    from calculus.rlm.planning.theorems import Theorem


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "rlm check",
        "check the theorems about plans by brute force, and show where the paper's statements fail",
        usage="rlm check [OPTIONS]",
        epilog="Exit status: 0 every theorem holds and every statement said to be wrong is; 1 one does not; "
        "3 it was stopped.",
    )
    parser.add_argument(
        *("--limit",),
        metavar="N",
        type=opt.whole_number,
        default=40,
        help="all sizes up to N (40; 12 or more)",
    )
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    return _check(options.limit, output)


def _check(limit: int, output: Output) -> int:
    from calculus.rlm.planning.theorems import check_theorems

    found: list[Theorem] = []
    progress = Progress(lambda: f"{len(found)} statements", not output.quiet)

    def show(theorem: "Theorem") -> None:
        found.append(theorem)
        if not output.json:
            for line in _lines(theorem, output.quiet):
                progress.print(line)

    stopped = False
    with progress:
        try:
            check_theorems(limit, show)
        except KeyboardInterrupt:
            stopped = True
    right = all(theorem.as_expected for theorem in found)
    if output.json:
        stop = {"stopped_by": "interrupt"} if stopped else {}
        output.object({"theorems": [theorem.to_json() for theorem in found], **stop})
    holding = sum(theorem.verdict == "holds" for theorem in found)
    output.remark(f"{holding} hold, {len(found) - holding} are refuted, for sizes up to {max(limit, 12)}")
    if stopped:
        output.remark("stopped by an interrupt")
        return BUDGET
    return WELL if right else NEGATIVE


def _lines(theorem: "Theorem", quiet: bool) -> list[str]:
    surprise = "" if theorem.as_expected else f"  (expected: {theorem.expected})"
    head = f"{theorem.verdict:<8} {theorem.name}{surprise}"
    if quiet:
        return [head]
    lines = [head, f"         {theorem.statement}"]
    if theorem.counterexample is None:
        return [*lines, f"         {theorem.tried:,} cases"]
    shown = ", ".join(f"{name} = {_shown(value)}" for name, value in theorem.counterexample.items())
    return [*lines, f"         {theorem.source}; fails at {shown}"]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
