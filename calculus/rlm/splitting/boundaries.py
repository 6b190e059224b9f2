"""Where a text may be cut: between characters, words, lines, records, or definitions of source code."""

import re
from collections.abc import Callable, Iterator

from calculus.source.diagnostic import UsageProblem

Boundary = Callable[[bytes, int, int, int], int | None]
"""`find(data, low, high, ideal)`: the place nearest to `ideal` between `low` and `high` (both may be cut at)
where such a boundary is, or None."""

DEFINITION = re.compile(
    rb"^(?=(?:@|(?:(?:export|default|pub(?:\([a-z]+\))?|public|private|protected|static|final|abstract|async|"
    rb"unsafe|inline|extern)[ \t]+)*(?:def|class|function|fn|func|fun|struct|enum|trait|impl|interface|"
    rb"module|namespace|type|object|data|instance|let|const|var|val|static|procedure|sub)\b)"
    rb"|[A-Za-z_][\w \t*&:<>,]*\([^;\n]*$)",
    re.MULTILINE,
)
"""The beginning of a line that begins a definition in common languages; what is indented belongs to what is
before."""


def boundary(by: str) -> Boundary | None:
    """The boundaries of a name: `characters` (None: every cut will do), `words`, `lines`, `code`, or
    `records:` and the delimiter that ends each record. Raises `UsageProblem`.
    """
    if by == "characters":
        return None
    if by == "words":
        return _matches(re.compile(rb"(?<=\s)(?=\S)"))
    if by == "lines":
        return _ends(b"\n")
    if by == "code":
        return _matches(DEFINITION)
    if by.startswith("records:") and len(by) > len("records:"):
        return _ends(by.removeprefix("records:").encode("utf-8", "surrogatepass"))
    raise UsageProblem(f"a text is cut by {', '.join(BOUNDARIES)}; got {by!r}")


BOUNDARIES = ("characters", "words", "lines", "code", "records:DELIMITER")

REACH = 1 << 16
"""How many bytes on either side of the ideal place are looked at: a cut far from it would serve nobody."""


def _ends(delimiter: bytes) -> Boundary:
    """Behind each delimiter."""

    def find(data: bytes, low: int, high: int, ideal: int) -> int | None:
        low, high = max(low, ideal - REACH), min(high, ideal + REACH)
        size = len(delimiter)
        before = data.rfind(delimiter, max(0, low - size), ideal)
        after = data.find(delimiter, max(0, ideal - size), high)
        return _nearest([at + size for at in (before, after) if at >= 0], low, high, ideal)

    return find


def _matches(pattern: re.Pattern[bytes]) -> Boundary:
    """At each place where a pattern, of no width, matches."""

    def find(data: bytes, low: int, high: int, ideal: int) -> int | None:
        low, high = max(low, ideal - REACH), min(high, ideal + REACH)
        return _nearest(_places(pattern, data, low, high), low, high, ideal)

    return find


def _places(pattern: re.Pattern[bytes], data: bytes, low: int, high: int) -> Iterator[int]:
    # From the start of the line, since what matches may look back, and to some way behind.
    start = data.rfind(b"\n", 0, low) + 1
    for match in pattern.finditer(data, max(start, low - 256), min(len(data), high + 256)):
        if match.start() > high:
            return
        yield match.start()


def _nearest(places: Iterator[int] | list[int], low: int, high: int, ideal: int) -> int | None:
    inside = (place for place in places if low <= place <= high)
    return min(inside, key=lambda place: (abs(place - ideal), place), default=None)
