"""The calculi by name, and what each offers.

A calculus is any object with the attributes of `Calculus`. What more it can do is a *capability*: a
further method, listed in `CAPABILITIES`; a command or a library call that needs one says so when it
is missing.

Built-in calculi are loaded by dotted name when first asked for, so that none depends on another and
that starting is quick. A package may offer a calculus of its own under the entry point group
`calculus.languages`; a program registers one with `register`.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Protocol, cast, runtime_checkable

from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.source.text import Source

ENTRY_POINTS = "calculus.languages"


class Outcome(Protocol):
    """What a run came to. `str()` of it is what the command line prints."""

    @property
    def status(self) -> str:
        """`done`, `stuck`, `budget` or `suspended`."""

    def to_json(self) -> dict[str, Any]:
        """What the command line prints with `--json`."""


@runtime_checkable
class Calculus(Protocol):
    """What a calculus must offer to get `run`, `eval`, `check`, `format` and the REPL.

    `name` is the word for it on the command line; `endings` the endings of its files, with their
    dots. A program may be any object; `program_type`, if there is one, is the type of all of them.
    Every method raises `CalculusError` on a mistake in its source.
    """

    name: str
    endings: tuple[str, ...]

    def parse(self, source: Source) -> Any:
        """The program that a text is."""

    def format(self, source: Source, *, unicode: bool = False) -> str:
        """The text in the one layout."""

    def run(self, program: Any, settings: Settings) -> Outcome:
        """Run a program's main term."""


CAPABILITIES = MappingProxyType(
    {
        "check": "report all mistakes of a text at once: check(source, types=…) -> list of Diagnostic",
        "parse_term": "parse a term alone: parse_term(source) -> Term",
        "program": "make a program of a term: program(term) -> program",
        "state": "give a machine state: state(program, settings) -> State",
        "solve": "search for answers: solve(program, settings) -> Answers, to be iterated over",
        "inputs": "read what --input gives in its own way: inputs(source) -> values",
        "parse_value": "parse a value, where that is not a term: parse_value(source) -> Term",
        "constant": "make a value of a Python constant: constant(value) -> Term",
        "numbers": "make a value of a floating-point number of Python: numbers(value) -> Term",
        "trace": "run step by step: trace(state, budget, start=…) -> entries",
        "diagram": "draw a term: diagram(program, …) -> Diagram",
        "choices": "say which locations need exploring: choices(program) -> set of locations",
        "explore": "find all outcomes: explore(program, settings) -> Outcome",
        "exact": "find the exact distribution of outcomes: exact(program, settings) -> Outcome",
        "extend": "keep definitions: extend(program or None, source, file=…) -> program, names",
        "saved": "write a session: saved(program, runs) -> text",
        "is_incomplete": "tell whether an input needs another line: is_incomplete(text) -> bool",
        "tokens": "tell tokens for colouring: tokens(text) -> (kind, start, end)…",
        "acceptable": "tell what may come next: acceptable(text) -> set of words",
        "reduce": "reduce terms: reduce(program, strategy=…, max_steps=…, unfold=…) -> its result",
        "equal": "decide equality: equal(left program, right program, …) -> verdict",
        "select": "take a definition as the main term: select(program, name) -> program",
        "infer": "infer types: infer(program, name or None) -> a type, printed by str",
        "types": "infer all types: types(program) -> .types, .main and .problems by name",
        "dual": "give the dual: dual(program) -> Term",
        "decide": "decide laws: decide(program, law, options) -> calculus.verify.Finding",
        "translate": "translate a program into a machine calculus: translate(program) -> text",
        "properties": "say what the verifier checks: properties() -> list of calculus.verify.Property",
        "present": "show results in its own terms: present(program, result) -> Outcome",
    }
)

BUILT_IN = MappingProxyType(
    {
        "fmc": "calculus.fmc.calculus:FMC",
        "rmc": "calculus.rmc.calculus:RMC",
        "eml": "calculus.eml.calculus:EML",
        "rlm": "calculus.rlm.calculus:RLM",
        "lambda-cbn": "calculus.encodings.call_by_name:CallByName",
        "lambda-cbv": "calculus.encodings.call_by_value:CallByValue",
        "metalanguage": "calculus.encodings.fine_grain:Metalanguage",
        "imp": "calculus.encodings.imp.language:Imp",
        "cbpv": "calculus.encodings.fine_grain:CallByPushValue",
        "prolog": "calculus.encodings.prolog.language:Prolog",
        "kappa": "calculus.encodings.kappa.language:Kappa",
        "petri": "calculus.encodings.petri.language:Petri",
        "regex": "calculus.encodings.regex.language:Regex",
        "automaton": "calculus.encodings.automaton.language:FiniteAutomaton",
        "turing": "calculus.encodings.turing.language:Turing",
        "inet": "calculus.encodings.inet.language:Inet",
    }
)

