"""Every fork of every term up to a size joins: terms as arrays, checked by compiled code.

The reducts of a term are brought to their normal forms without unrolling, and these are compared. Where one
side of a fork is an unrolling, what has become of that loop on the other side is unrolled there first.

**What this establishes.** Every fork of the terms joins. For loop-free terms of up to 9 nodes it is more:
none has a larger reduct (β makes a term grow by (o - 1)·|N| - o - 2 nodes for o occurrences of the variable,
and o occurrences need 2·o - 1 nodes), so all reducts of these terms are among them. Let n(t) be what the
leftmost reduction of t ends in. That all reducts u of a term end alike says that n(t) = n(u) for each step
t → u, hence for each sequence of steps; so any two reducts of t have the common reduct n(t): reduction is
*confluent* on these terms, and no argument about termination is needed. Where there is no n(t) (more than
`BUDGET` contractions), the finite graph of all reducts is drawn: it should have one strongly connected
component that none leads out of, which again says that any two reducts have a common one. A term with one
reduct has no fork and is confluent if that is.

Beyond 9 nodes, and for terms with loops, what is established is that the forks join.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calculus.term.components import components
from calculus.verify.certificates.claims import enumerated
from calculus.verify.certificates.lines import Digest
from calculus.verify.properties.fmc.confluence import jit
from calculus.verify.properties.fmc.confluence.encoding import Signature
from calculus.verify.properties.fmc.confluence.ranked import Ranked
from calculus.verify.property import ENOUGH, Failure, Plan, Tally

BUDGET = 300
"""Contractions for a normal form."""
CLOSED = 9
"""Loop-free terms of up to so many nodes have no larger reducts."""
LARGEST_GRAPH = 5_000
"""Reducts of a term without a normal form."""
DIGESTED = 30_000
"""Terms at most whose normal forms are claimed in a certificate: all up to some nodes."""
LOST = 4_096
"""Terms of a range without a normal form that are looked into."""

NAMES = ("beta", "delta", "select", "reject", "prefix", "assoc", "unit", "exit", "unroll")


@dataclass(frozen=True)
class Encoded(Ranked):
    """The forks of all terms up to a size, looked at by the compiled code."""

    def statement(self, plan: Plan) -> str:
        said = f"every fork of every {self.subjects(plan)} joins"
        closed = self.closed(self.signature(plan))
        return f"{said}; so reduction is confluent on these terms" if closed else said

    def closed(self, signature: Signature) -> bool:
        """Whether all reducts of the terms are among them."""
        return not self.loops and not self.primitives and signature.size <= CLOSED

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        signature = self.signature(plan)
        tally = Tally(plan.certify)
        begin, stop = start, min(stop, signature.total)
        while begin < stop and len(tally.failures) < ENOUGH:
            begin = self._check(signature, tally, begin, stop)
        if plan.certify and not tally.failures:
            tally.claims += _claims(signature, start, stop)
        return tally

    def _check(self, signature: Signature, tally: Tally, start: int, stop: int) -> int:
        """Check from `start` to the first failure; where to go on."""
        _announce()
        numbers = np.zeros(jit.TALLY, np.int64)
        pair, lost = np.zeros(2, np.int64), np.zeros(LOST, np.int64)
        failed = jit.check(
            start,
            stop,
            signature.size,
            signature.shape,
            signature.counts,
            signature.arity,
            signature.results,
            self.loops,
            BUDGET,
            numbers,
            pair,
            lost,
        )
        counted = numbers.tolist()
        tally.checked += counted[jit.TERMS]
        for what, where in (("forks", jit.FORKS), ("with unroll", jit.UNROLLED)):
            if counted[where]:
                tally.count(what, counted[where])
        if self.closed(signature) and counted[jit.GROWN]:
            # Then what is said of these terms does not follow.
            tally.count("given up", counted[jit.GROWN])
        for rank in lost[: counted[jit.LOST]].tolist():
            self._look_into(signature, tally, rank)
        if counted[jit.LOST] > LOST:
            tally.count("given up", counted[jit.LOST] - LOST)
        if not failed:
            return stop
        rank = counted[jit.NEXT]
        words = signature.words(rank)
        first, second = pair.tolist()
        sides = list(_reducts(signature, words, self.loops))
        what = "; ".join(_side(signature, *sides[index]) for index in (first, second))
        tally.failures.append(Failure(rank, str(signature.decode(words)), what, len(words)))
        return rank + 1

    def _look_into(self, signature: Signature, tally: Tally, rank: int) -> None:
        words = signature.words(rank)
        ends = None if self.loops else final(signature, words, LARGEST_GRAPH)
        if ends is None:
            tally.count("given up")
            return
        tally.count("without normal form")
        if len(ends) > 1:
            one, other = (str(signature.decode(end)) for end in ends[:2])
            what = f"reduces to {one} and to {other}, which have no common reduct"
            tally.failures.append(Failure(rank, str(signature.decode(words)), what, len(words)))


def _announce() -> None:
    """Say on a terminal that the code has to be compiled, which takes some seconds, once on a machine."""
    if not sys.stderr.isatty() or jit.check.signatures:
        return
    path = jit.check.stats.cache_path
    line = jit.check.py_func.__code__.co_firstlineno
    if path is None or not any(Path(path).glob(f"jit.check-{line}.*.nbc")):
        print("compiling the check of encoded terms (once on this machine)", file=sys.stderr)


def _reducts(
    signature: Signature, words: tuple[int, ...], unrolls: bool
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The different reducts of a term, each with the rule that first gives it."""
    seen: set[tuple[int, ...]] = set()
    for redex in signature.redexes(words, unrolls):
        reduct = signature.contracted(words, redex)
        if reduct is not None and reduct not in seen:
            seen.add(reduct)
            yield NAMES[redex[0]], reduct


