"""`calculus rlm compare`: asking directly, a flat map-reduce and λ-RLM on tasks with known answers."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.rlm.noise import add_noise, noise_from
from calculus.interfaces.command.status import BUDGET, WELL
from calculus.interfaces.progress import Progress

if TYPE_CHECKING:
    from calculus.rlm.tasks.comparing import Comparand, Comparison


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "rlm compare",
        "compare asking directly, a flat map-reduce and λ-RLM on generated tasks with known answers",
        usage="rlm compare [TASK ...] [OPTIONS]",
        epilog="As in: calculus rlm compare oolong --sizes 4000,32000. The answers are simulated: it tells "
        "what a method makes of a rate of errors, and nothing of any model. Exit status: 0 it is done; 2 a "
        "mistake; 3 it was stopped.",
    )
    parser.add_argument("tasks", metavar="TASK", nargs="*", help="sniah, oolong, pairs, code (all)")
    group = parser.add_argument_group("what is compared")
    group.add_argument(
        *("--sizes",),
        metavar="N,N",
        type=_numbers,
        help="bytes of the documents (4000,16000,64000)",
    )
    group.add_argument("--methods", metavar="NAMES", type=_words, help="of direct,flat,rlm (all)")
    group.add_argument(
        *("--runs",),
        metavar="N",
        type=opt.whole_number,
        default=10,
        help="of each, with seeds from --seed (10)",
    )
    group.add_argument("--seed", metavar="N", type=opt.integer, default=0, help="the first seed (0)")
    group.add_argument("--tau", metavar="N", type=opt.whole_number, help="the leaves of λ-RLM, if smaller")
    group.add_argument(
        "--workers", metavar="N", type=opt.whole_number, default=16, help="calls at a time (16)"
    )
    group.add_argument(
        *("--retries",), metavar="N", type=opt.whole_number, default=4, help="attempts after the first (4)"
    )
    add_noise(parser, window=8192)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)

    from dataclasses import replace

    from calculus.rlm.tasks.comparing import MODEL, SIZES, compare
    from calculus.rlm.tasks.generators import TASKS
    from calculus.rlm.tasks.task import METHODS

    given = {name: getattr(options, name) for name in ("window", "price_in", "price_out", "seconds")}
    model = replace(MODEL, **{name: value for name, value in given.items() if value is not None})
    so_far = "preparing"

    def progress(text: str) -> None:
        nonlocal so_far
        so_far = text

    with Progress(lambda: so_far, not output.quiet):
        found = compare(
            options.tasks or TASKS,
            options.sizes or SIZES,
            range(options.seed, options.seed + options.runs),
            methods=options.methods or METHODS,
            noise=noise_from(options, model),
            model=model,
            tau=options.tau,
            workers=options.workers,
            retries=options.retries,
            progress=progress,
        )
    if output.json:
        output.object(found.to_json())
    else:
        for line in lines(found):
            output.line(line)
        output.remark(
            f"{found.note}; {len(found.seeds)} run{'s' * (len(found.seeds) != 1)} each; intervals of 95 %"
        )
    return WELL if found.stopped_by is None else BUDGET


def _numbers(text: str) -> list[int]:
    return [opt.whole_number(word) for word in text.split(",")]


def _words(text: str) -> list[str]:
    return text.split(",")


def lines(found: "Comparison") -> Iterator[str]:
    """A table for each task and size, with the metrics as its columns."""
    before = None
    for row in found.rows:
        if (row.task, row.size) != before:
            if before is not None:
                yield ""
            before = row.task, row.size
            metrics = "".join(f"{name:>25}" for name in row.scores)
            yield f"{row.task}, {row.size:,} bytes"
            yield f"  {'':6}{metrics}{'calls':>9}{'tokens':>10}{'cost':>10}{'latency':>10}"
        yield f"  {row.method:6}{_row(row)}"
    if found.stopped_by is not None:
        yield "stopped by Ctrl-C; these are the rows that are complete"


def _row(row: "Comparand") -> str:
    if row.refused is not None:
        return f" no plan: {row.refused}"
    scores = "".join(
        f"{f'{score.mean:.2f} ({score.low:.2f} … {score.high:.2f})':>25}" for score in row.scores.values()
    )
    tokens = row.tokens_in + row.tokens_out
    end = f"{row.calls:>9,.1f}{tokens:>10,.0f}{row.cost:>10.4f}{f'{row.seconds:,.1f} s':>10}"
    remarks = []
    if row.read < 1:
        remarks.append(f"reads {row.read:.0%}")
    if row.failed:
        remarks.append(f"{row.failed} failed")
    return f"{scores}{end}  {', '.join(remarks)}".rstrip()
