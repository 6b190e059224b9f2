"""What the commands that plan have in common: the program, what it is about, and the options of the plan."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from calculus.interfaces.command import options as opt
from calculus.source.diagnostic import FileProblem, UsageProblem

if TYPE_CHECKING:
    from calculus.rlm.text import Document

STANDARD_INPUT = "-"


def add_subject(parser: opt.Parser) -> None:
    """A program, a document and a question."""
    parser.add_argument(
        "program", metavar="PROGRAM", help="a .rlm file, the name of a task, or a program's text"
    )
    group = parser.add_argument_group("what it is about")
    group.add_argument("--document", metavar="FILE", help="the text, or - for standard input")
    group.add_argument("--query", metavar="TEXT", default="", help="the question")


def add_planning(parser: opt.Parser) -> None:
    """The options of a plan; what is not given is chosen."""
    group = parser.add_argument_group("how it is planned")
    group.add_argument("--k", metavar="N", type=opt.whole_number, help="parts of a split")
    group.add_argument("--tau", metavar="N", type=opt.whole_number, help="the size of a leaf")
    group.add_argument(
        *("--workers",), metavar="N", type=opt.whole_number, default=16, help="calls at a time (16)"
    )
    group.add_argument(
        *("--by",),
        metavar="WHERE",
        default="characters",
        help="where to cut: characters (default), words, lines, code, or records:DELIMITER",
    )
    group.add_argument(
        *("--measure",),
        metavar="UNIT",
        type=opt.one_of("bytes", "characters"),
        default="bytes",
        help="sizes in bytes (default) or characters",
    )
    group.add_argument(
        *("--tokens",),
        metavar="HOW",
        default="bytes",
        help="tokens by bytes (default: a bound), ratio:R, tiktoken:NAME or tokenizers:FILE",
    )
    group.add_argument("--accuracy", metavar="P", type=opt.number, help="reach it, or refuse")
    group.add_argument("--seed", metavar="N", type=opt.integer, default=0, help="seed of what is drawn (0)")
    group = parser.add_argument_group("the model")
    group.add_argument(
        "--window", metavar="N", type=opt.whole_number, help="most tokens of a prompt and its answer"
    )
    group.add_argument("--max-output", metavar="N", type=opt.whole_number, help="most tokens of an answer")
    group.add_argument(
        "--price-in", metavar="X", type=opt.number, help="price of a million tokens of prompts"
    )
    group.add_argument(
        "--price-out", metavar="X", type=opt.number, help="price of a million tokens of answers"
    )


def planned_of(options: Namespace) -> dict[str, Any]:
    """What `plan` is given for these options."""
    names = ("k", "tau", "by", "measure", "tokens", "accuracy", "seed", "window", "max_output")
    return {name: getattr(options, name) for name in (*names, "price_in", "price_out")}


def document_of(options: Namespace) -> "Document":
    """The document that the options name. Raises `FileProblem` and `UsageProblem`."""
    from calculus.rlm.runtime.running import as_document, read_document

    if options.document is None:
        raise UsageProblem("a run is about a document: name it with --document, or - for standard input")
    if options.document != STANDARD_INPUT:
        return read_document(options.document)
    if sys.stdin is None:
        raise FileProblem("standard input is closed")
    return as_document(sys.stdin.buffer.read())
