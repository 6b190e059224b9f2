"""Commands of two words, such as `calculus eml compile`: the second word names a module of the first's
package, with `execute(arguments) -> int`.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module

from calculus.interfaces.command.status import MISTAKE, WELL
from calculus.source.diagnostic import Diagnostic, UsageProblem


def execute(
    name: str, summary: str, commands: Mapping[str, str], example: str, arguments: Sequence[str]
) -> int:
    """Run the command that the arguments name, wherever it stands among the options."""
    at = next((i for i, argument in enumerate(arguments) if argument in commands), None)
    if at is None:
        word = next((argument for argument in arguments if not argument.startswith("-")), None)
        if word is not None and word != "help":
            raise _unknown(name, word, commands)
        print(_help(name, summary, commands, example), end="")
        return WELL if word or {"-h", "--help"} & set(arguments) else MISTAKE
    module = import_module(f"calculus.interfaces.command.{name}.{arguments[at]}")
    status: int = module.execute([*arguments[:at], *arguments[at + 1 :]])
    return status


def _help(name: str, summary: str, commands: Mapping[str, str], example: str) -> str:
    width = max(map(len, commands)) + 2
    lines = (f"  {word:{width}}{what}\n" for word, what in commands.items())
    return (
        f"usage: calculus {name} COMMAND [OPTIONS] ...\n\n{summary}\n\ncommands:\n{''.join(lines)}\n"
        f"`calculus {name} COMMAND --help` shows a command's options. To begin with:\n\n  {example}\n"
    )


def _unknown(name: str, word: str, commands: Mapping[str, str]) -> UsageProblem:
    from difflib import get_close_matches

    close = get_close_matches(word, commands, 1)
    hint = f"did you mean {close[0]}?" if close else f"the commands are {', '.join(commands)}"
    return UsageProblem(Diagnostic("usage", f"there is no command {f'{name} {word}'!r}", help=hint))
