"""Confluence of reduction in the RMC: that all paths from a term end in one term.

| module | what it has |
|---|---|
| `paths` | all paths of reduction from a term, without unrolling |
| `forks` | pairs of contractions, and the paths that join them, unrolling where that is needed |
| `superposition`, `pairs` | the critical pairs, from the rules as data |
| `meaning` | that contraction keeps what a term does, which is found without reduction |
| `digest` | what is left of normal forms for a certificate |
| `jit`, `compiled` | normal forms by compiled code, and that it does what reduction does |
| `spaces` | the terms that are looked at |

All is modulo the structural equations: associativity and unit of `;`, associativity and commutativity of `+`,
exchange and renaming of binders; ends are compared with neighbouring pushes, and pops, at different locations
permuted as well.
"""

from calculus.rmc import reduction
from calculus.term import Term
from calculus.verify.properties.rmc.confluence import forks, meaning, pairs
from calculus.verify.properties.rmc.confluence.compiled import Agreement, Compiled
from calculus.verify.properties.rmc.confluence.digest import Digested
from calculus.verify.properties.rmc.confluence.paths import Circle, Endings, TooMany, same
from calculus.verify.properties.rmc.confluence.spaces import OVER, generated, iterated, narrow, plain
from calculus.verify.property import Exhaustive, Generated, Property, Structural, Tally
from calculus.verify.shrinking import shrunk

STEPS = 400
"""Steps to a normal form of a generated term, after which it is given up: sums of products get long."""


def forms(term: Term, tally: Tally) -> str | None:
    """All paths from a term end, in one normal form, which does what the term does."""
    endings = Endings()
    try:
        found = endings.forms(term)
    except TooMany:
        tally.count("given up")
        return None
    except Circle as circle:
        return str(circle)
    tally.count("terms reached", len(endings.known))
    if len(found) > 1:
        return f"normal forms: {'; '.join(map(str, found))}"
    return meaning.differs(term, found[0], f"the normal form is {found[0]}")


def strategies(term: Term, tally: Tally) -> str | None:
    """The leftmost outermost contractions end in the same normal form as others, chosen by chance; without
    iterations that does what the term does.
    """
    first = reduction.reduce(term, max_steps=STEPS, keep=False)
    other = reduction.reduce(term, "random", max_steps=STEPS, keep=False)
    if not (first.normal and other.normal):
        tally.count("given up")
        return None
    tally.count("steps", first.steps + other.steps)
    if not same(first.result, other.result):
        return f"outermost first: {first.result}; by chance: {other.result}"
    if meaning.nesting(term):
        return None
    tally.count("compared by spans")
    return meaning.differs(term, first.result, f"the normal form is {first.result}")


_ONE = "one normal form, in which all paths from it end and which has its spans"

CONFLUENCE = Property(
    "confluence",
    "Reduction of the RMC is confluent modulo the structural equations, and keeps what a term does.",
    "Barrett, Castle, Heijltjes, The Relational Machine Calculus (LICS 2024)",
    (
        Digested(
            f"every closed term without iterations of up to {{size}} nodes {OVER} has {_ONE}",
            plain,
            forms,
            size=5,
            name="normal-forms",
        ),
        Exhaustive(
            "every closed term without iterations of up to {size} nodes over λ, in which all values are "
            "variables, has one normal form under two strategies, and this has its spans",
            narrow,
            strategies,
            size=7,
            name="narrow",
        ),
        Exhaustive(
            f"every closed term of up to {{size}} nodes {OVER} has {_ONE}, without unrolling",
            iterated,
            forms,
            size=4,
            less=2,
            name="iterations",
        ),
        Compiled(forms),
        Agreement(),
        Exhaustive(
            f"every fork in a closed term of up to {{size}} nodes {OVER}, of two rules (with `unroll`) or "
            "of a rule and a structural equation, joins after at most "
            f"{forks.UNROLLS} further unrollings on each side",
            iterated,
            forks.violation,
            size=4,
            unit=100,
            less=2,
            name="forks",
        ),
        Structural(
            "every critical pair of the rules of reduction (but for `relation`), and of these and the "
            "structural equations, joins",
            pairs.critical_pairs,
            pairs.violation,
            name="critical-pairs",
            unit=200,
            measure=pairs.nodes,
        ),
        Exhaustive(
            f"every contraction in a closed term without iterations of up to {{size}} nodes {OVER} keeps its "
            "spans, which are found without reduction",
            plain,
            meaning.violation,
            size=5,
            name="meaning",
        ),
        Exhaustive(
            f"every contraction but of `unroll` in a closed term of up to {{size}} nodes {OVER} keeps its "
            f"spans, which are found without reduction, iterations taking at most {meaning.TURNS} turns",
            iterated,
            meaning.violation,
            size=4,
            less=2,
            name="meaning-iterations",
        ),
        Generated(
            "a generated term of up to {size} nodes has one normal form under two strategies, and without "
            "iterations this has its spans",
            generated,
            strategies,
            shrunk=shrunk,
            largest=20,
        ),
    ),
)

PROPERTIES = (CONFLUENCE,)
