"""What combinators make of what is known of their arguments; those that take functions are in `analysis`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from calculus.rlm.planning.sizes import NOTHING, Form, add, constant, peeked, scale
from calculus.rlm.planning.values import (
    EMPTY,
    NUMBER,
    Data,
    Listing,
    Origin,
    apart,
    join_data,
    known,
    like,
    listed,
    listing,
    some,
)
from calculus.rlm.prompts import overhead


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is given, as far as it is known: the parameters, and the sizes of what it is about."""

    n: int
    k: int
    tau: int
    query: str = ""
    measure: str = "bytes"
    one_byte: bool = True
    """Whether every character of the document has one byte."""
    pieces: Callable[[Origin, int], int] | None = None
    """How many parts the split of a root has, where that is known."""

    def units(self, origin: Origin) -> int | None:
        """The size of a root."""
        if origin.kind != "root":
            return None
        n = self.n if origin.name == "document" else self._size(origin.text)
        if origin.span is None:
            return n
        start, end = (min(place, n) for place in origin.span)
        exact = self.measure == "characters" or (self.one_byte and origin.name == "document")
        return end - start if exact else None

    def _size(self, text: str) -> int:
        return len(text) if self.measure == "characters" else len(text.encode("utf-8", "surrogatepass"))


def split(given: Given, count: Data, text: Data) -> Data:
    parts, origin = count.known, text.origin
    if not isinstance(parts, int) or parts < 2:
        return listed(Listing(Data(text.weight), None, False, text.weight))
    if origin is not None and origin.kind == "node":
        child = Data({"C": 1}, origin=Origin("child", parts=parts))
        return listed(Listing(child, parts, True, {"P": 1}, children=True))
    n = None if origin is None else given.units(origin)
    if origin is None or n is None:
        return listed(Listing(Data(text.weight), parts, False, text.weight))
    found = None if given.pieces is None else given.pieces(origin, parts)
    weight: Form | None = text.weight
    if origin.name == "document" and origin.span is None:
        weight = {f"part:{parts}": 1}
    part = Data(weight, origin=replace(origin, kind="part", parts=parts))
    return listed(Listing(part, min(parts, n) if found is None else found, found is not None, text.weight))


def peek(given: Given, start: Data, end: Data, text: Data) -> Data:
    first, last = start.known, end.known
    origin = text.origin
    if not isinstance(first, int) or not isinstance(last, int):
        child = replace(origin, whole=False) if origin and origin.kind == "child" else None
        return Data(text.weight, origin=child)
    first, last = max(0, first), max(0, first, last)
    if isinstance(text.known, str) and given.measure == "characters":
        return known(text.known[first:last])
    if origin is not None and origin.kind == "root":
        origin = replace(origin, span=(first, last)) if origin.span is None else None
    elif origin is not None and origin.kind == "child":
        origin = replace(origin, cuts=(*origin.cuts, (first, last)))
    else:
        origin = None
    # A place inside a character is moved to its start, so three bytes may come on top.
    units = last - first + (3 if first and given.measure == "bytes" else 0)
    return Data(peeked(text.weight, units), origin=origin)


def ask(given: Given, instruction: Data, query: Data, text: Data) -> Data:
    return Data(add(_prompt(1), instruction.weight, query.weight, text.weight))


def ask_all(given: Given, instruction: Data, query: Data, texts: Data) -> Data:
    items = listing(texts)
    tags = None if items.length is None else _prompt(items.length)
    return Data(add(tags, instruction.weight, query.weight, items.total))


@cache
def _prompt(texts: int) -> Form:
    """What a prompt has beside an instruction, a question and so many texts."""
    fixed = overhead("", "", 0)
    return constant(fixed + texts * (overhead("", "", 1) - fixed))


def concat(given: Given, texts: Data) -> Data:
    return Data(listing(texts).total)


def join_texts(given: Given, between: Data, texts: Data) -> Data:
    items = listing(texts)
    return Data(add(items.total, scale(between.weight, items.length)))


def cross(given: Given, left: Data, right: Data) -> Data:
    first, second = apart(listing(left)), apart(listing(right))
    total = add(scale(first.total, second.length), scale(second.total, first.length))
    return _pairs(first, second, _product(first.length, second.length), total)


def pairs(given: Given, values: Data) -> Data:
    items = apart(listing(values))
    length = None if items.length is None else items.length * (items.length - 1) // 2
    return _pairs(items, items, length, scale(items.total, items.length))


