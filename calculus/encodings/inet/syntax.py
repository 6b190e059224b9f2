"""The text format of interaction nets: `agent S 1`, `rule Add(y, r) >< S(x) => …`, `net r: …`.

A text that parses is checked: agents are declared once and have their number of ports, two agents have one
rule, and every name stands for a wire, so it occurs twice.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from calculus.encodings.inet.graph import is_symmetric
from calculus.encodings.inet.net import Agent, Net, Rule, System, Wire, cells, names
from calculus.encodings.lines import nothing_there, unknown
from calculus.machine.relational.instructions import CONSTRUCTOR, VARIABLE
from calculus.source.diagnostic import Diagnostic, NameProblem, Note, SyntaxProblem
from calculus.source.explain import END, Unexpected, Wording, expectation, syntax
from calculus.source.grammar import Grammar
from calculus.source.integer import read_integer
from calculus.source.items import ItemReader, by_place, complain, item_ranges
from calculus.source.text import Source, Span
from calculus.term import Term

MOST_PORTS = 1000

_DIGITS = re.compile(r"[0-9]+$")
_WORDS = frozenset({"DECLARE", "RULE", "NET"})


def _keyword(problem: Unexpected) -> Diagnostic | None:
    """An item that begins inside another."""
    if problem.kind not in _WORDS or END not in problem.acceptable or problem.symbol != "item":
        return None
    help = "an item begins in column 1 of its own line"
    return syntax(problem, expectation(problem, GRAMMAR.wording), help=help)


GRAMMAR = Grammar(
    "inet",
    ("item", "net"),
    Wording(
        words={
            "NAME": "a name",
            "AGENT": "an agent",
            "NUMBER": "a number of ports",
            "DECLARE": "`agent`",
            "RULE": "`rule`",
            "NET": "`net`",
            "MEETS": "`><`",
            "BECOMES": "`=>`",
            "EQUAL": "`=`",
            "COLON": "`:`",
            "COMMA": "`,`",
            "LPAR": "`(`",
            "RPAR": "`)`",
        },
        groups=(("a name or a cell", frozenset({"NAME", "AGENT"})),),
        brackets={"LPAR": "RPAR"},
        hints=(nothing_there("an agent, a rule or a net"), _keyword),
    ),
)


class Actions:
    """Builds the items of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def more(self, start: int, end: int, items: list[Any], _: int, item: Any) -> list[Any]:
        items.append(item)
        return items

    def agents(self, start: int, end: int, _: int, agents: list[Agent]) -> list[Agent]:
        return agents

    def agent(self, start: int, end: int, name: int, number: int) -> Agent:
        digits = _DIGITS.search(self.text, name, number)
        assert digits is not None
        arity = read_integer(digits[0])
        if arity > MOST_PORTS:
            message = f"expected at most {MOST_PORTS:,} ports, found more"
            raise SyntaxProblem(Diagnostic("syntax", message, self._span(*digits.span())))
        return Agent(self.text[start:name], arity, self._span(start, name))

    def name(self, start: int, end: int, _: int) -> Term:
        return Term(VARIABLE, self.text[start:end], (), self._span(start, end))

    def constant(self, start: int, end: int, _: int) -> Term:
        return Term(CONSTRUCTOR, self.text[start:end], (), self._span(start, end))

    def cell(self, start: int, end: int, name: int, _o: int, ends: list[Term], _c: int) -> Term:
        span = Span(self.source, start, end, name)
        return Term(CONSTRUCTOR, self.text[start:name], tuple(ends), span)

    def wire(self, start: int, end: int, left: Term, _: int, right: Term) -> Wire:
        return left, right

    def rule_to_nothing(self, start: int, end: int, word: int, left: Term, _: int, right: Term) -> Rule:
        return Rule(left, right, (), _both(left, right))

    def rule(
        self,
        start: int,
        end: int,
        word: int,
        left: Term,
        _m: int,
        right: Term,
        _b: int,
        wires: list[Wire],
    ) -> Rule:
        return Rule(left, right, tuple(wires), _both(left, right))

    def closed_net(self, start: int, end: int, _: int, wires: list[Wire]) -> Net:
        return Net((), tuple(wires), self._span(start, end))

    def net(self, start: int, end: int, interface: list[Term], _: int, wires: list[Wire]) -> Net:
        return Net(tuple(interface), tuple(wires), self._span(start, end))

    def main(self, start: int, end: int, _: int, net: Net) -> Net:
        return net


def _both(left: Term, right: Term) -> Span | None:
    """The place of the two cells of a rule."""
    if left.span is None or right.span is None:
        return None
    return Span(left.span.source, left.span.start, right.span.end, right.span.end)


