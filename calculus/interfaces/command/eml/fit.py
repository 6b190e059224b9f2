"""`calculus eml fit DATA.csv`: find the formula behind data."""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import STANDARD_INPUT, read_standard_input
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.interfaces.progress import Progress
from calculus.source.text import Source

if TYPE_CHECKING:
    from calculus.eml.regression.result import Fit

DEPTH = 4
RESTARTS = 64


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "eml fit",
        "find the formula behind data",
        usage="eml fit DATA.csv [OPTIONS]",
        epilog="The first line of the file has the names of the columns. Exit status: 0 the formula is "
        "recovered; 1 there is no exact formula, the best tree is printed; 2 a mistake; 3 a limit ended it.",
    )
    parser.add_argument("file", metavar="DATA.csv", help="a file, or - for standard input")
    group = parser.add_argument_group("the data")
    group.add_argument("--target", metavar="NAME", help="the column to explain (the last)")
    group.add_argument(
        *("--features",), metavar="NAMES", help="the columns to explain it with, as in x,z (all)"
    )
    group.add_argument(
        *("--noise",), metavar="SIGMA", type=opt.number, help="standard deviation of the errors of the target"
    )
    group = parser.add_argument_group("the search")
    group.add_argument(
        *("--depth",),
        metavar="N",
        type=opt.whole_number,
        default=DEPTH,
        help=f"of the trained tree ({DEPTH})",
    )
    group.add_argument(
        *("--restarts",), metavar="N", type=opt.whole_number, default=RESTARTS, help=f"starts ({RESTARTS})"
    )
    group.add_argument(
        "--seed", metavar="N", type=opt.whole_number, default=0, help="of all that is random (0)"
    )
    group.add_argument("--max-seconds", metavar="S", type=opt.number, help="stop after S seconds")
    group.add_argument(*("--no-finish",), action="store_true", help="train only, without the search after it")
    group.add_argument(
        *("--backend",),
        metavar="NAME",
        type=opt.one_of("numba", "torch"),
        default="numba",
        help="numba (default), or torch, which uses a GPU if there is one",
    )
    opt.add_output(parser)
    parser.add_argument("--plot", metavar="FILE", help="draw data, formula and training into FILE")
    options = parser.read(arguments)
    output = Output.of(options)
    if options.plot:
        from calculus.eml.regression.plotting import check_plot

        check_plot(options.plot)
    fitted = _fit(options, output)
    if options.plot:
        fitted.plot(options.plot)
    _show(output, fitted)
    if fitted.recovered:
        return WELL
    return BUDGET if fitted.stopped_by else NEGATIVE


def _fit(options: Namespace, output: Output) -> "Fit":
    source = read_standard_input() if options.file == STANDARD_INPUT else Source.read(options.file)
    from calculus.eml.regression.fitting import fit_data
    from calculus.eml.regression.reading import read_csv

    features = None
    if options.features is not None:
        features = [name.strip() for name in options.features.split(",")]
    data = read_csv(source, options.target, features)
    for note in data.notes:
        output.remark(f"note: {note}")
    so_far = "preparing the kernel"

    def progress(starts: int, restarts: int, error: float) -> None:
        nonlocal so_far
        so_far = f"{starts} of {restarts} starts, error {error:.3g}"

    with Progress(lambda: so_far, not output.quiet):
        return fit_data(
            data,
            depth=options.depth,
            restarts=options.restarts,
            seed=options.seed,
            max_seconds=options.max_seconds,
            noise=options.noise,
            finish=not options.no_finish,
            progress=progress,
            backend=options.backend,
        )


def _show(output: Output, fitted: "Fit") -> None:
    if output.json:
        output.result(fitted.to_json())
        return
    output.line(f"{fitted.target} = {fitted.expression}")
    output.line(f"  {fitted.witness.postfix}  K = {fitted.witness.K}")
    for line in _remarks(fitted):
        output.remark(line)


def _remarks(fitted: "Fit") -> list[str]:
    rows = fitted.data.count
    fresh = rows - len(fitted.trained)
    starts = f"{fitted.starts} of {fitted.restarts} starts"
    lines = []
    if fitted.recovered:
        precision = f"{fitted.digits} digits" if fitted.digits > 16 else "double precision"
        exact = f"exact at {rows} rows, {fresh} of them fresh"
        lines.append(f"recovered by {fitted.how}: {exact} ({precision})")
    elif fitted.noise:
        said = {True: "within the noise", False: "not within the noise", None: "no fresh rows"}
        lines.append(f"a fit to data with noise, not a recovery: {said[fitted.within_noise]}")
    else:
        lines.append(f"no exact formula found: {fitted.reason}")
    if not fitted.recovered:
        error = f"error {fitted.error:.3g}"
        if fitted.fresh_error is not None:
            error += f", at {fresh} fresh rows {fitted.fresh_error:.3g}"
        lines.append(f"{error}; worst {fitted.worst:.3g}")
    stopped = {"seconds": "; stopped by its limit on seconds", "interrupt": "; interrupted"}
    lines.append(starts + stopped.get(fitted.stopped_by or "", ""))
    return lines