def zipped(given: Given, left: Data, right: Data) -> Data:
    first, second = listing(left), listing(right)
    if not (first.children and second.children):
        first, second = apart(first), apart(second)
    shorter = min((n for n in (first.length, second.length) if n is not None), default=None)
    exact = first.exact and second.exact
    pair = _pair(first.element, second.element)
    total = add(first.total, second.total)
    return listed(Listing(pair, shorter, exact, total, first.children and second.children))


def _pairs(first: Listing, second: Listing, length: int | None, total: Form | None) -> Data:
    exact = first.exact and second.exact and length is not None
    return listed(Listing(_pair(first.element, second.element), length, exact, total))


def _pair(left: Data, right: Data) -> Data:
    return Data(add(left.weight, right.weight), pair=(left, right))


def _product(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left * right


def append(given: Given, left: Data, right: Data) -> Data:
    if left.listing is None or right.listing is None:
        return Data(add(left.weight, right.weight))
    first, second = apart(left.listing), apart(right.listing)
    if first.length == 0 or second.length == 0:
        return right if first.length == 0 else left
    length = None
    if first.length is not None and second.length is not None:
        length = first.length + second.length
    element = join_data(first.element, second.element)
    return listed(Listing(element, length, first.exact and second.exact, add(first.total, second.total)))


def size(given: Given, text: Data) -> Data:
    n = None if text.origin is None else given.units(text.origin)
    return Data(NUMBER) if n is None else known(n)


def length(given: Given, values: Data) -> Data:
    items = values.listing
    if items is None or not items.exact or items.length is None or items.children:
        return Data(NUMBER)
    return known(items.length)


def first(given: Given, pair: Data) -> Data:
    return pair.pair[0] if pair.pair else Data(pair.weight)


def second(given: Given, pair: Data) -> Data:
    return pair.pair[1] if pair.pair else Data(pair.weight)


def one(given: Given, texts: Data) -> Data:
    """One of the elements, or nothing."""
    items = apart(listing(texts))
    return Data(items.element.weight if items.length != 0 else NOTHING)


def merge_counts(given: Given, texts: Data) -> Data:
    # `a:1` is written `a: 1`, so a line may be longer than it was, but not twice as long.
    return Data(scale(listing(texts).total, 2))


def show(given: Given, number: Data) -> Data:
    return known(str(number.known)) if isinstance(number.known, int) else Data(number.weight)


def pieces(given: Given, text: Data) -> Data:
    """A list of parts of a text, of which there may be any number."""
    return listed(Listing(Data(text.weight), None, False, text.weight))


FUNCTIONS: dict[str, Callable[..., Data]] = {
    "split": split,
    "peek": peek,
    "ask": ask,
    "ask_all": ask_all,
    "concat": concat,
    "join": join_texts,
    "cross": cross,
    "pairs": pairs,
    "zip": zipped,
    "append": append,
    "size": size,
    "length": length,
    "fst": first,
    "snd": second,
    "best": one,
    "majority": one,
    "merge_counts": merge_counts,
    "show": show,
    "lines": pieces,
    "words": pieces,
    "parse": pieces,
    "dedupe": lambda given, values: some(listing(values)),
    "contains": lambda given, part, text: Data(NUMBER),
    "number": lambda given, text: Data(text.weight),
}

_COMPUTED: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left // right if right else None,
    "%": lambda left, right: left % right if right else None,
    "++": lambda left, right: left + right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_COMPARES = frozenset({"==", "!=", "<", "<=", ">", ">="})


def operation(sign: str, operands: list[Data]) -> Data:
    """What is known of the value of an operator."""
    values = [operand.known for operand in operands]
    if all(value is not None for value in values):
        if sign == "not":
            return known(not values[0])
        if sign == "negate":
            assert isinstance(values[0], int)
            return known(-values[0])
        if (found := _COMPUTED[sign](*values)) is not None:
            return known(found)
    if sign in _COMPARES or sign == "not":
        return Data(NUMBER)
    if sign == "++":
        return Data(add(*(operand.weight for operand in operands)))
    # A sum has one digit more than its terms together at most, and a product has not.
    return Data(add(constant(1), *(operand.weight for operand in operands)))


__all__ = ["EMPTY", "FUNCTIONS", "Given", "like", "operation"]
