"""Terms as arrays of numbers, and the signatures that they are over.

`jit` says what the numbers are. A `Signature` fixes the locations, labels, primitives and free variables, and
knows how many terms there are of each size; `encode` and `decode` go between terms and arrays. Ranks are
those of `calculus.verify.enumeration.fmc`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, product
from typing import Any

import numpy as np
import numpy.typing as npt

from calculus.fmc.matching import computed
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    STAR,
    Jump,
    join,
    jump,
    jump_text,
    loop,
    pop,
    primitive,
    push,
    variable,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.term import VARIABLE, Op, Term
from calculus.verify.properties.fmc.confluence import jit

Words = npt.NDArray[np.int64]

_CODES: dict[Op, int] = {
    VARIABLE: jit.VARIABLE,
    JUMP: jit.JUMP,
    PUSH: jit.PUSH,
    POP: jit.POP,
    JOIN: jit.JOIN,
    LOOP: jit.LOOP,
    PRIMITIVE: jit.PRIMITIVE,
}

_WORDS = {jit.JUMP: "jump", jit.PUSH: "push", jit.POP: "pop", jit.JOIN: "join", jit.LOOP: "loop"}


@dataclass(frozen=True)
class Signature:
    """What terms may be made of, of up to `size` nodes. The first location is λ, where primitives act;
    `literals` are jumps that no join and no loop takes.
    """

    size: int
    locations: tuple[str, ...] = (LAMBDA, "a")
    labels: tuple[Jump, ...] = (STAR, "J")
    free: tuple[str, ...] = ("f",)
    loops: bool = False
    primitives: tuple[str, ...] = ()
    literals: tuple[Jump, ...] = ()

    @cached_property
    def counts(self) -> Words:
        """How many terms there are, by the variables in scope and the nodes."""
        counts = np.zeros((len(self.free) + self.size + 2, self.size + 1), np.int64)
        twofold = len(self.locations) + len(self.labels)
        for size in range(1, self.size + 1):
            for scope in range(len(self.free) + self.size - size + 1):
                if size == 1:
                    counts[scope, 1] = scope + len(self.labels) + len(self.literals)
                    continue
                pairs = sum(counts[scope, left] * counts[scope, size - 1 - left] for left in range(1, size))
                below = len(self.locations) * counts[scope + 1, size - 1]
                unary = (len(self.labels) * self.loops + len(self.primitives)) * counts[scope, size - 1]
                counts[scope, size] = twofold * pairs + below + unary
        return counts

    @property
    def total(self) -> int:
        return int(self.counts[len(self.free)].sum())

    @cached_property
    def shape(self) -> Words:
        loops = len(self.labels) if self.loops else 0
        return np.array(
            [len(self.locations), len(self.labels), loops, len(self.primitives), len(self.free)], np.int64
        )

    @cached_property
    def all_labels(self) -> tuple[Jump, ...]:
        """The labels and literals, and what is computed from them. Each operation on two takes three nodes
        from a term, and no term of up to nine nodes grows, so these are few.
        """
        found = [*self.labels, *self.literals]
        for done in range(self.size if self.primitives else 0):
            known = list(found)
            for name in self.primitives:
                count = len(PRIMITIVES[name].operands)
                if count > 1 and done >= self.size // 3:
                    continue
                for operands in product(known, repeat=count):
                    result = computed(name, operands)
                    if result is not None and _key(result) not in map(_key, found):
                        found.append(result)
        return tuple(found)

    @cached_property
    def arity(self) -> Words:
        return np.array([len(PRIMITIVES[name].operands) for name in self.primitives] or [0], np.int64)

    @cached_property
    def results(self) -> npt.NDArray[np.int64]:
        labels = self.all_labels
        numbers = {_key(label): number for number, label in enumerate(labels)}
        results = np.full((max(1, len(self.primitives)), len(labels), len(labels)), -1, np.int64)
        for row, name in enumerate(self.primitives):
            unary = len(PRIMITIVES[name].operands) == 1
            for one, left in enumerate(labels):
                for other, right in enumerate(labels[:1] if unary else labels):
                    result = computed(name, (left,) if unary else (left, right))
                    if result is not None:
                        results[row, one, other] = numbers.get(_key(result), jit.UNNAMED)
        return results

    def words(self, rank: int) -> tuple[int, ...]:
        """The array of the term of a rank."""
        for size in range(1, self.size + 1):
            count = int(self.counts[len(self.free), size])
            if rank < count:
                out = np.empty(jit.LONGEST, np.int64)
                length = jit.unrank(rank, size, len(self.free), self.shape, self.counts, out)
                return tuple(out[:length].tolist())
            rank -= count
        raise IndexError(f"expected a rank below {self.total:,}, found {rank + self.total:,}")

    def decode(self, words: Sequence[int]) -> Term:
        """The term of an array. Its names clash as much as they can: a binder takes the first name, free
        variables included, that it hides from nothing in its scope; so that renaming matters.
        """
        _, ends, depths = _surveyed(words)
        names = _binder_names(words, ends.tolist(), depths.tolist(), self.free)
        scopes: list[tuple[str, ...]] = [()] * (len(words) + 1)
        for at, word in enumerate(words):
            code = word & jit.OPERATOR
            if code > jit.JUMP:
                scopes[at + 1] = (*scopes[at], names[at]) if code == jit.POP else scopes[at]
                if code in (jit.PUSH, jit.JOIN):
                    scopes[ends[at + 1]] = scopes[at]
        done: list[Term] = []
        for at in reversed(range(len(words))):
            code, index = words[at] & jit.OPERATOR, (words[at] & jit.MARK - 1) >> jit.BITS
            if code == jit.VARIABLE:
                scope = scopes[at]
                bound = index < len(scope)
                done.append(variable(scope[-1 - index] if bound else self.free[index - len(scope)]))
            elif code == jit.JUMP:
                done.append(jump(self.all_labels[index]))
            elif code == jit.PUSH:
                done.append(push(done.pop(), done.pop(), self.locations[index]))
            elif code == jit.POP:
                done.append(pop(names[at], done.pop(), self.locations[index]))
            elif code == jit.JOIN:
                done.append(join(done.pop(), self.all_labels[index], done.pop()))
            elif code == jit.LOOP:
                done.append(loop(done.pop(), self.all_labels[index]))
            else:
                done.append(primitive(self.primitives[index], done.pop()))
        return done.pop()

    def encode(self, term: Term) -> tuple[int, ...]:
        """The array of a term over the signature. Raises `KeyError` or `ValueError` for another."""
        labels = {_key(label): number for number, label in enumerate(self.all_labels)}
        found: list[int] = []
        stack: list[tuple[Term, dict[str, int], int]] = [(term, {}, 0)]
        while stack:
            item, levels, depth = stack.pop()
            code = _CODES[item.op]
            inner = levels
            if code == jit.VARIABLE:
                level = levels.get(item.label)
                index = depth + self.free.index(item.label) if level is None else depth - 1 - level
            elif code == jit.PUSH:
                index = self.locations.index(item.label)
            elif code == jit.POP:
                index = self.locations.index(item.label[0])
                inner = {**levels, item.label[1]: depth}
                depth += 1
            elif code == jit.PRIMITIVE:
                index = self.primitives.index(item.label)
            else:
                index = labels[_key(item.label)]
            found.append(index << jit.BITS | code)
            stack += [(child, inner, depth) for child in reversed(item.children)]
        return tuple(found)

    def tokens(self, words: Sequence[int]) -> str:
        """The constructs in words, as `calculus.verify.certificates.lines.tokens` says them."""
        found: list[str] = []
        _, _, depths = _surveyed(words)
        for word, depth in zip(words, depths.tolist(), strict=False):
            code, index = word & jit.OPERATOR, word >> jit.BITS
            if code == jit.VARIABLE:
                found.append(f"var {index}" if index < depth else f"free {self.free[index - depth]}")
            elif code in (jit.PUSH, jit.POP):
                found.append(f"{_WORDS[code]} {self.locations[index]}")
            elif code == jit.PRIMITIVE:
                found.append(f"primitive {self.primitives[index]}")
            else:
                found.append(f"{_WORDS[code]} {jump_text(self.all_labels[index])}")
        return " ".join(found)

    def to_json(self) -> dict[str, Any]:
        """What `calculus.verify.enumeration.fmc.signature` is called with."""
        return {
            "locations": list(self.locations),
            "labels": list(map(jump_text, self.labels)),
            "free": list(self.free),
            "loops": self.loops,
            "primitives": list(self.primitives),
            "literals": list(map(jump_text, self.literals)),
        }

    def ends(self, words: Sequence[int]) -> list[int]:
        """Where the part that begins at each place ends."""
        found: list[int] = _surveyed(words)[1][: len(words)].tolist()
        return found

    def redexes(self, words: Sequence[int], unrolls: bool = True) -> list[tuple[int, int, int]]:
        """The redexes of a term: rule, place, and the place of the pop or the primitive."""
        term, ends, _ = _surveyed(words)
        found = np.zeros((jit.MOST + 2, 3), np.int64)
        count = jit.redexes(
            term, len(words), ends, unrolls, jit.MOST, self.shape, self.arity, self.results, found
        )
        return [(int(rule), int(at), int(to)) for rule, at, to in found[:count]]

    def contracted(self, words: Sequence[int], redex: tuple[int, int, int]) -> tuple[int, ...] | None:
        """The term after a contraction; None if it is too long."""
        term, ends, depths = _surveyed(words)
        out = np.empty(jit.LONGEST, np.int64)
        length = jit.contract(term, len(words), ends, depths, np.array(redex, np.int64), self.results, out)
        return None if length < 0 else tuple(out[:length].tolist())

    def normal_form(self, words: Sequence[int], budget: int) -> tuple[int, ...] | None:
        """The normal form without unrolling; None if it takes more contractions."""
        term, ends, depths = _surveyed(words)
        found = np.empty((jit.MOST + 2, 3), np.int64)
        spare = np.empty(jit.LONGEST, np.int64)
        length = jit.normalised(
            term, len(words), budget, self.shape, self.arity, self.results, spare, ends, depths, found
        )
        return None if length < 0 else tuple(term[:length].tolist())


def _surveyed(words: Sequence[int]) -> tuple[Words, Words, Words]:
    term = np.empty(jit.LONGEST, np.int64)
    term[: len(words)] = words
    ends, depths = np.empty(jit.LONGEST + 1, np.int64), np.empty(jit.LONGEST + 1, np.int64)
    jit.survey(term, len(words), ends, depths)
    return term, ends, depths


def _key(label: Jump) -> tuple[type, Jump]:
    return type(label), label


def _binder_names(
    words: Sequence[int], ends: list[int], depths: list[int], free: tuple[str, ...]
) -> dict[int, str]:
    """The names of the binders, by their places."""
    names: dict[int, str] = {}
    around: list[tuple[int, str]] = []  # where the scope of each binder ends, and its name
    for at, word in enumerate(words):
        while around and around[-1][0] <= at:
            around.pop()
        if word & jit.OPERATOR != jit.POP:
            continue
        used = set()
        for place in range(at + 1, ends[at]):
            beyond = (words[place] >> jit.BITS) - (depths[place] - depths[at])
            if words[place] & jit.OPERATOR == jit.VARIABLE and beyond >= 0:
                inside = beyond < len(around)
                used.add(around[-1 - beyond][1] if inside else free[beyond - len(around)])
        names[at] = next(name for name in chain(free, _names()) if name not in used)
        around.append((ends[at], names[at]))
    return names


def _names() -> Iterator[str]:
    yield from "xyzuvw"
    yield from (f"x{number}" for number in count(1))
