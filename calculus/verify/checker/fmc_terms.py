"""Terms of the FMC: read from text into nameless, shared nodes.

| node | label | parts |
|---|---|---|
| `push` | location | argument, body |
| `pop` | location | body, which has one variable more |
| `primitive` | name | body |
| `jump` | label | |
| `join` | label | first, handler |
| `loop` | label | body |
| `var` | index: so many binders out | |
| `free` | name | |

A node is made once for each shape, so terms equal up to renaming are one object. Labels are kept as their
text: integers without leading zeros, strings as in JSON. Types at binders are skipped.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from calculus.verify.checker.wrong import Wrong, require, shown

LAMBDA = "λ"
STAR = "*"

BINARY = ("add", "sub", "mul", "div", "mod", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "concat")
OPERANDS = {**dict.fromkeys(BINARY, 2), **dict.fromkeys(("neg", "not", "length"), 1)}
"""How many operands each primitive has."""


class Node:
    """A term; make one with `make`. Variables with an index of `reach` or more do not occur free in it."""

    __slots__ = ("kids", "label", "op", "reach")

    def __init__(self, op: str, label: Any, kids: "tuple[Node, ...]", reach: int) -> None:
        self.op = op
        self.label = label
        self.kids = kids
        self.reach = reach


_made: dict[tuple[Any, ...], Node] = {}


def make(op: str, label: Any = None, *kids: Node) -> Node:
    """The node of that shape."""
    key = (op, label, *map(id, kids))
    found = _made.get(key)
    if found is None:
        reach = label + 1 if op == "var" else max((kid.reach for kid in kids), default=0)
        found = _made[key] = Node(op, label, kids, max(0, reach - 1) if op == "pop" else reach)
    return found


SKIP = make("jump", STAR)


def forget() -> None:
    """Let go of all nodes made; those that are still used must not be compared with new ones."""
    _made.clear()
    _made["jump", STAR] = SKIP
    _read.clear()


def preorder(term: Node) -> Iterator[Node]:
    """Every occurrence of a node, from left to right."""
    stack = [term]
    while stack:
        item = stack.pop()
        yield item
        stack += reversed(item.kids)


def tokens(term: Node) -> str:
    """The nodes from left to right with their labels, as digests of enumerations have them."""
    return " ".join(item.op if item.label is None else f"{item.op} {item.label}" for item in preorder(term))


# Binding


def shift(term: Node, by: int) -> Node:
    """The term below so many binders more."""
    return term if by == 0 or term.reach == 0 else _changed(term, 0, by, None)


def substitute(body: Node, value: Node) -> Node:
    """`{value/0}body`; the other variables lose the binder that 0 belonged to."""
    return _changed(body, 0, -1, value)


def _changed(term: Node, start: int, by: int, value: Node | None) -> Node:
    """The term whose variables from `start` on move by so much; `start` itself becomes `value` if given."""
    done: dict[tuple[int, int], Node] = {}
    stack = [(term, start)]
    while stack:
        item, depth = stack[-1]
        key = (id(item), depth)
        if key in done:
            stack.pop()
        elif item.reach <= depth:
            done[key] = item
        elif item.op == "var":
            if value is not None and item.label == depth:
                done[key] = shift(value, depth - start)
            else:
                done[key] = make("var", item.label + by)
        else:
            inner = depth + (item.op == "pop")
            missing = [(kid, inner) for kid in item.kids if (id(kid), inner) not in done]
            if missing:
                stack += missing
                continue
            done[key] = make(item.op, item.label, *[done[id(kid), inner] for kid in item.kids])
    return done[id(term), start]


def closed_over(term: Node, values: Mapping[str, Node]) -> Node:
    """The term with closed values for free names."""
    if not values:
        return term
    done: dict[int, Node] = {}
    stack = [term]
    while stack:
        item = stack[-1]
        missing = [kid for kid in item.kids if id(kid) not in done]
        if missing:
            stack += missing
            continue
        stack.pop()
        if item.op == "free" and item.label in values:
            done[id(item)] = values[item.label]
        else:
            done[id(item)] = make(item.op, item.label, *[done[id(kid)] for kid in item.kids])
    return done[id(term)]


# Reading

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\\n\r]|\\.)*")
    | (?P<mark>->|=>|[.;:^()\[~+*⋆])
    | (?P<close>\](?:λ|[a-z][A-Za-z0-9_]*)?)
    | (?P<pop>(?:λ|[a-z][A-Za-z0-9_]*)?<)
    | (?P<end>>)
    | (?P<int>-?[0-9]+)
    | (?P<name>[a-z][A-Za-z0-9_]*|_)
    | (?P<label>[A-Z][A-Za-z0-9_]*'*)
    )""",
    re.VERBOSE,
)
_END = ("", "")


