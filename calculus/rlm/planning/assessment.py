"""One choice of k and τ: what the program would ask, and whether that fits."""

from dataclasses import dataclass, field, replace

from calculus.rlm.calls import Role
from calculus.rlm.planning.analysis import Analysis, Tree, analyse
from calculus.rlm.planning.combinators import Given
from calculus.rlm.planning.effects import Use
from calculus.rlm.planning.model import Model
from calculus.rlm.planning.problem import PlanProblem
from calculus.rlm.planning.shape import Shape, freedom, parts
from calculus.rlm.planning.sizes import Form, value
from calculus.rlm.planning.trees import MOST_PARTS, Counted, Total, Units, by_size, by_splitting
from calculus.rlm.planning.units import Amount
from calculus.rlm.planning.values import Origin
from calculus.rlm.program import Program
from calculus.rlm.splitting import Measure, boundary, chunks
from calculus.rlm.text import Document, Slice
from calculus.source.diagnostic import Diagnostic

DETECTED = 16
"""Tokens of the answer that names a task; the longest name has 9 bytes."""
DETECTION = 1024
"""The most tokens of the question which task there is: the beginning of the document and a list of tasks."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a plan is about: a program, a document or its size, and how these are counted and cut."""

    program: Program
    document: Document | None
    n: int
    query: str
    measure: Measure
    by: str
    units: Units
    model: Model

    def given(self, k: int, tau: int, *, split: bool = False) -> Given:
        one_byte = self.document is None or self.document.data.isascii()

        def pieces(origin: Origin, count: int) -> int:
            if origin.name == "document" and self.document is None:
                return min(count, self.given(k, tau).units(origin) or 0)
            return len(_roots(self, replace(origin, kind="part", parts=count), tau))

        # Where cuts in a document are, and so how many parts there are, is found out at the end.
        counts = pieces if split or self.document is None else None
        return Given(self.n, k, tau, self.query, self.measure.name, one_byte, counts)

    def limit(self, role: Role) -> int:
        """The most tokens of an answer."""
        return self.model.filter_output if role in ("filter", "detect") else self.model.max_output


@dataclass(slots=True)
class Assessment:
    """All calls of a plan. `total` has those outside of trees first."""

    subject: Subject
    k: int
    tau: int
    analysis: Analysis
    totals: list[Total]
    trees: list[tuple[Tree, Counted, list[int]]] = field(default_factory=list)

    @property
    def all(self) -> list[tuple[Total, int | None]]:
        """The calls of each use, with the number of its tree."""
        inside = [(total, i) for i, (_, counted, _) in enumerate(self.trees) for total in counted.totals]
        return [*((total, None) for total in self.totals), *inside]

    @property
    def shape(self) -> Shape:
        """Leaves and inner nodes of all trees, and the depth of the deepest."""
        found = [counted for _, counted, _ in self.trees]
        return Shape(
            sum(counted.leaves for counted in found),
            sum(counted.internal for counted in found),
            max((counted.depth for counted in found), default=0),
        )

    @property
    def calls(self) -> int:
        return sum(total.calls for total, _ in self.all)

    @property
    def chain(self) -> int:
        inside = (
            tree.leaf_chain * bool(counted.leaves) + tree.node_chain * _inner_levels(tree, counted)
            for tree, counted, _ in self.trees
        )
        return self.analysis.chain + sum(inside)

    @property
    def tokens_in(self) -> int:
        return sum(total.tokens for total, _ in self.all)

    @property
    def tokens_out(self) -> int:
        return sum(total.calls * self.subject.limit(total.use.role) for total, _ in self.all)

    def cost(self) -> float:
        model = self.subject.model
        return (self.tokens_in * model.price_in + self.tokens_out * model.price_out) / 1e6

    def longest(self) -> tuple[int, Use | None]:
        """The tokens of the longest prompt with its answer."""
        found = (
            (total.longest + self.subject.limit(total.use.role), total.use)
            for total, _ in self.all
            if total.calls
        )
        return max(found, key=lambda item: item[0], default=(0, None))

    @property
    def fits(self) -> bool:
        return self.longest()[0] <= self.subject.model.window


def _inner_levels(tree: Tree, counted: Counted) -> int:
    """How many inner nodes there are on a path at most."""
    return counted.depth if tree.recurs else int(counted.internal > 0)


