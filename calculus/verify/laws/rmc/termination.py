"""Whether the search for all answers ends, on every closed memory."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from calculus.machine.budget import Budget, Portion
from calculus.rmc.algebra import ends
from calculus.rmc.normal import normal_form
from calculus.rmc.program import Program
from calculus.term import Term
from calculus.verify.finding import Finding
from calculus.verify.laws.rmc.graph import descend, endless
from calculus.verify.laws.rmc.memories import Memories, memory_json, memory_text
from calculus.verify.laws.rmc.ranking import ranking
from calculus.verify.laws.rmc.segments import Again, NoSteps, Step, parts_of, program_of
from calculus.verify.laws.rmc.statements import Terminates, definitions_for
from calculus.verify.laws.statement import Options

SYMBOLIC_STEPS = 5_000
"""Transitions of the runs on unknown stacks."""
SPANS = 100
"""Spans found by them."""
RUN_STEPS = 5_000
"""Transitions on each memory that is tried."""
MEMORIES = 300
"""Memories that are tried."""


def decide_termination(program: Program, law: Terminates, options: Options) -> Finding:
    """Whether all runs of a term end."""
    budget = options.budget()
    definitions = definitions_for(program, law.term)
    tried: dict[str, Any] = {}
    with budget.interruptible():
        return (
            _by_structure(law, definitions)
            or _by_measures(law, definitions, budget, tried)
            or _by_symbolic_runs(law, definitions, budget, tried)
            or _by_running(law, definitions, budget, tried)
            or law.found("unknown", tried=tried)
        )


def _by_structure(law: Terminates, definitions: Mapping[str, Term]) -> Finding | None:
    if not ends(law.term, definitions):
        return None
    why = "the term iterates nothing and calls no definition that does or that calls itself"
    return law.found("proved", "no iteration", explained=(why,))


def _by_symbolic_runs(
    law: Terminates, definitions: Mapping[str, Term], budget: Budget, tried: dict[str, Any]
) -> Finding | None:
    part = Portion(budget, SYMBOLIC_STEPS)
    form = normal_form(law.term, definitions=definitions, max_spans=SPANS, budget=part)
    if not form.normal:
        tried["transitions on unknown stacks"] = form.steps
        return None
    explained = (
        f"on unknown stacks all runs end, after {form.steps} transitions",
        f"the spans are {form.term().text(400)}",
    )
    return law.found(
        "proved", "running it on unknown stacks", explained=explained, tried={"transitions": form.steps}
    )


def _by_measures(
    law: Terminates, definitions: Mapping[str, Term], budget: Budget, tried: dict[str, Any]
) -> Finding | None:
    """A measure of closed memories that gets smaller in each iteration."""
    try:
        program = program_of(law.term, definitions, budget)
    except NoSteps as why:
        tried["measures"] = str(why)
        return None
    lines: list[str] = []
    for part in parts_of(program):
        if isinstance(part, Step) and not part.keeps_closed:
            tried["measures"] = f"a part may leave variables on the stacks: {part.term.text(60)}"
            return None
        if isinstance(part, Again):
            found = ranking(part.body)
            if found is None:
                tried["measures"] = f"none was found for the iteration {part.term.text(60)}"
                return None
            lines.append(f"in each round of {part.term.text(100)}")
            lines.append(f"  {', then '.join(map(str, found))} gets smaller")
    return law.found("proved", "a measure that gets smaller", explained=tuple(lines))


def _by_running(
    law: Terminates, definitions: Mapping[str, Term], budget: Budget, tried: dict[str, Any]
) -> Finding | None:
    """The smallest memory on which a run goes on for ever."""
    ended = 0
    forever = endless(law.term, definitions, budget)
    for number, memory in enumerate(islice(Memories([law.term], definitions, law.at), MEMORIES), 1):
        if stopped := budget.overdrawn():
            tried["stopped_by"] = stopped
            return None
        found = descend(law.term, definitions, memory, Portion(budget, RUN_STEPS), forever)
        tried["memories"] = number
        if found.outcome == "loops":
            example = {"stacks": memory_json(memory), "why": found.why}
            lines = (f"on {memory_text(memory)} a run goes on for ever: {found.why}",)
            return law.found("refuted", "a run without end", counterexample=example, explained=lines)
        ended += found.outcome == "ends"
        tried["of these, the search ended on"] = ended
    return None
