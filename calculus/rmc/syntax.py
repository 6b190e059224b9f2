"""The grammar of the RMC, and how to speak of it."""

from types import MappingProxyType

from calculus.machine.relational.relations import RELATIONS
from calculus.source.diagnostic import Diagnostic, Note
from calculus.source.explain import (
    END,
    Unexpected,
    Wording,
    bracket_problem,
    column_problem,
    expectation,
    found_words,
    innermost_open,
    law_problem,
    syntax,
)
from calculus.source.grammar import Grammar
from calculus.source.laws import LawWords
from calculus.source.text import Span

VALUE = frozenset(
    {"NAME", "SHOWN", "UNDERSCORE", "CONS", "CONSOPEN", "INT", "ONE", "ZERO", "STRING", "LBRACE"}
)
TERM = VALUE | {"EX", "SKIP", "FAIL", "LPAR", "LSQB", "POPOPEN", "RELATION"}
VARIABLE = frozenset({"NAME", "SHOWN"})
RESERVED = frozenset({"EX", "SKIP", "FAIL", "DEF", "LAW"})

WORDS = {
    "NAME": "a name",
    "DEF": "`def`",
    "EX": "`ex`",
    "SEMICOLON": "`;`",
    "PLUS": "`+`",
    "STAR": "`*`",
    "DUAL": "`~`",
    "EQUATE": "`==`",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "BAR": "`|`",
    "DOT": "`.`",
    "PUSHCLOSE": "`]`",
    "GREATER": "`>`",
    "RPAR": "`)`",
    "RBRACE": "`}`",
}

BRACKETS = MappingProxyType(
    {
        "LPAR": "RPAR",
        "LSQB": "PUSHCLOSE",
        "POPOPEN": "GREATER",
        "LBRACE": "RBRACE",
        "CONSOPEN": "RPAR",
        "RELATION": "RPAR",
    }
)

_INSTEAD = {
    "COMMA": "`M; N` runs N after M",
    "BAR": "a choice is written `M + N`",
    "CARET": "an iteration is written `M*`",
    "EQUATE": "a test compares values, as in `x == F(y)`",
}
_LOCATION = "a location touches its bracket, without a space"


def _touches(problem: Unexpected) -> bool:
    return bool(problem.before) and problem.before[-1].end == problem.span.start


def _after_term(problem: Unexpected) -> bool:
    return "SEMICOLON" in problem.acceptable


def _wants_value(problem: Unexpected) -> bool:
    return problem.acceptable >= VALUE and "LPAR" not in problem.acceptable


def _law(problem: Unexpected) -> Diagnostic | None:
    return law_problem(problem, WORDING, frozenset({"DEF", "LAW"}))


def _relation(problem: Unexpected) -> Diagnostic | None:
    """`f(M; N)`: what is wrong first is the name."""
    opening = innermost_open(problem, WORDING)
    if opening is None or opening.kind != "RELATION":
        return None
    name = problem.text(opening)[:-1]
    if name in RELATIONS:
        return None
    return unknown_relation(name, Span(problem.source, opening.start, opening.end - 1, opening.end - 1))


def _reserved(problem: Unexpected) -> Diagnostic | None:
    """A reserved word where a name should be, or an item in the middle of a line."""
    if problem.kind not in RESERVED:
        return None
    word = problem.found
    if problem.kind in {"DEF", "LAW"} and problem.before and problem.kind_after() in {"NAME", "CONS"}:
        return syntax(
            problem,
            f"missing `;` before `{word}`"
            if _after_term(problem)
            else f"expected the rest of a term, found `{word}`",
            label="an item inside an item",
            help=f"`{word}` begins an item in column 1 of its own line",
        )
    if problem.kind_before() == "PUSHCLOSE" and _touches(problem):
        wanted = "a location"
    elif "NAME" not in problem.acceptable:
        return None
    else:
        wanted = "a variable" if _wants_value(problem) or problem.kind_before() == "EX" else "a name"
    return syntax(
        problem,
        f"expected {wanted}, found the reserved word `{word}`",
        help="reserved are `ex`, `skip`, `fail`, `def` and `law`",
    )


