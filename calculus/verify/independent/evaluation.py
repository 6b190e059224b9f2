"""Evaluation in one big step, as rules derive it: a closed term leaves with a label and a memory.

`S ⊢ [N]a.M` is `S·N@a ⊢ M`, and `S·N@a ⊢ a<x>.M` is `S ⊢ {N/x}M`; `S ⊢ J` leaves with J and S. If `S ⊢ M`
leaves with J and S', then `S ⊢ M;J->N` is `S' ⊢ N`; if with another label, it leaves so too; `S ⊢ M^J` is
`S ⊢ M` again and again, until that leaves with another label. There are no frames: what is left to do is in
the rules.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from calculus.machine.instructions import JOIN, JUMP, LOOP, POP, PRIMITIVE, PUSH, Jump
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.independent import MOST
from calculus.verify.independent.binding import substitute
from calculus.verify.independent.machine import operate, same

Memory = dict[str, list[Term]]


class NoRule(Exception):
    """No rule applies: the evaluation is stuck."""


class OutOfFuel(Exception):
    """The evaluation is longer, or its terms larger, than is looked into."""


@dataclass
class Evaluation:
    """A memory, and the number of rules that may still be used."""

    memory: Memory = field(default_factory=dict)
    definitions: Mapping[str, Term] = field(default_factory=dict)
    fuel: int = 1000

    def run(self, term: Term) -> Jump:
        """The label that the term leaves with; the memory is then that which it leaves.

        Raises `NoRule` and `OutOfFuel`.
        """
        waiting = [self._derive(term)]
        left: Jump | None = None
        while True:
            try:
                waiting.append(waiting[-1].send(left))
                left = None
            except StopIteration as end:
                waiting.pop()
                left = end.value
                if not waiting:
                    assert left is not None
                    return left

    def _derive(self, term: Term) -> Generator[Any, Any, Jump]:
        """Yields the derivations of premises, and is sent the labels that they end in."""
        while True:
            self.fuel -= 1
            if self.fuel < 0:
                raise OutOfFuel
            op, children = term.op, term.children
            if op is JUMP:
                label: Jump = term.label
                return label
            if op is PUSH:
                self.memory.setdefault(term.label, []).append(children[0])
                term = children[1]
            elif op is POP:
                location, name = term.label
                if not self.memory.get(location):
                    raise NoRule
                term = substitute(children[0], name, self.memory[location].pop())
                if size(term) > MOST:
                    raise OutOfFuel
            elif op is PRIMITIVE:
                if operate(term.label, self.memory.setdefault("λ", [])) is not None:
                    raise NoRule
                term = children[0]
            elif op is JOIN:
                left: Jump = yield self._derive(children[0])
                if not same(left, term.label):
                    return left
                term = children[1]
            elif op is LOOP:
                left = yield self._derive(children[0])
                if not same(left, term.label):
                    return left
            elif term.label in self.definitions:
                term = self.definitions[term.label]
            else:
                raise NoRule
