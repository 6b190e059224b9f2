"""Equality of terms: reduction, permutation of actions at different locations, and α.

`equal` says *equal* only with the terms' paths to a common form, *different* only with a memory (and
perhaps a term to run afterwards) on which the two end well with different outcomes, and otherwise
*unknown*, with what was tried. Distinct normal forms alone are no difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from calculus.fmc.normal import normal_form
from calculus.fmc.permutation import canonical_form, permuted
from calculus.fmc.reduction import contract, redexes, reduce
from calculus.fmc.rules import UNROLL, Rule
from calculus.machine.budget import Budget
from calculus.machine.effects import Effects
from calculus.machine.engine import run
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    STAR,
    Jump,
    Text,
    join,
    jump,
    pop,
    push,
    variable,
)
from calculus.machine.result import Displayed
from calculus.machine.rewriting import LONGEST, Redex, Step, subterm
from calculus.machine.state import Closure, State
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term, canonical, free_variables, substitute
from calculus.term.binding import fresh, names_in
from calculus.term.node import postorder

Judgement = Literal["equal", "different", "unknown"]

DEFAULT_STEPS = 100_000
"""Transitions for each normal form, unless told otherwise."""
STEPPED = 400
"""Contractions of a path that is shown as a proof."""
STEPPED_SECONDS = 1.0
SEARCHED = 60
"""Terms a side, found by unrolling loops, in the search for a common form."""
SEARCH_SECONDS = 5.0
"""Seconds for that search, and again for the runs."""
RUN_STEPS = 2_000
"""Transitions of a run on a generated memory."""
MEMORIES = 60
"""Memories on which two terms are run."""
GROWTH = 12
"""Values that a memory is given because a run lacked them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why two terms are equal: each reduces to a term whose canonical form is `common`.

    `complete` says that the paths hold every step; the others are the machine's, and only counted.
    """

    left: tuple[Step, ...]
    right: tuple[Step, ...]
    common: Term
    permuted: bool
    complete: bool
    transitions: tuple[int, int] = (0, 0)

    def to_json(self) -> dict[str, Any]:
        return {
            "left": [step.to_json() for step in self.left],
            "right": [step.to_json() for step in self.right],
            "common": self.common.text(LONGEST),
            "permuted": self.permuted,
            "complete": self.complete,
            "transitions": list(self.transitions),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: its label, and the stacks, bottom first."""

    exit: Jump
    stacks: Mapping[str, list[Term]]

    def to_json(self) -> dict[str, Any]:
        stacks = {name: [value.text(LONGEST) for value in values] for name, values in self.stacks.items()}
        return {"exit": str(jump(self.exit)), "stacks": stacks}


@dataclass(frozen=True, slots=True)
class Witness:
    """What tells two terms apart: a memory, values for their free variables, what `in` delivers, a term
    that is run after both, and the two outcomes."""

    stacks: Mapping[str, list[Term]]
    variables: Mapping[str, Term]
    inputs: tuple[Term, ...]
    then: Term | None
    left: Outcome
    right: Outcome

    def to_json(self) -> dict[str, Any]:
        return {
            "stacks": {name: list(map(str, values)) for name, values in self.stacks.items()},
            "variables": {name: str(value) for name, value in self.variables.items()},
            "inputs": list(map(str, self.inputs)),
            "then": None if self.then is None else str(self.then),
            "left": self.left.to_json(),
            "right": self.right.to_json(),
        }


