"""Whether all runs end, and whether all that end have the same outcome."""

from typing import Any

from calculus.fmc.program import Program
from calculus.machine.explore import Answer
from calculus.machine.instructions import jump
from calculus.source.diagnostic import Diagnostic
from calculus.verify.finding import Finding
from calculus.verify.laws.fmc.derivation import typed_claims
from calculus.verify.laws.fmc.memories import Memories, Trial
from calculus.verify.laws.fmc.paths import Paths
from calculus.verify.laws.fmc.scope import Subject
from calculus.verify.laws.fmc.statements import Deterministic, Terminates
from calculus.verify.laws.fmc.values import memory_text, on_stacks
from calculus.verify.laws.statement import Options

MOST_SHOWN = 8
"""Outcomes that are listed."""

Behaviour = Terminates | Deterministic


def decide_behaviour(program: Program, law: Behaviour, options: Options) -> Finding:
    """Whether the runs of a term all end, or have at most one outcome."""
    budget = options.budget()
    with budget.interruptible():
        subject = Subject(program, law.term)
        tried: dict[str, Any] = {}
        finding = _by_theorem(subject, law, tried)
        if finding is None:
            slots = subject.expected() if law.at is None else law.at
            finding = _by_running(law, Memories(subject, slots, budget, tried))
    return finding


def _by_theorem(subject: Subject, law: Behaviour, tried: dict[str, Any]) -> Finding | None:
    if isinstance(law, Deterministic):
        if subject.draws():
            return None
        what = "neither the term nor a definition that it uses draws from rnd or nd"
        return law.found("proved", "no choice is made", explained=(what,))
    beyond = subject.beyond_theorem()
    if beyond is not None:
        tried["theorem"] = beyond
        return None
    if law.at is not None and not subject.fits(law.at):
        tried["theorem"] = "the term has no type on such values"
        return None
    type = subject.type()
    if isinstance(type, Diagnostic):
        tried["theorem"] = "the term has no type"
        return None
    explained = (
        f"it has the type {type}, has no loops, and uses neither recursive definitions nor data types",
        "such a term terminates on every memory of its type, if the thunks in that do",
    )
    claims = typed_claims(subject)
    return law.found("proved", "the theorem on typed loop-free terms", explained=explained, claims=claims)


def _by_running(law: Behaviour, memories: Memories) -> Finding:
    tried = memories.tried
    found = memories.everywhere()
    if found is not None and (_holds(law, found) or not memories.slots):
        if _fails(law, found):
            return _refuted(law, Trial({}, found))
        explained = ("the runs never look at the memory", *_outcomes(found))
        return law.found("proved", "running it", tried=_counts([found]), explained=explained)
    cases = memories.cases()
    if cases is None:
        trials: list[Trial] = []
        for trial in memories.trials():
            trials.append(trial)
            if _fails(law, trial.paths):
                return _refuted(law, trial)
        tried["of these, it holds on"] = sum(_holds(law, trial.paths) for trial in trials)
        return law.found("unknown", tried=tried)
    trials = [memories.trial(values) for values in cases]
    for trial in trials:
        if _fails(law, trial.paths):
            return _refuted(law, trial)
    found_all = [trial.paths for trial in trials]
    # A memory that had to grow stands for more than its case.
    enough = [
        trial.stacks == on_stacks(memories.slots, values) for trial, values in zip(trials, cases, strict=True)
    ]
    if all(enough) and all(_holds(law, paths) for paths in found_all):
        lines = [f"on {memory_text(trial.stacks)}: {'; '.join(_outcomes(trial.paths))}" for trial in trials]
        return law.found(
            "proved", "running it in every case", tried=_counts(found_all), explained=tuple(lines)
        )
    tried["memories"] = len(trials)
    tried["of these, it holds on"] = sum(_holds(law, paths) for paths in found_all)
    return law.found("unknown", tried=tried)


def _holds(law: Behaviour, found: Paths) -> bool:
    """Whether the runs on a memory are as the law says."""
    if isinstance(law, Terminates):
        return found.complete and found.draws is None
    return found.complete and len(found.outcomes) <= 1


def _fails(law: Behaviour, found: Paths) -> bool:
    """Whether the runs on a memory are not as the law says."""
    return found.draws is not None if isinstance(law, Terminates) else len(found.outcomes) > 1


def _refuted(law: Behaviour, trial: Trial) -> Finding:
    memory, found = memory_text(trial.stacks), trial.paths
    stacks = {place: list(map(str, values)) for place, values in trial.stacks.items()}
    if isinstance(law, Terminates):
        assert found.draws is not None
        drawn = f", after the draws {', '.join(found.draws)}" if found.draws else ""
        drawn += f", with the draws {', '.join(found.again)} again and again" if found.again else ""
        explained = (f"on {memory} a run goes on for ever{drawn}: it comes back to a state",)
        example: dict[str, Any] = {"stacks": stacks, "draws": list(found.draws), "again": list(found.again)}
        return law.found("refuted", "a state that repeats", counterexample=example, explained=explained)
    outcomes = found.outcomes[:2]
    example = {"stacks": stacks, "outcomes": [outcome.to_json() for outcome in outcomes]}
    lines = (f"on {memory} runs end in different ways:", *(f"  {outcome_text(item)}" for item in outcomes))
    return law.found("refuted", "two outcomes", counterexample=example, explained=lines)


def _counts(found: list[Paths]) -> dict[str, Any]:
    counts = {"memories": len(found), "transitions": sum(paths.steps for paths in found)}
    states = sum(paths.states for paths in found)
    return counts | ({"states that draw": states} if states else {})


def _outcomes(found: Paths) -> list[str]:
    shown = [outcome_text(outcome) for outcome in found.outcomes[:MOST_SHOWN]]
    return shown + ([f"… {more} more"] if (more := len(found.outcomes) - MOST_SHOWN) > 0 else [])


def outcome_text(outcome: Answer) -> str:
    """An outcome in words."""
    if outcome.exit is None:
        return f"is stuck: {outcome.error.message if outcome.error else outcome.status}"
    return f"leaves with {jump(outcome.exit)}, and {memory_text(outcome.stacks)}"
