"""What a comparison of two terms comes to: a verdict, with a proof or a witness, and what was tried."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import VARIABLE, variable
from calculus.machine.result import Displayed, value_text
from calculus.machine.rewriting import Step
from calculus.rmc.normal import OPEN, NormalForm
from calculus.rmc.spans import Segments, canonical_names, memory_variables
from calculus.rmc.subsumption import Level
from calculus.term import Term
from calculus.term.binding import substitute

Judgement = Literal["equal", "different", "unknown"]

WIDTH = 400
"""Characters of a term or a value in an explanation."""
SHOWN = 12
"""Steps that an explanation lists."""
ANSWERS = 4
"""Answers that it lists."""


Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")


class Proof(Protocol):
    """Why two terms are equal."""

    def to_json(self) -> dict[str, Any]:
        """`method` says which kind of proof it is."""

    def explained(self) -> Iterator[str]:
        """The lines of an explanation."""


@dataclass(frozen=True, slots=True)
class SameStructure:
    """Both are the same up to the structural equations."""

    common: Term

    def to_json(self) -> dict[str, Any]:
        return {"method": "structure", "common": value_text(self.common)}

    def explained(self) -> Iterator[str]:
        yield f"by the structural equations: both are {self.common.text(WIDTH)}"


@dataclass(frozen=True, slots=True)
class SameSpans:
    """The normal forms say the same at the level."""

    level: Level
    left: NormalForm
    right: NormalForm

    def to_json(self) -> dict[str, Any]:
        return {
            "method": "normal-forms",
            "left": _spans_to_json(self.left),
            "right": _spans_to_json(self.right),
        }

    def explained(self) -> Iterator[str]:
        if self.left.spans == self.right.spans:
            yield f"by normal form: both are {self.left.term().text(WIDTH)}"
            return
        how = {
            "multiset": "",
            "set": ", the same without repetitions and what others do on higher stacks",
            "ground": ", the same on closed memories",
        }
        yield f"by normal form{how[self.level]}"
        yield f"  left:  {self.left.term().text(WIDTH)}"
        yield f"  right: {self.right.term().text(WIDTH)}"


def _spans_to_json(form: NormalForm) -> list[dict[str, Any]]:
    return [{"span": value_text(span.term()), "multiplicity": count} for span, count in form.spans]


@dataclass(frozen=True, slots=True)
class SameReduct:
    """Both reduce to the same term, up to the structural equations."""

    left: tuple[Step, ...]
    right: tuple[Step, ...]
    common: Term

    def to_json(self) -> dict[str, Any]:
        return {
            "method": "reduction",
            "left": [step.to_json() for step in self.left],
            "right": [step.to_json() for step in self.right],
            "common": value_text(self.common),
        }

    def explained(self) -> Iterator[str]:
        yield f"by reduction: both come to {self.common.text(WIDTH)}"
        for side, path in (("left", self.left), ("right", self.right)):
            if path:
                yield f"  {side}:"
                yield from (f"    {step.rule:<13} {step.term.text(WIDTH)}" for step in path[:SHOWN])
                if len(path) > SHOWN:
                    yield f"    … {len(path) - SHOWN} more"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of one side on the memory of a witness; not all of them unless `complete`."""

    answers: tuple[Answer, ...]
    complete: bool

    def to_json(self) -> dict[str, Any]:
        shown = [answer.to_json() for answer in self.answers[:SHOWN]]
        return {"answers": shown, "complete": self.complete and len(shown) == len(self.answers)}


