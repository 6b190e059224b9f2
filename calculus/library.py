"""The library: what `import calculus` offers.

A *program* is what a calculus makes of a text, with its definitions. A *value*, wherever one is
asked for, is a term, a text in the calculus's syntax, an integer, a Boolean, or a `Text` for a
string constant. (A Python string is syntax, never a string constant: wrap what comes from outside
in `Text`.)

Every function raises `CalculusError` on bad input, and nothing else.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from calculus import registry
from calculus.registry import Calculus
from calculus.settings import DEFAULT_MEMORY, Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, UsageProblem
from calculus.source.text import Source
from calculus.term import Term

if TYPE_CHECKING:
    from calculus.machine.relational.answers import Answers
    from calculus.machine.relational.search import Search
    from calculus.machine.result import Result
    from calculus.machine.state import State
    from calculus.verify.report import Report

Value = Any
"""A term, a text in the calculus's syntax, an integer, a Boolean, or a `Text`."""


def parse(language: str, text: str | Source) -> Term:
    """The term that a text is, without definitions (`program` takes those)."""
    term: Term = registry.require(registry.get(language), "parse_term", _source(text))
    return term


def program(language: str, text: str | Source) -> Any:
    """The program that a text is: its definitions and its main term."""
    return registry.get(language).parse(_source(text))


def check(language: str, text: str | Source, *, types: bool = False) -> list[Diagnostic]:
    """All mistakes and warnings of a text; with `types`, that something has no type is a mistake."""
    return check_source(registry.get(language), _source(text), types=types)


def infer(language: str, subject: Any, name: str | None = None) -> Term:
    """The principal type of the main term of a text, a term or a program, or of a definition in it.

    Raises `TypeProblem`, which shows both places, when there is none.
    """
    calculus = registry.get(language)
    if not registry.supports(calculus, "infer"):
        registry.require(calculus, "infer")
    if name is not None and not isinstance(name, str):
        raise UsageProblem(f"a definition is named by a text; got {name!r}")
    program = _program(calculus, subject)
    found: Term = registry.require(calculus, "infer", program, *([] if name is None else [name]))
    return found


def format(language: str, text: str | Source, *, unicode: bool = False) -> str:
    """The text in the one layout, in the ASCII or the Unicode spelling."""
    return registry.get(language).format(_source(text), unicode=unicode)


def translate(language: str, text: str | Source, *, to: str | None = None) -> str:
    """The translation of a program into a machine calculus, as a text of that calculus.

    A language names its `targets`, the first of which is meant unless told otherwise.
    """
    return translate_source(registry.get(language), _source(text), to)


def run(
    language: str,
    subject: Any,
    *,
    stacks: Mapping[str, Iterable[Value]] | None = None,
    inputs: Iterable[Value] = (),
    engine: str = "auto",
    max_steps: int | None = None,
    max_seconds: float | None = None,
    max_memory: float | None = DEFAULT_MEMORY,
    seed: int = 0,
    hosts: Mapping[str, str] | None = None,
) -> "Result":
    """Run a text, a term or a program until it ends, waits for its host, or reaches a limit.

    `stacks` are initial stacks, bottom first; `inputs` feeds `in`; `hosts` maps the host's
    locations to `source` or `sink`; `max_memory` is in megabytes. A stuck run is a result, not an
    error. Of a relational language the result is the finished search (see `solve`).
    """
    calculus = registry.get(language)
    settings = _settings(
        calculus,
        stacks,
        inputs,
        hosts,
        engine=engine,
        max_steps=max_steps,
        max_seconds=max_seconds,
        max_memory=max_memory,
        seed=seed,
    )
    return cast("Result", calculus.run(_program(calculus, subject), settings))


