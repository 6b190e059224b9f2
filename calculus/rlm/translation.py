"""λ-RLM in the FMC: the encoding of call by value, with combinators as functions on data.

| term | translation |
|---|---|
| `x`, `1`, `\\x. M` | `[x]`, `[1]`, `[<x>.M]` |
| `M N` | `N ; <a>.(M ; <f>.[a].f)`; `N ; f` if M is `[f]` |
| `let x = M in N`, a definition x | `M ; <x>.N` |
| `c M N`, all arguments of a combinator | `M ; N ; c` |
| `c` with fewer | `[<a>.[<b>.[a].[b].c]]` |
| `oracle` | `<p>.[[n].[p]]oracle.answer<r>.[r]`, n the number of the site |
| `map`, `filter`, `reduce` | `….<l>.<f>.[[n].[l].[f]]fork.joined<r>.[r]`, n what to do |
| `if C then M else N` | `C ; <b>.(b ; True->M ; False->N)` |
| `fix f. \\P. if G then L else B` | `[U].<s>.[s].s`, U = `<s>.[<P>.if G then L else ([s].s ; <f>.B)]` |

Arguments of combinators are evaluated from the left: all that can be told of the order is which question is
asked first. `oracle` and `fork` are sinks of the host, `answer` and `joined` its sources: the machine waits
there, and the host asks the oracle, or runs the function on every element on a machine of its own.
"""

from calculus.encodings import terms as t
from calculus.encodings.build import Names, Place, variable_name
from calculus.machine.data import APPLY, DATUM, Datum
from calculus.machine.instructions import LAMBDA, PUSH, SKIP
from calculus.rlm.builtins import BUILTINS, GIVEN
from calculus.rlm.functions import IN_PLAN, PREFIX
from calculus.rlm.guard import parts_of
from calculus.rlm.program import Program, oracle_sites
from calculus.source.text import Span
from calculus.term import VARIABLE, Label, Op, Term, free_variables, node
from calculus.term.binding import names_in
from calculus.term.node import postorder

ORACLE, ANSWER, FORK, JOINED = "oracle", "answer", "fork", "joined"
HOSTS = {ORACLE: "sink", ANSWER: "source", FORK: "sink", JOINED: "source"}
"""The locations of the host."""

FORKS = ("map", "filter", "reduce")
"""What `fork` asks for, by its number."""

_EMPTY = node(DATUM, Datum(()))
_SHORT = 8


