"""The rules of reduction, as data.

A rule has a name, a left side, conditions and a right side. Sides are patterns: the constructs of the
calculus over *metavariables*. A `Hole` stands for any term, a `Label` for any jump, a `Literal` for
a jump that is a constant, a `Place` for any location, a `Binder` for any bound name, and `Context`
for a sequence of actions before a term. `{N/x}M` and the result of a primitive occur on the right
only. Nothing here knows how a rule is applied: `calculus.fmc.reduction` interprets the rules, and
the verifier can superpose the same patterns.

Source: Heijltjes, *The Functional Machine Calculus III: Control* (MFPS 2025), with the project's
additions (δ, unit, loop exit).
"""

from dataclasses import dataclass

from calculus.machine.instructions import LAMBDA
from calculus.machine.primitives import PRIMITIVES

# Metavariables


@dataclass(frozen=True, slots=True)
class Hole:
    """Any term."""

    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """Any jump's label."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """The label of a jump that is a constant of a base type."""

    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Any location."""

    name: str


@dataclass(frozen=True, slots=True)
class Binder:
    """Any bound name."""

    name: str


# Constructs


@dataclass(frozen=True, slots=True)
class PushOf:
    """`[argument]location.body`"""

    argument: "Pattern"
    location: Place | str
    body: "Pattern"


@dataclass(frozen=True, slots=True)
class PopOf:
    """`location<binder>.body`"""

    location: Place | str
    binder: Binder
    body: "Pattern"


@dataclass(frozen=True, slots=True)
class PrimitiveOf:
    """`name.body`, at λ"""

    name: str
    body: "Pattern"


@dataclass(frozen=True, slots=True)
class JumpOf:
    """`label`"""

    label: "Label | Literal | Computed"


@dataclass(frozen=True, slots=True)
class JoinOf:
    """`first ; label -> handler`"""

    first: "Pattern"
    label: Label
    handler: "Pattern"


@dataclass(frozen=True, slots=True)
class LoopOf:
    """`body ^ label`"""

    body: "Pattern"
    label: Label


@dataclass(frozen=True, slots=True)
class Context:
    """`name.body`: a sequence of actions, then a term. With a `length`, just so many actions."""

    name: str
    body: "Pattern"
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable that is a definition's name."""

    name: str


# On the right side only


@dataclass(frozen=True, slots=True)
class Substitution:
    """`{argument/binder}body`"""

    argument: Hole
    binder: Binder
    body: Hole


@dataclass(frozen=True, slots=True)
class Computed:
    """The label that a primitive gives on literals."""

    primitive: str
    operands: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class BodyOf:
    """The body of the definition with that name."""

    name: Name


Pattern = (
    Hole | PushOf | PopOf | PrimitiveOf | JumpOf | JoinOf | LoopOf | Context | Name | Substitution | BodyOf
)

# Conditions


@dataclass(frozen=True, slots=True)
class NoActionAt:
    """No action of the context is at the location."""

    context: str
    location: Place | str


@dataclass(frozen=True, slots=True)
class NotCaptured:
    """No variable bound in the context is free in the term. Can always be had by renaming."""

    context: str
    hole: str


@dataclass(frozen=True, slots=True)
class Differ:
    """The two labels are different."""

    left: Label
    right: Label


@dataclass(frozen=True, slots=True)
class Defined:
    """The primitive has a result on the literals."""

    primitive: str
    operands: tuple[Literal, ...]


Condition = NoActionAt | NotCaptured | Differ | Defined


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
_I, _J = Label("I"), Label("J")
_A, _X = Place("a"), Binder("x")

BETA = Rule(
    "beta",
    PushOf(_N, _A, Context("H", PopOf(_A, _X, _M))),
    Context("H", Substitution(_N, _X, _M)),
    (NoActionAt("H", _A), NotCaptured("H", "N")),
)


