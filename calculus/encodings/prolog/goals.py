"""What the body of a clause asks for: its goals, and what is said of those that Horn clauses do not have."""

from collections.abc import Collection, Iterator

from calculus.encodings.prolog import arithmetic
from calculus.encodings.prolog.arithmetic import COMPARISONS
from calculus.encodings.prolog.printer import indicator_text
from calculus.encodings.prolog.terms import (
    COMPOUND,
    INTEGER,
    Indicator,
    indicator,
    is_compound,
    right_spine,
)
from calculus.source.diagnostic import Diagnostic
from calculus.term import VARIABLE, Term

BUILT_IN: frozenset[Indicator] = frozenset(
    {("true", 0), ("fail", 0), ("false", 0), ("=", 2), ("is", 2), *((name, 2) for name in COMPARISONS)}
)
"""The goals that the translation runs by itself."""

CONTROL: frozenset[Indicator] = frozenset({(",", 2), (";", 2), ("call", 1)})

_ONLY = "only Horn clauses are translated"
_CONSTRUCTS: dict[Indicator, tuple[str, str]] = {
    ("!", 0): ("the cut", "write clauses that exclude one another"),
    ("->", 2): ("an if-then-else", "write a clause for each case"),
    ("*->", 2): ("an if-then-else", "write a clause for each case"),
    ("\\+", 1): ("a negation", "define the opposite by clauses"),
    ("not", 1): ("a negation", "define the opposite by clauses"),
    ("\\=", 2): ("a negation", "integers are compared by `=\\=`; else define the difference by clauses"),
    ("-->", 2): ("a grammar rule", "write the clause it stands for, with two more arguments"),
    (":-", 2): ("a clause", "a goal is no clause"),
    ("|", 2): ("a disjunction", "alternatives are separated by `;`"),
    ("between", 3): ("`between/3`", "define it by clauses"),
    ("length", 2): ("`length/2`", "define it by clauses"),
    ("succ", 2): ("`succ/2`", "write `Y is X + 1`"),
    ("plus", 3): ("`plus/3`", "write `Z is X + Y`"),
}
_MEANS = {
    "compares or inspects terms": (
        "== \\== =@= \\=@= @< @> @=< @>= =.. var nonvar atom atomic number integer float compound callable "
        "is_list ground string functor arg copy_term compare unify_with_occurs_check term_variables sort "
        "msort predsort"
    ),
    "takes atoms and texts apart": (
        "atom_codes atom_chars atom_length atom_concat atom_number atom_string char_code number_codes "
        "sub_atom string_concat string_chars string_codes string_length string_to_atom split_string "
        "number_vars upcase_atom term_to_atom"
    ),
    "reads or writes": (
        "write writeln writeq print write_canonical write_term nl tab put_char get_char read read_term "
        "format portray_clause consult halt"
    ),
    "changes the program": (
        "assert asserta assertz retract retractall abolish nb_setval b_setval nb_getval b_getval"
    ),
    "runs goals in another way": (
        "findall bagof setof aggregate_all forall once ignore catch throw maplist foldl call apply freeze "
        "dif when clause"
    ),
}
_WHY = {name: why for why, names in _MEANS.items() for name in names.split()}
_LIBRARY: frozenset[Indicator] = frozenset(
    {
        *(("append", 3), ("append", 2), ("member", 2), ("memberchk", 2), ("reverse", 2), ("select", 3)),
        *(("selectchk", 3), ("permutation", 2), ("nth0", 3), ("nth1", 3), ("last", 2), ("delete", 3)),
        *(("subtract", 3), ("sum_list", 2), ("sumlist", 2), ("max_list", 2), ("min_list", 2)),
        *(("numlist", 3), ("exclude", 3), ("include", 3), ("list_to_set", 2), ("flatten", 2)),
    }
)


def goals(body: Term) -> Iterator[Term]:
    """The goals of a body, one after the other: conjunctions are taken apart, and what `call` is given."""
    stack = [body]
    while stack:
        top = stack.pop()
        if is_compound(top, ",", 2):
            stack += reversed(top.children)
        elif is_compound(top, "call", 1):
            stack.append(top.children[0])
        else:
            yield top


def alternatives(goal: Term) -> list[Term]:
    """The bodies of a disjunction."""
    return right_spine(goal, ";")


def is_choice(goal: Term) -> bool:
    return is_compound(goal, ";", 2)


def is_built_in(goal: Term) -> bool:
    return goal.op is COMPOUND and indicator(goal) in BUILT_IN


def all_goals(body: Term) -> Iterator[Term]:
    """The goals of a body, those in the alternatives of disjunctions too."""
    stack = [body]
    while stack:
        for goal in goals(stack.pop()):
            if is_choice(goal):
                # From the last, so that they come in the order of the text up to what nests.
                stack += reversed(alternatives(goal))
            else:
                yield goal


def mistakes(body: Term, defined: Collection[Indicator]) -> Iterator[Diagnostic]:
    """What in a body is no goal of Horn clauses with integers, in a program that defines those predicates."""
    for goal in all_goals(body):
        if goal.op is VARIABLE:
            continue
        if goal.op is not COMPOUND:
            yield Diagnostic("type", f"expected a goal, found `{goal.text(40)}`", goal.span)
        elif is_built_in(goal):
            yield from _arithmetic_mistakes(goal)
        elif indicator(goal) not in defined:
            yield from _refused(goal)


def _arithmetic_mistakes(goal: Term) -> Iterator[Diagnostic]:
    if goal.label == "is":
        left, right = goal.children
        if left.op not in (VARIABLE, INTEGER):
            message = f"expected a variable or an integer before `is`, found `{left.text(40)}`"
            yield Diagnostic("type", message, left.span)
        yield from arithmetic.mistakes(right)
    elif goal.label in COMPARISONS:
        for side in goal.children:
            yield from arithmetic.mistakes(side)


def _refused(goal: Term) -> Iterator[Diagnostic]:
    which = indicator(goal)
    if which in _CONSTRUCTS:
        what, instead = _CONSTRUCTS[which]
        yield Diagnostic("syntax", f"expected a goal, found {what}", goal.span, help=f"{_ONLY}: {instead}")
    elif goal.label in _WHY:
        message = f"expected a goal, found `{indicator_text(which)}`, which {_WHY[goal.label]}"
        yield Diagnostic("syntax", message, goal.span, help=_ONLY)


def warnings(body: Term, defined: Collection[Indicator]) -> Iterator[Diagnostic]:
    """Goals that no clause is for, and goals that are not known when they are written."""
    for goal in all_goals(body):
        if goal.op is VARIABLE:
            message = f"the goal `{goal.label}` is a variable: unbound, it stands for every predicate"
            yield Diagnostic("name", message, goal.span, severity="warning")
        elif not is_built_in(goal) and indicator(goal) not in defined:
            yield Diagnostic(
                "name",
                f"there is no clause for `{indicator_text(indicator(goal))}`, so this goal fails",
                goal.span,
                help=_close_names(indicator(goal), defined),
                severity="warning",
            )


def _close_names(which: Indicator, defined: Collection[Indicator]) -> str | None:
    from difflib import get_close_matches  # only needed for a mistake

    if which in _LIBRARY:
        return "it is in the libraries of other Prologs, which are not here: add its clauses"
    names = dict(defined)
    for name in get_close_matches(which[0], names, n=1, cutoff=0.6):
        return f"did you mean `{indicator_text((name, names[name]))}`?"
    return None
