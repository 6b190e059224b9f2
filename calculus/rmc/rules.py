"""The rules of reduction, as data.

A rule has a name, a left side, conditions and a right side. Sides are patterns: the constructs of the
calculus over *metavariables*. A `Hole` stands for any term, a `Value` for any value, a `Place` for any
location, a `Binder` for any bound name, and a `Block` for a whole sequence below a chain of `ex`, of which
two neighbours are singled out. Sequences and sums match up to the structural equations
(`calculus.rmc.structure`). Nothing here knows how a rule is applied: `calculus.rmc.reduction` interprets the
rules.

Source: Barrett, Castle, Heijltjes, *The Relational Machine Calculus* (LICS 2024), with the project's
additions (test, relation, unfold, slides).
"""

from dataclasses import dataclass

from calculus.machine.instructions import LAMBDA

# Metavariables


@dataclass(frozen=True, slots=True)
class Hole:
    """Any term."""

    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """Any value."""

    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Any location; λ that one."""

    name: str


@dataclass(frozen=True, slots=True)
class Binder:
    """Any bound name."""

    name: str


# Constructs


@dataclass(frozen=True, slots=True)
class SkipOf:
    """`1`"""


@dataclass(frozen=True, slots=True)
class FailOf:
    """`0`"""


@dataclass(frozen=True, slots=True)
class SequenceOf:
    """`first ; second`"""

    first: "Pattern"
    second: "Pattern"


@dataclass(frozen=True, slots=True)
class SumOf:
    """`first + second`"""

    first: "Pattern"
    second: "Pattern"


@dataclass(frozen=True, slots=True)
class NewOf:
    """`ex binder. body`"""

    binder: Binder
    body: "Pattern"


@dataclass(frozen=True, slots=True)
class StarOf:
    """`body*`"""

    body: "Pattern"


@dataclass(frozen=True, slots=True)
class PushOf:
    """`[value]place`"""

    value: Value
    place: Place


@dataclass(frozen=True, slots=True)
class PopOf:
    """`place<value>`"""

    value: Value
    place: Place


@dataclass(frozen=True, slots=True)
class TestOf:
    """`left == right`"""

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class RelationOf:
    """A relation over integers."""

    name: str


@dataclass(frozen=True, slots=True)
class CallOf:
    """A definition's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """`ex X. (P ; pair ; Q)`, with all binders of the chain and all of the sequence."""

    binders: str
    before: str
    pair: SequenceOf
    after: str


# On the right side only


@dataclass(frozen=True, slots=True)
class Solved:
    """`ex X'. σ(P ; Q)`, with σ the most general unifier of the two values and X' what it does not bind."""

    left: Value
    right: Value
    block: Block


@dataclass(frozen=True, slots=True)
class Solution:
    """What a relation comes to: a test for each value that it determines, or `0`."""

    relation: RelationOf


@dataclass(frozen=True, slots=True)
class BodyOf:
    """The body of the definition with that name."""

    call: CallOf


Pattern = (
    Hole
    | SkipOf
    | FailOf
    | SequenceOf
    | SumOf
    | NewOf
    | StarOf
    | PushOf
    | PopOf
    | TestOf
    | RelationOf
    | CallOf
    | Block
    | Solved
    | Solution
    | BodyOf
)

# Conditions


@dataclass(frozen=True, slots=True)
class Differ:
    """The two locations are different."""

    left: Place
    right: Place


@dataclass(frozen=True, slots=True)
class NotFree:
    """The bound name is not free in the term. With `renamed` that can always be had."""

    binder: Binder
    hole: Hole
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class Unifiable:
    """The values have a most general unifier that binds variables of the block alone."""

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Clashing:
    """The values have no unifier."""

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Known:
    """The values that the relation needs are integers, and it has a meaning on them."""

    relation: RelationOf


@dataclass(frozen=True, slots=True)
class Away:
    """Neither the location nor a definition occurs in the term."""

    place: Place
    hole: Hole


Condition = Differ | NotFree | Unifiable | Clashing | Known | Away


@dataclass(frozen=True, slots=True)
class Rule:
    """`left -> right` under the conditions."""

    name: str
    left: Pattern
    right: Pattern
    conditions: tuple[Condition, ...] = ()

    def __hash__(self) -> int:
        # Rules are looked up together, and often; the hash of all their patterns would cost more than that.
        return hash(self.name)

    def __str__(self) -> str:
        sides = f"{show(self.left)}  →  {show(self.right)}"
        conditions = "; ".join(map(show_condition, self.conditions))
        return f"{self.name}: {sides}" + (f"  ({conditions})" if conditions else "")


_M, _N, _P = Hole("M"), Hole("N"), Hole("P")
_S, _T = Value("s"), Value("t")
_A, _B, _L, _X = Place("a"), Place("b"), Place(LAMBDA), Binder("x")
_ADD, _D = RelationOf("r"), CallOf("d")
_MEETING = Block("X", "P", SequenceOf(PushOf(_S, _A), PopOf(_T, _A)), "Q")