def _binder(problem: Unexpected) -> Diagnostic | None:
    """What stands after `ex` and is no variable, or is no dot after the variables."""
    names: list[str] = []
    for token in reversed(problem.before):
        if token.kind not in VARIABLE:
            break
        names.append(problem.text(token))
    else:
        return None
    if token.kind != "EX" or problem.acceptable - VARIABLE - {"DOT"}:
        return None
    if problem.kind == "CONS":
        lower = problem.found[0].lower() + problem.found[1:].rstrip("'")
        help = f"a variable begins with a lower-case letter: `ex {lower}. …`"
        return syntax(problem, f"expected a variable, found {found_words(problem)}", help=help)
    if problem.kind == "UNDERSCORE":
        help = "`_` is a variable of its own each time it is written, and needs no `ex`"
        return syntax(problem, "expected a variable with a name, found `_`", help=help)
    if problem.kind == "COMMA":
        help = "the variables are separated by spaces: `ex x y. …`"
        return syntax(problem, "expected `.` after the variables of `ex`, found `,`", help=help)
    if not names:
        help = "`ex x. …` makes a new variable x"
        return syntax(problem, f"expected a variable after `ex`, found {found_words(problem)}", help=help)
    return syntax(
        problem,
        f"expected `.` after the variables of `ex`, found {found_words(problem)}",
        help=f"write `ex {' '.join(reversed(names))}. …`",
    )


def _dot(problem: Unexpected) -> Diagnostic | None:
    """`M.N`"""
    if problem.kind != "DOT" or not _after_term(problem):
        return None
    help = "`M; N` runs N after M; a dot stands after the variables of `ex` only"
    return syntax(problem, "expected `;`, found `.`", help=help)


def _separator(problem: Unexpected) -> Diagnostic | None:
    """A term directly after a term."""
    if not _after_term(problem) or problem.kind not in TERM:
        return None
    before = problem.before[-1]
    word = problem.text(before)
    help = None
    if before.kind in RESERVED and problem.kind == "POPOPEN" and _touches(problem):
        help = f"`{word}` is a reserved word, so no location has this name"
    elif before.kind == "PUSHCLOSE" and word == "]" and problem.kind == "NAME" and not _touches(problem):
        help = f"{_LOCATION}: `[…]{problem.found}`"
    elif before.kind == "NAME" and problem.kind == "POPOPEN" and len(problem.found) == 1:
        help = f"{_LOCATION}: `{word}<…>`"
    elif before.kind == "NAME" and problem.kind == "LPAR":
        help = (
            f"a relation touches its parenthesis, without a space: `{word}(…)`"
            if word in RELATIONS
            else f"an argument is pushed before what takes it runs: `[…]; {word}`"
        )
    return syntax(
        problem,
        f"missing `;` before {found_words(problem)}",
        label="expected `;` or `+` before this",
        help=help,
    )


def _equal(problem: Unexpected) -> Diagnostic | None:
    """`f = M` and `x = F`"""
    if problem.kind != "EQUAL" or "EQUATE" not in problem.acceptable:
        return None
    if len(problem.before) == 1 and problem.kind_before() == "NAME":
        word = problem.text(problem.before[0])
        help = f"a definition is written `def {word} = …`, a test `{word} == …`"
        return syntax(problem, "found `=` in a term", help=help)
    help = "a test is written with `==`; the name of a definition begins with a lower-case letter"
    return syntax(problem, "expected `==`, found `=`", help=help)


def _other_sign(problem: Unexpected) -> Diagnostic | None:
    """The sign of another language after a term."""
    if problem.kind not in _INSTEAD or not _after_term(problem):
        return None
    return syntax(problem, expectation(problem, WORDING), help=_INSTEAD[problem.kind])


def _value_alone(problem: Unexpected) -> Diagnostic | None:
    """`F` and `2` as terms"""
    if problem.acceptable != {"EQUATE"}:
        return None
    word = problem.text(problem.before[-1])
    help = f"`{word}` is a value: `[{word}]` pushes it, `<{word}>` pops it"
    if problem.kind_before() not in VALUE:  # the end of a longer one
        help = "a value is no term: `[…]` pushes it, `<…>` pops it"
    elif problem.kind_before() == "CONS" and problem.kind == "LPAR":
        help = f"a constructor touches its parenthesis, without a space: `{word}(…)`"
    return syntax(problem, f"expected `==`, found {found_words(problem)}", help=help)


