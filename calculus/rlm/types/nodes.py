"""Types, with variables that unification fills in, and effects.

The effect of a function says whether applying it may call the oracle. Effects are not unified with constants:
a function that calls the oracle makes its own effect neural, and an effect flows to those of all functions in
whose bodies it happens. So no program is wrong because of its effects, except where a pure function is asked
for. Types and effects of a level above that of all around them are generic, as in Rémy's variant of
Hindley-Milner; nothing here recurses.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from calculus.source.text import Span

GENERIC = 1 << 30
"""The level of what a scheme quantifies."""


class Effect:
    """Whether something may call the oracle; a node of a union-find structure and of a graph of flows."""

    __slots__ = ("flows", "forward", "level", "neural", "pure", "span")

    def __init__(self, level: int, neural: bool = False, span: Span | None = None) -> None:
        self.forward: Effect | None = None
        self.level = level
        self.neural = neural
        self.span = span
        """Where the oracle is called, if it is."""
        self.pure = False
        self.flows: list[Effect] = []


class Meta:
    """A type that is not known yet; `data` ones can only be filled in by types without functions."""

    __slots__ = ("data", "forward", "level")

    def __init__(self, level: int, data: bool = False) -> None:
        self.forward: Type | None = None
        self.level = level
        self.data = data


@dataclass(frozen=True, slots=True, eq=False)
class Con:
    """Text, Int, Bool, List a, Pair a b."""

    name: str
    arguments: tuple["Type", ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    argument: "Type"
    result: "Type"
    effect: Effect


Type = Meta | Con | Function


@dataclass(frozen=True, slots=True)
class Scheme:
    """A type whose generic parts are made anew at every use."""

    type: Type = field()


TEXT, INT, BOOL = Con("Text"), Con("Int"), Con("Bool")


def list_of(element: Type) -> Con:
    return Con("List", (element,))


def pair_of(left: Type, right: Type) -> Con:
    return Con("Pair", (left, right))


def find(type: Type) -> Type:
    """What a type stands for."""
    while isinstance(type, Meta) and type.forward is not None:
        type = type.forward
    return type


def find_effect(effect: Effect) -> Effect:
    while effect.forward is not None:
        effect = effect.forward
    return effect


def parts(type: Type) -> tuple[Type, ...]:
    match type:
        case Con(arguments=arguments):
            return arguments
        case Function(argument=argument, result=result):
            return argument, result
    return ()


def walk(type: Type) -> Iterator[Type]:
    """Every type within a type, what it stands for, once each."""
    seen: set[int] = set()
    stack = [type]
    while stack:
        top = find(stack.pop())
        if id(top) not in seen:
            seen.add(id(top))
            yield top
            stack += reversed(parts(top))


def _linked(whole: Type) -> set[int]:
    """The effects of a type that are neural, or are or become those of another function in it."""
    effects = [find_effect(item.effect) for item in walk(whole) if isinstance(item, Function)]
    present = Counter(id(effect) for effect in effects)
    linked = {id(effect) for effect in effects if effect.neural or present[id(effect)] > 1}
    for effect in effects:
        seen, waiting = {id(effect)}, [effect]
        while waiting:
            for target in map(find_effect, waiting.pop().flows):
                if id(target) not in seen:
                    seen.add(id(target))
                    waiting.append(target)
        if len(others := seen & present.keys()) > 1:
            linked |= others
    return linked


def text(type: Type | Scheme, *, unicode: bool = False) -> str:
    """The type as text. A function whose effect is that of one of its arguments is printed as neural."""
    whole = type.type if isinstance(type, Scheme) else type
    linked = _linked(whole)
    arrows = ("⇝", "→") if unicode else ("~>", "->")
    names: dict[int, str] = {}
    pieces: list[str] = []
    stack: list[tuple[Type, int] | str] = [(whole, 0)]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            pieces.append(top)
            continue
        item, level = find(top[0]), top[1]
        own, shown = 2, list[tuple[Type, int] | str]()
        match item:
            case Meta():
                shown = [names.setdefault(id(item), _letter(len(names)))]
            case Con(name=name, arguments=arguments):
                own = 1 if arguments else 2
                shown = [name]
                for argument in arguments:
                    shown += [" ", (argument, 2)]
            case Function(argument=argument, result=result, effect=effect):
                own = 0
                pure = id(find_effect(effect)) not in linked
                shown = [(argument, 1), f" {arrows[pure]} ", (result, 0)]
        stack += reversed(shown if own >= level else ["(", *shown, ")"])
    return "".join(pieces)


def _letter(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else f"t{index}"
