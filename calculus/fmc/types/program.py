"""The types of a program: definitions in the order of their uses, then the main term."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from calculus.fmc.program import Program
from calculus.fmc.types.infer import Inference, Known
from calculus.fmc.types.nodes import MEMORY, SUM, Node, fields, find, unknown
from calculus.fmc.types.schemes import Scheme, generalise
from calculus.fmc.types.show import arrow_term
from calculus.machine.effects import Kind
from calculus.machine.instructions import POP
from calculus.source.diagnostic import Diagnostic, TypeProblem
from calculus.source.grammar import collector_paused
from calculus.term import Term, free_variables
from calculus.term.components import components
from calculus.term.node import postorder

ROUNDS = 6
"""How often the type of a recursive definition is tried before giving up."""


@dataclass(slots=True)
class Typing:
    """The principal types of a program; what has none has a problem."""

    types: dict[str, Term] = field(default_factory=dict)
    main: Term | None = None
    problems: dict[str, Diagnostic] = field(default_factory=dict)
    """By definition; those of the main term under an empty name."""

    def failure(self, name: str = "") -> TypeProblem | None:
        """The problem of a definition, or of the main term, as an exception."""
        return TypeProblem(self.problems[name]) if name in self.problems else None


def types_of(program: Program, hosts: Mapping[str, Kind] | None = None) -> Typing:
    """The types of all definitions and of the main term, as far as they have any."""
    with collector_paused():
        return _Typer(program, hosts).typing()


class _Typer:
    def __init__(self, program: Program, hosts: Mapping[str, Kind] | None) -> None:
        self.program = program
        self.terms = {name: item.term for name, item in program.definitions.items()}
        self.declared = {name: item.type for name, item in program.definitions.items() if item.type}
        self.known: dict[str, Known] = dict(self.declared)
        self.done = Typing(dict(self.declared))
        self.solver = Inference(program.data, self.known, hosts, nominal=writes_types(program))

    def typing(self) -> Typing:
        for group in self.groups():
            if group[0] in self.declared:
                self.check(group[0])
            else:
                self.group(group)
        main = self.program.main
        if main is None:
            return self.done
        if "main" in self.terms:
            self.done.main = self.done.types.get("main")
            if "main" in self.done.problems:
                self.done.problems[""] = self.done.problems.pop("main")
            return self.done
        self.terms = {**self.terms, "": main}
        self.group([""])
        self.done.main = self.done.types.pop("", None)
        return self.done

    def groups(self) -> Iterator[list[str]]:
        """Definitions that use one another, those used first. A declared type cuts the circle."""
        names = {
            name: [
                used
                for used in sorted(free_variables(term))
                if used in self.terms and used not in self.declared
            ]
            for name, term in self.terms.items()
        }
        return components(names)

    def check(self, name: str) -> None:
        try:
            self.solver.check(self.terms[name], self.declared[name])
            self.finish()
        except TypeProblem as problem:
            self.fail([name], problem)
        self.forget()

    def group(self, names: list[str]) -> None:
        recursive = len(names) > 1 or names[0] in free_variables(self.terms[names[0]])
        try:
            schemes = self.monomorphic(names) if recursive else {names[0]: self.scheme(names[0])}
        except TypeProblem as problem:
            self.forget()
            found = self.polymorphic(names) if recursive else None
            if found is None:
                self.fail(names, problem)
                return
            schemes = found
        self.known.update(schemes)
        for name in names:
            self.show(name, schemes[name])

    def scheme(self, name: str) -> Scheme:
        expected, exits = self.solver.infer(self.terms[name])
        return self.generalised(expected, exits)

    def generalised(self, expected: Node, exits: Node) -> Scheme:
        self.finish()
        scheme = generalise(self.solver, expected, exits)
        self.finish()
        self.forget()
        return scheme

    def monomorphic(self, names: list[str]) -> dict[str, Scheme]:
        """The schemes of definitions that have one type inside their own recursion."""
        arrows = {name: (unknown(MEMORY), unknown(SUM)) for name in names}
        self.known.update(arrows)
        for name in names:
            self.solver.visit(self.terms[name], *arrows[name])
        self.finish()
        if len(names) == 1:
            return {names[0]: self.generalised(*arrows[names[0]])}
        # The constraints of a group belong to all of it, so they are decided here.
        for item in [item for item in self.solver.open if item.kind == "run"]:
            if not item.done:
                self.solver.equate(item.subject, self.solver.head(item, guess=False), item.span)
        self.finish()
        fixed = {id(find(node)) for node in self.solver.carried.values()}
        kept = [item for item in self.solver.open if not item.done]
        schemes = {
            name: Scheme(*arrow, [item for item in kept if id(find(item.subject)) not in fixed], fixed)
            for name, arrow in arrows.items()
        }
        self.forget()
        return schemes

    def polymorphic(self, names: list[str]) -> dict[str, Scheme] | None:
        """The schemes of definitions used at many types inside their own recursion, if a few rounds
        from the most general type reach one that stays.
        """
        schemes = {name: Scheme(unknown(MEMORY), unknown(SUM), [], set()) for name in names}
        for _ in range(ROUNDS):
            self.known.update(schemes)
            try:
                found = {name: self.scheme(name) for name in names}
            except TypeProblem:
                self.forget()
                return None
            if all(found[name].same(schemes[name]) for name in names):
                return found
            schemes = found
        return None

    def show(self, name: str, scheme: Scheme) -> None:
        """Keep the type to print: at a choice of what is run and may still be anything."""
        if scheme.kept:
            try:
                self.done.types[name] = self.at(scheme, guess=True)
            except TypeProblem:
                self.forget()
            else:
                return
        try:
            self.done.types[name] = (
                self.at(scheme, guess=False) if scheme.kept else arrow_term(scheme.roots[0], scheme.roots[1])
            )
        except TypeProblem as problem:
            self.forget()
            self.fail([name], problem, usable=True)

    def at(self, scheme: Scheme, guess: bool) -> Term:
        solver = self.solver
        expected, exits = scheme.instance(solver, None)
        for item in list(solver.open):
            if item.kind == "run" and not item.done:
                head = solver.head(item, guess=guess)
                solver.equate(item.subject, head, item.span)
        self.finish()
        shown = arrow_term(expected, exits)
        self.forget()
        return shown

    def finish(self) -> None:
        """Decide what is left to decide, and look for what does not hold after all."""
        self.solver.settle()
        if self.solver.checked:
            self.solver.check_finite(0)
            self.decide_framed()
        self.solver.check_finite(0)
        self.solver.check_frames()

    def decide_framed(self) -> None:
        """Decide what is run inside a thunk that must work at every stack: a type that is found
        later could tie it to one.
        """
        solver = self.solver
        for item in list(solver.open):
            if item.kind == "run" and not item.done and _at_frame(item.parts[0]):
                solver.equate(item.subject, solver.head(item), item.span)
        solver.settle()

    def forget(self) -> None:
        """Begin anew; the base types that locations carry stay."""
        solver = self.solver
        solver.bound.clear()
        solver.ready.clear()
        solver.checked.clear()
        fixed = {id(find(node)) for node in solver.carried.values()}
        solver.open = [item for item in solver.open if not item.done and id(find(item.subject)) in fixed]

    def fail(self, names: list[str], problem: TypeProblem, *, usable: bool = False) -> None:
        """Keep a problem; others may use the definitions at any type, so that they are not blamed."""
        first, *_ = names
        for name in names:
            if name == first:
                self.done.problems[name] = problem.diagnostic
            elif name not in self.done.problems:
                place = self.program.definitions[name].span
                self.done.problems[name] = Diagnostic(
                    "type",
                    f"expected a type of `{first}`, which `{name}` is defined with, found none",
                    place.at_head() if place else None,
                )
            if not usable and name not in self.declared:
                self.known[name] = Scheme(unknown(MEMORY), unknown(SUM), [], set())
        self.forget()


def _at_frame(memory: Node) -> bool:
    """Whether a memory is that of an unknown caller, as far as one of its stacks or as a whole."""
    stacks, end = fields(memory)
    if end.kind == "frame":
        return True
    for stack in map(find, stacks.values()):
        while stack.kind == "cell":
            stack = find(stack.parts[1])
        if stack.kind == "caller":
            return True
    return False


def writes_types(program: Program) -> bool:
    """Whether types are written anywhere in the program."""
    if program.data or any(item.type for item in program.definitions.values()):
        return True
    terms = [item.term for item in program.definitions.values()]
    terms += [program.main] if program.main is not None else []
    return any(item.op is POP and len(item.children) > 1 for term in terms for item in postorder(term))