def _value(problem: Unexpected) -> Diagnostic | None:
    """No value where one should be."""
    if not _wants_value(problem) or problem.kind == END:
        return None
    help = None
    if problem.kind == "RELATION":
        upper = problem.found[0].upper() + problem.found[1:-1]
        help = f"a constructor begins with an upper-case letter: `{upper}(…)`"
    elif problem.kind in TERM:
        help = "only values are pushed and popped: variables, constructors, integers, strings and lists"
    elif problem.kind_before() == "CONSOPEN" and problem.kind == "RPAR":
        help = f"without arguments it is written `{problem.text(problem.before[-1])[:-1]}`"
    elif problem.kind not in BRACKETS.values():
        return None
    return syntax(problem, f"expected a value, found {found_words(problem)}", help=help)


def _after_value(problem: Unexpected) -> Diagnostic | None:
    """What follows a value inside brackets and should not."""
    opening = innermost_open(problem, WORDING)
    plain = bracket_problem(problem, WORDING)
    if opening is None or plain is None or opening.kind == "LPAR" or _wants_value(problem):
        return None
    before = problem.before[-1]
    word = problem.text(before)
    help = None
    if before.kind == "CONS" and problem.kind == "LPAR":
        help = f"a constructor touches its parenthesis, without a space: `{word}(…)`"
    elif opening.kind == "LBRACE" and problem.kind in VALUE | {"SEMICOLON"}:
        help = "the elements of a list are separated by commas: `{x, y}`"
    elif before.kind == "CONS" and problem.kind in VALUE:
        help = f"the arguments of a constructor stand in parentheses: `{word}(…)`"
    elif opening.kind in {"LSQB", "POPOPEN"} and problem.kind in VALUE | {"COMMA", "SEMICOLON"}:
        help = "values are pushed and popped one by one: `[x]; [y]`, `<x>; <y>`"
    return syntax(problem, plain.message, notes=plain.notes, help=help) if help else None


def _capital(problem: Unexpected) -> Diagnostic | None:
    """A definition in upper case."""
    if problem.kind_before() != "DEF" or problem.kind not in {"CONS", "CONSOPEN"}:
        return None
    help = "the name of a definition begins with a lower-case letter"
    return syntax(problem, f"expected a name, found {found_words(problem)}", help=help)


def _parameter(problem: Unexpected) -> Diagnostic | None:
    """`def f(x) = …` and `def f x = …`"""
    if not problem.before or problem.before[0].kind != "DEF" or len(problem.before) > 2:
        return None
    if problem.kind == "RELATION" or (problem.kind in VARIABLE | {"LPAR"} and len(problem.before) == 2):
        help = "a definition has no parameters: it takes what is on the stacks, as in `ex x. <x>; …`"
        return syntax(problem, expectation(problem, WORDING), help=help)
    return None


def _column(problem: Unexpected) -> Diagnostic | None:
    return column_problem(problem, WORDING)


def unknown_relation(name: str, span: Span) -> Diagnostic:
    """What to say of a name that touches a parenthesis and is no relation."""
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(name, RELATIONS, n=1, cutoff=0.6)
    return Diagnostic(
        "name",
        f"there is no relation `{name}`",
        span,
        label="a name that touches `(` is a relation",
        help=f"did you mean `{close[0]}`?"
        if close
        else f"an argument of a definition is pushed: `[…]; {name}`",
        notes=() if close else (Note(f"the relations are {', '.join(RELATIONS)}"),),
    )


WORDING = Wording(
    words=WORDS,
    groups=(
        ("what the law says", (TERM | frozenset(WORDS)) - {"DEF"} | {"CARET", "SLASH"}),
        ("a definition or a term", TERM | {"DEF", "LAW"}),
        ("a term", TERM),
        ("a value", VALUE),
        ("a variable", VARIABLE),
    ),
    brackets=BRACKETS,
    hints=(
        _law,
        _relation,
        _parameter,
        _reserved,
        _binder,
        _dot,
        _separator,
        _equal,
        _other_sign,
        _value_alone,
        _value,
        _after_value,
        _capital,
        _column,
    ),
)

GRAMMAR = Grammar("rmc", ("item", "term", "value"), WORDING)

LAW_WORDS = LawWords(
    frozenset({"=", "at", "as", "over", "terminates", "deterministic", "answers"}),
    BRACKETS,
    frozenset({"SEMICOLON", "PLUS", "DOT"}),
)

__all__ = ["BRACKETS", "GRAMMAR", "LAW_WORDS", "RESERVED", "TERM", "VALUE", "WORDING", "unknown_relation"]
