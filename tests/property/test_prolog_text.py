"""Terms of Prolog are read as they are printed, names stay apart in translation, layouts change nothing."""

from hypothesis import given
from hypothesis import strategies as st

import calculus
from calculus.encodings.prolog.encode import prolog_term
from calculus.encodings.prolog.layout import lay_out
from calculus.encodings.prolog.names import atom_of, constructor_of
from calculus.encodings.prolog.printer import to_text
from calculus.encodings.prolog.program import read_program, read_term
from calculus.encodings.prolog.terms import CELL, INFIX, INTEGER, OPERATORS, PREFIX, STRING, atom, compound
from calculus.source.text import Source
from calculus.term import VARIABLE, Term, node, variable
from calculus.verify.generation.sources.prolog import program as prolog_program
from calculus.verify.strategies.choices import built

ODD_NAMES = ("[]", "{}", "!", ";", ",", "|", "a b", "A", "_x", "é", "don't", "", "\\", "\n", "//", "/*", ".")
names = st.one_of(
    st.sampled_from(("a", "foo", "x1", "is_a", *ODD_NAMES)),
    st.sampled_from(sorted(OPERATORS)),
    st.text(max_size=3),
)
integers = st.integers(-3, 3) | st.integers()
texts = st.sampled_from(("", "t", 'say "so"', "\n", "\\", "’")) | st.text(max_size=4)


def larger(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.one_of(
        st.builds(compound, names, terms),
        st.builds(compound, names, terms, terms),
        st.builds(compound, names, terms, terms, terms),
        st.builds(compound, st.sampled_from(sorted(INFIX)), terms, terms),
        st.builds(compound, st.sampled_from(sorted(PREFIX)), terms),
        st.builds(compound, st.just(CELL), terms, terms),
        st.builds(compound, st.just("{}"), terms),
    )


leaves = st.one_of(
    st.builds(atom, names),
    st.builds(lambda value: node(INTEGER, value), integers),
    st.builds(
        lambda value: node(STRING, value), texts.filter(lambda text: text.isprintable() or "\n" in text)
    ),
    st.sampled_from([variable(name) for name in ("X", "_0", "_", "Xs")]),
)
terms = st.recursive(leaves, larger, max_leaves=8)


@given(terms)
def test_a_term_is_read_as_it_is_printed(term: Term) -> None:
    text = to_text(term)
    assert read_term(Source(text)) == term, text


@given(terms, st.integers(1, 40))
def test_a_limit_cuts_the_text(term: Term, limit: int) -> None:
    text, cut = to_text(term), to_text(term, limit=limit)
    assert cut == text or (len(cut) <= limit and text.startswith(cut[:-1]) and cut[-1] == "…")


@given(st.lists(st.text(max_size=6) | names, unique=True, max_size=20))
def test_different_atoms_have_different_names(atoms: list[str]) -> None:
    constructors = [constructor_of(name) for name in atoms]
    assert len(set(constructors)) == len(atoms)
    assert [atom_of(name) for name in constructors] == atoms
    # The names can be written in the RMC, and those with two primes are left to the translation.
    for name in constructors:
        assert str(calculus.parse("rmc", f"[{name}]")) in (f"[{name}]", "[{}]")
        assert not name.endswith("''")


def renamed(term: Term) -> Term:
    """The term with its variables numbered from the left; each `_` is another one."""
    numbers: dict[str | int, int] = {}

    def walk(item: Term) -> Term:
        if item.op is not VARIABLE:
            return node(item.op, item.label, tuple([walk(child) for child in item.children]))
        key = len(numbers) if item.label == "_" else item.label
        return variable(f"V{numbers.setdefault(key, len(numbers))}")

    return walk(term)


@given(terms)
def test_a_term_comes_back_from_the_rmc(term: Term) -> None:
    found = calculus.run("prolog", f"p({to_text(term, 999)}). ?- p(Q).")
    (answer,) = found.answers
    assert found.view is not None
    text = found.view(answer).data["Q"]
    (value,) = answer.stacks["λ"]
    assert text == to_text(prolog_term(value))
    assert renamed(read_term(Source(text))) == renamed(term)


@given(built(prolog_program, 20))
def test_the_layout_keeps_the_program(text: str) -> None:
    before = read_program(Source(text))
    laid_out = lay_out(Source(text))
    after = read_program(Source(laid_out))
    assert [clause[:2] for clause in after.clauses] == [clause[:2] for clause in before.clauses]
    assert after.query == before.query
    assert lay_out(Source(laid_out)) == laid_out


@given(st.lists(terms, min_size=1, max_size=3))
def test_the_layout_keeps_operators(found: list[Term]) -> None:
    text = "".join(f"p({to_text(term, 999)}).\n" for term in found)
    before = read_program(Source(text))
    laid_out = lay_out(Source(text))
    assert [clause.head for clause in read_program(Source(laid_out)).clauses] == [
        c.head for c in before.clauses
    ]
    assert lay_out(Source(laid_out)) == laid_out
