"""The language: its translation, its types and effects, and that everything ends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from calculus.rlm.evaluation import Evaluation
from calculus.rlm.functions import Settings
from calculus.rlm.functions import best as chosen
from calculus.rlm.program import Program, parse_program
from calculus.rlm.prompts import prompt
from calculus.rlm.types.infer import asks, infer_program
from calculus.rlm.types.nodes import BOOL, INT, TEXT, Con, Function, Scheme, find
from calculus.rlm.types.nodes import text as type_text
from calculus.source.diagnostic import CalculusError, NameProblem
from calculus.source.text import Source
from calculus.term import Term
from calculus.verify.enumeration.rlm import space
from calculus.verify.generation.choices import between, pick
from calculus.verify.generation.rlm import document, expression, source
from calculus.verify.independent.combinators import Given, Stuck, evaluated
from calculus.verify.properties.rlm.running import MAX_STEPS, QUERY, answer, finish
from calculus.verify.properties.rlm.splits import Split, shorter
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Structural, Tally

DOCUMENT = "aé 1"
"""What small terms are run on."""


@dataclass(frozen=True, slots=True)
class Case:
    """A program as a text, and what it is run on."""

    text: str
    document: str
    k: int
    tau: int

    def __str__(self) -> str:
        return f"{self.text!r} on {self.document!a}, k {self.k}, tau {self.tau}"


def case(choose: Choose, size: int) -> Case:
    """A term of a text that may ask, or a program with recursions, and a document."""
    text = source(choose, size) if choose(2) else expression(choose, size, oracle=True)
    return Case(text, document(choose, 2 * size), between(choose, 2, 5), between(choose, 1, 30))


def with_less_text(subject: Case, fails: Callable[[Case], bool]) -> Case:
    """The same with a document from which nothing more can be left out."""
    text = Split(subject.document, 2, None, "characters", "characters")
    return replace(
        subject,
        document=shorter(text, lambda other: fails(replace(subject, document=other.text))).text,
    )


def _run(
    program: Program, text: str, k: int, tau: int, *, last: bool = False
) -> tuple[Evaluation, list[str]]:
    evaluation = Evaluation(
        program, text, QUERY, k=k, tau=tau, by="characters", measure="characters", max_steps=MAX_STEPS
    )
    return evaluation, finish(evaluation, answer, last=last)


def _directly(program: Program, text: str, k: int, tau: int) -> tuple[Any, list[str]]:
    """The value by the definition, and the prompts. Raises `Stuck`."""
    prompts: list[str] = []

    def ask(asked: str) -> str:
        prompts.append(asked)
        return answer(asked)

    settings = Settings("characters", "characters", tau, 0)
    given = Given(text, QUERY, k, tau, ask, prompt, lambda texts: chosen(settings, texts))
    return evaluated(program, given), prompts


def translated(subject: Case, tally: Tally) -> str | None:
    """Whether the machine comes to what the definition does and asks the same, in any order of answers."""
    program = parse_program(Source(subject.text))
    return _agree(program, subject.document, subject.k, subject.tau, tally)


def as_defined(term: Term, tally: Tally) -> str | None:
    """The same of a term, if it has a type of data."""
    program = Program(Source(""), {}, (), term)
    typing = infer_program(program)
    if typing.main is None or isinstance(find(typing.main.type), Function):
        tally.count("no data")
        return None
    return _agree(program, DOCUMENT, 2, 2, tally)


def _agree(program: Program, text: str, k: int, tau: int, tally: Tally) -> str | None:
    run, prompts = _run(program, text, k, tau)
    tally.count("prompts", len(prompts))
    try:
        value, asked = _directly(program, text, k, tau)
    except Stuck as problem:
        tally.count("stuck")
        return None if run.error else f"machine: {run.result!a}; by definition: {problem}"
    tally.count("values")
    if run.error is not None:
        return f"machine: {run.error.error.message}; by definition: {value!a}"
    if type(run.result) is not type(value) or run.result != value:
        return f"machine: {run.result!a}; by definition: {value!a}"
    if sorted(prompts) != sorted(asked):
        return f"machine: {len(prompts)} prompts; by definition: {len(asked)}, or other ones"
    if prompts:
        again, _ = _run(program, text, k, tau, last=True)
        tally.count("orders")
        if again.result != run.result:
            return f"the first call answered first: {run.result!a}; the last: {again.result!a}"
    return None


def sound(term: Term, tally: Tally) -> str | None:
    """Whether a term that has a type comes to a value of it, and asks only if its effect says so."""
    program = Program(Source(""), {}, (), term)
    typing = infer_program(program)
    if typing.main is None:
        tally.count("without a type")
        return None
    if isinstance(find(typing.main.type), Function):
        tally.count("functions")
        return None
    tally.count("typed")
    run, prompts = _run(program, DOCUMENT, 2, 2)
    return _typed(run, prompts, typing.main, program, tally)


def _typed(run: Evaluation, prompts: list[str], scheme: Scheme, program: Program, tally: Tally) -> str | None:
    if run.error is not None:
        return f"of type {type_text(scheme)}, but it ends with: {run.error.error.message}"
    if not inhabits(run.result, scheme):
        return f"of type {type_text(scheme)}, but its value is {run.result!a}"
    pure = not asks(program)
    tally.count("pure" if pure else "neural")
    if pure and prompts:
        return f"its effect says that nothing is asked, but {len(prompts)} prompts are"
    return None


def inhabits(value: Any, scheme: Scheme) -> bool:
    """Whether a value, as Python's own, is one of a type of data."""
    stack = [(value, scheme.type)]
    while stack:
        item, type = stack.pop()
        match find(type):
            case Con(name="List", arguments=(element,)) if isinstance(item, list):
                stack += [(part, element) for part in item]
            case Con(name="Pair", arguments=arguments) if isinstance(item, tuple):
                stack += zip(item, arguments, strict=True)
            case Con() as found:
                kinds = {TEXT.name: str, INT.name: int, BOOL.name: bool}
                if found.name not in kinds or type_of(item) is not kinds[found.name]:
                    return False
    return True


