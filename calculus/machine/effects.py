"""Effects are locations: which locations are sources or sinks, and what feeds the sources.

| kind | pop | push |
|---|---|---|
| stack (default) | the top | on top |
| `input` (`in`) | the next input; stuck when there is none left | an error |
| `random` (`rnd`) | `True` or `False` from the location's own seeded generator | an error |
| `choice` (`nd`) | both outcomes: the machine suspends, whoever explores resumes it twice | an error |
| `source` (the host's) | the machine suspends and is resumed with the answer | an error |
| `output` (`out`) | an error | kept, in order |
| `sink` (the host's) | an error | the machine suspends with the value, and is resumed |
"""

from collections import deque
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, Literal

from calculus.machine.instructions import jump
from calculus.term import Term

Kind = Literal["stack", "input", "random", "choice", "source", "output", "sink"]

SOURCES = frozenset({"input", "random", "choice", "source"})
SINKS = frozenset({"output", "sink"})
STANDARD: Mapping[str, Kind] = {"in": "input", "out": "output", "rnd": "random", "nd": "choice"}

TRUE, FALSE = jump("True"), jump("False")


class Effects:
    """The kinds of the locations and the state of the sources.

    `inputs` feeds `in`; `seed` starts the random generators (one a location, so that draws at different
    locations commute); `hosts` maps the host's locations to `source` or `sink`. With `exact`, pops of a
    random source suspend like choices, so that an explorer can follow both outcomes.
    """

    def __init__(
        self,
        inputs: Iterable[Term] = (),
        seed: int = 0,
        hosts: Mapping[str, Kind] | None = None,
        exact: bool = False,
    ) -> None:
        self.kinds: dict[str, Kind] = {**STANDARD, **(hosts or {})}
        self.inputs = deque(inputs)
        self.seed = seed
        self.exact = exact
        self.generators: dict[str, Random] = {}
        self.drawn: dict[str, deque[Term]] = {}

    def kind(self, location: str) -> Kind:
        return self.kinds.get(location, "stack")

    def suspends(self, location: str) -> bool:
        """Whether a pop of this source waits for an answer from outside."""
        kind = self.kind(location)
        return kind in ("choice", "source") or (kind == "random" and self.exact)

    def draw(self, location: str) -> Term:
        """The next random Boolean of the location."""
        waiting = self.drawn.get(location)
        if waiting:
            return waiting.popleft()
        generator = self.generators.get(location)
        if generator is None:
            generator = self.generators[location] = Random(f"{self.seed} {location}")
        return TRUE if generator.getrandbits(1) else FALSE

    def give_back(self, location: str, draws: Iterable[Term]) -> None:
        """Put unused draws back in front, the first to be drawn first."""
        self.drawn.setdefault(location, deque()).extendleft(reversed(list(draws)))

    def copy(self) -> "Effects":
        new = Effects(self.inputs, self.seed, exact=self.exact)
        new.kinds = self.kinds
        new.drawn = {location: deque(draws) for location, draws in self.drawn.items()}
        for location, generator in self.generators.items():
            new.generators[location] = Random()
            new.generators[location].setstate(generator.getstate())
        return new

    def generator_states(self) -> dict[str, Any]:
        """The generators' states as JSON values."""
        return {
            location: [version, list(words), gauss]
            for location, generator in self.generators.items()
            for version, words, gauss in [generator.getstate()]
        }

    def set_generator_states(self, states: Mapping[str, Any]) -> None:
        for location, (version, words, gauss) in states.items():
            self.generators[location] = Random()
            self.generators[location].setstate((version, tuple(words), gauss))
