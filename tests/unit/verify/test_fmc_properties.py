"""Properties of the FMC hold on a small sample, and bugs planted one by one refute them with small terms."""

import json
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from calculus.fmc import matching, normal, permutation, printer
from calculus.fmc.types import infer
from calculus.fmc.types.nodes import VALUE, unknown
from calculus.fmc.types.solver import Constraint
from calculus.machine import exact, primitives
from calculus.machine.effects import TRUE
from calculus.machine.instructions import JUMP, POP, Jump
from calculus.machine.kernel import emit
from calculus.machine.reference import control, stack
from calculus.machine.reference import machine as reference
from calculus.machine.state import State
from calculus.term import Term, binding
from calculus.verify.catalogue import find
from calculus.verify.checker.claims import CHECKS
from calculus.verify.property import Failure, Part, Plan, Property

NAMES = (
    "steps",
    "adequacy",
    "normalisation",
    "big-step",
    "reference",
    "kernel",
    "binding",
    "permutation",
    "syntax",
    "principal-types",
    "subject-reduction",
    "progress",
    "termination",
    "laws",
    "conservativity",
    "exact",
)
PARTS = [
    pytest.param(item, part, id=f"{item.name}-{part.name}".replace(" ", "-"))
    for item in (find("fmc", name) for name in NAMES)
    for part in item.parts
]
NODES = {"permutation": 4, "conservativity": 5, "laws": 2, "kernel": 2}
"""Nodes of exhaustive parts, where not 3."""
IDLE = {
    *("given up", "longer runs", "no normal form soon", "untyped", "stuck runs"),
    *("expecting something", "endless runs", "values given up"),
}
"""What is counted where nothing is compared."""


@pytest.mark.parametrize(("item", "part"), PARTS)
def test_holds_on_a_sample(item: Property, part: Part) -> None:
    size = NODES.get(item.name, 3) + getattr(part, "less", 0)
    plan = Plan(size=size, examples=40, seed=7, certify=True)
    total = part.total(plan)
    tally = part.check(plan, 0, total)
    assert tally.failures == []
    assert tally.checked == total
    assert sum(number for what, number in tally.counts.items() if what not in IDLE) >= total / 20
    for claim in json.loads(json.dumps(tally.claims)):
        CHECKS[claim["claim"]](claim)


@pytest.mark.long
@pytest.mark.parametrize(("item", "part"), PARTS)
def test_holds_at_length(item: Property, part: Part) -> None:
    size = NODES.get(item.name, 3) + 2 + getattr(part, "less", 0)
    plan = Plan(size=size, examples=5_000, seed=11)
    assert part.check(plan, 0, part.total(plan)).failures == []


def test_any_range_is_checked_alone() -> None:
    part = find("fmc", "adequacy").part("generated")
    plan = Plan(examples=30, seed=3, certify=True)
    whole = part.check(plan, 0, 30)
    halves = part.check(plan, 0, 13)
    halves.add(part.check(plan, 13, 30))
    assert halves.to_json() == whole.to_json()


# Bugs


def no_renaming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Substitution keeps the names of binders that capture."""
    monkeypatch.setattr(binding, "fresh", lambda name, taken: name)


def any_label(monkeypatch: pytest.MonkeyPatch) -> None:
    """Select takes the `*` whatever the frame waits for."""

    def jump(state: State, term: Term) -> str:
        if term.label == "*":
            state.frames[-1] = replace(state.frames[-1], label="*")
        return control.jump(state, term)

    monkeypatch.setattr(reference, "TRANSITIONS", {**reference.TRANSITIONS, JUMP: jump})


def reject_drops_two(monkeypatch: pytest.MonkeyPatch) -> None:
    def jump(state: State, term: Term) -> str:
        rule = control.jump(state, term)
        if rule == "reject":
            del state.frames[-1:]
        return rule

    monkeypatch.setattr(reference, "TRANSITIONS", {**reference.TRANSITIONS, JUMP: jump})


def pop_forgets_to_remove(monkeypatch: pytest.MonkeyPatch) -> None:
    def pop(state: State, term: Term) -> str:
        values = list(state.stacks.get(term.label[0], []))
        rule = stack.pop(state, term)
        state.stacks[term.label[0]] = values
        return rule

    monkeypatch.setattr(reference, "TRANSITIONS", {**reference.TRANSITIONS, POP: pop})


def kernel_mixes_up_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second local variable of a block lies where the first one does."""
    right = emit.Path.slot

    def slot(self: emit.Path) -> int:
        found = right(self)
        return 0 if found == 1 else found

    monkeypatch.setattr(emit.Path, "slot", slot)


