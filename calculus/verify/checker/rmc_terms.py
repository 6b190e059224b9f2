"""Terms of the RMC: read from text, flat, every binder with a number of its own.

| node | label | parts |
|---|---|---|
| `seq`, `sum` | | two or more that are neither; a sequence has no `skip` in it |
| `new` | the number of the variable it binds | body |
| `star` | | body |
| `push`, `pop` | location | value |
| `test` | | two values |
| `relation` | name | values |
| `call` | name | |
| `skip`, `fail` | | |
| `var` | a binder's number, or the name of a free variable | |
| `con` | a constructor's name, an integer or a string | values |

Terms are compared up to the structural equations by `calculus.verify.checker.rmc_structure`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from calculus.verify.checker.fmc_terms import LAMBDA, constant, scan
from calculus.verify.checker.wrong import require, shown


class Node:
    """A term or a value."""

    __slots__ = ("kids", "label", "op")

    def __init__(self, op: str, label: Any = None, kids: "tuple[Node, ...]" = ()) -> None:
        self.op = op
        self.label = label
        self.kids = kids


SKIP = Node("skip")
FAIL = Node("fail")

numbers = count()
"""Where the numbers of binders come from."""


def joined(op: str, items: Iterable[Node]) -> Node:
    """The sequence or the sum of flat terms, flat."""
    parts: list[Node] = []
    for item in items:
        if item.op == op:
            parts += item.kids
        elif op != "seq" or item.op != "skip":
            parts.append(item)
    if len(parts) > 1:
        return Node(op, None, tuple(parts))
    return parts[0] if parts else SKIP


def preorder(term: Node) -> Iterator[Node]:
    stack = [term]
    while stack:
        item = stack.pop()
        yield item
        stack += reversed(item.kids)


def postorder(term: Node) -> list[Node]:
    """Every occurrence of a node, the parts before what they are parts of."""
    found: list[Node] = []
    stack = [term]
    while stack:
        item = stack.pop()
        found.append(item)
        stack += item.kids
    return found[::-1]


def variables(term: Node) -> dict[Any, None]:
    """The variables that occur, in the order in which they do."""
    return {item.label: None for item in preorder(term) if item.op == "var"}


def free_names(term: Node) -> list[str]:
    return [name for name in variables(term) if isinstance(name, str)]


def mapped(term: Node, change: Callable[[Node, tuple[Node, ...]], Node]) -> Node:
    """The term rebuilt from its leaves: each node from itself and its new parts."""
    done: dict[int, Node] = {}
    for item in postorder(term):
        if id(item) not in done:
            done[id(item)] = change(item, tuple([done[id(kid)] for kid in item.kids]))
    return done[id(term)]


def replaced(term: Node, values: Mapping[Any, Node]) -> Node:
    """The term with values for some of its variables, which it does not bind."""
    if not values:
        return term

    def change(item: Node, kids: tuple[Node, ...]) -> Node:
        if item.op == "var":
            return values.get(item.label, item)
        return Node(item.op, item.label, kids) if kids else item

    return mapped(term, change)


def renewed(term: Node) -> Node:
    """The term with new numbers for all that it binds, each binder another."""
    found: list[Node] = []
    # To do: a node with the names in its scope; or what to build, from so many of what was found last.
    stack: list[tuple[Node, dict[Any, Any]] | tuple[str, Any, int]] = [(term, {})]
    while stack:
        entry = stack.pop()
        if len(entry) == 3:
            op, label, size = entry
            split = len(found) - size
            found[split:] = [Node(op, label, tuple(found[split:]))]
            continue
        item, names = entry
        label = names.get(item.label, item.label) if item.op == "var" else item.label
        if item.op == "new":
            label = next(numbers)
            names = {**names, item.label: label}
        stack.append((item.op, label, len(item.kids)))
        stack += [(kid, names) for kid in reversed(item.kids)]
    return found[0]


# Reading

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\\n\r]|\\.)*")
    | (?P<close>\](?:λ|[a-z][A-Za-z0-9_]*)?)
    | (?P<pop>(?:λ|[a-z][A-Za-z0-9_]*)?<)
    | (?P<mark>==|[;+*~.,|{}()\[>])
    | (?P<int>-?[0-9]+)
    | (?P<open>[A-Za-z][A-Za-z0-9_]*'*\()
    | (?P<word>[a-z][A-Za-z0-9_]*|_[A-Za-z0-9_]*)
    | (?P<label>[A-Z][A-Za-z0-9_]*'*)
    )""",
    re.VERBOSE,
)
_CONS, _NIL = "Cons", "Nil"
_VALUE = ("int", "label", "string", "open")


