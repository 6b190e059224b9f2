"""`calculus repl [LANGUAGE]`: work interactively."""

import sys
from collections.abc import Callable, Sequence

from calculus import registry
from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output
from calculus.interfaces.command.status import WELL
from calculus.interfaces.repl import plain
from calculus.interfaces.repl.commands import Leave
from calculus.interfaces.repl.session import Session
from calculus.registry import Calculus

GREETING = "calculus, {name}. :help lists the commands, Ctrl-D quits."
EXAMPLE = {"fmc": " Try [2].[3].add", "rmc": " Try [A]; (ex x. <x>; [S(x)])*, then ;"}


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "repl",
        "work interactively",
        usage="repl [LANGUAGE] [OPTIONS]",
        epilog="Input from a pipe works too: one input a line, without prompts.",
    )
    parser.add_argument("language", metavar="LANGUAGE", nargs="?", default="fmc", help="(fmc)")
    opt.add_run(parser)
    opt.add_output(parser, json=False)
    options = parser.read(arguments)
    output = Output(quiet=options.quiet, color=options.color)
    language = options.language
    sessions: dict[str, Session] = {}
    talk, ask = _listen()
    while True:
        if language not in sessions:
            calculus = registry.get(language)
            settings = opt.settings(options, calculus)
            sessions[language] = session_class(calculus)(
                calculus, settings, output.line, color=output.color, ask=ask
            )
            if ask is not None and not output.quiet:
                output.line(GREETING.format(name=language) + EXAMPLE.get(language, ""))
        leave = talk(sessions[language])
        if leave is None or leave.language is None:
            return WELL
        language = leave.language


def session_class(calculus: Calculus) -> type[Session]:
    """The kind of session that a language has."""
    if not registry.supports(calculus, "solve"):
        return Session
    from calculus.interfaces.repl.relational import RelationalSession

    return RelationalSession


def _listen() -> tuple[Callable[[Session], Leave | None], Callable[[str], str] | None]:
    """How to take inputs, and how to ask a person for a value, if there is one."""
    if sys.stdin is None:
        return lambda session: None, None
    if sys.stdin.isatty() and sys.stdout.isatty():
        from calculus.interfaces.repl.terminal import Terminal

        terminal = Terminal()
        return terminal.talk, terminal.ask
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    return lambda session: plain.read(session, sys.stdin), None
