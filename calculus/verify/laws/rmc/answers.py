"""Whether the answers of a term on the empty memory are those of another."""

from collections.abc import Mapping
from typing import Any

from calculus.machine.budget import Budget, Portion
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.rmc.program import Program
from calculus.term import Term
from calculus.verify.certificates import answers
from calculus.verify.finding import Claim, Finding
from calculus.verify.laws.rmc.memories import answer_text
from calculus.verify.laws.rmc.statements import Answers, definitions_for
from calculus.verify.laws.statement import Options

SHOWN = 8
"""Answers that are listed."""
CLAIMED = 200
"""Answers that a certificate holds."""


def decide_answers(program: Program, law: Answers, options: Options) -> Finding:
    """Whether two terms have the same answers on the empty memory."""
    budget = options.budget()
    terms = (law.term, law.expected)
    definitions = [definitions_for(program, term) for term in terms]
    with budget.interruptible():
        found = [_answers(term, known, law, budget) for term, known in zip(terms, definitions, strict=True)]
    ours, theirs = found
    tried: dict[str, Any] = {"transitions": [side.steps for side in found]}
    for search, which in ((ours, "the term"), (theirs, "what it should answer")):
        if search.error is not None:
            line = f"{which} is stuck: {search.error.message}"
            return law.found("refuted", "running both", counterexample={"stuck": line}, explained=(line,))
    for left, right, what in (
        (ours, theirs, "has but should not"),
        (theirs, ours, "should have but has not"),
    ):
        if right.complete and (item := _lacking(left, right, law)) is not None:
            how = " so often" if law.level == "multiset" else ""
            lines = [f"the term {what}{how} the answer {answer_text(item)}"]
            lines.append(f"  the term: {_listed(ours)}")
            lines.append(f"  what it should answer: {_listed(theirs)}")
            example = {"answer": item.to_json(), "what": f"the term {what} this answer{how}"}
            return law.found(
                "refuted", "running both", counterexample=example, tried=tried, explained=tuple(lines)
            )
    if not (ours.complete and theirs.complete):
        stopped = ours.stopped_by or theirs.stopped_by
        tried["answers"] = [len(side.answers) for side in found]
        return law.found("unknown", tried=tried | {"stopped_by": stopped})
    claims: list[Claim] = []
    if law.level == "multiset" and all(len(side.answers) <= CLAIMED for side in found):
        # Searches in set mode go only once where they can go twice, and cannot be repeated one by one.
        claims = [
            answers(term, side.answers, definitions=known)
            for term, known, side in zip(terms, definitions, found, strict=True)
        ]
    return law.found("proved", "running both", tried=tried, explained=(_listed(ours),), claims=tuple(claims))


def _answers(term: Term, definitions: Mapping[str, Term], law: Answers, budget: Budget) -> Search:
    counts = law.level == "multiset"
    search = Search(
        Query(term, definitions),
        Portion(budget, budget.max_steps),
        strategy="bfs",
        mode="multiset" if counts else "set",
        count=True,
    )
    for _ in search:
        pass
    return search


def _lacking(left: Search, right: Search, law: Answers) -> Answer | None:
    """The smallest answer that one search found and the other did not, or not so often."""
    known = {answer.key(): answer.multiplicity for answer in right.answers}
    wanting = [
        answer
        for answer in left.answers
        if answer.key() not in known
        or (law.level == "multiset" and answer.multiplicity > known[answer.key()])
    ]
    return min(wanting, key=lambda answer: len(answer_text(answer)), default=None)


def _listed(search: Search) -> str:
    shown = [
        answer_text(answer) + (f" ({answer.multiplicity} times)" if answer.multiplicity > 1 else "")
        for answer in search.answers[:SHOWN]
    ]
    if len(search.answers) > SHOWN or not search.complete:
        shown.append("…")
    return " | ".join(shown) or "no answer"
