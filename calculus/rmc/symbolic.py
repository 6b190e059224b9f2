"""Symbolic execution: a term is run on stacks of which nothing is known.

A pop from a stack on which nothing is left invents what was there: an *input*. A run that ends is a span, the
inputs it invented and the stacks it left. A run does not substitute into terms: it keeps an environment, from
the term's free variables to values, and bindings of the variables it made up.

`Symbolic.advance` runs until something has to be decided and says what; who asked for it decides. The term
must be closed (see `calculus.rmc.normal.closed`). Nothing recurses.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import count

from immutables import Map

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import (
    CALL,
    CONSTANT,
    FAIL,
    NEW,
    NOTHING,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    constant,
    variable,
)
from calculus.machine.relational.relations import Refused, Unready, solve
from calculus.machine.relational.unify import unify
from calculus.machine.relational.values import Bindings, Environment, Reading, Value, evaluate, resolve
from calculus.rmc.spans import Heights, Span, at_most, core, read_span
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term, free_variables

Stack = tuple[Value, "Stack"] | None
"""Values, the top first. Stacks are shared between runs."""

Frames = tuple[Term, Environment, "Frames"] | None
"""What is left to do: terms with their environments."""

LOOK = 256
"""Transitions between two looks at the clock and the memory."""


class Event(Enum):
    """Why `advance` stopped."""

    DONE = auto()
    """The run has ended well."""
    DEAD = auto()
    """It has failed."""
    FORK = auto()
    """The term is a sum; see `Symbolic.branches`."""
    AGAIN = auto()
    """The term is an iteration or a definition, to which a run may come back; see `Symbolic.branches`."""
    READ = auto()
    """The term pops from the location that is read; see `Symbolic.read`."""


class Outside(Exception):
    """A term has no spans: a relation depends on values that only a memory gives, or has no meaning."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Overdrawn(Exception):
    """A limit was reached."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


_NO_VARIABLES: Environment = Map()
_UNBOUND: Bindings = Map()


@dataclass(slots=True)
class Run:
    """A run that is under way. `inputs` has the values that were popped from below, the lowest first."""

    term: Term
    environment: Environment = _NO_VARIABLES
    frames: Frames = None
    inputs: dict[str, Stack] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)
    bindings: Bindings = _UNBOUND

    def copy(self, term: Term) -> "Run":
        """The same run with another term to go on with."""
        return Run(term, self.environment, self.frames, dict(self.inputs), dict(self.stacks), self.bindings)

    def span(self) -> Span:
        """What the run has done so far."""
        return read_span(*self._segments(), self.bindings)

    def configuration(self) -> tuple["Configuration", Heights]:
        """What the rest of the run depends on, up to the names of variables; and its frames.

        Frames are variables at the bottom of a stack that the run has popped and put back and that occur
        nowhere else: a run with more of them does the same, and leaves more alone.
        """
        popped, pushed = self._segments()
        terms, pushed[_VARIABLES] = self._rest()
        inner, frames = core(read_span(popped, pushed, self.bindings))
        return (tuple(terms), inner), frames

    def _segments(self) -> tuple[dict[str, list[Value]], dict[str, list[Value]]]:
        # An input that was invented later lay lower, so that chain has the bottom first; a stack the top.
        return (
            {place: _values(chain) for place, chain in self.inputs.items()},
            {place: _values(chain)[::-1] for place, chain in self.stacks.items()},
        )

    def _rest(self) -> tuple[list[Term], list[Value]]:
        """The terms that are left to run, and the values of their free variables in order."""
        terms: list[Term] = []
        values: list[Value] = []
        frames: Frames = (self.term, self.environment, self.frames)
        while frames is not None:
            term, environment, frames = frames
            terms.append(term)
            values += [environment[name] for name in sorted(free_variables(term))]
        return terms, values

    def mentions(self, number: int) -> bool:
        """Whether an unbound variable still occurs anywhere in the run."""
        popped, pushed = self._segments()
        _, kept = self._rest()
        reading = Reading(self.bindings)
        values = [*popped.values(), *pushed.values(), kept]
        found = frozenset().union(*(free_variables(reading.term(item)) for side in values for item in side))
        return reading.term(number).label in found


Configuration = tuple[tuple[Term, ...], Span]
"""Equal for runs that go on alike: what is left to run, and a span of the memory and of the variables."""

_VARIABLES = "$variables"
"""Where a configuration keeps the values of variables; no location of a text has such a name."""


def _values(chain: Stack) -> list[Value]:
    values = []
    while chain is not None:
        value, chain = chain
        values.append(value)
    return values


class Seen:
    """Configurations that runs have been in, so that what would only be found again is not looked for.

    With a `bound`, a configuration with more symbols in values and terms left to run raises `Overdrawn`.
    """

    def __init__(self, bound: int | None = None) -> None:
        self.bound = bound
        self.heights: dict[Configuration, list[Heights]] = {}

    def before(self, run: Run) -> bool:
        """Whether the run's configuration, with no more frames, has been seen; now it has."""
        configuration, frames = run.configuration()
        terms, memory = configuration
        if self.bound is not None and len(terms) + memory.size() > self.bound:
            raise Overdrawn("bound")
        return self.has(configuration, frames)

    def has(self, configuration: Configuration, frames: Heights) -> bool:
        known = self.heights.setdefault(configuration, [])
        if any(at_most(heights, frames) for heights in known):
            return True
        known[:] = [heights for heights in known if not at_most(frames, heights)]
        known.append(frames)
        return False

    def key(self) -> frozenset[tuple[Configuration, Heights]]:
        """All that has been seen, but for what has more frames than something else."""
        return frozenset((item, frames) for item, known in self.heights.items() for frames in known)


