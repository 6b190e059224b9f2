"""Figures of a fit: the data against the recovered formula, and how the training went. Needs matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calculus.eml.regression.values import values
from calculus.source.diagnostic import Diagnostic, FileProblem, UsageProblem

if TYPE_CHECKING:
    from calculus.eml.regression.result import Fit

SMOOTH = 400
"""Points of a drawn curve."""
LONGEST = 90
"""Characters of a formula in a title."""


def plot(fit: Fit, path: str | Path) -> None:
    """Write a figure of two parts into a file; its ending says the format, such as .png, .svg or .pdf.

    Raises `UsageProblem` without matplotlib or for an ending it does not know, `FileProblem` if the file
    cannot be written.
    """
    check_plot(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # Without pyplot: no window, no state that a program's own figures would share.
    figure = Figure(figsize=(8, 7), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, height_ratios=[3, 2])
    _draw_data(fit, above)
    _draw_history(fit, below)
    try:
        figure.savefig(path, dpi=150)
    except OSError as problem:
        raise FileProblem(f"cannot write {path}: {problem.strerror or problem}") from None


def check_plot(path: str | Path) -> None:
    """Raise what `plot` would raise for a path whatever the fit, before the work for it is done."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
    except ImportError:
        hint = "install it with: pip install 'calculus[plots]'"
        missing = Diagnostic("usage", "the package matplotlib is not installed", help=hint)
        raise UsageProblem(missing) from None
    ending = Path(path).suffix.lstrip(".").lower() or "none"
    known = FigureCanvasAgg.get_supported_filetypes()
    if ending not in known:
        endings = ", .".join(sorted(known))
        raise UsageProblem(f"expected a file ending in .{endings}; found {Path(path).name!r}")
    if not Path(path).parent.is_dir():
        raise FileProblem(f"cannot write {path}: there is no folder {Path(path).parent}")


def _draw_data(fit: Fit, axes: Any) -> None:
    data, trained = fit.data, fit.trained
    shown = np.zeros(data.count, bool)
    shown[trained] = True
    found = values(fit.witness.term, dict(zip(data.names, data.rows, strict=True)), data.count).real
    title = f"{fit.target} = {fit.expression}"
    axes.set_title(title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…", parse_math=False)
    if len(data.names) == 1:
        x = data.rows[0]
        smooth = np.linspace(x.min(), x.max(), SMOOTH)
        curve = values(fit.witness.term, {data.names[0]: smooth}, SMOOTH).real
        axes.plot(smooth, np.where(np.isfinite(curve), curve, np.nan), color="tab:red", label=_name(fit))
        left, right = x, data.target
        axes.set_xlabel(data.names[0])
        axes.set_ylabel(fit.target)
    else:
        left, right = found, data.target
        ends = [data.target.min(), data.target.max()]
        axes.plot(ends, ends, color="tab:red", label=_name(fit))
        axes.set_xlabel("formula")
        axes.set_ylabel(fit.target)
    axes.plot(left[shown], right[shown], "o", markersize=3, label="data, trained on")
    if not shown.all():
        axes.plot(left[~shown], right[~shown], "s", markersize=3, label="data, fresh")
    axes.legend()


def _name(fit: Fit) -> str:
    return "recovered formula" if fit.recovered else "best tree found"


def _draw_history(fit: Fit, axes: Any) -> None:
    history = fit.history
    axes.set_xlabel("iteration")
    axes.set_ylabel("loss")
    if not history.iterations:
        axes.set_title("found without training")
        return
    axes.set_yscale("log")
    # A logarithmic axis has no 0.
    least = 1e-32
    axes.plot(history.iterations, np.maximum(history.soft, least), label="soft tree")
    axes.plot(history.iterations, np.maximum(history.snapped, least), ".", label="rounded tree")
    axes.set_title(f"training of start {fit.start}")
    axes.legend()
