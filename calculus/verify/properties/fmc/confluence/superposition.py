"""The ways in which left sides of rules overlap, computed from the rules as data.

A *peak* is a pattern at whose root one rule applies and at, or below, whose root another does, so that a
construct (no metavariable) belongs to both left sides; it is the most general such pattern. It is found by
unifying a part of one left side with the other left side. Left sides use each hole once, so unification only
says which labels, which locations and which binders are the same.

A `Context` is a sequence of actions, and what it may be is worked out along the way: where a context of one
side meets an action of the other, either it has ended or it takes the action, if the rule's conditions let
it. That gives all interleavings of the actions that two rules name, and those that they share. Besides,
contexts of any length may have actions that neither rule names (*spectators*): up to `spare` of these, of
each kind, are put in at every place. A context of a fixed length that meets a hole is every kind of action in
turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from calculus.fmc.rules import (
    Binder,
    Context,
    Differ,
    Hole,
    JoinOf,
    JumpOf,
    Label,
    Literal,
    LoopOf,
    NoActionAt,
    Pattern,
    Place,
    PopOf,
    PrimitiveOf,
    PushOf,
    Rule,
)
from calculus.machine.instructions import LAMBDA

Atom = Label | Literal | Place | Binder | str
"""A metavariable other than a hole, or the location λ."""

SPECTATOR = "add"
"""The primitive that stands for any in a context; no rule asks which it is."""


class Relation(NamedTuple):
    """Two atoms that have to be the same, or have to differ."""

    same: bool
    left: Atom
    right: Atom


@dataclass(frozen=True, slots=True)
class Peak:
    """A pattern without contexts, the rules that apply at its root and at `position`, and what must hold of
    its labels and locations for that.
    """

    pattern: Pattern
    outer: Rule
    inner: Rule
    position: tuple[int, ...]
    relations: tuple[Relation, ...]


class _Part(NamedTuple):
    """A pattern, what it needs, and how many spectators may still be put in."""

    pattern: Pattern
    relations: tuple[Relation, ...]
    spare: int

    def needs(self, *relations: Relation) -> "_Part":
        if not relations:
            return self
        return self._replace(relations=(*self.relations, *relations))


def peaks(outer: Rule, inner: Rule, spare: int) -> Iterator[Peak]:
    """All overlaps of the left side of `inner` with a part of that of `outer`, some more than once."""
    other = _renamed(inner)
    search = _Search({**_forbidden(outer), **_forbidden(other)})
    differ = tuple(
        Relation(False, condition.left, condition.right)
        for condition in (*outer.conditions, *other.conditions)
        if isinstance(condition, Differ)
    )
    for part, position in search.overlaps(outer.left, other.left, spare):
        if outer is not inner or position:
            yield Peak(part.pattern, outer, inner, position, (*part.relations, *differ))


def _forbidden(rule: Rule) -> dict[str, Atom]:
    """Where the actions of each context must not be."""
    return {item.context: item.location for item in rule.conditions if isinstance(item, NoActionAt)}


def _renamed(item: Any) -> Any:
    """A rule, a pattern or a condition with other names for all metavariables. (Patterns are small.)"""
    match item:
        case Rule():
            conditions = tuple(map(_renamed, item.conditions))
            return replace(item, left=_renamed(item.left), conditions=conditions)
        case Hole(name) | Label(name) | Literal(name) | Place(name) | Binder(name):
            return type(item)(f"{name}2")
        case PushOf(argument, location, body):
            return PushOf(_renamed(argument), _renamed(location), _renamed(body))
        case PopOf(location, binder, body):
            return PopOf(_renamed(location), _renamed(binder), _renamed(body))
        case PrimitiveOf(name, body):
            return PrimitiveOf(name, _renamed(body))
        case JumpOf(label):
            return JumpOf(_renamed(label))
        case JoinOf(first, label, handler):
            return JoinOf(_renamed(first), _renamed(label), _renamed(handler))
        case LoopOf(body, label):
            return LoopOf(_renamed(body), _renamed(label))
        case Context(name, body, length):
            return Context(f"{name}2", _renamed(body), length)
        case NoActionAt(context, location):
            return NoActionAt(f"{context}2", _renamed(location))
        case Differ(left, right):
            return Differ(_renamed(left), _renamed(right))
    return item


class _Search:
    """Unification of patterns whose contexts avoid the locations given."""

    def __init__(self, forbidden: dict[str, Atom]) -> None:
        self.forbidden = forbidden
        self.spectators = 0

    def overlaps(
        self, pattern: Pattern, other: Pattern, spare: int
    ) -> Iterator[tuple[_Part, tuple[int, ...]]]:
        """`pattern` with `other` unified with it or with a part of it, and where that is."""
        if isinstance(pattern, Hole):
            return
        for part in self.unified(pattern, other, spare):
            yield part, ()
        match pattern:
            case PushOf(argument, location, body):
                for part, position in self.overlaps(argument, other, spare):
                    for rest in self.without_contexts(body, part.spare):
                        yield _both(PushOf, part, rest, location), (0, *position)
                for part, position in self.overlaps(body, other, spare):
                    for rest in self.without_contexts(argument, part.spare):
                        yield _both(PushOf, rest, part, location), (1, *position)
            case PopOf(location, binder, body):
                for part, position in self.overlaps(body, other, spare):
                    yield part._replace(pattern=PopOf(location, binder, part.pattern)), (0, *position)
            case PrimitiveOf(name, body):
                for part, position in self.overlaps(body, other, spare):
                    yield part._replace(pattern=PrimitiveOf(name, part.pattern)), (0, *position)
            case JoinOf(first, label, handler):
                for part, position in self.overlaps(first, other, spare):
                    for rest in self.without_contexts(handler, part.spare):
                        yield _both(JoinOf, part, rest, label), (0, *position)
                for part, position in self.overlaps(handler, other, spare):
                    for rest in self.without_contexts(first, part.spare):
                        yield _both(JoinOf, rest, part, label), (1, *position)
            case LoopOf(body, label):
                for part, position in self.overlaps(body, other, spare):
                    yield part._replace(pattern=LoopOf(part.pattern, label)), (0, *position)
            case Context(name, body, length):
                if length != 1:
                    yield from self.overlaps(body, other, spare)
                for action, relations, left in self.fresh(pattern, spare):
                    index = 1 if isinstance(action, PushOf) else 0
                    rest_of = body if length == 1 else pattern
                    for part, position in self.overlaps(rest_of, other, left):
                        whole = replace(action, body=part.pattern)
                        yield part._replace(pattern=whole).needs(*relations), (index, *position)

    def unified(self, one: Pattern, other: Pattern, spare: int) -> Iterator[_Part]:
        """The patterns that are both."""
        match one, other:
            case (Hole(), _):
                yield from self.without_contexts(other, spare)
            case (_, Hole()):
                yield from self.without_contexts(one, spare)
            case (Context(), _):
                yield from self.from_context(one, other, spare)
            case (_, Context()):
                yield from self.from_context(other, one, spare)
            case (PushOf(), PushOf()):
                for argument in self.unified(one.argument, other.argument, spare):
                    for body in self.unified(one.body, other.body, argument.spare):
                        same = Relation(True, one.location, other.location)
                        yield _both(PushOf, argument, body, one.location).needs(same)
            case (PopOf(), PopOf()):
                for body in self.unified(one.body, other.body, spare):
                    same = Relation(True, one.location, other.location)
                    named = Relation(True, one.binder, other.binder)
                    whole = PopOf(one.location, one.binder, body.pattern)
                    yield body._replace(pattern=whole).needs(same, named)
            case (PrimitiveOf(), PrimitiveOf()) if one.name == other.name:
                for body in self.unified(one.body, other.body, spare):
                    yield body._replace(pattern=PrimitiveOf(one.name, body.pattern))
            case (JumpOf(Label() | Literal() as left), JumpOf(Label() | Literal() as right)):
                yield _Part(one, (Relation(True, left, right),), spare)
            case (JoinOf(), JoinOf()):
                for first in self.unified(one.first, other.first, spare):
                    for handler in self.unified(one.handler, other.handler, first.spare):
                        same = Relation(True, one.label, other.label)
                        yield _both(JoinOf, first, handler, one.label).needs(same)
            case (LoopOf(), LoopOf()):
                for body in self.unified(one.body, other.body, spare):
                    same = Relation(True, one.label, other.label)
                    yield body._replace(pattern=LoopOf(body.pattern, one.label)).needs(same)

    def from_context(self, context: Context, other: Pattern, spare: int) -> Iterator[_Part]:
        """A context ends here, or takes the next action of the other side, or one of its own."""
        if context.length != 1:
            yield from self.unified(context.body, other, spare)
        rest = context.body if context.length == 1 else context
        if self.excludes(context, other):
            return
        match other:
            case PushOf(argument, location, body):
                for pushed in self.without_contexts(argument, spare):
                    for part in self.unified(rest, body, pushed.spare):
                        whole = _both(PushOf, pushed, part, location)
                        yield whole.needs(*self.outside(context, location))
            case PopOf(location, binder, body):
                for part in self.unified(rest, body, spare):
                    whole = part._replace(pattern=PopOf(location, binder, part.pattern))
                    yield whole.needs(*self.outside(context, location))
            case PrimitiveOf(name, body):
                for part in self.unified(rest, body, spare):
                    whole = part._replace(pattern=PrimitiveOf(name, part.pattern))
                    yield whole.needs(*self.outside(context, LAMBDA))
            case Context() if other.length == context.length == 1:
                for action, relations, left in self.fresh(context, spare):
                    for part in self.unified(context.body, other.body, left):
                        whole = part._replace(pattern=replace(action, body=part.pattern))
                        yield whole.needs(*relations)
            case Context():
                # The other context has ended, or takes an action of its own before this one goes on.
                if other.length != 1:
                    yield from self.unified(context, other.body, spare)
                for action, relations, left in self.fresh(other, spare):
                    after = other.body if other.length == 1 else other
                    if self.excludes(context, action):
                        continue
                    for part in self.unified(rest, after, left):
                        place = _place(action)
                        whole = part._replace(pattern=replace(action, body=part.pattern))
                        yield whole.needs(*relations, *self.outside(context, place))

    def without_contexts(self, pattern: Pattern, spare: int) -> Iterator[_Part]:
        """What a pattern stands for if its contexts have no more actions than they must, and spectators."""
        match pattern:
            case PushOf(argument, location, body):
                for pushed in self.without_contexts(argument, spare):
                    for part in self.without_contexts(body, pushed.spare):
                        yield _both(PushOf, pushed, part, location)
            case PopOf(location, binder, body):
                for part in self.without_contexts(body, spare):
                    yield part._replace(pattern=PopOf(location, binder, part.pattern))
            case PrimitiveOf(name, body):
                for part in self.without_contexts(body, spare):
                    yield part._replace(pattern=PrimitiveOf(name, part.pattern))
            case JoinOf(first, label, handler):
                for one in self.without_contexts(first, spare):
                    for other in self.without_contexts(handler, one.spare):
                        yield _both(JoinOf, one, other, label)
            case LoopOf(body, label):
                for part in self.without_contexts(body, spare):
                    yield part._replace(pattern=LoopOf(part.pattern, label))
            case Context(_, body, length):
                if length != 1:
                    yield from self.without_contexts(body, spare)
                for action, relations, left in self.fresh(pattern, spare):
                    rest = body if length == 1 else pattern
                    for part in self.without_contexts(rest, left):
                        yield part._replace(pattern=replace(action, body=part.pattern)).needs(*relations)
            case _:
                yield _Part(pattern, (), spare)

    def fresh(self, context: Context, spare: int) -> Iterator[tuple[Any, tuple[Relation, ...], int]]:
        """An action of each kind for a context; one that it need not have takes from what is spare."""
        if context.length != 1:
            if not spare:
                return
            spare -= 1
        self.spectators += 1
        number = self.spectators
        place = Place(f"c{number}")
        for action in (
            PushOf(Hole(f"Q{number}"), place, Hole("")),
            PopOf(place, Binder(f"z{number}"), Hole("")),
            PrimitiveOf(SPECTATOR, Hole("")),
        ):
            if not self.excludes(context, action):
                yield action, self.outside(context, _place(action)), spare

    def excludes(self, context: Context, action: Pattern) -> bool:
        """Whether the action cannot be in the context whatever the metavariables are."""
        if not isinstance(action, PushOf | PopOf | PrimitiveOf) or context.name not in self.forbidden:
            return False
        return _place(action) == self.forbidden[context.name]

    def outside(self, context: Context, place: Atom) -> tuple[Relation, ...]:
        avoided = self.forbidden.get(context.name)
        return () if avoided is None else (Relation(False, place, avoided),)


def _place(action: Any) -> Atom:
    found: Atom = LAMBDA if isinstance(action, PrimitiveOf) else action.location
    return found


def _both(construct: Any, first: _Part, second: _Part, label: Any) -> _Part:
    """A construct of two parts, of which the second was made with what the first had left to spare."""
    return _Part(
        construct(first.pattern, label, second.pattern),
        (*first.relations, *second.relations),
        min(first.spare, second.spare),
    )
