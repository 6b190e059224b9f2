"""From terms to blocks: what runs after what is known but for what comes after a definition.

A sum becomes a block's end with its alternatives, nested sums flattened into one, also where variables are
bound or something comes after them; what comes after a sum is a block of its own, where they meet.
An iteration is a block that chooses between what comes after it and its body, whose end leads back. So both
are one choice, and it can be seen how each alternative begins. Definitions that call themselves nowhere are
put in the places of their calls if they are small or called once (not in set mode, where a call is a state).

Slots are given to variables in the order in which they come into scope. Alternatives use the same ones; what
comes after them does not use those again, which a choice point may need.
"""

from collections.abc import Iterator, Mapping

from calculus.machine.relational.instructions import (
    CALL,
    FAIL,
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
)
from calculus.machine.relational.kernel.code import (
    Action,
    Again,
    Below,
    Block,
    Calling,
    Choosing,
    Going,
    Join,
    Looping,
    Pop,
    Push,
    Relate,
    Rest,
    Scope,
    Stop,
    Test,
    Values,
)
from calculus.term import Term, free_variables
from calculus.term.binding import free_variables_at
from calculus.term.node import postorder

Alternative = tuple[Term, Scope, Below, int, int]
"""A term that may be run, what is below it, the transitions made to get there, and the slots in use."""