class _Reader(ItemReader):
    """Reads a system; the items are looked at when all are known."""

    def __init__(self, source: Source) -> None:
        super().__init__(GRAMMAR, source)
        self.items: list[Any] = []

    def add(self, item: Any) -> None:
        self.items.append(item)

    def system(self) -> System:
        agents: dict[str, Agent] = {}
        for agent in (agent for item in self.items if isinstance(item, list) for agent in item):
            if self.is_new("agent", agent.name, agent.span, agents):
                agents[agent.name] = agent
        rules: dict[frozenset[str], Rule] = {}
        for rule in (item for item in self.items if isinstance(item, Rule)):
            self.add_rule(rule, rules, agents)
        nets = [item for item in self.items if isinstance(item, Net)]
        for net in nets:
            self.problems += _net_problems(net, agents)
        self.problems += [_second("net", net.span, nets[0].span) for net in nets[1:]]
        complain(sorted(self.problems, key=by_place))
        return System(agents, rules, nets[0] if nets else None)

    def add_rule(self, rule: Rule, rules: dict[frozenset[str], Rule], agents: Mapping[str, Agent]) -> None:
        problems = list(_rule_problems(rule, agents))
        self.problems += problems
        key = frozenset((rule.left.label, rule.right.label))
        if key in rules:
            self.problems.append(_second(f"rule for {rule.pair}", rule.span, rules[key].span))
        elif not problems and len(key) == 1 and not is_symmetric(rule):
            self.problems.append(_asymmetric(rule))
        rules.setdefault(key, rule)


def read_system(source: Source) -> System:
    """The system of a text; raises `SyntaxProblem` or `NameProblem` with all its mistakes."""
    reader = _Reader(source)
    # A text without any item is read as one, so that it is said what is missing.
    reader.read(Actions(source), list(item_ranges(GRAMMAR, source)) or [(0, len(source.text))])
    return reader.system()


def read_net(source: Source, agents: Mapping[str, Agent]) -> Net:
    """The net that a text is, as `r: Add(Z, r) = Z`."""
    net = parse_net(source)
    if problems := list(_net_problems(net, agents)):
        raise NameProblem(*problems)
    return net


def parse_net(source: Source) -> Net:
    """A net whose agents and names are not looked at."""
    net: Net = GRAMMAR.parse(source, "net", Actions(source))
    return net


def _second(what: str, span: Span | None, first: Span | None) -> Diagnostic:
    note = Note("the first is here", first)
    return Diagnostic("name", f"expected one {what}, found a second", span, notes=(note,))


def _asymmetric(rule: Rule) -> Diagnostic:
    return Diagnostic(
        "name",
        f"expected a rule for {rule.pair} that gives the same with the two exchanged",
        rule.span,
        help="the two cells are not told apart, so a net would have two results",
    )


def _rule_problems(rule: Rule, agents: Mapping[str, Agent]) -> Iterable[Diagnostic]:
    for cell in (rule.left, rule.right):
        yield from _agent_problems(cell, agents)
        for child in cell.children:
            if child.op is not VARIABLE:
                message = f"expected a name for each port of a cell before `=>`, found the cell {child.label}"
                yield Diagnostic("name", message, _head(child))
    before = [name for cell in (rule.left, rule.right) for end in cell.children for name in names(end)]
    yield from _wire_problems(before, rule.wires, agents, "before `=>`")


def _net_problems(net: Net, agents: Mapping[str, Agent]) -> Iterable[Diagnostic]:
    return _wire_problems(list(net.interface), net.wires, agents, "in the interface")


def _wire_problems(
    open_ends: list[Term], wires: Iterable[Wire], agents: Mapping[str, Agent], where: str
) -> Iterable[Diagnostic]:
    """Mistakes in wires: an open end is named once, every name stands in two places."""
    first: dict[str, Term] = {}
    for name in open_ends:
        if name.label in first:
            yield _second(f"`{name.label}` {where}", name.span, first[name.label].span)
        first.setdefault(name.label, name)
    uses: dict[str, list[Term]] = {name: [] for name in first}
    for wire in wires:
        for end in wire:
            for cell in cells(end):
                yield from _agent_problems(cell, agents)
            for name in names(end):
                uses.setdefault(name.label, []).append(name)
    for word, places in uses.items():
        wanted = 1 if word in first else 2
        if len(places) < wanted:
            missing = (
                "nothing is connected to it" if word in first else "its other end is connected to nothing"
            )
            place = places[0] if places else first[word]
            yield Diagnostic(
                "name", f"expected two places for the name `{word}`, found one", place.span, missing
            )
        elif len(places) > wanted:
            place = places[wanted]
            note = Note("it begins here", (first.get(word) or places[0]).span)
            message = f"expected two places for the name `{word}`, found a third"
            help = "a name is a wire, and a wire has two ends; an agent with two ports can copy"
            yield Diagnostic("name", message, place.span, notes=(note,), help=help)


def _agent_problems(cell: Term, agents: Mapping[str, Agent]) -> Iterable[Diagnostic]:
    name, count = cell.label, len(cell.children)
    agent = agents.get(name)
    if agent is None:
        yield unknown("agent", name, agents, _head(cell), f"declare it: `agent {name} {count}`")
    elif agent.arity != count:
        ports = f"{agent.arity} port{'s' * (agent.arity != 1)}"
        notes = (Note("it is declared here", agent.span),)
        yield Diagnostic("name", f"expected {ports} of `{name}`, found {count}", _head(cell), notes=notes)


def _head(cell: Term) -> Span:
    """The place of the name of a cell that was read."""
    assert cell.span is not None
    return cell.span.at_head()
