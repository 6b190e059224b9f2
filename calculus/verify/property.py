"""Properties of the calculi, and the parts in which each is looked into.

A part is a finite list of *subjects*, numbered from 0: all terms up to a size, so many generated programs,
all critical pairs of some rules. Any range of it can be checked by itself, in any process, and what is
found depends on the plan and the range alone; so a campaign is split, stopped, resumed and spread as one
likes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Literal, Protocol

from calculus.term import Term
from calculus.term.node import size
from calculus.verify.finding import Claim

Kind = Literal["exhaustive", "generated", "structural"]

ENOUGH = 3
"""Failures after which a range of subjects is given up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How far a campaign goes: the nodes of exhaustive parts, the subjects of generated ones (None: as many
    as each part has by default), the seed, and whether claims for a certificate are kept.
    """

    size: int | None = None
    examples: int | None = None
    seed: int = 0
    certify: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A subject, by its number and its text, that does not have the property; `what` shows both outcomes."""

    number: int
    subject: str
    what: str
    size: int

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "subject": self.subject, "what": self.what, "size": self.size}


@dataclass(slots=True)
class Tally:
    """What checking a range of subjects came to."""

    certify: bool = False
    checked: int = 0
    failures: list[Failure] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """Count something for the report, such as `forks`, or `given up` for subjects beyond a budget."""
        self.counts[what] = self.counts.get(what, 0) + number

    def claim(self, **claim: Any) -> None:
        """Keep a line for the certificate, if there is to be one."""
        if self.certify:
            self.claims.append(claim)

    def add(self, other: "Tally") -> None:
        self.checked += other.checked
        self.failures += other.failures
        for what, number in other.counts.items():
            self.count(what, number)
        self.claims += other.claims

    def to_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "failures": [failure.to_json() for failure in self.failures],
            "counts": self.counts,
            "claims": self.claims,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Tally":
        failures = [Failure(**failure) for failure in data["failures"]]
        return cls(False, data["checked"], failures, data["counts"], data["claims"])


class Part(ABC):
    """One way to look for a subject that does not have a property.

    `unit` subjects are checked at once by a worker; choose it so that they take about a second.
    """

    kind: ClassVar[Kind]
    name: str
    unit: int

    @abstractmethod
    def total(self, plan: Plan) -> int:
        """How many subjects there are."""

    @abstractmethod
    def statement(self, plan: Plan) -> str:
        """What holds if there is no failure, with its bounds: `every term up to 6 nodes …`."""

    @abstractmethod
    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        """Check the subjects from `start` to before `stop`."""


@dataclass(frozen=True)
class Property:
    """Something that a calculus, or our implementation of it, should satisfy.

    `source` is where it is stated or proved; `parts` are how it is looked into.
    """

    name: str
    statement: str
    source: str
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)


class Space(Protocol):
    """Finitely many subjects in an order, small ones first, each found from its rank."""

    @property
    def total(self) -> int: ...

    def range(self, start: int, stop: int) -> Iterator[Any]:
        """The subjects from one rank to before another."""


Check = Callable[[Any, Tally], str | None]
"""Looks at a subject: None if it is as it should be, else what is wrong, with both outcomes."""


def _size(subject: Any) -> int:
    return size(subject) if isinstance(subject, Term) else 0


@dataclass(frozen=True)
class Exhaustive(Part):
    """All subjects up to a size; `space` lists those up to so many nodes, `size` of them by default.

    Where subjects are many or slow, `less` are taken off the size that a plan asks for.
    """

    what: str
    """What is claimed of each, as in `every closed term up to {size} nodes has at most one normal form`."""
    space: Callable[[int], Space]
    violation: Check
    size: int
    unit: int = 1_000
    name: str = "exhaustive"
    show: Callable[[Any], str] = str
    measure: Callable[[Any], int] = _size
    less: int = 0

    kind: ClassVar[Kind] = "exhaustive"

    def total(self, plan: Plan) -> int:
        return self.space(self._bound(plan)).total

    def statement(self, plan: Plan) -> str:
        return self.what.format(size=self._bound(plan))

    def _bound(self, plan: Plan) -> int:
        return self.size if plan.size is None else max(1, plan.size - self.less)

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        subjects = self.space(self._bound(plan)).range(start, stop)
        return look(plan, enumerate(subjects, start), self.violation, self.show, self.measure)


class Choose(Protocol):
    """Where a generator gets its choices from: a number from 0 to before `count`, 0 the simplest."""

    def __call__(self, count: int, /) -> int: ...


@dataclass(frozen=True)
class Generated(Part):
    """Subjects made from a seed. `make` builds one of about a size from choices; `shrunk` finds a small one
    that still fails; with `size` left to the plan, sizes go up to `largest`.
    """

    what: str
    """What is claimed of each, as in `a generated program of up to {size} nodes has …`."""
    make: Callable[[Choose, int], Any]
    violation: Check
    shrunk: Callable[[Any, Callable[[Any], bool]], Any] | None = None
    largest: int = 30
    examples: int = 1_000
    unit: int = 200
    name: str = "generated"
    show: Callable[[Any], str] = str
    measure: Callable[[Any], int] = _size

    kind: ClassVar[Kind] = "generated"

    def total(self, plan: Plan) -> int:
        return self.examples if plan.examples is None else plan.examples

    def statement(self, plan: Plan) -> str:
        return self.what.format(size=self.largest)

    def subject(self, plan: Plan, number: int) -> Any:
        # The name is not part of it, so that two properties see the same terms, and a number means one term.
        choose = Random(f"{plan.seed}/{number}").randrange
        return self.make(choose, 1 + choose(self.largest))

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        subjects = ((number, self.subject(plan, number)) for number in range(start, stop))
        return look(plan, subjects, self.violation, self.show, self.measure, self.shrunk)


@dataclass(frozen=True)
class Structural(Part):
    """A list that follows from the definition of a calculus, such as the critical pairs of its rules."""

    what: str
    subjects: Callable[[], Sequence[Any]]
    violation: Check
    name: str = "structural"
    unit: int = 50
    show: Callable[[Any], str] = str
    measure: Callable[[Any], int] = _size

    kind: ClassVar[Kind] = "structural"

    def total(self, plan: Plan) -> int:
        return len(self.subjects())

    def statement(self, plan: Plan) -> str:
        return self.what

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        subjects = enumerate(self.subjects()[start:stop], start)
        return look(plan, subjects, self.violation, self.show, self.measure)


def look(
    plan: Plan,
    subjects: Iterable[tuple[int, Any]],
    violation: Check,
    show: Callable[[Any], str],
    measure: Callable[[Any], int],
    shrunk: Callable[[Any, Callable[[Any], bool]], Any] | None = None,
) -> Tally:
    """Check numbered subjects one by one, giving up after some failures; those are made small if that is
    asked for.
    """

    def wrong(subject: Any, tally: Tally) -> str | None:
        try:
            return violation(subject, tally)
        except Exception as problem:  # what is checked may do anything when it is wrong
            return raised(problem)

    tally = Tally(plan.certify)
    for number, subject in subjects:
        found = wrong(subject, tally)
        tally.checked += 1
        if found is None:
            continue
        if shrunk is not None:
            subject = shrunk(subject, lambda other: wrong(other, Tally()) is not None)
            found = wrong(subject, Tally()) or found
        tally.failures.append(Failure(number, show(subject), found, measure(subject)))
        if len(tally.failures) >= ENOUGH:
            break
    return tally


def raised(problem: Exception) -> str:
    """What is wrong where something was raised that should not be."""
    return f"raised {type(problem).__name__}: {problem}"
