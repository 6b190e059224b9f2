"""The options of the commands that simulate: the model, and how it errs."""

from argparse import ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from calculus.interfaces.command import options as opt

if TYPE_CHECKING:
    from calculus.rlm.oracles import Noise
    from calculus.rlm.planning import Model


def add_noise(parser: opt.Parser, *, window: int | None = None) -> None:
    """`--noise`, the seconds of a call, and the model where a command has no options for it yet."""
    group = parser.add_argument_group("what is simulated")
    group.add_argument(
        *("--noise",),
        metavar="NAME=P,…",
        type=_settings,
        action="append",
        help="how often calls err: accuracy, rho, merge, recall, flip, false_positive, rate_limit, timeout, "
        "truncate, malformed, correlated, …; `none`, or what the model assumes (default)",
    )
    group.add_argument("--seconds", metavar="S", type=opt.number, help="that a call takes (1)")
    if window is not None:
        group.add_argument(
            *("--window",),
            metavar="N",
            type=opt.whole_number,
            help=f"most tokens of a prompt and its answer ({window:,})",
        )
        group.add_argument(
            "--price-in", metavar="X", type=opt.number, help="of a million tokens of prompts (1)"
        )
        group.add_argument(
            "--price-out", metavar="X", type=opt.number, help="of a million tokens of answers (4)"
        )


def _settings(text: str) -> dict[str, float]:
    if text == "none":
        return {}
    found = {}
    for part in text.split(","):
        name, sign, value = part.partition("=")
        if not sign:
            raise ArgumentTypeError(f"expected NAME=P, as in flip=0.02, or none; found {part!r}")
        found[name.strip().replace("-", "_")] = opt.number(value)
    return found


def noise_from(options: Namespace, model: "Model") -> "Noise | None":
    """The noise that the options ask for; None where that is left to the model. Raises `UsageProblem`."""
    from dataclasses import fields

    from calculus.rlm.oracles import Noise
    from calculus.source.diagnostic import UsageProblem

    if options.noise is None:
        return None
    known = [field.name for field in fields(Noise)]
    given: dict[str, float] = {"window": model.window}
    for settings in options.noise:
        given |= settings
    for name in given:
        if name not in known:
            raise UsageProblem(f"--noise: there is no {name!r}; there are {', '.join(known)}")
    return Noise(**given)
