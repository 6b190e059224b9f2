"""The engines: the reference machine, the compiled kernel and the table with literal substitution agree."""

from typing import Any

from calculus.fmc.parser import parse_program
from calculus.machine.budget import Budget
from calculus.machine.effects import Effects
from calculus.machine.engine import EngineName
from calculus.machine.engine import run as run_engine
from calculus.machine.instructions import Jump, Text, jump, primitive, push
from calculus.machine.primitives import PRIMITIVES
from calculus.machine.reference import can_move, steps
from calculus.machine.state import State
from calculus.source.text import Source
from calculus.term import Term, alpha_equal
from calculus.term.node import size
from calculus.verify.generation import fmc as generation
from calculus.verify.generation.choices import pick
from calculus.verify.generation.fmc import Program
from calculus.verify.independent import MOST
from calculus.verify.independent.machine import LiteralMachine
from calculus.verify.properties.fmc.runs import outcome, shown
from calculus.verify.properties.fmc.subjects import SMALL, applications, computing
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Structural, Tally
from calculus.verify.shrinking import shrunk

LIMIT = 150
"""Transitions compared one by one with literal substitution."""
LONG = 2_000
"""Transitions of runs on both engines; long enough for the kernel to make most of them."""
INPUTS = tuple(jump(number) for number in (3, 1, 4, 1, 5))
SEED = 5
LITERALS: dict[str, tuple[Jump, ...]] = {
    "Int": (0, 1, 2, -3, *generation.EDGES),
    "Bool": ("True", "False"),
    "Text": tuple(map(Text, generation.TEXTS)),
}


def literal_violation(term: Term, tally: Tally) -> str | None:
    """The reference machine makes the transitions of the table, in their order, and ends as they do."""
    return literally(Program({}, term), tally)


def literally(program: Program, tally: Tally) -> str | None:
    state = State(program.main, program.definitions, effects=Effects(INPUTS, SEED))
    rules = []
    for rule, _ in steps(state):
        rules.append(rule)
        if state.steps == LIMIT:
            can_move(state)
            break
    source = Effects(seed=SEED)
    draws = [source.draw("rnd").label == "True" for _ in range(LIMIT)]
    table = LiteralMachine(program.main, program.definitions, list(INPUTS), draws)
    table.run(LIMIT)
    if table.status == "large":
        tally.count("given up")
        return None
    tally.count(f"runs {table.status}")
    for number, pair in enumerate(zip(rules, table.rules, strict=False)):
        if pair[0] != pair[1]:
            return f"transition {number + 1} is {pair[0]}; by the table: {pair[1]}"
    if len(rules) != len(table.rules) or state.status != table.status:
        told = f"{state.status} after {len(rules)} transitions"
        return f"{told}; by the table: {table.status} after {len(table.rules)}"
    kind = state.error.kind if state.error else None
    if (state.exit, type(state.exit), kind) != (table.exit, type(table.exit), table.kind):
        return f"{outcome(state)}; by the table: leaves with {table.exit}, {table.kind or 'no problem'}"
    ours, theirs = state.memory(), {name: values for name, values in table.stacks.items() if values}
    if ours.keys() != theirs.keys() or any(
        len(values) != len(theirs[name]) or not all(map(_same, values, theirs[name]))
        for name, values in ours.items()
    ):
        return f"stacks: {shown(ours)}; by the table: {shown(theirs)}"
    return None


def _same(left: Term, right: Term) -> bool:
    # Literal substitution copies; a huge value is compared where it is small.
    return size(right) > MOST or alpha_equal(left, right)


def report(program: Program, engine: EngineName, limit: int | None) -> dict[str, Any]:
    """All that can be seen of a run, and of the state that it stopped in."""
    state = State(program.main, program.definitions, {}, Effects(INPUTS, SEED, {"ask": "source"}))
    stopped, _ = run_engine(state, Budget(limit), engine)
    found: dict[str, Any] = {
        "status": state.status,
        "stopped by": stopped,
        "steps": state.steps,
        "exit": None if state.exit is None else jump(state.exit),
        "stacks": state.memory(),
        "error": state.error.to_json() if state.error else None,
        "waiting for": state.request.location if state.request else None,
        "inputs left": list(state.effects.inputs),
        "next draw": state.effects.draw("rnd"),
    }
    if state.status != "done":
        found["at"] = state.term
        found["frames"] = [(frame.label, frame.term) for frame in state.frames]
    return found


