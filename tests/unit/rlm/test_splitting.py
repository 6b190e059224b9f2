"""Splits: lossless, exact in count, cut at boundaries, and trees of the planned shape."""

import random
import re

import pytest

from calculus.rlm.planning.shape import Shape, counted, freedom, levels, parts, shape
from calculus.rlm.splitting import Measure, boundary, chunks, measure, split
from calculus.rlm.text import Document, Slice
from calculus.source.diagnostic import UsageProblem

LETTERS = "abc  \n\n😀é\0def;\ud800\r\n"
WAYS = ("characters", "words", "lines", "code", "records:;", "records:\n\n")


def tree(text: Slice, k: int, tau: int, by: str, size: Measure) -> tuple[Shape, list[Slice]]:
    """The tree that splitting to leaves of size τ makes, and the leaves in order."""
    find, stack, leaves = boundary(by), [(text, 0)], []
    internal = depth = 0
    while stack:
        part, level = stack.pop()
        depth = max(depth, level)
        if size.size(part) <= tau:
            leaves.append(part)
            continue
        internal += 1
        pieces = chunks(part, k, tau, find, size)
        assert len(pieces) > 1
        stack += [(piece, level + 1) for piece in reversed(pieces)]
    return Shape(len(leaves), internal, depth), leaves


def test_the_formulas_count_what_there_is() -> None:
    for k in range(2, 8):
        for tau in range(1, 24):
            for n in range(260):
                assert shape(n, k, tau) == counted(n, k, tau), (n, k, tau)


def test_levels_of_exact_powers() -> None:
    # Where ceil(log n / log k) is off by one.
    assert levels(5**3, 5, 1) == 3
    assert all(levels(k**d, k, 1) == d for k in range(2, 60) for d in range(1, 30))


@pytest.mark.parametrize("name", ["characters", "bytes"])
def test_every_split_is_lossless_and_has_leaves_of_the_planned_size(name: str) -> None:
    random_ = random.Random(1)
    size = measure(name)
    for _ in range(600):
        text = "".join(random_.choices(LETTERS, k=random_.randrange(200)))
        k, tau, by = random_.randrange(2, 9), random_.randrange(4, 40), random_.choice(WAYS)
        found, leaves = tree(Document(text).whole, k, tau, by, size)
        assert "".join(map(str, leaves)) == text
        assert all(size.size(leaf) <= tau for leaf in leaves)
        if name == "characters":
            assert found == shape(len(text), k, tau), (text, k, tau, by)


def test_any_cuts_within_the_freedom_keep_the_shape() -> None:
    random_ = random.Random(2)
    for n in range(1, 400, 3):
        for k in (2, 3, 7):
            for tau in (1, 4, 11):
                assert uneven(n, k, tau, random_) == shape(n, k, tau)


def uneven(n: int, k: int, tau: int, random_: random.Random) -> Shape:
    leaves = internal = depth = 0
    stack = [(n, 0)]
    while stack:
        size, level = stack.pop()
        depth = max(depth, level)
        if size <= tau:
            leaves += 1
            continue
        internal += 1
        allowed = freedom(size, k, tau)
        sizes = parts(size, k) if allowed is None else []
        for behind in range(k - 1, -1, -1) if allowed is not None else ():
            least, most = allowed
            left = size - sum(sizes)
            low, high = max(least, left - behind * most), min(most, left - behind * least)
            sizes.append(random_.choice([low, high, random_.randint(low, high)]))
        assert sum(sizes) == size
        stack += [(part, level + 1) for part in sizes]
    return Shape(leaves, internal, depth)


def test_moving_cuts_beyond_the_freedom_changes_the_shape() -> None:
    # Cuts that only keep every part below the largest of the balanced split, 3 of 7, do not suffice.
    assert parts(7, 3) == [3, 2, 2]
    assert shape(7, 3, 2) == Shape(5, 2, 2)
    assert sum(counted(part, 3, 2).leaves for part in (1, 3, 3)) == 7
    assert freedom(7, 3, 2) is None


def test_parts_end_where_lines_words_records_or_definitions_do() -> None:
    text = Document("first line\nsecond one\nthird of them\nfourth and last\n").whole
    for by, end in (("lines", "\n"), ("words", " \n")):
        pieces = split(text, 2, tau=40, by=by)
        assert str(pieces[0])[-1] in end
        assert len(pieces) == 2
    records = Document("a=1;bb=22;ccc=333;dddd=4444;").whole
    assert [str(piece) for piece in split(records, 2, tau=20, by="records:;")] == [
        "a=1;bb=22;",
        "ccc=333;dddd=4444;",
    ]
    code = "import re\n\ndef f(x):\n    return x\n\n@cached\ndef g(y):\n    return y\n\nclass A:\n    pass\n"
    pieces = [str(piece) for piece in split(Document(code).whole, 2, tau=60, by="code")]
    assert re.match(r"(def|@|class)", pieces[1])


def test_a_part_is_a_range_not_a_copy() -> None:
    document = Document("x" * 1_000_000)
    assert all(piece.document is document for piece in split(document.whole, 1000))


def test_wrong_ways_to_split_are_named() -> None:
    text = Document("abc").whole
    with pytest.raises(UsageProblem, match="1 part or more"):
        split(text, 0)
    with pytest.raises(UsageProblem, match="cut by characters, words"):
        split(text, 2, by="chapters")
    with pytest.raises(UsageProblem, match="bytes or characters"):
        measure("tokens")
