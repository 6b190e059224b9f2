"""The grammar of the RMC, and how to speak of it."""

from types import MappingProxyType

from calculus.machine.relational.relations import RELATIONS
from calculus.source.diagnostic import Diagnostic
from calculus.source.explain import Wording
from calculus.source.grammar import Grammar
from calculus.source.text import Span

VALUE = frozenset(
    {"NAME", "SHOWN", "UNDERSCORE", "CONS", "CONSOPEN", "INT", "ONE", "ZERO", "STRING", "LBRACE"}
)
TERM = VALUE | {"EX", "SKIP", "FAIL", "LPAR", "LSQB", "POPOPEN", "RELATION"}

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


def unknown_relation(name: str, span: Span) -> Diagnostic:
    """What to say of a name that touches a parenthesis and is no relation."""
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(name, RELATIONS, n=1, cutoff=0.6)
    return Diagnostic(
        "name",
        f"there is no relation `{name}`",
        span,
        label="a name that touches `(` is a relation",
        help=f"did you mean `{close[0]}`?" if close else f"the relations are {', '.join(RELATIONS)}",
    )


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

WORDING = Wording(
    words=WORDS,
    groups=(
        ("a definition or a term", TERM | {"DEF", "LAW"}),
        ("a term", TERM),
        ("a value", VALUE),
        ("a variable", frozenset({"NAME", "SHOWN"})),
    ),
    brackets=BRACKETS,
)

GRAMMAR = Grammar("rmc", ("item", "term", "value"), WORDING)

__all__ = ["BRACKETS", "GRAMMAR", "TERM", "VALUE", "WORDING", "unknown_relation"]
