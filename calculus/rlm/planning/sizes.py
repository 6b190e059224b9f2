"""Sizes of texts as linear forms over what is known only at a place of the tree.

| atom | stands for |
|---|---|
| `bytes` | one byte |
| `answer`, `filtered` | the longest answer of a call, and of one that filters |
| `P` | the text of the leaf or inner node |
| `C`, `C+` | the text of a child; of the largest child |
| `R`, `R+` | the result at a child; the largest of a child |
| `ΣR` | the results at all children |
| `document`, `part:K` | the document; the largest of K parts of it |
| `tree:I` | the result of the I-th recursion |
| `peek:U:A` | at most U units of A |

None is a size that has no bound before the run.
"""

from collections.abc import Mapping

from calculus.rlm.planning.units import Amount

Form = Mapping[str, int]

NOTHING: Form = {}
TOTAL = {"C": "P", "R": "ΣR"}
LARGEST = {"C": "C+", "R": "R+"}


def constant(count: int) -> Form:
    return {"bytes": count} if count else NOTHING


def text_form(text: str) -> Form:
    return constant(len(text.encode("utf-8", "surrogatepass")))


def add(*forms: Form | None) -> Form | None:
    total: dict[str, int] = {}
    for form in forms:
        if form is None:
            return None
        for atom, count in form.items():
            total[atom] = total.get(atom, 0) + count
    return total


def scale(form: Form | None, times: int | None) -> Form | None:
    """So many times a form; of an unknown number of times, only nothing is bounded."""
    if form is None or times is None:
        return None if form is None or form else NOTHING
    return {atom: count * times for atom, count in form.items()} if times else NOTHING


def join(left: Form | None, right: Form | None) -> Form | None:
    """A bound of both."""
    if left is None or right is None:
        return None
    return {atom: max(left.get(atom, 0), right.get(atom, 0)) for atom in {**left, **right}}


def largest(form: Form | None) -> Form | None:
    """A bound for all children, of a form for one."""
    if form is None:
        return None
    total: dict[str, int] = {}
    for atom, count in form.items():
        name = _renamed(atom, LARGEST)
        total[name] = total.get(name, 0) + count
    return total


def over_children(form: Form | None, children: int) -> Form | None:
    """The sum over all children, of a form for one: those of C and R are known, the others are counted."""
    if form is None:
        return None
    total: dict[str, int] = {}
    for atom, count in form.items():
        if atom in TOTAL:
            name, times = TOTAL[atom], 1
        else:
            name, times = _renamed(atom, LARGEST), children
        total[name] = total.get(name, 0) + count * times
    return total


def substitute(form: Form | None, atom: str, by: Form | None) -> Form | None:
    if form is None or atom not in form:
        return form
    rest = {name: count for name, count in form.items() if name != atom}
    return add(rest, scale(by, form[atom]))


def peeked(form: Form | None, units: int) -> Form | None:
    """So many units of a text at most."""
    if form is None or len(form) != 1:
        return form
    (atom, count) = next(iter(form.items()))
    if count != 1 or atom in ("bytes", "answer", "filtered") or ":" in atom or atom.startswith("element"):
        return form
    return {f"peek:{units}:{atom}": 1}


def _renamed(atom: str, names: Mapping[str, str]) -> str:
    if atom.startswith("peek:"):
        head, _, inner = atom.rpartition(":")
        return f"{head}:{names.get(inner, inner)}"
    return names.get(atom, atom)


def value(form: Form, known: Mapping[str, Amount], unit_bytes: int) -> Amount:
    """The amount of a form where the atoms are known; a unit of the measure has so many bytes at most."""
    size = tokens = 0
    for atom, count in form.items():
        if atom == "bytes":
            size += count
            continue
        found = known.get(atom)
        if found is None:
            _, units, inner = atom.split(":")
            most = int(units) * unit_bytes
            whole = known[inner]
            found = whole if whole.bytes + whole.tokens <= most else Amount(most)
        size += count * found[0]
        tokens += count * found[1]
    return Amount(size, tokens)
