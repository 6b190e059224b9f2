"""Whether two terms are equal: a proof for all values, or for each of finitely many; otherwise the smallest
memory on which they differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle, islice, product
from typing import Any

from calculus.fmc.equality import Outcome, Proof, Trial, Verdict, Witness, equal
from calculus.fmc.program import Program
from calculus.fmc.types_syntax import BASE
from calculus.machine.budget import Budget, Portion
from calculus.machine.instructions import JUMP, Text, jump, pop, push, variable
from calculus.term import Term
from calculus.term.binding import fresh, names_in
from calculus.verify.certificates import differ_runs, same
from calculus.verify.finding import Claim, Finding
from calculus.verify.laws.fmc.arithmetic import NoFormula
from calculus.verify.laws.fmc.behaviour import outcome_text
from calculus.verify.laws.fmc.branching import conditions_text, difference, ways
from calculus.verify.laws.fmc.memories import CASES, MEMORIES, RUN_STEPS
from calculus.verify.laws.fmc.paths import Paths, paths
from calculus.verify.laws.fmc.scope import Subject
from calculus.verify.laws.fmc.statements import Equation, Slot
from calculus.verify.laws.fmc.values import Values, memory_text, on_stacks
from calculus.verify.laws.statement import Options

WIDTH = 400
"""Characters of a term in an explanation."""
SHOWN = 12
"""Steps that an explanation lists."""

LABELS = tuple(map(jump, ("A", "B", "C")))
BOOLEANS = (jump("True"), jump("False"))
TEXTS = (jump(Text("")), jump(Text("a")))
THUNKS = (push(jump(0)), push(jump(1)), pop("x"), pop("x", push(variable("x"), push(variable("x")))))
"""Values of memories of which nothing is known, after the numbers."""

Memory = tuple[Term, ...]


def decide_equation(program: Program, law: Equation, options: Options) -> Finding:
    """Whether the two terms are equal on all memories that have values in the slots."""
    budget = options.budget()
    with budget.interruptible():
        return _Equation(program, law, options, budget).finding()


@dataclass
class _Equation:
    program: Program
    law: Equation
    options: Options
    budget: Budget

    def __post_init__(self) -> None:
        self.subjects = [Subject(self.program, term) for term in (self.law.left, self.law.right)]
        self.definitions = {name: body for side in self.subjects for name, body in side.definitions.items()}
        self.slots = self.law.at or ()
        self.values = Values(self.program.data)
        self.tried: dict[str, Any] = {}

    def finding(self) -> Finding:
        return self.by_proof() or self.by_cases() or self.by_running() or self.unknown()

    def unknown(self) -> Finding:
        return self.law.found("unknown", tried=self.tried)

    # Proofs

    def by_proof(self) -> Finding | None:
        """A proof with a variable for each value."""
        left, right = self.applied(self.unknowns())
        verdict = self.proved(left, right)
        self.tried |= dict(verdict.tried)
        if verdict.stopped_by:
            self.tried["stopped_by"] = verdict.stopped_by
        if verdict.proof is None:
            shown = self.by_formulas(left, right)
            if shown is None:
                return None
            return self.law.found("proved", "arithmetic", tried=self.tried, explained=(shown,))
        return self.law.found(
            "proved",
            _method(verdict.proof),
            tried=self.tried,
            explained=tuple(_explained(verdict.proof)),
            claims=tuple(self.claims(left, right, verdict.proof)),
        )

    def by_cases(self) -> Finding | None:
        """A proof for each of the values of types that have only a few."""
        choices = [self.values.all(slot.type) for slot in self.slots]
        number = 1
        for values in choices:
            number *= len(values or [None])
        if number == 1 or number > CASES:
            return None
        lines: list[str] = []
        claims: list[Claim] = []
        for memory in product(
            *(
                [value] if values is None else values
                for value, values in zip(self.unknowns(), choices, strict=True)
            )
        ):
            left, right = self.applied(memory)
            proof = self.proved(left, right).proof
            why = self.by_formulas(left, right) if proof is None else next(_explained(proof))
            if why is None:
                return None
            lines.append(f"on {memory_text(on_stacks(self.slots, memory))}: {why}")
            claims += [] if proof is None else self.claims(left, right, proof)
        return self.law.found(
            "proved", "cases", tried={"cases": number}, explained=tuple(lines), claims=tuple(claims)
        )

    def proved(self, left: Term, right: Term) -> Verdict:
        # Time is left for the other ways.
        seconds = self.budget.max_seconds
        return equal(
            left,
            right,
            definitions=self.definitions,
            max_steps=self.options.max_steps,
            max_seconds=None if seconds is None else self.budget.left(seconds) / 3,
            tries=False,
        )

    def by_formulas(self, left: Term, right: Term) -> str | None:
        """What both leave as formulas, if that is the same whatever the values."""
        types: dict[str, str] = {}
        for slot, unknown in zip(self.slots, self.unknowns(), strict=True):
            types[unknown.label] = slot.type.label if slot.type.op is BASE else ""
        try:
            ours, theirs = (ways(side, self.definitions, types) for side in (left, right))
            if difference(ours, theirs) is not None:
                return None
        except NoFormula as why:
            self.tried["arithmetic"] = str(why)
            return None
        shown = [
            str(way) if not way.conditions else f"{way} if {conditions_text(way.conditions)}" for way in ours
        ]
        return f"both leave {'; or '.join(shown)}"

    def unknowns(self) -> Memory:
        """A fresh variable for each slot."""
        taken = {*self.definitions, *names_in([self.law.left, self.law.right])}
        found: list[Term] = []
        for _ in self.slots:
            name = fresh("x", taken)
            taken.add(name)
            found.append(variable(name))
        return tuple(found)

    def applied(self, memory: Sequence[Term], slots: Sequence[Slot] | None = None) -> tuple[Term, Term]:
        """The two terms after pushing values for the slots."""
        left, right = self.law.left, self.law.right
        for slot, value in reversed(list(zip(self.slots if slots is None else slots, memory, strict=True))):
            left, right = push(value, left, slot.location), push(value, right, slot.location)
        return left, right

    def claims(self, left: Term, right: Term, proof: Proof) -> list[Claim]:
        """What a checker can follow: a proof by single steps."""
        if not proof.complete:
            return []
        return [same("fmc", left, right, proof.left, proof.right, self.definitions)]

    # Differences

    def by_running(self) -> Finding | None:
        """The smallest memory on which the two differ."""
        slots = self.slots
        if self.law.at is None:
            # Any memory will do, and those of the right type tell more.
            slots = max((side.expected() for side in self.subjects), key=len)
        ended = 0
        for number, memory in enumerate(islice(self.values.memories(slots), MEMORIES), 1):
            if stopped := self.budget.overdrawn():
                self.tried["stopped_by"] = stopped
                return None
            left, right = self.applied(memory, slots)
            trial = Trial((left, right), self.definitions, map(jump, count()), self.options.seed)
            witness = trial.witness()
            ended += trial.ended
            self.tried["memories"], self.tried["of these, both end well on"] = number, ended
            if witness is not None:
                return self.different(slots, memory, witness)
            if not trial.ended and (found := self.one_ends(slots, memory)) is not None:
                return found
        return None if self.law.at is not None else self.untyped()

    def untyped(self) -> Finding | None:
        """A difference on a memory of any values at all: of simple ones first."""
        for values in (LABELS, BOOLEANS, TEXTS, THUNKS):
            trial = Trial((self.law.left, self.law.right), self.definitions, cycle(values), self.options.seed)
            if (witness := trial.witness()) is not None:
                return self.different((), (), witness)
        verdict = equal(
            self.law.left,
            self.law.right,
            definitions=self.definitions,
            max_steps=RUN_STEPS,
            max_seconds=self.budget.left(5.0),
            seed=self.options.seed,
        )
        self.tried["further memories"] = verdict.tried.get("memories", 0)
        return None if verdict.witness is None else self.different((), (), verdict.witness)

    def different(self, slots: Sequence[Slot], memory: Memory, witness: Witness) -> Finding:
        stacks = on_stacks(slots, memory)
        for place, values in witness.stacks.items():
            stacks[place] = [*values, *stacks.get(place, [])]
        example = {
            "stacks": {place: list(map(str, values)) for place, values in stacks.items()},
            **({"inputs": list(map(str, witness.inputs))} if witness.inputs else {}),
            **({"then": str(witness.then)} if witness.then is not None else {}),
            "left": witness.left.to_json(),
            "right": witness.right.to_json(),
        }
        lines = [
            f"on {memory_text(stacks)}"
            + (f", reading {', '.join(map(str, witness.inputs[:5]))}, …" if witness.inputs else "")
        ]
        if witness.then is not None:
            lines.append(f"in the context {witness.then}")
        sides = (("left", witness.left), ("right", witness.right))
        lines += [f"  the {side} {_ends(outcome)}" for side, outcome in sides]
        claims: tuple[Claim, ...] = ()
        if not any(side.draws() for side in self.subjects):
            left, right = self.subjects
            claim = differ_runs(
                left.term,
                right.term,
                (witness.left, witness.right),
                stacks=stacks,
                variables=witness.variables,
                inputs=witness.inputs,
                then=witness.then,
                definitions=self.definitions,
            )
            claims = (claim,)
        return self.law.found(
            "refuted", "running both", counterexample=example, explained=tuple(lines), claims=claims
        )

    def one_ends(self, slots: Sequence[Slot], memory: Memory) -> Finding | None:
        """A difference on a memory on which one side ends well, the other is stuck or never ends."""
        stacks = on_stacks(slots, memory)
        found = [
            paths(side.term, side.definitions, stacks, Portion(self.budget, RUN_STEPS))
            for side in self.subjects
        ]
        for ours, theirs in (found, found[::-1]):
            if _always_ends_well(ours) and (_never_ends(theirs) or _is_surely_stuck(theirs)):
                shown = [_all_of(side) for side in found]
                example = {
                    "stacks": {place: list(map(str, values)) for place, values in stacks.items()},
                    "left": shown[0],
                    "right": shown[1],
                }
                lines = (f"on {memory_text(stacks)}", f"  the left {shown[0]}", f"  the right {shown[1]}")
                return self.law.found("refuted", "running both", counterexample=example, explained=lines)
        return None


def _always_ends_well(found: Paths) -> bool:
    return found.complete and found.draws is None and len(found.outcomes) == 1 and not found.stuck


def _never_ends(found: Paths) -> bool:
    return found.complete and not found.outcomes and found.draws is not None


def _is_surely_stuck(found: Paths) -> bool:
    """Whether every run is stuck, and for a reason that no reduction takes away.

    An operand that is no constant could reduce to one, and what lies below a memory could fill a stack.
    """
    return (
        found.complete
        and found.draws is None
        and bool(found.outcomes)
        and all(
            outcome.error is not None
            and (
                outcome.error.kind == "division"
                or (outcome.error.kind == "primitive" and _constants(outcome.stacks))
            )
            for outcome in found.outcomes
        )
    )


def _constants(stacks: Any) -> bool:
    return all(value.op is JUMP for values in stacks.values() for value in values)


def _all_of(found: Paths) -> str:
    if found.draws is not None:
        return "goes on for ever: it comes back to a state"
    return "; or ".join(outcome_text(outcome) for outcome in found.outcomes)


def _ends(outcome: Outcome) -> str:
    return f"leaves with {jump(outcome.exit)}, and {memory_text(outcome.stacks)}"


def _method(proof: Proof) -> str:
    if not proof.complete:
        return "evaluation to a common normal form"
    if proof.left or proof.right:
        return "reduction to a common term"
    return "permutation" if proof.permuted else "the terms are the same"


def _explained(proof: Proof) -> Iterator[str]:
    """The lines of a proof."""
    how = ", permuting actions at different locations" if proof.permuted else ""
    yield f"both come to {proof.common.text(WIDTH)}{how}"
    if not proof.complete:
        left, right = proof.transitions
        yield f"found by the machine, in {left} and {right} transitions"
    for side, path in (("left", proof.left), ("right", proof.right)):
        if path:
            yield f"{side}:"
            yield from (f"  {step.rule:<13} {step.term.text(WIDTH)}" for step in path[:SHOWN])
            if len(path) > SHOWN:
                yield f"  … {len(path) - SHOWN} more"
