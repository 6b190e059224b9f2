"""What conditions say of an expression and of its parts: real, positive, off the cut, in a strip.

From the facts about the variables follow those about sums, products, exponentials and so on, by rules that
hold everywhere; a fact that is not found may be true all the same.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from calculus.eml.domain import Condition
from calculus.eml.expressions.node import APPLY, NUMBER
from calculus.eml.expressions.values import value
from calculus.eml.syntax import subtrees
from calculus.term import Term


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a number z: |Im z| ≤ `strip`, where `edges` says how many of the strip's two edges
    are excluded (the lower one first), and Re z < `below`; the others are as in `Condition`."""

    real: bool = False
    positive: bool = False
    nonnegative: bool = False
    nonzero: bool = False
    not_one: bool = False
    right: bool = False
    off_cut: bool = False
    strip: float = math.inf
    edges: int = 0
    below: float = math.inf


NOTHING = Facts()


def facts_of(expression: Term, given: Iterable[Condition] = ()) -> Facts:
    """What the given conditions say of an expression."""
    known = _given(given)
    found: dict[Term, Facts] = {}
    for item in subtrees(expression):
        parts = [found[child] for child in item.children]
        if item.op is NUMBER:
            facts = _of_number(item.label)
        elif item.op is APPLY and (rule := _RULES.get(item.label)):
            facts = rule(*parts)
            if item.label == "sub" and item.children[0] == item.children[1]:
                facts = _of_number(Fraction(0))
        else:
            facts = NOTHING
        found[item] = _closed(_joined(facts, known.get(item, NOTHING)))
    return found[expression]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An expression e and a number: e > `limit`, or if not `lower` e < `limit`; or equal, if not `strict`."""

    expression: Term
    limit: Fraction
    lower: bool
    strict: bool

    def excludes(self, number: Fraction) -> bool:
        if number == self.limit:
            return self.strict
        return (number < self.limit) is self.lower


def comparison(condition: Condition) -> Comparison | None:
    """A condition that compares an expression with a number, as such; None for others."""
    if condition.kind not in ("positive", "nonnegative"):
        return None
    e, sign, constant = _linear(condition.expression)
    return Comparison(e, -sign * constant, sign > 0, condition.kind == "positive")


def _linear(e: Term) -> tuple[Term, int, Fraction]:
    """What e is a sum of: an expression, with its sign, and a number."""
    if e.op is APPLY and e.label == "minus":
        return e.children[0], -1, Fraction(0)
    if e.op is APPLY and e.label in ("add", "sub"):
        left, right = e.children
        sign = 1 if e.label == "add" else -1
        if right.op is NUMBER and left.op is not NUMBER:
            return left, 1, sign * right.label
        if left.op is NUMBER and right.op is not NUMBER:
            return right, sign, left.label
    return e, 1, Fraction(0)


def _compared(condition: Condition, given: Iterable[Condition]) -> bool:
    """Whether it follows by comparing the same expression with numbers."""
    known = [item for item in map(comparison, given) if item]
    if wanted := comparison(condition):
        return any(
            item.expression == wanted.expression
            and item.lower is wanted.lower
            and (item.excludes(wanted.limit) or (item.limit == wanted.limit and not wanted.strict))
            for item in known
        )
    if condition.kind in ("nonzero", "not_one"):
        e, sign, constant = _linear(condition.expression)
        root = sign * ((condition.kind == "not_one") - constant)
        return any(item.expression == e and item.excludes(root) for item in known)
    return False


def implied(condition: Condition, given: Iterable[Condition] = ()) -> bool:
    """Whether a condition follows from others; False where that is not seen."""
    given = list(given)
    if condition in given or _compared(condition, given):
        return True
    facts = facts_of(condition.expression, given)
    bound = math.inf if condition.bound is None else value(condition.bound, {}).real
    match condition.kind:
        case "strip" | "open_strip" as kind:
            excluded = 1 if kind == "strip" else 2
            return facts.strip < bound or (facts.strip == bound and facts.edges >= excluded)
        case "below":
            return facts.below <= bound
        case kind:
            return bool(getattr(facts, kind))


def _given(conditions: Iterable[Condition]) -> Mapping[Term, Facts]:
    known: dict[Term, Facts] = {}

    def learn(expression: Term, facts: Facts) -> None:
        known[expression] = _joined(known.get(expression, NOTHING), facts)

    for condition in conditions:
        e, kind = condition.expression, condition.kind
        bound = math.inf if condition.bound is None else value(condition.bound, {}).real
        match kind:
            case "strip" | "open_strip":
                learn(e, Facts(strip=bound, edges=2 if kind == "open_strip" else 1))
            case "below":
                learn(e, Facts(below=bound))
            case _:
                learn(e, replace(NOTHING, **{kind: True}))
        if found := comparison(condition):
            learn(found.expression, _of_comparison(found))
        elif kind == "nonzero":
            inner, sign, constant = _linear(e)
            root = -sign * constant
            learn(inner, Facts(nonzero=root == 0, not_one=root == 1))
    return known


def _of_comparison(found: Comparison) -> Facts:
    limit = float(found.limit)
    below = limit if found.strict else math.nextafter(limit, math.inf)
    return Facts(
        real=True,
        positive=found.lower and found.limit >= 0 and found.excludes(Fraction(0)),
        nonnegative=found.lower and found.limit >= 0,
        nonzero=found.excludes(Fraction(0)),
        not_one=found.excludes(Fraction(1)),
        below=math.inf if found.lower else below,
    )


def _joined(one: Facts, other: Facts) -> Facts:
    strip = min(one.strip, other.strip)
    edges = max(facts.edges for facts in (one, other) if facts.strip == strip)
    flags = ("real", "positive", "nonnegative", "nonzero", "not_one", "right", "off_cut")
    return Facts(
        **{name: getattr(one, name) or getattr(other, name) for name in flags},
        strip=strip,
        edges=edges,
        below=min(one.below, other.below),
    )


def _closed(facts: Facts) -> Facts:
    """With what follows at once."""
    positive = facts.positive or (facts.nonnegative and facts.nonzero) or (facts.real and facts.right)
    positive = positive or (facts.real and facts.off_cut)
    nonnegative = facts.nonnegative or positive
    real = facts.real or nonnegative
    right = facts.right or positive
    off_cut = facts.off_cut or right
    return replace(
        facts,
        real=real,
        positive=positive,
        nonnegative=nonnegative,
        right=right,
        off_cut=off_cut,
        nonzero=facts.nonzero or off_cut,
        strip=0.0 if real else facts.strip,
        edges=0 if real else facts.edges,
    )


def _of_number(number: Fraction) -> Facts:
    return Facts(
        real=True,
        positive=number > 0,
        nonnegative=number >= 0,
        nonzero=number != 0,
        not_one=number != 1,
        below=math.nextafter(float(number), math.inf),
    )


def _add(a: Facts, b: Facts) -> Facts:
    return Facts(
        real=a.real and b.real,
        positive=(a.positive and b.nonnegative) or (a.nonnegative and b.positive),
        nonnegative=a.nonnegative and b.nonnegative,
        right=(a.right and (b.right or b.nonnegative)) or (b.right and a.nonnegative),
        strip=a.strip + b.strip,
        edges=max(a.edges, b.edges),
        below=a.below + b.below,
    )


def _sub(a: Facts, b: Facts) -> Facts:
    return _add(replace(NOTHING, real=a.real, strip=a.strip, edges=a.edges), _minus(b))


def _mul(a: Facts, b: Facts) -> Facts:
    return Facts(
        real=a.real and b.real,
        positive=a.positive and b.positive,
        nonnegative=a.nonnegative and b.nonnegative,
        nonzero=a.nonzero and b.nonzero,
        right=(a.right and b.positive) or (a.positive and b.right),
        off_cut=(a.off_cut and b.positive) or (a.positive and b.off_cut),
    )


def _inv(a: Facts) -> Facts:
    return Facts(
        real=a.real and a.nonzero,
        positive=a.positive,
        nonzero=a.nonzero,
        not_one=a.not_one and a.nonzero,
        right=a.right,
        off_cut=a.off_cut,
    )


def _minus(a: Facts) -> Facts:
    # What had its lower edge excluded has the upper one so.
    return Facts(real=a.real, nonzero=a.nonzero, strip=a.strip, edges=a.edges if a.edges == 2 else 0)


def _half(a: Facts) -> Facts:
    return replace(a, not_one=False, strip=a.strip / 2, below=a.below / 2)


def _exp(a: Facts) -> Facts:
    return Facts(
        real=a.real,
        positive=a.real,
        nonzero=True,
        not_one=a.real and a.nonzero,
        right=a.strip < math.pi / 2 or (a.strip == math.pi / 2 and a.edges == 2),
        off_cut=a.strip < math.pi or (a.strip == math.pi and a.edges == 2),
    )


def _ln(a: Facts) -> Facts:
    return Facts(
        real=a.positive,
        nonzero=a.not_one and a.nonzero,
        strip=math.pi / 2 if a.right else math.pi,
        edges=2 if a.off_cut else 1,
    )


def _pow(a: Facts, b: Facts) -> Facts:
    return Facts(real=a.positive and b.real, positive=a.positive and b.real, nonzero=a.nonzero)


_REAL_TO_REAL = ("sin", "cos", "sinh", "tanh", "arctan", "arsinh")

_RULES: Mapping[str, Callable[..., Facts]] = {
    "pi": lambda: Facts(positive=True, not_one=True, below=3.2),
    "e": lambda: Facts(positive=True, not_one=True, below=2.8),
    "i": lambda: Facts(nonzero=True, not_one=True, off_cut=True, strip=1.0, below=0.1),
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": lambda a, b: _mul(a, _closed(_inv(b))) if b.nonzero else NOTHING,
    "inv": _inv,
    "minus": _minus,
    "half": _half,
    "avg": lambda a, b: _half(_add(a, b)),
    "sqr": lambda a: Facts(real=a.real, nonnegative=a.real, nonzero=a.nonzero, off_cut=a.right),
    "sqrt": lambda a: Facts(
        real=a.nonnegative,
        positive=a.positive,
        nonnegative=a.nonnegative,
        nonzero=a.nonzero,
        not_one=a.not_one,
        right=a.off_cut,
    ),
    "exp": _exp,
    "ln": _ln,
    "pow": _pow,
    "log": lambda a, b: Facts(real=a.positive and b.positive and a.not_one, nonzero=b.not_one and b.nonzero),
    "hypot": lambda a, b: Facts(
        real=a.real and b.real,
        nonnegative=a.real and b.real,
        nonzero=a.real and b.real and (a.nonzero or b.nonzero),
    ),
    "sigma": lambda a: Facts(real=a.real, positive=a.real, nonzero=True, not_one=True),
    "cosh": lambda a: Facts(real=a.real, positive=a.real),
    **dict.fromkeys(_REAL_TO_REAL, lambda a: Facts(real=a.real)),
}
