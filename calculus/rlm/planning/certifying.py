"""The certificate of an assessment."""

from typing import Any, NamedTuple

from calculus.rlm.planning.assessment import DETECTED, DETECTION, Assessment
from calculus.rlm.planning.certificate import Certificate, digest_of
from calculus.rlm.planning.costs import ASSUMPTIONS, accuracies, span
from calculus.rlm.planning.effects import Use
from calculus.rlm.planning.shape import Shape, shape
from calculus.rlm.planning.units import Amount

Role = str


class Terms(NamedTuple):
    """What else a plan is asked for."""

    workers: int = 16
    detect: bool = False
    retries: int = 0
    seed: int = 0
    accuracy: float | None = None
    metric: str = "all_leaves"


def measured(found: Assessment, terms: Terms) -> dict[str, float]:
    """How often the plan is right, by each metric."""
    outside = [total for total in found.totals if total.use.role == "leaf"]
    tree = found.shape
    leaves = tree.leaves + sum(total.calls for total in outside)
    tokens = sum(counted.leaf_tokens for _, counted, _ in found.trees)
    tokens += sum(total.tokens for total in outside)
    largest = max((counted.largest for _, counted, _ in found.trees), default=0)
    largest = max([largest, *(total.longest for total in outside)])
    path = sum(use.times for use in found.analysis.uses if use.role == "merge")
    filters = 0
    for part, counted, _ in found.trees:
        path += counted.depth * sum(use.times for use in part.uses if use.role == "merge")
        filters += counted.depth * sum(use.times for use in part.uses if use.role == "filter")
    return accuracies(
        found.subject.model,
        shape=Shape(leaves, tree.internal, tree.depth),
        largest=largest,
        total=tokens,
        merges=sum(total.calls for total, _ in found.all if total.use.role == "merge"),
        path=path,
        filters=filters,
        detect=terms.detect,
    )


def certify(found: Assessment, terms: Terms) -> Certificate:
    """The certificate of a plan that fits."""
    subject, model, tree = found.subject, found.subject.model, found.shape
    calls, detected = found.calls + terms.detect, int(terms.detect)
    tokens_in = found.tokens_in + detected * DETECTION
    tokens_out = found.tokens_out + detected * DETECTED
    chain = found.chain + detected
    longest = max(found.longest()[0], detected * (DETECTION + DETECTED))
    exact, assumptions = _assumptions(found)
    return Certificate(
        n=subject.n,
        unit=subject.measure.name,
        by=subject.by,
        tokens=subject.units.tokens.name,
        window=model.window,
        tau=found.tau,
        k=found.k,
        depth=tree.depth,
        leaves=tree.leaves,
        internal=tree.internal,
        calls=calls,
        calls_exact=exact,
        calls_most=calls * (1 + terms.retries),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=(tokens_in * model.price_in + tokens_out * model.price_out) / 1e6,
        fits=longest <= model.window,
        longest=longest,
        accuracy=measured(found, terms),
        span=span(calls, chain, terms.workers, model.seconds),
        chain=chain,
        workers=terms.workers,
        h=_overhead(found, "leaf"),
        g=_overhead(found, "merge"),
        h_f=_overhead(found, "filter"),
        o=model.max_output,
        o_f=model.filter_output,
        p=_preview(found),
        detect=terms.detect,
        retries=terms.retries,
        seed=terms.seed,
        model=model.to_json(),
        program=digest_of(_text(found)),
        document=None if subject.document is None else subject.document.digest,
        query=digest_of(subject.query),
        counted="size" if subject.document is None else "document",
        roles=dict(sorted(found.analysis.roles.items())),
        sites=tuple(_sites(found)),
        trees=tuple(_trees(found)),
        assumptions=assumptions,
    )


def _text(found: Assessment) -> str:
    program = found.subject.program
    return program.source.text or str(program.main)


def _assumptions(found: Assessment) -> tuple[bool, tuple[str, ...]]:
    """Whether the calls are exact, and what else the numbers assume."""
    subject, inexact = found.subject, found.analysis.inexact
    said = [f"calls may be fewer: {reason}" for reason in inexact]
    if subject.document is None and subject.measure.name == "bytes":
        said.append("the tree is that of a document whose characters have one byte each")
    said.append("an answer has no more tokens in a prompt than its limit; longer ones are failures")
    said += subject.units.tokens.assumptions
    said.append("span: a call takes the model's seconds, and waits for nothing but calls it depends on")
    return not inexact, (*said, *ASSUMPTIONS)


def _fixed(found: Assessment, use: Use) -> int:
    """The tokens of a prompt beside texts that are not known before the run."""
    return found.subject.units.tokens.of(Amount(use.form.get("bytes", 0)))


def _overhead(found: Assessment, role: str) -> int:
    return max((_fixed(found, total.use) for total, _ in found.all if total.use.role == role), default=0)


def _preview(found: Assessment) -> int:
    """The tokens of the longest part that is shown to a filter."""
    filters = [total for total, _ in found.all if total.use.role == "filter"]
    return max((total.longest - _fixed(found, total.use) for total in filters if total.calls), default=0)


def _sites(found: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "sites": list(total.use.sites),
            "role": total.use.role,
            "per": total.use.per,
            "times": total.use.times,
            "tree": tree,
            "form": dict(sorted(total.use.form.items())),
            "calls": total.calls,
            "tokens_in": total.tokens,
            "longest": total.longest,
            "limit": found.subject.limit(total.use.role),
        }
        for total, tree in found.all
    ]


def _trees(found: Assessment) -> list[dict[str, Any]]:
    trees = []
    for tree, counted, sizes in found.trees:
        formula = None
        if tree.recurs and not tree.cuts:
            shapes = [shape(n, tree.k, tree.tau) for n in sizes]
            leaves, internal, depth = zip(*shapes, strict=True)
            formula = {"leaves": sum(leaves), "internal": sum(internal), "depth": max(depth)}
        trees.append(
            {
                "sizes": sizes,
                "k": tree.k,
                "tau": tree.tau,
                "recurs": tree.recurs,
                "cuts": [list(cut) for cut in tree.cuts],
                "leaves": counted.leaves,
                "internal": counted.internal,
                "depth": counted.depth,
                "formula": formula,
                "largest": counted.largest,
                "leaf_tokens": counted.leaf_tokens,
                "chain": [tree.leaf_chain, tree.node_chain],
                "leaf": None if tree.leaf is None else dict(tree.leaf),
                "node": None if tree.node is None else dict(tree.node),
            }
        )
    return trees
