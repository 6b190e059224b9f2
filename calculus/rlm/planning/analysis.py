"""How often a program asks the oracle, and with how long a prompt, for every leaf and inner node.

A program is evaluated on what is known before the run: bounds of texts as linear forms (`sizes`), lengths of
lists, and the numbers of the plan. Each recursion is evaluated once as a leaf and once as an inner node, so
the analysis takes as long for a large document as for a small one. What cannot be bounded is refused with
its place. Nothing here recurses on the Python stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from calculus.encodings import terms as t
from calculus.fmc.types.trampoline import Steps, finished
from calculus.machine.instructions import Text
from calculus.rlm.builtins import BUILTINS
from calculus.rlm.calls import Role
from calculus.rlm.guard import parts_of
from calculus.rlm.planning.combinators import FUNCTIONS, Given, operation
from calculus.rlm.planning.effects import Effects, Use, alternatives, replaced
from calculus.rlm.planning.problem import PlanProblem
from calculus.rlm.planning.sizes import Form, add, join, over_children, scale, substitute
from calculus.rlm.planning.values import (
    EMPTY,
    Closure,
    Data,
    Listing,
    Origin,
    Partial,
    Recursion,
    Value,
    join_data,
    known,
    like,
    listing,
    literal_list,
    some,
)
from calculus.rlm.program import Program, oracle_sites
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Span
from calculus.term import VARIABLE, Term, free_variables

MAX_STEPS = 200_000
"""Evaluations of terms; a program that takes more is too large to plan."""

PRUNED = "a filter or a condition decides how many parts are asked about"
CHOSEN = "a condition decides whether a call is made"


@dataclass(frozen=True, slots=True)
class Tree:
    """A recursion on a text (`root`; on each of its parts, if it is one of these).

    A part of a size up to `tau` is a leaf; others are split into `k` (0 if into none) and, if it `recurs`, so
    are these. The forms bound the result of a leaf and of an inner node; the chains say how many calls wait
    for each other.
    """

    root: Origin
    k: int
    tau: int
    uses: tuple[Use, ...]
    leaf: Form | None
    node: Form | None
    leaf_chain: int
    node_chain: int
    recurs: bool
    cuts: tuple[tuple[int, int], ...]
    """The ranges of units to which a part is shortened before, one after the other."""
    by_plan: bool
    """Whether its `tau` is that of the plan."""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a program asks: `uses` outside of recursions, and the recursions in the order in which they are
    begun. `inexact` says why it may ask less often; nothing if it asks exactly so often. `roles` says what
    each site of an oracle is for.
    """

    uses: tuple[Use, ...]
    trees: tuple[Tree, ...]
    chain: int
    inexact: tuple[str, ...]
    roles: dict[int, Role]

    def all_uses(self) -> list[Use]:
        return [*self.uses, *(use for tree in self.trees for use in tree.uses)]


def analyse(program: Program, given: Given) -> Analysis:
    """Raises `PlanProblem` if there is no bound."""
    assert program.main is not None
    analyser = _Analyser(program, given)
    finished(analyser.program(program))
    effects = analyser.effects[0]
    return Analysis(
        tuple(effects.uses),
        tuple(analyser.trees),
        effects.chain,
        tuple(dict.fromkeys(analyser.inexact)),
        analyser.roles,
    )


