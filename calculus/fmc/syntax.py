"""The grammar of the FMC, and how to speak of it."""

from types import MappingProxyType

from calculus.source.diagnostic import Diagnostic
from calculus.source.explain import (
    END,
    UNKNOWN,
    Unexpected,
    Wording,
    column_problem,
    expectation,
    found_words,
    law_problem,
    syntax,
)
from calculus.source.grammar import Grammar
from calculus.source.laws import LawWords
from calculus.source.text import Span

JUMPS = frozenset({"JUMP", "INT", "STRING", "STAR", "SKIP"})
TERM = frozenset({"LSQB", "LESS", "LOC", "NAME", "LPAR"}) | JUMPS
TYPE = frozenset({"BASE", "NAME", "JUMP", "LPAR", "TYPE_LOC"})
RESERVED = {"DEF", "LAW", "DATA", "MAIN", "SKIP", "BASE"}

WORDS = {
    "NAME": "a name",
    "JUMP": "a label",
    "LPAR": "`(`",
    "LSQB": "`[`",
    "DEF": "`def`",
    "DOT": "`.`",
    "SEMICOLON": "`;`",
    "COLON": "`:`",
    "EQUAL": "`=`",
    "ARROW": "`->`",
    "DOUBLE_ARROW": "`=>`",
    "BAR": "`|`",
    "SUM": "`+`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "GREATER": "`>`",
}

_CASE = "a case is written `M ; K -> N`: run M, and if it leaves with K, go on as N"
_LOCATION = "a location touches its bracket, without a space"


def _separator(problem: Unexpected) -> Diagnostic | None:
    """A term directly after a term."""
    if "SEMICOLON" not in problem.acceptable or problem.kind not in TERM | {"TYPE_LOC"}:
        return None
    before = problem.before[-1]
    if "DOT" not in problem.acceptable:
        return syntax(
            problem,
            f"missing `;` before {found_words(problem)}",
            label="a jump ends a term: only `;` can go on after it",
            help="to push a constant, write it in brackets, as in `[2]`",
        )
    word = problem.text(before)
    help = None
    if problem.kind in JUMPS and problem.kind_after() == "ARROW":
        help = _CASE
    elif before.kind == "RSQB" and problem.kind in {"NAME", "TYPE_LOC"} and _spaced(problem):
        help = f"{_LOCATION}: `[…]{problem.found}`; to run it next: `[…].{problem.found}`"
    elif before.kind == "NAME" and problem.kind == "LESS" and _spaced(problem):
        help = f"{_LOCATION}: `{word}<…>`; to run it first: `{word}.<…>`"
    elif before.kind in {"NAME", "TYPE_LOC"} and problem.kind in {"NAME", "LPAR"}:
        help = f"an argument is pushed before what takes it runs: `[…].{word}`"
    return syntax(
        problem,
        f"missing `.` or `;` before {found_words(problem)}",
        label="expected `.` or `;` before this",
        help=help,
    )


def _spaced(problem: Unexpected) -> bool:
    return problem.before[-1].end < problem.span.start


def _called(problem: Unexpected) -> Diagnostic | None:
    """`f(x)`: a name that touches a parenthesis is a location of a type."""
    if problem.kind != "TYPE_LOC" or "NAME" not in problem.acceptable:
        return None
    end = problem.span.end
    return syntax(
        problem,
        "missing `.` or `;` before `(`",
        label="expected `.` or `;` before this",
        help=f"an argument is pushed before what takes it runs: `[…].{problem.found}`",
        span=Span(problem.source, end, end + 1, end + 1),
    )


def _variable(problem: Unexpected) -> Diagnostic | None:
    """`<X>`"""
    if "UNDERSCORE" not in problem.acceptable or problem.kind not in {
        "JUMP",
        "BASE",
        "INT",
        "STRING",
    }:
        return None
    help = None
    if problem.kind in {"JUMP", "BASE"}:
        lower = problem.found[0].lower() + problem.found[1:].rstrip("'")
        help = f"a variable begins with a lower-case letter: `<{lower}>`"
    return syntax(problem, f"expected a variable, found {found_words(problem)}", help=help)


def _law(problem: Unexpected) -> Diagnostic | None:
    return law_problem(problem, WORDING, RESERVED)


def _capital(problem: Unexpected) -> Diagnostic | None:
    """A definition in upper case, or a data type in lower case."""
    last = problem.kind_before()
    if last == "DEF" and problem.kind in {"JUMP", "BASE"}:
        return syntax(
            problem,
            f"expected a name, found {found_words(problem)}",
            help="the name of a definition begins with a lower-case letter",
        )
    labels = "JUMP" in problem.acceptable and problem.acceptable.isdisjoint({"NAME", "INT"})
    if problem.kind == "NAME" and labels:
        return syntax(
            problem,
            f"expected a label, found {found_words(problem)}",
            help="a label, a data type and a constructor begin with an upper-case letter",
        )
    return None