_endings = {
    ".fmc": "fmc",
    ".rmc": "rmc",
    ".eml": "eml",
    ".rlm": "rlm",
    ".lam": "lambda-cbv",
    ".meta": "metalanguage",
    ".cbpv": "cbpv",
    ".imp": "imp",
    ".pl": "prolog",
    ".kappa": "kappa",
    ".pnml": "petri",
    ".net": "petri",
    ".regex": "regex",
    ".fa": "automaton",
    ".tm": "turing",
    ".inet": "inet",
}
_loaded: dict[str, Calculus] = {}


def names() -> list[str]:
    """The names of the calculi there are."""
    return sorted({*BUILT_IN, *_loaded})


def endings() -> list[str]:
    """The endings of files that are known so far."""
    return sorted(_endings)


def get(name: str) -> Calculus:
    """The calculus of that name; raises `UsageProblem`, which lists those there are."""
    if not isinstance(name, str):
        raise UsageProblem(f"a language is named by a text such as 'fmc'; got {name!r}")
    if name not in _loaded:
        if name in BUILT_IN:
            _loaded[name] = _load(BUILT_IN[name])
        else:
            _load_entry_points()
    if name not in _loaded:
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"there is no language {name!r}",
                help=f"the languages here are: {', '.join(names())}",
            )
        )
    return _loaded[name]


def for_file(path: str) -> Calculus:
    """The calculus that a file's ending names; raises `UsageProblem`."""
    ending = PurePath(path).suffix
    if ending not in _endings:
        _load_entry_points()
    if ending not in _endings:
        known = ", ".join(f"{key} ({value})" for key, value in sorted(_endings.items()))
        what = f"the ending {ending}" if ending else "a name without ending"
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"cannot tell the language of {path}: no language uses {what}",
                help=f"name it with --language; known endings: {known}",
            )
        )
    return get(_endings[ending])


def register(calculus: Calculus) -> Calculus:
    """Make a calculus known under its name and endings, and return it.

    Registering a name again replaces what was registered before, so that a notebook cell can be run
    twice; the built-in names are taken. Raises `UsageProblem` when the object lacks something.
    """
    missing = [
        item
        for item in ("name", "endings", "parse", "format", "run")
        if not hasattr(calculus, item) or isinstance(calculus, type)
    ]
    if missing:
        hint = "register an instance, not the class" if isinstance(calculus, type) else None
        raise UsageProblem(
            Diagnostic("usage", f"a calculus needs {', '.join(missing)}; got {calculus!r}", help=hint)
        )
    name, endings = calculus.name, calculus.endings
    if not isinstance(name, str) or not name.replace("-", "").isalnum():
        raise UsageProblem(f"a calculus is named by letters, digits and dashes; got {name!r}")
    if name in BUILT_IN:
        raise UsageProblem(f"the name {name} belongs to a built-in calculus")
    if isinstance(endings, str) or not all(
        isinstance(ending, str) and ending.startswith(".") for ending in endings
    ):
        raise UsageProblem(f"endings is a tuple of texts such as '.{name}'; got {endings!r}")
    for ending in endings:
        if _endings.get(ending, name) != name:
            raise UsageProblem(f"the ending {ending} belongs to {_endings[ending]}")
    _loaded[name] = calculus
    _endings.update(dict.fromkeys(endings, name))
    return calculus


def supports(calculus: Calculus, capability: str) -> bool:
    """Whether the calculus has a capability (a key of `CAPABILITIES`)."""
    return callable(getattr(calculus, capability, None))


def require(calculus: Calculus, capability: str, *arguments: Any, **options: Any) -> Any:
    """Call a capability; raises `UsageProblem` when the calculus lacks it."""
    if not supports(calculus, capability):
        what = CAPABILITIES[capability].partition(":")[0]
        raise UsageProblem(f"{calculus.name} cannot {what}")
    return getattr(calculus, capability)(*arguments, **options)


def refuse(language: str, what: str, options: Iterable[str]) -> None:
    """Raise `UsageProblem` if there are options, which a capability of the language does not have."""
    for name in options:
        raise UsageProblem(f"a {what} of {language} has no option {name}")


def _load(dotted: str) -> Calculus:
    module, _, name = dotted.partition(":")
    return cast(Calculus, getattr(import_module(module), name)())


def _load_entry_points() -> None:
    # Only when a name or an ending is not known: looking through installed packages takes a while.
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS):
        if entry.name not in _loaded and entry.name not in BUILT_IN:
            try:
                register(entry.load()())
            except Exception as problem:
                raise UsageProblem(f"cannot load the language {entry.name}: {problem}") from problem
