"""XML as a tree with places, and its one layout.

It is read by the standard library's expat. A document type declaration is refused, and with it every entity
but the five of XML itself; so nothing outside the text is looked at, and the tree is not larger than it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Source, Span

MOST_CHARACTERS = 50_000_000
STEP = 2
DEEPEST = 40
"""No line begins further to the right."""

_TAG = re.compile(r"""<(?:[^"'>]|"[^"]*"|'[^']*')*>?""")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


class Markup(NamedTuple):
    """A comment or a processing instruction, as it is written."""

    text: str


@dataclass(slots=True, eq=False)
class Element:
    """An element: its name with its prefix, as it is written, and the namespace that the prefix stands for.

    `span` is the place of its start tag.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: "list[Element | Markup | str]" = field(default_factory=list)
    namespace: str = ""
    span: Span | None = None

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def elements(self) -> "list[Element]":
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """The words of the text in this element, a space between two."""
        return " ".join("".join(child for child in self.children if isinstance(child, str)).split())


class Document(NamedTuple):
    """The element of a text, and the comments and instructions before and after it."""

    before: list[Markup]
    root: Element
    after: list[Markup]


def read_document(source: Source) -> Document:
    """Raises `SyntaxProblem` where the text is not XML, has a document type declaration or is too long."""
    if len(source.text) > MOST_CHARACTERS:
        raise SyntaxProblem(f"expected at most {MOST_CHARACTERS:,} characters, found {len(source.text):,}")
    return _Reader(source).document()


class _Reader:
    """Drives expat over one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # A lone surrogate, which no file has, is an invalid token to expat.
        self.data = source.text.encode("utf-8", "surrogatepass")
        self.ascii = len(self.data) == len(source.text)
        self.reached = (0, 0)  # an offset in bytes, and the same in characters
        self.open: list[Element] = []
        self.scopes: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self.outside: list[Markup] = []
        self.before: list[Markup] = []
        self.root: Element | None = None
        parser = self.parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.CommentHandler = lambda text: self.markup(f"<!--{text}-->")
        parser.ProcessingInstructionHandler = lambda target, text: self.markup(f"<?{target} {text}?>")

    def document(self) -> Document:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as problem:
            start = self.offset(self.parser.ErrorByteIndex)
            message = f"expected well-formed XML, found {_wrong(problem.code)}"
            raise SyntaxProblem(Diagnostic("syntax", message, self.character(start))) from None
        assert self.root is not None
        return Document(self.before, self.root, self.outside)

    def offset(self, byte: int) -> int:
        """The offset in characters of one in bytes."""
        if self.ascii:
            return byte
        at, found = self.reached if self.reached[0] <= byte else (0, 0)
        found += len(self.data[at:byte].decode("utf-8", "replace"))
        self.reached = byte, found
        return found

    def character(self, start: int) -> Span:
        """The character at an offset; the last one at the end of the text."""
        start = max(0, min(start, len(self.source.text) - 1))
        end = min(start + 1, len(self.source.text))
        return Span(self.source, start, end, end)

    def tag(self) -> Span:
        start = self.offset(self.parser.CurrentByteIndex)
        found = _TAG.match(self.source.text, start)
        end = found.end() if found else start + 1
        return Span(self.source, start, end, end)

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if not self.ascii and encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            message = f"expected a file in UTF-8, found one that says it is in {encoding}"
            raise SyntaxProblem(Diagnostic("syntax", message, self.tag()))

    def doctype(self, *_: object) -> None:
        message = "expected no document type declaration, found one"
        help = "remove `<!DOCTYPE …>`: PNML needs none, and none is read"
        # Expat has read on, up to what the declaration holds.
        start = self.source.text.rfind("<!DOCTYPE", 0, self.offset(self.parser.CurrentByteIndex) + 9)
        end = start + len("<!DOCTYPE")
        raise SyntaxProblem(Diagnostic("syntax", message, Span(self.source, start, end, end), help=help))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        scope = self.scopes[-1]
        if any(key.startswith("xmlns") for key in attributes):
            new = {key[6:]: value for key, value in attributes.items() if key.startswith("xmlns")}
            scope = scope | new
        self.scopes.append(scope)
        prefix = name.rpartition(":")[0]
        element = Element(name, attributes, namespace=scope.get(prefix, prefix), span=self.tag())
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
            self.before, self.outside = self.outside, []
        self.open.append(element)

    def end(self, name: str) -> None:
        self.open.pop()
        self.scopes.pop()

    def characters(self, text: str) -> None:
        self.open[-1].children.append(text)

    def markup(self, text: str) -> None:
        (self.open[-1].children if self.open else self.outside).append(Markup(text))


def _wrong(code: int) -> str:
    """What expat complains of."""
    return {
        "no element found": "no element",
        "junk after document element": "something after the element",
        "mismatched tag": "an end tag that does not fit",
        "unclosed token": "the end of the text inside a tag",
        "duplicate attribute": "an attribute twice",
        "undefined entity": "an entity that is not defined",
        "not well-formed (invalid token)": "a character that does not fit",
    }.get(expat.ErrorString(code) or "", f"a mistake: {expat.ErrorString(code)}")


def document_text(document: Document) -> str:
    """A document in the one layout: an element that holds elements has a line for each of them, and one
    that holds other text is kept as it is.
    """
    lines = [_DECLARATION, *(item.text for item in document.before)]
    stack: list[tuple[Element | Markup | str, int]] = [(document.root, 0)]
    while stack:
        item, depth = stack.pop()
        indent = " " * min(STEP * depth, DEEPEST)
        if not isinstance(item, Element):
            lines.append(indent + (item.text if isinstance(item, Markup) else item))
        elif _is_structure(item):
            lines.append(f"{indent}{_start_tag(item)}>")
            stack.append((f"</{item.name}>", depth))
            stack += [(child, depth + 1) for child in reversed(item.children) if not isinstance(child, str)]
        else:
            lines.append(indent + _inline(item))
    lines += [item.text for item in document.after]
    return "".join(f"{line}\n" for line in lines)


def _is_structure(element: Element) -> bool:
    """Whether the text directly in an element is white space between its elements."""
    if element.attributes.get("xml:space") == "preserve":
        return False
    texts = [child for child in element.children if isinstance(child, str)]
    return len(texts) < len(element.children) and not any(text.strip() for text in texts)


def _inline(element: Element) -> str:
    """An element on one line with its text as it is; that of a PNML `text` is a row of words."""
    pieces: list[str] = []
    stack: list[Element | Markup | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, Markup):
            pieces.append(item.text)
        elif isinstance(item, str):
            pieces.append(item)
        elif not item.children:
            pieces.append(f"{_start_tag(item)}/>")
        else:
            pieces.append(f"{_start_tag(item)}>")
            stack.append(f"</{item.name}>")
            if item.local == "text" and len(item.children) == 1:
                stack.append(_escaped(item.text))
            else:
                stack += [
                    _escaped(child) if isinstance(child, str) else child for child in reversed(item.children)
                ]
    return "".join(pieces)


def _start_tag(element: Element) -> str:
    """The start tag of an element, without its end."""
    given = "".join(f' {name}="{_escaped(value, quoted=True)}"' for name, value in element.attributes.items())
    return f"<{element.name}{given}"


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED = _ESCAPES | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def _escaped(text: str, *, quoted: bool = False) -> str:
    return text.translate(_QUOTED if quoted else _ESCAPES)
