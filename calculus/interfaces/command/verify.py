"""`calculus verify`: the laws of files, or the properties of a calculus; certificates; seeded bugs."""

import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output, write_file
from calculus.interfaces.command.reading import read_file
from calculus.interfaces.command.status import BUDGET, MISTAKE, NEGATIVE, WELL
from calculus.interfaces.progress import Progress
from calculus.source.diagnostic import CalculusError, Diagnostic, UsageProblem

if TYPE_CHECKING:
    from calculus.verify.campaigns.campaign import Campaign
    from calculus.verify.finding import Finding
    from calculus.verify.report import Report

MODES = ("calculus", "resume", "recheck", "bugs")
"""What stands instead of files."""

CAMPAIGN = {
    "property": None,
    "size": None,
    "examples": None,
    "journal": None,
    "workers": None,
    "scheduler": None,
    "html": None,
    "list": False,
}
"""Options of a campaign alone, and what they are when they are not given."""


def execute(arguments: Sequence[str]) -> int:
    options = _parser().read(arguments)
    output = Output.of(options)
    modes = [name for name in MODES if getattr(options, name) is not None]
    if len(modes) + bool(options.files) != 1:
        raise UsageProblem(
            Diagnostic(
                "usage",
                "expected files, or one of --calculus, --resume, --recheck and --bugs",
                help="`calculus verify --help` shows the usage",
            )
        )
    mode = modes[0] if modes else "files"
    _refuse(mode, options)
    handlers = {"files": _files, "recheck": _recheck, "bugs": _bugs}
    return handlers.get(mode, _campaign)(options, output)


def _parser() -> opt.Parser:
    parser = opt.Parser(
        "verify",
        "tell which laws of files hold, or check the properties of a calculus",
        usage="verify [OPTIONS] FILE... | --calculus NAME | --resume FILE | --recheck DIR | --bugs [NAME...]",
        epilog="Exit status: 0 nothing was refuted; 1 something was, or with --strict is unknown; 2 a "
        "mistake in a source or the usage; 3 it was stopped.",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="files with laws, or - for standard input")
    parser.add_argument("--language", metavar="NAME", help="the language of the files, whatever they end in")
    group = parser.add_argument_group("instead of files")
    group.add_argument("--calculus", metavar="NAME", help="the properties of fmc, rmc, eml or rlm")
    group.add_argument("--resume", metavar="FILE", help="go on with the campaign of a journal")
    group.add_argument("--recheck", metavar="DIR", help="check certificates with an independent checker")
    group.add_argument(
        *("--bugs",),
        metavar="NAME",
        nargs="*",
        help="plant bugs in a process of their own: are they noticed?",
    )
    group = parser.add_argument_group("of laws")
    group.add_argument("--max-steps", metavar="N", type=opt.whole_number, help="steps for each law")
    group.add_argument("--max-seconds", metavar="S", type=opt.number, help="seconds for each law, or for all")
    group.add_argument("--proofs", action="store_true", help="show why the laws that hold do")
    group = parser.add_argument_group("of the properties of a calculus")
    group.add_argument(
        *("--property",), metavar="NAME", action="append", help="this property or part alone; may be repeated"
    )
    group.add_argument("--list", action="store_true", help="list the properties and their parts")
    group.add_argument("--size", metavar="N", type=opt.whole_number, help="all terms up to N nodes")
    group.add_argument("--examples", metavar="N", type=opt.whole_number, help="N generated terms a part")
    group.add_argument(
        "--seed", metavar="N", type=opt.integer, default=0, help="seed of what is generated (0)"
    )
    group.add_argument("--journal", metavar="FILE", help="keep what was done, to go on from")
    group.add_argument("--workers", metavar="N", type=opt.whole_number, help="processes (one for each core)")
    group.add_argument(
        *("--scheduler",),
        metavar="ADDRESS",
        help="workers of a Dask scheduler, or `local` for a cluster here",
    )
    group.add_argument("--html", metavar="FILE", help="write a page with what was covered")
    group = parser.add_argument_group("results")
    group.add_argument("--certificate", metavar="DIR", help="write certificates for what was proved")
    group.add_argument("--junit", metavar="FILE", help="write JUnit XML")
    group.add_argument("--strict", action="store_true", help="what is unknown fails too")
    opt.add_output(parser)
    return parser


def _refuse(mode: str, options: Namespace) -> None:
    """Complain of options that mean nothing here."""
    wrong: list[str] = []
    if mode not in ("calculus", "resume"):
        wrong += [name for name, default in CAMPAIGN.items() if getattr(options, name) != default]
    if mode == "resume":
        wrong += [
            name for name in ("property", "size", "examples", "journal", "list") if getattr(options, name)
        ]
    if mode != "files":
        wrong += [name for name in ("language", "max_steps", "proofs") if getattr(options, name)]
    if mode in ("recheck", "bugs"):
        wrong += [
            name for name in ("certificate", "junit", "strict", "max_seconds") if getattr(options, name)
        ]
    if wrong:
        name = wrong[0].replace("_", "-")
        what = "files" if mode == "files" else f"--{mode}"
        raise UsageProblem(
            Diagnostic("usage", f"--{name} means nothing with {what}", help="see `calculus verify --help`")
        )
    if options.workers == 0:
        raise UsageProblem("--workers: expected 1 or more, found 0")


# The laws of files


