"""Whether the outcomes of a term are those of others."""

from typing import Any

from calculus.fmc.normal import normal_form
from calculus.fmc.permutation import canonical_form
from calculus.fmc.program import Program
from calculus.machine.budget import Portion
from calculus.machine.explore import Answer
from calculus.machine.instructions import JUMP
from calculus.term import Term, nameless
from calculus.verify.certificates import runs
from calculus.verify.finding import Claim, Finding
from calculus.verify.laws.fmc.behaviour import outcome_text
from calculus.verify.laws.fmc.paths import Paths, paths
from calculus.verify.laws.fmc.scope import Subject
from calculus.verify.laws.fmc.statements import Answers
from calculus.verify.laws.statement import Options

THUNK_STEPS = 10_000
"""Transitions towards the normal form of a thunk."""


def decide_answers(program: Program, law: Answers, options: Options) -> Finding:
    """Whether the outcomes of a term, on the empty memory and whatever is drawn, are those of others."""
    budget = options.budget()
    with budget.interruptible():
        subjects = [Subject(program, term) for term in (law.term, *law.expected)]
        found = [
            paths(subject.term, subject.definitions, {}, Portion(budget, budget.max_steps))
            for subject in subjects
        ]
    ours, *others = found
    tried = {"transitions": [item.steps for item in found]}
    wanted = [outcome for item in others for outcome in item.outcomes]
    wrong = next((item for item in [*ours.outcomes, *wanted] if item.error is not None), None)
    if wrong is not None:
        whose = "the term" if wrong in ours.outcomes else "what it should answer"
        line = f"{whose} {outcome_text(wrong)}"
        return law.found("refuted", "running both", counterexample={"stuck": line}, explained=(line,))
    theirs = Paths(wanted, complete=all(item.complete for item in others))
    for left, right, what in (
        (ours, theirs, "has but should not"),
        (theirs, ours, "should have but has not"),
    ):
        if right.complete:
            for outcome in left.outcomes:
                if all(_differ(outcome, other) for other in right.outcomes):
                    example: dict[str, Any] = {
                        "outcome": outcome.to_json(),
                        "what": f"the term {what} this outcome",
                    }
                    lines = [f"the term {what} this outcome: {outcome_text(outcome)}"]
                    lines += [f"  of the other: {outcome_text(other)}" for other in right.outcomes[:4]]
                    return law.found(
                        "refuted", "running both", counterexample=example, explained=tuple(lines)
                    )
    limits = [item.stopped_by for item in found if item.stopped_by]
    if limits:
        return law.found("unknown", tried=tried | {"stopped_by": limits[0]})
    keys = [{_key(outcome) for outcome in side.outcomes} for side in (ours, theirs)]
    if keys[0] != keys[1]:
        return law.found("unknown", tried=tried | {"reason": "thunks in the outcomes could not be compared"})
    lines = [outcome_text(outcome) for outcome in ours.outcomes]
    if ours.draws is not None:
        lines.append("and some run goes on for ever")
    claims = _claims(subjects, found)
    return law.found("proved", "running both", tried=tried, explained=tuple(lines), claims=claims)


def _key(outcome: Answer) -> object:
    """Equal only for outcomes that are, thunks up to reduction and permutation."""
    stacks = tuple((place, tuple(map(_value, values))) for place, values in sorted(outcome.stacks.items()))
    return type(outcome.exit), outcome.exit, stacks


def _value(value: Term) -> Term:
    found = normal_form(value, loops="never", max_steps=THUNK_STEPS).term
    return nameless(value) if found is None else canonical_form(found)


def _differ(left: Answer, right: Answer) -> bool:
    """Whether two outcomes are surely different: thunks may be equal that do not look so."""
    if (type(left.exit), left.exit) != (type(right.exit), right.exit):
        return True
    heights = [{place: len(values) for place, values in item.stacks.items()} for item in (left, right)]
    if heights[0] != heights[1]:
        return True
    for place, values in left.stacks.items():
        for pair in zip(values, right.stacks[place], strict=True):
            ours, theirs = map(_value, pair)
            if ours.op is JUMP and theirs.op is JUMP and ours is not theirs:
                return True
    return False


def _claims(subjects: list[Subject], found: list[Paths]) -> tuple[Claim, ...]:
    """What a checker can run again: the runs that draw nothing."""
    claims: list[Claim] = []
    for subject, side in zip(subjects, found, strict=True):
        if not side.states and len(side.outcomes) == 1:
            claims.append(runs(subject.term, side.outcomes[0], definitions=subject.definitions))
    return tuple(claims)
