"""Adequacy: a run that ends well ends as the normal form of its term says, and reduction does not change it.

What is claimed is what the calculus promises: the label, and the stacks up to reduction and permutation, of
every run that *ends well*. A run that is stuck may end well after a step (one inside an ill-typed thunk,
say); such steps are counted, and no failure. After a loop has been unrolled inside a value, only labels and
heights of stacks are compared, for then no normal form shows that the values are equal.
"""

from calculus.fmc.reduction import contract, redexes, reduce
from calculus.fmc.rules import RULES, UNROLL
from calculus.machine.instructions import JUMP, PUSH, push
from calculus.term import Term
from calculus.verify.properties.fmc.runs import LIMIT, Memory, Outcome, difference, run, runs_claim, shown
from calculus.verify.properties.fmc.subjects import MEMORIES, closed, program
from calculus.verify.property import Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

CONTRACTIONS = 150
"""Contractions for the normal form of a term."""
REDEXES = 40
"""Redexes of a term that are contracted."""


def pushed(term: Term, stacks: Memory) -> Term:
    """The term that pushes what is on the stacks, then goes on."""
    for location, values in stacks.items():
        for value in reversed(values):
            term = push(value, term, location)
    return term


def read(term: Term) -> Outcome | None:
    """What a normal form says: its pushes are the stacks, its tail is the exit. None if it says nothing."""
    stacks: dict[str, list[Term]] = {}
    while term.op is PUSH:
        stacks.setdefault(term.label, []).append(term.children[0])
        term = term.children[1]
    return Outcome("done", term.label, stacks, None, 0) if term.op is JUMP else None


def normal_form_says(term: Term, stacks: Memory, ran: Outcome, tally: Tally) -> str | None:
    """What is wrong with the normal form of a term whose run ended well."""
    found = reduce(pushed(term, stacks), max_steps=CONTRACTIONS, keep=False)
    if not found.normal:
        tally.count("no normal form soon")
        return None
    told = read(found.result)
    if told is None:
        return f"machine: {ran}; normal form: {found.result.text(200)}"
    tally.count("normal forms")
    return f"machine: {ran}; reduction: {told}" if difference(ran, told, tally) else None


def reduction_preserves(term: Term, stacks: Memory, ran: Outcome, tally: Tally) -> str | None:
    """What is wrong with a reduct of a term."""
    for redex in redexes(term, RULES, limit=REDEXES):
        after = contract(term, redex)
        then = run(after, stacks, limit=2 * LIMIT)  # a reduct may take some steps more
        if ran.status != "done":
            tally.count("unstuck by a step", then.status == "done")
            continue
        tally.count("reducts")
        step = f"after {redex.rule.name}, {after.text(200)}"
        if then.status != "done":
            return f"machine: {ran}; {step}: {then}"
        if difference(ran, then, tally, values=redex.rule is not UNROLL):
            return f"machine: {ran}; {step}: {then}"
    return None


def on(term: Term, stacks: Memory, tally: Tally) -> str | None:
    ran = run(term, stacks)
    tally.count({"done": "runs that end well", "stuck": "stuck runs"}.get(ran.status, "longer runs"))
    if ran.status == "running":
        return None
    found = reduction_preserves(term, stacks, ran, tally)
    if found is not None or ran.status == "stuck":
        return found
    claim = runs_claim(term, ran, stacks)
    if claim is not None:
        tally.claim(**claim)
    return normal_form_says(term, stacks, ran, tally)


def violation(term: Term, tally: Tally) -> str | None:
    """On no memory, and on one with some values."""
    for stacks in MEMORIES:
        found = on(term, stacks, tally)
        if found is not None:
            return f"on {shown(stacks)}: {found}" if stacks else found
    return None


def violation_generated(term: Term, tally: Tally) -> str | None:
    return on(term, {}, tally)


PROPERTIES = (
    Property(
        "adequacy",
        "A run that ends well has the label and the stacks of the normal form of its term, and reduction "
        "changes neither.",
        "Heijltjes, The Functional Machine Calculus III: Control (MFPS 2025)",
        (
            Exhaustive(
                "every run of a closed term up to {size} nodes, on no memory and on one with values, that "
                f"ends well in {LIMIT} transitions ends as every one-step reduct does, and as its normal "
                f"form says where there is one in {CONTRACTIONS} contractions",
                closed,
                violation,
                size=4,
                less=1,
                unit=400,
            ),
            Generated(
                f"every run of a generated closed term of up to {{size}} nodes that ends well in {LIMIT} "
                "transitions ends as every one-step reduct does, and as its normal form says where there is "
                f"one in {CONTRACTIONS} contractions",
                program,
                violation_generated,
                shrunk,
                largest=24,
                examples=400,
            ),
        ),
    ),
)
