"""Confluence of the reduction of the FMC: however a term is reduced, what it becomes can become one term.

| part | what it looks at |
|---|---|
| `loop-free`, `loops`, `literals` | all terms to a size, by compiled code (`exhaustive`, `encoding`, `jit`) |
| `engine`, `engine-…` | that this code reduces as `calculus.fmc.reduction` does (`agreement`) |
| `forks` | all forks of small terms, by that engine, and how they join (`forks`, `joining`) |
| `critical-pairs` | the overlaps of the rules as data (`superposition`, `critical`) |
| `normal-forms`, `larger-forks` | larger terms, generated (`generated`) |

See `docs/design/verification-confluence.md` for what each of them establishes.
"""

from calculus.machine.instructions import LAMBDA
from calculus.verify.properties.fmc.confluence import agreement, forks, generated
from calculus.verify.properties.fmc.confluence.critical import CriticalPairs
from calculus.verify.properties.fmc.confluence.exhaustive import Encoded
from calculus.verify.properties.fmc.confluence.ranked import EachTerm
from calculus.verify.property import Generated, Property
from calculus.verify.shrinking import shrunk

AGREES = (
    "of every {subjects} the compiled check and the engine find the same redexes, reducts and normal form"
)

PROPERTIES = (
    Property(
        "confluence",
        "Any two reducts of a term have a common reduct.",
        "Heijltjes, The Functional Machine Calculus III: Control (MFPS 2025)",
        (
            Encoded("loop-free", size=7, unit=500_000),
            Encoded("loops", size=6, unit=100_000, less=2, loops=True),
            Encoded(
                "literals",
                size=5,
                unit=100_000,
                less=3,
                labels=("*", "True"),
                literals=(1,),
                loops=True,
                primitives=("add", "eq"),
            ),
            EachTerm("engine", 5, 1_500, 3, what=AGREES, begin=agreement.checked),
            EachTerm("engine-loops", 4, 1_500, 4, loops=True, what=AGREES, begin=agreement.checked),
            EachTerm(
                "engine-narrow",
                size=6,
                unit=1_500,
                less=2,
                locations=(LAMBDA,),
                labels=("J",),
                what=AGREES,
                begin=agreement.checked,
            ),
            EachTerm(
                "forks",
                size=5,
                unit=3_000,
                less=3,
                loops=True,
                what="every fork of every {subjects} joins, by the engine",
                begin=forks.checked,
            ),
            CriticalPairs(),
            Generated(
                "the normal form of a generated loop-free term of up to {size} nodes is the same under "
                "three strategies",
                generated.tame,
                generated.different_normal_forms,
                shrunk,
                examples=200,
                name="normal-forms",
            ),
            Generated(
                "forks of a generated term of up to {size} nodes join",
                generated.any_term,
                generated.fork_apart,
                shrunk,
                examples=200,
                name="larger-forks",
            ),
        ),
    ),
)