def solve(
    language: str,
    subject: Any,
    *,
    stacks: Mapping[str, Iterable[Value]] | None = None,
    inputs: Iterable[Value] = (),
    engine: str = "auto",
    strategy: str | None = None,
    mode: str | None = None,
    count: bool = False,
    max_answers: int | None = None,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    max_memory: float | None = DEFAULT_MEMORY,
) -> "Answers":
    """A search for the answers of a relational program, which come as it is iterated over.

    Afterwards `.complete` says whether there are no more, and `.stopped_by` which limit was reached. `stacks`
    may hold variables. `strategy` is `dfs`, `bfs`, `deepening` or `fair`; with the `mode` `set` no state is
    searched twice and equal answers are one; with `count` equal answers are one with their multiplicity.
    """
    calculus = registry.get(language)
    settings = _settings(
        calculus,
        stacks,
        inputs,
        None,
        engine=engine,
        strategy=strategy,
        mode=mode,
        count=count,
        max_answers=max_answers,
        max_steps=max_steps,
        max_seconds=max_seconds,
        max_memory=max_memory,
    )
    answers: Answers = registry.require(calculus, "solve", _program(calculus, subject), settings)
    return answers


def dual(subject: Any, language: str = "rmc") -> Term:
    """The dual of a relational term, or of the main term of a text or program: it runs backwards."""
    calculus = registry.get(language)
    term: Term = registry.require(calculus, "dual", _program(calculus, subject))
    return term


def diagram(language: str, subject: Any, **options: Any) -> Any:
    """The diagram of a text, a term or a program: `.to_svg()` gives the picture, which a notebook shows.

    With `normal` a relational term is drawn in normal form; with `unfold` its definitions are drawn too. With
    `shared` equal subtrees of a tree of eml are drawn once.
    """
    calculus = registry.get(language)
    return registry.require(calculus, "diagram", _program(calculus, subject), **options)


def explore(
    language: str,
    subject: Any,
    *,
    stacks: Mapping[str, Iterable[Value]] | None = None,
    inputs: Iterable[Value] = (),
    max_answers: int | None = None,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    max_memory: float | None = DEFAULT_MEMORY,
    seed: int = 0,
) -> Any:
    """All outcomes of a program that pops `nd`: `.answers`, and whether they are `.complete`."""
    calculus = registry.get(language)
    settings = _settings(
        calculus,
        stacks,
        inputs,
        None,
        max_answers=max_answers,
        max_steps=max_steps,
        max_seconds=max_seconds,
        max_memory=max_memory,
        seed=seed,
    )
    search = registry.require(calculus, "explore", _program(calculus, subject), settings)
    with search.budget.interruptible():
        for _ in search:
            pass
    return search


def exact(
    language: str,
    subject: Any,
    *,
    stacks: Mapping[str, Iterable[Value]] | None = None,
    inputs: Iterable[Value] = (),
    depth: int | None = None,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    max_memory: float | None = DEFAULT_MEMORY,
) -> Any:
    """The distribution over the outcomes of a program that pops `rnd`, in fractions.

    `depth` bounds the number of draws on a path; what lies beyond is reported as unexplored.
    """
    calculus = registry.get(language)
    settings = _settings(
        calculus,
        stacks,
        inputs,
        None,
        depth=depth,
        max_steps=max_steps,
        max_seconds=max_seconds,
        max_memory=max_memory,
    )
    return registry.require(calculus, "exact", _program(calculus, subject), settings)


def reduce(
    language: str,
    subject: Any,
    *,
    strategy: str = "normal",
    max_steps: int | None = None,
    max_seconds: float | None = None,
    unfold: bool = False,
    **options: Any,
) -> Any:
    """Reduce a text, a term or a program, step by step; or, with the strategy `machine`, run it to
    its normal form.

    `.path` holds the steps, `.result` the last term, `.normal` whether nothing more applies, and
    `.stopped_by` the limit that was reached if it was one. Definitions are unfolded with `unfold`.
    Further options are the calculus's own.
    """
    calculus = registry.get(language)
    # The settings complain of what makes no sense.
    Settings(max_steps=max_steps, max_seconds=max_seconds, seed=options.get("seed", 0))
    if max_steps is not None:
        options["max_steps"] = max_steps
    return registry.require(
        calculus,
        "reduce",
        _program(calculus, subject),
        strategy=strategy,
        max_seconds=max_seconds,
        unfold=unfold,
        **options,
    )