def kernel_violation(program: Program, tally: Tally) -> str | None:
    """The kernel ends as the reference machine does: result, steps, and the error and its place."""
    program = located(program)
    expected = report(program, "reference", LONG)
    # Near its limit the kernel leaves the run to the reference machine, so one that ends gets a wide one.
    limit = LONG if expected["status"] == "running" else 100 * LONG
    found = report(program, "kernel", limit)
    tally.count(f"runs {expected['status']}")
    for what, value in expected.items():
        if found[what] != value:
            told = shown if what == "stacks" else str
            return f"{what}: {told(value)} by reference; {told(found[what])} by kernel"
    return None


def kernel_violation_of_term(term: Term, tally: Tally) -> str | None:
    return kernel_violation(Program({}, term), tally)


def located(program: Program) -> Program:
    """The program as read from its text, so that errors have a place in it."""
    read = parse_program(Source(str(program)))
    assert read.main is not None
    return Program({name: item.term for name, item in read.definitions.items()}, read.main)


def generated(choose: Choose, size: int) -> Program:
    """A program of any sort, half of them with effects, some with integers beyond a machine word."""
    effects = ((), ("in", "out"), ("rnd", "out"))[choose(3)]
    return generation.program(choose, size, effects=effects, big=choose(3) == 2, count=choose(3))


def measure(program: Program) -> int:
    return sum(map(size, (*program.definitions.values(), program.main)))


def computed(choose: Choose, size: int) -> Program:
    """A primitive on literals that fit, integers at the edges of a machine word among them."""
    entry = pick(choose, tuple(PRIMITIVES.values()))
    base = pick(choose, ("Int", "Bool", "Text"))
    term = primitive(entry.name)
    for operand in entry.operands:
        term = push(jump(pick(choose, LITERALS[base if operand == "Base" else operand])), term)
    return Program({}, term)


PROPERTIES = (
    Property(
        "reference",
        "The reference machine, which substitutes late, makes the transitions of the table, which "
        "substitutes at once.",
        "Heijltjes, The Functional Machine Calculus III: Control (MFPS 2025)",
        (
            Exhaustive(
                f"every closed term up to {{size}} nodes, with a primitive and a literal, makes the "
                f"first {LIMIT} transitions of the table and ends as they do",
                computing,
                literal_violation,
                size=4,
                less=1,
                unit=1_000,
            ),
            Structural(
                "every primitive on small literals of every type is computed, or stuck, as the table says",
                lambda: applications(SMALL),
                literal_violation,
                name="primitives",
                unit=1_000,
            ),
            Generated(
                f"a generated program of up to {{size}} nodes makes the first {LIMIT} transitions of the "
                "table and ends as they do",
                generated,
                literally,
                shrunk,
                largest=30,
                examples=800,
                unit=400,
                measure=measure,
            ),
        ),
    ),
    Property(
        "kernel",
        "The kernel gives what the reference machine gives: status, label, stacks, steps, the error and "
        "its place.",
        "the specification of calculus.machine.engine",
        (
            Exhaustive(
                f"every closed term up to {{size}} nodes, with a primitive and a literal, runs alike on "
                f"both engines, for {LONG} transitions if it does not end",
                computing,
                kernel_violation_of_term,
                size=3,
                less=2,
                unit=200,
            ),
            Generated(
                "a primitive on literals, at the edges of a machine word among them, gives the same on "
                "both engines",
                computed,
                kernel_violation,
                shrunk,
                examples=120,
                unit=100,
                name="primitives",
                measure=measure,
            ),
            Generated(
                f"a generated program of up to {{size}} nodes runs alike on both engines, for {LONG} "
                "transitions if it does not end",
                generated,
                kernel_violation,
                shrunk,
                largest=40,
                examples=250,
                unit=100,
                measure=measure,
            ),
        ),
    ),
)
