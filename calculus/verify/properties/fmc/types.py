"""What types promise: they are principal, steps keep them, typed terms do not get stuck and, loop-free, end.

The rules are those of `calculus.verify.independent.typing`, where a type is derived; the inference that is
looked into finds one without derivations. Subject reduction is a property of the rules: a join on a label
that can no longer be raised may keep the inference from finding a type anew, which is counted.
"""

from collections.abc import Iterator
from itertools import islice

from calculus.fmc.normal import normal_form
from calculus.fmc.reduction import contract, redexes
from calculus.fmc.types.nodes import find
from calculus.machine.instructions import JUMP, LOOP, PRIMITIVE, Jump, Text, join, jump, push
from calculus.machine.primitives import base_type
from calculus.term import Term
from calculus.term.node import postorder, size
from calculus.verify.generation import fmc as generation
from calculus.verify.independent.machine import LiteralMachine
from calculus.verify.independent.typing import Found, Search, Type, resolved, rigid
from calculus.verify.properties.fmc.binding import crowded
from calculus.verify.properties.fmc.runs import LIMIT, run
from calculus.verify.properties.fmc.subjects import (
    SMALL,
    applications,
    computing,
    computing_loop_free,
    primitives,
)
from calculus.verify.properties.fmc.typing import Inferred, inferred, shown, typed_claim
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Structural, Tally
from calculus.verify.shrinking import shrunk

DERIVATIONS = 3
"""Derivations of a term that are looked at."""
LARGEST = 40
"""Nodes of terms that derivations are searched for."""
REDEXES = 40
STATES = 8
"""Transitions of the machine after which a state is typed as a term."""
CERTIFIED = 12
"""Nodes of a term whose derivation is written down."""
ENOUGH = 20_000
"""Transitions in which typed terms of the sizes generated end."""


def generated(choose: Choose, size: int) -> Term:
    """A closed term, of any sort, without effects."""
    return generation.term(choose, size)


def generated_with_effects(choose: Choose, size: int) -> Term:
    return generation.term(choose, size, effects=(("in", "rnd"), ("rnd", "out"))[choose(2)])


def generated_loop_free(choose: Choose, size: int) -> Term:
    return generation.term(choose, size, loops=False)


# Principal types


def principal_violation(term: Term, tally: Tally) -> str | None:
    """The inferred type is derivable, all that is derivable is an instance of it, and no name matters."""
    if size(term) > LARGEST:
        tally.count("given up")
        return None
    found = inferred(term)
    search = Search(term)
    if found is None:
        return _untyped_violation(term, tally)
    tally.count("typed")
    said = str(found)
    renamed = inferred(crowded(term))
    if renamed is None or str(renamed) != said:
        return f"its type is {said}, and with other names {renamed or 'none'}"
    memory, exits = found.by_rules(search)
    derived = next(search.derivations(term, {}, memory, exits, {}), None)
    if derived is None:
        return f"the type inferred is {said}, which the rules do not derive"
    if tally.certify and size(term) <= CERTIFIED:
        tally.claim(**typed_claim(term, derived, search, str(found)))
    for memory, exits in derivable(term, search):
        admitted = Inferred(term, settled=False).admits(memory, exits, search)
        tally.count("derivable types" if admitted else "derivable types of what nothing decides")
        if admitted is False:
            other = shown(memory, exits, search)
            return f"{other} is derivable, and no instance of the type inferred, {said}"
    return None


def is_literal(term: Term) -> bool:
    return term.op is JUMP and base_type(term.label) is not None


def _untyped_violation(term: Term, tally: Tally) -> str | None:
    """Where nothing decides, a literal has its base type and what is run is a thunk; without any of these
    the inference finds every type.
    """
    search = Search(term, thunks=True)
    types = next(derivable(term, search), None)
    if types is None:
        tally.count("untyped")
        return None
    if any(item.op is PRIMITIVE or is_literal(item) for item in postorder(term)):
        tally.count("derivable, not inferred")
        return None
    return f"{shown(*types, search)} is derivable, and no type inferred"


def derivable(term: Term, search: Search) -> Iterator[tuple[Type, Type]]:
    """Some types that a closed term has by the rules, with constants for variables."""
    for found in islice(search.closed(term), DERIVATIONS):
        yield _instance(found)


def _instance(found: Found) -> tuple[Type, Type]:
    known, derivation = found
    return rigid(resolved(derivation.memory, known)), rigid(resolved(derivation.exits, known))


# Subject reduction


def subject_violation(term: Term, tally: Tally) -> str | None:
    """Every type that a term has, its reducts and the states of its run have, as terms."""
    if size(term) > LARGEST:
        tally.count("given up")
        return None
    found = inferred(term)
    if found is None and next(Search(term).closed(term), None) is None:
        tally.count("untyped")
        return None
    after = [(what, other) for what, other in successors(term) if size(other) <= 2 * LARGEST]
    search = Search(term, *(other for _, other in after), wrapped=True)
    types = list(derivable(term, search))
    for what, other in after:
        tally.count("steps")
        for memory, exits in types:
            if next(search.derivations(other, {}, memory, exits, {}), None) is None:
                return f"has type {shown(memory, exits, search)}; after {what}, {other.text(200)} has not"
        if found is None:
            continue
        again = inferred(other, settled=False)
        admitted = None if again is None else again.admits(*found.by_rules(search), search)
        tally.count("types not found again", admitted is None)
        if admitted is False:
            return f"has type {found}; after {what}, of {other.text(200)} is inferred {inferred(other)}"
    return None