def _reserved(problem: Unexpected) -> Diagnostic | None:
    """A reserved word where a name or a label should be, or an item in the middle of a line."""
    if problem.kind not in RESERVED:
        return None
    word = problem.found
    touches = problem.kind_before() == "RSQB" and not _spaced(problem)
    wanted = ""
    if touches:
        wanted = "a location"
    elif "NAME" in problem.acceptable and not (problem.kind == "BASE" and "JUMP" in problem.acceptable):
        wanted = "a name"
    elif "JUMP" in problem.acceptable:
        wanted = "a label"
    if problem.kind in {"DEF", "LAW", "DATA"} and problem.before and problem.kind_after() in {"NAME", "JUMP"}:
        return syntax(
            problem,
            f"expected the rest of a term, found {found_words(problem)}"
            if wanted
            else f"missing `.` or `;` before {found_words(problem)}",
            label="an item inside an item",
            help=f"`{word}` begins an item in column 1 of its own line",
        )
    if wanted:
        return syntax(
            problem,
            f"expected {wanted}, found the reserved word `{word}`",
            help="reserved are `def`, `law`, `data`, `main`, `skip`, `Int`, `Bool` and `Text`",
        )
    return None


def _dot_after_jump(problem: Unexpected) -> Diagnostic | None:
    """`K.M`"""
    if problem.kind != "DOT" or problem.kind_before() not in JUMPS:
        return None
    if "SEMICOLON" not in problem.acceptable:
        return None
    word = problem.text(problem.before[-1])
    return syntax(
        problem,
        f"expected `;`, found `.` after the jump `{word}`",
        label="nothing runs after a jump",
        help=f"to push it write `[{word}]`; what catches it stands after `; {word} ->`"
        if word not in {"*", "⋆", "skip"}
        else f"to go on after it write `{word} ; …`",
    )


def _case(problem: Unexpected) -> Diagnostic | None:
    """`M -> N` and `M ; K ->`"""
    if problem.kind == "ARROW" and "SEMICOLON" in problem.acceptable:
        return syntax(
            problem,
            "expected `;` and a jump before `->`",
            help=_CASE,
        )
    if problem.kind == "ARROW" and problem.kind_before() == "SEMICOLON":
        return syntax(problem, f"expected a jump, found {found_words(problem)}", help=_CASE)
    if problem.kind_before() == "ARROW" and "LSQB" in problem.acceptable and problem.kind != UNKNOWN:
        label = problem.text(problem.before[-2]) if len(problem.before) > 1 else ""
        return syntax(
            problem,
            f"expected a term after `->`, found {found_words(problem)}",
            label=f"the case `{label}` has no body",
            help=f"`{label} -> *` catches it and does nothing more",
        )
    return None


def _caret(problem: Unexpected) -> Diagnostic | None:
    """`[x]^K`"""
    if problem.kind != "CARET" or "SEMICOLON" not in problem.acceptable:
        return None
    return syntax(
        problem,
        expectation(problem, WORDING),
        help="a loop of more than a name stands in parentheses: `([x])^K`",
    )


def _equal(problem: Unexpected) -> Diagnostic | None:
    """`def f : Int = M` and `f = M`"""
    if problem.kind == "EQUAL" and "DOUBLE_ARROW" in problem.acceptable:
        return syntax(
            problem,
            "expected `=>` in the type, found `=`",
            help="a type says what is expected and what is left: `Int Int => Int`, `=> Int`",
        )
    if problem.kind != "EQUAL" or len(problem.before) != 1 or problem.kind_before() != "NAME":
        return None
    word = problem.text(problem.before[0])
    return syntax(problem, "found `=` in a term", help=f"a definition is written `def {word} = …`")


def _lambda(problem: Unexpected) -> Diagnostic | None:
    """`\\x.M` and `λx.M`"""
    if problem.kind != UNKNOWN or problem.found not in {"\\", "λ"}:
        return None
    if "LESS" not in problem.acceptable:
        return None
    return syntax(
        problem,
        f"expected a term, found `{problem.found}`",
        help="an abstraction is written `<x>.M`; the location λ is written `[N]λ` or `λ<x>`",
    )


def _column(problem: Unexpected) -> Diagnostic | None:
    return column_problem(problem, WORDING)


BRACKETS = MappingProxyType({"LPAR": "RPAR", "LSQB": "RSQB", "LESS": "GREATER"})

WORDING = Wording(
    words=WORDS,
    groups=(
        ("what the law says", frozenset(WORDS) - {"DEF"} | {"TILDE"}),
        ("a definition or a term", TERM | {"DEF", "DATA", "LAW"}),
        ("a term", TERM),
        ("a variable", frozenset({"NAME", "UNDERSCORE"})),
        ("a type", TYPE),
        ("a jump", JUMPS),
    ),
    brackets=BRACKETS,
    hints=(
        _law,
        _called,
        _separator,
        _variable,
        _capital,
        _reserved,
        _dot_after_jump,
        _case,
        _caret,
        _equal,
        _lambda,
        _column,
    ),
)

GRAMMAR = Grammar("fmc", ("item", "term", "type", "context"), WORDING)

LAW_WORDS = LawWords(
    frozenset({"=", ":", "|", "at", "terminates", "deterministic", "answers"}),
    BRACKETS,
    frozenset({"DOT", "SEMICOLON", "ARROW", "PLUS", "CARET"}),
)

__all__ = ["BRACKETS", "END", "GRAMMAR", "JUMPS", "LAW_WORDS", "RESERVED", "TERM", "WORDING"]
