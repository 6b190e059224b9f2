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

Labels are written as `calculus.machine.tables` says.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import cast, get_args

from calculus.machine.data import APPLY, DATUM, FUNCTIONS, Datum
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
from calculus.machine.numeric import COMPUTE, NUMBER, OPERATE, Number
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
from calculus.machine.tables import Json, Reader, Writer, label_to_json, malformed
from calculus.term import Label, Op, Term

FORMAT = "calculus-state"
VERSION = 1


def state_to_json(state: State) -> dict[str, Json]:
    """The whole state as values that `json.dumps` takes."""
    writer = _Writer()
    effects = state.effects
    request = state.request
    fields: dict[str, Json] = {
        "term": writer.term(state.term),
        "environment": writer.environment(state.environment),
        "frames": [
            [label_to_json(frame.label), writer.term(frame.term), writer.environment(frame.environment)]
            for frame in state.frames
        ],
        "stacks": {
            location: [writer.closure(value) for value in values] for location, values in state.stacks.items()
        },
        "definitions": {name: writer.term(body) for name, body in state.definitions.items()},
        "steps": label_to_json(state.steps),
        "status": state.status,
        "exit": label_to_json(state.exit),
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
            "seed": label_to_json(effects.seed),
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
        raise malformed("the state", f'"format": "{FORMAT}"', top.get("format"))
    if type(top.get("version")) is not int or top["version"] != VERSION:
        raise malformed("the state", f"version {VERSION}", top.get("version"))
    return _Reader(top).state()


class _Writer(Writer):
    def __init__(self) -> None:
        super().__init__()
        self.closures: list[Json] = []
        self._closure_index: dict[int, int] = {}

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


_SHAPES: Mapping[Op, tuple[str, tuple[int, ...]]] = {
    PUSH: ("a location", (2,)),
    POP: ("a location and a name", (1, 2)),
    JUMP: ("a jump", (0,)),
    JOIN: ("a jump", (2,)),
    LOOP: ("a jump", (1,)),
    PRIMITIVE: ("a primitive", (1,)),
    VARIABLE: ("a name", (0,)),
    COMPUTE: ("nothing", (2,)),
    OPERATE: ("a name", (1,)),
    NUMBER: ("a number", (0,)),
    APPLY: ("a function", (1,)),
    DATUM: ("a datum", (0,)),
}
"""What the label of an instruction is, and how many children it may have."""


def _label_fits(label: Label, expected: str) -> bool:
    match expected:
        case "a jump":
            return type(label) in (str, int, Text)
        case "nothing":
            return label is None
        case "a number":
            return type(label) is Number
        case "a datum":
            return type(label) is Datum
        case "a function":
            return type(label) is str and label in FUNCTIONS
        case "a primitive":
            return isinstance(label, str) and label in PRIMITIVES
        case "a location and a name":
            return type(label) is tuple and len(label) == 2 and all(type(x) is str for x in label)
        case _:
            return type(label) is str


class _Reader(Reader):
    def __init__(self, top: dict[str, Json]) -> None:
        super().__init__(top)
        self.closures: list[Closure] = []

    def check(self, op: Op, label: Label, children: tuple[Term, ...]) -> None:
        shape = _SHAPES.get(op)
        if shape is not None and not _label_fits(label, shape[0]):
            raise malformed(f"the label of {op.name}", shape[0], label)
        if shape is not None and len(children) not in shape[1]:
            raise malformed(f"the number of children of {op.name}", str(shape[1][0]), len(children))

    def state(self) -> State:
        self.read_tables()
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
            raise malformed("status", "one of " + ", ".join(get_args(Status)), status)
        state.status = cast(Status, status)
        exit, error, request = self.field("exit"), self.field("error"), self.field("request")
        if status == "done" or exit is not None:
            state.exit = self.jump(exit, "exit")
        if status == "stuck" or error is not None:
            state.error = self.diagnostic(error)
        if status == "suspended" or request is not None:
            state.request = self.request(request, state.term)

    def values(self, data: Json, where: str) -> list[Closure]:
        return [self.entry(item, where, self.closures) for item in self.items(data, where)]

    def environment(self, data: Json, where: str) -> Environment:
        entries = self.fields(data, where).items()
        return {name: self.entry(item, f"{name} in {where}", self.closures) for name, item in entries}

    def jump(self, data: Json, where: str) -> Jump:
        label = self.label(data, where)
        if not _label_fits(label, "a jump"):
            raise malformed(where, "a jump", data)
        return cast(Jump, label)

    def frame(self, data: Json) -> Frame:
        label, term, environment = self.items(data, "a frame", 3)
        return Frame(
            self.jump(label, "the label of a frame"),
            self.term(term, "a frame"),
            self.environment(environment, "the environment of a frame"),
        )

    def request(self, data: Json, term: Term) -> Request:
        entry = self.fields(data, "request")
        location = self.text(entry.get("location"), "location of request")
        index = entry.get("value")
        value = None if index is None else self.entry(index, "value of request", self.closures)
        waiting = term.label[0] if term.op is POP else term.label
        if term.op is not (POP if value is None else PUSH) or waiting != location:
            raise malformed("request", "what the term waits for", location)
        return Request(location, value)

    def effects(self, data: dict[str, Json]) -> Effects:
        kinds = self.fields(data.get("kinds"), "kinds of effects")
        for location, kind in kinds.items():
            if not isinstance(kind, str) or kind not in get_args(Kind):
                raise malformed(f"the kind of {location}", "one that is known", kind)
        seed = self.label(data.get("seed"), "seed")
        exact = data.get("exact")
        if type(seed) is not int or type(exact) is not bool:
            raise malformed("effects", "an object with a seed and exact", data)
        effects = Effects(self.all_terms(data.get("inputs"), "inputs"), seed, exact=exact)
        effects.kinds = cast(dict[str, Kind], dict(kinds))
        effects.drawn = {
            location: deque(self.all_terms(draws, "drawn"))
            for location, draws in self.fields(data.get("drawn"), "drawn").items()
        }
        try:
            effects.set_generator_states(self.fields(data.get("generators"), "generators"))
        except (TypeError, ValueError, OverflowError):
            raise malformed("generators", "states of random generators", None) from None
        return effects

    def all_terms(self, data: Json, where: str) -> Iterable[Term]:
        return [self.term(item, where) for item in self.items(data, where)]
