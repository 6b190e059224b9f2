"""Which nets are found to be unbounded."""

from calculus.encodings.petri.analysis import Growth, growth
from calculus.encodings.petri.net import Net, Transition
from tests.benchmarks.nets import kanban


def test_a_source_grows() -> None:
    assert growth(Net(("a",), (Transition("t", {}, {"a": 1}),))) == Growth((), ("t",), ("a",))


def test_growth_after_a_while() -> None:
    transitions = (
        Transition("first", {"a": 1}, {"b": 1}),
        Transition("there", {"b": 1}, {"c": 1, "d": 1}),
        Transition("back", {"c": 1}, {"b": 1}),
    )
    found = growth(Net(("a", "b", "c", "d"), transitions, {"a": 1}))
    assert found == Growth(("first",), ("there", "back"), ("d",))


def test_what_is_never_enabled_does_not_grow() -> None:
    assert growth(Net(("a", "b"), (Transition("t", {"b": 1}, {"b": 2}),), {"a": 1})) is None


def test_bounded_nets_do_not_grow() -> None:
    # More tokens come out of a step than went in, and yet it ends.
    split = Transition("split", {"a": 1}, {"b": 2})
    assert growth(Net(("a", "b"), (split,), {"a": 5})) is None
    assert growth(kanban(2)) is None


def test_it_gives_up() -> None:
    parts = tuple(Transition(f"t{i}", {f"a{i}": 1}, {f"b{i}": 1}) for i in range(30))
    initial = {f"a{i}": 1 for i in range(30)}
    places = tuple(name for i in range(30) for name in (f"a{i}", f"b{i}"))
    last = Transition("grow", {f"b{i}": 1 for i in range(30)}, {f"b{i}": 2 for i in range(30)})
    assert growth(Net(places, (*parts, last), initial), most=1_000) is None