def comparison_gives_integer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The type of `add` says that its result is a Boolean."""
    wrong = {**primitives.PRIMITIVES, "add": primitives.PRIMITIVES["add"]._replace(result="Bool")}
    monkeypatch.setattr(infer, "PRIMITIVES", MappingProxyType(wrong))


def variables_are_generalised(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is run may have another type each time."""
    right = infer.Inference.run

    def run(self: infer.Inference, term: Term, memory: Any, exits: Any) -> None:
        if self.scope.get(term.label):
            self.add(Constraint("run", unknown(VALUE), (memory, exits), term.span))
        else:
            right(self, term, memory, exits)

    monkeypatch.setattr(infer.Inference, "run", run)


def parentheses_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "enclosed", lambda pieces, needed: pieces)


def pushes_overtake_binders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canonical order moves a push before the pop that binds what it uses."""
    monkeypatch.setattr(permutation, "free_variables", lambda term: frozenset())


def evaluation_catches_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Normalisation by evaluation takes any jump for the one that a frame waits for."""
    monkeypatch.setattr(normal, "same_label", lambda left, right: True)


def operands_are_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """δ computes with its operands in the wrong order."""
    right = matching.computed

    def computed(primitive: str, operands: tuple[Jump, ...]) -> Jump | None:
        return right(primitive, operands[::-1])

    monkeypatch.setattr(matching, "computed", computed)


def coins_fall_on_one_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "BOTH", (exact.BOTH[0],) * 2)
    assert exact.BOTH[0].term in (TRUE, exact.BOTH[1].term)


def prefix_captures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler is moved under a pop whose name is free in it."""
    monkeypatch.setattr(matching, "_binds", lambda actions: False)


BUGS: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (no_renaming, "binding"),
    (any_label, "reference"),
    (any_label, "big-step"),
    (any_label, "kernel"),
    (reject_drops_two, "reference"),
    (reject_drops_two, "adequacy"),
    (pop_forgets_to_remove, "reference"),
    (pop_forgets_to_remove, "adequacy"),
    (pop_forgets_to_remove, "big-step"),
    (kernel_mixes_up_slots, "kernel"),
    (comparison_gives_integer, "principal-types"),
    (comparison_gives_integer, "progress"),
    (variables_are_generalised, "principal-types"),
    (variables_are_generalised, "progress"),
    (parentheses_are_dropped, "syntax"),
    (pushes_overtake_binders, "permutation"),
    (evaluation_catches_all, "normalisation"),
    (evaluation_catches_all, "laws"),
    (operands_are_swapped, "steps"),
    (coins_fall_on_one_side, "exact"),
    (prefix_captures, "steps"),
]


@pytest.mark.parametrize(("bug", "name"), BUGS, ids=[f"{bug.__name__}-{name}" for bug, name in BUGS])
def test_is_refuted(
    bug: Callable[[pytest.MonkeyPatch], None], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the subjects of the default campaign, and those found first are small."""
    bug(monkeypatch)
    failure = smallest(find("fmc", name))
    assert failure is not None
    assert failure.size <= 8
    assert failure.what


def smallest(item: Property) -> Failure | None:
    plan = Plan()
    for part in item.parts:
        found = part.check(plan, 0, part.total(plan)).failures
        if found:
            return min(found, key=lambda failure: failure.size)
    return None
