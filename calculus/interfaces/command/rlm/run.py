"""`calculus rlm run PROGRAM --document FILE`: plan a program for a document, and run it."""

from collections.abc import Sequence
from pathlib import Path

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.rlm.planning import (
    STANDARD_INPUT,
    add_planning,
    add_subject,
    document_of,
    planned_of,
)
from calculus.interfaces.command.rlm.running import add_oracle, add_running, finish, made_by


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "rlm run",
        "plan a program for a document, and run it",
        usage="rlm run PROGRAM --document FILE [--query TEXT] [OPTIONS]",
        epilog="As in: calculus rlm run search --document server.log --query 'Find: request-id'. Exit "
        "status: 0 it is done; 1 a call failed, or answers were left out; 2 a mistake, or no plan fits; 3 a "
        "limit.",
    )
    add_subject(parser)
    add_planning(parser)
    add_oracle(parser)
    add_running(parser)
    parser.add_argument(
        "--journal", metavar="FILE", help="keep answers as they come, to go on where it stopped"
    )
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)

    from calculus.rlm.runtime.running import prepare

    document = document_of(options)
    named = options.document != STANDARD_INPUT
    driver = prepare(
        options.program,
        document=document,
        query=options.query,
        file=str(Path(options.document).resolve()) if named else None,
        **made_by(options),
        **planned_of(options),
    )
    return finish(driver, options, output)