def _files(options: Namespace, output: Output) -> int:
    from calculus.verify.report import Report, shown

    found: list[Finding] = []
    mistakes = 0
    stopped = False
    progress = Progress(lambda: f"{len(found)} laws decided", not output.quiet)
    with progress:
        # All files are looked at, however many have mistakes.
        for path in options.files:
            try:
                for finding in _findings(path, options):
                    found.append(finding)
                    if not output.json:
                        for line in shown(finding, options.proofs):
                            progress.print(line)
                    stopped = finding.tried.get("stopped_by") == "interrupt"
                    if stopped:
                        break
            except CalculusError as problem:
                mistakes += 1
                output.error(problem)
            if stopped:
                break
    report = Report(tuple(found), sum(finding.seconds for finding in found))
    _write(options, report)
    if output.json:
        output.object(report.to_json())
    elif found or not mistakes:
        output.line(report.summary())
    if mistakes:
        return MISTAKE
    if stopped:
        output.remark("interrupted: the laws that follow were not looked at")
        return BUDGET
    return WELL if report.holds(options.strict) else NEGATIVE


def _findings(path: str, options: Namespace) -> "Iterator[Finding]":
    from calculus.verify.laws.statement import Options
    from calculus.verify.laws.verifying import checked, findings

    given = checked(Options.given(options.max_steps, options.max_seconds, options.seed))
    yield from findings(*read_file(path, options.language), None, given)


def _write(options: Namespace, report: "Report", about: dict[str, Any] | None = None) -> None:
    """The files that were asked for."""
    if options.junit is not None:
        write_file(options.junit, report.to_junit(options.strict))
    if options.html is not None:
        from calculus.verify.campaigns.page import page

        title = f"The properties of {(about or {}).get('calculus', '')}"
        write_file(options.html, page(title, report.findings, about or {}))
    if options.certificate is not None:
        from calculus.verify.certificates import write

        write(Path(options.certificate), report.findings, about or {})


# The properties of a calculus


def _campaign(options: Namespace, output: Output) -> int:
    from calculus import __version__
    from calculus.verify.campaigns.campaign import Campaign
    from calculus.verify.campaigns.checking import carry_out
    from calculus.verify.campaigns.ledger import read_campaign
    from calculus.verify.property import Plan

    if options.resume is not None:
        calculus, only, plan = read_campaign(options.resume)
        options.journal = options.resume
        if options.certificate is not None and not plan.certify:
            raise UsageProblem(
                "--certificate: the campaign was begun without it, so nothing was kept for one"
            )
    else:
        calculus, only = options.calculus, options.property or []
        plan = Plan(options.size, options.examples, options.seed, options.certificate is not None)
    if options.list:
        return _list(calculus, only, output)
    if options.certificate is not None:
        from calculus.verify.certificates import write

        write(Path(options.certificate), [])  # a place that cannot be written to is known before the work
    began = time.monotonic()
    campaign = Campaign(calculus, plan, tuple(only))
    with Progress(lambda: _progress(campaign), not output.quiet):
        report, workers = carry_out(
            campaign, options.max_seconds, options.journal, options.workers, options.scheduler
        )
    seconds = time.monotonic() - began
    about = {
        "calculus": calculus,
        "version": __version__,
        "size": "of each part" if plan.size is None else plan.size,
        "examples": "of each part" if plan.examples is None else plan.examples,
        "seed": plan.seed,
    }
    _write(options, report, about | {"workers": workers, "seconds": round(seconds, 1)})
    if output.json:
        output.object(report.to_json())
    else:
        output.line(str(report))
    output.remark(f"{seconds:.1f} s with {workers} worker{'s' * (workers != 1)}")
    if campaign.stopped_by is not None:
        output.remark(_stopped(campaign, options.journal))
    if not report.ok:
        return NEGATIVE
    if campaign.stopped_by is not None:
        return BUDGET
    return WELL if report.holds(options.strict) else NEGATIVE


def _progress(campaign: "Campaign") -> str:
    return f"{campaign.checked:,} of {campaign.size:,} units checked"


def _stopped(campaign: "Campaign", journal: str | None) -> str:
    how = f"go on with `calculus verify --resume {journal}`" if journal else "--journal FILE would keep it"
    return f"stopped ({campaign.stopped_by}) after {campaign.checked} of {campaign.size} units; {how}"


def _list(calculus: str, only: Sequence[str], output: Output) -> int:
    from calculus.verify.catalogue import find, properties

    for item in [find(calculus, name) for name in only] or properties(calculus):
        parts = [{"name": part.name, "kind": part.kind} for part in item.parts]
        if output.json:
            shape = {"name": item.name, "statement": item.statement, "source": item.source, "parts": parts}
            output.object(shape)
            continue
        output.line(f"{item.name}: {item.statement} ({item.source})")
        for part in parts:
            output.line(f"    {item.name}/{part['name']} ({part['kind']})")
    return WELL


# Certificates and seeded bugs


def _recheck(options: Namespace, output: Output) -> int:
    from calculus.verify.rechecking import recheck

    with Progress(lambda: "checking certificates", not output.quiet):
        found = recheck(options.recheck)
    if output.json:
        output.object(found.to_json())
    else:
        output.line(str(found))
    return WELL if found.ok else NEGATIVE


def _bugs(options: Namespace, output: Output) -> int:
    from calculus.verify import bugs

    missed = 0
    with Progress(lambda: "planting bugs", not output.quiet) as progress:
        for result in bugs.check(options.bugs or None):
            missed += not result.refuted
            if output.json:
                output.object(result.to_json())
            else:
                progress.print(str(result))
    return NEGATIVE if missed else WELL
