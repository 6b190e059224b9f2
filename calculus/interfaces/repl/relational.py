"""A session of a relational language: answers come one at a time, `;` asks for the next.

The answer that is shown is the one that holds: its stacks are what the next input runs on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from calculus import registry
from calculus.interfaces import display
from calculus.interfaces.progress import Progress
from calculus.interfaces.repl.session import LIMIT, Moment, Session, Timing
from calculus.machine.effects import Effects
from calculus.machine.relational.answers import Answer, Answers
from calculus.machine.result import value_text
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, UsageProblem
from calculus.source.text import Source
from calculus.term import Term


class RelationalSession(Session):
    """Like any session, but for the search that may go on."""

    next = ";"
    search: Answers | None = None
    coming: Iterator[Answer] = iter(())
    before: Moment | None = None

    def _enter(self, source: Source) -> None:
        if source.text.strip() == self.next:
            self.go_on()
            return
        super()._enter(source)

    def run(self, program: Any) -> None:
        """Search for the first answer on the stacks as they are."""
        self.search = registry.require(self.calculus, "solve", program, self.settings_with_stacks())
        self.search.keep = False
        self.coming = iter(self.search)
        self.before = self.now
        self._next(program)

    def go_on(self) -> None:
        """Show the next answer of the last search; raises `UsageProblem` when there is none to go on with."""
        if self.search is None:
            raise UsageProblem(
                Diagnostic("usage", "there is no search to go on with", help="`;` asks for the next answer")
            )
        now = self.now
        self._next(None)
        self.remember(now)

    def _next(self, program: Any) -> None:
        search = self.search
        assert search is not None and self.before is not None
        started, steps = perf_counter(), search.steps
        progress = Progress(lambda: display.search_progress(search), self.ask is not None)
        with search.budget.interruptible(), progress:
            answer = next(self.coming, None)
        self.timing = Timing(perf_counter() - started, search.steps - steps, search.engine)
        if answer is None:
            self._end(search)
            return
        self._show_answer(search, answer)
        if search.view is None:
            runs = self.now.runs if program is None else (*self.now.runs, (program.main, "*"))
            self.now = replace(self.before, stacks=answer.stacks, runs=runs)

    def _show_answer(self, search: Answers, answer: Answer) -> None:
        if search.view is not None:
            lines = [search.view(answer).text]
        else:
            shown = {name: value for name, value in answer.bindings.items() if not name.startswith("_")}
            lines = [f"{name} = {value_text(value, LIMIT)}" for name, value in shown.items()]
            lines += display.stack_lines(answer.stacks, self.color, LIMIT)
            lines = lines or ["(no values)"]
        for line in lines:
            self.write(line)
        if not search.complete:
            self.write("(; for the next answer)")

    def _end(self, search: Answers) -> None:
        self.search = None
        if search.error is not None:
            self.show_error(CalculusError(search.error))
        elif search.stopped_by:
            self.write(display.solutions_ending(search))
        elif search.found:
            self.write("no more answers")
        else:
            self.write(search.nothing)
            if reasons := display.reasons(search):
                self.show_error(CalculusError(*reasons))

    def _show_alone(self, program: Any) -> None:
        self.run(program)

    def settle_traced(self, state: Any, program: Any, stopped: Any) -> None:
        """A search that was shown step by step leaves the stacks as they were."""
        if self.now.stacks:
            self.write("the stacks are as they were before this input")

    def add_inputs(self, values: list[Term]) -> None:
        raise UsageProblem(f"{self.calculus.name} reads no input in a session; push values instead")

    def state(self, program: Any) -> Any:
        """The search about to run a program's main term on the session's stacks."""
        return registry.require(self.calculus, "state", program, self.settings_with_stacks())

    def settings_with_stacks(self) -> Settings:
        return replace(self.settings, stacks=self.memory())

    def memory(self) -> dict[str, list[Any]]:
        return {name: list(values) for name, values in self.now.stacks.items()}

    def held(self, values: Sequence[Any]) -> list[Any]:
        return list(values)

    def beginning(self) -> Moment:
        stacks = {name: self.held(values) for name, values in self.settings.stacks.items()}
        return Moment(stacks=stacks, effects=Effects((), self.settings.seed))
