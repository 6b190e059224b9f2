"""The machine of the FMC as its table is written: every substitution is made at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from calculus.verify.checker.fmc_terms import LAMBDA, OPERANDS, Node, make, substitute
from calculus.verify.checker.primitives import compute
from calculus.verify.checker.wrong import Wrong

LONGEST = 200_000
"""Transitions of a run."""

Stacks = dict[str, list[Node]]


@dataclass
class Outcome:
    """How a run ended: with a label, or stuck (`exit` is None, and `why` says at what)."""

    exit: str | None
    stacks: Stacks
    steps: int
    why: str = ""


def run(
    term: Node,
    stacks: Mapping[str, Iterable[Node]],
    inputs: Iterable[Node] = (),
    definitions: Mapping[str, Node] | None = None,
    draws: Sequence[bool] = (),
    longest: int = LONGEST,
) -> Outcome:
    """Run a closed term on stacks, bottom first; `inputs` are what `in` delivers, `draws` what `rnd` does.

    Raises `Wrong` if the run does not end in so many transitions.
    """
    memory: Stacks = {place: list(values) for place, values in stacks.items()}
    sources = {"in": list(inputs)[::-1], "rnd": [make("jump", str(draw)) for draw in draws][::-1]}
    frames: list[tuple[str, Node]] = []
    for steps in range(longest):
        why = ""
        match term.op:
            case "push" if term.label not in sources:
                memory.setdefault(term.label, []).append(term.kids[0])
                term = term.kids[1]
            case "pop" if sources.get(term.label):
                term = substitute(term.kids[0], sources[term.label].pop())
            case "pop" if term.label not in (*sources, "out") and memory.get(term.label):
                term = substitute(term.kids[0], memory[term.label].pop())
            case "primitive":
                result = _computed(term.label, memory.get(LAMBDA, []))
                if result is None:
                    why = f"the primitive {term.label}"
                else:
                    memory[LAMBDA].append(result)
                    term = term.kids[0]
            case "join":
                frames.append((term.label, term.kids[1]))
                term = term.kids[0]
            case "loop":
                frames.append((term.label, term))
                term = term.kids[0]
            case "free" if definitions and term.label in definitions:
                term = definitions[term.label]
            case "jump" if not frames:
                return Outcome(term.label, _without_empty(memory), steps)
            case "jump":
                label, then = frames.pop()
                term = then if label == term.label else term
            case _:
                why = f"{term.op} {term.label}"
        if why:
            return Outcome(None, _without_empty(memory), steps, why)
    raise Wrong(f"the run does not end in {longest} transitions")


def _computed(name: str, stack: list[Node]) -> Node | None:
    """The result of a primitive on what it takes off the stack; nothing is taken if there is none."""
    count = OPERANDS[name]
    operands = stack[-count:]
    if len(operands) < count or any(value.op != "jump" for value in operands):
        return None
    result = compute(name, [value.label for value in operands])
    if result is None:
        return None
    del stack[-count:]
    return make("jump", result)


def _without_empty(memory: Stacks) -> Stacks:
    return {place: values for place, values in memory.items() if values}
