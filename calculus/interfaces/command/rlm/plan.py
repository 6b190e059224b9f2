"""`calculus rlm plan PROGRAM`: what a program will call, need and cost, before it does."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.rlm.planning import add_planning, document_of, planned_of
from calculus.interfaces.command.status import NEGATIVE, WELL
from calculus.source.diagnostic import UsageProblem

if TYPE_CHECKING:
    from calculus.rlm.planning.certificate import Certificate


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "rlm plan",
        "say what a program will call, need and cost, before it does",
        usage="rlm plan PROGRAM (--document FILE | --size N) [OPTIONS]\n"
        "       calculus rlm plan --recheck CERTIFICATE",
        epilog="As in: calculus rlm plan search --size 1000000 --window 8192. What is not given of --k and "
        "--tau is chosen. Exit status: 0 there is a plan; 1 nothing fits or reaches the accuracy, or a "
        "certificate is wrong; 2 a mistake.",
    )
    parser.add_argument(
        *("program",),
        metavar="PROGRAM",
        nargs="?",
        help="a .rlm file, the name of a task, or a program's text",
    )
    group = parser.add_argument_group("what it is about")
    group.add_argument("--document", metavar="FILE", help="the text, or - for standard input")
    group.add_argument("--size", metavar="N", type=opt.whole_number, help="no text, but one of this size")
    group.add_argument("--query", metavar="TEXT", default="", help="the question")
    add_planning(parser)
    group = parser.add_argument_group("what else is counted")
    group.add_argument(
        *("--metric",),
        metavar="NAME",
        default="all_leaves",
        help="what --accuracy is of: all_leaves (default), all_leaves_by_size, one_path or needle",
    )
    group.add_argument(
        "--filter-output", metavar="N", type=opt.whole_number, help="most tokens of a filter's answer"
    )
    group.add_argument(
        *("--retries",), metavar="N", type=opt.whole_number, default=0, help="of every call, in the bound (0)"
    )
    group.add_argument("--detect", action="store_true", help="a call first that finds out the task")
    group = parser.add_argument_group("certificates")
    group.add_argument("--certificate", metavar="FILE", help="write the plan as JSON")
    group.add_argument(
        "--recheck", metavar="FILE", help="check a certificate with the independent checker; plan nothing"
    )
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    if options.recheck is not None:
        return _recheck(options, output)
    return _plan(options, output)


def _plan(options: Namespace, output: Output) -> int:
    from calculus.rlm.planning import PlanProblem, plan

    if options.program is None:
        raise UsageProblem("missing PROGRAM: a .rlm file, the name of a task, or a program's text")
    if (options.document is None) == (options.size is None):
        raise UsageProblem("a plan is for a document or for a size: give --document or --size")
    document = document_of(options) if options.document is not None else None
    try:
        certificate = plan(
            options.program,
            document=document,
            size=options.size,
            query=options.query,
            workers=options.workers,
            filter_output=options.filter_output,
            metric=options.metric,
            retries=options.retries,
            detect=options.detect,
            **planned_of(options),
        )
    except PlanProblem as problem:
        output.error(problem)
        return NEGATIVE
    if options.certificate is not None:
        certificate.write(options.certificate)
    if output.json:
        output.object(certificate.to_json())
    elif output.quiet:
        output.line(
            f"{_count(certificate.calls, 'call')}, {certificate.tokens_in + certificate.tokens_out} tokens, "
            f"{_money(certificate.cost)}"
        )
    else:
        for line in report(certificate):
            output.line(line)
    return WELL


def _recheck(options: Namespace, output: Output) -> int:
    from calculus.rlm.planning import recheck
    from calculus.rlm.planning.certificate import read_json

    if options.program is not None:
        raise UsageProblem("--recheck checks a certificate and plans nothing; leave PROGRAM out")
    problems = recheck(read_json(options.recheck))
    if output.json:
        output.object({"certificate": options.recheck, "problems": problems})
    else:
        for problem in problems:
            output.line(problem)
        if not problems:
            output.line(f"{options.recheck}: all of it holds")
    return NEGATIVE if problems else WELL


def report(certificate: "Certificate") -> Iterator[str]:
    """The lines that show a plan."""
    c = certificate
    of = f"a document of {c.n:,} {c.unit}" if c.counted == "document" else f"{c.n:,} {c.unit}"
    yield f"plan for {of}, window {c.window:,}"
    rows = [
        ("k, tau", f"{c.k:,}, {c.tau:,}", f"cut by {c.by}"),
        (
            "tree",
            f"{_count(c.leaves, 'leaf', 'leaves')}, {_count(c.internal, 'inner node')}",
            f"depth {c.depth}",
        ),
        ("calls", f"{c.calls:,}" if c.calls_exact else f"{c.calls:,} at most", _retried(c)),
        ("tokens in", f"{c.tokens_in:,} at most", f"by {c.tokens}"),
        ("tokens out", f"{c.tokens_out:,} at most", f"o = {c.o:,}, o_f = {c.o_f:,}"),
        ("cost", f"{_money(c.cost)} at most", _prices(c.model)),
        ("longest", f"{c.longest:,} of {c.window:,}", "a prompt and its answer"),
        (
            "span",
            f"{c.span:,.1f} s at most",
            _waiting(c),
        ),
    ]
    for name, value, remark in rows if c.trees else [rows[0], *rows[2:]]:
        yield f"  {name:<11} {value:<32} {remark}".rstrip()
    yield "calls"
    for use in c.sites:
        per = {"once": "once", "leaf": "a leaf", "node": "an inner node", "child": "a child"}[use["per"]]
        times = f"{use['times']} × " if use["times"] > 1 and use["per"] != "once" else ""
        yield (
            f"  {use['role']:<11} {use['calls']:<12,} {times + per:<19} "
            f"prompts of up to {use['longest']:,} tokens"
        )
    yield "accuracy, if the model is as assumed"
    for metric, chance in c.accuracy.items():
        yield f"  {metric:<19} {chance:.4g}"
    yield "assumptions"
    for line in c.assumptions:
        yield f"  {line}"


def _tree(c: "Certificate") -> str:
    return f"{_count(c.leaves, 'leaf', 'leaves')}, {_count(c.internal, 'inner node')}"


def _waiting(c: "Certificate") -> str:
    return f"{_count(c.workers, 'worker')}, {_count(c.chain, 'call')} in a chain"


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _retried(c: "Certificate") -> str:
    return f"{c.calls_most:,} with {_count(c.retries, 'retry', 'retries')} of each" if c.retries else ""


def _money(cost: float) -> str:
    return f"{cost:,.6f}".rstrip("0").rstrip(".") if cost else "0"


def _prices(model: dict[str, Any]) -> str:
    return f"{model['price_in']:g} and {model['price_out']:g} for a million tokens"
