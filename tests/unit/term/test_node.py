"""Hash-consing, located nodes, traversal."""

import gc

import pytest

from calculus.machine.instructions import SKIP, Text, join, jump, pop, push
from calculus.source.text import Source, Span
from calculus.term import Op, canonical, node, variable
from calculus.term.node import _interned, like, located, postorder, size, survey

TEST = Op("test.node")


def place(start: int = 0, end: int = 1) -> Span:
    return Span(SOURCE, start, end, end)


SOURCE = Source("[1].[1]")


def test_equal_shapes_are_one_node() -> None:
    assert push(jump(1)) is push(jump(1))
    assert push(jump(1)) is not push(jump(2))
    assert push(jump(1)) is not push(jump(1), location="a")


def test_labels_of_different_types_differ() -> None:
    labels = [1, "1", Text("1"), True, (1,), ("1",)]
    nodes = [node(TEST, label) for label in labels]
    assert len(set(nodes)) == len(labels)


def test_operators_have_different_names() -> None:
    with pytest.raises(ValueError, match="exists already"):
        Op("test.node")


def test_located_nodes_equal_their_canonical_node() -> None:
    one = located(TEST, "a", (), place())
    other = located(TEST, "a", (), place(4, 5))
    assert one == other == node(TEST, "a")
    assert hash(one) == hash(other) == hash(node(TEST, "a"))
    assert one is not other
    assert one != node(TEST, "b")
    assert one != "a"


def test_a_node_over_located_children_is_canonical() -> None:
    child = located(TEST, "a", (), place())
    assert node(TEST, None, (child,)).children[0] is canonical(child)


def test_like_keeps_the_place() -> None:
    original = located(TEST, "a", (), place())
    assert like(original, "b", ()).span == place()
    assert like(node(TEST, "a"), "b", ()) is node(TEST, "b")


def test_unused_nodes_are_forgotten() -> None:
    gc.collect()  # what other tests have left
    before = len(_interned)
    nodes = [node(TEST, ("unused", i), (SKIP,)) for i in range(1000)]
    assert len(_interned) == before + 1000
    del nodes
    gc.collect()
    assert len(_interned) == before


def test_text_of_operators_without_a_printer() -> None:
    term = node(TEST, "a", (node(TEST, 1),))
    assert str(term) == "(test.node 'a' (test.node 1))"
    assert "…" in node(TEST, "a" * 300, (term,)).text(100)


def test_survey_of_a_shared_graph() -> None:
    shared = push(jump(1))
    whole = join(shared, "J", pop("x", shared))
    order, ids = survey(whole)
    assert len(order) == len({id(item) for item in order}) == 5
    assert order[-1] is whole
    places = {id(item): i for i, item in enumerate(order)}
    assert all(places[id(child)] < places[id(item)] for item in order for child in item.children)
    assert ids == {id(shared)}


def test_survey_looks_only_inside() -> None:
    inner = push(jump(1))
    order, _ = survey(pop("x", inner), lambda item: item is not inner)
    assert order == [inner, pop("x", inner)]


def test_size_counts_the_tree() -> None:
    term = variable("x")
    for _ in range(100):
        term = join(term, "J", term)
    assert size(term) == 2**101 - 1
    assert len(postorder(term)) == 101


def test_deep_terms_are_built_compared_and_freed() -> None:
    def chain() -> object:
        term = SKIP
        for i in range(50_000):
            term = located(TEST, i, (term,), place())
        return term

    assert chain() == chain()


def test_a_pickled_term_is_the_same_term() -> None:
    import copy
    import pickle

    from calculus.eml.syntax import ONE, eml

    term = eml(eml(ONE, ONE), ONE)
    assert pickle.loads(pickle.dumps(term)) is term
    assert copy.deepcopy(term) is term
    assert pickle.loads(pickle.dumps(term.op)) is term.op