def _side(signature: Signature, rule: str, reduct: tuple[int, ...]) -> str:
    normal = signature.normal_form(reduct, BUDGET)
    said = f"{rule} gives {signature.decode(reduct)}"
    return said if normal is None else f"{said}, with the normal form {signature.decode(normal)}"


def final(signature: Signature, words: tuple[int, ...], most: int) -> list[tuple[int, ...]] | None:
    """A term of each strongly connected component, among the reducts of a term, that none leads out of; None
    if there are more than `most` reducts. Loops are not unrolled.
    """
    number = {words: "0"}
    graph: dict[str, list[str]] = {}
    waiting = [words]
    while waiting:
        term = waiting.pop()
        found: list[str] = []
        for redex in signature.redexes(term, False):
            reduct = signature.contracted(term, redex)
            if reduct is None:
                return None
            if reduct not in number:
                if len(number) == most:
                    return None
                number[reduct] = str(len(number))
                waiting.append(reduct)
            found.append(number[reduct])
        graph[number[term]] = found
    terms = {name: term for term, name in number.items()}
    ends: list[tuple[int, ...]] = []
    for group in components(graph):
        inside = set(group)
        if all(other in inside for name in group for other in graph[name]):
            ends.append(min((terms[name] for name in group), key=lambda term: (len(term), term)))
    return ends


def _claims(signature: Signature, start: int, stop: int) -> list[dict[str, Any]]:
    """A digest of the normal forms of the small terms among those of a range."""
    totals = np.cumsum(signature.counts[len(signature.free)]).tolist()
    size = max(nodes for nodes, total in enumerate(totals) if total <= DIGESTED)
    stop = min(stop, totals[size])
    if start >= stop:
        return []
    digest = Digest()
    for rank in range(start, stop):
        words = signature.words(rank)
        normal = signature.normal_form(words, BUDGET)
        after = "-" if normal is None else signature.tokens(normal)
        digest.add(f"{signature.tokens(words)} -> {after}")
    return [enumerated("fmc", signature.to_json(), size, digest)]
