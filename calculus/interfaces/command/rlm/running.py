"""What the commands that make a run have in common: its options, and how its end is told."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output, write_file
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.interfaces.progress import Progress
from calculus.source.diagnostic import UsageProblem

if TYPE_CHECKING:
    from calculus.rlm.calls import Oracle
    from calculus.rlm.runtime.driver import Driver
    from calculus.rlm.runtime.outcome import Outcome

DEFAULT_ORACLE = "simulated"


def add_oracle(parser: opt.Parser) -> None:
    group = parser.add_argument_group("what answers")
    group.add_argument(
        *("--oracle",),
        metavar="NAME",
        help="simulated (the default: built in, no network), openai, or replay:JOURNAL",
    )
    group.add_argument("--model", metavar="NAME", help="the model that openai asks")
    group.add_argument("--base-url", metavar="URL", help="its endpoint, if not OPENAI_BASE_URL says so")
    group.add_argument(
        *("--delay",), metavar="S", type=opt.number, default=0.0, help="seconds that a simulated answer takes"
    )


def add_running(parser: opt.Parser) -> None:
    group = parser.add_argument_group("how it is run")
    group.add_argument(
        *("--retries",), metavar="N", type=opt.whole_number, default=4, help="attempts after the first (4)"
    )
    group.add_argument(
        *("--timeout",),
        metavar="S",
        type=opt.number,
        default=120.0,
        help="seconds to wait for an answer (120)",
    )
    group.add_argument(
        *("--on-error",),
        metavar="WHAT",
        type=opt.one_of("fail", "partial"),
        default="fail",
        help="when a call fails in the end: fail (default), or partial: go on without it",
    )
    group.add_argument("--cache", metavar="DIR", help="keep answers in a folder, and use those in it")
    group = parser.add_argument_group("limits")
    group.add_argument("--max-calls", metavar="N", type=opt.whole_number, help="no more than N attempts")
    group.add_argument(
        "--max-tokens", metavar="N", type=opt.whole_number, help="no more than N tokens in all"
    )
    group.add_argument("--max-cost", metavar="X", type=opt.number, help="spend no more than X")
    group.add_argument("--max-seconds", metavar="S", type=opt.number, help="stop after S seconds")
    group.add_argument("--max-steps", metavar="N", type=opt.whole_number, help="transitions of the machines")
    group = parser.add_argument_group("what is told")
    group.add_argument(
        *("--show",),
        metavar="WHAT",
        type=opt.one_of("plan", "tree", "timeline"),
        help="beside the result: plan (against what happened), tree, or timeline of the calls",
    )
    group.add_argument("--trace", metavar="FILE", help="write all calls: an SVG time line, or JSON")


def oracle_of(options: Namespace) -> "Oracle":
    """The oracle that the options name. Raises `UsageProblem`."""
    kind, _, rest = (options.oracle or DEFAULT_ORACLE).partition(":")
    if kind == "simulated" and not rest:
        from calculus.rlm.oracles.simulated import SimulatedOracle

        return SimulatedOracle(delay=options.delay)
    if kind == "openai" and not rest:
        if not options.model:
            raise UsageProblem("--oracle openai asks a model: name it with --model")
        from calculus.rlm.oracles.openai import OpenAIOracle

        return OpenAIOracle(options.model, base_url=options.base_url)
    if kind == "replay" and rest:
        from calculus.rlm.oracles.replay import ReplayOracle

        return ReplayOracle(rest)
    raise UsageProblem(f"--oracle: expected simulated, openai or replay:JOURNAL, found {options.oracle!r}")


def made_by(options: Namespace) -> dict[str, Any]:
    """What `prepare` is given for the options of the oracle, the run and its limits.

    The note in the journal says which oracle it was, so that the run can be resumed; never a key.
    """
    from calculus.rlm.runtime.limits import Limits

    names = ("workers", "retries", "timeout", "on_error", "journal", "cache", "max_steps")
    limits = (options.max_calls, options.max_tokens, options.max_cost, options.max_seconds)
    return {
        "oracle": oracle_of(options),
        "limits": Limits(*limits),
        "note": {name: getattr(options, name) for name in ("oracle", "model", "base_url", "delay")},
        **{name: getattr(options, name) for name in names},
    }


def finish(driver: "Driver", options: Namespace, output: Output) -> int:
    """Run to the end, tell what it came to, and return the exit status."""
    from calculus.rlm.runtime.running import drive

    with Progress(lambda: so_far(driver), not output.quiet):
        outcome = drive(driver)
    if options.trace is not None:
        _write_trace(options.trace, outcome)
    if output.json:
        extra: dict[str, Any] = {"plan": planned(outcome)} if options.show == "plan" else {}
        if options.show in ("tree", "timeline"):
            extra = {"calls_made": [record.to_json() for record in outcome.records]}
        output.object(outcome.to_json() | extra)
    else:
        if outcome.status in ("done", "partial"):
            output.line(str(outcome))
        elif outcome.error is not None:
            output.diagnostic(outcome.error)
        for line in _shown(options.show, outcome):
            output.line(line)
        output.remark(ending(outcome))
    return {"done": WELL, "partial": NEGATIVE, "budget": BUDGET}.get(outcome.status, NEGATIVE)


def so_far(driver: "Driver") -> str:
    """How far a run is."""
    whole = driver.certificate.calls if driver.certificate is not None else 0
    of = f" of {whole:,}" if whole else ""
    return f"{driver.answered:,}{of} calls, {driver.ledger.tokens_in + driver.ledger.tokens_out:,} tokens"


def ending(outcome: "Outcome") -> str:
    """What a run took, in a line."""
    from calculus.rlm.runtime.limits import limit_text

    parts = [f"{outcome.calls:,} call{'s' * (outcome.calls != 1)}"]
    if outcome.reused:
        parts.append(f"{outcome.reused:,} of them answered before")
    repeated = outcome.attempts + outcome.reused - outcome.calls - len(outcome.coverage.left_out)
    if repeated > 0:
        parts.append(f"{repeated:,} attempt{'s' * (repeated != 1)} failed")
    if outcome.coverage.left_out:
        parts.append(f"{len(outcome.coverage.left_out):,} left out")
    parts.append(f"{outcome.tokens_in:,} + {outcome.tokens_out:,} tokens")
    parts.append(f"{outcome.cost:.6g} in all")
    if outcome.stopped_by is not None:
        parts.append(f"stopped by {limit_text(outcome.stopped_by)}")
    return "; ".join(parts)


def planned(outcome: "Outcome") -> dict[str, dict[str, Any]]:
    """The plan beside what happened."""
    certificate = outcome.certificate
    rows = {
        "calls": (certificate.calls, outcome.calls),
        "attempts": (certificate.calls_most, outcome.attempts),
        "tokens in": (certificate.tokens_in, outcome.tokens_in),
        "tokens out": (certificate.tokens_out, outcome.tokens_out),
        "cost": (certificate.cost, outcome.cost),
        "seconds": (certificate.span, round(outcome.seconds, 3)),
    }
    return {name: {"planned": plan, "actual": actual} for name, (plan, actual) in rows.items()}


def _shown(what: str | None, outcome: "Outcome") -> Iterator[str]:
    from calculus.rlm.runtime import trace

    if what == "plan":
        yield f"{'':12} {'planned':>14} {'actual':>14}"
        for name, row in planned(outcome).items():
            yield f"{name:12} {_number(row['planned']):>14} {_number(row['actual']):>14}"
        if not outcome.certificate.calls_exact:
            reasons = [text for text in outcome.certificate.assumptions if text.startswith("calls may")]
            yield "; ".join(reasons) or "calls may be fewer"
    elif what == "tree":
        yield from trace.tree_lines(outcome.records)
    elif what == "timeline":
        yield from trace.timeline_lines(outcome.records)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _write_trace(path: str, outcome: "Outcome") -> None:
    import json

    from calculus.rlm.runtime.trace import timeline_svg

    if path.endswith(".svg"):
        write_file(path, timeline_svg(outcome.records))
    else:
        write_file(path, json.dumps([record.to_json() for record in outcome.records], indent=1) + "\n")
