"""The planner: k and τ that fit and cost least, and the certificate of what they amount to.

τ is as large as the window allows: with a smaller one there are no fewer leaves and no fewer inner nodes,
so nothing is cheaper. At that τ the cheapest k is ⌈n/τ⌉, where the answers of so many children fit into one
prompt; otherwise the cheapest of those that fit is looked for (`costs.candidates`). Where an accuracy is
asked for, smaller τ are tried, too, and the cheapest plan that reaches it is taken.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from calculus.rlm.library import load_program
from calculus.rlm.planning.analysis import Tree, analyse
from calculus.rlm.planning.assessment import Assessment, Subject, assess, prompt_tokens
from calculus.rlm.planning.certificate import Certificate
from calculus.rlm.planning.certifying import Terms, certify, measured
from calculus.rlm.planning.costs import METRICS, candidates
from calculus.rlm.planning.effects import Use
from calculus.rlm.planning.model import Model
from calculus.rlm.planning.problem import PlanProblem
from calculus.rlm.planning.shape import shape
from calculus.rlm.planning.trees import Units
from calculus.rlm.planning.units import Amount, Tokens
from calculus.rlm.planning.units import tokens as token_unit
from calculus.rlm.program import Program
from calculus.rlm.splitting import boundary
from calculus.rlm.splitting import measure as size_measure
from calculus.rlm.text import Document
from calculus.rlm.types.infer import infer_program
from calculus.source.diagnostic import Diagnostic, TypeProblem, UsageProblem
from calculus.source.items import no_main

SMALLEST = 4
"""The least leaf size in bytes for a document in which a character may have as many."""

_TRIES = 32
"""How many k are assessed, the cheapest first, before it is said that none fits."""


def plan(
    program: Program | str | Path,
    *,
    document: Document | str | bytes | None = None,
    size: int | None = None,
    query: str = "",
    model: Model | None = None,
    window: int | None = None,
    max_output: int | None = None,
    filter_output: int | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
    k: int | None = None,
    tau: int | None = None,
    workers: int = 16,
    by: str = "characters",
    measure: str = "bytes",
    tokens: str = "bytes",
    accuracy: float | None = None,
    metric: str = "all_leaves",
    detect: bool = False,
    retries: int = 0,
    seed: int = 0,
) -> Certificate:
    """The cheapest plan of a program for a document, or for one of a size.

    `program` is parsed, a text, a file ending in `.rlm`, or the name of a task. `window`, `max_output`,
    `filter_output` and the prices replace those of the `model`. What is not given of `k` and `tau` is
    chosen. With an `accuracy` the plan reaches it by the `metric`: `all_leaves`, `all_leaves_by_size`,
    `one_path` or `needle`.

    Raises `PlanProblem`, with the best there is, if nothing fits or reaches that; `TypeProblem`,
    `UsageProblem` and what reading a program raises.
    """
    loaded = load_program(program)
    _check_types(loaded)
    changes = {
        "window": window,
        "max_output": max_output,
        "filter_output": filter_output,
        "price_in": price_in,
        "price_out": price_out,
    }
    given: dict[str, Any] = {key: item for key, item in changes.items() if item is not None}
    changed = replace(model or Model(), **given)
    subject = _subject(loaded, document, size, query, changed, by, measure, tokens)
    terms = Terms(workers, detect, retries, seed, accuracy, metric)
    _check(terms, k, tau, subject)
    return _Planner(subject, terms, k, tau).certificate()


def _check_types(program: Program) -> None:
    if program.main is None:
        raise no_main(program.source, "plan")
    if problems := infer_program(program).problems:
        raise TypeProblem(*problems.values())


def _subject(
    program: Program,
    document: Document | str | bytes | None,
    size: int | None,
    query: str,
    model: Model,
    by: str,
    measure: str,
    tokens: str,
) -> Subject:
    if (document is None) == (size is None):
        raise UsageProblem("a plan is for a document or for a size; give one of them")
    if document is not None and not isinstance(document, Document):
        document = Document(document)
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
        raise UsageProblem(f"a size is a whole number, 0 or more; got {size!r}")
    counted = size_measure(measure)
    boundary(by)
    n = counted.size(document.whole) if document is not None else size or 0
    one_byte = document is not None and document.data.isascii()
    unit_bytes = 1 if measure == "bytes" or one_byte else 4
    units = Units(token_unit(tokens), unit_bytes)
    return Subject(program, document, n, query, counted, by, units, model)


def _check(terms: Terms, k: int | None, tau: int | None, subject: Subject) -> None:
    for name, value, least in (
        ("k", k, 2),
        ("tau", tau, 1),
        ("workers", terms.workers, 1),
        ("retries", terms.retries, 0),
    ):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            raise UsageProblem(f"{name} is a whole number, {least} or more; got {value!r}")
    if terms.metric not in METRICS:
        raise UsageProblem(f"accuracy is {', '.join(METRICS)}; got {terms.metric!r}")
    if terms.accuracy is not None and not 0 <= terms.accuracy <= 1:
        raise UsageProblem(f"an accuracy is from 0 to 1; got {terms.accuracy!r}")
    if tau is not None and tau < _smallest(subject):
        raise PlanProblem(
            f"expected a leaf size of {SMALLEST} bytes or more, found {tau}: a character may have {SMALLEST}"
        )


def _smallest(subject: Subject) -> int:
    one_byte = subject.document is None or subject.document.data.isascii()
    return SMALLEST if subject.measure.name == "bytes" and not one_byte else 1


class _Planner:
    def __init__(self, subject: Subject, terms: Terms, k: int | None, tau: int | None) -> None:
        self.subject, self.terms, self.k, self.tau = subject, terms, k, tau

    def certificate(self) -> Certificate:
        """The cheapest plan that reaches the accuracy."""
        wanted = self.terms.accuracy
        if wanted is None or self.tau is not None:
            found = self._estimated() or self._final(self._fitting(self._leaf_size()))
            reached = measured(found, self.terms)[self.terms.metric]
            if wanted is not None and reached < wanted:
                raise self._too_low(reached, found)
            return certify(found, self.terms)
        best: tuple[float, Assessment] | None = None
        cheapest: Assessment | None = None
        for tau in self._leaf_sizes():
            try:
                found = self._fitting(tau)
            except PlanProblem:
                if best is None:
                    raise
                continue
            reached = measured(found, self.terms)[self.terms.metric]
            if best is None or reached > best[0]:
                best = reached, found
            if reached >= wanted and (cheapest is None or found.cost() < cheapest.cost()):
                cheapest = found
        assert best is not None
        found = self._final(cheapest or best[1])
        reached = measured(found, self.terms)[self.terms.metric]
        if reached < wanted:
            raise self._too_low(reached, found)
        return certify(found, self.terms)

    def _estimated(self) -> Assessment | None:
        """A plan with larger leaves, where bytes bound the tokens of a document loosely: chosen by how many
        tokens it has on average, and taken if it is found to fit when the document is split.
        """
        subject = self.subject
        unit, unit_bytes = subject.units.tokens, subject.units.unit_bytes
        loose = unit.counter is not None or unit_bytes > 1
        if self.tau is not None or subject.document is None or not subject.n or not loose:
            return None
        tokens = unit.of(unit.amount(subject.document.whole))
        for margin in (0.95, 0.8):
            ratio = margin * subject.n * unit_bytes / max(1, tokens)
            units = Units(Tokens("estimate", ratio), unit_bytes)
            guess = _Planner(replace(subject, units=units), self.terms, self.k, None)
            try:
                found = guess._fitting(guess._leaf_size())
            except PlanProblem:
                return None
            found = assess(subject, found.k, found.tau, split=True)
            if found.fits:
                return found
        return None

    def _final(self, found: Assessment) -> Assessment:
        """The assessment by the document itself, where there is one."""
        if self.subject.document is None:
            return found
        found = assess(self.subject, found.k, found.tau, split=True)
        if not found.fits:
            raise self._does_not_fit(found)
        return found

    def _leaf_sizes(self) -> Iterator[int]:
        """Leaf sizes from the largest on, each some fifth smaller."""
        tau, least = self._leaf_size(), max(_smallest(self.subject), 1)
        while True:
            yield tau
            if tau <= least:
                return
            tau = max(least, tau * 4 // 5)

    def _leaf_size(self) -> int:
        """The largest τ of which all prompts for a leaf fit; the size of the whole where that fits."""
        if self.tau is not None:
            return self.tau
        subject, whole = self.subject, max(self.subject.n, _smallest(self.subject))
        found = analyse(subject.program, subject.given(self.k or 2, whole))
        uses = [use for tree in found.trees if tree.by_plan for use in tree.uses if use.per == "leaf"]
        low, high = _smallest(subject) - 1, whole
        while low < high:
            middle = (low + high + 1) // 2
            if all(self._leaf_fits(use, middle) for use in uses):
                low = middle
            else:
                high = middle - 1
        if low < _smallest(subject):
            raise self._no_leaf(uses)
        return low

    def _leaf_fits(self, use: Use, tau: int) -> bool:
        return self._leaf_tokens(use, tau) <= self.subject.model.window

    def _leaf_tokens(self, use: Use, tau: int) -> int:
        subject = self.subject
        known = {atom: Amount() for atom in use.form if atom.startswith(("tree:", "part:"))}
        known |= {
            "P": Amount(tau * subject.units.unit_bytes),
            "document": Amount(subject.n * subject.units.unit_bytes),
            "answer": Amount(0, subject.model.max_output),
            "filtered": Amount(0, subject.model.filter_output),
        }
        return prompt_tokens(subject, use, known) + subject.limit(use.role)

    def _no_leaf(self, uses: list[Use]) -> PlanProblem:
        smallest = _smallest(self.subject)
        use = max(uses, key=lambda use: self._leaf_tokens(use, smallest))
        least = self._leaf_tokens(use, smallest)
        window = self.subject.model.window
        message = f"expected a prompt and its answer of up to {window:,} tokens, found {least:,} at best"
        help = f"with the shortest leaf it needs a window of {least:,} tokens"
        return PlanProblem(Diagnostic("plan", message, use.span, help=help))

    def _fitting(self, tau: int) -> Assessment:
        """The cheapest k at a leaf size."""
        if self.k is not None:
            found = assess(self.subject, self.k, tau)
            if not (found.fits or self.subject.document):
                raise self._does_not_fit(found)
            return self._with_room(found)
        n = self.subject.n
        flat = max(2, -(-n // tau))
        found = assess(self.subject, flat, tau)
        if found.fits:
            return self._with_room(found)
        if not found.trees:
            return self._with_room(self._fewest_parts(found, tau))
        # The recursion with most to ask decides, if there are several.
        tree = max(range(len(found.trees)), key=lambda index: len(found.trees[index][0].uses))
        for k in self._by_cost(tree, tau, flat - 1):
            smaller = assess(self.subject, k, tau)
            if smaller.fits:
                return smaller
            found = smaller
        raise self._does_not_fit(found)

    def _by_cost(self, index: int, tau: int, most: int) -> list[int]:
        """The k that are worth a look, the cheapest first."""
        (tree, two), (_, three) = (self._node_uses(index, k, tau) for k in (2, 3))
        for use, tokens in two.items():
            more = three.get(use, tokens) - tokens
            spare = self.subject.model.window - tokens
            if more > 0:
                most = min(most, 2 + max(0, spare) // more)
        found = candidates(self.subject.n, tau, max(2, most))
        return sorted(found, key=lambda k: self._cost(tree, two, three, k, tau))[:_TRIES]

    def _node_uses(self, index: int, k: int, tau: int) -> tuple[Tree, dict[int, int]]:
        """A tree, and the tokens of each prompt at an inner node, by its number, with its answer, if k
        children have the longest answers.
        """
        subject = self.subject
        tree = analyse(subject.program, subject.given(k, tau)).trees[index]
        answer = Amount(0, subject.model.max_output)
        sizes = {}
        for number, use in enumerate(tree.uses):
            if use.per == "node":
                known = dict.fromkeys(use.form, Amount())
                known |= {
                    "answer": answer,
                    "filtered": Amount(0, subject.model.filter_output),
                    "ΣR": Amount(0, k * subject.model.max_output),
                    "R+": answer,
                }
                sizes[number] = prompt_tokens(subject, use, known) + subject.limit(use.role)
        return tree, sizes

    def _cost(
        self, tree: Tree, two: dict[int, int], three: dict[int, int], k: int, tau: int
    ) -> tuple[float, int]:
        """What the calls of a tree cost but for the document's own tokens, which every k has."""
        model, cost, calls = self.subject.model, 0.0, 0
        leaves, internal, _ = shape(self.subject.n, k, tau)
        counts = {"leaf": leaves, "node": internal, "child": leaves + internal - 1}
        for index, use in enumerate(tree.uses):
            limit = self.subject.limit(use.role)
            tokens = use.form.get("bytes", 0) / self.subject.units.tokens.ratio
            if use.per == "node" and index in two:
                # Every child has one answer, so these are counted by children, and the rest by nodes.
                more = three.get(index, two[index]) - two[index]
                fixed = two[index] - 2 * more - limit
                tokens = fixed * internal + more * (leaves + internal - 1)
            else:
                tokens *= counts[use.per]
            number = counts[use.per] * use.times
            calls += number
            cost += use.times * tokens * model.price_in + number * limit * model.price_out
        return cost, calls

    def _fewest_parts(self, found: Assessment, tau: int) -> Assessment:
        """The least k with which a program without recursion fits.

        With more parts, prompts about parts are shorter, and those about all answers longer: the least k with
        which the former fit is the one, or there is none.
        """
        low, high, best = 1, max(2, self.subject.n), found
        for k in _doubling(high):
            best = assess(self.subject, k, tau)
            if self._parts_fit(best):
                high = k
                break
            low = k
        while high - low > 1:
            middle = (low + high) // 2
            found = assess(self.subject, middle, tau)
            if self._parts_fit(found):
                best, high = found, middle
            else:
                low = middle
        if not best.fits:
            raise self._does_not_fit(best)
        return best

    def _with_room(self, found: Assessment) -> Assessment:
        """The same, where a program without recursion cuts at boundaries, with the largest parts that fit: up
        to their size cuts may move, and not at all if it were that of the document.
        """
        subject, parts = self.subject, -(-self.subject.n // found.k)
        if self.tau is not None or found.trees or subject.by == "characters" or not found.fits:
            return found
        low, high = min(parts, found.tau), found.tau
        while high > low:
            middle = (low + high + 1) // 2
            larger = assess(subject, found.k, middle)
            if larger.fits:
                low = middle
            else:
                high = middle - 1
        return assess(subject, found.k, min(low, subject.n - 1) or found.tau)

    def _parts_fit(self, found: Assessment) -> bool:
        window = self.subject.model.window
        return all(
            total.longest + self.subject.limit(total.use.role) <= window
            for total, _ in found.all
            if total.calls and any(atom.startswith("part:") for atom in total.use.form)
        )

    def _does_not_fit(self, found: Assessment) -> PlanProblem:
        longest, use = found.longest()
        window = self.subject.model.window
        role = {"leaf": "leaf", "merge": "merge", "filter": "filter"}.get(use.role if use else "", "call")
        message = (
            f"expected prompts and answers of up to {window:,} tokens, found one of a {role} with "
            f"{longest:,} (n = {self.subject.n:,}, k = {found.k:,}, tau = {found.tau:,})"
        )
        return PlanProblem(
            Diagnostic("plan", message, use.span if use else None, help=self._instead(longest))
        )

    def _instead(self, longest: int) -> str:
        """What would fit."""
        if self.k is not None or self.tau is not None:
            try:
                other = _Planner(self.subject, self.terms, None, None)._fitting_any()
                return f"k = {other.k:,} and tau = {other.tau:,} fit"
            except PlanProblem:
                pass
        return f"it needs a window of {longest:,} tokens, or shorter answers"

    def _fitting_any(self) -> Assessment:
        return self._fitting(self._leaf_size())

    def _too_low(self, reached: float, found: Assessment) -> PlanProblem:
        terms = self.terms
        return PlanProblem(
            Diagnostic(
                "plan",
                f"expected an accuracy ({terms.metric}) of {terms.accuracy:g}, found {reached:.6g} at best",
                help=f"that is with k = {found.k:,} and tau = {found.tau:,}; a better model, fewer mistakes "
                "of merges, or another metric would reach more",
            )
        )


def _doubling(most: int) -> Iterator[int]:
    k = 2
    while k < most:
        yield k
        k *= 2
    yield most
