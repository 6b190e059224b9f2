"""The balanced, lossless split.

Without boundaries the sizes of the parts differ by at most one unit. With boundaries each cut moves to the
nearest one, within what `freedom` allows: then the tree of the recursion keeps the shape that was planned,
whatever the text looks like. Where the planned shape leaves no freedom, or there is no boundary, the cut
stays where it is.
"""

from itertools import pairwise

from calculus.rlm.planning.shape import freedom, parts
from calculus.rlm.splitting.boundaries import Boundary, boundary
from calculus.rlm.splitting.measures import Bytes, Measure
from calculus.rlm.text import Slice
from calculus.source.diagnostic import UsageProblem

_BYTES = Bytes()


def split(
    text: Slice, k: int, *, tau: int | None = None, by: str = "characters", measure: Measure = _BYTES
) -> list[Slice]:
    """k parts of a text, or as many as it has units where these are fewer.

    None is empty, and together they are the text. `tau` is the size of leaves that the tree's shape was
    planned with; without it no cut moves to a boundary. Raises `UsageProblem`.
    """
    if k < 1:
        raise UsageProblem(f"a text is split into 1 part or more; got {k}")
    return chunks(text, k, tau, boundary(by), measure)


def chunks(
    text: Slice, k: int, tau: int | None, find: Boundary | None, measure: Measure = _BYTES
) -> list[Slice]:
    """`split` with the boundary looked up."""
    n = measure.size(text)
    sizes = parts(n, k)
    allowed = freedom(n, k, tau) if tau is not None and k > 1 else None
    cuts = [text.start]
    ideal = left = 0
    for index, size in enumerate(sizes[:-1], 1):
        ideal += size
        at = max(measure.advance(text, ideal), _after_one(text, cuts[-1]))
        if allowed is not None:
            least, most = allowed
            behind = len(sizes) - index
            low = max(left + least, n - behind * most)
            high = min(left + most, n - behind * least)
            first, last = _inside(text, measure, low, high)
            at = min(max(at, first), last)
            found = find(text.document.data, first, last, at) if find is not None else None
            at = at if found is None else found
            left = measure.size(Slice(text.document, text.start, at))
        cuts.append(at)
    cuts.append(text.end)
    return [Slice(text.document, start, end) for start, end in pairwise(cuts) if end > start]


def _after_one(text: Slice, position: int) -> int:
    """The end of the character that begins at a position."""
    data = text.document.data
    position = min(position + 1, text.end)
    while position < text.end and data[position] & 0xC0 == 0x80:
        position += 1
    return position


def _inside(text: Slice, measure: Measure, low: int, high: int) -> tuple[int, int]:
    """The bytes between which a cut leaves from `low` to `high` units before it."""
    first = measure.advance(text, low)
    if measure.size(Slice(text.document, text.start, first)) < low:
        # The unit ends inside a character, which then belongs to what is before the cut.
        first = _after_one(text, first)
    return first, max(first, measure.advance(text, high))
