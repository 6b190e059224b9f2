"""`calculus rlm`: plan, run, simulate, resume, compare and check, a module for each."""

from collections.abc import Sequence

from calculus.interfaces.command import group

COMMANDS = {
    "plan": "what a program will call, need and cost, before it does",
    "run": "run a program on a document",
    "resume": "go on with a run that was stopped",
    "simulate": "run a program many times on oracles that err as told",
    "compare": "compare programs with asking directly, on tasks with known answers",
    "check": "check the theorems by brute force",
}


def execute(arguments: Sequence[str]) -> int:
    return group.execute(
        "rlm",
        "Typed combinators that run a language model over a long text, with a plan and a price first.",
        COMMANDS,
        "calculus rlm check",
        arguments,
    )
