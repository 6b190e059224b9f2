"""Terms, places and diagnostics as JSON, which is what all saved states are made of.

Terms are written once each, into a table in which a term's parts come before it; everything else refers to
them by index, so sharing survives and nothing here recurses. What is read may come from a stranger.

A label is null, a string, an integer, a Boolean, `{"text": …}` for a text constant, `{"number": "…"}` for
the bits of a complex number, `{"datum": …}` for a text, list or pair, or a list of labels. Integers beyond
±2⁵³ are `{"integer": "-0x…"}`, since not every reader of JSON keeps them; strings with surrogates are
`{"points": […]}`, since a pair of them does not survive JSON.
"""

from collections.abc import Sequence
from typing import Any

from calculus.machine.data import Datum, Pair
from calculus.machine.instructions import Text
from calculus.machine.numeric import Number
from calculus.source.diagnostic import Diagnostic, Note, UsageProblem
from calculus.source.text import Source, Span
from calculus.term import Label, Op, Term, node
from calculus.term.node import located

EXACT_INTEGER = 2**53
"""Integers up to this size are the same number to every reader of JSON."""
DEEPEST = 200
"""How deep lists and pairs may nest in what is read; the depth of a value is that of its type."""

Json = Any


class Writer:
    """Fills the tables; each method gives the index of, or the JSON for, what it is given."""

    def __init__(self) -> None:
        self.sources: list[Json] = []
        self.terms: list[Json] = []
        self._source_index: dict[int, int] = {}
        self._term_index: dict[int, int] = {}

    def term(self, term: Term) -> int:
        index = self._term_index
        stack = [term]
        while stack:
            top = stack[-1]
            if id(top) in index:
                stack.pop()
                continue
            missing = [child for child in top.children if id(child) not in index]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            children = [index[id(child)] for child in top.children]
            index[id(top)] = len(self.terms)
            self.terms.append([top.op.name, label_to_json(top.label), children, self.span(top.span)])
        return index[id(term)]

    def span(self, span: Span | None) -> Json:
        if span is None:
            return None
        source = span.source
        index = self._source_index.get(id(source))
        if index is None:
            index = self._source_index[id(source)] = len(self.sources)
            self.sources.append({"name": label_to_json(source.name), "text": label_to_json(source.text)})
        return [index, span.start, span.end, span.head]

    def diagnostic(self, item: Diagnostic) -> Json:
        return {
            "kind": item.kind,
            "message": label_to_json(item.message),
            "span": self.span(item.span),
            "label": label_to_json(item.label),
            "notes": [[label_to_json(note.message), self.span(note.span)] for note in item.notes],
            "help": label_to_json(item.help),
            "severity": item.severity,
        }


def label_to_json(label: Label) -> Json:
    if label is None or isinstance(label, bool):
        return label
    if isinstance(label, int):
        return label if -EXACT_INTEGER <= label <= EXACT_INTEGER else {"integer": hex(label)}
    if isinstance(label, str):
        if any("\ud800" <= letter <= "\udfff" for letter in label):
            return {"points": [ord(letter) for letter in label]}
        return label
    if isinstance(label, Text):
        return {"text": label_to_json(label.value)}
    if isinstance(label, Number):
        return {"number": label.bits.hex()}
    if isinstance(label, Datum):
        return {"datum": _datum_to_json(label.value)}
    return [label_to_json(part) for part in label]


def _datum_to_json(value: Any) -> Json:
    # As deep as its type, which a program has to spell out.
    if isinstance(value, Pair):
        return {"pair": [_datum_to_json(part) for part in value]}
    if isinstance(value, tuple):
        return {"list": [_datum_to_json(part) for part in value]}
    return label_to_json(value if isinstance(value, bool | int) else str(value))


def malformed(where: str, expected: str, found: Json) -> UsageProblem:
    kinds = {dict: "an object", list: "a list", type(None): "nothing"}
    if isinstance(found, int) and abs(found) > EXACT_INTEGER:
        shown = "a large integer"  # which Python might refuse to print
    else:
        shown = kinds.get(type(found)) or repr(found)[:40]
    return UsageProblem(f"this is no saved state: {where} should be {expected}, found {shown}")


