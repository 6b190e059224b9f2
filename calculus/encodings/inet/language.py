"""`inet` as a calculus of the registry: interaction nets, and what they become."""

from dataclasses import dataclass, replace
from functools import cached_property

from calculus.encodings.inet import numbered, present
from calculus.encodings.inet.encode import encode
from calculus.encodings.inet.net import Rule, System
from calculus.encodings.inet.order import Unordered, check_values
from calculus.encodings.inet.orientation import Orientation, orient
from calculus.encodings.inet.syntax import GRAMMAR, parse_net, read_net, read_system
from calculus.encodings.layout import lay_out
from calculus.encodings.relational import RelationalLanguage, input_text
from calculus.machine.relational.answers import Answer, Answers, View
from calculus.machine.relational.search import Search
from calculus.rmc.program import Program
from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic, Note, UsageProblem
from calculus.source.text import Source, Span
from calculus.term import Term


@dataclass(frozen=True)
class InetProgram:
    """A system with its net, and its translation."""

    source: Source
    system: System

    @cached_property
    def _encoded(self) -> tuple[Term | None, tuple[Diagnostic, ...]]:
        """The term, None without a net, and what is to be said of it."""
        system, net = self.system, self.system.net
        if net is None:
            return None, ()
        orientation = orient(system)
        if not isinstance(orientation, Orientation):
            place = orientation.span if isinstance(orientation, Rule) else net.span
            return numbered.encode(system, net), (_numbered("no orientation of the ports fits here", place),)
        value = check_values(system.agents.values(), orientation.gives)
        if value is not None:
            reason = f"`{value.name}` gives more than itself"
            return numbered.encode(system, net), (_numbered(reason, value.span),)
        try:
            return encode(system, net, orientation), ()
        except Unordered as problem:
            return numbered.encode(system, net), (_numbered(str(problem), problem.span),)

    @property
    def rmc(self) -> Program:
        return Program(self.source, {}, (), self._encoded[0])

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return self._encoded[1]


def _numbered(reason: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        "order",
        f"{reason}, so the wires are numbered",
        span,
        notes=(Note("were they variables, a pair could be taken before what it takes is there"),),
        severity="warning",
    )


class Inet(RelationalLanguage[InetProgram]):
    """Interaction nets: the answer is what is connected to the interface in the end."""

    name = "inet"
    endings = (".inet",)
    nothing = "no result"
    program_type = InetProgram

    def parse(self, source: Source) -> InetProgram:
        return InetProgram(source, read_system(source))

    def format(self, source: Source, *, unicode: bool = False) -> str:
        read_system(source)
        return lay_out(GRAMMAR, source, unicode=unicode)

    def inputs(self, source: Source) -> list[Term]:
        """A net, as a text."""
        parse_net(source)
        return super().inputs(source)

    def solve(self, program: InetProgram, settings: Settings) -> Answers:
        return super().solve(*_given(program, settings))

    def state(self, program: InetProgram, settings: Settings) -> Search:
        return super().state(*_given(program, settings))

    def view(self, program: InetProgram, answer: Answer) -> View:
        assert program.system.net is not None
        return present.view(answer, program.system.net)


def _given(program: InetProgram, settings: Settings) -> tuple[InetProgram, Settings]:
    """The program with the net of `--input` in place of its own; raises `UsageProblem` if it has none."""
    text = input_text(settings.inputs)
    if text is not None:
        net = read_net(Source(text, "--input"), program.system.agents)
        system = replace(program.system, net=net)
        return InetProgram(program.source, system), replace(settings, inputs=())
    if program.system.net is None:
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"{program.source.name} has no net, so there is nothing to run",
                help="write one, as in `net r: Add(Z, r) = Z`, or give it with `--input`",
            )
        )
    return program, settings