def assess(subject: Subject, k: int, tau: int, *, split: bool = False) -> Assessment:
    """What a choice amounts to, by the sizes or, with `split`, by splitting the document. Raises
    `PlanProblem` if something has no bound.
    """
    analysis = analyse(subject.program, subject.given(k, tau, split=split))
    known = _known(subject, analysis)
    trees = []
    for index, tree in enumerate(analysis.trees):
        for use in tree.uses:
            _know_parts(use.form, known, subject, tau, split)
        roots = _roots(subject, tree.root, tau)
        sizes = [subject.measure.size(root) if isinstance(root, Slice) else root for root in roots]
        if split:
            slices = [root for root in roots if isinstance(root, Slice)]
            counted = by_splitting(tree, slices, known, subject.units, subject.by, subject.measure, tau)
        else:
            moved = subject.by != "characters"
            if moved and subject.document is None:
                _keeps_shape(tree, tau)
            units = subject.units._replace(slack=int(moved and subject.units.tokens.ratio != 1.0))
            counted = by_size(tree, sizes, known, units, moved=moved)
        if counted.result is not None:
            known[f"tree:{index}"] = counted.result
        trees.append((tree, counted, sizes))
    totals = [Total(use) for use in analysis.uses]
    for total in totals:
        _know_parts(total.use.form, known, subject, tau, split)
        try:
            total.add(known, subject.units, 1)
        except KeyError:
            message = "there is no plan: the length of this prompt has no bound before the run"
            raise PlanProblem(Diagnostic("plan", message, total.use.span)) from None
    return Assessment(subject, k, tau, analysis, totals, trees)


def _keeps_shape(tree: Tree, tau: int) -> None:
    """Raises `PlanProblem` unless a tree is the same wherever the cuts are moved to."""
    parts = tree.root.kind == "part" and tree.root.parts != tree.k
    if tree.recurs and (tree.tau != tau or tree.cuts or parts):
        reason = (
            "cuts at boundaries change this recursion, whose parts are not all of a split into leaves of tau"
        )
        help = "plan for the document itself, or cut by characters"
        raise PlanProblem(Diagnostic("plan", f"there is no plan for a size: {reason}", tree.span, help=help))


def _known(subject: Subject, analysis: Analysis) -> dict[str, Amount]:
    model = subject.model
    document = Amount(subject.n * subject.units.unit_bytes)
    spoken = (atom.rpartition(":")[2] for use in analysis.all_uses() for atom in use.form)
    if subject.document is not None and "document" in spoken:
        document = subject.units.tokens.amount(subject.document.whole)
    return {
        "document": document,
        "answer": Amount(0, model.max_output),
        "filtered": Amount(0, model.filter_output),
    }


def _know_parts(form: Form, known: dict[str, Amount], subject: Subject, tau: int, split: bool) -> None:
    """Add the largest of the parts of the document that a form speaks of."""
    for atom in form:
        if atom.startswith("part:") and atom not in known:
            count = int(atom.partition(":")[2])
            if split and subject.document is not None:
                pieces = chunks(subject.document.whole, count, tau, boundary(subject.by), subject.measure)
                amounts = map(subject.units.tokens.amount, pieces)
                known[atom] = max(amounts, default=Amount(), key=sum)
            else:
                most = max(parts(subject.n, count), default=0)
                allowed = freedom(subject.n, count, tau) if subject.by != "characters" else None
                most = max(most, allowed[1] if allowed else 0)
                known[atom] = Amount(most * subject.units.unit_bytes)


def _roots(subject: Subject, root: Origin, tau: int) -> list[Slice] | list[int]:
    """The texts that a recursion begins with, or their sizes where there is no document."""
    measure = subject.measure
    if root.name == "document" and subject.document is None:
        n = subject.n if root.span is None else min(root.span[1], subject.n) - min(root.span[0], subject.n)
        if root.parts > MOST_PARTS:
            raise PlanProblem(f"there is no plan: a recursion on more than {MOST_PARTS:,} parts")
        return parts(n, root.parts) if root.kind == "part" else [n]
    whole = subject.document.whole if root.name == "document" and subject.document else None
    text = whole or Document(root.text).whole
    if root.span is not None:
        first, last = (measure.advance(text, place) for place in root.span)
        text = Slice(text.document, first, last)
    if root.kind == "part":
        return chunks(text, root.parts, tau, boundary(subject.by), measure)
    return [text]


def prompt_tokens(subject: Subject, use: Use, known: dict[str, Amount]) -> int:
    """The tokens of a prompt where all it speaks of is known."""
    return subject.units.tokens.of(value(use.form, known, subject.units.unit_bytes))