class Symbolic:
    """Runs terms over unknown stacks, within a budget.

    `reads` is a location whose values are not invented but asked for: a pop from it stops the run.
    Raises `Overdrawn` and `Outside`.
    """

    def __init__(self, definitions: Mapping[str, Term], budget: Budget, reads: str | None = None) -> None:
        self.definitions = definitions
        self.budget = budget
        self.reads = reads
        self.steps = 0
        self._fresh = count()
        self._limit = budget.max_steps

    def start(self, term: Term) -> Run:
        return Run(term)

    def count(self) -> None:
        """One transition more."""
        if self._limit is not None and self.steps >= self._limit:
            raise Overdrawn("steps")
        self.steps += 1
        if self.steps % LOOK == 0:
            limit = self.budget.overdrawn()
            if limit is not None:
                raise Overdrawn(limit)

    def advance(self, run: Run) -> Event:
        """Run until something has to be decided."""
        while True:
            term = run.term
            op = term.op
            if op is STAR or op is CALL:
                return Event.AGAIN
            if op is SUM:
                return Event.FORK
            if op is POP and term.label == self.reads:
                return Event.READ
            self.count()
            if op is SEQUENCE:
                run.frames = (term.children[1], run.environment, run.frames)
                run.term = term.children[0]
                continue
            if op is NEW:
                run.environment = run.environment.set(term.label[0], next(self._fresh))
                run.term = term.children[0]
                continue
            if op is FAIL or (op is not SKIP and not self._act(run, term)):
                return Event.DEAD
            if not self.go_on(run):
                return Event.DONE

    def go_on(self, run: Run) -> bool:
        """Take the next term from the frames; False if there is none."""
        if run.frames is None:
            run.term, run.environment = NOTHING, _NO_VARIABLES
            return False
        run.term, run.environment, run.frames = run.frames
        return True

    def branches(self, run: Run) -> list[Run]:
        """The runs that a sum, an iteration or a definition goes on as, first things first."""
        self.count()
        term = run.term
        if term.op is SUM:
            return [run.copy(term.children[0]), run.copy(term.children[1])]
        if term.op is STAR:
            again = run.copy(term.children[0])
            again.frames = (term, run.environment, run.frames)
            return [run.copy(NOTHING), again]
        after = run.copy(self.definitions[term.label])
        after.environment = _NO_VARIABLES
        return [after]

    def read(self, run: Run) -> Term | None:
        """Perform a pop from the location that is read: the value wanted, or `ANYTHING`.

        None if that is neither a closed value nor free to be anything.
        """
        self.count()
        wanted = resolve(self._value(run, run.term.children[0]), run.bindings)
        self.go_on(run)
        if isinstance(wanted, int):
            return None if run.mentions(wanted) else ANYTHING
        value = Reading(run.bindings).term(wanted)
        return None if free_variables(value) else value

    def _value(self, run: Run, value: Term) -> Value:
        return evaluate(value, run.environment, run.bindings)

    def _act(self, run: Run, term: Term) -> bool:
        """A push, a pop, a test or a relation; False if it fails."""
        values = [self._value(run, child) for child in term.children]
        op, place = term.op, term.label
        if op is PUSH:
            run.stacks[place] = (values[0], run.stacks.get(place))
            return True
        if op is POP:
            top = run.stacks.get(place)
            if top is None:
                run.inputs[place] = (values[0], run.inputs.get(place))
                return True
            run.stacks[place] = top[1]
            return _unified(run, top[0], values[0])
        if op is TEST:
            return _unified(run, values[0], values[1])
        assert op is RELATION, term
        return self._relation(run, term, values)

    def _relation(self, run: Run, term: Term, values: list[Value]) -> bool:
        numbers: list[int | None] = []
        for value in (resolve(value, run.bindings) for value in values):
            if isinstance(value, int):
                numbers.append(None)
            elif type(value) is Term and value.op is CONSTANT and type(value.label) is int:
                numbers.append(value.label)
            else:
                shown = Reading(run.bindings).term(value).text(80)
                raise Outside(_refused(term, f"{shown} is no integer"))
        try:
            solution = solve(term.label, tuple(numbers))
        except Unready as problem:
            which = term.children[problem.position].text(80)
            raise Outside(_refused(term, f"{which} depends on the memory")) from None
        except Refused as problem:
            raise Outside(_refused(term, str(problem))) from None
        if solution is None:
            return False
        return all(
            _unified(run, value, constant(number)) for value, number in zip(values, solution, strict=True)
        )


ANYTHING = variable("_")
"""What is read where any value will do."""


def _unified(run: Run, left: Value, right: Value) -> bool:
    bindings = unify(left, right, run.bindings)
    if bindings is None:
        return False
    run.bindings = bindings
    return True


def _refused(term: Term, why: str) -> Diagnostic:
    return Diagnostic(
        "relation",
        f"`{term.text(80)}` has no normal form: {why}",
        term.span,
        help="relations over integers are worked out in a normal form only where their values are known",
    )


def finished(
    symbolic: Symbolic,
    runs: list[Run],
    *,
    seen: Seen | None = None,
    reading: Callable[[Run], None] | None = None,
    breadth_first: bool = False,
) -> Iterator[Run]:
    """The runs that end well; depth-first they come in the machine's order.

    With `seen`, runs do not go on from a configuration that has been seen. Runs that read are given away.
    """
    waiting = deque(runs)
    while waiting:
        run = waiting.popleft()
        event = symbolic.advance(run)
        if event is Event.DONE:
            yield run
        elif event is Event.READ:
            assert reading is not None
            reading(run)
        elif event is Event.FORK or (event is Event.AGAIN and not (seen is not None and seen.before(run))):
            branches = symbolic.branches(run)
            if breadth_first:
                waiting.extend(branches)
            else:
                waiting.extendleft(reversed(branches))
