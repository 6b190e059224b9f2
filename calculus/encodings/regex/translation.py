"""From patterns to the RMC.

A letter is popped from the stack `i`, and the other constructs are those of the RMC. The word lies on `i`
with its first letter on top, and `Eof` below it.

| pattern | term |
|---|---|
| `c` | `i<"c">` |
| `[ab]` | `i<"a"> + i<"b">` |
| `RS` | `R; S` |
| `R|S` | `R + S`, or `(R + S); 0*` |
| `R*` | `R*` |
| `R+` | `R; R*` |
| `R?` | `1 + R` |
| `R{2,4}` | `R; R; (1 + R; (1 + R))` |
| the whole | `R; i<Eof>` |

`0*` does nothing, but it is an iteration: in set mode, states that are the same when they come to one are
explored once. It follows a choice where the next letter does not tell which way was taken, and no iteration
follows anyhow. So the time to match is bounded by a polynomial in the length of the word.
"""

from typing import NamedTuple

from calculus.encodings.regex.characters import Alphabet, Characters
from calculus.encodings.regex.syntax import ANCHOR, CHOICE, LETTER, REPEAT, SEQUENCE
from calculus.encodings.words import END, WORD, letter_value
from calculus.machine.relational.instructions import (
    FAILURE,
    NOTHING,
    pop,
    sequence,
    star,
    sum_of,
)
from calculus.machine.relational.instructions import SEQUENCE as THEN
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.term import Term
from calculus.term.node import postorder

MEETING = star(FAILURE)
"""`0*`, where equal states meet."""

MOST_LETTERS = 100_000
"""The largest translation, in letters."""


def translate(pattern: Term, beside: Term | None = None) -> tuple[Alphabet, Term]:
    """The letters that a pattern, with another one `beside` it, needs, and its translation. Raises
    `SyntaxProblem` if an anchor does not stand at an end, or if the translation is too large.
    """
    nodes = postorder(pattern)
    alphabet = Alphabet(_sets(nodes if beside is None else [*nodes, *postorder(beside)]))
    shapes: dict[int, _Shape] = {}
    for item in nodes:
        shapes[id(item)] = _shape(item, [shapes[id(part)] for part in item.children], alphabet)
    meeting = _meeting(nodes, shapes, after=1 << len(alphabet.letters))
    built: dict[int, Term] = {}
    for item in nodes:
        term = _build(item, _inner(item, built), alphabet)
        built[id(item)] = sequence(term, MEETING) if id(item) in meeting else term
    whole = built[id(pattern)]
    parts = _inner(pattern, built) if pattern.op is SEQUENCE else _pieces(whole)
    return alphabet, _chain([*parts, pop(END, WORD)])


def _sets(nodes: list[Term]) -> dict[Characters, str]:
    found: dict[Characters, str] = {}
    for item in nodes:
        if item.op is LETTER:
            found.setdefault(item.label, item.span.text if item.span else "")
    return found


class _Shape(NamedTuple):
    """What can be said of a part by itself: whether it matches the empty word, the letters (as bits) a
    match can begin with, and the number of letters of its translation.
    """

    empty: bool
    first: int
    size: int

    @property
    def is_nothing(self) -> bool:
        """Whether it matches the empty word alone."""
        return self.empty and not self.first


def _shape(item: Term, parts: list[_Shape], alphabet: Alphabet) -> _Shape:
    if item.op is ANCHOR:
        return _Shape(True, 0, 1)
    if item.op is LETTER:
        mask = alphabet.mask(item.label)
        return _Shape(False, mask, max(mask.bit_count(), 1))
    if item.op is CHOICE:
        first = 0
        for part in parts:
            first |= part.first
        return _Shape(any(part.empty for part in parts), first, sum(part.size for part in parts))
    if item.op is SEQUENCE:
        empty, first = True, 0
        for part in reversed(parts):
            empty, first = empty and part.empty, part.first | (first if part.empty else 0)
        return _Shape(empty, first, sum(part.size for part in parts) + 1)
    least, greatest = item.label
    copies = max(least + 1 if greatest is None else greatest, 1)
    size = copies * parts[0].size
    if size > MOST_LETTERS:
        message = f"expected at most {MOST_LETTERS:,} letters with repetitions written out, found {size:,}"
        raise SyntaxProblem(Diagnostic("syntax", message, item.span))
    return _Shape(parts[0].empty or not least, 0 if greatest == 0 else parts[0].first, size)


class _Place(NamedTuple):
    """What can be said of the place of a part: the letters that may follow it; whether an iteration, a
    meeting or the end of the pattern follows at once; whether it surely stands at the beginning, and at the
    end, of the word.
    """

    after: int
    met: bool
    begins: bool
    ends: bool


