"""`calculus format FILE`: the one layout, printed, written back, or checked."""

from collections.abc import Sequence
from difflib import unified_diff

from calculus.interfaces.command import options as opt
from calculus.interfaces.command.output import Output, write_file
from calculus.interfaces.command.reading import STANDARD_INPUT, read_file
from calculus.interfaces.command.status import NEGATIVE, WELL
from calculus.source.diagnostic import UsageProblem


def execute(arguments: Sequence[str]) -> int:
    parser = opt.Parser(
        "format",
        "print a file in the one layout",
        usage="format FILE… [--write | --check] [--unicode | --ascii] [OPTIONS]",
        epilog="Exit status: 0; 1 if --check finds a file in another layout; 2 a mistake in one.",
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="a program, or - for standard input")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("-w", "--write", action="store_true", help="rewrite the files")
    action.add_argument("--check", action="store_true", help="write nothing; show what would change")
    spelling = parser.add_mutually_exclusive_group()
    spelling.add_argument("--unicode", action="store_true", help="spell as in a⟨x⟩ and J→N")
    spelling.add_argument("--ascii", action="store_true", help="spell as in a<x> and J->N (default)")
    opt.add_language(parser)
    opt.add_output(parser)
    options = parser.read(arguments)
    output = Output.of(options)
    if options.write and STANDARD_INPUT in options.files:
        raise UsageProblem("--write has no file to write to when reading standard input")
    changed = 0
    for path in options.files:
        calculus, source = read_file(path, options.language)
        text = calculus.format(source, unicode=options.unicode)
        differs = text != source.text
        changed += differs
        if output.json:
            output.object({"file": source.name, "changed": differs, "text": text})
        elif options.check and differs:
            _show_change(source.text, text, source.name, output)
        elif not options.check and not options.write:
            print(text, end="")
        if options.write and differs:
            write_file(path, text)
            if not output.json:
                output.remark(f"rewrote {path}")
    return NEGATIVE if options.check and changed else WELL


def _show_change(before: str, after: str, name: str, output: Output) -> None:
    if output.quiet:
        output.line(name)
        return
    old, new = (text.splitlines(keepends=True) for text in (before, after))
    for line in unified_diff(old, new, name, f"{name} (formatted)"):
        print(line if line.endswith("\n") else f"{line}\n\\ no line end here\n", end="")