class Reader:
    """Checks and rebuilds. Methods take what was read and a word for where it stood.

    Raises `UsageProblem` for anything that is not as it was written, however it may be wrong.
    """

    def __init__(self, top: dict[str, Json]) -> None:
        self.top = top
        self.sources: list[Source] = []
        self.terms: list[Term] = []

    def read_tables(self) -> None:
        """The sources and the terms."""
        for item in self.items(self.field("sources"), "sources"):
            entry = self.fields(item, "a source")
            text, name = self.text(entry.get("text"), "a source"), entry.get("name")
            self.sources.append(Source(text, self.text(name, "the name of a source")))
        for item in self.items(self.field("terms"), "terms"):
            self.terms.append(self.node(item))

    def field(self, name: str) -> Json:
        if name not in self.top:
            raise malformed("the state", f"an object with the field {name}", self.top)
        return self.top[name]

    @staticmethod
    def fields(data: Json, where: str) -> dict[str, Json]:
        if type(data) is not dict or not all(type(key) is str for key in data):
            raise malformed(where, "an object", data)
        return data

    @staticmethod
    def items(data: Json, where: str, length: int | None = None) -> Sequence[Json]:
        if type(data) is not list or (length is not None and len(data) != length):
            raise malformed(where, f"a list of {length}" if length else "a list", data)
        return data

    def entry(self, data: Json, where: str, table: Sequence[Any]) -> Any:
        if type(data) is not int or not 0 <= data < len(table):
            raise malformed(where, f"an index below {len(table)}", data)
        return table[data]

    def term(self, data: Json, where: str) -> Term:
        found: Term = self.entry(data, where, self.terms)
        return found

    def node(self, data: Json) -> Term:
        name, label, children, place = self.items(data, "a term", 4)
        op = Op.registry.get(name) if type(name) is str else None
        if op is None:
            raise malformed("the operator of a term", "one that is known", name)
        label = self.label(label, f"the label of {op.name}")
        below = tuple(
            self.term(child, f"a child of {op.name}")
            for child in self.items(children, f"the children of {op.name}")
        )
        self.check(op, label, below)
        if op.binds and (
            max(op.binds) >= len(below) or type(label) is not tuple or type(label[-1]) is not str
        ):
            raise malformed(f"the label of {op.name}", "that of a binder", label)
        span = self.span(place)
        return node(op, label, below) if span is None else located(op, label, below, span)

    def check(self, op: Op, label: Label, children: tuple[Term, ...]) -> None:
        """Complain of a node that the machine does not know what to do with."""

    def label(self, data: Json, where: str, depth: int = 0) -> Label:
        if data is None or type(data) in (str, bool, int):
            return data
        if type(data) is list and depth < 8:
            return tuple(self.label(part, where, depth + 1) for part in data)
        if type(data) is dict and len(data) == 1:
            ((key, value),) = data.items()
            if key == "text":
                return Text(self.text(value, where))
            if key == "number" and type(value) is str:
                try:
                    bits = bytes.fromhex(value)
                except ValueError:
                    bits = b""
                if len(bits) == 16:
                    return Number.of(Number(bits).value)
            if key == "datum":
                return Datum(self.datum(value, where))
            if key == "points":
                return self.text(data, where)
            if key == "integer" and type(value) is str:
                try:
                    return int(value, 16)
                except ValueError:
                    pass
        raise malformed(where, "a label", data)

    def datum(self, data: Json, where: str, depth: int = 0) -> Any:
        if type(data) is dict and len(data) == 1 and depth < DEEPEST:
            ((key, parts),) = data.items()
            if key in ("list", "pair") and type(parts) is list:
                values = tuple(self.datum(part, where, depth + 1) for part in parts)
                if key == "list":
                    return values
                if len(values) == 2:
                    return Pair(*values)
        value = self.label(data, where)
        if type(value) not in (bool, int, str):
            raise malformed(where, "a value", data)
        return value

    def text(self, data: Json, where: str) -> str:
        if type(data) is str:
            return data
        points = data.get("points") if type(data) is dict else None
        if type(points) is list and all(type(x) is int and 0 <= x < 0x110000 for x in points):
            return "".join(map(chr, points))
        raise malformed(where, "a text", data)

    def count(self, data: Json, where: str) -> int:
        number = self.label(data, where)
        if type(number) is not int or number < 0:
            raise malformed(where, "a natural number", data)
        return number

    def span(self, data: Json) -> Span | None:
        if data is None:
            return None
        index, *offsets = self.items(data, "a span", 4)
        source: Source = self.entry(index, "the source of a span", self.sources)
        if not all(type(offset) is int for offset in offsets):
            raise malformed("a span", "offsets", data)
        start, end, head = offsets
        if not 0 <= start <= head <= end <= len(source.text):
            raise malformed("a span", "inside its source", data)
        return Span(source, start, end, head)

    def diagnostic(self, data: Json) -> Diagnostic:
        entry = self.fields(data, "error")
        texts = {
            name: self.text(entry.get(name), f"{name} of error")
            for name in ("kind", "message", "label", "severity")
        }
        pairs = [self.items(n, "a note", 2) for n in self.items(entry.get("notes"), "notes of error")]
        notes = tuple(Note(self.text(text, "a note"), self.span(span)) for text, span in pairs)
        help = entry.get("help")
        return Diagnostic(
            texts["kind"],
            texts["message"],
            self.span(entry.get("span")),
            texts["label"],
            notes,
            None if help is None else self.text(help, "help of error"),
            texts["severity"],
        )
