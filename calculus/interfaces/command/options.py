"""The options that commands share, and what they mean.

Positionals and options may come in any order. A mistake is a `UsageProblem`, so it is reported like
every other error, as text or as JSON.
"""

import re
from argparse import ArgumentParser, ArgumentTypeError, HelpFormatter, Namespace
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from calculus.source.diagnostic import Diagnostic, UsageProblem

if TYPE_CHECKING:
    from calculus.registry import Calculus
    from calculus.settings import Settings
    from calculus.term import Term


class _Word(str):
    """An argument after `--`, which is no option whatever it begins with."""


class Parser(ArgumentParser):
    """An argument parser that takes options anywhere and raises `UsageProblem`."""

    def __init__(self, command: str, summary: str, *, usage: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=f"calculus {command}",
            usage=f"calculus {usage}",
            description=summary[0].upper() + summary[1:] + ".",
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=lambda prog: HelpFormatter(prog, max_help_position=26, width=96),
        )
        # A term may begin with a negative number.
        self._negative_number_matcher = re.compile(r"^-\d")

    def read(self, arguments: Sequence[str]) -> Namespace:
        """The options, each with its default where it is not given."""
        given = list(arguments)
        # argparse forgets about `--` when options and positionals are mixed.
        if "--" in given:
            at = given.index("--")
            given = [*given[:at], *map(_Word, given[at + 1 :])]
        self._given = given
        options, extra = self.parse_known_intermixed_args(given)
        if extra:
            self._unknown(extra[0])
        return options

    def _parse_optional(self, arg_string: str) -> Any:
        return None if isinstance(arg_string, _Word) else super()._parse_optional(arg_string)

    def _known(self) -> list[str]:
        return [option for action in self._actions for option in action.option_strings]

    def _unknown(self, argument: str) -> NoReturn:
        if isinstance(argument, _Word) or not argument.startswith("-") or argument == "-":
            raise self._problem(f"unexpected argument {str(argument)!r}")
        name = argument.partition("=")[0]
        if close := get_close_matches(name, self._known(), 1):
            raise self._problem(f"there is no option {name}", f"did you mean {close[0]}?")
        if name.startswith("--"):
            raise self._problem(f"there is no option {name}")
        help = f"an argument that begins with - goes after --, as in `-- {argument}`"
        raise self._problem(f"there is no option {argument}", help)

    def error(self, message: str) -> NoReturn:
        if message.startswith("the following arguments are required: "):
            # It may be there, taken for an option: an expression such as -x.
            for argument in (item for item in self._given if not isinstance(item, _Word)):
                if re.match(r"-[^\d]", argument) and argument.partition("=")[0] not in self._known():
                    self._unknown(argument)
        message = re.sub(r"^argument (\S+?)(/\S+)?: ", r"\1: ", message)
        message = re.sub(r"^the following arguments are required: ", "missing ", message)
        raise self._problem(message)

    def _problem(self, message: str, help: str | None = None) -> UsageProblem:
        return UsageProblem(
            Diagnostic("usage", message, help=help or f"`{self.prog} --help` shows the usage")
        )


def whole_number(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise ArgumentTypeError(f"expected a whole number, 0 or more; found {text!r}")
    return value


def integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"expected an integer; found {text!r}") from None


def number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise ArgumentTypeError(f"expected a number, 0 or more; found {text!r}")
    return value


def one_of(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            raise ArgumentTypeError(f"expected {', '.join(words[:-1])} or {words[-1]}; found {text!r}")
        return text

    return check


def add_output(parser: Parser, json: bool = True) -> None:
    group = parser.add_argument_group("output")
    if json:
        group.add_argument("--json", action="store_true", help="print JSON, one object a line")
    group.add_argument("--quiet", action="store_true", help="print the result and nothing about it")
    group.add_argument(
        *("--color",),
        metavar="WHEN",
        type=one_of("auto", "always", "never"),
        default="auto",
        help="auto (on a terminal, the default), always or never",
    )


def add_language(parser: Parser) -> None:
    parser.add_argument(
        *("--language",), metavar="NAME", help="the language, whatever the file's name ends in"
    )


def add_run(parser: Parser) -> None:
    """The options of a run: what it is given, and its limits."""
    group = parser.add_argument_group("what the program is given")
    group.add_argument(*("--input",), metavar="TERMS", action="append", help="feeds `in`, as in 1,2,3")
    group.add_argument(
        *("--stack",),
        metavar="NAME=TERMS",
        action="append",
        help="an initial stack, bottom first, as in 'a=1, 2' (`lambda` for λ); may be repeated",
    )
    group.add_argument("--seed", metavar="N", type=integer, default=0, help="seed of `rnd` (0)")
    group = parser.add_argument_group("how it is run")
    group.add_argument(
        *("--engine",),
        metavar="NAME",
        type=one_of("auto", "reference", "kernel"),
        default="auto",
        help="auto (default), reference or kernel; the answer never depends on it",
    )
    group.add_argument("--max-steps", metavar="N", type=whole_number, help="stop after N steps")
    group.add_argument("--max-seconds", metavar="S", type=number, help="stop after S seconds")
    group.add_argument(*("--max-memory",), metavar="MB", type=number, help="stop at MB megabytes (2048)")
    group.add_argument(*("--max-answers",), metavar="N", type=whole_number, help="stop after N answers")
    group.add_argument(
        *("--mode",),
        metavar="MODE",
        type=one_of("multiset", "set"),
        help="multiset: every answer; set: equal answers once",
    )
    group.add_argument(
        *("--strategy",),
        metavar="NAME",
        type=one_of("dfs", "bfs", "deepening", "fair"),
        help="the order of a search: dfs, bfs, deepening or fair; fmc has fair and bfs",
    )
    group.add_argument(*("--count",), action="store_true", help="equal answers once, with their number")


def add_exact(parser: Parser) -> None:
    group = parser.add_argument_group("random choice")
    group.add_argument(
        *("--exact",), action="store_true", help="print the distribution over all outcomes of `rnd`"
    )
    group.add_argument(
        *("--depth",),
        metavar="N",
        type=whole_number,
        help="with --exact: follow at most N draws on a path",
    )


def settings(options: Namespace, calculus: "Calculus") -> "Settings":
    """The settings of a run that the options ask for."""
    from calculus import registry
    from calculus.interfaces.command.values import read_stack, read_values
    from calculus.settings import DEFAULT_MEMORY, Settings
    from calculus.source.text import Source

    stacks: dict[str, list[Term]] = {}
    for text in options.stack or ():
        location, values = read_stack(calculus, Source(text, "--stack"))
        stacks.setdefault(location, []).extend(values)
    inputs: list[Term] = []
    for text in options.input or ():
        source = Source(text, "--input")
        own = registry.supports(calculus, "inputs")
        inputs += registry.require(calculus, "inputs", source) if own else read_values(calculus, source)
    return Settings(
        engine=options.engine,
        max_steps=options.max_steps,
        max_seconds=options.max_seconds,
        max_memory=DEFAULT_MEMORY if options.max_memory is None else options.max_memory,
        max_answers=options.max_answers,
        seed=options.seed,
        stacks=stacks,
        inputs=inputs,
        depth=getattr(options, "depth", None),
        mode=options.mode,
        strategy=options.strategy,
        count=options.count,
    )