class Translation:
    """A program in the FMC. `term` is to be run with `names`: the variables for what the run gives, by its
    name, and for the plan's settings, which is `settings`.
    """

    def __init__(self, program: Program) -> None:
        assert program.main is not None
        terms = program.terms()
        self._names = Names({*names_in(terms), *program.definitions})
        self._sites = {id(site): number for number, site in enumerate(oracle_sites(program))}
        self._built: dict[int, Term] = {}
        self.settings = self._names["settings"]
        self.names = {name: variable_name(name) for name in GIVEN}
        self.term = self._translated(program.main)
        used = set(free_variables(program.main))
        for name in reversed(list(program.definitions)):
            item = program.definitions[name]
            if name in used:
                used |= free_variables(item.term)
                bound = Place(item.span).pop(variable_name(name), self.term)
                self.term = self._then(self._translated(item.term), bound, item.span)

    def _translated(self, term: Term) -> Term:
        for item in postorder(term):
            if id(item) not in self._built:
                self._built[id(item)] = self._build(item, Place(item.span))
        return self._built[id(term)]

    def _build(self, term: Term, at: Place) -> Term:
        op, children = term.op, [self._built[id(child)] for child in term.children]
        if op is VARIABLE:
            return self._variable(term, at)
        if op is t.LITERAL or op is t.CONSTRUCTION:
            return at.push(at.jump(term.label))
        if op is t.ABSTRACTION:
            return at.push(at.pop(variable_name(term.label[0]), children[0]))
        if op is t.APPLICATION:
            return self._application(term, children, at)
        if op is t.LET:
            return self._then(children[0], at.pop(variable_name(term.label[0]), children[1]), term.span)
        if op is t.CONDITIONAL:
            condition, yes, no = children
            return self._conditional(condition, yes, no, at)
        if op is t.OPERATION:
            return self._operation(term.label, children, at)
        if op is t.FIX:
            return self._fix(term, at)
        if op is t.PAIR:
            return self._apply("pair", children, at)
        assert op is t.LIST, op
        built = SKIP
        for _ in children:
            built = _function("cons", built, at)
        return self._sequence([*children, at.push(_EMPTY)], built, at)

    def _variable(self, term: Term, at: Place) -> Term:
        name = term.label
        if name not in BUILTINS:
            return at.push(at.variable(variable_name(name)))
        # A function of as many arguments as the combinator waits for.
        arity = BUILTINS[name].arity
        names = [self._names[f"x{index}"] for index in range(arity)]
        pushed = [at.push(at.variable(name)) for name in names]
        body = self._sequence(pushed, self._tail(term, at), at)
        body = self._given_settings(term.label, body, at)
        for index in range(arity - 1, 0, -1):
            body = at.push(at.pop(names[index], body))
        return at.push(at.pop(names[0], body))

    def _application(self, term: Term, children: list[Term], at: Place) -> Term:
        head, arguments = term, list[Term]()
        while head.op is t.APPLICATION:
            head, argument = head.children
            arguments.append(argument)
        if head.op is VARIABLE and head.label in BUILTINS and BUILTINS[head.label].arity == len(arguments):
            parts = [self._built[id(argument)] for argument in reversed(arguments)]
            return self._given_settings(head.label, self._sequence(parts, self._tail(head, at), at), at)
        if children[0].op is PUSH and children[0].children[1] is SKIP:
            # The function is a value: it takes its argument from where that is left.
            return self._then(children[1], children[0].children[0], term.span)
        value, function = self._names["a"], self._names["f"]
        call = at.pop(function, at.push(at.variable(value), at.variable(function)))
        return self._then(children[1], at.pop(value, self._then(children[0], call, term.span)), term.span)

    def _given_settings(self, name: str, body: Term, at: Place) -> Term:
        """A function that depends on the plan has its settings as its first argument."""
        return at.push(at.variable(self.settings), body) if name in IN_PLAN else body

    def _tail(self, head: Term, at: Place) -> Term:
        """What a combinator does with its arguments on λ."""
        name = head.label
        if name == "oracle":
            prompt, answer = self._names["p"], self._names["r"]
            site = at.jump(self._sites[id(head)])
            asked = at.push(site, at.push(at.variable(prompt)))
            received = at.pop(answer, at.push(at.variable(answer)), ANSWER)
            return at.pop(prompt, at.push(asked, received, ORACLE))
        if name in FORKS:
            values = [self._names[letter] for letter in ("l", "u", "f")]
            if name != "reduce":
                del values[1]
            answer = self._names["r"]
            asked = SKIP
            for value in reversed(values):
                asked = at.push(at.variable(value), asked)
            asked = at.push(at.jump(FORKS.index(name)), asked)
            tail = at.push(asked, at.pop(answer, at.push(at.variable(answer)), JOINED), FORK)
            for value in reversed(values):
                tail = at.pop(value, tail)
            return tail
        return _function(name, SKIP, at)

    def _apply(self, name: str, parts: list[Term], at: Place) -> Term:
        return self._sequence(parts, _function(name, SKIP, at), at)

    def _operation(self, sign: str, parts: list[Term], at: Place) -> Term:
        if sign == "and":
            return self._conditional(parts[0], parts[1], at.push(at.jump("False")), at)
        if sign == "or":
            return self._conditional(parts[0], at.push(at.jump("True")), parts[1], at)
        return self._apply(sign, parts, at)

    def _fix(self, term: Term, at: Place) -> Term:
        found = parts_of(term)
        assert found is not None, "an unguarded recursion"
        variable, _, leaf, body, guard = found
        itself = self._names["s"]
        unrolled = at.push(at.variable(itself), at.variable(itself))
        recursion = at.pop(variable_name(term.label[0]), self._built[id(body)])
        rest = self._then(unrolled, recursion, term.span)
        test = self._conditional(self._built[id(guard)], self._built[id(leaf)], rest, at)
        unroll = at.pop(itself, at.push(at.pop(variable_name(variable), test)))
        return at.push(unroll, at.pop(itself, unrolled))

    def _conditional(self, condition: Term, yes: Term, no: Term, at: Place) -> Term:
        """`condition ; <b>.(b ; True->yes ; False->no)`: Booleans are the only jumps there are, and no branch
        leaves with one, so what is caught is the condition.
        """
        name = self._names["b"]
        case = at.join(at.join(at.variable(name), "True", yes), "False", no)
        return self._then(condition, at.pop(name, case), at.span)

    def _sequence(self, parts: list[Term], tail: Term, at: Place) -> Term:
        for part in reversed(parts):
            tail = self._then(part, tail, at.span)
        return tail

    def _then(self, first: Term, rest: Term, span: Span | None) -> Term:
        """`first ; rest`, and just the one after the other if `first` only pushes or computes."""
        chain: list[Term] = []
        while first.op in (PUSH, APPLY) and len(chain) < _SHORT:
            if first.op is PUSH and first.label != LAMBDA:
                break
            chain.append(first)
            first = first.children[-1]
        if first is not SKIP:
            rest = Place(span).then(first, rest)
        for item in reversed(chain):
            rest = _located(item.op, item.label, (*item.children[:-1], rest), item.span)
        return rest


def _function(name: str, body: Term, at: Place) -> Term:
    """`name.body`, the function of that name."""
    return _located(APPLY, PREFIX + name, (body,), at.span)


def _located(op: Op, label: Label, children: tuple[Term, ...], span: Span | None) -> Term:
    return node(op, label, children) if span is None else Term(op, label, children, span)
