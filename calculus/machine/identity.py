"""When two states of the machine are the same, and noticing that a run repeats one.

States are the same if their stacks, terms, continuation stacks and remaining inputs are equal up to
the names of bound variables after simplifying frames, which makes no difference to any run:
`(J->J)` is dropped, and `(J->(M;J->N))` is the two frames `(J->N)` and, above it, `(J->M)`.
"""

from collections.abc import Hashable

from calculus.machine.instructions import JOIN, JUMP, VARIABLE
from calculus.machine.state import Closure, Frame, State, capture
from calculus.term import Term, canonical, nameless

REMEMBERED = 200_000
"""Values whose α-classes are remembered at a time."""


def simplify_last_frame(frames: list[Frame]) -> None:
    """Drop the last frame, or split it, if it is one of those that can be."""
    frame = frames[-1]
    while frame.term.op is JOIN and frame.term.label == frame.label:
        first, then = frame.term.children
        frames.pop()
        frames.append(Frame(frame.label, then, capture(then, frame.environment)))
        _drop_identity(frames)
        frame = Frame(frame.label, first, capture(first, frame.environment))
        frames.append(frame)
    _drop_identity(frames)


def _drop_identity(frames: list[Frame]) -> None:
    frame = frames[-1]
    term = frame.term
    if term.op is VARIABLE and term.label in frame.environment:
        term = frame.environment[term.label].term
    if term.op is JUMP and term.label == frame.label:
        frames.pop()


class Identity:
    """Keys of states; equal keys mean equal states. One object remembers work for the next key."""

    def __init__(self) -> None:
        self._classes: dict[Term, Term] = {}
        self._terms: dict[int, Term] = {}
        # Keeps what was looked at alive, so that no id is taken by something else.
        self._values: dict[int, tuple[Closure, Term]] = {}
        self._frames: dict[int, tuple[Frame, int]] = {}
        self._numbers: dict[Hashable, int] = {}

    def key(self, state: State) -> Hashable:
        """The key of a state whose frames have been simplified."""
        if len(self._values) + len(self._frames) > REMEMBERED:
            self.__init__()  # type: ignore[misc]
        environment = capture(state.term, state.environment)
        return (
            self._value(Closure(state.term, environment)),
            tuple([self._frame(frame) for frame in state.frames]),
            tuple(
                (location, tuple(map(self._value, values)))
                for location, values in sorted(state.stacks.items())
                if values
            ),
            tuple(map(self._class, state.effects.inputs)),
        )

    def _value(self, value: Closure) -> Term:
        if value.term.op is JUMP:
            return canonical(value.term)
        found = self._values.get(id(value))
        if found is None:
            found = self._values[id(value)] = (value, self._class(value.read_back(self._terms)))
        return found[1]

    def _frame(self, frame: Frame) -> int:
        """A number for the frame: long continuation stacks need short keys."""
        found = self._frames.get(id(frame))
        if found is None:
            value = self._value(Closure(frame.term, frame.environment))
            key = (type(frame.label), frame.label, value)
            found = (frame, self._numbers.setdefault(key, len(self._numbers)))
            self._frames[id(frame)] = found
        return found[1]

    def _class(self, term: Term) -> Term:
        found = self._classes.get(term)
        if found is None:
            found = self._classes[term] = nameless(term)
        return found


class Watch:
    """Notices, sooner or later, that a run without draws has come back to a state.

    It keeps one state, replaced after 1, 2, 4, … transitions (Brent's algorithm), and compares in
    stages, so that a run that makes progress is hardly slowed.
    """

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._kept: State | None = None
        self._key: Hashable = None
        self._glance: Hashable = None
        self._look: object = None
        self._left = 0
        self._power = 32

    def repeats(self, state: State) -> bool:
        """Whether the state (with simplified frames) is the one that is kept."""
        glance = (canonical(state.term), len(state.frames), len(state.effects.inputs))
        if self._left == 0:
            self._power *= 2
            self._left = self._power
            self._kept, self._key = state.copy(), None
            self._glance, self._look = glance, _look(state)
            return False
        self._left -= 1
        if glance != self._glance or self._kept is None or _look(state) != self._look:
            return False
        if self._key is None:
            self._key = self._identity.key(self._kept)
        return self._identity.key(state) == self._key


def _look(state: State) -> object:
    """The outermost terms in sight: a counter has changed there already."""
    stacks = {
        location: (len(values), canonical(values[-1].term))
        for location, values in state.stacks.items()
        if values
    }
    return stacks, {name: canonical(value.term) for name, value in state.environment.items()}
