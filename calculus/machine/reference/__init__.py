"""The reference machine: the transition table of the FMC with control, as code.

It is the specification that the kernel is held to. Each instruction family has a module, each transition a
function whose body goes *pop, check, compute, push, advance*; read it beside the table in
`docs/design/machine.md`. One call of `step` is one transition.
"""

from calculus.machine.reference.machine import TRANSITIONS, can_move, made_much, resume, step, steps

__all__ = ["TRANSITIONS", "can_move", "made_much", "resume", "step", "steps"]
