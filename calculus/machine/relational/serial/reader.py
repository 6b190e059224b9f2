"""Reads a search back, and believes nothing."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from immutables import Map

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.frontier import (
    BreadthFirst,
    Deepening,
    DepthFirst,
    Entry,
    Fair,
    Frontier,
)
from calculus.machine.relational.instructions import (
    CALL,
    CONSTANT,
    CONSTRUCTOR,
    FAIL,
    NEW,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    Text,
)
from calculus.machine.relational.query import Query
from calculus.machine.relational.relations import RELATIONS
from calculus.machine.relational.search import Mode, Search, Strategy
from calculus.machine.relational.seen import Key, Seen
from calculus.machine.relational.serial.writer import FORMAT, VERSION
from calculus.machine.relational.state import Cell, Frame, State
from calculus.machine.relational.unify import cyclic
from calculus.machine.relational.values import Bindings, Environment, Structure, Value
from calculus.machine.tables import Json, Reader, malformed
from calculus.term import VARIABLE, Label, Op, Term, free_variables
from calculus.term.binding import free_variables_at


def search_from_json(data: Json) -> Search:
    """The search that `search_to_json` wrote, without limits.

    Raises `UsageProblem` for anything that is not one, however it may be wrong.
    """
    top = Reader.fields(data, "the search")
    if top.get("format") != FORMAT:
        raise malformed("the search", f'"format": "{FORMAT}"', top.get("format"))
    if type(top.get("version")) is not int or top["version"] != VERSION:
        raise malformed("the search", f"version {VERSION}", top.get("version"))
    return _Reader(top).search()


_INSTRUCTIONS = frozenset({SKIP, FAIL, SEQUENCE, PUSH, POP, TEST, RELATION, NEW, SUM, STAR, CALL})
_VALUES = frozenset({VARIABLE, CONSTRUCTOR, CONSTANT})

_SHAPES: Mapping[Op, tuple[str, int | None, frozenset[Op]]] = {
    SKIP: ("nothing", 0, _INSTRUCTIONS),
    FAIL: ("nothing", 0, _INSTRUCTIONS),
    SEQUENCE: ("nothing", 2, _INSTRUCTIONS),
    PUSH: ("a location", 1, _VALUES),
    POP: ("a location", 1, _VALUES),
    TEST: ("nothing", 2, _VALUES),
    RELATION: ("a relation", None, _VALUES),
    NEW: ("a name in a list", 1, _INSTRUCTIONS),
    SUM: ("nothing", 2, _INSTRUCTIONS),
    STAR: ("nothing", 1, _INSTRUCTIONS),
    CALL: ("a name", 0, _INSTRUCTIONS),
    VARIABLE: ("a name", 0, _VALUES),
    CONSTRUCTOR: ("a name", None, _VALUES),
    CONSTANT: ("an integer or a text", 0, _VALUES),
}
"""Of each node what the label is, the number of children, and what they are."""


def _label_fits(label: Label, expected: str) -> bool:
    match expected:
        case "nothing":
            return label is None
        case "a relation":
            return isinstance(label, str) and label in RELATIONS
        case "a name in a list":
            return type(label) is tuple and len(label) == 1 and type(label[0]) is str
        case "an integer or a text":
            return type(label) in (int, Text)
        case _:
            return type(label) is str


class _Reader(Reader):
    """Of the table entries it keeps the highest variable below each, to know that `fresh` is above all."""

    def __init__(self, top: dict[str, Json]) -> None:
        super().__init__(top)
        self.structures: list[Structure] = []
        self.environments: list[Environment] = []
        self.cells: list[Cell] = []
        self.frames: list[Frame] = []
        self.bindings: list[Bindings] = []
        self.states: list[State] = []
        self.variables = 0
        self._highest: dict[int, int] = {}
        self._ground: set[int] = set()

    def node(self, data: Json) -> Term:
        made = super().node(data)
        if made.op in (CONSTANT, CONSTRUCTOR) and all(id(child) in self._ground for child in made.children):
            self._ground.add(id(made))
        return made

    def check(self, op: Op, label: Label, children: tuple[Term, ...]) -> None:
        if op not in _SHAPES:
            raise malformed("the operator of a term", "one of the relational machine", op.name)
        expected, count, kinds = _SHAPES[op]
        if not _label_fits(label, expected):
            raise malformed(f"the label of {op.name}", expected, label)
        if op is RELATION:
            count = RELATIONS[label].arity
        if count is not None and len(children) != count:
            raise malformed(f"the number of children of {op.name}", str(count), len(children))
        if not all(child.op in kinds for child in children):
            kind = "instructions" if kinds is _INSTRUCTIONS else "values"
            raise malformed(f"the children of {op.name}", kind, [child.op.name for child in children])

    def search(self) -> Search:
        self.read_tables()
        query = self.query(self.fields(self.field("query"), "query"))
        self.variables = len(query.variables)
        strategy = self.one_of("strategy", get_args(Strategy))
        mode = self.one_of("mode", get_args(Mode))
        merge, keep = self.flag("merge"), self.flag("keep")
        self.read_states()
        search = Search(
            query,
            Budget(max_memory=None),
            strategy=cast(Strategy, strategy),
            mode=cast(Mode, mode),
            count=merge,
            keep=keep,
        )
        search.frontier = self.frontier(strategy, self.fields(self.field("frontier"), "frontier"))
        if search.seen is not None:
            self.seen(search.seen, self.fields(self.field("seen"), "seen"))
            search.states = len(search.seen)
        answers = [self.answer(item) for item in self.items(self.field("answers"), "answers")]
        search.answers = answers if keep else []
        search.known = {answer.key(): answer for answer in answers} if merge else {}
        for item in self.items(self.field("ends"), "ends"):
            state, count = self.items(item, "an end", 2)
            first: State = self.entry(state, "an end", self.states)
            search.ends.places[id(first.term)] = (first, self.count(count, "an end"))
        search.ends.elsewhere = self.count(self.field("elsewhere"), "elsewhere")
        search.language = self.text(self.field("language"), "language")
        search.steps = self.count(self.field("steps"), "steps")
        search.found = self.count(self.field("found"), "found")
        search.complete = self.flag("complete")
        if self.field("stopped_by") is not None:
            search.stopped_by = cast(StoppedBy, self.one_of("stopped_by", get_args(StoppedBy)))
        if self.field("error") is not None:
            search.error = self.diagnostic(self.field("error"))
        search.count_from_here()
        return search

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        word = self.field(name)
        if not isinstance(word, str) or word not in words:
            raise malformed(name, "one of " + ", ".join(words), word)
        return word

    def flag(self, name: str) -> bool:
        found = self.field(name)
        if type(found) is not bool:
            raise malformed(name, "true or false", found)
        return found

    # Terms

    def instruction(self, data: Json, where: str) -> Term:
        term = self.term(data, where)
        if term.op not in _INSTRUCTIONS:
            raise malformed(where, "an instruction", term.op.name)
        return term

    def term_value(self, data: Json, where: str) -> Term:
        term = self.term(data, where)
        if term.op not in _VALUES:
            raise malformed(where, "a value", term.op.name)
        return term

    def stacks_of_terms(self, data: Json, where: str) -> dict[str, list[Term]]:
        return {
            location: [self.term_value(item, where) for item in self.items(items, where)]
            for location, items in self.fields(data, where).items()
        }

    def query(self, data: dict[str, Json]) -> Query:
        bodies = self.fields(data.get("definitions"), "definitions")
        definitions = {name: self.instruction(body, name) for name, body in bodies.items()}
        for name, body in definitions.items():
            if free_variables(body):
                raise malformed(f"definition {name}", "a closed term", sorted(free_variables(body)))
        stacks = self.stacks_of_terms(data.get("stacks"), "the stacks of query")
        term, asked = self.instruction(data.get("term"), "the term of query"), data.get("asked")
        query = Query(term, definitions, stacks)
        if asked is None:
            return query
        names = tuple(self.text(name, "asked") for name in self.items(asked, "asked"))
        if len(set(names)) < len(names) or not set(query.variables) <= set(names):
            raise malformed("asked", "all variables of the query, each once", asked)
        return Query(term, definitions, stacks, names)

    def answer(self, data: Json) -> Answer:
        entry = self.fields(data, "an answer")
        bindings = self.fields(entry.get("bindings"), "bindings of an answer")
        return Answer(
            {name: self.term_value(value, f"{name} of an answer") for name, value in bindings.items()},
            self.stacks_of_terms(entry.get("stacks"), "the stacks of an answer"),
            self.count(entry.get("multiplicity"), "multiplicity"),
        )

    # States

    def read_states(self) -> None:
        for item in self.items(self.field("structures"), "structures"):
            self.structures.append(self.structure(item))
        for item in self.items(self.field("environments"), "environments"):
            entries = self.fields(item, "an environment").items()
            environment = Map({name: self.value(value, name) for name, value in entries})
            self.environments.append(self._keep(environment, environment.values()))
        for item in self.items(self.field("cells"), "cells"):
            value, below = self.items(item, "a cell", 2)
            cell = (self.value(value, "a cell"), self.optional(below, "a cell", self.cells))
            self.cells.append(self._keep(cell, cell))
        for item in self.items(self.field("frames"), "frames"):
            term, index, below = self.items(item, "a frame", 3)
            place: Environment = self.entry(index, "the environment of a frame", self.environments)
            rest = self.optional(below, "a frame", self.frames)
            frame = (self.instruction(term, "a frame"), place, rest)
            self.frames.append(self._keep(frame, frame[1:]))
        for item in self.items(self.field("bindings"), "bindings"):
            self.bindings.append(self.binding(item))
        for item in self.items(self.field("states"), "states"):
            self.states.append(self.state(item))
        self.check_scopes()

    def _keep(self, made: Any, parts: Any) -> Any:
        """Note the highest variable within something that has just been made."""
        self._highest[id(made)] = max(map(self.highest, parts), default=-1)
        return made

    def highest(self, item: Any) -> int:
        if isinstance(item, int):
            return item
        return -1 if item is None or isinstance(item, Term) else self._highest[id(item)]

    def optional(self, data: Json, where: str, table: list[Any]) -> Any:
        return None if data is None else self.entry(data, where, table)

    def value(self, data: Json, where: str) -> Value:
        if type(data) is not list:
            return self.count(data, where)
        kind, index = self.items(data, where, 2)
        if kind == "structure":
            structure: Structure = self.entry(index, where, self.structures)
            return structure
        term = self.term_value(index, where)
        if kind != "term" or term.span is not None or id(term) not in self._ground:
            raise malformed(where, "a ground value", term.text(40))
        return term

    def structure(self, data: Json) -> Structure:
        name, parts = self.items(data, "a structure", 2)
        children = tuple(self.value(part, "a structure") for part in self.items(parts, "a structure"))
        if not children:
            raise malformed("a structure", "one with arguments", parts)
        made: Structure = self._keep(Structure(self.text(name, "a structure"), children), children)
        return made

    def binding(self, data: Json) -> Bindings:
        base, pairs = self.items(data, "bindings", 2)
        bindings: Bindings = Map() if base is None else self.entry(base, "bindings", self.bindings)
        highest = -1 if base is None else self._highest[id(bindings)]
        new: list[int] = []
        for pair in self.items(pairs, "bindings"):
            key, item = self.items(pair, "a binding", 2)
            number, value = self.count(key, "a binding"), self.value(item, "a binding")
            if number in bindings:
                raise malformed("a binding", "a variable that is not bound yet", number)
            if isinstance(value, int) and value >= number:
                raise malformed("a binding", f"a variable older than {number}", value)
            bindings = bindings.set(number, value)
            highest = max(highest, number, self.highest(value))
            new.append(number)
        if cyclic(new, bindings):
            raise malformed("bindings", "without cycles", pairs)
        self._highest[id(bindings)] = highest
        return bindings

    def state(self, data: Json) -> State:
        memory, term, environment, frame, bindings, fresh, depth = self.items(data, "a state", 7)
        stacks: dict[str, Cell] = {
            location: self.entry(cell, f"stack {location}", self.cells)
            for location, cell in self.fields(memory, "the memory of a state").items()
        }
        state = State(
            Map(stacks),
            self.instruction(term, "the term of a state"),
            self.entry(environment, "the environment of a state", self.environments),
            self.optional(frame, "the frames of a state", self.frames),
            self.entry(bindings, "the bindings of a state", self.bindings),
            self.count(fresh, "fresh"),
            self.count(fresh, "fresh"),  # any of its variables may be within another's value
            self.count(depth, "depth"),
        )
        parts = (*stacks.values(), state.environment, state.frames, state.bindings)
        if state.fresh <= max(self.variables - 1, *map(self.highest, parts)):
            raise malformed("fresh", "a number above all variables of its state", fresh)
        return state

    def check_scopes(self) -> None:
        """Every term has values for its variables."""
        terms = [frame[0] for frame in self.frames] + [state.term for state in self.states]
        wanted = {id(term) for term in terms}
        free_variables_at(Term(SKIP, None, tuple(terms), None), lambda item: id(item) in wanted)
        places = [frame[1] for frame in self.frames] + [state.environment for state in self.states]
        for term, environment in zip(terms, places, strict=True):
            for name in free_variables(term):
                if name not in environment:
                    raise malformed("an environment", f"one with the variable {name}", dict(environment))

    # The search

    def frontier(self, strategy: str, data: dict[str, Json]) -> Frontier:
        match strategy:
            case "dfs":
                return DepthFirst(self.some_states(data.get("stack")))
            case "bfs":
                return BreadthFirst(self.some_states(data.get("queue")))
            case "deepening":
                found = Deepening(self.entry(data.get("start"), "start", self.states))
                found.stack = self.some_states(data.get("stack"))
                found.bound = self.count(data.get("bound"), "bound")
                found.cut = data.get("cut") is True
                return found
        fair = Fair([self.entry_of_queue(entry) for entry in self.items(data.get("queue"), "queue")])
        fair.branch = self.some_states(data.get("branch"))
        fair.slice = self.count(data.get("slice"), "slice")
        fair.left = self.count(data.get("left"), "left")
        return fair

    def entry_of_queue(self, data: Json) -> Entry:
        slice, states = self.items(data, "an entry of queue", 2)
        entry = self.count(slice, "a slice"), self.some_states(states)
        if 0 in (entry[0], len(entry[1])):
            raise malformed("an entry of queue", "a slice and some states", data)
        return entry

    def some_states(self, data: Json) -> list[State]:
        return [self.entry(item, "a pending state", self.states) for item in self.items(data, "states")]

    def seen(self, seen: Seen, data: dict[str, Json]) -> None:
        for item in self.items(data.get("numbers"), "numbers"):
            key, number = self.items(item, "an entry of numbers", 2)
            words = self.items(key, "an entry of numbers")
            seen.numbers[self.key(seen, words, len(words) - 1)] = self.count(number, "an entry of numbers")
        for item in self.items(data.get("keys"), "keys"):
            key, depth = self.items(item, "a key", 2)
            words = self.items(key, "a key")
            seen.depths[self.key(seen, words, seen.variables)] = self.count(depth, "the depth of a key")

    def key(self, seen: Seen, words: Any, ids: int) -> Key:
        named = [seen.name(self.term(word, "a key")) for word in words[:ids]]
        if not all(type(word) in (int, str) for word in words[ids:]):
            raise malformed("a key", "numbers and locations", words)
        return (*named, *words[ids:])
