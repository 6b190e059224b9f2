"""Machine states as JSON, so that a run can be kept, sent elsewhere and resumed.

Terms and closures are written once each, into tables in which whatever an entry refers to comes
before it; everything else refers to them by index, so a state's sharing survives and nothing here
recurses. What is read may come from a stranger: a state that loads is one that the machine can run.

| field | holds |
|---|---|
| `format`, `version` | `"calculus-state"`, 1 |
| `sources` | `{"name", "text"}` of every text that a span points into |
| `terms` | `[operator, label, [children], span]`; a span is null or `[source, start, end, head]` |
| `closures` | `[term, {name: closure}]` |
| `term`, `environment`, `frames` | what runs, its variables, and `[label, term, environment]`s |
| `stacks`, `definitions` | `{location: [closure]}` bottom first, `{name: term}` |
| `steps`, `status`, `exit`, `error`, `request` | as in `State` |
| `effects` | kinds, inputs, drawn, generators, seed, exact, as in `Effects` |

A label is null, a string, an integer, a Boolean, `{"text": …}` for a text constant, or a list of
labels. Integers beyond ±2⁵³ are `{"integer": "-0x…"}`, since not every reader of JSON keeps them;
strings with surrogates are `{"points": […]}`, since a pair of them does not survive JSON.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast, get_args

from calculus.machine.effects import Effects, Kind
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    SKIP,
    VARIABLE,
    Jump,
    Text,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.machine.state import (
    Closure,
    Environment,
    Frame,
    Request,
    State,
    Status,
    prepare,
)
from calculus.source.diagnostic import Diagnostic, Note, UsageProblem
from calculus.source.text import Source, Span
from calculus.term import Label, Op, Term, node
from calculus.term.node import located

FORMAT = "calculus-state"
VERSION = 1
EXACT_INTEGER = 2**53
"""Integers up to this size are the same number to every reader of JSON."""

Json = Any


def state_to_json(state: State) -> dict[str, Json]:
    """The whole state as values that `json.dumps` takes."""
    writer = _Writer()
    effects = state.effects
    request = state.request
    fields: dict[str, Json] = {
        "term": writer.term(state.term),
        "environment": writer.environment(state.environment),
        "frames": [
            [_label(frame.label), writer.term(frame.term), writer.environment(frame.environment)]
            for frame in state.frames
        ],
        "stacks": {
            location: [writer.closure(value) for value in values] for location, values in state.stacks.items()
        },
        "definitions": {name: writer.term(body) for name, body in state.definitions.items()},
        "steps": _label(state.steps),
        "status": state.status,
        "exit": _label(state.exit),
        "error": writer.diagnostic(state.error) if state.error else None,
        "request": request
        and {
            "location": request.location,
            "value": None if request.value is None else writer.closure(request.value),
        },
        "effects": {
            "kinds": dict(effects.kinds),
            "inputs": [writer.term(item) for item in effects.inputs],
            "drawn": {
                location: [writer.term(item) for item in draws] for location, draws in effects.drawn.items()
            },
            "generators": effects.generator_states(),
            "seed": _label(effects.seed),
            "exact": effects.exact,
        },
    }
    tables = {"sources": writer.sources, "terms": writer.terms, "closures": writer.closures}
    return {"format": FORMAT, "version": VERSION, **tables, **fields}


def state_from_json(data: Json) -> State:
    """The state that `state_to_json` wrote.

    Raises `UsageProblem` for anything that is not one, however it may be wrong.
    """
    top = _Reader.fields(data, "the state")
    if top.get("format") != FORMAT:
        raise _malformed("the state", f'"format": "{FORMAT}"', top.get("format"))
    if type(top.get("version")) is not int or top["version"] != VERSION:
        raise _malformed("the state", f"version {VERSION}", top.get("version"))
    return _Reader(top).state()


class _Writer:
    """Fills the tables; each method gives the index of, or the JSON for, what it is given."""

    def __init__(self) -> None:
        self.sources: list[Json] = []
        self.terms: list[Json] = []
        self.closures: list[Json] = []
        self._source_index: dict[int, int] = {}
        self._term_index: dict[int, int] = {}
        self._closure_index: dict[int, int] = {}

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
            self.terms.append([top.op.name, _label(top.label), children, self.span(top.span)])
        return index[id(term)]

    def closure(self, closure: Closure) -> int:
        index = self._closure_index
        stack = [closure]
        while stack:
            top = stack[-1]
            if id(top) in index:
                stack.pop()
                continue
            missing = [value for value in top.environment.values() if id(value) not in index]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            values = {name: index[id(value)] for name, value in top.environment.items()}
            index[id(top)] = len(self.closures)
            self.closures.append([self.term(top.term), values])
        return index[id(closure)]

    def environment(self, environment: Mapping[str, Closure]) -> Json:
        return {name: self.closure(value) for name, value in environment.items()}

    def span(self, span: Span | None) -> Json:
        if span is None:
            return None
        source = span.source
        index = self._source_index.get(id(source))
        if index is None:
            index = self._source_index[id(source)] = len(self.sources)
            self.sources.append({"name": _label(source.name), "text": _label(source.text)})
        return [index, span.start, span.end, span.head]

    def diagnostic(self, item: Diagnostic) -> Json:
        return {
            "kind": item.kind,
            "message": _label(item.message),
            "span": self.span(item.span),
            "label": _label(item.label),
            "notes": [[_label(note.message), self.span(note.span)] for note in item.notes],
            "help": _label(item.help),
            "severity": item.severity,
        }


def _label(label: Label) -> Json:
    if label is None or isinstance(label, bool):
        return label
    if isinstance(label, int):
        return label if -EXACT_INTEGER <= label <= EXACT_INTEGER else {"integer": hex(label)}
    if isinstance(label, str):
        if any("\ud800" <= letter <= "\udfff" for letter in label):
            return {"points": [ord(letter) for letter in label]}
        return label
    if isinstance(label, Text):
        return {"text": _label(label.value)}
    return [_label(part) for part in label]


def _malformed(where: str, expected: str, found: Json) -> UsageProblem:
    kinds = {dict: "an object", list: "a list", type(None): "nothing"}
    if isinstance(found, int) and abs(found) > EXACT_INTEGER:
        shown = "a large integer"  # which Python might refuse to print
    else:
        shown = kinds.get(type(found)) or repr(found)[:40]
    return UsageProblem(f"this is no saved state: {where} should be {expected}, found {shown}")


_SHAPES: Mapping[Op, tuple[str, tuple[int, ...]]] = {
    PUSH: ("a location", (2,)),
    POP: ("a location and a name", (1, 2)),
    JUMP: ("a jump", (0,)),
    JOIN: ("a jump", (2,)),
    LOOP: ("a jump", (1,)),
    PRIMITIVE: ("a primitive", (1,)),
    VARIABLE: ("a name", (0,)),
}
"""What the label of an instruction is, and how many children it may have."""


def _label_fits(label: Label, expected: str) -> bool:
    match expected:
        case "a jump":
            return type(label) in (str, int, Text)
        case "a primitive":
            return isinstance(label, str) and label in PRIMITIVES
        case "a location and a name":
            return type(label) is tuple and len(label) == 2 and all(type(x) is str for x in label)
        case _:
            return type(label) is str


class _Reader:
    """Checks and rebuilds. Methods take what was read and a word for where it stood."""

    def __init__(self, top: dict[str, Json]) -> None:
        self.top = top
        self.sources: list[Source] = []
        self.terms: list[Term] = []
        self.closures: list[Closure] = []

    def state(self) -> State:
        for item in self.items(self.field("sources"), "sources"):
            entry = self.fields(item, "a source")
            text, name = self.text(entry.get("text"), "a source"), entry.get("name")
            self.sources.append(Source(text, self.text(name, "the name of a source")))
        for item in self.items(self.field("terms"), "terms"):
            self.terms.append(self.node(item))
        for item in self.items(self.field("closures"), "closures"):
            term, values = self.items(item, "a closure", 2)
            environment = self.environment(values, "the environment of a closure")
            self.closures.append(Closure(self.term(term, "a closure"), environment))

        state = State(SKIP)
        state.term = self.term(self.field("term"), "term")
        state.environment = self.environment(self.field("environment"), "environment")
        state.frames = [self.frame(item) for item in self.items(self.field("frames"), "frames")]
        state.stacks = {
            location: self.values(items, f"stack {location}")
            for location, items in self.fields(self.field("stacks"), "stacks").items()
        }
        definitions = self.fields(self.field("definitions"), "definitions")
        state.definitions = {
            name: self.term(body, f"definition {name}") for name, body in definitions.items()
        }
        state.effects = self.effects(self.fields(self.field("effects"), "effects"))
        state.steps = self.count(self.field("steps"), "steps")
        self.ending(state)
        pieces = [frame.term for frame in state.frames] + [value.term for value in self.closures]
        prepare(state.term, *state.definitions.values(), *pieces)
        return state

    def ending(self, state: State) -> None:
        """The status and what goes with it."""
        status = self.field("status")
        if not isinstance(status, str) or status not in get_args(Status):
            raise _malformed("status", "one of " + ", ".join(get_args(Status)), status)
        state.status = cast(Status, status)
        exit, error, request = self.field("exit"), self.field("error"), self.field("request")
        if status == "done" or exit is not None:
            state.exit = self.jump(exit, "exit")
        if status == "stuck" or error is not None:
            state.error = self.diagnostic(error)
        if status == "suspended" or request is not None:
            state.request = self.request(request, state.term)

    def field(self, name: str) -> Json:
        if name not in self.top:
            raise _malformed("the state", f"an object with the field {name}", self.top)
        return self.top[name]

    @staticmethod
    def fields(data: Json, where: str) -> dict[str, Json]:
        if type(data) is not dict or not all(type(key) is str for key in data):
            raise _malformed(where, "an object", data)
        return data

    @staticmethod
    def items(data: Json, where: str, length: int | None = None) -> Sequence[Json]:
        if type(data) is not list or (length is not None and len(data) != length):
            raise _malformed(where, f"a list of {length}" if length else "a list", data)
        return data

    def entry(self, data: Json, where: str, table: Sequence[Any]) -> Any:
        if type(data) is not int or not 0 <= data < len(table):
            raise _malformed(where, f"an index below {len(table)}", data)
        return table[data]

    def term(self, data: Json, where: str) -> Term:
        found: Term = self.entry(data, where, self.terms)
        return found

    def values(self, data: Json, where: str) -> list[Closure]:
        return [self.entry(item, where, self.closures) for item in self.items(data, where)]

    def environment(self, data: Json, where: str) -> Environment:
        entries = self.fields(data, where).items()
        return {name: self.entry(item, f"{name} in {where}", self.closures) for name, item in entries}

    def node(self, data: Json) -> Term:
        name, label, children, place = self.items(data, "a term", 4)
        op = Op.registry.get(name) if type(name) is str else None
        if op is None:
            raise _malformed("the operator of a term", "one that is known", name)
        label = self.label(label, f"the label of {op.name}")
        below = tuple(
            self.term(child, f"a child of {op.name}")
            for child in self.items(children, f"the children of {op.name}")
        )
        shape = _SHAPES.get(op)
        if shape is not None and not _label_fits(label, shape[0]):
            raise _malformed(f"the label of {op.name}", shape[0], label)
        if shape is not None and len(below) not in shape[1]:
            raise _malformed(f"the number of children of {op.name}", str(shape[1][0]), len(below))
        if op.binds and (
            max(op.binds) >= len(below) or type(label) is not tuple or type(label[-1]) is not str
        ):
            raise _malformed(f"the label of {op.name}", "that of a binder", label)
        span = self.span(place)
        return node(op, label, below) if span is None else located(op, label, below, span)

    def label(self, data: Json, where: str, depth: int = 0) -> Label:
        if data is None or type(data) in (str, bool, int):
            return data
        if type(data) is list and depth < 8:
            return tuple(self.label(part, where, depth + 1) for part in data)
        if type(data) is dict and len(data) == 1:
            ((key, value),) = data.items()
            if key == "text":
                return Text(self.text(value, where))
            if key == "points":
                return self.text(data, where)
            if key == "integer" and type(value) is str:
                try:
                    return int(value, 16)
                except ValueError:
                    pass
        raise _malformed(where, "a label", data)

    def text(self, data: Json, where: str) -> str:
        if type(data) is str:
            return data
        points = data.get("points") if type(data) is dict else None
        if type(points) is list and all(type(x) is int and 0 <= x < 0x110000 for x in points):
            return "".join(map(chr, points))
        raise _malformed(where, "a text", data)

    def jump(self, data: Json, where: str) -> Jump:
        label = self.label(data, where)
        if not _label_fits(label, "a jump"):
            raise _malformed(where, "a jump", data)
        return cast(Jump, label)

    def count(self, data: Json, where: str) -> int:
        number = self.label(data, where)
        if type(number) is not int or number < 0:
            raise _malformed(where, "a natural number", data)
        return number

    def span(self, data: Json) -> Span | None:
        if data is None:
            return None
        index, *offsets = self.items(data, "a span", 4)
        source: Source = self.entry(index, "the source of a span", self.sources)
        if not all(type(offset) is int for offset in offsets):
            raise _malformed("a span", "offsets", data)
        start, end, head = offsets
        if not 0 <= start <= head <= end <= len(source.text):
            raise _malformed("a span", "inside its source", data)
        return Span(source, start, end, head)

    def frame(self, data: Json) -> Frame:
        label, term, environment = self.items(data, "a frame", 3)
        return Frame(
            self.jump(label, "the label of a frame"),
            self.term(term, "a frame"),
            self.environment(environment, "the environment of a frame"),
        )

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

    def request(self, data: Json, term: Term) -> Request:
        entry = self.fields(data, "request")
        location = self.text(entry.get("location"), "location of request")
        index = entry.get("value")
        value = None if index is None else self.entry(index, "value of request", self.closures)
        waiting = term.label[0] if term.op is POP else term.label
        if term.op is not (POP if value is None else PUSH) or waiting != location:
            raise _malformed("request", "what the term waits for", location)
        return Request(location, value)

    def effects(self, data: dict[str, Json]) -> Effects:
        kinds = self.fields(data.get("kinds"), "kinds of effects")
        for location, kind in kinds.items():
            if not isinstance(kind, str) or kind not in get_args(Kind):
                raise _malformed(f"the kind of {location}", "one that is known", kind)
        seed = self.label(data.get("seed"), "seed")
        exact = data.get("exact")
        if type(seed) is not int or type(exact) is not bool:
            raise _malformed("effects", "an object with a seed and exact", data)
        effects = Effects(self.all_terms(data.get("inputs"), "inputs"), seed, exact=exact)
        effects.kinds = cast(dict[str, Kind], dict(kinds))
        effects.drawn = {
            location: deque(self.all_terms(draws, "drawn"))
            for location, draws in self.fields(data.get("drawn"), "drawn").items()
        }
        try:
            effects.set_generator_states(self.fields(data.get("generators"), "generators"))
        except (TypeError, ValueError, OverflowError):
            raise _malformed("generators", "states of random generators", None) from None
        return effects

    def all_terms(self, data: Json, where: str) -> Iterable[Term]:
        return [self.term(item, where) for item in self.items(data, where)]
