"""One claim checked, by its kind.

Each function takes a claim, a JSON object, and raises `Wrong` if it does not hold, or `Unchecked` if it is
of a kind that this checker cannot confirm. `docs/reference/certificates.md` says what each kind claims.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from calculus.verify.checker import fmc_machine, fmc_rules, rmc_machine, rmc_rules, typing
from calculus.verify.checker import fmc_terms as fmc
from calculus.verify.checker import rmc_terms as rmc
from calculus.verify.checker.rmc_dual import dual
from calculus.verify.checker.rmc_structure import alike
from calculus.verify.checker.wrong import Unchecked, Wrong, require, shown

Claim = Mapping[str, Any]
Steps = Sequence[Mapping[str, Any]]


class _Fmc:
    """Terms of the FMC, read and compared."""

    def __init__(self, claim: Claim) -> None:
        self.texts: Mapping[str, str] = claim.get("definitions") or {}
        self.definitions = {name: self.read(body) for name, body in self.texts.items()}

    def read(self, text: str) -> fmc.Node:
        return fmc.read(text, self.texts)

    def contract(self, term: fmc.Node, rule: str, position: list[int]) -> fmc.Node:
        return fmc_rules.contract(term, rule, position, self.definitions)

    def same(self, left: fmc.Node, right: fmc.Node) -> bool:
        return left is right

    def equal(self, left: fmc.Node, right: fmc.Node) -> bool:
        """Whether two terms are the same up to permutation."""
        return left is right or fmc_rules.permuted(left) is fmc_rules.permuted(right)

    def normal_form(self, term: fmc.Node) -> fmc.Node | None:
        return fmc_rules.normal_form(term)

    def is_normal(self, term: fmc.Node) -> bool:
        return fmc_rules.is_normal(term)


class _Rmc:
    """Terms of the RMC, read and compared by the structural equations."""

    def __init__(self, claim: Claim) -> None:
        self.definitions = {name: self.read(body) for name, body in (claim.get("definitions") or {}).items()}

    def read(self, text: str) -> rmc.Node:
        return rmc.read(text)

    def contract(self, term: rmc.Node, rule: str, position: list[int]) -> rmc.Node:
        return rmc_rules.contract(term, rule, position, self.definitions)

    def same(self, left: rmc.Node, right: rmc.Node) -> bool:
        return alike(left, right)

    equal = same

    def normal_form(self, term: rmc.Node) -> rmc.Node | None:
        return rmc_rules.normal_form(term)

    def is_normal(self, term: rmc.Node) -> bool:
        return rmc_rules.is_normal(term)


def _calculus(claim: Claim) -> Any:
    name = claim["calculus"]
    require(name in ("fmc", "rmc"), f"there is no calculus {shown(name)}")
    return _Fmc(claim) if name == "fmc" else _Rmc(claim)


def _followed(calculus: Any, term: Any, steps: Steps) -> Any:
    """The term after some steps, each of them checked."""
    for number, step in enumerate(steps):
        try:
            after = calculus.contract(term, step["rule"], step["position"])
        except Wrong as problem:
            raise Wrong(f"step {number}: {problem}") from None
        term = calculus.read(step["term"])
        require(
            calculus.same(after, term), f"step {number}: {step['rule']} does not give {shown(step['term'])}"
        )
    return term


def _reduces(claim: Claim) -> None:
    calculus = _calculus(claim)
    end = _followed(calculus, calculus.read(claim["term"]), claim["steps"])
    require(calculus.same(end, calculus.read(claim["result"])), "the steps do not end in the result")


def _joins(claim: Claim) -> None:
    calculus = _calculus(claim)
    term = calculus.read(claim["term"])
    ends = [_followed(calculus, term, [claim[side], *claim[f"{side}_steps"]]) for side in ("left", "right")]
    require(calculus.equal(*ends), "the two sides do not end in the same term")


def _equal(claim: Claim) -> None:
    calculus = _calculus(claim)
    sides = ("left", "right")
    starts = [calculus.read(claim[side]) for side in sides]
    ends = [
        _followed(calculus, start, claim[f"{side}_steps"]) for start, side in zip(starts, sides, strict=True)
    ]
    common = [calculus.read(claim["common"])] if "common" in claim else []
    first, *others = [*ends, *common]
    if all(calculus.equal(first, other) for other in others):
        return
    by_machine = claim["calculus"] == "fmc" and claim.get("complete") is False
    require(by_machine, "the steps do not end in one term")
    _same_normal_form(calculus, [*starts, *common])


def _same_normal_form(calculus: _Fmc, terms: Iterable[fmc.Node]) -> None:
    forms: list[fmc.Node] = []
    for term in terms:
        found = fmc_rules.normal_form(term, definitions=calculus.definitions, unroll=True)
        if found is None:
            raise Wrong("a normal form was not found")
        forms.append(found)
    first, *others = forms
    require(all(calculus.equal(first, other) for other in others), "the normal forms are not equal")


def _normal_form(claim: Claim) -> None:
    calculus = _calculus(claim)
    normal = calculus.read(claim["normal"])
    require(calculus.is_normal(normal), "what is claimed to be normal can be reduced")
    found = calculus.normal_form(calculus.read(claim["term"]))
    require(found is not None, "no normal form was found")
    require(calculus.same(found, normal), "the normal form is another")


# Runs


def _runs(claim: Claim) -> None:
    require(claim["calculus"] == "fmc", "only programs of the FMC run to an outcome")
    require(_Run(claim, claim["term"]).ends(claim["outcome"]), "the outcome is another")


class _Run:
    """A run of the FMC that a claim speaks of."""

    def __init__(self, claim: Claim, term: str, **more: str) -> None:
        calculus = _Fmc({**claim, "definitions": {**(claim.get("definitions") or {}), **more}})
        self.calculus = calculus
        # Values for free variables are put in before anything runs.
        values = {name: calculus.read(value) for name, value in (claim.get("variables") or {}).items()}
        definitions = {name: fmc.closed_over(body, values) for name, body in calculus.definitions.items()}
        self.outcome = fmc_machine.run(
            fmc.closed_over(calculus.read(term), values),
            {place: [calculus.read(value) for value in stack] for place, stack in claim["stacks"].items()},
            [calculus.read(value) for value in claim.get("inputs") or ()],
            definitions,
        )

    def ends(self, outcome: Mapping[str, Any]) -> bool:
        """Whether this is how the run ends, values being equal up to renaming."""
        require(self.outcome.exit is not None, f"the run is stuck at {self.outcome.why}")
        stacks = {
            place: [self.calculus.read(value) for value in values]
            for place, values in outcome["stacks"].items()
            if values
        }
        return self.outcome.exit == fmc.read_label(outcome["exit"]) and self.outcome.stacks == stacks

    def differs(self, other: "_Run") -> bool:
        """Whether two outcomes are different whatever their thunks do."""
        ours, theirs = self.outcome, other.outcome
        if ours.exit != theirs.exit or _heights(ours.stacks) != _heights(theirs.stacks):
            return True
        pairs = [
            pair
            for place in ours.stacks
            for pair in zip(ours.stacks[place], theirs.stacks[place], strict=True)
        ]
        return any(left.op == right.op == "jump" and left is not right for left, right in pairs)


def _heights(stacks: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    return {place: len(values) for place, values in stacks.items()}


def _answers(claim: Claim) -> None:
    require(claim["calculus"] == "rmc", "only programs of the RMC have answers")
    stated = _stated(claim["answers"])
    found = _found(claim, claim["term"], None if claim["complete"] else stated)
    require(found == stated if claim["complete"] else stated <= found, "the answers are others")


def _found(claim: Claim, term: str, wanted: Counter[str] | None = None) -> Counter[str]:
    stacks = {place: list(map(rmc.read_value, values)) for place, values in claim["stacks"].items()}
    values = {name: rmc.read_value(value) for name, value in (claim.get("variables") or {}).items()}
    return rmc_machine.answers(rmc.replaced(rmc.read(term), values), stacks, _Rmc(claim).definitions, wanted)


def _stated(answers: Iterable[Mapping[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for answer in answers:
        bindings = {name: rmc.read_value(value) for name, value in (answer.get("bindings") or {}).items()}
        stacks = {place: list(map(rmc.read_value, values)) for place, values in answer["stacks"].items()}
        require(answer["multiplicity"] > 0, "an answer is there so often")
        found[rmc_machine.answer_text(bindings, stacks)] += answer["multiplicity"]
    return found


def _differ(claim: Claim) -> None:
    if claim["calculus"] == "fmc":
        then = claim.get("then")
        # What is run after both is written with `it` for what is compared.
        runs = [
            _Run(claim, claim[side]) if then is None else _Run(claim, then, it=claim[side])
            for side in ("left", "right")
        ]
        for run, outcome in zip(runs, claim["outcomes"], strict=True):
            require(run.ends(outcome), "an outcome is another")
        require(runs[0].differs(runs[1]), "the outcomes do not differ")
        return
    require(claim["calculus"] == "rmc", "there is no such calculus")
    require(claim["level"] in ("multiset", "set", "ground"), "there is no such level")
    found = [_found(claim, claim[side]) for side in ("left", "right")]
    for counted, answers in zip(found, claim["answers"], strict=True):
        require(counted == _stated(answers), "the answers are others")
    if claim["level"] != "multiset":
        found = [Counter(set(counted)) for counted in found]
    require(found[0] != found[1], "the answers do not differ")


# Spans, duals, types


def _spans(claim: Claim) -> None:
    require(claim["calculus"] == "rmc", "only terms of the RMC have spans")
    stated: Counter[str] = Counter()
    for item in claim["spans"]:
        (text,) = rmc_machine.spans(rmc.read(item["span"])) or [""]
        require(item["multiplicity"] > 0, "a span is there so often")
        stated[text] += item["multiplicity"]
    calculus = _Rmc(claim)
    term = rmc.read(claim["term"])
    require(not rmc.free_names(term), "the term is not closed")
    require(rmc_machine.spans(term, calculus.definitions) == stated, "the spans are others")


def _dual(claim: Claim) -> None:
    require(claim["calculus"] == "rmc", "only terms of the RMC have duals")
    turned = dual(rmc.read(claim["term"]))
    require(alike(turned, rmc.read(claim["dual"]), sums_commute=False), "the dual is another")


def _typed(claim: Claim) -> None:
    if "derivation" not in claim:
        raise Unchecked("a type without its derivation")
    require(claim["calculus"] == "fmc", "only terms of the FMC have such types")
    typing.check(claim["term"], claim["type"], claim)


CHECKS: Mapping[str, Callable[[Claim], None]] = {
    "reduces": _reduces,
    "joins": _joins,
    "equal": _equal,
    "normal-form": _normal_form,
    "runs": _runs,
    "answers": _answers,
    "differ": _differ,
    "spans": _spans,
    "dual": _dual,
    "typed": _typed,
}
