"""What is known of a value before the run: bounds on its size, and what else decides how often is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from calculus.rlm.planning.sizes import (
    NOTHING,
    Form,
    add,
    constant,
    join,
    largest,
    over_children,
    scale,
    text_form,
)
from calculus.term import Term

Known = int | str | bool | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text comes from: the `node` of a recursion that the analysis is at, one of its `child`ren, a
    `root` that a run gives (`name`, or a literal `text`), or a `part` of a root.

    A child and a part are of a split into `parts`; `cuts` are the ranges of units to which a child has been
    shortened, one after the other, and `whole` says whether these are known.
    """

    kind: str
    name: str = ""
    text: str = ""
    parts: int = 0
    whole: bool = True
    cuts: tuple[tuple[int, int], ...] = ()
    span: tuple[int, int] | None = None
    """Of a root of which only these units are meant."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of a list. `length` is the largest possible, and the real one if it is `exact`; None if
    there is no bound. Of a list of `children` there is one element for each child of a node.
    """

    element: "Data"
    length: int | None
    exact: bool
    total: Form | None
    children: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """A value that is no function. `weight` bounds all text in it."""

    weight: Form | None
    known: Known = None
    origin: Origin | None = None
    listing: Listing | None = None
    pair: "tuple[Data, Data] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    name: str
    body: Term
    environment: "Mapping[str, Value]"


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A combinator with some of its arguments."""

    name: str
    arguments: "tuple[Value, ...]"
    place: Term


@dataclass(frozen=True, slots=True, eq=False)
class Recursion:
    """A `fix`. `inside` its own inner nodes it is applied to children."""

    term: Term
    environment: "Mapping[str, Value]"
    inside: bool = False


Value = Data | Closure | Partial | Recursion

NUMBER = constant(20)
"""The digits of what a run counts."""
EMPTY = Data(NOTHING)


def known(value: Known) -> Data:
    """A literal, or what is computed of literals."""
    return Data(text_form(value if isinstance(value, str) else str(value)), value)


def listing(value: Data) -> Listing:
    """What is known of a value that is a list."""
    return value.listing or Listing(Data(value.weight), None, False, value.weight)


def listed(items: Listing) -> Data:
    return Data(items.total, listing=items)


def literal_list(items: list[Data]) -> Data:
    element = items[0] if items else EMPTY
    for item in items[1:]:
        element = join_data(element, item)
    return listed(Listing(element, len(items), True, add(*(item.weight for item in items))))


def like(items: Listing, element: Data) -> Data:
    """A list with a new element for each of a list."""
    if items.children and items.length is not None:
        total = over_children(element.weight, items.length)
    else:
        total = scale(element.weight, items.length)
    return listed(Listing(element, items.length, items.exact, total, items.children))


def apart(items: Listing) -> Listing:
    """The list where it is not known any more which child an element is of."""
    if not items.children:
        return items
    element = Data(largest(items.element.weight))
    return Listing(element, items.length, items.exact, items.total)


def some(items: Listing) -> Data:
    """Some elements of a list."""
    return listed(replace(items, exact=False))


def join_data(left: Data, right: Data) -> Data:
    """What is known of a value that is one of two."""
    if left is right:
        return left
    same = type(left.known) is type(right.known) and left.known == right.known
    items = None
    if left.listing is not None and right.listing is not None:
        items = _join_lists(left.listing, right.listing)
    pair = None
    if left.pair is not None and right.pair is not None:
        pair = (join_data(left.pair[0], right.pair[0]), join_data(left.pair[1], right.pair[1]))
    return Data(
        join(left.weight, right.weight),
        left.known if same else None,
        left.origin if left.origin == right.origin else None,
        items,
        pair,
    )


def _join_lists(left: Listing, right: Listing) -> Listing:
    together = left.children and right.children
    if not together:
        left, right = apart(left), apart(right)
    none = left.length is None or right.length is None
    length = None if none else max(left.length or 0, right.length or 0)
    return Listing(
        join_data(left.element, right.element),
        length,
        left.exact and right.exact and left.length == right.length,
        join(left.total, right.total),
        together,
    )
