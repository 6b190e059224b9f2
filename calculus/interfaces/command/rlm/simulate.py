"""`calculus rlm simulate PROGRAM --document FILE`: a program run many times on oracles that err as told."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.rlm.noise import add_noise, noise_from
from calculus.interfaces.command.rlm.planning import add_planning, add_subject, document_of, planned_of
from calculus.interfaces.command.status import BUDGET, WELL
from calculus.interfaces.progress import Progress

if TYPE_CHECKING:
    from calculus.rlm.tasks.simulating import Simulation

MOST = 10
"""Values that are shown."""

SHOWN = ("0", "0.5", "0.95", "1")
"""Quantiles that are."""


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "rlm simulate",
        "run a program many times on oracles that err as told",
        usage="rlm simulate PROGRAM --document FILE [--query TEXT] [OPTIONS]",
        epilog="As in: calculus rlm simulate aggregate --document server.log --noise flip=0.02. The "
        "answers are simulated: it tells what errors come to, and nothing of any model. Exit status: 0 "
        "it is done; 2 a mistake, or no plan fits; 3 it was stopped.",
    )
    add_subject(parser)
    parser.add_argument(
        *("--runs",),
        metavar="N",
        type=opt.whole_number,
        default=100,
        help="each with a seed of its own (100)",
    )
    add_planning(parser)
    group = parser.add_argument_group("how it is run")
    group.add_argument(
        *("--retries",), metavar="N", type=opt.whole_number, default=4, help="attempts after the first (4)"
    )
    group.add_argument(
        *("--on-error",),
        metavar="WHAT",
        type=opt.one_of("fail", "partial"),
        default="fail",
        help="when a call fails in the end: fail (default), or partial: go on without it",
    )
    group.add_argument(
        "--max-steps", metavar="N", type=opt.whole_number, help="transitions of a run's machines"
    )
    add_noise(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)

    from dataclasses import replace

    from calculus.rlm.planning import Model
    from calculus.rlm.planning.planner import plan
    from calculus.rlm.tasks.simulating import simulate

    document = document_of(options)
    model = Model() if options.seconds is None else replace(Model(), seconds=options.seconds)
    certificate = plan(
        options.program,
        document=document,
        query=options.query,
        model=model,
        workers=options.workers,
        retries=options.retries,
        **planned_of(options),
    )
    so_far = "0 runs"

    def progress(text: str) -> None:
        nonlocal so_far
        so_far = text

    with Progress(lambda: so_far, not output.quiet):
        found = simulate(
            options.program,
            document=document,
            query=options.query,
            runs=options.runs,
            noise=noise_from(options, Model.from_json(certificate.model)),
            retries=options.retries,
            on_error=options.on_error,
            seed=options.seed,
            max_steps=options.max_steps,
            certificate=certificate,
            progress=progress,
        )
    if output.json:
        output.object(found.to_json())
    else:
        for line in lines(found):
            output.line(line)
        output.remark("a simulation: it says nothing of how often a model is right; intervals of 95 %")
    return WELL if found.stopped_by is None else BUDGET


def lines(found: "Simulation") -> Iterator[str]:
    """The values that came of the runs, what these took, and what went wrong."""
    accuracy = found.accuracy
    yield (
        f"{accuracy.runs:,} of {found.runs:,} runs have the value of a run without errors: "
        f"{accuracy.share:.3f} ({accuracy.low:.3f} … {accuracy.high:.3f})"
    )
    for value in found.values[:MOST]:
        shown = _shown(value.value)
        yield f"  {value.runs:>6,}  {shown if len(shown) <= 80 else shown[:79] + '…'}"
    if len(found.values) > MOST:
        rest = found.values[MOST:]
        yield f"  {sum(value.runs for value in rest):>6,}  {len(rest):,} other values"
    for status, runs in sorted(found.statuses.items()):
        if status not in ("done", "partial"):
            yield f"  {runs:>6,}  {status}"
    for error, runs in found.errors.items():
        yield f"          {runs:,} times: {error}"
    certificate = found.certificate
    planned = {
        "calls": certificate.calls,
        "attempts": certificate.calls_most,
        "tokens_in": certificate.tokens_in,
        "tokens_out": certificate.tokens_out,
        "cost": certificate.cost,
        "seconds": certificate.span,
    }
    if found.runs:
        yield f"{'':11}{'least':>10}{'median':>10}{'95 %':>10}{'most':>10}{'planned':>10}"
    for name, quantiles in found.measures.items():
        columns = "".join(f"{_number(quantiles[share]):>10}" for share in SHOWN if quantiles)
        plan = f"{_number(planned[name]):>10}" if name in planned else ""
        yield f"{name.replace('_', ' '):11}{columns}{plan}".rstrip()
    if found.stopped_by is not None:
        yield f"stopped by Ctrl-C after {found.runs:,} runs"


def _shown(value: Any) -> str:
    """A value on one line."""
    from calculus.rlm.runtime.outcome import value_text

    return " ".join(value.split()) or '""' if isinstance(value, str) else value_text(value)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
