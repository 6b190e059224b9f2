"""Uses of names that nothing binds."""

from calculus.machine.instructions import pop, push
from calculus.term import variable
from calculus.term.scope import unbound

x, y, z = map(variable, "xyz")


def test_names_around_a_use() -> None:
    term = pop("x", pop("y", push(z, push(x))))
    assert [(item.label, inside) for item, inside in unbound(term)] == [("z", ["x", "y"])]


def test_known_names_are_left_out() -> None:
    assert [item.label for item, _ in unbound(push(x, push(y)), ["x"])] == ["y"]
    assert list(unbound(pop("x", push(x)))) == []


def test_a_shared_node_is_told_once_for_each_scope() -> None:
    shared = push(x)
    term = push(shared, push(shared, pop("x", shared)))
    assert len(list(unbound(term))) == 1
    deep = push(x)
    for _ in range(60):  # 2^60 uses
        deep = push(deep, deep)
    assert len(list(unbound(deep))) == 1
