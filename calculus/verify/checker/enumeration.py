"""All terms of a size over a signature, once up to renaming, and the digest of their lines.

Each term comes with its tokens (see `docs/reference/certificates.md`). Sizes count every node, those of
values too. A sequence or a sum that is enumerated nests in all ways, though the terms made are flat.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from math import prod
from typing import Any

from calculus.verify.checker import fmc_rules, rmc_machine
from calculus.verify.checker import fmc_terms as fmc
from calculus.verify.checker import rmc_terms as rmc
from calculus.verify.checker.wrong import Wrong, require

LARGEST = 100_000
"""Terms that are enumerated; of more it is only checked how many there are."""

MODULUS = 1 << 256

Item = tuple[str, Any]
"""The tokens of a term, and the term."""


class _Former:
    """A way to make terms of a sort: from parts of other sorts, of which those in `binds` have one variable
    more in their scope.
    """

    def __init__(
        self,
        sort: str,
        tokens: str,
        parts: Sequence[str],
        build: Callable[..., Any],
        binds: bool = False,
    ) -> None:
        self.sort = sort
        self.tokens = tokens
        self.parts = tuple(parts)
        self.build = build
        self.binds = binds


class Enumeration:
    """The terms over some formers; `variables` gives the variables that a sort has in a scope of a depth."""

    def __init__(self, formers: Sequence[_Former], variables: Callable[[str, int], list[Item]]) -> None:
        self.formers = formers
        self.variables = variables
        self.kept: dict[tuple[str, int, int], list[Item]] = {}
        self.counted: dict[tuple[str, int, int], int] = {}

    def terms(self, sort: str, size: int, depth: int) -> list[Item]:
        """The terms of exactly a size. (This recurs on sizes, which are small.)"""
        key = (sort, size, depth)
        if key not in self.kept:
            found = self.variables(sort, depth) if size == 1 else []
            for former, sizes, inner in self._shapes(sort, size, depth):
                lists = [self.terms(part, n, inner) for part, n in zip(former.parts, sizes, strict=True)]
                for parts in _choices(lists):
                    tokens = " ".join((former.tokens, *(part[0] for part in parts)))
                    found.append((tokens, former.build(depth, *(part[1] for part in parts))))
            self.kept[key] = found
        return self.kept[key]

    def count(self, sort: str, size: int, depth: int) -> int:
        """How many terms of exactly a size there are."""
        key = (sort, size, depth)
        if key not in self.counted:
            self.counted[key] = (len(self.variables(sort, depth)) if size == 1 else 0) + sum(
                prod(self.count(part, n, inner) for part, n in zip(former.parts, sizes, strict=True))
                for former, sizes, inner in self._shapes(sort, size, depth)
            )
        return self.counted[key]

    def _shapes(self, sort: str, size: int, depth: int) -> Iterator[tuple[_Former, tuple[int, ...], int]]:
        for former in self.formers:
            if former.sort == sort:
                for sizes in _splits(size - 1, len(former.parts)):
                    yield former, sizes, depth + former.binds


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """The ways to write a number as a sum of so many numbers, 1 or more each."""
    if parts == 0:
        yield from [()] if total == 0 else []
        return
    for first in range(1, total - parts + 2):
        for rest in _splits(total - first, parts - 1):
            yield (first, *rest)


def _choices(lists: Sequence[list[Item]]) -> Iterator[tuple[Item, ...]]:
    if not lists:
        yield ()
        return
    for first in lists[0]:
        for rest in _choices(lists[1:]):
            yield (first, *rest)


def _of_fmc(signature: Mapping[str, Any]) -> Enumeration:
    """`locations`, `labels` of jumps and joins, `loops` (whether there are any, or their labels), `free`
    names, `primitives`, and `literals` that are jumps alone.
    """
    formers: list[_Former] = []

    def add(op: str, label: str, count: int) -> None:
        formers.append(
            _Former(
                "term",
                f"{op} {label}",
                ["term"] * count,
                lambda _, *kids: fmc.make(op, label, *kids),
                op == "pop",
            )
        )

    labels = [fmc.read_label(str(label)) for label in signature["labels"]]
    loops = signature.get("loops", False)
    turns = labels if loops is True else [fmc.read_label(str(label)) for label in loops or ()]
    for label in (*labels, *(fmc.read_label(str(label)) for label in signature.get("literals", ()))):
        add("jump", label, 0)
    for place in signature["locations"]:
        add("push", place, 2)
        add("pop", place, 1)
    for label in labels:
        add("join", label, 2)
    for label in turns:
        add("loop", label, 1)
    for name in signature.get("primitives", ()):
        add("primitive", name, 1)
    free = [(f"free {name}", fmc.make("free", name)) for name in signature.get("free", ())]
    # A push binds nothing in its argument and a pop binds in its only part, so one depth is enough.
    return Enumeration(
        formers, lambda _, depth: [(f"var {n}", fmc.make("var", n)) for n in range(depth)] + free
    )


def _of_rmc(signature: Mapping[str, Any]) -> Enumeration:
    """`locations`, `constructors` (pairs of a name and an arity), `free` names, and whether there are `stars`
    and `tests`.
    """
    require(not signature.get("constants"), "signatures with constants are beyond this checker")
    formers: list[_Former] = []

    def add(
        sort: str, tokens: str, parts: Sequence[str], build: Callable[..., rmc.Node], binds: bool = False
    ) -> None:
        formers.append(_Former(sort, tokens, parts, build, binds))

    def constructor(name: str) -> Callable[..., rmc.Node]:
        return lambda _, *kids: rmc.Node("con", name, kids)

    def action(op: str, place: str) -> Callable[..., rmc.Node]:
        return lambda _, value: rmc.Node(op, place, (value,))

    for name, arity in signature["constructors"]:
        add("value", f"constructor {name} {arity}", ["value"] * arity, constructor(name))
    for place in signature["locations"]:
        for op in ("push", "pop"):
            add("term", f"{op} {place}", ["value"], action(op, place))
    add("term", "skip", [], lambda _: rmc.SKIP)
    add("term", "fail", [], lambda _: rmc.FAIL)
    add("term", "sequence", ["term", "term"], lambda _, *kids: rmc.joined("seq", kids))
    add("term", "sum", ["term", "term"], lambda _, *kids: rmc.joined("sum", kids))
    # What is bound is numbered by how many binders are around it.
    add("term", "new", ["term"], lambda depth, body: rmc.Node("new", depth, (body,)), binds=True)
    if signature.get("stars"):
        add("term", "star", ["term"], lambda _, body: rmc.Node("star", None, (body,)))
    if signature.get("tests"):
        add("term", "test", ["value", "value"], lambda _, *kids: rmc.Node("test", None, kids))

    def variables(sort: str, depth: int) -> list[Item]:
        if sort == "term":
            return []
        bound = [(f"var {depth - 1 - level}", rmc.Node("var", level)) for level in range(depth)]
        return bound + [(f"free {name}", rmc.Node("var", name)) for name in signature.get("free", ())]

    return Enumeration(formers, variables)


def _fmc_normal(term: fmc.Node) -> str:
    found = fmc_rules.normal_form(term)
    return "-" if found is None else fmc.tokens(found)


def _rmc_normal(term: rmc.Node) -> str:
    if any(item.op == "star" for item in rmc.preorder(term)):
        return "-"
    return " | ".join(sorted(rmc_machine.spans(term).elements()))


_CALCULI: Mapping[str, tuple[Callable[[Mapping[str, Any]], Enumeration], Callable[[Any], str]]] = {
    "fmc": (_of_fmc, _fmc_normal),
    "rmc": (_of_rmc, _rmc_normal),
}


def digested(calculus: str, signature: Mapping[str, Any], size: int) -> tuple[int, str | None]:
    """How many terms of up to a size there are, and the digest of their lines; None if they are too many."""
    require(calculus in _CALCULI, f"there is no calculus {calculus!r}")
    over, normal = _CALCULI[calculus]
    terms = over(signature)
    count = sum(terms.count("term", n, 0) for n in range(1, size + 1))
    if count > LARGEST:
        return count, None
    total = 0
    for n in range(1, size + 1):
        for tokens, term in terms.terms("term", n, 0):
            try:
                line = f"{tokens} -> {normal(term)}"
            except Wrong as problem:
                raise Wrong(f"{tokens}: {problem}") from None
            total += int.from_bytes(sha256(line.encode()).digest(), "big")
    return count, f"{total % MODULUS:064x}"
