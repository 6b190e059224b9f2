"""Whether two terms are equal at a level, and the smallest memory on which they differ."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from calculus.machine.budget import Budget, Portion
from calculus.rmc.diagram.unfolding import unfolded
from calculus.rmc.equality import compared, equal
from calculus.rmc.program import Program
from calculus.rmc.spans import Segments
from calculus.rmc.symbolic import Overdrawn
from calculus.rmc.trial import Trial
from calculus.rmc.verdict import Proof, SameReduct, SameSpans, SameStructure, Witness
from calculus.term import Term
from calculus.term.node import postorder
from calculus.verify.certificates import same, spans
from calculus.verify.finding import Claim, Finding
from calculus.verify.laws.rmc.memories import Memories
from calculus.verify.laws.rmc.statements import Equation, definitions_for
from calculus.verify.laws.statement import Options

MEMORIES = 200
"""Memories on which a smaller difference is looked for."""
SMALLER_SECONDS = 2.0
"""Seconds for that."""
CLAIMED = 200
"""Spans of each side that a certificate holds."""


def decide_equation(program: Program, law: Equation, options: Options) -> Finding:
    """Whether two terms are equal at a level."""
    budget = options.budget()
    definitions = definitions_for(program, law.left, law.right)
    verdict = equal(
        law.left,
        law.right,
        level=law.level,
        signature=law.signature,
        arity=law.at,
        definitions=definitions,
        max_steps=options.max_steps,
        max_seconds=options.max_seconds,
        seed=options.seed,
    )
    tried: dict[str, Any] = {"level": law.level, **verdict.tried}
    if verdict.proof is not None:
        return law.found(
            "proved",
            _method(verdict.proof),
            tried=tried,
            explained=tuple(verdict.proof.explained()),
            claims=tuple(_claims(law, definitions, verdict.proof)),
        )
    if verdict.witness is not None:
        with budget.interruptible():
            witness = _smaller(law, definitions, verdict.witness, budget) or verdict.witness
        explained = tuple(witness.explained())
        return law.found(
            "refuted", "running both", counterexample=witness.to_json(), tried=tried, explained=explained
        )
    if verdict.stopped_by:
        tried["stopped_by"] = verdict.stopped_by
    return law.found("unknown", tried=tried)


def _method(proof: Proof) -> str:
    method: str = proof.to_json()["method"]
    return {
        "structure": "the structural equations",
        "normal-forms": "normal form",
        "reduction": "reduction to a common term",
        "algebra": "Kleene algebra",
    }.get(method, method)


def _smaller(
    law: Equation, definitions: Mapping[str, Term], witness: Witness, budget: Budget
) -> Witness | None:
    """A difference on a closed memory that is no larger, if there is one."""
    sides, names = compared(law.left, law.right, law.at)
    if names:
        return None
    largest = _size(witness.stacks)
    portion = Portion(budget, None, SMALLER_SECONDS)
    trial = Trial(sides, definitions, law.level, law.signature, names, portion)
    for memory in islice(Memories(sides, definitions, law.at), MEMORIES):
        if _size(memory) > largest or portion.overdrawn():
            return None
        if law.signature and not all(
            law.signature.has(value) for stack in memory.values() for value in stack
        ):
            continue
        try:
            found, _ = trial.on(memory)
        except Overdrawn:
            return None
        if found is not None:
            return trial.witness(found)
    return None


def _size(memory: Segments) -> int:
    return sum(len(postorder(value)) for values in memory.values() for value in values)


def _claims(law: Equation, definitions: Mapping[str, Term], proof: Proof) -> list[Claim]:
    """What a checker can go through again: paths to a common term, or the spans of both."""
    (left, right), _ = compared(law.left, law.right, law.at)
    match proof:
        case SameStructure():
            return [same("rmc", left, right, (), (), definitions, level=law.level)]
        case SameReduct():
            return [same("rmc", left, right, proof.left, proof.right, definitions, level=law.level)]
        case SameSpans() if max(len(proof.left.spans), len(proof.right.spans)) <= CLAIMED:
            sides = ((left, proof.left), (right, proof.right))
            return [spans(unfolded(term, definitions), form) for term, form in sides]
    return []
