"""`petri` as a calculus of the registry: nets in PNML or in the text format, and their markings."""

from dataclasses import dataclass, replace
from functools import cached_property

from calculus.encodings.layout import lay_out
from calculus.encodings.petri.analysis import growth
from calculus.encodings.petri.encode import encode, marking
from calculus.encodings.petri.net import Before, Net, bag_text
from calculus.encodings.petri.pnml import format_pnml, from_pnml, is_pnml, to_pnml
from calculus.encodings.petri.printer import to_text
from calculus.encodings.petri.syntax import GRAMMAR, parse_question, read_net, read_question
from calculus.encodings.relational import RelationalLanguage, input_text
from calculus.machine.relational.answers import Answer, Answers, View
from calculus.machine.relational.search import Search
from calculus.rmc.program import Program
from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic, Note
from calculus.source.text import Source
from calculus.term import Term


@dataclass(frozen=True)
class PetriProgram:
    """A net, and its translation."""

    source: Source
    net: Net

    @cached_property
    def rmc(self) -> Program:
        return Program(self.source, {}, (), encode(self.net))

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Whether the net is unbounded."""
        net = self.net
        if isinstance(net.question, Before):
            backwards = tuple(item.reversed() for item in net.transitions)
            net = replace(net, transitions=backwards, initial=net.question.marking)
        found = growth(net)
        if found is None:
            return ()
        before = f"after {', '.join(found.before)}, each" if found.before else "each"
        note = f"{before} turn of {', '.join(found.turn)} adds tokens to {', '.join(found.places)}"
        span = next(item.span for item in net.transitions if item.name == found.turn[-1])
        return (
            Diagnostic(
                "unbounded",
                "the net is unbounded: it has infinitely many reachable markings, and a search does not end",
                span,
                notes=(Note(note),),
                help="give a limit, as in `--max-answers 10`",
                severity="warning",
            ),
        )


class Petri(RelationalLanguage[PetriProgram]):
    """Place/transition nets: the answers are the reachable markings, or those that are asked for."""

    name = "petri"
    endings = (".pnml", ".net")
    targets = ("rmc", "pnml", "net")
    mode = "set"
    nothing = "no reachable marking fits the goal"
    program_type = PetriProgram

    def parse(self, source: Source) -> PetriProgram:
        return PetriProgram(source, from_pnml(source) if is_pnml(source) else read_net(source))

    def format(self, source: Source, *, unicode: bool = False) -> str:
        """The text in the format that it is in."""
        if is_pnml(source):
            return format_pnml(source)
        read_net(source)
        return lay_out(GRAMMAR, source, unicode=unicode)

    def inputs(self, source: Source) -> list[Term]:
        """A question, as a text."""
        parse_question(source)
        return super().inputs(source)

    def solve(self, program: PetriProgram, settings: Settings) -> Answers:
        return super().solve(*_asked(program, settings))

    def state(self, program: PetriProgram, settings: Settings) -> Search:
        return super().state(*_asked(program, settings))

    def view(self, program: PetriProgram, answer: Answer) -> View:
        """The marking and, of a net that runs forwards, whether it is a deadlock."""
        net = program.net
        found = marking(answer.stacks, net)
        text = bag_text(found, net.places)
        if isinstance(net.question, Before):
            return View(text, {"marking": found})
        dead = net.deadlocked(found)
        return View(f"{text}  (deadlock)" if dead else text, {"marking": found, "deadlock": dead})

    def translate(self, program: PetriProgram, to: str = "rmc") -> str:
        match to:
            case "pnml":
                return to_pnml(program.net)
            case "net":
                return to_text(program.net)
            case _:
                return super().translate(program, to)


def _asked(program: PetriProgram, settings: Settings) -> tuple[PetriProgram, Settings]:
    """The program with the question of `--input` in place of its own."""
    text = input_text(settings.inputs)
    if text is None:
        return program, settings
    question = read_question(Source(text, "--input"), program.net)
    asked = PetriProgram(program.source, replace(program.net, question=question))
    return asked, replace(settings, inputs=())
