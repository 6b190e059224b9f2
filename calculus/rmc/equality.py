"""Equality of terms, at three levels.

`multiset`: the same answers with the same multiplicities on all memories, open ones included. `set`: the
same answers. `ground`: the same pairs of closed memories, over a signature if one is declared. Each level
implies the next.

*Equal* comes with a proof, *different* with a memory on which the answers differ, and otherwise the verdict
is *unknown*, with what was tried. Terms whose symbolic runs end are decided by their normal forms, iterations
that are finite automata by bisimulation; other terms may be equal in Kleene algebra or by reduction, or
differ on a memory that is tried. A proof about a term with relations over integers is about its answers: it
does not say that no run is stuck.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calculus.machine.budget import Budget, Portion
from calculus.machine.instructions import LAMBDA
from calculus.machine.relational.instructions import new, pop, push, sequence, variable
from calculus.rmc.algebra import algebraic, ends
from calculus.rmc.kleene import Bisimulation, NotRegular, explore, orientations
from calculus.rmc.normal import MOST_SPANS, NormalForm, closed, normal_form
from calculus.rmc.reduction import recursive_definitions, reduce
from calculus.rmc.signature import Signature
from calculus.rmc.spans import Span
from calculus.rmc.structure import canonical_form
from calculus.rmc.subsumption import LEVELS, Level, difference
from calculus.rmc.symbolic import Outside, Overdrawn
from calculus.rmc.trial import Trial
from calculus.rmc.verdict import Proof, SameReduct, SameSpans, SameStructure, Verdict
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.term import Term, canonical, free_variables
from calculus.term.binding import fresh

DEFAULT_STEPS = 100_000
"""Transitions for each normal form and each exploration, unless told otherwise."""
GLANCE = 1_000
"""Transitions for the normal form of a term that may have none."""
FEW = 50
"""Spans for it."""
REDUCED = 500
"""Contractions on each side towards a common reduct."""
REDUCTION_SECONDS = 5.0
"""Seconds for them."""
DEFAULT_BOUND = 100
"""Symbols in the values of a configuration of an automaton, unless told otherwise."""
SEARCH_SECONDS = 20.0
"""Seconds for proofs and trials beyond the decisions, unless told otherwise."""


def equal(
    left: Term,
    right: Term,
    *,
    level: Level = "set",
    signature: "Signature | str | Mapping[str, int | tuple[int, ...]] | None" = None,
    arity: int | tuple[str, ...] = 0,
    definitions: Mapping[str, Term] | None = None,
    max_steps: int | None = DEFAULT_STEPS,
    max_seconds: float | None = None,
    bound: int = DEFAULT_BOUND,
    seed: int = 0,
) -> Verdict:
    """Whether two terms are equal at a level, as relations or, if they are open, whatever the values of their
    free variables.

    `signature` declares the constructors of closed values, for the level `ground`; without it there are
    infinitely many. `arity` is on how many values on λ the terms are compared, or at which locations
    (`L = R at a b`): shorter stacks do not matter then. `definitions` has a body for every name that is
    called. `max_steps` bounds the transitions of each decision, `bound` the size of what is explored besides
    what is read. Nothing is random, so `seed` changes nothing.

    Raises `UsageProblem`.
    """
    if level not in LEVELS:
        raise UsageProblem(f"the level is one of {', '.join(LEVELS)}; got {level!r}")
    if signature is not None and level != "ground":
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"a signature is for the level ground; got one for the level {level}",
                help="open memories tell more apart than the values of any signature",
            )
        )
    if isinstance(arity, int) and arity < 0:
        raise UsageProblem(f"arity is a whole number, 0 or more, or a list of locations; got {arity}")
    places = (LAMBDA,) * arity if isinstance(arity, int) else tuple(arity)
    sides, names = compared(left, right, places)
    found = None if signature is None else Signature.of(signature)
    search = _Search(
        sides,
        definitions or {},
        level,
        found,
        names,
        bound,
        Budget(max_steps, max_seconds),
    )
    with search.budget.interruptible():
        return search.verdict()


def compared(left: Term, right: Term, places: tuple[str, ...]) -> tuple[tuple[Term, Term], list[str]]:
    """The closed terms that are compared for two terms on values at the places, and their free variables.

    Both first need the values, and then take those of the free variables.
    """
    names = sorted(free_variables(left) | free_variables(right))
    prefix = _identity(places, names)
    first, second = (closed(sequence(*prefix, canonical(side)), names) for side in (left, right))
    return (first, second), names


def _identity(places: tuple[str, ...], taken: list[str]) -> list[Term]:
    """A term that needs a value at each of the locations and changes nothing."""
    names: list[str] = []
    for _ in places:
        names.append(fresh("x", {*taken, *names}))
    values = list(zip(map(variable, names), places, strict=True))
    actions = [pop(*value) for value in reversed(values)] + [push(*value) for value in values]
    return [new(names, sequence(*actions))] if places else []


@dataclass
class _Search:
    sides: tuple[Term, Term]
    definitions: Mapping[str, Term]
    level: Level
    signature: Signature | None
    names: list[str]
    bound: int
    budget: Budget
    tried: dict[str, Any] = field(default_factory=dict)

    def verdict(self) -> Verdict:
        try:
            for attempt in (
                self.by_structure,
                self.by_normal_form,
                self.by_bisimulation,
                self.by_reduction,
                self.by_algebra,
                self.by_running,
            ):
                found = attempt()
                if found is not None:
                    return found
        except Overdrawn as stop:
            return Verdict("unknown", self.level, None, None, self.tried, stop.limit)
        return Verdict("unknown", self.level, None, None, self.tried)

    def equal(self, proof: Proof) -> Verdict:
        return Verdict("equal", self.level, proof, None, self.tried)

    def different(self, side: int, item: Span) -> Verdict:
        trial = self.trial(self.budget)
        return Verdict("different", self.level, None, trial.witness(trial.of_span(side, item)), self.tried)

    def trial(self, budget: Budget) -> Trial:
        return Trial(self.sides, self.definitions, self.level, self.signature, self.names, budget)

    def part(self, steps: int | None = None, seconds: float | None = None) -> Budget:
        """A part of the budget for one attempt, its steps counted anew."""
        limits = [limit for limit in (steps, self.budget.max_steps) if limit is not None]
        return Portion(self.budget, min(limits, default=None), seconds)

    def by_structure(self) -> Verdict | None:
        left, right = (canonical_form(side) for side in self.sides)
        return self.equal(SameStructure(left)) if left is right else None

    def by_normal_form(self) -> Verdict | None:
        forms: list[NormalForm] = []
        for side in self.sides:
            steps, spans = (None, MOST_SPANS) if ends(side, self.definitions) else (GLANCE, FEW)
            form = normal_form(side, definitions=self.definitions, max_spans=spans, budget=self.part(steps))
            forms.append(form)
            if form.stopped_by not in (None, "steps", "spans"):
                raise Overdrawn(form.stopped_by)
        left, right = forms
        self.tried["transitions towards normal forms"] = [left.steps, right.steps]
        if not (left.normal and right.normal):
            return None
        found = difference(left.counter, right.counter, self.level, self.signature, self.budget)
        if found is not None:
            return self.different(found.side, found.span)
        return self.equal(SameSpans(self.level, left, right))

    def by_bisimulation(self) -> Verdict | None:
        if self.level == "multiset":
            return None
        reasons: list[str] = []
        for way in orientations(list(self.sides), self.definitions):
            try:
                left, right = self.sides
                found = explore(
                    left,
                    right,
                    self.definitions,
                    self.level,
                    self.signature,
                    way,
                    self.bound,
                    self.part(),
                )
            except (NotRegular, Outside):
                reasons.append(f"{way}: not regular")
            except Overdrawn as stop:
                if stop.limit not in ("steps", "pairs", "cases", "bound"):
                    raise
                reasons.append(f"{way}: not within the limit on {stop.limit}")
            else:
                if isinstance(found, Bisimulation):
                    return self.equal(found)
                return self.different(found.side, found.span)
            self.tried["bisimulations"] = reasons
        return None

    def by_reduction(self) -> Verdict | None:
        recursive = recursive_definitions(self.definitions)
        definitions = {name: body for name, body in self.definitions.items() if name not in recursive}
        paths = [
            reduce(
                side,
                definitions=definitions,
                slides=True,
                max_steps=REDUCED,
                max_seconds=self.budget.left(REDUCTION_SECONDS),
            )
            for side in self.sides
        ]
        if any(path.stopped_by == "interrupt" for path in paths):
            raise Overdrawn("interrupt")
        self.tried["steps of reduction"] = [path.steps for path in paths]
        left, right = (canonical_form(path.result) for path in paths)
        return self.equal(SameReduct(paths[0].path, paths[1].path, left)) if left is right else None

    def by_algebra(self) -> Verdict | None:
        try:
            proof = algebraic(*self.sides, self.definitions, self.level, self.part(GLANCE))
        except Overdrawn as stop:
            if stop.limit not in ("steps", "moves"):
                raise
            proof = None
        self.tried["Kleene algebra"] = "no proof"
        return None if proof is None else self.equal(proof)

    def by_running(self) -> Verdict | None:
        trial = self.trial(self.part(seconds=SEARCH_SECONDS if self.budget.max_seconds is None else None))
        ended = 0
        try:
            for number, memory in enumerate(trial.memories(), 1):
                found, both = trial.on(memory)
                ended += both
                self.tried["memories on which both were run"] = number
                self.tried["of these, both searches ended on"] = ended
                if found is not None:
                    return Verdict("different", self.level, None, trial.witness(found), self.tried)
                stopped = trial.budget.overdrawn()
                if stopped:
                    raise Overdrawn(stopped)
        except Overdrawn:
            # The time for trials is no limit that was asked for.
            if self.budget.overdrawn():
                raise
        return None