type_of = type

TYPES = ("Text", "Int", "Bool", "List Text", "Pair Text Text")


@dataclass(frozen=True, slots=True)
class Written:
    """A term made to have a type, and what it is run on."""

    type: str
    text: str
    document: str

    def __str__(self) -> str:
        return f"{self.text} on {self.document!a}"


def written(choose: Choose, size: int) -> Written:
    """A term of a type that is known beforehand."""
    type = pick(choose, TYPES)
    oracle = bool(choose(2))
    return Written(type, expression(choose, size, type=type, oracle=oracle), document(choose, size))


def has_its_type(subject: Written, tally: Tally) -> str | None:
    """Whether the type that is inferred is the one that the term was made to have, and its value is of it."""
    program = parse_program(Source(subject.text))
    typing = infer_program(program)
    if typing.main is None:
        return f"no type: {next(iter(typing.problems.values())).message}"
    found = type_text(typing.main)
    if found != subject.type and not found.startswith("List "):
        return f"made of type {subject.type}, inferred {found}"
    run, prompts = _run(program, subject.document, 2, 8)
    return _typed(run, prompts, typing.main, program, tally)


_RUNS = ("bytes", "characters")


def ends(subject: Case, tally: Tally) -> str | None:
    """Whether a run ends, whatever is answered: with a value, or since a character is larger than a leaf."""
    program = parse_program(Source(subject.text))
    for unit in _RUNS:
        evaluation = Evaluation(
            program, subject.document, QUERY, k=subject.k, tau=subject.tau, measure=unit, max_steps=MAX_STEPS
        )
        finish(evaluation, answer)
        tally.count("steps", evaluation.steps)
        if evaluation.error is None:
            tally.count("values")
        elif "larger than tau" in evaluation.error.error.message:
            tally.count("characters larger than tau")
        else:
            return f"with sizes in {unit}: {evaluation.error.error.message}"
    return None