class _Frame:
    """What is open: a bracket, or an `ex` that ends with what is around it."""

    def __init__(self, bound: list[tuple[str, int]] | None = None) -> None:
        self.bound = bound
        self.summands: list[Node] = []
        self.factors: list[Node] = []

    def term(self) -> Node:
        self.close()
        return joined("sum", self.summands)

    def close(self) -> None:
        """A summand ends."""
        self.summands.append(joined("seq", self.factors))
        self.factors = []


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = scan(_TOKEN, text)
        self.at = 0
        self.scope: dict[str, list[int]] = {}
        self.frames = [_Frame()]
        self.hidden: list[int] = []
        """The variables that `_` stands for in the atom that is being read."""

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ("", "")

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, condition: object) -> None:
        require(condition, f"cannot read `{shown(self.text)}` at its token {self.at}")

    def term(self) -> Node:
        while True:
            if not self.operand():
                continue
            while True:
                kind, text = self.next()
                frame = self.frames[-1]
                if text == ";":
                    break
                if text == "+":
                    frame.close()
                    break
                self.expect(text in ("", ")") and kind != "string")
                while self.frames[-1].bound is not None:
                    self.leave()
                term = self.frames.pop().term()
                if not text:
                    self.expect(not self.frames)
                    return term
                self.expect(self.frames)
                self.factor(term)

    def leave(self) -> None:
        """An `ex` ends."""
        frame = self.frames.pop()
        term = frame.term()
        for name, number in reversed(frame.bound or ()):
            self.scope[name].pop()
            term = Node("new", number, (term,))
        self.frames[-1].factors.append(term)

    def operand(self) -> bool:
        """What begins here is read; False if that has only opened a bracket or an `ex`."""
        kind, text = self.peek()
        if kind == "word" and text == "ex":
            self.next()
            self.exists()
            return False
        if text == "(" and kind == "mark":
            self.next()
            self.frames.append(_Frame())
            return False
        self.factor(self.atom())
        return True

    def factor(self, term: Node) -> None:
        """A factor is read, and what stands after it."""
        while self.peek() == ("mark", "*"):
            self.next()
            term = Node("star", None, (term,))
        self.expect(self.peek() != ("mark", "~"))
        self.frames[-1].factors.append(term)

    def exists(self) -> None:
        bound: list[tuple[str, int]] = []
        while self.peek()[0] == "word":
            bound.append((self.next()[1], next(numbers)))
        self.expect(bound and self.next() == ("mark", "."))
        for name, number in bound:
            self.scope.setdefault(name, []).append(number)
        self.frames.append(_Frame(bound))

    def atom(self) -> Node:
        kind, text = self.peek()
        following = self.peek(1)
        self.hidden = []
        if following != ("mark", "==") and (text in ("1", "0", "skip", "fail") and kind in ("int", "word")):
            self.next()
            return SKIP if text in ("1", "skip") else FAIL
        if (kind, text) == ("mark", "["):
            self.next()
            value = self.value()
            kind, text = self.next()
            self.expect(kind == "close")
            return self.closed(Node("push", text[1:] or LAMBDA, (value,)))
        if kind == "pop":
            self.next()
            value = self.value()
            self.expect(self.next() == ("mark", ">"))
            return self.closed(Node("pop", text[:-1] or LAMBDA, (value,)))
        if kind == "open" and text[0].islower():
            self.next()
            return self.closed(Node("relation", text[:-1], self.values(")")))
        if kind == "word" and following != ("mark", "=="):
            self.next()
            dual = self.peek() == ("mark", "~")
            self.at += dual
            return Node("call", f"{text}~" if dual else text)
        left = self.value()
        self.expect(self.next() == ("mark", "=="))
        return self.closed(Node("test", None, (left, self.value())))

    def closed(self, atom: Node) -> Node:
        """An atom below the variables that `_` stands for in it."""
        for number in reversed(self.hidden):
            atom = Node("new", number, (atom,))
        return atom

    def values(self, closes: str) -> tuple[Node, ...]:
        found = [self.value()]
        while (token := self.next()) == ("mark", ","):
            found.append(self.value())
        self.expect(token == ("mark", closes))
        return tuple(found)

    def value(self) -> Node:
        """A value, read with a stack of what is open around it."""
        # Open are constructors, and lists, each with the values that it has so far.
        open: list[tuple[str, list[Node]]] = []
        while True:
            kind, text = self.next()
            if kind == "open" or (kind, text) == ("mark", "{"):
                open.append((text[:-1] if kind == "open" else "{", []))
                if kind == "open" or self.peek() != ("mark", "}"):
                    continue
                self.next()
                open.pop()
                value = Node("con", _NIL)
            elif kind == "word":
                value = self.variable(text)
            else:
                self.expect(kind in _VALUE)
                value = Node("con", text if kind == "label" else constant(kind, text))
            while open:
                name, values = open[-1]
                values.append(value)
                mark = self.peek()
                if mark == ("mark", ",") and name != "|":
                    self.next()
                    break
                if mark == ("mark", "|") and name == "{":
                    self.next()
                    open[-1] = ("|", values)
                    break
                self.expect(mark == ("mark", ")" if name not in ("{", "|") else "}"))
                self.next()
                open.pop()
                value = self.made(name, values)
            else:
                return value

    def made(self, name: str, values: list[Node]) -> Node:
        if name not in ("{", "|"):
            return Node("con", name, tuple(values))
        value = values.pop() if name == "|" else Node("con", _NIL)
        for item in reversed(values):
            value = Node("con", _CONS, (item, value))
        return value

    def variable(self, name: str) -> Node:
        if name == "_":
            self.hidden.append(next(numbers))
            return Node("var", self.hidden[-1])
        bound = self.scope.get(name)
        return Node("var", bound[-1] if bound else name)


def read(text: str) -> Node:
    """The flat term a text is. Raises `Wrong`."""
    require(isinstance(text, str), f"expected the text of a term, found {shown(text)}")
    return _Reader(text).term()


def read_value(text: str) -> Node:
    """The value a text is, all its variables free. Raises `Wrong`."""
    require(isinstance(text, str), f"expected the text of a value, found {shown(text)}")
    reader = _Reader(text)
    value = reader.value()
    reader.expect(reader.peek() == ("", ""))
    return value
