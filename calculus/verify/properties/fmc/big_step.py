"""Big steps and small ones: evaluation gives what stepping gives, for normal forms and for runs."""

from itertools import islice

from calculus.fmc.normal import normal_form
from calculus.fmc.reduction import Reduction, reduce
from calculus.machine.rewriting import Loops
from calculus.term import Term, alpha_equal
from calculus.term.node import size
from calculus.verify.certificates import claims
from calculus.verify.independent import MOST
from calculus.verify.independent.evaluation import Evaluation, NoRule, OutOfFuel
from calculus.verify.properties.fmc.runs import LIMIT, Outcome, difference, run, shown
from calculus.verify.properties.fmc.subjects import MEMORIES, closed, open_term, opened, program
from calculus.verify.property import Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

CONTRACTIONS = 40
"""Contractions for a normal form; a term that takes more is given up."""
TRANSITIONS = 2_000
"""Transitions of the machine for the same."""
CERTIFIED = 40
"""Contractions of a path that is written down."""

LOOPS: tuple[Loops, ...] = ("head", "never")


def normal_forms_agree(term: Term, tally: Tally) -> str | None:
    """Normalisation by evaluation finds the normal form that contractions find, up to renaming."""
    for loops in LOOPS:
        stepped = reduce(term, max_steps=CONTRACTIONS, loops=loops, keep=tally.certify)
        evaluated = normal_form(term, max_steps=TRANSITIONS, loops=loops)
        if not stepped.normal or evaluated.term is None:
            tally.count("given up" if stepped.normal else "no normal form soon")
            continue
        tally.count("normal forms")
        if not alpha_equal(stepped.result, evaluated.term):
            return f"step by step: {stepped.result.text(200)}; by evaluation: {evaluated.term.text(200)}"
        if tally.certify and loops == "never" and size(stepped.result) <= MOST:
            _claim(term, stepped, tally)
    return None


def _claim(term: Term, found: Reduction, tally: Tally) -> None:
    tally.claim(**claims.normal("fmc", term, found.result))
    if 0 < found.steps <= CERTIFIED:
        tally.claim(**claims.reduces("fmc", term, found.path))


def evaluated(term: Term, stacks: dict[str, list[Term]], fuel: int) -> Outcome | None:
    """What evaluation in one big step comes to; None if it is given up."""
    evaluation = Evaluation({name: list(values) for name, values in stacks.items()}, {}, fuel)
    try:
        left = evaluation.run(term)
    except NoRule:
        return Outcome("stuck", None, {}, None, 0)
    except OutOfFuel:
        return None
    return Outcome(
        "done", left, {name: values for name, values in evaluation.memory.items() if values}, None, 0
    )


def runs_agree(term: Term, tally: Tally, memories: int = len(MEMORIES)) -> str | None:
    """The machine ends as the evaluation does, its values being the same up to renaming."""
    for stacks in islice(MEMORIES, memories):
        ran = run(term, stacks)
        ours = evaluated(term, stacks, 2 * LIMIT)
        if ran.status == "running" or ours is None:
            tally.count("longer runs" if ran.status == "running" else "given up")
            continue
        tally.count("runs")
        before = f"on {shown(stacks)}: " if stacks else ""
        if ours.status != ran.status:
            return f"{before}machine: {ran}; evaluation: {ours.status}"
        if ours.status == "done" and (difference(ran, ours, values=False) or not _same(ran, ours)):
            return f"{before}machine: {ran}; evaluation: {ours}"
    return None


def _same(ran: Outcome, evaluated: Outcome) -> bool:
    return all(
        alpha_equal(*pair)
        for name, values in ran.stacks.items()
        for pair in zip(values, evaluated.stacks[name], strict=True)
    )


def runs_agree_once(term: Term, tally: Tally) -> str | None:
    return runs_agree(term, tally, 1)


PROPERTIES = (
    Property(
        "normalisation",
        "Normalisation by evaluation gives the normal form that reduction step by step gives.",
        "the specification of calculus.fmc.normal",
        (
            Exhaustive(
                f"every term up to {{size}} nodes in which one variable may be free that has a normal "
                f"form after {CONTRACTIONS} contractions has it by evaluation too",
                opened,
                normal_forms_agree,
                size=4,
                less=1,
                unit=500,
            ),
            Generated(
                f"a generated term of up to {{size}} nodes that has a normal form after {CONTRACTIONS} "
                "contractions has it by evaluation too",
                open_term,
                normal_forms_agree,
                shrunk,
                largest=24,
                examples=400,
                unit=400,
            ),
        ),
    ),
    Property(
        "big-step",
        "The machine ends as evaluation in one big step does: both stuck, or with one label and one memory.",
        "Heijltjes, The Functional Machine Calculus (MFPS 2022)",
        (
            Exhaustive(
                f"every closed term up to {{size}} nodes that ends in {LIMIT} transitions, on no memory "
                "and on one with values, ends on the machine as by evaluation in one big step",
                closed,
                runs_agree,
                size=5,
                unit=2_000,
            ),
            Generated(
                f"a generated closed term of up to {{size}} nodes that ends in {LIMIT} transitions ends "
                "on the machine as by evaluation in one big step",
                program,
                runs_agree_once,
                shrunk,
                largest=30,
                examples=1_000,
                unit=1_000,
            ),
        ),
    ),
)