@dataclass(frozen=True, slots=True)
class Witness:
    """A memory on which two terms differ, values for their free variables, and an answer that tells them
    apart: one that the `side` has and the other lacks, or at level `multiset` has less often."""

    variables: Mapping[str, Term]
    stacks: Mapping[str, tuple[Term, ...]]
    answer: Answer
    side: Side
    left: Answered
    right: Answered
    counted: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "variables": {name: value_text(value) for name, value in self.variables.items()},
            "stacks": {place: list(map(value_text, values)) for place, values in self.stacks.items()},
            "answer": self.answer.to_json(),
            "side": self.side,
            "left": self.left.to_json(),
            "right": self.right.to_json(),
        }

    def explained(self) -> Iterator[str]:
        for name, value in self.variables.items():
            yield f"with {name} = {value.text(WIDTH)}"
        for place, values in self.stacks.items():
            yield f"on {place}: {', '.join(value.text(WIDTH) for value in values)}"
        if not self.stacks:
            yield "on empty stacks"
        other = "right" if self.side == "left" else "left"
        how = f"more often than the {other}" if self.counted else f"and the {other} has not"
        yield f"the {self.side} has the answer {_shown(self.answer)} {how}"
        for side, found in (("left", self.left), ("right", self.right)):
            yield f"  {side}: {_listed(found)}"


def _listed(found: Answered) -> str:
    shown = [
        _shown(answer) + (f" ({answer.multiplicity} times)" if answer.multiplicity > 1 else "")
        for answer in found.answers[:ANSWERS]
    ]
    if len(found.answers) > ANSWERS or not found.complete:
        shown.append("…")
    return " | ".join(shown) or "no answer"


def _shown(answer: Answer) -> str:
    parts = [f"{name} = {value.text(WIDTH)}" for name, value in answer.bindings.items()]
    parts += [
        f"{place}: {', '.join(value.text(WIDTH) for value in values)}"
        for place, values in answer.stacks.items()
    ]
    return "; ".join(parts) or "empty stacks"


class Naming:
    """How memories and answers of closed terms are shown: without the location `$`, with its values as those
    of the free variables."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def memory(self, memory: Segments) -> dict[str, tuple[Term, ...]]:
        """The memory with its variables named, one that a free variable of the terms stands for like that."""
        given = self._values(memory)
        renamed: dict[str, Term] = {}
        for name, value in zip(self.names, given, strict=True):
            if value.op is VARIABLE:
                renamed.setdefault(value.label, variable(name))
        taken = {*self.names}
        fresh = (name for name in canonical_names() if name not in taken)
        for name in memory_variables(memory):
            if name not in renamed:
                renamed[name] = variable(next(fresh))
        return {
            place: tuple([substitute(value, renamed) for value in values])
            for place, values in memory.items()
            if values
        }

    def variables(self, memory: Segments) -> dict[str, Term]:
        """What the free variables are, where that is not just anything."""
        given = zip(self.names, self._values(memory), strict=True)
        return {name: value for name, value in given if value is not variable(name)}

    def stacks(self, memory: Segments) -> dict[str, tuple[Term, ...]]:
        return {place: tuple(values) for place, values in memory.items() if place != OPEN and values}

    def answer(self, answer: Answer) -> Answer:
        """The answer as it is shown."""
        stacks = {place: values for place, values in answer.stacks.items() if place != OPEN}
        return Answer(answer.bindings, stacks, answer.multiplicity)

    def _values(self, memory: Segments) -> tuple[Term, ...]:
        return memory[OPEN][-1].children if self.names else ()


@dataclass(frozen=True)
class Verdict(Displayed):
    """`equal` with a proof, `different` with a witness, or `unknown`; and what was tried before."""

    verdict: Judgement
    level: Level
    proof: Proof | None = None
    witness: Witness | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)
    stopped_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus equal --json`."""
        return {
            "verdict": self.verdict,
            "level": self.level,
            "witness": self.witness.to_json() if self.witness else None,
            "proof": self.proof.to_json() if self.proof else None,
            "tried": dict(self.tried),
            "stopped_by": self.stopped_by,
        }

    def explained(self) -> Iterator[str]:
        """Why, in lines: the proof, the witness, or what was tried."""
        if self.proof is not None:
            yield from self.proof.explained()
        elif self.witness is not None:
            yield from self.witness.explained()
        else:
            for what, found in self.tried.items():
                shown = " and ".join(map(str, found)) if isinstance(found, list) else found
                yield f"{what}: {shown}"
            if self.stopped_by:
                yield f"stopped by its limit on {self.stopped_by}"

    def __str__(self) -> str:
        return self.verdict

    def _repr_html_(self) -> str:
        return f"<b>{self.verdict}</b>"
