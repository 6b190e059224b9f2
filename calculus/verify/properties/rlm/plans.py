"""Plans against what happens: the calls that are made, the tokens, and certificates counted again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from random import Random
from typing import Any

from calculus.rlm.planning import Certificate, PlanProblem, plan, recheck
from calculus.rlm.planning.certificate import digest
from calculus.rlm.planning.shape import counted, shape
from calculus.rlm.program import Program, parse_program
from calculus.source.text import Source
from calculus.verify.generation.choices import between, pick
from calculus.verify.generation.rlm import document, source
from calculus.verify.properties.rlm.running import QUERY, WAYS, run
from calculus.verify.properties.rlm.splits import Split, shorter
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally

_LEAF = 'oracle (ask "Read." query P)'
_FIX = f"(fix f. \\P. if size P <= tau then {_LEAF} else"
_RELEVANT = '\\c. contains "YES" (oracle (ask "Relevant?" query (peek 0 3 c)))'

PROGRAMS: dict[str, str] = {
    "symbolic": f"{_FIX} concat (map f (split k P))) document",
    "neural": f'{_FIX} oracle (ask_all "Join." query (map f (split k P)))) document',
    "filtered": f"{_FIX} best (map f (filter ({_RELEVANT}) (split k P)))) document",
}
"""Programs by what an inner node does: nothing neural, a neural ⊕, or a neural filter of its parts."""

WINDOW = 10_000_000
OUTPUT, FILTERED = 5, 3
MOST_K, MOST_TAU = 5, 5


@dataclass(frozen=True, slots=True)
class Ranks:
    """A program for a document of n characters, with k and tau."""

    kind: str
    n: int
    k: int
    tau: int

    def __str__(self) -> str:
        return f"{self.kind}: n {self.n}, k {self.k}, tau {self.tau}"


@dataclass(frozen=True)
class Grid:
    """Every n up to `size`, the small ones first, with every k and tau up to a bound, and every program."""

    size: int

    @property
    def total(self) -> int:
        return (self.size + 1) * len(_settings())

    def range(self, start: int, stop: int) -> Iterator[Ranks]:
        for rank in range(start, stop):
            n, setting = divmod(rank, len(_settings()))
            kind, k, tau = _settings()[setting]
            yield Ranks(kind, n, k, tau)


@cache
def _settings() -> list[tuple[str, int, int]]:
    return list(product(PROGRAMS, range(2, MOST_K + 1), range(1, MOST_TAU + 1)))


@cache
def _program(kind: str) -> Program:
    return parse_program(Source(PROGRAMS[kind]))


def predicted(subject: Ranks, tally: Tally) -> str | None:
    """Whether the plan for a size is what formulas, counting, and a run on a document of it say."""
    n, k, tau = subject.n, subject.k, subject.tau
    program = _program(subject.kind)
    found = plan(
        program,
        size=n,
        query=QUERY,
        k=k,
        tau=tau,
        measure="characters",
        max_output=OUTPUT,
        filter_output=FILTERED,
        window=WINDOW,
    )
    formula = shape(n, k, tau)
    if formula != counted(n, k, tau):
        return f"by the formula {tuple(formula)}, counted {tuple(counted(n, k, tau))}"
    leaves, internal, _ = formula
    if (found.leaves, found.internal, found.depth) != formula:
        shown = (found.leaves, found.internal, found.depth)
        return f"planned {shown} leaves, inner nodes and levels, by the formula {tuple(formula)}"
    children = leaves + internal - 1
    calls = leaves + internal * (subject.kind == "neural") + children * (subject.kind == "filtered")
    if found.calls != calls:
        return f"planned {found.calls} calls, by the formula {calls}"
    choose = Random(f"{n}/{k}/{tau}").randrange
    made = run(program, "é" * n, QUERY, found, choose)
    tally.count("calls", made.calls)
    wrong = _beyond(found, made)
    if wrong is None and subject.kind != "filtered" and made.roles.get("leaf", 0) != leaves:
        wrong = f"planned {leaves} leaves, {made.roles.get('leaf', 0)} were read"
    return wrong or _counted_again(found, tally)


def _beyond(found: Certificate, made: Any) -> str | None:
    """Whether a run did more than was planned, or not what was planned exactly."""
    if made.calls > found.calls or (found.calls_exact and made.calls != found.calls):
        exactly = "exactly" if found.calls_exact else "at most"
        return f"planned {exactly} {found.calls} calls, {made.calls} were made"
    if made.tokens > found.tokens_in:
        return f"planned at most {found.tokens_in} tokens of prompts, found {made.tokens}"
    if made.longest > found.longest:
        return f"planned at most {found.longest} tokens for a prompt and its answer, found {made.longest}"
    return None


def _counted_again(found: Certificate, tally: Tally) -> str | None:
    certificate = found.to_json()
    if problems := recheck(certificate):
        return f"the certificate does not hold when it is counted again: {'; '.join(problems)}"
    tally.count("certificates")
    tally.claim(claim="rlm-plan", certificate=certificate)
    return None


@dataclass(frozen=True, slots=True)
class Planned:
    """A program, a document, and how it is to be planned; `answers` is the seed of the answers."""

    text: str
    document: str
    k: int
    tau: int
    by: str
    unit: str
    answers: int

    def __str__(self) -> str:
        how = f"k {self.k}, tau {self.tau}, by {self.by}, {self.unit}"
        return f"{self.text!r} on {self.document!a}, {how}"


def asked(choose: Choose, size: int) -> Planned:
    """A generated program, to be planned and run for a generated document."""
    return Planned(
        source(choose, size),
        document(choose, 3 * size),
        between(choose, 2, 8),
        between(choose, 4, 60),
        pick(choose, WAYS),
        pick(choose, ("bytes", "characters")),
        choose(1 << 20),
    )


def shortened(subject: Planned, fails: Callable[[Planned], bool]) -> Planned:
    """The same with a document from which nothing more can be left out."""
    text = Split(subject.document, 2, None, "characters", "characters")
    found = shorter(text, lambda other: fails(replace(subject, document=other.text)))
    return replace(subject, document=found.text)


def as_planned(subject: Planned, tally: Tally) -> str | None:
    """Whether a run on the document stays within its plan, whose certificate holds when counted again."""
    program = parse_program(Source(subject.text))
    try:
        found = plan(
            program,
            document=subject.document,
            query=QUERY,
            k=subject.k,
            tau=subject.tau,
            by=subject.by,
            measure=subject.unit,
            max_output=OUTPUT,
            filter_output=FILTERED,
            window=WINDOW,
        )
    except PlanProblem:
        tally.count("no plan")
        return None
    tally.count("exact" if found.calls_exact else "bounds")
    made = run(program, subject.document, QUERY, found, Random(subject.answers).randrange)
    tally.count("calls", made.calls)
    return _beyond(found, made) or _counted_again(found, tally)


_CHANGES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    *(
        (name, lambda value: value + 1)
        for name in (
            *("window", "depth", "leaves", "internal", "calls", "calls_most", "tokens_in", "tokens_out"),
            *("cost", "longest", "span", "h", "g", "h_f", "o", "o_f", "p", "retries"),
        )
    ),
    ("fits", lambda value: not value),
    ("detect", lambda value: not value),
    ("accuracy", lambda value: {**value, "needle": value["needle"] + 1e-3}),
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A plan of a size, in whose certificate something is changed."""

    ranks: Ranks
    change: int

    def __str__(self) -> str:
        return f"{self.ranks}, {_CHANGES[self.change][0]} changed"


