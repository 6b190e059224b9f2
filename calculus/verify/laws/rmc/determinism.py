"""Whether there is at most one answer on every closed memory."""

from collections.abc import Mapping
from itertools import combinations, islice
from typing import Any

from calculus.machine.budget import Budget, Portion
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.rmc.algebra import ends
from calculus.rmc.normal import normal_form
from calculus.rmc.program import Program
from calculus.rmc.spans import NOTHING_DONE, Segments, Span
from calculus.term import Term
from calculus.verify.finding import Finding
from calculus.verify.laws.rmc.memories import Memories, answer_text, memory_json, memory_text
from calculus.verify.laws.rmc.overlap import overlap
from calculus.verify.laws.rmc.segments import Again, Both, NoSteps, Step, parts_of, program_of
from calculus.verify.laws.rmc.segments import Program as Steps
from calculus.verify.laws.rmc.statements import Deterministic, definitions_for
from calculus.verify.laws.statement import Options

SYMBOLIC_STEPS = 5_000
"""Transitions of the runs on unknown stacks, if they may not end."""
SPANS = 100
"""Spans of which each two are compared."""
RUN_STEPS = 1_000
"""Transitions on each memory that is tried."""
MEMORIES = 150
"""Memories that are tried."""


def decide_determinism(program: Program, law: Deterministic, options: Options) -> Finding:
    """Whether a term has at most one answer on every closed memory."""
    budget = options.budget()
    with budget.interruptible():
        return _Determinism(law, definitions_for(program, law.term), budget).finding()


class _Determinism:
    def __init__(self, law: Deterministic, definitions: Mapping[str, Term], budget: Budget) -> None:
        self.law = law
        self.definitions = definitions
        self.budget = budget
        self.tried: dict[str, Any] = {}
        self.clashing: list[Segments] = []

    def finding(self) -> Finding:
        return (
            self.by_spans()
            or self.by_steps()
            or self.by_running()
            or self.law.found("unknown", tried=self.tried)
        )

    def by_spans(self) -> Finding | None:
        """No two spans run on one memory, or those that do leave the same."""
        steps = None if ends(self.law.term, self.definitions) else SYMBOLIC_STEPS
        part = Portion(self.budget, steps)
        form = normal_form(self.law.term, definitions=self.definitions, max_spans=SPANS, budget=part)
        if not form.normal:
            self.tried["transitions on unknown stacks"] = form.steps
            return None
        spans = [item for item, _ in form.spans]
        for left, right in combinations(spans, 2):
            common = overlap(left, right)
            if common is not None and not common.agrees:
                self.clashing.append(common.memory())
        if self.clashing:
            return None
        lines = [
            f"no two of the {len(spans)} spans leave different memories:",
            *(f"  {item}" for item in spans[:12]),
        ]
        return self.law.found("proved", "the spans", tried={"spans": len(spans)}, explained=tuple(lines))

    def by_steps(self) -> Finding | None:
        """Wherever there is a choice, at most one way can be gone."""
        if self.clashing:
            return None
        try:
            program = program_of(self.law.term, self.definitions, self.budget)
            why = _choices(program)
        except NoSteps as problem:
            why = str(problem)
        if why is not None:
            self.tried["choices"] = why
            return None
        line = "wherever it may go on in two ways, no closed memory lets it go both"
        return self.law.found("proved", "the choices", explained=(line,))

    def by_running(self) -> Finding | None:
        """The smallest memory with two answers."""
        memories = islice(Memories([self.law.term], self.definitions, self.law.at), MEMORIES)
        for number, memory in enumerate(memories, 1):
            if stopped := self.budget.overdrawn():
                self.tried["stopped_by"] = stopped
                break
            self.tried["memories"] = number
            found = self.on(memory)
            if found is not None:
                return found
        candidates = (self.on(self.high_enough(memory)) for memory in self.clashing)
        return next((found for found in candidates if found is not None), None)

    def high_enough(self, memory: Segments) -> Segments:
        """The memory with as many values as the law says below."""
        found = {place: tuple(values) for place, values in memory.items()}
        for place in dict.fromkeys(self.law.at):
            lacking = self.law.at.count(place) - len(found.get(place, ()))
            if lacking > 0:
                below = next(iter(Memories([self.law.term], self.definitions, (place,) * lacking)))
                found[place] = (*below[place], *found.get(place, ()))
        return found

    def on(self, memory: Segments) -> Finding | None:
        """Two answers on a memory."""
        answers = two_answers(self.law.term, self.definitions, memory, Portion(self.budget, RUN_STEPS))
        if len(answers) < 2:
            return None
        example = {"stacks": memory_json(memory), "answers": [answer.to_json() for answer in answers]}
        lines = (
            f"on {memory_text(memory)} there are two answers:",
            *(f"  {answer_text(item)}" for item in answers),
        )
        return self.law.found("refuted", "two answers", counterexample=example, explained=lines)


def two_answers(
    term: Term, definitions: Mapping[str, Term], memory: Segments, budget: Budget
) -> list[Answer]:
    """Two different answers on a memory, or as many as were found."""
    budget.max_answers = 2
    search = Search(Query(term, definitions, memory), budget, strategy="bfs", mode="set")
    return list(search)


def _choices(program: Steps) -> str | None:
    """Why a program could go on in two ways somewhere; None if it cannot on closed memories."""
    for part in parts_of(program):
        if isinstance(part, Step) and not part.keeps_closed:
            return f"a part may leave variables on the stacks: {part.term.text(60)}"
    waiting: list[tuple[Steps, Steps]] = [(program, ())]
    while waiting:
        parts, after = waiting.pop()
        for index, part in enumerate(parts):
            rest = (*parts[index + 1 :], *after)
            if isinstance(part, Step):
                if not _all(part.spans, part.spans, agree=True):
                    return f"two ways through {part.term.text(60)}"
            elif isinstance(part, Both):
                if not _all(_entry(part.left, rest), _entry(part.right, rest)):
                    return f"both sides of a sum may go on before {_shown(rest)}"
                waiting += [(part.left, rest), (part.right, rest)]
            else:
                if not _all(_entry(part.body, (part, *rest)), _entry(rest, ())):
                    return f"after {part.term.text(60)} it may go on with it or not"
                waiting.append((part.body, (part, *rest)))
    return None


def _all(left: tuple[Span, ...], right: tuple[Span, ...], agree: bool = False) -> bool:
    """Whether no two of the spans run on one memory, or leave the same there if that will do."""
    for ours in left:
        for theirs in right:
            if ours is theirs and agree:
                continue
            common = overlap(ours, theirs)
            if common is not None and not (agree and common.agrees):
                return False
    return True


def _entry(parts: Steps, after: Steps) -> tuple[Span, ...]:
    """Spans of which one must run for a program to succeed. Raises `NoSteps`."""
    first = next(iter((*parts, *after)), None)
    if first is None:
        return (NOTHING_DONE,)
    if isinstance(first, Step):
        return first.spans
    raise NoSteps(f"a choice is followed by another one: {_shown((*parts, *after))}")


def _shown(parts: Steps) -> str:
    match next(iter(parts), None):
        case Step(term=term) | Again(term=term):
            return term.text(60)
        case None:
            return "the end"
    return "a sum"