def scan(pattern: "re.Pattern[str]", text: str) -> list[tuple[str, str]]:
    """The tokens of a text, each with its kind. Raises `Wrong`."""
    found: list[tuple[str, str]] = []
    at, stop = 0, len(text.rstrip())
    while at < stop:
        match = pattern.match(text, at)
        if match is None or match.lastgroup is None:
            raise Wrong(f"cannot read `{shown(text[at:], 20)}` in `{shown(text)}`")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def constant(kind: str, text: str) -> str:
    """An integer or a string in its one spelling."""
    if kind == "int":
        digits = text.lstrip("-").lstrip("0") or "0"
        return f"-{digits}" if text[0] == "-" and digits != "0" else digits
    try:
        return json.dumps(json.loads(text, strict=False), ensure_ascii=False)
    except ValueError:
        raise Wrong(f"cannot read the string {shown(text)}") from None


class _Frame:
    """A bracket that is open: what stands in it before the last `;`, and the actions after that."""

    def __init__(self, closes: str) -> None:
        self.closes = closes
        self.left: Node | None = None
        self.label = STAR
        self.chain: list[tuple[Any, ...]] = []


class _Reader:
    """Reads one term; `whole` says that a term could end here, so that `;` or a bracket goes on."""

    def __init__(self, text: str, definitions: Collection[str]) -> None:
        self.text = text
        self.definitions = definitions
        self.tokens = scan(_TOKEN, text)
        self.at = 0
        self.scope: list[str] = []
        self.frames = [_Frame("")]
        self.whole = False

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else _END

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def skip(self, mark: str) -> bool:
        found = self.peek() == ("mark", mark)
        self.at += found
        return found

    def expect(self, condition: object) -> None:
        require(condition, f"cannot read `{shown(self.text)}` at its token {self.at}")

    def term(self) -> Node:
        while True:
            if not self.whole:
                self.operand()
                continue
            kind, text = self.next()
            frame = self.frames[-1]
            if (kind, text) == ("mark", ";"):
                label = self.jump()
                case = label is not None and self.peek(1) == ("mark", "->")
                self.at += 2 * case
                frame.label = label if case and label is not None else STAR
                self.whole = False
                continue
            self.expect(kind in ("mark", "close", "") and text[:1] == frame.closes and frame.left)
            assert frame.left is not None
            if not text:
                return frame.left
            self.frames.pop()
            if text == ")":
                self.after(frame.left)
            else:
                self.act(("push", text[1:] or LAMBDA, frame.left))

    def jump(self) -> str | None:
        """The label that stands next, if one does."""
        kind, text = self.peek()
        if text in (STAR, "⋆", "skip") and kind != "string":
            return STAR
        if kind in ("int", "string"):
            return constant(kind, text)
        return text if kind == "label" else None

    def operand(self) -> None:
        label = self.jump()
        kind, text = self.next()
        if label is not None:
            self.after(make("jump", label))
        elif kind == "mark" and text in ("[", "("):
            self.frames.append(_Frame("]" if text == "[" else ")"))
        elif kind == "pop":
            name = self.next()
            self.expect(name[0] == "name")
            while self.peek()[0] not in ("end", ""):  # a type
                self.next()
            self.expect(self.next()[0] == "end")
            self.scope.append(name[1])
            self.act(("pop", text[:-1] or LAMBDA))
        else:
            self.expect(kind == "name" and text != "_")
            self.name(text)

    def name(self, text: str) -> None:
        scope = self.scope
        if text in scope:
            self.after(make("var", scope[::-1].index(text)))
        elif text in OPERANDS and text not in self.definitions:
            if self.peek() == ("mark", "^"):
                self.after(make("primitive", text, SKIP))
            else:
                self.act(("primitive", text))
        else:
            self.after(make("free", text))

    def act(self, action: tuple[Any, ...]) -> None:
        """An action is read, and perhaps goes on with a dot."""
        self.frames[-1].chain.append(action)
        if not self.skip("."):
            self.fold(SKIP)
        else:
            self.whole = False

    def after(self, term: Node) -> None:
        """A term is read that may be looped, and may go on with a dot."""
        while self.skip("^"):
            label = self.jump()
            self.expect(label)
            self.next()
            term = make("loop", label, term)
        if not self.skip("."):
            self.fold(term)
        else:
            self.expect(term.op != "jump")
            self.frames[-1].chain.append(("then", term))
            self.whole = False

    def fold(self, term: Node) -> None:
        """What stands between two `;` is read: it ends in the term."""
        frame = self.frames[-1]
        for action in reversed(frame.chain):
            match action:
                case ("push", place, argument):
                    term = make("push", place, argument, term)
                case ("pop", place):
                    term = make("pop", place, term)
                    self.scope.pop()
                case ("primitive", name):
                    term = make("primitive", name, term)
                case (_, first):
                    term = make("join", STAR, first, term)
        frame.chain.clear()
        frame.left = term if frame.left is None else make("join", frame.label, frame.left, term)
        self.whole = True


_read: dict[tuple[str, frozenset[str]], Node] = {}


def read(text: str, definitions: Collection[str] = ()) -> Node:
    """The term a text is; names of `definitions` are no primitives. Raises `Wrong`."""
    require(isinstance(text, str), f"expected the text of a term, found {shown(text)}")
    key = (text, frozenset(definitions))
    if key not in _read:
        _read[key] = _Reader(text, definitions).term()
    return _read[key]


def read_label(text: str) -> str:
    """The label a text is."""
    term = read(text)
    require(term.op == "jump", f"expected a label, found {shown(text)}")
    label: str = term.label
    return label