class _Analyser:
    def __init__(self, program: Program, given: Given) -> None:
        self.given = given
        self.sites = {id(site): number for number, site in enumerate(oracle_sites(program))}
        self.effects = [Effects()]
        self.trees: list[Tree] = []
        self.inexact: list[str] = []
        self.roles: dict[int, Role] = {}
        self.frame = "outer"
        self.filtering = 0
        self.mapping: list[Origin | None] = []
        self.atoms = 0
        self.steps = 0

    def program(self, program: Program) -> Steps:
        given = self.given
        document = Data({"document": 1}, origin=Origin("root", "document"))
        query = replace(known(given.query), origin=Origin("root", "query", given.query))
        environment: dict[str, Value] = {
            "document": document,
            "query": query,
            "tau": known(given.tau),
            "k": known(given.k),
        }
        assert program.main is not None
        used = set(free_variables(program.main))
        for name in reversed(list(program.definitions)):
            if name in used:
                used |= free_variables(program.definitions[name].term)
        for name, item in program.definitions.items():
            if name in used:
                environment[name] = yield self._evaluate(item.term, environment)
        yield self._evaluate(program.main, environment)

    def _evaluate(self, term: Term, environment: Mapping[str, Value]) -> Steps:
        self.steps += 1
        if self.steps > MAX_STEPS:
            self._refuse("the program is too large to plan", term)
        op = term.op
        if op is VARIABLE:
            found = environment.get(term.label)
            return found if found is not None else Partial(term.label, (), term)
        if op is t.LITERAL:
            label = term.label
            if isinstance(label, int):
                return known(label)
            assert isinstance(label, Text)
            return replace(known(label.value), origin=Origin("root", "literal", label.value))
        if op is t.CONSTRUCTION:
            return known(term.label == "True")
        if op is t.ABSTRACTION:
            return Closure(term.label[0], term.children[0], environment)
        if op is t.FIX:
            return Recursion(term, environment)
        if op is t.APPLICATION:
            function = yield self._evaluate(term.children[0], environment)
            argument = yield self._evaluate(term.children[1], environment)
            return (yield self._apply(function, argument, term))
        if op is t.LET:
            bound = yield self._evaluate(term.children[0], environment)
            inner = {**environment, term.label[0]: bound}
            return (yield self._evaluate(term.children[1], inner))
        if op is t.CONDITIONAL:
            return (yield self._conditional(term, environment))
        if op is t.OPERATION:
            return (yield self._operation(term, environment))
        values = []
        for child in term.children:
            values.append((yield self._evaluate(child, environment)))
        if op is t.PAIR:
            left, right = values
            return Data(add(left.weight, right.weight), pair=(left, right))
        assert op is t.LIST, op
        return literal_list(values)

    def _conditional(self, term: Term, environment: Mapping[str, Value]) -> Steps:
        condition, yes, no = term.children
        found = yield self._evaluate(condition, environment)
        if isinstance(found.known, bool):
            return (yield self._evaluate(yes if found.known else no, environment))
        return (yield self._either(yes, no, environment, term))

    def _either(self, yes: Term, no: Term | None, environment: Mapping[str, Value], place: Term) -> Steps:
        """One of two terms, or one or none."""
        left, first = yield self._apart(self._evaluate(yes, environment))
        right, second = left, Effects()
        if no is not None:
            right, second = yield self._apart(self._evaluate(no, environment))
        merged, same = alternatives(first, second)
        self.effects[-1].add(merged)
        if not same:
            self.inexact.append(CHOSEN)
        if isinstance(left, Data) and isinstance(right, Data):
            return join_data(left, right)
        if left is right:
            return left
        return self._refuse("which function is applied is not known before the run", place)

    def _operation(self, term: Term, environment: Mapping[str, Value]) -> Steps:
        sign = term.label
        left = yield self._evaluate(term.children[0], environment)
        if sign in ("and", "or"):
            if left.known is (sign == "or"):
                return left
            if left.known is (sign == "and"):
                return (yield self._evaluate(term.children[1], environment))
            right = yield self._either(term.children[1], None, environment, term)
            return Data(join(left.weight, right.weight))
        operands = [left]
        for child in term.children[1:]:
            operands.append((yield self._evaluate(child, environment)))
        return operation(sign, operands)

    def _apart(self, steps: Steps) -> Steps:
        """A value, and the effects of computing it."""
        self.effects.append(Effects())
        value = yield steps
        return value, self.effects.pop()

    def _apply(self, function: Value, argument: Value, place: Term) -> Steps:
        if isinstance(function, Closure):
            inner = {**function.environment, function.name: argument}
            return (yield self._evaluate(function.body, inner))
        if isinstance(function, Recursion):
            assert isinstance(argument, Data)
            if function.inside:
                return self._recurse(argument, place)
            return (yield self._begin(function, argument, place))
        assert isinstance(function, Partial), function
        arguments = (*function.arguments, argument)
        if len(arguments) < BUILTINS[function.name].arity:
            return Partial(function.name, arguments, function.place)
        return (yield self._combinator(function, arguments, place))

    def _combinator(self, function: Partial, arguments: tuple[Value, ...], place: Term) -> Steps:
        name = function.name
        if name == "oracle":
            assert isinstance(arguments[0], Data)
            return self._ask(function.place, arguments[0], place)
        data = arguments[-1]
        assert isinstance(data, Data)
        if name == "map":
            return (yield self._map(arguments[0], listing(data), place))
        if name == "filter":
            return (yield self._filter(arguments[0], listing(data), place))
        if name == "reduce":
            unit = arguments[1]
            assert isinstance(unit, Data)
            return (yield self._reduce(arguments[0], unit, listing(data), place))
        return FUNCTIONS[name](self.given, *arguments)

    def _ask(self, site: Term, prompt: Data, place: Term) -> Data:
        if prompt.weight is None:
            self._refuse("the length of this prompt has no bound before the run", place)
        role = self._role(prompt.weight)
        per = "once" if self.frame == "outer" else self.frame
        effects, number = self.effects[-1], self.sites[id(site)]
        self.roles.setdefault(number, role)
        effects.uses.append(Use((number,), role, per, 1, prompt.weight, place.span))
        effects.chain += 1
        return Data({"filtered" if role == "filter" else "answer": 1})

    def _role(self, prompt: Form) -> Role:
        if self.frame == "leaf":
            return "leaf"
        if self.filtering:
            return "filter"
        if self.frame == "node":
            return "other" if self.mapping else "merge"
        if any(atom == "document" or atom.startswith(("part:", "peek:")) for atom in prompt):
            return "leaf"
        return "merge" if any(atom == "answer" or atom.startswith("tree:") for atom in prompt) else "other"

    def _over(self, function: Value, items: Listing, place: Term, *, filters: bool = False) -> Steps:
        """The value of a function on an element, and the form of all its values together, once the effects
        on all elements have been counted.
        """
        element, atom = items.element, ""
        if not items.children and element.origin is None and not (element.pair or element.listing):
            self.atoms += 1
            atom = f"element:{self.atoms}"
            element = Data({atom: 1})
        self.mapping.append(element.origin)
        self.filtering += filters
        value, effects = yield self._apart(self._apply(function, element, place))
        self.filtering -= filters
        self.mapping.pop()
        self._count(effects, items, atom, place)
        total = None
        if isinstance(value, Data):
            total = self._total(value.weight, items, atom)
            if atom:
                value = replace(value, weight=substitute(value.weight, atom, items.element.weight))
        return value, total

    def _total(self, form: Form | None, items: Listing, atom: str) -> Form | None:
        if items.children and items.length is not None:
            return over_children(form, items.length)
        if form is None or not atom:
            return scale(form, items.length)
        rest = {name: count for name, count in form.items() if name != atom}
        return add(scale(rest, items.length), scale(items.total, form.get(atom, 0)))

    def _count(self, effects: Effects, items: Listing, atom: str, place: Term) -> None:
        """The effects on one element become those on all."""
        if not effects.any:
            return
        if items.length is None:
            self._refuse("a call for each element of a list whose length is not known before the run", place)
        if not items.exact:
            self.inexact.append(PRUNED)
        uses = []
        for use in replaced(effects.uses, atom, items.element.weight) if atom else effects.uses:
            if not items.children:
                uses.append(use.scaled(items.length))
            elif use.per == "node":
                uses.append(replace(use, per="child"))
            else:
                self.inexact.append("a node may have fewer parts than k")
                uses.append(use.scaled(items.length))
        effects.uses = uses
        if items.children:
            effects.branching.add(items.length)
        effects.recursions *= 1 if items.children else items.length
        self.effects[-1].add(effects)

    def _map(self, function: Value, items: Listing, place: Term) -> Steps:
        if items.length == 0:
            return EMPTY
        value, total = yield self._over(function, items, place)
        if not isinstance(value, Data):
            return self._refuse("a list of functions", place)
        mapped = like(items, value)
        assert mapped.listing is not None
        # What is known of the sum may be more than what the largest element says.
        if not items.children:
            mapped = replace(mapped, weight=total, listing=replace(mapped.listing, total=total))
        return mapped

    def _filter(self, function: Value, items: Listing, place: Term) -> Steps:
        if items.length == 0:
            return EMPTY
        value, _ = yield self._over(function, items, place, filters=True)
        return some(items) if value.known is not True else Data(items.total, listing=items)

    def _reduce(self, function: Value, unit: Data, items: Listing, place: Term) -> Steps:
        if items.length == 0:
            return unit
        self.atoms += 1
        atom = f"element:{self.atoms}"
        value, effects = yield self._apart(self._reduction(function, Data({atom: 1}), items, place))
        self.effects[-1].add(effects)
        form, total = value
        if form is None:
            return Data(None)
        again = form.get(atom, 0)
        rest = substitute(total, atom, {})
        if again <= 1:
            return Data(add(unit.weight, rest))
        # Each step makes the sum larger by a factor; only of few elements is that worth a number.
        factor = again ** (items.length or 1) if items.length is not None and items.length <= 64 else None
        return Data(scale(add(unit.weight, rest), factor))

    def _reduction(self, function: Value, sum_: Data, items: Listing, place: Term) -> Steps:
        step = yield self._apply(function, sum_, place)
        value, total = yield self._over(step, items, place)
        return value.weight, total

    def _recurse(self, argument: Data, place: Term) -> Data:
        """A child of the node that the analysis is at."""
        origin = argument.origin
        if origin is None or origin.kind != "child":
            self._refuse("a recursion on parts of which there may be any number, or only one", place)
        if not origin.whole:
            self._refuse("how much of a part is split further is not known before the run", place)
        effects = self.effects[-1]
        effects.recursions += 1
        effects.cuts.add(origin.cuts)
        return Data({"R": 1})

    def _begin(self, function: Recursion, argument: Data, place: Term) -> Steps:
        """A recursion on a text: its leaves and its inner nodes."""
        if self.frame != "outer":
            where = "the leaves" if self.frame == "leaf" else "the inner nodes"
            self._refuse(f"a recursion within {where} of another", place)
        root = self._root(argument, place)
        found = parts_of(function.term)
        assert found is not None
        variable, bound, leaf, body, _ = found
        tau = bound.label if bound.op is t.LITERAL else self.given.tau
        mapping, self.mapping = self.mapping, []
        self.frame = "leaf"
        inner = {**function.environment, variable: Data({"P": 1})}
        result, at_leaf = yield self._apart(self._evaluate(leaf, inner))
        self.frame = "node"
        node: Value = Data({"P": 1}, origin=Origin("node"))
        name = function.term.label[0]
        inner = {
            **function.environment,
            variable: node,
            name: Recursion(function.term, inner, inside=True),
        }
        joined, at_node = yield self._apart(self._evaluate(body, inner))
        self.frame, self.mapping = "outer", mapping
        if not (isinstance(result, Data) and isinstance(joined, Data)):
            return self._refuse("a recursion that gives a function", place)
        if at_node.recursions > 1 or len(at_node.branching) > 1 or len(at_node.cuts) > 1:
            self._refuse("a recursion that goes into its parts more than once", place)
        self.effects[-1].trees += 1
        k = next(iter(at_node.branching), 0)
        self.trees.append(
            Tree(
                root,
                k,
                tau,
                (*at_leaf.uses, *at_node.uses),
                result.weight,
                joined.weight,
                at_leaf.chain,
                at_node.chain,
                at_node.recursions > 0,
                next(iter(at_node.cuts), ()),
                bound.op is not t.LITERAL,
                place.span,
            )
        )
        return Data({f"tree:{len(self.trees) - 1}": 1})

    def _root(self, argument: Data, place: Term) -> Origin:
        origin = argument.origin
        parts = self.mapping == [origin] and origin is not None and origin.kind == "part"
        if origin is None or not (parts or (origin.kind == "root" and not self.mapping)):
            self._refuse("a recursion on a text whose size is not known before the run", place)
        return origin

    def _refuse(self, reason: str, place: Term) -> NoReturn:
        help = (
            "a plan needs to know how many calls there are and how long their prompts can be: recursion on "
            "the document or parts of it, calls on its parts, and on all answers together"
        )
        raise PlanProblem(Diagnostic("plan", f"there is no plan: {reason}", place.span, help=help))


__all__ = ["Analysis", "Given", "Tree", "analyse"]
