"""Claims, from the values of the package that they are about.

Each function gives one claim as a dictionary for `Tally.claims` or `Finding.claims`. Terms are written in the
ASCII spelling of their calculus.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from calculus.machine.instructions import Jump, jump_text
from calculus.machine.relational.answers import Answer
from calculus.machine.rewriting import Step
from calculus.rmc.normal import NormalForm
from calculus.term import Term
from calculus.verify.certificates.lines import Digest
from calculus.verify.finding import Claim

Memory = Mapping[str, Iterable[Term]]


class Outcome(Protocol):
    """How a run ended well: its label, and the stacks, bottom first."""

    @property
    def exit(self) -> Jump: ...
    @property
    def stacks(self) -> Mapping[str, Sequence[Term]]: ...


def steps(path: Iterable[Step]) -> list[dict[str, Any]]:
    """A path, one contraction after the other."""
    return [_step(step.rule, step.position, step.term) for step in path]


def _step(rule: str, position: Iterable[int], term: Term) -> dict[str, Any]:
    return {"rule": rule, "position": list(position), "term": str(term)}


def memory(stacks: Memory) -> dict[str, list[str]]:
    """Stacks, bottom first; those that are empty are left out."""
    shown = {place: [str(value) for value in values] for place, values in stacks.items()}
    return {place: values for place, values in shown.items() if values}


def _definitions(definitions: Mapping[str, Term] | None) -> dict[str, str]:
    return {name: str(body) for name, body in (definitions or {}).items()}


def reduces(
    calculus: str, term: Term, path: Sequence[Step], definitions: Mapping[str, Term] | None = None
) -> Claim:
    """`term` reduces by the path to the term after its last step."""
    claim: Claim = {"claim": "reduces", "calculus": calculus, "term": str(term), "steps": steps(path)}
    claim["result"] = str(path[-1].term if path else term)
    return claim | ({"definitions": _definitions(definitions)} if definitions else {})


def joins(
    calculus: str,
    term: Term,
    left: Step,
    right: Step,
    left_path: Sequence[Step],
    right_path: Sequence[Step],
) -> Claim:
    """A fork, and how it joins: each path goes on from the term of its step, and the two end alike."""
    return {
        "claim": "joins",
        "calculus": calculus,
        "term": str(term),
        "left": steps([left])[0],
        "right": steps([right])[0],
        "left_steps": steps(left_path),
        "right_steps": steps(right_path),
    }


def same(
    calculus: str,
    left: Term,
    right: Term,
    left_path: Sequence[Step],
    right_path: Sequence[Step],
    definitions: Mapping[str, Term] | None = None,
    **more: Any,
) -> Claim:
    """Two terms are equal: both reduce to one term, up to permutation or the structural equations."""
    return {
        "claim": "equal",
        "calculus": calculus,
        "left": str(left),
        "right": str(right),
        "left_steps": steps(left_path),
        "right_steps": steps(right_path),
        **({"definitions": _definitions(definitions)} if definitions else {}),
        **more,
    }


def normal(calculus: str, term: Term, normal: Term) -> Claim:
    """The normal form of a term, for which no loop is unrolled and no definition unfolded."""
    return {"claim": "normal-form", "calculus": calculus, "term": str(term), "normal": str(normal)}


def enumerated(calculus: str, signature: Mapping[str, Any], size: int, digest: Digest) -> Claim:
    """So many terms of up to a size over a signature have the normal forms whose lines are digested.

    The claims of one signature and size in a file are added up: together they are about all such terms.
    """
    return {
        "claim": "enumerated",
        "calculus": calculus,
        "signature": dict(signature),
        "size": size,
        "count": digest.count,
        "digest": str(digest),
    }


def runs(
    term: Term,
    outcome: Outcome,
    *,
    stacks: Memory | None = None,
    inputs: Iterable[Term] = (),
    definitions: Mapping[str, Term] | None = None,
) -> Claim:
    """A run of the FMC on a memory ends well: with that label, and those stacks."""
    return {
        "claim": "runs",
        "calculus": "fmc",
        "term": str(term),
        "definitions": _definitions(definitions),
        "stacks": memory(stacks or {}),
        "inputs": [str(value) for value in inputs],
        "outcome": _outcome(outcome),
    }


def differ_runs(
    left: Term,
    right: Term,
    outcomes: Iterable[Outcome],
    *,
    stacks: Memory | None = None,
    variables: Mapping[str, Term] | None = None,
    inputs: Iterable[Term] = (),
    then: Term | None = None,
    definitions: Mapping[str, Term] | None = None,
) -> Claim:
    """Two terms of the FMC differ: on one memory, with values for their free variables, they end well with
    different outcomes. `then` is what is run after both, which it calls `it`.
    """
    return {
        "claim": "differ",
        "calculus": "fmc",
        "left": str(left),
        "right": str(right),
        "definitions": _definitions(definitions),
        "stacks": memory(stacks or {}),
        "variables": _definitions(variables),
        "inputs": [str(value) for value in inputs],
        "then": None if then is None else str(then),
        "outcomes": [_outcome(outcome) for outcome in outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"exit": jump_text(outcome.exit), "stacks": memory(outcome.stacks)}


def answers(
    term: Term,
    found: Iterable[Answer],
    *,
    stacks: Memory | None = None,
    definitions: Mapping[str, Term] | None = None,
    complete: bool = True,
) -> Claim:
    """The answers of the RMC on a memory, which may have variables: all of them if `complete`, else some."""
    return {
        "claim": "answers",
        "calculus": "rmc",
        "term": str(term),
        "definitions": _definitions(definitions),
        "stacks": memory(stacks or {}),
        "answers": [answer.to_json() for answer in found],
        "complete": complete,
    }


def differ_answers(
    left: Term,
    right: Term,
    found: Iterable[Iterable[Answer]],
    *,
    level: str,
    stacks: Memory | None = None,
    variables: Mapping[str, Term] | None = None,
    definitions: Mapping[str, Term] | None = None,
) -> Claim:
    """Two terms of the RMC differ: on one memory they have other answers, or at level `multiset` other
    numbers of them. These are all answers of both.
    """
    return {
        "claim": "differ",
        "calculus": "rmc",
        "left": str(left),
        "right": str(right),
        "level": level,
        "definitions": _definitions(definitions),
        "stacks": memory(stacks or {}),
        "variables": _definitions(variables),
        "answers": [[answer.to_json() for answer in side] for side in found],
    }


def spans(term: Term, form: NormalForm) -> Claim:
    """The normal form of a closed term of the RMC whose runs all end."""
    return {
        "claim": "spans",
        "calculus": "rmc",
        "term": str(term),
        "spans": [{"span": str(span.term()), "multiplicity": count} for span, count in form.spans],
    }


def dual(term: Term, turned: Term) -> Claim:
    """The dual of a term of the RMC."""
    return {"claim": "dual", "calculus": "rmc", "term": str(term), "dual": str(turned)}