def _delta(name: str) -> Rule:
    """`[m].H.[n].H'.add.M → H.H'.[m+n].M`, with as many operands as the primitive has."""
    names = ("m", "n")[: len(PRIMITIVES[name].operands)]
    contexts = ("H", "H'")[: len(names)]
    operands = tuple(map(Literal, names))
    left: Pattern = PrimitiveOf(name, _M)
    right: Pattern = PushOf(JumpOf(Computed(name, operands)), LAMBDA, _M)
    for context, operand in reversed(list(zip(contexts, operands, strict=True))):
        left = PushOf(JumpOf(operand), LAMBDA, Context(context, left))
        right = Context(context, right)
    conditions: tuple[Condition, ...] = (
        *(NoActionAt(context, LAMBDA) for context in contexts),
        Defined(name, operands),
    )
    return Rule(f"delta-{name}", left, right, conditions)


DELTA = tuple(_delta(name) for name in PRIMITIVES)
SELECT = Rule("select", JoinOf(JumpOf(_J), _J, _N), _N)
REJECT = Rule("reject", JoinOf(JumpOf(_I), _J, _N), JumpOf(_I), (Differ(_I, _J),))
PREFIX = Rule(
    "prefix",
    JoinOf(Context("A", _M, 1), _J, _N),
    Context("A", JoinOf(_M, _J, _N), 1),
    (NotCaptured("A", "N"),),
)
ASSOC = Rule("assoc", JoinOf(JoinOf(_M, _J, _P), _J, _N), JoinOf(_M, _J, JoinOf(_P, _J, _N)))
UNIT = Rule("unit", JoinOf(_M, _J, JumpOf(_J)), _M)
EXIT = Rule("exit", JoinOf(LoopOf(_M, _J), _J, _N), LoopOf(_M, _J))
UNROLL = Rule("unroll", LoopOf(_M, _J), JoinOf(_M, _J, LoopOf(_M, _J)))
UNFOLD = Rule("unfold", Name("d"), BodyOf(Name("d")))
"""Not a rule of the calculus: a definition is unfolded only when that is asked for."""

RULES: tuple[Rule, ...] = (BETA, *DELTA, SELECT, REJECT, PREFIX, ASSOC, UNIT, EXIT, UNROLL)
"""All rules of reduction."""

TERMINATING: tuple[Rule, ...] = tuple(rule for rule in RULES if rule is not UNROLL)
"""All but unroll, which can be used again wherever it has been used."""

BY_NAME = {rule.name: rule for rule in (*RULES, UNFOLD)}


def show(pattern: Pattern) -> str:
    """A pattern in the notation of the papers. (Patterns are small: this recurses.)"""
    match pattern:
        case Hole(name) | Name(name):
            return name
        case PushOf(argument, location, body):
            return f"[{show(argument)}]{_place(location)}.{_inner(body)}"
        case PopOf(location, binder, body):
            return f"{_place(location)}<{binder.name}>.{_inner(body)}"
        case PrimitiveOf(name, body):
            return f"{name}.{_inner(body)}"
        case JumpOf(Computed(primitive, operands)):
            return f"{primitive}({', '.join(operand.name for operand in operands)})"
        case JumpOf(Label(name) | Literal(name)):
            return name
        case JoinOf(first, label, handler):
            return f"{_inner(first, Context)};{label.name}->{_inner(handler)}"
        case LoopOf(body, label):
            return f"{_inner(body)}^{label.name}"
        case Context(name, body):
            return f"{name}.{_inner(body)}"
        case Substitution(argument, binder, body):
            return f"{{{argument.name}/{binder.name}}}{body.name}"
        case BodyOf(name):
            return f"body of {name.name}"
    raise TypeError(f"{pattern} is no pattern")


def show_condition(condition: Condition) -> str:
    match condition:
        case NoActionAt(context, location):
            return f"no action of {context} at {_place(location) or LAMBDA}"
        case NotCaptured(context, hole):
            return f"no variable bound in {context} free in {hole}"
        case Differ(left, right):
            return f"{left.name} ≠ {right.name}"
        case Defined(primitive, operands):
            return f"{primitive}({', '.join(operand.name for operand in operands)}) has a value"


def _place(location: Place | str) -> str:
    if isinstance(location, Place):
        return location.name
    return "" if location == LAMBDA else location


def _inner(pattern: Pattern, *others: type) -> str:
    return f"({show(pattern)})" if isinstance(pattern, (JoinOf, *others)) else show(pattern)