def equal(
    language: str,
    left: Any,
    right: Any,
    *,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    **options: Any,
) -> Any:
    """Whether two texts, terms or programs are equal: `.verdict` is `equal`, with a `.proof`;
    `different`, with a `.witness`; or `unknown`, and `.tried` says what was tried.

    Definitions, which both sides may use, are unfolded. Further options are the calculus's own.
    """
    calculus = registry.get(language)
    Settings(max_steps=max_steps, max_seconds=max_seconds, seed=options.get("seed", 0))
    if max_steps is not None:
        options["max_steps"] = max_steps
    programs = _program(calculus, left), _program(calculus, right)
    return registry.require(calculus, "equal", *programs, max_seconds=max_seconds, **options)


def verify(
    path: "str | Path | Source",
    *,
    language: str | None = None,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    seed: int = 0,
) -> "Report":
    """Which laws of a file hold: `.findings` has a verdict for each, `.ok` says that none was refuted.

    The language is that of the file's ending unless it is given; the limits are for each law. A `Source` may
    stand for a file. (`calculus.verify.check_calculus` checks the properties of a calculus.)
    """
    from calculus.verify.laws.verifying import verify

    return verify(path, language, max_steps=max_steps, max_seconds=max_seconds, seed=seed)


def machine(
    language: str,
    subject: Any,
    *,
    stacks: Mapping[str, Iterable[Value]] | None = None,
    inputs: Iterable[Value] = (),
    seed: int = 0,
    hosts: Mapping[str, str] | None = None,
) -> "Machine":
    """A machine in the initial state of a text, a term or a program."""
    calculus = registry.get(language)
    settings = _settings(calculus, stacks, inputs, hosts, seed=seed)
    state = registry.require(calculus, "state", _program(calculus, subject), settings)
    return (
        SearchMachine(calculus, state) if registry.supports(calculus, "solve") else Machine(calculus, state)
    )


class Suspension(NamedTuple):
    """What a suspended machine waits for: an answer to a pop of `location` (then `value` is None),
    or that the host takes the `value` pushed to it.
    """

    location: str
    value: Term | None