def changed(choose: Choose, size: int) -> Changed:
    """A certificate with a wrong number."""
    kind = pick(choose, tuple(PROGRAMS))
    ranks = Ranks(kind, choose(40 * size), between(choose, 2, 9), between(choose, 1, 40))
    return Changed(ranks, choose(len(_CHANGES)))


def caught(subject: Changed, tally: Tally) -> str | None:
    """Whether a certificate with a wrong number, signed again, does not pass when it is counted again."""
    ranks = subject.ranks
    certificate = plan(
        _program(ranks.kind),
        size=ranks.n,
        query=QUERY,
        k=ranks.k,
        tau=ranks.tau,
        max_output=OUTPUT,
        filter_output=FILTERED,
        window=WINDOW,
    ).to_json()
    if problems := recheck(certificate):
        return f"before the change: {'; '.join(problems)}"
    name, change = _CHANGES[subject.change]
    wrong = {**certificate, name: change(certificate[name])}
    wrong["digest"] = digest(wrong)
    tally.count("changed")
    return None if recheck(wrong) else f"{name} is {wrong[name]} for {certificate[name]}, and that passes"


PROPERTIES = (
    Property(
        "plans",
        "a run makes the calls that were planned, within the tokens that were planned, and the certificate "
        "holds when it is counted again",
        "the corrected statements after A. Roy et al., arXiv 2603.20105, Theorems 1 to 3",
        (
            Exhaustive(
                "for every document of up to {size} characters, every k from 2 to "
                f"{MOST_K} and tau from 1 to {MOST_TAU}, with symbolic and neural merges and neural filters, "
                "the calls, leaves, inner nodes, levels and tokens are those planned",
                Grid,
                predicted,
                size=14,
                unit=120,
                name="ranks",
                measure=lambda subject: subject.n,
            ),
            Generated(
                "a generated program of about {size} parts stays within its plan on a generated document, "
                "cut in any way",
                asked,
                as_planned,
                shrunk=shortened,
                largest=24,
                examples=400,
                unit=100,
                name="runs",
                measure=lambda subject: len(subject.document),
            ),
            Generated(
                "of a generated certificate with a wrong number, for up to 40 times {size} bytes, the "
                "checker says that it is wrong",
                changed,
                caught,
                largest=30,
                examples=300,
                unit=150,
                name="changes",
                measure=lambda subject: subject.ranks.n,
            ),
        ),
    ),
)
