"""Bounds of plans: calls, tokens and cost by the planner's certificate, which is counted again."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from calculus.encodings import terms as t
from calculus.rlm.planning import Certificate, PlanProblem, plan, recheck
from calculus.source.diagnostic import UsageProblem
from calculus.term import node
from calculus.verify.finding import Finding
from calculus.verify.laws.rlm.statements import PLANNED, Within
from calculus.verify.laws.rlm.values import applied, value
from calculus.verify.laws.statement import Options

STEPS = 100_000


def decide_bounds(law: Within, options: Options) -> Finding:
    """Whether the plan of a term, for a document or a size, is within its bounds: no run goes beyond them."""
    settings = _settings(law.settings)
    try:
        found = plan(law.subject.program, **settings)
    except PlanProblem as problem:
        told = problem.diagnostic.message
        example = {"plan": None, "problem": told}
        return law.found("refuted", "the planner", counterexample=example, explained=(f"no plan: {told}",))
    except UsageProblem as problem:
        return law.found("unknown", tried={"problem": problem.diagnostic.message})
    certificate = found.to_json()
    if wrong := recheck(certificate):
        return law.found("unknown", tried={"certificate": "; ".join(wrong)})
    lines = [_plan_line(found)]
    exceeded: dict[str, str] = {}
    for bound in law.bounds:
        number, limit = _number(found, bound.what), _limit(law, found, bound.limit, options)
        if limit is None:
            return law.found("unknown", tried={"bound": f"{bound.text} has no value"})
        lines.append(f"{bound.text}: {bound.what} {_shown(number)}, bound {_shown(limit)}")
        if number > limit:
            exceeded[bound.text] = f"{bound.what} {_shown(number)}"
    claims = ({"claim": "rlm-plan", "certificate": certificate},)
    if exceeded:
        example = {"plan": lines[0], **exceeded}
        return law.found(
            "refuted", "the planner's certificate", counterexample=example, explained=tuple(lines)
        )
    return law.found("proved", "the planner's certificate", explained=tuple(lines), claims=claims)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the planner; without a document or a size, the document is empty."""
    settings = {name: float(item) if isinstance(item, Decimal) else item for name, item in given.items()}
    if "n" in settings:
        settings["size"] = settings.pop("n")
    elif "document" not in settings:
        settings["document"] = ""
    return settings


def _plan_line(found: Certificate) -> str:
    exactly = "" if found.calls_exact else "at most "
    return (
        f"n {found.n:,}, k {found.k}, tau {found.tau:,}: depth {found.depth}, {found.leaves:,} leaves, "
        f"{found.internal:,} inner nodes, {exactly}{found.calls:,} calls"
    )


def _number(found: Certificate, what: str) -> Decimal:
    if what == "tokens":
        return Decimal(found.tokens_in + found.tokens_out)
    return Decimal(str(getattr(found, what)))


def _limit(law: Within, found: Certificate, limit: Any, options: Options) -> Decimal | None:
    """The number that a bound is; None if it has none, such as one divided by 0."""
    if isinstance(limit, Decimal):
        return limit
    row = tuple(node(t.LITERAL, getattr(found, name)) for name in PLANNED)
    program = replace(law.subject.program, main=applied(limit, row))
    number, problem = value(program, {"k": found.k, "tau": found.tau}, options.max_steps or STEPS)
    return None if problem is not None else Decimal(number)


def _shown(number: Decimal) -> str:
    return f"{number:,.12g}" if number != number.to_integral_value() else f"{int(number):,}"
