"""The command `calculus`: finds the command's module, runs it, and turns what goes wrong into an
exit status.

Each command is a module of this package with `execute(arguments) -> int`, loaded when it is called,
so that `calculus --help` and quick commands stay quick.
"""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from calculus.interfaces.command.status import BUDGET, BUG, MISTAKE, WELL

COMMANDS = {
    "run": "run a file's main term",
    "eval": "run a program given as text",
    "step": "show every transition of a run",
    "reduce": "reduce a term, and show the way",
    "equal": "tell whether two terms are equal, and why",
    "dual": "print the dual of a relational term",
    "diagram": "draw a term",
    "check": "report all mistakes of a file",
    "verify": "tell which laws of a file hold, or check the properties of a calculus",
    "type": "infer principal types",
    "format": "print or rewrite a file in the one layout",
    "translate": "print the translation of a program into a machine calculus",
    "eml": "compile, evaluate, search, verify, fit and show EML trees",
    "rlm": "plan, run, resume, simulate, compare and check λ-RLM programs",
    "repl": "work interactively",
    "tour": "a few minutes through real examples",
}

_WIDTH = max(map(len, COMMANDS)) + 2
HELP = f"""\
usage: calculus COMMAND [OPTIONS] ...

A workbench for machine calculi: parse, run and step terms.

commands:
{chr(10).join(f"  {name:{_WIDTH}}{summary}" for name, summary in COMMANDS.items())}

`calculus COMMAND --help` shows a command's options. To begin with:

  calculus tour
  calculus eval fmc '[2].[3].add'
  calculus repl
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    0 it went well; 1 a negative outcome; 2 a mistake in the source or the usage; 3 a budget ended
    it; 70 a bug of ours.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _prepare_streams()
    # Terms and values have no cycles; looking for some again and again would double the time of large ones.
    gc.set_threshold(100_000)
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return BUDGET
    except SystemExit as leaving:  # argparse, after --help
        return leaving.code if isinstance(leaving.code, int) else WELL
    except Exception as problem:
        return _report(problem, arguments)
    return status


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif hasattr(stream, "reconfigure"):
            # A terminal that cannot show λ shows an escape instead; printing never fails.
            stream.reconfigure(errors="backslashreplace")


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        if len(arguments) > 1 and arguments[1] in COMMANDS:
            return _execute(arguments[1], ["--help"])
        print(HELP, end="")
        return WELL if arguments else MISTAKE
    if arguments[0] in ("-V", "--version"):
        from calculus import __version__

        print(f"calculus {__version__}")
        return WELL
    at = next((i for i, argument in enumerate(arguments) if argument in COMMANDS), None)
    word = next((argument for argument in arguments if not argument.startswith("-")), arguments[0])
    if at is None or (not arguments[0].startswith("-") and at > 0):
        raise _unknown(word)
    return _execute(arguments[at], arguments[:at] + arguments[at + 1 :])


def _execute(command: str, arguments: list[str]) -> int:
    status: int = import_module(f"{__name__}.{command}").execute(arguments)
    return status


def _unknown(word: str) -> Exception:
    from difflib import get_close_matches
    from pathlib import Path

    from calculus.source.diagnostic import Diagnostic, UsageProblem

    close = get_close_matches(word, COMMANDS, 1)
    if close:
        hint = f"did you mean {close[0]}?"
    elif Path(word).is_file():
        hint = f"to run a file: calculus run {word}"
    else:
        hint = f"the commands are {', '.join(COMMANDS)}"
    what = "option" if word.startswith("-") else "command"
    return UsageProblem(Diagnostic("usage", f"there is no {what} {word!r}", help=hint))


def _report(problem: Exception, arguments: list[str]) -> int:
    from calculus.interfaces.command.output import Output
    from calculus.source.diagnostic import CalculusError

    output = Output.for_arguments(arguments)
    if isinstance(problem, CalculusError):
        output.error(problem)
        return MISTAKE
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        # What is still to be written would fail again when Python flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"error: cannot write the output: {problem.strerror}", file=sys.stderr)
        return MISTAKE
    if isinstance(problem, MemoryError):
        print("error: out of memory", file=sys.stderr)
        return BUDGET
    if os.environ.get("CALCULUS_DEBUG"):
        import traceback

        traceback.print_exception(problem)
    output.bug(problem)
    return BUG
