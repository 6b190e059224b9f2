"""The evaluation of a program: it runs machines as far as they go, hands out calls, and takes answers in
any order.

It does no input or output, so it can be driven by anything. Its result depends on the program, what it is
given and the answers, and on nothing else: not on the order of the answers, nor on how many are asked for
at a time. So an evaluation is stored as its answers; read back, it runs again up to where it was.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from calculus.machine.data import Pair, from_value, to_value
from calculus.machine.reference.machine import advance, resume, step
from calculus.machine.state import Closure, prepare
from calculus.rlm.calls import Call, OracleFailure, Reply, Role
from calculus.rlm.evaluation.result import Coverage, Stopped
from calculus.rlm.evaluation.task import Path, Task, application, machine, outcome, request
from calculus.rlm.functions import Settings
from calculus.rlm.program import Program
from calculus.rlm.text import Document, Slice
from calculus.rlm.translation import FORK, FORKS, ORACLE, Translation
from calculus.rlm.types.infer import infer_program
from calculus.rlm.types.nodes import Function, find, text
from calculus.source.diagnostic import Diagnostic, TypeProblem, UsageProblem
from calculus.source.items import no_main

MAX_STEPS = 100_000_000
"""Transitions of all machines together, unless told otherwise."""

LEFT_OUT: Mapping[Role, str] = {"filter": "True"}
"""What stands for an answer that is left out, by the role of the call; for others the empty text, which
`best`, `parse` and `merge_counts` pass over."""


class Evaluation:
    """A program being evaluated.

    `document` and `query` are what it is about; `k`, `tau` and the settings come from the plan; `roles`
    says what the oracle's sites are for, and `limit` how many tokens an answer may have, for all calls or by
    their roles. Raises `TypeProblem` if the program has no type, and
    `UsageProblem` if it has no main term, or one that is a function.
    """

    def __init__(
        self,
        program: Program,
        document: Document | str | bytes = "",
        query: str = "",
        *,
        k: int = 2,
        tau: int = 4096,
        by: str = "characters",
        measure: str = "bytes",
        seed: int = 0,
        roles: Mapping[int, Role] | None = None,
        max_steps: int = MAX_STEPS,
        limit: int | Mapping[Role, int] | None = None,
    ) -> None:
        translation = _translated(program)
        self.document = document if isinstance(document, Document) else Document(document)
        self.parameters = {"k": k, "tau": tau, "by": by, "measure": measure, "seed": seed}
        self.query = query
        self.result: Any = None
        self.error: Stopped | None = None
        self.done = False
        self.steps = 0
        self.max_steps = max_steps
        self._roles = roles or {}
        self._limit = limit
        self._ready: list[Call] = []
        self._asked: dict[Path, tuple[Task, Call]] = {}
        self._answers: dict[Path, str] = {}
        self._left_out: list[Path] = []
        given: dict[str, Any] = {"document": self.document.whole, "query": query, "tau": tau, "k": k}
        environment = {name: to_value(given[key]) for key, name in translation.names.items()}
        environment[translation.settings] = to_value(Settings(measure, by, tau, seed))
        # Machines that can go on, and the elements of forks, of which each gets its machine in its turn.
        self._running: deque[Task | Iterator[Task]] = deque(
            [Task(machine(translation.term, environment), ())]
        )

    def ready(self, most: int | None = None) -> list[Call]:
        """Run on until all machines wait, and hand out the calls that come up, in the order of the program.

        With `most`, only until there are so many, so that they can be under way while further ones are found.
        When nothing is handed out and nothing is pending, the evaluation is done.
        """
        while self._running and not self.done and (most is None or len(self._ready) < most):
            first = self._running[0]
            task = first if isinstance(first, Task) else next(first, None)
            if task is first or task is None:
                self._running.popleft()
            if task is not None:
                self._run(task)
        if most is None or len(self._ready) <= most:
            ready, self._ready = self._ready, []
        else:
            ready, self._ready = self._ready[:most], self._ready[most:]
        return ready

    @property
    def pending(self) -> int:
        """How many calls wait for an answer."""
        return len(self._asked)

    @property
    def coverage(self) -> Coverage:
        return Coverage(len(self._answers) - len(self._left_out), tuple(sorted(self._left_out)))

    def answer(self, call: Call, reply: Reply | str) -> None:
        """Take an answer; `ready` goes on with it."""
        answer = reply if isinstance(reply, str) else reply.text
        task, _ = self._asked.pop(call.path)
        self._answers[call.path] = answer
        if self.done:
            return
        resume(task.state, to_value(answer))
        self._running.append(task)

    def fail(self, call: Call, failure: OracleFailure) -> None:
        """End with the failure of a call."""
        self._asked.pop(call.path, None)
        self._stop(Stopped("failed", Diagnostic("oracle", f"a call failed: {failure}"), call.path))

    def leave_out(self, call: Call) -> None:
        """Go on without an answer: a part that is to be filtered stays in, another answer is empty."""
        self._left_out.append(call.path)
        self.answer(call, LEFT_OUT.get(call.role, ""))

    def to_json(self) -> dict[str, Any]:
        """The answers so far, with what identifies the run."""
        return {
            "document": self.document.digest,
            "query": self.query,
            "parameters": self.parameters,
            "answers": [[list(path), text] for path, text in self._answers.items()],
            "left_out": [list(path) for path in self._left_out],
        }

    def replay(self, stored: Mapping[str, Any]) -> None:
        """Take the answers of a stored evaluation of the same program. Raises `UsageProblem` if it is of
        another document or was planned in another way.
        """
        expected = self.to_json()
        for key in ("document", "query", "parameters"):
            if stored.get(key) != expected[key]:
                raise UsageProblem(f"the stored run is of another {key}")
        answers = {tuple(path): text for path, text in stored["answers"]}
        left_out = {tuple(path) for path in stored["left_out"]}
        waiting, unanswered = deque(self.ready()), list[Call]()
        while waiting:
            call = waiting.popleft()
            if call.path in left_out:
                self.leave_out(call)
            elif call.path in answers:
                self.answer(call, answers[call.path])
            else:
                unanswered.append(call)
            waiting += self.ready()
        self._ready = unanswered

    def _run(self, task: Task) -> None:
        state = task.state
        self.steps += advance(state, self.max_steps - self.steps)
        if state.status == "running":
            self._stop(_too_long(task, self.max_steps))
        elif state.status == "done":
            self._finished(task, outcome(state))
        elif state.status == "stuck":
            assert state.error is not None
            self._stop(Stopped("stuck", state.error, task.path))
        else:
            self._serve(task)

    def _serve(self, task: Task) -> None:
        """Do what a machine asks its host for."""
        asked = task.state.request
        assert asked is not None
        if asked.value is None:
            raise AssertionError(f"a pop from {asked.location} without a push before it")
        number, values = request(asked.value)
        resume(task.state)  # the push is taken; the machine goes on to wait for what comes of it
        step(task.state)
        if asked.location == ORACLE:
            self._ask(task, number, str(from_value(values[0])))
        else:
            assert asked.location == FORK
            self._fork(task, FORKS[number], values)

    def _ask(self, task: Task, site: int, prompt: str) -> None:
        role = self._roles.get(site, "other")
        limit = self._limit.get(role) if isinstance(self._limit, Mapping) else self._limit
        call = Call((*task.path, task.asked), site, role, prompt, limit)
        task.asked += 1
        self._asked[call.path] = task, call
        self._ready.append(call)

    def _fork(self, task: Task, kind: str, values: list[Closure]) -> None:
        """Run a function on every element of a list, each on a machine of its own; those of `reduce` one
        after the other.
        """
        task.kind, task.items, task.function = kind, from_value(values[0]), values[-1]
        path = (*task.path, task.asked)
        task.asked += 1
        if kind == "reduce":
            task.results = [from_value(values[1])]
            task.waiting = len(task.items)
            self._fold(task)
            return
        task.results = [None] * len(task.items)
        task.waiting = len(task.items)
        if task.items:
            self._running.append(_children(task, task.function, path))
        else:
            self._join(task)

    def _fold(self, task: Task) -> None:
        """The next step of a `reduce`, or its end."""
        if not task.waiting:
            self._join(task)
            return
        assert task.function is not None
        item = task.items[len(task.items) - task.waiting]
        state = application(task.function, task.results[0], item)
        self._running.append(Task(state, task.path, task, 0))

    def _finished(self, task: Task, value: Any) -> None:
        parent = task.parent
        if parent is None:
            self.result = to_python(value)
            self.done = True
            return
        parent.results[task.index] = value
        parent.waiting -= 1
        if parent.kind == "reduce":
            self._fold(parent)
        elif not parent.waiting:
            self._join(parent)

    def _join(self, task: Task) -> None:
        """Give the results of a fork to the machine that asked for them."""
        results: Any = tuple(task.results)
        if task.kind == "filter":
            results = tuple(item for item, kept in zip(task.items, results, strict=True) if kept)
        elif task.kind == "reduce":
            results = results[0]
        task.results, task.items, task.function = [], (), None
        resume(task.state, to_value(results))
        self._running.append(task)

    def _stop(self, stopped: Stopped) -> None:
        self.error = stopped
        self.done = True
        self._ready.clear()


_recent: deque[tuple[Program, Translation]] = deque(maxlen=8)
"""The programs that were translated last: one that is run again and again is translated once."""


def _translated(program: Program) -> Translation:
    """A program for the machine, with its types checked and its term prepared."""
    for known, translation in _recent:
        if known is program:
            return translation
    check_types(program)
    translation = Translation(program)
    prepare(translation.term)
    _recent.append((program, translation))
    return translation


def _children(task: Task, function: Closure, path: Path) -> Iterator[Task]:
    """A machine for each element of a fork."""
    for index, item in enumerate(task.items):
        yield Task(application(function, item), (*path, index), task, index)


def check_types(program: Program) -> None:
    """Raises `TypeProblem` unless a program has a type, and `UsageProblem` unless its main term is data."""
    if program.main is None:
        raise no_main(program.source, "run")
    typing = infer_program(program)
    if typing.problems:
        raise TypeProblem(*typing.problems.values())
    assert typing.main is not None
    if isinstance(find(typing.main.type), Function):
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"the main term is a function, of type `{text(typing.main)}`",
                program.main.span,
                help="apply it, as in `f document`",
            )
        )


def to_python(value: Any) -> Any:
    """A result as plain Python: texts, numbers, Booleans, lists and pairs as tuples."""
    if isinstance(value, Pair):
        return tuple(map(to_python, value))
    if isinstance(value, tuple):
        return [to_python(item) for item in value]
    return str(value) if isinstance(value, Slice) else value


def _too_long(task: Task, limit: int) -> Stopped:
    message = f"stopped by the limit on steps after {limit:,} steps"
    return Stopped("steps", Diagnostic("steps", message, task.state.term.span), task.path)
