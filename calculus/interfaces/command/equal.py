"""`calculus equal LANGUAGE LEFT RIGHT` or `calculus equal FILE NAME NAME`: are two terms equal, and why?"""

from collections.abc import Sequence
from typing import Any

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.reading import read_file, read_text
from calculus.interfaces.command.reduce import output_steps
from calculus.interfaces.command.status import BUDGET, NEGATIVE, WELL
from calculus.machine.instructions import jump
from calculus.registry import Calculus
from calculus.source.diagnostic import UsageProblem

STATUS = {"equal": WELL, "different": NEGATIVE, "unknown": BUDGET}


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "equal",
        "tell whether two terms are equal, and why",
        usage="equal LANGUAGE LEFT RIGHT [OPTIONS]\n       calculus equal FILE NAME NAME [OPTIONS]",
        epilog="Exit status: 0 equal; 1 different; 2 a mistake; 3 unknown within the limits.",
    )
    parser.add_argument(
        "terms",
        metavar="LANGUAGE LEFT RIGHT | FILE NAME NAME",
        nargs="+",
        help="a language and two texts, or a file and two of its definitions",
    )
    opt.add_language(parser)
    group = parser.add_argument_group("how they are compared")
    group.add_argument(
        *("--at",),
        metavar="LOCATIONS",
        action="append",
        default=[],
        help="push a fresh value at each location before both, as in --at 'lambda lambda'",
    )
    group.add_argument(
        *("--level",),
        metavar="LEVEL",
        type=opt.one_of("multiset", "set", "ground"),
        help="of a relational language: multiset, set (default) or ground",
    )
    group.add_argument(
        *("--signature",),
        metavar="CONSTRUCTORS",
        help="with --level ground: the constructors there are, as in 'Z S/1'",
    )
    group.add_argument("--max-steps", metavar="N", type=opt.whole_number, help="limit on each run (100000)")
    group.add_argument("--max-seconds", metavar="S", type=opt.number, help="stop after S seconds")
    group.add_argument("--seed", metavar="N", type=opt.integer, default=0, help="of the memories tried (0)")
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    calculus, left, right = _read(options.terms, options.language)
    words = [word for text in options.at for word in text.replace(",", " ").split()]
    extra: dict[str, Any] = {}
    if words:
        extra["arity"] = tuple("λ" if word == "lambda" else word for word in words)
    for name in ("max_steps", "level", "signature"):
        if getattr(options, name) is not None:
            extra[name] = getattr(options, name)
    if (options.level or options.signature) and not hasattr(calculus, "levels"):
        raise UsageProblem(f"{calculus.name} has one equality, without a level or a signature")
    verdict = registry.require(
        calculus, "equal", left, right, max_seconds=options.max_seconds, seed=options.seed, **extra
    )
    if output.json:
        output.object(verdict.to_json())
    else:
        output.line(str(verdict))
        if not output.quiet:
            _explain(verdict, output)
    return STATUS[verdict.verdict]


def _read(words: Sequence[str], language: str | None) -> tuple[Calculus, Any, Any]:
    match words:
        case [first, left, right] if first in registry.names() and language is None:
            calculus, source = read_text(first, left)
            return calculus, calculus.parse(source), calculus.parse(read_text(first, right)[1])
        case [path, left, right]:
            calculus, source = read_file(path, language)
            program = calculus.parse(source)
            ours, theirs = (registry.require(calculus, "select", program, name) for name in (left, right))
            return calculus, ours, theirs
    raise UsageProblem("equal expects a language and two texts, or a file and two of its definitions")


def _explain(verdict: Any, output: Output) -> None:
    if hasattr(verdict, "explained"):
        for line in verdict.explained():
            output.line(f"  {line}")
    elif verdict.proof is not None:
        _explain_proof(verdict.proof, output)
    elif verdict.witness is not None:
        _explain_witness(verdict.witness, output)
    else:
        for what, found in verdict.tried.items():
            shown = " and ".join(map(str, found)) if isinstance(found, list) else found
            output.line(f"  {_TRIED[what]}: {shown}")
        if verdict.stopped_by:
            output.line(f"  stopped by its limit on {verdict.stopped_by}")


_TRIED = {
    "steps": "steps towards normal forms",
    "transitions": "transitions towards normal forms",
    "unrolled": "terms found by unrolling loops",
    "memories": "memories on which both were run",
    "ended_well": "of these, both ended well on",
}


def _explain_proof(proof: Any, output: Output) -> None:
    common = proof.common.text(400)
    how = ", permuting actions at different locations" if proof.permuted else ""
    output.line(f"  both come to {common}{how}")
    if not proof.complete:
        left, right = proof.transitions
        output.line(f"  found by the machine, in {left} and {right} transitions")
    for side, path in (("left", proof.left), ("right", proof.right)):
        if path:
            output.line(f"  {side}:")
            output_steps(path, output, "  ")


def _explain_witness(witness: Any, output: Output) -> None:
    for name, value in witness.variables.items():
        output.line(f"  with {name} = {value}")
    for name, values in witness.stacks.items():
        output.line(f"  on {name}: {', '.join(map(str, values))}")
    if witness.inputs:
        output.line(f"  reading {', '.join(map(str, witness.inputs[:5]))}, …")
    if witness.then is not None:
        output.line(f"  in the context {witness.then}")
    for side, outcome in (("left", witness.left), ("right", witness.right)):
        stacks = "; ".join(
            f"{name}: {', '.join(map(str, values))}" for name, values in outcome.stacks.items()
        )
        output.line(f"  the {side} leaves with {jump(outcome.exit)}, and on the stacks {stacks or 'nothing'}")
