"""Writes a search; the tables are filled as states are met."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from immutables import Map

from calculus.machine.relational.frontier import BreadthFirst, Deepening, DepthFirst, Fair, Frontier
from calculus.machine.relational.search import Search
from calculus.machine.relational.seen import Key, Seen
from calculus.machine.relational.state import NO_VARIABLES, Cell, Frame, Frames, Stack, State
from calculus.machine.relational.values import Bindings, Environment, Structure, Value
from calculus.machine.tables import Json, Writer, label_to_json
from calculus.term import Term

FORMAT = "calculus-search"
VERSION = 1


def search_to_json(search: Search) -> dict[str, Json]:
    """The whole search as values that `json.dumps` takes; its budget is not part of it."""
    writer = _Writer()
    query, ends = search.query, search.ends
    found = search.known.values() if search.merge else search.answers
    fields: dict[str, Json] = {
        "query": {
            "term": writer.term(query.term),
            "definitions": {name: writer.term(body) for name, body in query.definitions.items()},
            "stacks": writer.stacks_of_terms(query.stacks),
            "asked": None if query.asked is None else list(query.asked),
        },
        "strategy": search.strategy,
        "mode": search.mode,
        "merge": search.merge,
        "keep": search.keep,
        "frontier": writer.frontier(search.frontier),
        "seen": writer.seen(search.seen) if search.seen is not None else None,
        "answers": [
            {
                "bindings": {name: writer.term(value) for name, value in answer.bindings.items()},
                "stacks": writer.stacks_of_terms(answer.stacks),
                "multiplicity": answer.multiplicity,
            }
            for answer in found
        ],
        "ends": [[writer.state(state), count] for state, count in ends.places.values()],
        "elsewhere": ends.elsewhere,
        "language": search.language,
        "steps": search.steps,
        "found": search.found,
        "complete": search.complete,
        "stopped_by": search.stopped_by,
        "error": writer.diagnostic(search.error) if search.error else None,
    }
    return {"format": FORMAT, "version": VERSION, **writer.tables(), **fields}


class _Writer(Writer):
    def __init__(self) -> None:
        super().__init__()
        self.structures: list[Json] = []
        self.environments: list[Json] = []
        self.cells: list[Json] = []
        self.frames: list[Json] = []
        self.bindings_table: list[Json] = []
        self.states: list[Json] = []
        self._index: dict[int, int] = {}
        self._latest: tuple[Bindings, int] | None = None

    def tables(self) -> dict[str, Json]:
        return {
            "sources": self.sources,
            "terms": self.terms,
            "structures": self.structures,
            "environments": self.environments,
            "cells": self.cells,
            "frames": self.frames,
            "bindings": self.bindings_table,
            "states": self.states,
        }

    def stacks_of_terms(self, stacks: Mapping[str, Sequence[Term]]) -> Json:
        return {location: [self.term(value) for value in values] for location, values in stacks.items()}

    def _once(self, item: object, table: list[Json], entry: Callable[[], Json]) -> int:
        found = self._index.get(id(item))
        if found is None:
            made = entry()
            found = self._index[id(item)] = len(table)
            table.append(made)
        return found

    def value(self, value: Value) -> Json:
        if isinstance(value, int):
            return label_to_json(value)
        if isinstance(value, Term):
            return ["term", self.term(value)]
        stack = [value]
        while stack:
            top = stack[-1]
            parts = [child for child in top.children if isinstance(child, Structure)]
            missing = [child for child in parts if id(child) not in self._index]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if id(top) not in self._index:
                children = [
                    ["structure", self._index[id(child)]]
                    if isinstance(child, Structure)
                    else self.value(child)
                    for child in top.children
                ]
                self._index[id(top)] = len(self.structures)
                self.structures.append([label_to_json(top.label), children])
        return ["structure", self._index[id(value)]]

    def environment(self, environment: Environment) -> int:
        def entry() -> Json:
            return {name: self.value(value) for name, value in sorted(environment.items())}

        return self._once(environment or NO_VARIABLES, self.environments, entry)

    def cell(self, stack: Stack) -> int | None:
        cells: list[Cell] = []
        while stack is not None and id(stack) not in self._index:
            cells.append(stack)
            stack = stack[1]
        index = None if stack is None else self._index[id(stack)]
        for cell in reversed(cells):
            self.cells.append([self.value(cell[0]), index])
            index = self._index[id(cell)] = len(self.cells) - 1
        return index

    def frame(self, frames: Frames) -> int | None:
        entries: list[Frame] = []
        while frames is not None and id(frames) not in self._index:
            entries.append(frames)
            frames = frames[2]
        index = None if frames is None else self._index[id(frames)]
        for frame in reversed(entries):
            self.frames.append([self.term(frame[0]), self.environment(frame[1]), index])
            index = self._index[id(frame)] = len(self.frames) - 1
        return index

    def bindings(self, bindings: Bindings) -> int:
        """As an extension of those written last, which they mostly are."""
        found = self._index.get(id(bindings))
        if found is None:
            base, latest = self._latest or (Map(), None)
            if not all(bindings.get(key) is value for key, value in base.items()):
                base, latest = Map(), None
            new = sorted(key for key in bindings if key not in base)
            if new or latest is None:
                self.bindings_table.append([latest, [[key, self.value(bindings[key])] for key in new]])
                latest = len(self.bindings_table) - 1
            found = self._index[id(bindings)] = latest
        self._latest = (bindings, found)
        return found

    def state(self, state: State) -> int:
        def entry() -> Json:
            return [
                {location: self.cell(state.memory[location]) for location in sorted(state.memory)},
                self.term(state.term),
                self.environment(state.environment),
                self.frame(state.frames),
                self.bindings(state.bindings),
                state.fresh,
                state.depth,
            ]

        return self._once(state, self.states, entry)

    def frontier(self, frontier: Frontier) -> Json:
        match frontier:
            case DepthFirst():
                return {"stack": self._all(frontier.stack)}
            case BreadthFirst():
                return {"queue": self._all(frontier.queue)}
            case Deepening():
                return {
                    "start": self.state(frontier.start),
                    "stack": self._all(frontier.stack),
                    "bound": frontier.bound,
                    "cut": frontier.cut,
                }
            case Fair():
                return {
                    "queue": [[slice, self._all(entry)] for slice, entry in frontier.queue],
                    "branch": self._all(frontier.branch),
                    "slice": frontier.slice,
                    "left": frontier.left,
                }
        raise TypeError(frontier)

    def _all(self, states: Iterable[State]) -> Json:
        return [self.state(state) for state in states]

    def seen(self, seen: Seen) -> Json:
        """Keys name terms by ids, which become indices; see `Seen` for where they are."""

        def named(key: Key, ids: int) -> Json:
            return [*(self.term(seen.terms[cast(int, word)]) for word in key[:ids]), *key[ids:]]

        return {
            "keys": [[named(key, seen.variables), depth] for key, depth in seen.depths.items()],
            "numbers": [[named(key, len(key) - 1), number] for key, number in seen.numbers.items()],
        }