def successors(term: Term) -> Iterator[tuple[str, Term]]:
    """What a term becomes by a step of reduction, and by some steps of the machine."""
    for redex in redexes(term, limit=REDEXES):
        yield redex.rule.name, contract(term, redex)
    machine = LiteralMachine(term)
    for count in range(1, STATES + 1):
        machine.run(count)
        if machine.status != "running":
            return
        yield f"{count} transitions", as_term(machine)


def as_term(state: LiteralMachine) -> Term:
    """The state as a term: its stacks pushed, its frames around what runs."""
    term = state.term
    for label, handler in reversed(state.frames):
        term = join(term, label, handler)
    for location, values in state.stacks.items():
        for value in reversed(values):
            term = push(value, term, location)
    return term


# Progress and termination


def progress_violation(term: Term, tally: Tally) -> str | None:
    """A typed term that expects nothing is never stuck, but on a division by zero or the end of the input,
    and leaves by an exit of its type, with values of the base types that it says.
    """
    found = inferred(term)
    if found is None or not found.expects_nothing:
        tally.count("untyped" if found is None else "expecting something")
        return None
    ended = run(term, inputs=inputs(found))
    tally.count(
        {"done": "runs that end well", "stuck": "division or input"}.get(ended.status, "endless runs")
    )
    if ended.status == "stuck" and ended.kind not in ("division", "input"):
        return f"its type is {found}; machine: {ended}"
    if ended.status == "done" and not found.admits_end(ended):
        return f"its type is {found}; machine: {ended}"
    return None


def inputs(found: Inferred) -> list[Term]:
    """Enough values of the type that a term reads."""
    carried = find(found.solver.carried["in"]).label if "in" in found.solver.carried else "Int"
    values: dict[str, list[Jump]] = {"Bool": ["True", "False"], "Text": [Text("t"), Text("")]}
    return [jump(value) for value in values.get(carried, [3, 0, -2]) * (LIMIT // 2)]


def termination_violation(term: Term, tally: Tally) -> str | None:
    """A typed term without loops has a normal form, and its run ends."""
    if any(item.op is LOOP for item in postorder(term)):
        return None
    found = inferred(term)
    if found is None:
        tally.count("untyped")
        return None
    tally.count("typed")
    if normal_form(term, max_steps=ENOUGH).term is None:
        return f"its type is {found}; it has no normal form after {ENOUGH} transitions"
    if found.expects_nothing:
        tally.count("runs")
        if run(term, inputs=inputs(found), limit=ENOUGH).status == "running":
            return f"its type is {found}; its run has not ended after {ENOUGH} transitions"
    return None


_SOURCE = "Heijltjes, The Functional Machine Calculus III: Control (MFPS 2025)"

PROPERTIES = (
    Property(
        "principal-types",
        "The type inferred is derivable by the rules, everything derivable is an instance of it, and "
        "names do not matter to it; where nothing decides, a literal has its base type, and what is run "
        "is a thunk.",
        _SOURCE,
        (
            Exhaustive(
                "the type inferred of every closed term up to {size} nodes is derivable, and the "
                "derivable ones are its instances, but for what nothing decides",
                computing,
                principal_violation,
                size=4,
                less=1,
                unit=500,
            ),
            Structural(
                "the type inferred of every primitive is derivable, and the derivable ones are its instances",
                primitives,
                principal_violation,
                name="primitives",
            ),
            Generated(
                "the type inferred of a generated closed term of up to {size} nodes is derivable, and the "
                "derivable ones are its instances, but for what nothing decides",
                generated,
                principal_violation,
                shrunk,
                largest=16,
                examples=150,
            ),
        ),
    ),
    Property(
        "subject-reduction",
        "What a typed term reduces to, or becomes on the machine, has its type.",
        _SOURCE,
        (
            Exhaustive(
                f"every step of a closed term up to {{size}} nodes, of reduction and of the machine, "
                f"keeps its types, of which up to {DERIVATIONS} are looked at",
                computing,
                subject_violation,
                size=4,
                less=1,
                unit=500,
            ),
            Generated(
                f"every step of a generated closed term of up to {{size}} nodes, of reduction and of the "
                f"machine, keeps its types, of which up to {DERIVATIONS} are looked at",
                generated,
                subject_violation,
                shrunk,
                largest=16,
                examples=100,
            ),
        ),
    ),
    Property(
        "progress",
        "A typed term is not stuck, but on a division by zero or at the end of its input, and leaves by "
        "an exit of its type.",
        _SOURCE,
        (
            Exhaustive(
                "every typed closed term up to {size} nodes that expects nothing runs without getting stuck",
                computing,
                progress_violation,
                size=4,
                less=1,
                unit=1_000,
            ),
            Structural(
                "every primitive on small literals of every type, if that is typed, is computed and leaves a "
                "value of its type",
                lambda: applications(SMALL),
                progress_violation,
                name="primitives",
                unit=1_000,
            ),
            Generated(
                "every typed one among generated closed terms of up to {size} nodes that expects nothing "
                "runs without getting stuck",
                generated_with_effects,
                progress_violation,
                shrunk,
                largest=30,
                examples=400,
            ),
        ),
    ),
    Property(
        "termination",
        "A typed term without loops has a normal form, and its run ends.",
        _SOURCE,
        (
            Exhaustive(
                "every typed closed loop-free term up to {size} nodes has a normal form, and its run ends",
                computing_loop_free,
                termination_violation,
                size=4,
                less=1,
                unit=1_000,
            ),
            Generated(
                "every typed one among generated closed loop-free terms of up to {size} nodes has a "
                "normal form, and its run ends",
                generated_loop_free,
                termination_violation,
                shrunk,
                largest=30,
                examples=300,
            ),
        ),
    ),
)
