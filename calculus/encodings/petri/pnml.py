"""PNML, the exchange format of ISO/IEC 15909-2: place/transition nets read from it and written in it.

What changes the meaning of a net and is not read (reference nodes, other kinds of nets and arcs) is an
error. Graphics and what other tools have left are skipped; the layout of a file keeps them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from calculus.encodings.petri.net import Net, Question, Transition, bag_of, name_problem
from calculus.encodings.petri.printer import question_text
from calculus.encodings.petri.syntax import MOST_TOKENS, read_question, too_many
from calculus.encodings.petri.xml import Document, Element, document_text, read_document
from calculus.source.diagnostic import CalculusError, Diagnostic, Note
from calculus.source.explain import one_of
from calculus.source.items import MOST_PROBLEMS, by_place, complain
from calculus.source.text import Source

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"
TOOL = "calculus"

_ANYWHERE = frozenset({"graphics", "toolspecific"})
_INSIDE = {
    "net": frozenset({"name", "page", "place", "transition", "arc"}),
    "page": frozenset({"name", "page", "place", "transition", "arc"}),
    "place": frozenset({"name", "initialMarking"}),
    "transition": frozenset({"name"}),
    "arc": frozenset({"name", "inscription"}),
    "name": frozenset({"text"}),
    "initialMarking": frozenset({"text"}),
    "inscription": frozenset({"text"}),
    "text": frozenset[str](),
}


def is_pnml(source: Source) -> bool:
    """Whether a text is meant as XML."""
    return source.text.lstrip("\ufeff \t\r\n").startswith("<")


def from_pnml(source: Source) -> Net:
    """The net of a PNML text; raises `SyntaxProblem` or `NameProblem` with all its mistakes."""
    return _Reader(source).net()


def format_pnml(source: Source) -> str:
    """A PNML text in the one layout, with everything that it holds."""
    document = read_document(source)
    _Reader(source, document).net()
    return document_text(document)


class _Reader:
    """Reads the net of one document."""

    def __init__(self, source: Source, document: Document | None = None) -> None:
        self.root = (document or read_document(source)).root
        self.problems: list[Diagnostic] = []
        self.nodes: dict[str, Element] = {}
        self.tokens = 0

    def net(self) -> Net:
        element = self.root_net()
        items = list(self.items(element))
        places = [item for item in items if item.local == "place"]
        transitions = [item for item in items if item.local == "transition"]
        initial = {place.attributes["id"]: self.number(place, "initialMarking", 0) for place in places}
        inputs: dict[str, list[tuple[str, int]]] = {item.attributes["id"]: [] for item in transitions}
        outputs: dict[str, list[tuple[str, int]]] = {item.attributes["id"]: [] for item in transitions}
        for arc in (item for item in items if item.local == "arc"):
            self.arc(arc, inputs, outputs)
        self.complain()
        names = _names(places)
        found = Net(
            tuple(names.values()),
            tuple(
                Transition(
                    name,
                    bag_of((names[place], weight) for place, weight in inputs[id]),
                    bag_of((names[place], weight) for place, weight in outputs[id]),
                    self.nodes[id].span,
                )
                for id, name in _names(transitions).items()
            ),
            bag_of((names[place], count) for place, count in initial.items()),
            _name(element) or "",
        )
        question = self.question(element, found)
        self.complain()
        return replace(found, question=question)

    def complain(self) -> None:
        complain(sorted(self.problems, key=by_place)[:MOST_PROBLEMS])

    def problem(self, message: str, element: Element, *, kind: str = "syntax", help: str = "") -> None:
        self.problems.append(Diagnostic(kind, message, element.span, help=help or None))

    def root_net(self) -> Element:
        """The one net of the document."""
        root = self.root
        if root.local != "pnml" or root.namespace not in ("", NAMESPACE):
            more = f" of the namespace {root.namespace}" if root.local == "pnml" else ""
            self.problem(f"expected the element `pnml`, found `{root.name}`{more}", root)
            self.complain()
        nets = [item for item in root.elements if item.local == "net"]
        if len(nets) != 1:
            self.problem(f"expected one net, found {len(nets) or 'none'}", (nets[1:] or [root])[0])
            self.complain()
        (net,) = nets
        kind = net.attributes.get("type", "")
        if kind != TYPE:
            found = f"one of the type {kind}" if kind else "one without a type"
            help = f'as in `<net id="n1" type="{TYPE}">`'
            self.problem(f"expected a place/transition net, found {found}", net, help=help)
            self.complain()
        return net

    def items(self, net: Element) -> Iterator[Element]:
        """Places, transitions and arcs on all pages, each with an identifier of its own, in the order of the
        text.
        """
        stack = [net]
        while stack:
            element = stack.pop()
            stack += reversed(self.children(element))
            if element.local in ("place", "transition", "arc") and self.is_new(element):
                yield element

    def children(self, element: Element) -> list[Element]:
        """The elements in one that mean something; anything that might and is not known is a mistake."""
        allowed = _INSIDE[element.local]
        found = []
        if element.local != "text" and element.text:
            shown = element.text if len(element.text) <= 40 else f"{element.text[:39]}…"
            self.problem(f"expected no text in `{element.local}`, found `{shown}`", element)
        for child in element.elements:
            known = child.namespace == self.root.namespace
            if known and child.local in allowed:
                found.append(child)
            elif not (known and child.local in _ANYWHERE):
                wanted = one_of([f"`{name}`" for name in sorted(allowed)]) if allowed else "nothing but text"
                help = ""
                if child.local in ("referencePlace", "referenceTransition"):
                    help = "nodes that stand for nodes of other pages are not read; connect those themselves"
                message = f"expected {wanted} in `{element.local}`, found `{child.name}`"
                self.problem(message, child, help=help)
        return found

    def is_new(self, element: Element) -> bool:
        """Whether an element has an identifier that no other has, which it ought to."""
        id = element.attributes.get("id")
        if not id or name_problem(id):
            self.problem(
                f"expected an `id` of this {element.local}, found {f'`{id}`' if id else 'none'}", element
            )
        elif id in self.nodes:
            note = Note("the first is here", self.nodes[id].span)
            message = f"expected one `id` {id}, found a second"
            self.problems.append(Diagnostic("name", message, element.span, notes=(note,)))
        else:
            self.nodes[id] = element
            return True
        return False

    def number(self, element: Element, label: str, default: int) -> int:
        """The number in a label of an element, `default` at the least and without one."""
        labels = _inside(element, label)
        if not labels:
            return default
        texts = _inside(labels[0], "text")
        text = texts[0].text if texts else ""
        if len(labels) > 1 or len(texts) != 1 or not (text.isascii() and text.isdigit() and len(text) < 20):
            found = f"`{text}`" if len(texts) == len(labels) == 1 and text else f"{len(texts) or 'no'} texts"
            self.problem(f"expected a number in `{label}`, found {found}", (texts or labels)[-1])
            return default
        if not default <= int(text) <= MOST_TOKENS:
            message = f"expected a number from {default} to {MOST_TOKENS:,} in `{label}`, found {text}"
            self.problem(message, texts[0])
            return default
        self.tokens += int(text)
        if self.tokens - int(text) <= MOST_TOKENS < self.tokens:
            self.problems.append(too_many(texts[0].span))
        return int(text)

    def arc(
        self,
        arc: Element,
        inputs: Mapping[str, list[tuple[str, int]]],
        outputs: Mapping[str, list[tuple[str, int]]],
    ) -> None:
        weight = self.number(arc, "inscription", 1)
        ends = []
        for side in ("source", "target"):
            id = arc.attributes.get(side, "")
            node = self.nodes.get(id)
            if node is None or node.local == "arc":
                found = f"`{id}`" if id else "none"
                self.problem(f"expected a place or a transition as {side}, found {found}", arc, kind="name")
                return
            ends.append((id, node.local))
        match ends:
            case [(place, "place"), (transition, "transition")]:
                inputs[transition].append((place, weight))
            case [(transition, "transition"), (place, "place")]:
                outputs[transition].append((place, weight))
            case [(_, kind), _]:
                self.problem(f"expected an arc from a place to a transition or back, found two {kind}s", arc)

    def question(self, element: Element, net: Net) -> Question | None:
        """The question that this project has left with a net."""
        for child in _inside(element, "toolspecific"):
            if child.attributes.get("tool") == TOOL:
                for item in child.elements:
                    try:
                        return read_question(Source(item.text), net)
                    except CalculusError as problem:
                        self.problems += [replace(found, span=item.span) for found in problem.diagnostics]
        return None


def _name(element: Element) -> str | None:
    """The name of an element, if it has one that can be written."""
    for label in _inside(element, "name"):
        for child in _inside(label, "text"):
            if name_problem(child.text) is None:
                return child.text
    return None


def _inside(element: Element, local: str) -> list[Element]:
    """The elements of a name in one."""
    return [child for child in element.elements if child.local == local]


def _names(elements: list[Element]) -> dict[str, str]:
    """What the elements are called, by identifier: by their names, or where those do not tell them apart by
    their identifiers.
    """
    ids = [element.attributes["id"] for element in elements]
    names = [_name(element) or id for element, id in zip(elements, ids, strict=True)]
    return dict(zip(ids, names if len(set(names)) == len(names) else ids, strict=True))


def to_pnml(net: Net) -> str:
    """A net as PNML."""
    root = Element("net", {"id": "net1", "type": TYPE})
    if net.name:
        root.children.append(_label("name", net.name))
    page = Element("page", {"id": "page1"})
    root.children.append(page)
    places = {place: f"p{number}" for number, place in enumerate(net.places, 1)}
    for place, id in places.items():
        element = Element("place", {"id": id}, [_label("name", place)])
        if count := net.initial.get(place, 0):
            element.children.append(_label("initialMarking", str(count)))
        page.children.append(element)
    arcs: list[tuple[str, str, int]] = []
    for number, transition in enumerate(net.transitions, 1):
        id = f"t{number}"
        page.children.append(Element("transition", {"id": id}, [_label("name", transition.name)]))
        arcs += [(places[place], id, weight) for place, weight in transition.inputs.items()]
        arcs += [(id, places[place], weight) for place, weight in transition.outputs.items()]
    for number, (source, target, weight) in enumerate(arcs, 1):
        element = Element("arc", {"id": f"a{number}", "source": source, "target": target})
        if weight != 1:
            element.children.append(_label("inscription", str(weight)))
        page.children.append(element)
    if net.question is not None:
        asked = Element("question", {}, [question_text(net.question, net.places)])
        root.children.append(Element("toolspecific", {"tool": TOOL, "version": "1"}, [asked]))
    return document_text(Document([], Element("pnml", {"xmlns": NAMESPACE}, [root]), []))


def _label(name: str, text: str) -> Element:
    return Element(name, {}, [Element("text", {}, [text])])
