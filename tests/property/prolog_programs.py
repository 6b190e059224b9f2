"""Random programs of Prolog: small, with shared variables, several clauses for a goal, and recursion that may
or may not end. Those with arithmetic may run into errors, and have no terms that Prolog would evaluate.
"""

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

VARIABLES = ("X", "Y", "Z", "W", "_", "_V")
PREDICATES = (("p", 1), ("q", 2), ("r", 3), ("go", 0))
KNOWN = {
    ("n", 1): "n(0). n(s(X)) :- n(X).",
    ("c", 3): "c([], Y, Y). c([H|T], Y, [H|Z]) :- c(T, Y, Z).",
}
"""Predicates that are the same in each program that has them."""


@cache
def terms(names: tuple[str, ...], *, plain: bool) -> SearchStrategy[str]:
    """Terms over variables; `plain` ones have nothing that means a number to Prolog."""
    leaves = [
        st.sampled_from(names),
        st.sampled_from(names),
        st.sampled_from(("a", "b", "0", "1", "2", "-1")),
    ]
    if not plain:
        leaves.append(st.sampled_from(("[]", "'B c'", '"s"', "(-)")))

    def larger(parts: SearchStrategy[str]) -> SearchStrategy[str]:
        choices = [
            st.builds("f({})".format, parts),
            st.builds("g({}, {})".format, parts, parts),
            st.builds("s({})".format, st.sampled_from(names)),
        ]
        if not plain:
            choices += [
                st.builds("[{}|{}]".format, parts, parts),
                st.builds("[{}, {}]".format, parts, parts),
                st.builds("({} - {})".format, parts, parts),
                st.builds("- ({})".format, parts),
            ]
        return st.one_of(choices)

    return st.recursive(st.one_of(leaves), larger, max_leaves=4)


@st.composite
def programs(draw: DrawFn) -> str:
    arithmetic = draw(st.integers(0, 3)) == 0
    own = PREDICATES[: draw(st.integers(1, len(PREDICATES)))]
    known = (*own, *draw(st.sampled_from(((), tuple(KNOWN)))))
    lines = [text for name, text in KNOWN.items() if name in known]
    for name, arity in own:
        for _ in range(draw(st.integers(1, 3))):
            head = draw(call(name, arity, arithmetic))
            body = draw(st.lists(goals(known, arithmetic), max_size=2))
            lines.append(f"{head} :- {', '.join(body)}." if body else f"{head}.")
        # Mostly a last clause to come to, so that more programs have answers.
        if draw(st.integers(0, 3)):
            lines.append(draw(call(name, arity, arithmetic)) + ".")
    name, arity = draw(st.sampled_from(known))
    open_goal = f"{name}({', '.join('XYZ'[:arity])})" if arity else name
    query = [open_goal, *draw(st.lists(goals(known, arithmetic), max_size=1))]
    return "\n".join([*lines, f"?- {', '.join(query)}.", ""])


@cache
def call(name: str, arity: int, arithmetic: bool) -> SearchStrategy[str]:
    if not arity:
        return st.just(name)
    arguments = st.lists(terms(VARIABLES, plain=arithmetic), min_size=arity, max_size=arity)
    return arguments.map(lambda found: f"{name}({', '.join(found)})")


@cache
def goals(predicates: tuple[tuple[str, int], ...], arithmetic: bool) -> SearchStrategy[str]:
    calls = st.one_of([call(name, arity, arithmetic) for name, arity in predicates])
    equation = st.builds("{} = {}".format, *[terms(VARIABLES, plain=arithmetic)] * 2)
    choices = [calls, calls, calls, equation, st.sampled_from(("true", "fail", "nowhere(X)"))]
    if arithmetic:
        choices += [st.builds("{} is {}".format, st.sampled_from(("X", "Y", "2")), numbers()), comparisons()]
    alternatives = st.lists(st.one_of(choices), min_size=1, max_size=2).map(", ".join)
    disjunction = st.lists(alternatives, min_size=2, max_size=3).map(lambda found: f"({' ; '.join(found)})")
    return st.one_of([*choices, disjunction])


@cache
def numbers() -> SearchStrategy[str]:
    operations = ("{} + {}", "{} - {}", "{} * {}", "{} // {}", "{} mod {}", "min({}, {})", "- ({} - {})")
    leaves = st.sampled_from(("X", "Y", "Z", "0", "1", "2", "7", "-3"))

    def larger(parts: SearchStrategy[str]) -> SearchStrategy[str]:
        return st.one_of([st.builds(f"({operation})".format, parts, parts) for operation in operations])

    return st.recursive(leaves, larger, max_leaves=3)


@cache
def comparisons() -> SearchStrategy[str]:
    signs = st.sampled_from(("<", "=<", ">", ">=", "=:=", "=\\="))
    return st.builds("{} {} {}".format, numbers(), signs, numbers())