DISTRIBUTE_LEFT = Rule(
    "distrib-left", SequenceOf(SumOf(_M, _N), _P), SumOf(SequenceOf(_M, _P), SequenceOf(_N, _P))
)
DISTRIBUTE_RIGHT = Rule(
    "distrib-right", SequenceOf(_P, SumOf(_M, _N)), SumOf(SequenceOf(_P, _M), SequenceOf(_P, _N))
)
DISTRIBUTE_NEW = Rule("distrib-new", NewOf(_X, SumOf(_M, _N)), SumOf(NewOf(_X, _M), NewOf(_X, _N)))
ZERO_LEFT = Rule("zero-left", SequenceOf(FailOf(), _M), FailOf())
ZERO_RIGHT = Rule("zero-right", SequenceOf(_M, FailOf()), FailOf())
UNIT_LEFT = Rule("unit-left", SumOf(FailOf(), _M), _M)
UNIT_RIGHT = Rule("unit-right", SumOf(_M, FailOf()), _M)
ZERO_STAR = Rule("zero-star", StarOf(FailOf()), SkipOf())
DROP = Rule("drop", NewOf(_X, _M), _M, (NotFree(_X, _M),))
HOIST_LEFT = Rule(
    "hoist-left",
    SequenceOf(NewOf(_X, _M), _N),
    NewOf(_X, SequenceOf(_M, _N)),
    (NotFree(_X, _N, renamed=True),),
)
HOIST_RIGHT = Rule(
    "hoist-right",
    SequenceOf(_M, NewOf(_X, _N)),
    NewOf(_X, SequenceOf(_M, _N)),
    (NotFree(_X, _M, renamed=True),),
)
SWAP = Rule(
    "swap",
    SequenceOf(PushOf(_S, _A), PopOf(_T, _B)),
    SequenceOf(PopOf(_T, _B), PushOf(_S, _A)),
    (Differ(_A, _B),),
)
UNIFY = Rule("unify", _MEETING, Solved(_S, _T, _MEETING), (Unifiable(_S, _T),))
CLASH = Rule("clash", _MEETING.pair, FailOf(), (Clashing(_S, _T),))
TEST = Rule("test", TestOf(_S, _T), SequenceOf(PushOf(_S, _L), PopOf(_T, _L)))
RELATION = Rule("relation", _ADD, Solution(_ADD), (Known(_ADD),))
UNROLL = Rule("unroll", StarOf(_M), SumOf(SkipOf(), SequenceOf(_M, StarOf(_M))))
UNFOLD = Rule("unfold", _D, BodyOf(_D))
"""Not a rule of the calculus: a definition is unfolded only when that is asked for."""

TERMINATING: tuple[Rule, ...] = (
    ZERO_LEFT,
    ZERO_RIGHT,
    UNIT_LEFT,
    UNIT_RIGHT,
    ZERO_STAR,
    CLASH,
    UNIFY,
    DROP,
    TEST,
    RELATION,
    HOIST_LEFT,
    HOIST_RIGHT,
    SWAP,
    DISTRIBUTE_LEFT,
    DISTRIBUTE_RIGHT,
    DISTRIBUTE_NEW,
)
"""The rules by which a normal form is normal."""

RULES: tuple[Rule, ...] = (*TERMINATING, UNROLL)
"""All rules of reduction."""

_STAR = StarOf(_M)
SLIDE_PUSH = Rule(
    "slide-push", SequenceOf(PushOf(_S, _A), _STAR), SequenceOf(_STAR, PushOf(_S, _A)), (Away(_A, _M),)
)
SLIDE_POP = Rule(
    "slide-pop", SequenceOf(_STAR, PopOf(_T, _A)), SequenceOf(PopOf(_T, _A), _STAR), (Away(_A, _M),)
)

SLIDES: tuple[Rule, ...] = (SLIDE_PUSH, SLIDE_POP)
"""Rules that are sound and that normal forms leave out."""

BY_NAME = {rule.name: rule for rule in (*RULES, UNFOLD, *SLIDES)}


def show(pattern: Pattern) -> str:
    """A pattern in the notation of the papers. (Patterns are small: this recurses.)"""
    match pattern:
        case Hole(name) | RelationOf(name) | CallOf(name):
            return name
        case SkipOf():
            return "1"
        case FailOf():
            return "0"
        case SequenceOf(first, second):
            return f"{_inner(first)};{_inner(second)}"
        case SumOf(first, second):
            return f"{show(first)} + {show(second)}"
        case NewOf(binder, body):
            return f"∃{binder.name}.{_inner(body, SequenceOf)}"
        case StarOf(body):
            return f"{_inner(body)}*"
        case PushOf(value, place):
            return f"[{value.name}]{place.name}"
        case PopOf(value, place):
            return f"{place.name}<{value.name}>"
        case TestOf(left, right):
            return f"{left.name} == {right.name}"
        case Block(binders, before, pair, after):
            return f"∃{binders}.({before};{show(pair)};{after})"
        case Solved(_, _, block):
            return f"∃{block.binders}'.σ({block.before};{block.after})"
        case Solution(relation):
            return f"solution of {relation.name}"
        case BodyOf(call):
            return f"body of {call.name}"
    raise TypeError(f"{pattern} is no pattern")


def show_condition(condition: Condition) -> str:
    match condition:
        case Differ(left, right):
            return f"{left.name} ≠ {right.name}"
        case NotFree(binder, hole):
            return f"{binder.name} not free in {hole.name}"
        case Unifiable(left, right):
            return f"σ an mgu of {left.name} and {right.name} that binds variables of X alone"
        case Clashing(left, right):
            return f"no mgu of {left.name} and {right.name}"
        case Known(relation):
            return f"the values that {relation.name} needs are integers"
        case Away(place, hole):
            return f"{place.name} not in {hole.name}"


def _inner(pattern: Pattern, *others: type) -> str:
    text = show(pattern)
    return f"({text})" if isinstance(pattern, (SumOf, NewOf, *others)) else text
