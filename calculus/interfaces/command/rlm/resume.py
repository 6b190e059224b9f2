"""`calculus rlm resume JOURNAL`: go on with a run that was stopped."""

from collections.abc import Sequence

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.rlm.running import add_oracle, add_running, finish, made_by


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "rlm resume",
        "go on with a run that was stopped, without asking again what was answered",
        usage="rlm resume JOURNAL [OPTIONS]",
        epilog="The program, the question, the plan and the oracle are those of the journal. Exit status as "
        "for `calculus rlm run`.",
    )
    parser.add_argument("journal", metavar="JOURNAL", help="the journal of the run")
    parser.add_argument("--document", metavar="FILE", help="the document, if it is not where it was")
    parser.add_argument(
        "--workers", metavar="N", type=opt.whole_number, default=16, help="calls at a time (16)"
    )
    add_oracle(parser)
    add_running(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)

    from calculus.rlm.runtime.journal import head_of
    from calculus.rlm.runtime.running import prepare, stored

    head = head_of(options.journal)
    if options.oracle is None:
        for name, value in head.get("note", {}).items():
            setattr(options, name, value)
    given = stored(head, options.document)
    driver = prepare(
        **given,
        **made_by(options),
    )
    return finish(driver, options, output)
