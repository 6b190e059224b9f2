"""What a session of the REPL remembers, and what an input does to it.

An input is a definition or a term. A term runs on the stacks as they are; if it gets stuck, or is
interrupted or stopped by a limit, the stacks are as before. What goes to `out` is printed and gone.
A session can be taken back input by input.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from calculus import registry
from calculus.interfaces import display
from calculus.interfaces.progress import Progress, steps_so_far
from calculus.library import advance
from calculus.machine.effects import Effects
from calculus.machine.instructions import STAR
from calculus.machine.reference import resume
from calculus.machine.state import Closure, State
from calculus.registry import Calculus
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, UsageProblem
from calculus.source.render import render_text
from calculus.source.text import Source

if TYPE_CHECKING:
    from calculus.machine.result import Result

INPUT = "in"
OUTPUT = "out"
LIMIT = 2_000
"""Characters shown of a value."""
UNDOABLE = 1_000
"""Inputs that can be taken back."""


@dataclass(frozen=True)
class Moment:
    """What an input changes: the program so far, the stacks (bottom first), the effects, the runs
    run.
    """

    effects: Effects
    program: Any = None
    stacks: dict[str, list[Any]] = field(default_factory=dict)
    runs: tuple[tuple[Any, Any], ...] = ()
    main: Any = None


@dataclass
class Timing:
    """How long the last run took."""

    seconds: float
    steps: int
    engine: str


class Session:
    """One language's session. `write` shows a line; `ask` gets a value for `in` from a person, if
    there is one.
    """

    next: str | None = None
    """The input that asks for the next answer, in a language whose terms have several."""

    def __init__(
        self,
        calculus: Calculus,
        settings: Settings,
        write: Callable[[str], None],
        *,
        color: bool = False,
        ask: Callable[[str], str] | None = None,
    ) -> None:
        self.calculus = calculus
        self.settings = settings
        self.write = write
        self.color = color
        self.ask = ask
        self.unicode = False
        self.now = self.beginning()
        self.past: list[Moment] = []
        self.loaded: str | None = None
        self.timing: Timing | None = None
        self.inputs = 0

    # What is entered

    def enter(self, text: str) -> None:
        """Take an input: add its definitions, then run its term. Mistakes are shown, not raised."""
        self.inputs += 1
        try:
            self._enter(Source(text, f"input {self.inputs}"))
        except CalculusError as problem:
            self.show_error(problem)

    def _enter(self, source: Source) -> None:
        if not registry.supports(self.calculus, "extend"):
            self._run_alone(source)
            return
        program, names = registry.require(self.calculus, "extend", self.now.program, source)
        self.warn(program)
        before = self.now
        if names:
            self.now = replace(self.now, program=program)
            self.write(f"defined {', '.join(names)}")
        if program.main is not None:
            self.run(program)
        self.remember(before)

    def run(self, program: Any) -> None:
        """Run a program's main term on the stacks, which a source language does not have."""
        if registry.supports(self.calculus, "present") or not registry.supports(self.calculus, "state"):
            self._show_alone(program)
            self.now = replace(self.now, runs=(*self.now.runs, (program.main, STAR)))
            return
        if registry.supports(self.calculus, "choices") and registry.require(
            self.calculus, "choices", program
        ):
            self._explore(program)
            return
        state = self.state(program)
        started = perf_counter()
        with Progress(lambda: steps_so_far(state), self.ask is not None):
            result = advance(self.calculus.name, state, self.settings)
        while state.status == "suspended" and self._answer(state):
            result = advance(self.calculus.name, state, self.settings)
        self.timing = Timing(perf_counter() - started, result.steps, result.engine)
        self.settle(state, program, result)

    def settle(self, state: State, program: Any, result: "Result", told: bool = False) -> None:
        """Show what a run came to, and keep its stacks if it is done.

        `told` means that a trace has said how it ended.
        """
        for line in display.stack_lines(
            {OUTPUT: result.stacks.get(OUTPUT, [])} if OUTPUT in result.stacks else {},
            self.color,
            LIMIT,
        ):
            self.write(line)
        if result.error is not None:
            hint = "`:input 1,2,3` feeds `in`"
            self.show_error(CalculusError(display.with_hint(result.error, "input", hint)))
        if state.status != "done":
            if result.error is None and not told:
                self.write(display.ending(result))
            if self.now.stacks:
                self.write("the stacks are as they were before this input")
            return
        stacks = {name: values for name, values in state.stacks.items() if values and name != OUTPUT}
        self.now = replace(
            self.now,
            stacks=stacks,
            effects=state.effects,
            runs=(*self.now.runs, (program.main, state.exit)),
        )
        exit = display.exit_line(result, self.color)
        if exit:
            self.write(exit)
        self.show_stacks()

    def settle_traced(self, state: State, program: Any, stopped: Any) -> None:
        """What a run that was shown step by step came to."""
        from calculus.machine.result import Result

        before = self.now
        self.settle(state, program, Result.of(self.calculus.name, state, stopped, "reference"), told=True)
        self.remember(before)

    def add_inputs(self, values: list[Any]) -> None:
        """Add values to those waiting at `in`."""
        effects = self.now.effects.copy()
        effects.inputs.extend(values)
        self.change(effects=effects)
        waiting = ", ".join(str(value) for value in effects.inputs) or "nothing"
        self.write(f"waiting at {INPUT}: {waiting}")

    def set_stack(self, location: str, values: list[Any]) -> None:
        """Let a stack hold some values, bottom first, and nothing else."""
        if registry.supports(self.calculus, "present"):
            raise UsageProblem(f"{self.calculus.name} has no stacks of its own")
        stacks = {**self.now.stacks, location: self.held(values)}
        self.change(stacks={name: entries for name, entries in stacks.items() if entries})
        self.show_stacks()

    def held(self, values: Sequence[Any]) -> list[Any]:
        """Values as the stacks hold them."""
        return [Closure(value, {}) for value in values]

    def state(self, program: Any) -> State:
        """The machine about to run a program's main term on the session's stacks."""
        state: State = registry.require(self.calculus, "state", program, self.settings)
        state.stacks = {name: list(values) for name, values in self.now.stacks.items()}
        state.effects = self.now.effects.copy()
        if self.ask is not None:
            state.effects.kinds = {**state.effects.kinds, INPUT: "source"}
        return state

    def _answer(self, state: State) -> bool:
        """Answer a pop of `in`: with the next input, or by asking; False if nobody answers."""
        request = state.request
        if request is None or request.location != INPUT or self.ask is None:
            return False
        if state.effects.inputs:
            resume(state, Closure(state.effects.inputs.popleft(), {}))
            return True
        while True:
            try:
                text = self.ask(f"{INPUT}> ")
            except (EOFError, KeyboardInterrupt):
                return False
            if not text.strip():
                continue
            try:
                value = registry.require(self.calculus, "parse_term", Source(text, INPUT))
            except CalculusError as problem:
                self.show_error(problem)
                continue
            resume(state, Closure(value, {}))
            return True

    def _explore(self, program: Any) -> None:
        settings = self.settings_with_stacks()
        answers = registry.require(self.calculus, "explore", program, settings)
        with answers.budget.interruptible():
            for line in display.answer_lines(answers, self.color):
                self.write(line)
        self.write(display.answers_ending(answers))

    def settings_with_stacks(self) -> Settings:
        """The settings, for a run that begins on the session's stacks and inputs."""
        return replace(self.settings, stacks=self.memory(), inputs=list(self.now.effects.inputs))

    def memory(self) -> dict[str, list[Any]]:
        """The stacks as closed terms, bottom first."""
        memo: dict[int, Any] = {}
        return {name: [value.read_back(memo) for value in values] for name, values in self.now.stacks.items()}

    def _run_alone(self, source: Source) -> None:
        """An input to a calculus that keeps nothing between inputs."""
        program = self.calculus.parse(source)
        self.warn(program)
        self._show_alone(program)

    def _show_alone(self, program: Any) -> None:
        """Run a program that leaves nothing for the next, and show its outcome."""
        outcome = self.calculus.run(program, replace(self.settings, stacks=self.memory()))
        for line in display.lines(outcome, self.color):
            self.write(line)

    # What is remembered

    def undo(self) -> bool:
        """Take back the last input; False if there is none."""
        if not self.past:
            return False
        self.now = self.past.pop()
        return True

    def change(self, **fields: Any) -> None:
        """Change what is remembered, so that it can be taken back."""
        before = self.now
        self.now = replace(before, **fields)
        self.remember(before)

    def remember(self, before: Moment) -> None:
        """Let `undo` go back to how things were, if anything has changed since."""
        if self.now is before:
            return
        self.past.append(before)
        del self.past[:-UNDOABLE]

    def beginning(self) -> Moment:
        """Nothing defined; the stacks and inputs of the settings."""
        stacks = {name: self.held(values) for name, values in self.settings.stacks.items()}
        return Moment(stacks=stacks, effects=Effects(self.settings.inputs, self.settings.seed))

    # What is shown

    def show_stacks(self) -> None:
        stacks = self.memory()
        if not stacks:
            self.write("(no values)")
        for line in display.stack_lines(stacks, self.color, LIMIT):
            self.write(line)

    def show_error(self, problem: CalculusError) -> None:
        self.write(render_text(problem, color=self.color).rstrip("\n"))

    def warn(self, program: Any) -> None:
        """Show a program's warnings."""
        warnings: list[Diagnostic] = list(getattr(program, "warnings", ()))
        if warnings:
            self.show_error(CalculusError(*warnings))

    def names(self) -> list[str]:
        """The names defined."""
        return [] if self.now.program is None else list(self.now.program.definitions)

    def definition_lines(self) -> Iterator[str]:
        """The definitions, as text."""
        if self.now.program is not None:
            text: str = registry.require(self.calculus, "saved", self.now.program, [])
            yield from text.splitlines()

    def require_program(self, source: Source) -> Any:
        """The program that a term on the session's definitions is, for commands about a term."""
        program, names = registry.require(self.calculus, "extend", self.now.program, source)
        if names or program.main is None:
            raise UsageProblem("expected a term, found a definition")
        return program
