"""EML: what is printed is read back, in both spellings; sizes are those of naive recursion; layout changes
nothing but the layout; runs of any shape give the values of naive evaluation.
"""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import calculus
from calculus import eml
from calculus.eml.layout import format_program
from calculus.eml.number import number_text, read_number
from calculus.eml.parser import parse_program
from calculus.eml.postfix import to_postfix
from calculus.eml.printer import to_text
from calculus.eml.syntax import EML, ONE, VARIABLE, dag_size, depth, size, substitute, variable, variables
from calculus.eml.syntax import eml as node
from calculus.machine.numeric import Number
from calculus.source.text import Source
from calculus.term import Term, canonical

NAMES = ["x", "y", "E", "xyE", "eml", "def", "law", "rate", "x1", "_a", "αβ", "aE", "λ"]

leaves = st.one_of(st.just(ONE), st.sampled_from(NAMES).map(variable))
trees = st.recursive(leaves, lambda parts: st.builds(node, parts, parts), max_leaves=40)


def naive_size(tree: Term) -> int:
    return 1 + sum(map(naive_size, tree.children))


def naive_depth(tree: Term) -> int:
    return max((1 + naive_depth(child) for child in tree.children), default=0)


def naive_parts(tree: Term) -> set[str]:
    """Every subtree as a text."""
    return {naive_text(tree)}.union(*map(naive_parts, tree.children))


def naive_text(tree: Term) -> str:
    if tree.op is EML:
        return f"({naive_text(tree.children[0])} {naive_text(tree.children[1])})"
    return tree.label if tree.op is VARIABLE else "1"


@given(trees)
def test_what_is_printed_is_read_back(tree: Term) -> None:
    assert canonical(calculus.parse("eml", to_text(tree))) is tree
    assert canonical(calculus.parse("eml", to_postfix(tree))) is tree
    assert eml.Tree(to_text(tree)).term is eml.Tree(to_postfix(tree)).term is tree


@given(trees, st.randoms(use_true_random=False))
def test_spaces_and_comments_change_nothing(tree: Term, random: Random) -> None:
    text = to_text(tree)
    pieces = [
        piece + random.choice(["", " ", "\n  ", " -- , (\n "]) for piece in text.replace(", ", ",").split(",")
    ]
    assert canonical(calculus.parse("eml", ",".join(pieces))) is tree
    postfix = (
        to_postfix(tree).replace("E", random.choice(["E", " E", "E\n"]))
        if "{" not in to_postfix(tree)
        else ""
    )
    assert not postfix or canonical(calculus.parse("eml", postfix)) is tree


@given(trees)
def test_sizes_are_those_of_naive_recursion(tree: Term) -> None:
    assert size(tree) == naive_size(tree)
    assert depth(tree) == naive_depth(tree)
    assert dag_size(tree) == len(naive_parts(tree))
    assert size(tree) % 2 == 1


@given(trees, trees)
def test_calls_are_substitution(tree: Term, argument: Term) -> None:
    names = [name for name in variables(tree) if name not in ("xyE", "eml", "def", "law")]
    if not names or any(name in NAMES[4:7] or name == "xyE" for name in variables(tree)):
        return
    text = (
        f"def f({', '.join(names)}) = {to_text(tree)}\n\nf({', '.join([to_text(argument)] * len(names))})\n"
    )
    program = parse_program(Source(text))
    assert canonical(program.main or ONE) is substitute(tree, dict.fromkeys(names, argument))


@given(st.lists(st.tuples(st.sampled_from(["def a = ", "def b(x) = ", "law l: ", ""]), trees), max_size=4))
def test_layout_is_idempotent_and_keeps_the_program(items: list[tuple[str, Term]]) -> None:
    kept = dict(items)
    text = "\n-- note\n\n".join(f"{start}{to_text(tree)}  -- beside" for start, tree in kept.items()) + "\n"
    for width in (88, 30):
        laid = format_program(text, width=width)
        assert format_program(laid, width=width) == laid
        before, after = parse_program(Source(text)), parse_program(Source(laid))
        assert after.main == before.main
        assert {key: item.term for key, item in after.definitions.items()} == {
            key: item.term for key, item in before.definitions.items()
        }
        assert laid.count("-- beside") == len(kept)


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.floats(0, 1))
def test_deep_trees_of_random_shape(seed: int, lean: float) -> None:
    random = Random(seed)
    tree = ONE
    for _ in range(1_000):
        other = random.choice([ONE, variable("x"), variable("y")])
        tree = node(tree, other) if random.random() < lean else node(other, tree)
    assert eml.Tree(str(tree)).term is tree
    assert eml.Tree(to_postfix(tree)).term is tree
    assert depth(tree) == 1_000
    result = calculus.run("eml", tree, stacks={"x": [0.5], "y": [-1 + 0.25j]})
    assert (result.status, result.steps) == ("done", 2_001)


@given(st.complex_numbers())
def test_numbers_are_read_back_bit_for_bit(value: complex) -> None:
    assert Number.of(read_number(Source(number_text(value)))) == Number.of(value)