@dataclass(frozen=True)
class Verdict(Displayed):
    """`equal` with a proof, `different` with a witness, or `unknown`; and what was tried."""

    verdict: Judgement
    proof: Proof | None = None
    witness: Witness | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)
    stopped_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus equal --json`."""
        return {
            "verdict": self.verdict,
            "level": None,
            "witness": self.witness.to_json() if self.witness else None,
            "proof": self.proof.to_json() if self.proof else None,
            "tried": dict(self.tried),
            "stopped_by": self.stopped_by,
        }

    def __str__(self) -> str:
        return self.verdict

    def _repr_html_(self) -> str:
        return f"<b>{self.verdict}</b>"


def equal(
    left: Term,
    right: Term,
    *,
    arity: int | tuple[str, ...] = 0,
    definitions: Mapping[str, Term] | None = None,
    max_steps: int | None = DEFAULT_STEPS,
    max_seconds: float | None = None,
    seed: int = 0,
    tries: bool = True,
) -> Verdict:
    """Whether two terms are equal, `arity` fresh values having been pushed before both.

    `arity` is how many values on λ (`M = N at ρ₁…ρₙ`), or the locations to push them at. Definitions
    are unfolded if they are given. `max_steps` bounds the transitions for each normal form; what
    is searched and run beyond that is bounded too, and said in `tried`. Without `tries` a difference is not
    looked for.
    """
    if isinstance(arity, int) and arity < 0:
        raise UsageProblem(f"arity is a whole number, 0 or more, or a list of locations; got {arity}")
    places = (LAMBDA,) * arity if isinstance(arity, int) else tuple(arity)
    left, right = _applied(canonical(left), canonical(right), places)
    search = _Search(left, right, definitions or {}, Budget(max_steps, max_seconds), Random(seed))
    with search.budget.interruptible():
        return search.verdict(tries)


def _applied(left: Term, right: Term, places: tuple[str, ...]) -> tuple[Term, Term]:
    taken = names_in([left, right])
    for place in reversed(places):
        name = fresh("x", taken)
        taken.add(name)
        left, right = push(variable(name), left, place), push(variable(name), right, place)
    return left, right


class _Search:
    def __init__(
        self, left: Term, right: Term, definitions: Mapping[str, Term], budget: Budget, rng: Random
    ) -> None:
        self.sides = (left, right)
        self.definitions = definitions
        self.budget = budget
        self.rng = rng
        self.tried: dict[str, Any] = {}
        self.stopped: str | None = None

    def verdict(self, tries: bool) -> Verdict:
        proof = self.by_stepping() or self.by_evaluation() or self.by_unrolling()
        if proof is not None:
            return Verdict("equal", proof, None, self.tried)
        witness = self.by_running() if tries else None
        if witness is not None:
            return Verdict("different", None, witness, self.tried)
        return Verdict("unknown", None, None, self.tried, self.stopped)

    def overdrawn(self, time: Budget) -> bool:
        stopped = self.budget.overdrawn() or time.overdrawn()
        self.stopped = self.stopped or stopped
        return stopped is not None

    # Equal

    def by_stepping(self) -> Proof | None:
        """Short paths to normal forms, which a reader can follow."""
        left, right = self.sides
        if canonical_form(left) is canonical_form(right):
            return Proof((), (), permuted(left), _differ(left, right), True)
        paths = [
            reduce(
                term,
                max_steps=STEPPED,
                max_seconds=STEPPED_SECONDS,
                definitions=self.definitions or None,
            )
            for term in self.sides
        ]
        self.tried["steps"] = [path.steps for path in paths]
        ours, theirs = (path.result for path in paths)
        if canonical_form(ours) is not canonical_form(theirs):
            return None
        return Proof(paths[0].path, paths[1].path, permuted(ours), _differ(ours, theirs), True)

    def by_evaluation(self) -> Proof | None:
        """The normal forms that the machine finds."""
        found = [
            normal_form(term, definitions=self.definitions or None, budget=self.budget) for term in self.sides
        ]
        self.tried["transitions"] = [side.steps for side in found]
        ours, theirs = (side.term for side in found)
        self.stopped = found[0].stopped_by or found[1].stopped_by
        if ours is None or theirs is None or canonical_form(ours) is not canonical_form(theirs):
            return None
        steps = (found[0].steps, found[1].steps)
        return Proof((), (), permuted(ours), _differ(ours, theirs), False, steps)

    def by_unrolling(self) -> Proof | None:
        """A common form found by unrolling loops here and there, a few times."""
        sides: list[dict[Term, tuple[Term, tuple[Step, ...]]]] = [{}, {}]
        time = Budget(None, SEARCH_SECONDS)
        waiting = [self._unrolled(term) for term in self.sides]
        alive = [True, True]
        while any(alive):
            for side in (0, 1):
                entry = next(waiting[side], None) if alive[side] else None
                if entry is None or len(sides[side]) >= SEARCHED or self.overdrawn(time):
                    alive[side] = False
                    continue
                key = canonical_form(entry[0])
                sides[side].setdefault(key, entry)
                if key in sides[1 - side]:
                    (ours, left), (theirs, right) = sides[0][key], sides[1][key]
                    return Proof(left, right, permuted(ours), _differ(ours, theirs), True)
        self.tried["unrolled"] = [len(side) for side in sides]
        return None

    def _unrolled(self, term: Term) -> Iterator[tuple[Term, tuple[Step, ...]]]:
        """Terms that a term reduces to, each with its path; nearest first."""
        queue: list[tuple[Term, tuple[Step, ...]]] = [(term, ())]
        seen: set[Term] = set()
        while queue:
            item, path = queue.pop(0)
            yield item, path
            ended = reduce(
                item,
                loops="never",
                max_steps=STEPPED,
                max_seconds=STEPPED_SECONDS,
                definitions=self.definitions or None,
            )
            item, path = ended.result, (*path, *ended.path)
            if item in seen:
                continue
            seen.add(item)
            yield item, path
            if not ended.normal:
                continue
            for redex in redexes(item, (UNROLL,), limit=8):
                queue.append((contract(item, redex), (*path, _step(item, redex))))

    # Different

    def by_running(self) -> Witness | None:
        """A memory on which the two end well, with different outcomes."""
        ended = 0
        labels = sorted({str(label): label for label in _labels(self.sides)}.items())
        exits = [jump(label) for _, label in labels]
        time = Budget(None, SEARCH_SECONDS)
        for number in range(MEMORIES):
            if self.overdrawn(time):
                break
            trial = Trial(self.sides, self.definitions, _values(self.rng, number, exits), number)
            witness = trial.witness()
            ended += trial.ended
            self.tried["memories"], self.tried["ended_well"] = number + 1, ended
            if witness is not None:
                return witness
        return None


def _step(term: Term, redex: Redex[Rule]) -> Step:
    position = redex.position
    return Step(redex.rule.name, position, subterm(term, position).span, contract(term, redex), 0)


def _differ(left: Term, right: Term) -> bool:
    """Whether terms with one canonical form are so only by permutation."""
    from calculus.term import alpha_equal

    return not alpha_equal(left, right)


def _labels(terms: Iterable[Term]) -> Iterator[Jump]:
    """The labels that the terms leave with or catch."""
    for term in terms:
        for item in postorder(term):
            if item.op in (JUMP, JOIN, LOOP):
                yield item.label


def _values(rng: Random, number: int, exits: Sequence[Term]) -> Iterator[Term]:
    """Values to put into a memory. Numbers first; then others: labels, those among them that the
    terms catch, Booleans, texts, and thunks."""
    style = number % 7
    thunks = [
        jump(STAR),
        push(jump(7)),
        pop("x", push(variable("x"))),
        pop("x", variable("x")),
        pop("x"),
        pop("x", push(variable("x"), push(variable("x")))),
        pop("x", pop("y", variable("x"))),
        pop("x", pop("y", variable("y"))),
    ]
    count = 0
    while True:
        count += 1
        match style:
            case 0:
                yield jump(10 * number + 2 * count + 1)
            case 1:
                yield jump(f"Value{count}")
            case 2:
                yield jump(rng.choice(("True", "False")))
            case 3:
                yield rng.choice(thunks)
            case 4 if exits:
                yield rng.choice(exits)
            case 5:
                yield rng.choice([*thunks, *exits, jump(rng.randint(-3, 9)), jump("True"), jump("False")])
            case _:
                yield jump(Text(f"t{count}")) if number % 2 else jump(rng.randint(-2, 3))


class Trial:
    """Two terms, run on one memory, which grows while one of them finds a stack empty."""

    def __init__(
        self,
        sides: tuple[Term, Term],
        definitions: Mapping[str, Term],
        values: Iterator[Term],
        seed: int,
    ) -> None:
        self.definitions = definitions
        self.values = values
        self.seed = seed
        names = sorted((free_variables(sides[0]) | free_variables(sides[1])) - definitions.keys())
        self.variables = {name: next(values) for name in names}
        self.sides = [substitute(side, self.variables) for side in sides]
        reads = any(
            item.op is POP and item.label[0] == "in"
            for term in (*sides, *definitions.values())
            for item in postorder(term)
        )
        self.inputs = tuple([jump(3 * i + 1) for i in range(20)]) if reads else ()
        self.memory: dict[str, list[Term]] = {}
        self.ended = False

    def witness(self, then: Term | None = None, depth: int = 3) -> Witness | None:
        outcomes = self.outcomes(then)
        if outcomes is None:
            return None
        left, right = outcomes
        self.ended = True
        after = None
        if left.exit != right.exit or _heights(left) != _heights(right):
            return self._found(then, left, right)
        for place, values in left.stacks.items():
            for index, pair in enumerate(zip(values, right.stacks[place], strict=True)):
                if pair[0] == pair[1]:
                    continue
                labels = [_constant(value) for value in pair]
                if labels[0] is not None and labels[1] is not None:
                    if labels[0] != labels[1] or type(labels[0]) is not type(labels[1]):
                        return self._found(then, left, right)
                    continue
                after = after or _running(left.exit, place, len(values) - 1 - index)
        if after is None or depth == 0 or _is_sink(after):
            return None
        # Thunks that look different may do the same: run them, and see.
        return self.witness(after if then is None else _after(then, after), depth - 1)

    def _found(self, then: Term | None, left: Outcome, right: Outcome) -> Witness:
        return Witness(self.memory, self.variables, self.inputs, _hole_filled(then), left, right)

    def outcomes(self, then: Term | None) -> tuple[Outcome, Outcome] | None:
        found: list[Outcome] = []
        grown = 0
        while len(found) < 2:
            term = self.sides[len(found)]
            outcome = self.run(term if then is None else substitute(then, {_HOLE: term}))
            if isinstance(outcome, Outcome):
                found.append(outcome)
                continue
            if outcome is None or grown == GROWTH:
                return None
            grown += 1
            self.memory.setdefault(outcome, []).insert(0, next(self.values))
            found.clear()
        return found[0], found[1]

    def run(self, term: Term) -> Outcome | str | None:
        """The outcome; or the location that was empty; or None if it does not end well."""
        stacks = {place: [Closure(value, {}) for value in values] for place, values in self.memory.items()}
        state = State(term, self.definitions, stacks, Effects(self.inputs, self.seed))
        run(state, Budget(RUN_STEPS), "reference")
        if state.status == "done":
            assert state.exit is not None
            return Outcome(state.exit, state.memory())
        if state.status == "stuck" and state.error is not None and state.error.kind == "stack":
            if state.term.op is POP:
                place: str = state.term.label[0]
                return place
            return LAMBDA if state.term.op is PRIMITIVE else None
        return None


_HOLE = "…"
"""Stands for the terms compared, in what is run after them; no name of the syntax."""


def _running(exit: Jump, place: str, above: int) -> Term:
    """`…;exit->(place<_>…place<f>.f)`: run the value that lies under so many others."""
    body = pop("f", variable("f"), place)
    for _ in range(above):
        body = pop("_", body, place)
    return join(variable(_HOLE), exit, body)


def _after(then: Term, after: Term) -> Term:
    return substitute(after, {_HOLE: then})


def _is_sink(after: Term) -> bool:
    """Whether what is to be run lies where nothing can be popped."""
    place: str = after.children[1].label[0]
    return place == "out"


def _hole_filled(then: Term | None) -> Term | None:
    """What is run after the terms, which are called `it` where it is printed."""
    return None if then is None else substitute(then, {_HOLE: variable("it")})


def _heights(outcome: Outcome) -> dict[str, int]:
    return {place: len(values) for place, values in outcome.stacks.items()}


def _constant(value: Term) -> Jump | None:
    """The jump that a value is or reduces to, if it is one."""
    found = normal_form(value, loops="never", max_steps=RUN_STEPS).term
    return found.label if found is not None and found.op is JUMP else None