class Machine:
    """A run that can be stepped, run on, resumed, written to JSON and read back."""

    def __init__(self, calculus: Calculus, state: "State") -> None:
        self._calculus = calculus
        self.state = state

    def step(self) -> str | None:
        """Make one transition; the rule's name, or None when the run is over or waits."""
        from calculus.machine.reference import step

        return step(self.state)

    def run(
        self,
        *,
        max_steps: int | None = None,
        max_seconds: float | None = None,
        max_memory: float | None = DEFAULT_MEMORY,
        engine: str = "auto",
    ) -> "Result":
        """Run on until the end, a suspension or a limit; steps count from here."""
        settings = Settings(
            engine=engine, max_steps=max_steps, max_seconds=max_seconds, max_memory=max_memory
        )
        return advance(self._calculus.name, self.state, settings)

    @property
    def result(self) -> "Result":
        """How things stand."""
        from calculus.machine.result import Result

        return Result.of(self._calculus.name, self.state, None, "reference")

    @property
    def suspended(self) -> Suspension | None:
        """What the machine waits for, or None."""
        request = self.state.request
        if request is None:
            return None
        return Suspension(request.location, request.value.read_back() if request.value else None)

    def resume(self, value: Value = None) -> None:
        """Answer the pop the machine waits for with `value`, or, without one, take the value it
        pushed.

        The machine can then be stepped or run on. Raises `UsageProblem` when it does not wait for
        that.
        """
        from calculus.machine.reference import resume
        from calculus.machine.state import Closure

        request = self.state.request
        if request is None:
            raise UsageProblem(f"the machine is not suspended: its status is {self.state.status}")
        if request.value is None and value is None:
            raise UsageProblem(f"a pop from {request.location} waits for a value")
        if request.value is not None and value is not None:
            raise UsageProblem(f"a push to {request.location} takes no answer")
        answer = None if value is None else Closure(to_term(self._calculus, value), {})
        resume(self.state, answer)

    def copy(self) -> "Machine":
        """An independent machine in the same state."""
        return Machine(self._calculus, self.state.copy())

    def to_json(self) -> dict[str, Any]:
        """The machine as JSON values; `from_json` goes on from them, here or elsewhere."""
        from calculus.machine.serial import state_to_json

        return {"language": self._calculus.name, "state": state_to_json(self.state)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> "Machine":
        """A machine from what `to_json` gave, or from its text."""
        from calculus.machine.serial import state_from_json

        if isinstance(data, str):
            try:
                data = json.loads(data)
            except ValueError as problem:
                raise UsageProblem(f"a machine is read from JSON; {problem}") from None
        if not isinstance(data, Mapping) or not {"language", "state"} <= data.keys():
            raise UsageProblem("a machine is read from an object with the keys language and state")
        calculus = registry.get(data["language"])
        if registry.supports(calculus, "solve"):
            from calculus.machine.relational.serial import search_from_json

            return SearchMachine(calculus, search_from_json(data["state"]))
        return cls(calculus, state_from_json(data["state"]))

    def __repr__(self) -> str:
        return f"<Machine {self._calculus.name} {self.state.status} after {self.state.steps} steps>"


class SearchMachine(Machine):
    """A search that can be stepped, run on, written to JSON and read back."""

    state: "Search"  # type: ignore[assignment]

    def __init__(self, calculus: Calculus, state: "Search") -> None:
        self._calculus = calculus
        self.state = state

    def step(self) -> str | None:
        """Make one attempted transition; the rule's name, or None when the search has ended."""
        return self.state.step()

    def run(  # type: ignore[override]
        self,
        *,
        max_steps: int | None = None,
        max_seconds: float | None = None,
        max_memory: float | None = DEFAULT_MEMORY,
        engine: str = "auto",
        max_answers: int | None = None,
    ) -> "Search":
        """Search on until the end or a limit; the answers are in `.answers`. The reference machine searches,
        whatever the engine.
        """
        settings = Settings(
            engine=engine,
            max_steps=max_steps,
            max_seconds=max_seconds,
            max_memory=max_memory,
            max_answers=max_answers,
        )
        self.state.go_on(settings.budget())
        with self.state.budget.interruptible():
            for _ in self.state:
                pass
        return self.state

    @property
    def result(self) -> "Search":  # type: ignore[override]
        return self.state

    @property
    def suspended(self) -> None:
        """A search never waits for anything."""
        return None

    def resume(self, value: Value = None) -> None:
        raise UsageProblem("the machine is not suspended: a search waits for nothing")

    def copy(self) -> "SearchMachine":
        return SearchMachine(self._calculus, self.state.copy())

    def to_json(self) -> dict[str, Any]:
        from calculus.machine.relational.serial import search_to_json

        return {"language": self._calculus.name, "state": search_to_json(self.state)}

    def __repr__(self) -> str:
        return f"<SearchMachine {self._calculus.name} after {self.state.steps} steps>"


def advance(language: str, state: "State", settings: Settings) -> "Result":
    """Run a state on under the settings' engine and limits."""
    from calculus.machine.engine import EngineName, run
    from calculus.machine.result import Result

    stopped_by, engine = run(state, settings.budget(), cast(EngineName, settings.engine))
    return Result.of(language, state, stopped_by, engine)


def check_source(calculus: Calculus, source: Source, *, types: bool = False) -> list[Diagnostic]:
    """All mistakes of a source, its laws among it; of a calculus that cannot check, what its parser says."""
    found: list[Diagnostic] = []
    if registry.supports(calculus, "check"):
        # A calculus without types need not know the option.
        options = {"types": True} if types else {}
        found = registry.require(calculus, "check", source, **options)
        if calculus.name in registry.BUILT_IN and "law" not in source.text:
            return found  # without laws there is nothing more to parse for
    try:
        program = calculus.parse(source)
    except CalculusError as problem:
        return found or list(problem.diagnostics)
    if getattr(program, "laws", ()):
        from calculus.verify.laws import mistakes

        found = [*found, *mistakes(calculus.name, program)]
    return found


def translate_source(calculus: Calculus, source: Source, to: str | None) -> str:
    """The translation of a source; raises `UsageProblem` where there is none."""
    if to == calculus.name or not registry.supports(calculus, "translate"):
        raise UsageProblem(f"a program of {calculus.name} is not translated: it runs as it is")
    targets: tuple[str, ...] = getattr(calculus, "targets", ("fmc",))
    if to is not None and to not in targets:
        hint = f"try --to {' or --to '.join(targets)}"
        raise UsageProblem(Diagnostic("usage", f"{calculus.name} does not translate into {to}", help=hint))
    chosen = [] if to in (None, targets[0]) else [to]
    text: str = registry.require(calculus, "translate", calculus.parse(source), *chosen)
    return text


def to_term(calculus: Calculus, value: Value) -> Term:
    """The term that a value given from Python means; raises `CalculusError`."""
    from calculus.machine.instructions import Text, jump

    match value:
        case Term():
            return value
        case bool() | int() | Text() if registry.supports(calculus, "constant"):
            made: Term = registry.require(calculus, "constant", value)
            return made
        case float() | complex() if registry.supports(calculus, "numbers"):
            made = registry.require(calculus, "numbers", value)
            return made
        case bool():
            return jump(str(value))
        case int() | Text():
            return jump(value)
        case str() | Source():
            reading = "parse_value" if registry.supports(calculus, "parse_value") else "parse_term"
            term: Term = registry.require(calculus, reading, _source(value))
            return term
    raise UsageProblem(
        f"a value is a term, a text, an integer, a Boolean or a Text; got {type(value).__name__}"
    )


def _source(text: str | Source) -> Source:
    if isinstance(text, Source):
        return text
    if not isinstance(text, str):
        raise UsageProblem(f"a program is given as a text; got {type(text).__name__}")
    return Source(text)


def _program(calculus: Calculus, subject: Any) -> Any:
    match subject:
        case str() | Source():
            return calculus.parse(_source(subject))
        case Term():
            return registry.require(calculus, "program", subject)
    if isinstance(subject, getattr(calculus, "program_type", object)):
        return subject
    if isinstance(term := getattr(subject, "term", None), Term):  # such as an `eml.Tree`
        return registry.require(calculus, "program", term)
    raise UsageProblem(f"what to run is a text, a term or a program; got {type(subject).__name__}")


def _settings(
    calculus: Calculus,
    stacks: Mapping[str, Iterable[Value]] | None,
    inputs: Iterable[Value],
    hosts: Mapping[str, str] | None,
    **others: Any,
) -> Settings:
    if stacks is not None and not isinstance(stacks, Mapping):
        raise UsageProblem("stacks maps locations to values, bottom first")
    if hosts is not None and not isinstance(hosts, Mapping):
        raise UsageProblem("hosts maps locations to 'source' or 'sink'")
    return Settings(
        stacks={
            _location(name): _values(calculus, f"the stack {name}", values)
            for name, values in (stacks or {}).items()
        },
        inputs=_inputs(calculus, inputs),
        hosts={_location(name): kind for name, kind in (hosts or {}).items()},
        **others,
    )


def _inputs(calculus: Calculus, inputs: Iterable[Value]) -> list[Term]:
    if not registry.supports(calculus, "inputs"):
        return _values(calculus, "inputs", inputs)
    given = [inputs] if isinstance(inputs, str) else inputs
    return [
        value
        for item in given
        for value in registry.require(
            calculus, "inputs", _source(item if isinstance(item, str) else str(item))
        )
    ]


def _location(name: str) -> str:
    if not isinstance(name, str) or not name:
        raise UsageProblem(f"a location is a name; got {name!r}")
    return "λ" if name == "lambda" else name


def _values(calculus: Calculus, what: str, values: Iterable[Value]) -> list[Term]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise UsageProblem(f"{what} is a list of values; got {values!r}")
    return [to_term(calculus, value) for value in values]