UNGUARDED: tuple[str, ...] = (
    "fix f. \\P. f P",
    "fix f. \\P. if size P <= tau then f P else P",
    "fix f. \\P. if size P <= tau then P else f P",
    "fix f. \\P. if size P <= tau then P else concat (map f [P])",
    "fix f. \\P. if size P <= tau then P else concat (map f (split k document))",
    "fix f. \\P. if size P <= tau then P else concat (map f (lines P))",
    "fix f. \\P. if size P <= tau then P else concat ((\\P. map f (split k P)) document)",
    "fix f. \\P. if size P <= 1 then P else concat (map f (split k P))",
    "fix f. \\P. if size P <= 0 then P else concat (map f (split k P))",
    "fix f. \\P. if size P <= k then P else concat (map f (split k P))",
    "fix f. \\P. if tau <= size P then P else concat (map f (split k P))",
    "fix f. \\P. if size document <= tau then P else concat (map f (split k P))",
    "fix f. \\P. concat (map f (split k P))",
    "fix f. \\P. if size P <= tau then P else concat (map (\\c. f (c ++ c)) (split k P))",
    "fix f. \\P. if size P <= tau then P else concat (map (\\c. f P) (split k P))",
    "fix f. \\P. if size P <= tau then P else let P = document in concat (map f (split k P))",
    "fix f. \\P. if size P <= tau then P else concat (map f (map (\\c. P) (split k P)))",
    "fix f. f",
)
"""Recursions that need not end, or of which the form does not show that they do."""


def refused(text: str, tally: Tally) -> str | None:
    """Whether a recursion that is not guarded is refused, at a place of the text."""
    try:
        parse_program(Source(f"({text}) document"))
    except NameProblem as problem:
        tally.count("refused")
        return None if problem.diagnostic.span is not None else "refused, but without a place"
    except CalculusError as problem:
        return f"refused as {problem.kind}, and not for its recursion: {problem.diagnostic.message}"
    return "taken for a guarded recursion"


PROPERTIES = (
    Property(
        "translation",
        "a program on the machine, by the encoding of call by value, comes to what the definition says",
        "calculus.rlm.translation; C. Barrett, C. Castle, W. Heijltjes, call by value in the FMC",
        (
            Exhaustive(
                "every term of up to {size} nodes with a type of data comes to its value and asks the same",
                space,
                as_defined,
                size=4,
                unit=1_500,
            ),
            Generated(
                "a generated program of about {size} parts comes to its value on a generated document",
                case,
                translated,
                shrunk=with_less_text,
                largest=20,
                examples=400,
                unit=100,
                measure=lambda subject: len(subject.text),
            ),
        ),
    ),
    Property(
        "types",
        "a term that has a type comes to a value of it, and asks nothing if its effect says so",
        "Hindley-Milner with effects; calculus.rlm.types",
        (
            Exhaustive(
                "every term of up to {size} nodes over the combinators size, concat, map, oracle and fst "
                "that has a type of data comes to a value of it",
                space,
                sound,
                size=4,
                unit=1_500,
            ),
            Generated(
                "a generated term of up to {size} combinators has the type it was made to have",
                written,
                has_its_type,
                largest=12,
                examples=500,
                unit=150,
                measure=lambda subject: len(subject.text),
            ),
        ),
    ),
    Property(
        "termination",
        "every run ends: recursion goes into smaller parts alone",
        "calculus.rlm.guard",
        (
            Generated(
                "a generated program of about {size} parts ends on a generated document, with sizes in bytes "
                "and in characters",
                case,
                ends,
                shrunk=with_less_text,
                largest=24,
                examples=400,
                unit=100,
                measure=lambda subject: len(subject.text),
            ),
            Structural(
                f"{len(UNGUARDED)} recursions of which the form does not show that they end are refused",
                lambda: UNGUARDED,
                refused,
                name="guard",
                measure=len,
            ),
        ),
    ),
)