def _meeting(nodes: list[Term], shapes: dict[int, _Shape], after: int) -> set[int]:
    """The ids of the parts after which equal states should meet: those with a choice that the next letter
    may leave open, when nothing at which they meet follows. Raises `SyntaxProblem` for an anchor out of
    place.
    """
    found: set[int] = set()
    places = {id(nodes[-1]): _Place(after, met=True, begins=True, ends=True)}
    for item in reversed(nodes):
        place = places[id(item)]
        if item.op is ANCHOR:
            _check_anchor(item, place)
        elif item.op is SEQUENCE:
            places |= _in_sequence(item, place, shapes)
        elif item.op is CHOICE or item.op is REPEAT:
            if not place.met and _is_open(item, shapes, place.after):
                found.add(id(item))
                place = place._replace(met=True)
            if item.op is REPEAT:
                place = _in_repeat(item, place, shapes)
            places |= {id(part): place for part in item.children}
    return found


def _in_repeat(item: Term, place: _Place, shapes: dict[int, _Shape]) -> _Place:
    """The place of what is repeated."""
    least, greatest = item.label
    if greatest == 1:
        return place
    after = place.after | shapes[id(item.children[0])].first
    return _Place(after, met=greatest is None and least <= 1, begins=False, ends=False)


def _in_sequence(item: Term, place: _Place, shapes: dict[int, _Shape]) -> dict[int, _Place]:
    """The places of the parts of a sequence."""
    found: dict[int, _Place] = {}
    after, met, _, ends = place
    for part in reversed(item.children):
        found[id(part)] = _Place(after, met, False, ends)
        shape = shapes[id(part)]
        after = shape.first | (after if shape.empty else 0)
        met = (met and shape.is_nothing) or (part.op is REPEAT and part.label == (0, None))
        ends = ends and shape.is_nothing
    begins = place.begins
    for part in item.children:
        found[id(part)] = found[id(part)]._replace(begins=begins)
        begins = begins and shapes[id(part)].is_nothing
    return found


def _check_anchor(item: Term, place: _Place) -> None:
    if not (place.begins if item.label == "^" else place.ends):
        where = "beginning" if item.label == "^" else "end"
        shown = item.span.text if item.span else item.label
        raise SyntaxProblem(
            Diagnostic(
                "syntax",
                f"expected `{shown}` at the {where} of the pattern only, found it elsewhere",
                item.span,
                help=f"a pattern matches whole words; the character itself is written `\\{item.label}`",
            )
        )


def _is_open(item: Term, shapes: dict[int, _Shape], after: int) -> bool:
    """Whether there is a letter with which two ways of a choice or repetition can go on."""
    ways = [shapes[id(part)] for part in item.children]
    if item.op is REPEAT:
        least, greatest = item.label
        if greatest is None or least == greatest:
            return False
        ways.append(_Shape(True, 0, 0))
    taken = 0
    for way in ways:
        first = way.first | (after if way.empty else 0)
        if first & taken:
            return True
        taken |= first
    return False


def _is_group(item: Term) -> bool:
    return item.op is SEQUENCE and len(item.children) == 1


def _inner(item: Term, built: dict[int, Term]) -> list[Term]:
    """The translations of the parts; in a sequence, those of its repetitions and choices piece by piece."""
    parts: list[Term] = []
    for part in item.children:
        term = built[id(part)]
        inside = part.children[0] if _is_group(part) else part
        parts += _pieces(term) if item.op is SEQUENCE and inside.op is not SEQUENCE else [term]
    return parts


def _pieces(term: Term) -> list[Term]:
    """What a term of the RMC does one after the other."""
    parts: list[Term] = []
    while term.op is THEN:
        parts.append(term.children[0])
        term = term.children[1]
    return [*parts, term]


def _build(item: Term, parts: list[Term], alphabet: Alphabet) -> Term:
    if item.op is ANCHOR:
        return NOTHING
    if item.op is LETTER:
        letters = alphabet.of(alphabet.mask(item.label))
        return sum_of(*(pop(letter_value(letter), WORD) for letter in letters))
    if item.op is CHOICE:
        return sum_of(*(part for part in parts if part is not FAILURE))
    if item.op is SEQUENCE:
        return _chain(parts)
    [part] = parts
    least, greatest = item.label
    if greatest is None:
        return _chain([*[part] * least, star(part)])
    optional = NOTHING
    if part is not FAILURE:
        for _ in range(greatest - least):
            optional = sum_of(NOTHING, _chain([part, optional]))
    return _chain([*[part] * least, optional])


def _chain(parts: list[Term]) -> Term:
    """The parts one after the other; a part that fails makes the whole fail at once, run either way."""
    if FAILURE in parts:
        return FAILURE
    return sequence(*(part for part in parts if part is not NOTHING))
