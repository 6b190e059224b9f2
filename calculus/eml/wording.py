"""The grammar of EML, and how to speak of it."""

from dataclasses import replace
from types import MappingProxyType

from calculus.source.diagnostic import Diagnostic
from calculus.source.explain import (
    END,
    Unexpected,
    Wording,
    bracket_problem,
    column_problem,
    expectation,
    found_words,
    law_problem,
    syntax,
)
from calculus.source.grammar import Grammar
from calculus.source.laws import LawWords

WORD = frozenset({"NAME", "ONES", "BRACED"})
TREE = WORD | {"EML", "CALL"}

WORDS = {
    "NAME": "a name",
    "DEF": "`def`",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "RPAR": "`)`",
}

BRACKETS = MappingProxyType({"EML": "RPAR", "CALL": "RPAR", "LPAR": "RPAR"})

_COMPILE = "`calculus eml compile '…'` makes a tree of an expression in ordinary notation"


def _law(problem: Unexpected) -> Diagnostic | None:
    return law_problem(problem, WORDING, frozenset({"DEF", "LAW"}))


def _reserved(problem: Unexpected) -> Diagnostic | None:
    """A reserved word where a name should be, or an item in the middle of a line."""
    if problem.kind not in {"DEF", "LAW", "EML_ALONE"}:
        return None
    word = problem.found
    if problem.kind != "EML_ALONE" and problem.before and problem.kind_after() in {"NAME", "CALL"}:
        return syntax(
            problem,
            f"expected the rest of a tree, found `{word}`",
            label="an item inside an item",
            help=f"`{word}` begins an item in column 1 of its own line",
        )
    if problem.kind == "EML_ALONE" and problem.acceptable >= TREE:
        return syntax(
            problem,
            "expected `eml(`, found `eml` alone",
            help="the operator takes two trees: `eml(x, y)`; as the name of a variable write `{eml}`",
        )
    if "NAME" not in problem.acceptable:
        return None
    return syntax(
        problem,
        f"expected {'a tree' if problem.acceptable >= TREE else 'a name'}, found the reserved word `{word}`",
        help="reserved are `eml`, `def` and `law`; in braces they name variables, as in `{def}`",
    )


def _number(problem: Unexpected) -> Diagnostic | None:
    """`2`, `0.5`"""
    if problem.kind != "NUMBER" or not problem.acceptable & TREE:
        return None
    help = f"1 is the only constant of trees; {_COMPILE}"
    return syntax(problem, f"expected a tree, found {found_words(problem)}", help=help)


def _sign(problem: Unexpected) -> Diagnostic | None:
    """`x + y`, `(x)`"""
    if problem.kind not in {"SIGN", "LPAR"} or "EQUAL" in problem.acceptable:
        return None
    reduced = _reduced(problem)
    if problem.kind == "LPAR" and problem.before and not problem.acceptable >= TREE:
        return syntax(problem, expectation(reduced, WORDING))
    help = "in braces stands the name of a variable, as in `{rate}`" if problem.found in "{}" else _COMPILE
    return syntax(problem, expectation(reduced, WORDING), help=help)


def _equal(problem: Unexpected) -> Diagnostic | None:
    """`f = M`"""
    if problem.kind != "EQUAL" or not problem.before or problem.before[0].kind in {"DEF", "LAW"}:
        return None
    if len(problem.before) == 1 and problem.kind_before() == "NAME":
        help = f"a definition is written `def {problem.text(problem.before[0])} = …`"
    elif problem.before[0].kind == "CALL":
        help = f"a definition is written `def {problem.text(problem.before[0])}…) = …`"
    else:
        return None
    return syntax(problem, "found `=` in a tree", help=help)


def _count(problem: Unexpected) -> Diagnostic | None:
    """`eml(x)` and `eml(x, y, z)`"""
    opening: list[str] = []
    commas: list[int] = []
    for token in problem.before:
        if token.kind in BRACKETS:
            opening.append(token.kind)
            commas.append(0)
        elif token.kind == "RPAR" and opening:
            opening.pop()
            commas.pop()
        elif token.kind == "COMMA" and commas:
            commas[-1] += 1
    if not opening or opening[-1] != "EML":
        return None
    if problem.kind == "RPAR" and "COMMA" in problem.acceptable:
        return syntax(problem, "expected a second tree in `eml(…, …)`, found `)`")
    if problem.kind == "COMMA" and commas[-1] == 1 and "RPAR" in problem.acceptable:
        return syntax(problem, "expected two trees in `eml(…, …)`, found a third")
    return None


def _parameter(problem: Unexpected) -> Diagnostic | None:
    """`def f(1) = …`, `def f() = …`"""
    if not problem.before or problem.before[0].kind != "DEF" or problem.acceptable != {"NAME"}:
        return None
    if problem.kind_before() in {"CALL", "COMMA"}:
        help = "without parameters it is `def f = …`" if problem.kind == "RPAR" else None
        return syntax(problem, f"expected the name of a parameter, found {found_words(problem)}", help=help)
    return None


def _column(problem: Unexpected) -> Diagnostic | None:
    return column_problem(_reduced(problem), WORDING)


def _plain(problem: Unexpected) -> Diagnostic | None:
    """After a word may come others of a tree in postfix, which need not be told everywhere."""
    reduced = _reduced(problem)
    if reduced is problem or problem.kind not in TREE | BRACKETS.keys() | WORDS.keys() | {END}:
        return None
    return bracket_problem(reduced, WORDING) or syntax(reduced, expectation(reduced, WORDING))


def _reduced(problem: Unexpected) -> Unexpected:
    if problem.acceptable >= WORD and "CALL" not in problem.acceptable:
        return replace(problem, acceptable=problem.acceptable - WORD)
    return problem


WORDING = Wording(
    words=WORDS,
    groups=(
        ("what the law says", TREE | frozenset(WORDS) - {"DEF"} | {"SIGN", "LPAR", "NUMBER", "EML_ALONE"}),
        ("a definition or a tree", TREE | {"DEF", "LAW"}),
        ("a tree", TREE),
    ),
    brackets=BRACKETS,
    hints=(_law, _reserved, _number, _equal, _parameter, _count, _sign, _column, _plain),
)

GRAMMAR = Grammar("eml", ("item", "tree"), WORDING)

LAW_WORDS = LawWords(frozenset({"=", "defined", "finite", "where", "under"}), BRACKETS)