class Flow:
    """The blocks of a definition or of the main term, each after those that lead to it but for iterations.

    With `exact`, the continuation stack is as in the transition table to the last `1`.
    """

    def __init__(
        self,
        term: Term,
        scope: Scope,
        end: Stop,
        values: Values,
        in_place: Mapping[str, Term],
        exact: bool,
    ) -> None:
        self.blocks: list[Block] = []
        self._values = values
        self._in_place = in_place
        self._exact = exact
        self._todo: list[tuple[Block, Term, Scope, Below] | Join] = []
        _keep_free_variables(term, exact)
        self.start = Block(len(scope))
        self._todo.append((self.start, term, scope, end))
        while self._todo:
            item = self._todo.pop()
            if isinstance(item, Join):
                self._meet(item)
            else:
                self.blocks.append(item[0])
                self._walk(*item)

    def _meet(self, join: Join) -> None:
        """Walk on from where alternatives meet."""
        term, scope, below = join.below.term, join.below.scope, join.below.below
        if len(join.preds) == 1:
            join.preds[0].cost += 1
            self._walk(join.preds[0], term, scope, below)
        elif join.preds:
            block = join.block
            block.top = block.high = max(pred.high for pred in join.preds)
            block.cost += 1
            self.blocks.append(block)
            self._walk(block, term, scope, below)

    def _walk(self, block: Block, term: Term, scope: Scope, below: Below) -> None:
        """Follow the control flow from a block's start to its end."""
        while True:
            op = term.op
            if op is SEQUENCE:
                term, below = self._first(term, scope, below)
                block.cost += 1
                continue
            if op is NEW:
                scope = {**scope, term.label[0]: block.high}
                block.high += 1
                block.cost += 1
                term = term.children[0]
                continue
            if op is CALL and term.label in self._in_place:
                block.cost += 1
                term, scope = self._in_place[term.label], {}
                continue
            if op is SUM:
                self._choose(block, [(term, scope, below, 0, block.high)])
                return
            if op is STAR:
                self._iterate(block, term, scope, below)
                return
            if op is CALL:
                self._call(block, term.label, below)
                return
            if op is FAIL:
                block.end = Stop.FAIL
                return
            if op is not SKIP:
                block.actions.append(self._action(term, scope))
                block.cost += 1
            if not isinstance(below, Rest):
                self._leave(block, below)
                return
            block.cost += 1
            term, scope, below = below.term, below.scope, below.below

    def _first(self, term: Term, scope: Scope, below: Below) -> tuple[Term, Below]:
        """The first of two terms in sequence, and what is below it then."""
        first, then = term.children
        if then.op is SKIP and not self._exact:
            return first, below
        return first, Rest(then, scope, below)

    def _leave(self, block: Block, below: Join | Again | Stop) -> None:
        if isinstance(below, Join):
            below.preds.append(block)
            block.end = Going(below.block)
        elif isinstance(below, Again):
            block.end = Looping(below.head)
        else:
            block.end = below

    def _call(self, block: Block, name: str, below: Below) -> None:
        block.cost += 1
        if below is Stop.RETURN:
            block.end = Calling(name, None, below)
            return
        then = Block(block.high)
        block.end = Calling(name, then, below)
        if isinstance(below, Rest):
            then.cost += 1
            self._todo.append((then, below.term, below.scope, below.below))
        else:
            self._todo.append((then, NOTHING, {}, below))

    def _iterate(self, block: Block, term: Term, scope: Scope, below: Below) -> None:
        (body,) = term.children
        head = Block(block.high)
        uses = sum(1 << scope[name] for name in free_variables(body))
        head.loop = Again(head, term, scope, below, uses)
        block.end = Going(head)
        self.blocks.append(head)
        if isinstance(below, Rest):
            after: Alternative = (below.term, below.scope, below.below, 2, head.top)
        else:
            after = (NOTHING, {}, below, 1, head.top)
        # What comes after is walked after the body: the analysis, which goes backwards, needs it first.
        head.loop.exits = self._alternatives([after])
        bodies = self._alternatives([(body, scope, head.loop, 1, head.top)])
        head.end = Choosing([*head.loop.exits, *bodies])

    def _choose(self, block: Block, alternatives: list[Alternative]) -> None:
        block.end = Choosing(self._alternatives(alternatives))

    def _alternatives(self, alternatives: list[Alternative]) -> list[Block]:
        """The blocks of the alternatives of the sums that the given ones begin with."""
        found: list[Block] = []
        joins: list[Join] = []
        todo: list[tuple[Block, Term, Scope, Below]] = []
        for term, scope, below, cost, top in self._flattened(alternatives, joins):
            found.append(Block(top, cost=cost))
            todo.append((found[-1], term, scope, below))
        self._todo += joins
        self._todo += todo[::-1]
        return found

    def _flattened(self, alternatives: list[Alternative], joins: list[Join]) -> Iterator[Alternative]:
        """The alternatives of the sums that the given ones begin with."""
        stack = alternatives[::-1]
        while stack:
            term, scope, below, cost, top = stack.pop()
            op = term.op
            if op is SUM:
                if isinstance(below, Rest):
                    below = Join(below)
                    joins.append(below)
                # What has been done to get here is paid by the first alternative, as it is where one is left.
                left, right = term.children
                stack += [(right, scope, below, 0, top), (left, scope, below, cost + 1, top)]
            elif op is SEQUENCE:
                first, then = self._first(term, scope, below)
                stack.append((first, scope, then, cost + 1, top))
            elif op is NEW:
                inner = {**scope, term.label[0]: top}
                stack.append((term.children[0], inner, below, cost + 1, top + 1))
            elif op is CALL and term.label in self._in_place:
                stack.append((self._in_place[term.label], {}, below, cost + 1, top))
            elif op is SKIP and isinstance(below, Rest):
                stack.append((below.term, below.scope, below.below, cost + 1, top))
            elif op is not FAIL:
                yield term, scope, below, cost, top

    def _action(self, term: Term, scope: Scope) -> Action:
        values = tuple([self._values.value(child, scope) for child in term.children])
        if term.op is PUSH:
            return Push(term.label, values[0])
        if term.op is POP:
            return Pop(term.label, values[0])
        if term.op is TEST:
            return Test(*values)
        return Relate(term, values, scope)


def _keep_free_variables(term: Term, exact: bool) -> None:
    """Work out, once, the free variables of all parts of a term that will be asked for them."""
    wanted: set[int] = set()
    for item in postorder(term):
        if item.op is STAR:
            wanted.add(id(item.children[0]))
        if exact and item.op is SEQUENCE:
            wanted.add(id(item.children[1]))
        if exact and item.op is STAR:
            wanted.add(id(item))
    free_variables_at(term, lambda item: id(item) in wanted)
