"""EML trees, and expressions over the calculator basis."""

from collections.abc import Sequence

from calculus.eml import printer  # noqa: F401  # trees print once it is imported
from calculus.eml.expressions import printer as expression_printer  # noqa: F401
from calculus.eml.expressions.node import ARITY, apply, number
from calculus.eml.syntax import EML, ONE, eml, variable
from calculus.term import Term
from calculus.verify.generation.choices import between, pick
from calculus.verify.property import Choose

FUNCTIONS: tuple[str, ...] = tuple(ARITY)
NUMBERS = tuple(map(number, (1, 2, -1)))


def tree(choose: Choose, size: int, *, variables: Sequence[str] = ("x",)) -> Term:
    """A tree of at most `size` nodes over 1 and some variables."""
    leaves = [ONE, *map(variable, variables)]
    # To do: a tree with so many inner nodes, or to join the last two.
    todo: list[int | None] = [choose((size + 1) // 2) if size > 1 else 0]
    done: list[Term] = []
    while todo:
        inner = todo.pop()
        if inner is None:
            right = done.pop()
            done.append(eml(done.pop(), right))
        elif inner == 0:
            done.append(pick(choose, leaves))
        else:
            left = choose(inner)
            todo += [None, inner - 1 - left, left]
    assert done[0].op is EML or done[0] in leaves
    return done[0]


def expression(
    choose: Choose,
    size: int,
    *,
    variables: Sequence[str] = ("x",),
    functions: Sequence[str] = FUNCTIONS,
) -> Term:
    """An expression of at most `size` nodes over some variables, 1, 2, -1 and functions of `ARITY`."""
    constants = [apply(name) for name in functions if ARITY[name] == 0]
    leaves = [*map(variable, variables), *NUMBERS, *constants]
    unary = [name for name in functions if ARITY[name] == 1]
    binary = [name for name in functions if ARITY[name] == 2]
    todo: list[int | str] = [between(choose, 1, size)]
    done: list[Term] = []
    while todo:
        task = todo.pop()
        if isinstance(task, str):
            arguments = [done.pop() for _ in range(ARITY[task])]
            done.append(apply(task, *reversed(arguments)))
            continue
        two = binary and task > 2 and (choose(3) < 2 or not unary)
        if two:
            left = between(choose, 1, task - 2)
            todo += [pick(choose, binary), task - 1 - left, left]
        elif unary and task > 1:
            todo += [pick(choose, unary), task - 1]
        else:
            done.append(pick(choose, leaves))
    return done[0]
