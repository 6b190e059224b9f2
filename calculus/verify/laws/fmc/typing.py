"""Whether a term has a type."""

from dataclasses import replace

from calculus.fmc.program import Definition, Program
from calculus.fmc.types import types_of
from calculus.source.diagnostic import Diagnostic
from calculus.verify.finding import Finding
from calculus.verify.laws.fmc.derivation import typed_claims
from calculus.verify.laws.fmc.scope import Subject
from calculus.verify.laws.fmc.statements import HasType

PROBE = "…"
"""The name of a definition that has the term and the type of a law; no name of the syntax."""


def decide_type(program: Program, law: HasType) -> Finding:
    """Whether a term has a type: whether its principal type can be made that special."""
    subject = Subject(program, law.term)
    definitions = {name: program.definitions[name] for name in subject.definitions}
    probe = Definition(PROBE, law.term, law.type, law.term.span)
    typing = types_of(replace(program, definitions={**definitions, PROBE: probe}, main=None))
    of_others = [problem for name, problem in typing.problems.items() if name != PROBE]
    if of_others:
        # Definitions without a type may have it in a better system.
        return law.found("unknown", tried={"problem": of_others[0].message})
    principal = subject.type()
    shown = None if isinstance(principal, Diagnostic) else str(principal)
    problem = typing.problems.get(PROBE)
    if problem is None:
        explained = () if shown is None else (f"the principal type is {shown}",)
        return law.found("proved", "type inference", explained=explained, claims=typed_claims(subject))
    example = {"problem": problem.message, "type": shown}
    lines = [problem.message]
    lines.append("the term has no type" if shown is None else f"the principal type is {shown}")
    return law.found("refuted", "type inference", counterexample=example, explained=tuple(lines))
