"""The inputs of the REPL that begin with a colon."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from calculus import registry
from calculus.interfaces import stepping
from calculus.interfaces.command.values import read_stack, read_values
from calculus.interfaces.repl import settings
from calculus.interfaces.repl.session import Session
from calculus.source.diagnostic import CalculusError, Diagnostic, FileProblem, UsageProblem
from calculus.source.text import Source


class Leave(NamedTuple):
    """The user leaves the session: for another language, or altogether."""

    language: str | None = None


class Command(NamedTuple):
    """A command: what follows its name, what it does, and the function that does it."""

    arguments: str
    summary: str
    act: Callable[[Session, str], Leave | None]


def execute(session: Session, text: str) -> Leave | None:
    """Run a command; whether it leaves the session. Mistakes are shown."""
    name, _, argument = text.strip().removeprefix(":").partition(" ")
    found = [full for full in COMMANDS if full == name] or [
        full for full in COMMANDS if name and full.startswith(name)
    ]
    try:
        if len(found) != 1:
            raise _unknown(name, found)
        return COMMANDS[found[0]].act(session, argument.strip())
    except CalculusError as problem:
        session.show_error(problem)
        return None


def _unknown(name: str, found: list[str]) -> CalculusError:
    could = ", ".join(f":{full}" for full in found)
    help = f"it could be {could}" if found else ":help lists the commands"
    return UsageProblem(Diagnostic("usage", f"there is no command :{name}", help=help))


def _help(session: Session, argument: str) -> None:
    lines = [
        "A term runs on the stacks as they are; `def name = term` defines. The stacks are shown",
        "after each input; what goes to `out` is printed and gone. An input that gets stuck, or is",
        "stopped, changes nothing.",
        "",
    ]
    width = max(len(f":{name} {item.arguments}") for name, item in COMMANDS.items()) + 2
    for name, item in COMMANDS.items():
        lines.append(f"{f':{name} {item.arguments}':{width}}{item.summary}")
    lines += ["", "Commands may be cut short, as in :u. Ctrl-C stops a run, Ctrl-D quits."]
    for line in lines:
        session.write(line)


def _term(session: Session, text: str) -> Any:
    if not text:
        raise UsageProblem("expected a term after the command")
    return session.require_program(Source(text, "term"))


def _trace(session: Session, argument: str) -> None:
    program = _term(session, argument)
    state = session.state(program)
    stopped = None
    budget = session.settings.budget()
    with budget.interruptible():
        for entry in stepping.entries_of(session.calculus, state, budget):
            session.write(stepping.entry_line(entry, session.color))
            stopped = entry.stopped_by
    session.settle_traced(state, program, stopped)


def _step(session: Session, argument: str) -> None:
    if session.ask is None:
        _trace(session, argument)
        return
    program = _term(session, argument)
    stepper = stepping.Stepper(
        session.calculus, session.state(program), session.ask, session.write, session.color
    )
    if stepper.run() is None:
        session.write("left before the end; the stacks are as they were")
    else:
        session.settle_traced(stepper.state, program, None)


def _exact(session: Session, argument: str) -> None:
    from calculus.interfaces import display

    program = _term(session, argument)
    distribution = registry.require(session.calculus, "exact", program, session.settings_with_stacks())
    for line in display.distribution_lines(distribution, session.color):
        session.write(line)
    session.write(display.distribution_ending(distribution))


def _capability(name: str) -> Callable[[Session, str], None]:
    def act(session: Session, argument: str) -> None:
        if not registry.supports(session.calculus, name):
            registry.require(session.calculus, name)
        session.write(str(registry.require(session.calculus, name, _term(session, argument))))

    return act


def _reduce(session: Session, argument: str) -> None:
    if not registry.supports(session.calculus, "reduce"):
        registry.require(session.calculus, "reduce")
    found = registry.require(session.calculus, "reduce", _term(session, argument))
    session.write(str(found))
    if getattr(found, "stopped_by", None):
        session.write(f"stopped by its limit on {found.stopped_by} after {found.steps} steps")


def _undo(session: Session, argument: str) -> None:
    if not session.undo():
        raise UsageProblem("there is nothing to take back")
    session.show_stacks()


def _stacks(session: Session, argument: str) -> None:
    session.show_stacks()


def _stack(session: Session, argument: str) -> None:
    session.set_stack(*read_stack(session.calculus, Source(argument, ":stack")))


def _definitions(session: Session, argument: str) -> None:
    lines = list(session.definition_lines())
    for line in lines or ["(no definitions)"]:
        session.write(line)


def _reset(session: Session, argument: str) -> None:
    if argument not in ("", "all"):
        raise UsageProblem(":reset empties the stacks; `:reset all` forgets the definitions too")
    beginning = session.beginning()
    program = None if argument else session.now.program
    session.change(**vars(replace(beginning, program=program)))
    session.show_stacks()


def _input(session: Session, argument: str) -> None:
    session.add_inputs(read_values(session.calculus, Source(argument, ":input")))


def _load(session: Session, argument: str) -> None:
    if not argument:
        raise UsageProblem("expected a file after :load")
    source = Source.read(Path(argument).expanduser())
    program, names = registry.require(session.calculus, "extend", session.now.program, source, file=True)
    session.warn(program)
    session.change(program=program, main=program.main)
    session.loaded = argument
    session.write(f"defined {', '.join(names)}" if names else f"{argument} defines nothing")
    if program.main is not None:
        session.write("its main term is ready: :main runs it")


def _main(session: Session, argument: str) -> None:
    if session.now.main is None:
        raise UsageProblem("no file with a main term is loaded")
    before = session.now
    session.run(replace(session.now.program, main=session.now.main))
    session.remember(before)


def _reload(session: Session, argument: str) -> None:
    if session.loaded is None:
        raise UsageProblem("no file is loaded; :load FILE loads one")
    _load(session, session.loaded)


def _save(session: Session, argument: str) -> None:
    if not argument:
        raise UsageProblem("expected a file after :save")
    text: str = registry.require(session.calculus, "saved", session.now.program, list(session.now.runs))
    try:
        Path(argument).expanduser().write_text(text, encoding="utf-8")
    except OSError as problem:
        raise FileProblem(f"cannot write {argument}: {problem.strerror}") from None
    session.write(f"saved {argument}")


def _set(session: Session, argument: str) -> None:
    name, _, value = argument.partition(" ")
    if not name:
        for line in settings.shown(session.settings):
            session.write(line)
        return
    session.settings = settings.changed(session.settings, name, value.strip())
    if name == "seed":
        effects = session.now.effects.copy()
        effects.seed = session.settings.seed
        effects.generators.clear()
        effects.drawn.clear()
        session.change(effects=effects)


def _time(session: Session, argument: str) -> None:
    if argument:
        session.enter(argument)
    timing = session.timing
    if timing is None:
        raise UsageProblem("nothing has run yet")
    rate = timing.steps / timing.seconds if timing.seconds else 0
    steps = f"{timing.steps:,} steps ({rate:,.0f} a second)"
    session.write(f"{timing.seconds:.3f} s, {steps}, {timing.engine} engine")


def _language(session: Session, argument: str) -> Leave | None:
    if argument:
        registry.get(argument)
        return Leave(argument)
    session.write(f"{session.calculus.name}; the languages here are {', '.join(registry.names())}")
    return None


def _quit(session: Session, argument: str) -> Leave:
    return Leave()


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "help": Command("", "this list", _help),
        "step": Command("TERM", "run step by step (from a pipe: as :trace)", _step),
        "trace": Command("TERM", "run, showing every step", _trace),
        "exact": Command("TERM", "the distribution over all outcomes of rnd", _exact),
        "type": Command("TERM", "its type", _capability("infer")),
        "reduce": Command("TERM", "its normal form", _reduce),
        "dual": Command("TERM", "its dual", _capability("dual")),
        "time": Command("[TERM]", "run and tell the time, or tell that of the last run", _time),
        "input": Command("TERMS", "add inputs for in, as in 1,2,3", _input),
        "stacks": Command("", "show the stacks", _stacks),
        "stack": Command("NAME=TERMS", "let a stack hold values, bottom first, as in x=1,2", _stack),
        "definitions": Command("", "show the definitions", _definitions),
        "undo": Command("", "take back the last input", _undo),
        "reset": Command("[all]", "empty the stacks (and forget the definitions)", _reset),
        "load": Command("FILE", "take a file's definitions", _load),
        "reload": Command("", "load the last file again", _reload),
        "main": Command("", "run the loaded file's main term", _main),
        "save": Command("FILE", "write definitions and inputs as a program", _save),
        "set": Command("[NAME VALUE]", "show the settings, or change one", _set),
        "language": Command("[NAME]", "go on in another language", _language),
        "quit": Command("", "leave (or Ctrl-D)", _quit),
    }
)
