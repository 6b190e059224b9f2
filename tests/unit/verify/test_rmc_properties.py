"""Properties of the RMC hold on a small sample, and bugs planted one by one refute them with small terms."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from immutables import Map

from calculus.machine.relational import reference, unify
from calculus.machine.relational.instructions import LAMBDA, NOTHING, POP, STAR
from calculus.machine.relational.kernel.flow import Flow
from calculus.machine.relational.seen import Seen
from calculus.machine.relational.serial.writer import _Writer
from calculus.machine.relational.state import State
from calculus.rmc import kleene, matching, printer, reduction, spans, subsumption
from calculus.rmc.rules import Differ
from calculus.verify.property import Failure, Part, Plan, Property

ROOT = Path(__file__).parents[3]

MODULES = (
    *("adequacy", "engines", "unification", "spans", "equality", "kleene", "regular", "frobenius"),
    *("first_order", "syntax", "diagrams"),
)
PROPERTIES: tuple[Property, ...] = tuple(
    item
    for module in MODULES
    for item in import_module(f"calculus.verify.properties.rmc.{module}").PROPERTIES
)
PARTS = [
    pytest.param(item, part, id=f"{item.name}-{part.name}") for item in PROPERTIES for part in item.parts
]


@pytest.mark.parametrize(("item", "part"), PARTS)
def test_holds_on_a_sample(item: Property, part: Part) -> None:
    size = 5 if part.name == "shadowing" else 3
    plan = Plan(size=size, examples=4 if item.name == "equality" else 20, seed=7, certify=True)
    total = part.total(plan)
    tally = part.check(plan, 0, total)
    assert tally.failures == []
    assert tally.checked == total > 0
    compared = sum(number for what, number in tally.counts.items() if what != "given up")
    assert compared >= total / 20


@pytest.mark.long
@pytest.mark.parametrize(("item", "part"), PARTS)
def test_holds_at_length(item: Property, part: Part) -> None:
    plan = Plan(size=6, examples=200 if item.name == "equality" else 5_000, seed=11)
    assert part.check(plan, 0, part.total(plan)).failures == []


def test_any_range_is_checked_alone() -> None:
    for name, part in ((item.name, part) for item in PROPERTIES for part in item.parts):
        if name == "unification":
            plan = Plan(size=3, examples=20, seed=3, certify=True)
            total = part.total(plan)
            whole, parts = part.check(plan, 0, total), [part.check(plan, n, n + 1) for n in range(total)]
            assert sum(tally.checked for tally in parts) == whole.checked == total
            assert [claim for tally in parts for claim in tally.claims] == whole.claims


# Seeded bugs


def first_failure(name: str, part_name: str) -> Failure | None:
    """What a part of a property, as it is by default, refutes first."""
    (item,) = [item for item in PROPERTIES if item.name == name]
    part, plan = item.part(part_name), Plan()
    total = part.total(plan)
    for start in range(0, total, 20):
        tally = part.check(plan, start, min(total, start + 20))
        if tally.failures:
            return tally.failures[0]
    return None


Plant = Callable[[pytest.MonkeyPatch], None]


def no_occurs_check(patch: pytest.MonkeyPatch) -> None:
    for module in (unify, reference):
        patch.setattr(module, "cyclic", lambda variables, bindings: False)


def names_not_apart(patch: pytest.MonkeyPatch) -> None:
    def environment(of: Any, numbers: Any) -> Any:
        return Map({name: number for number, name in enumerate(of.variables)})

    patch.setattr(spans, "_environment", environment)


def _transition(patch: pytest.MonkeyPatch, op: Any, transition: Any) -> None:
    name = reference.TRANSITIONS[op][0]
    changed = {**reference.TRANSITIONS, op: (name, transition)}
    patch.setattr(reference, "TRANSITIONS", MappingProxyType(changed))


def one_turn_only(patch: pytest.MonkeyPatch) -> None:
    def iterate(state: State, _: Any) -> tuple[State, ...]:
        return (
            state._replace(term=NOTHING),
            state._replace(term=state.term.children[0], depth=state.depth + 1),
        )

    _transition(patch, STAR, iterate)


def pops_elsewhere(patch: pytest.MonkeyPatch) -> None:
    def pop(state: State, definitions: Any) -> tuple[State, ...]:
        term = state.term
        at = LAMBDA if LAMBDA in state.memory else term.label
        return original(state._replace(term=type(term)(POP, at, term.children, None)), definitions)

    original = reference.pop
    _transition(patch, POP, pop)


def summand_lost(patch: pytest.MonkeyPatch) -> None:
    flattened = Flow._flattened

    def lossy(self: Flow, alternatives: Any, joins: Any) -> Any:
        found = list(flattened(self, alternatives, joins))
        return iter(found[:-1] if len(found) > 1 else found)

    patch.setattr(Flow, "_flattened", lossy)


def subsumption_reversed(patch: pytest.MonkeyPatch) -> None:
    subsumes = subsumption.subsumes
    patch.setattr(subsumption, "subsumes", lambda general, special: subsumes(special, general))


def parentheses_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(printer, "enclosed", lambda pieces, needed: pieces)


def stacks_not_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Seen, "_stack", lambda self, stack, reading: 0)


def states_reversed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(_Writer, "_all", lambda self, states: [self.state(state) for state in [*states][::-1]])


def captured(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reduction, "renamed_apart", lambda rule, found: None)


def outputs_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(kleene, "difference", lambda *_: None)


def any_neighbours(patch: pytest.MonkeyPatch) -> None:
    """Pushes and pops swap at one location, too."""
    holds = matching._holds
    patch.setattr(
        matching, "_holds", lambda condition, found: type(condition) is Differ or holds(condition, found)
    )


BUGS: dict[str, tuple[str, str, Plant]] = {
    "a unifier without occurs check": ("unification", "unifiers", no_occurs_check),
    "composition that forgets renaming": ("spans", "composition", names_not_apart),
    "an iteration of one turn": ("engines", "table", one_turn_only),
    "a pop at the wrong location": ("engines", "table", pops_elsewhere),
    "a choice that loses a summand": ("engines", "kernel", summand_lost),
    "set mode that does not look at stacks": ("engines", "strategies", stacks_not_seen),
    "subsumption the wrong way round": ("spans", "covering", subsumption_reversed),
    "a printer without parentheses": ("syntax", "texts", parentheses_dropped),
    "pending states written in the wrong order": ("syntax", "searches", states_reversed),
    "hoisting that captures": ("adequacy", "shadowing", captured),
    "a swap at one location": ("adequacy", "contractions", any_neighbours),
    "bisimulation that ignores what runs end with": ("regular", "set", outputs_ignored),
}


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_refuted_with_a_small_term(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    property, part, plant = BUGS[name]
    plant(monkeypatch)
    found = first_failure(property, part)
    assert found is not None
    assert found.size <= 8, found


UNDONE = """
import json, pytest
from calculus.machine.relational.kernel import jit, unify
from tests.unit.verify.test_rmc_properties import first_failure

def bind(heap, trail, tp, hb, variable, value):
    heap[variable >> 3] = value
    return tp

for module in (jit, unify):
    module.bind = bind
found = first_failure("unification", "branches")
print(json.dumps(found and found.to_json()))
"""


def test_a_trail_that_is_not_undone_is_refuted_with_a_small_term() -> None:
    """In a process of its own, where the kernel is not compiled."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", UNDONE], capture_output=True, text=True, env=environment, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found is not None and found["size"] <= 8 and "kernel" in found["what"]
