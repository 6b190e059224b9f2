"""The table of docs/reference/eml-primitives.md, made of the catalogue."""

from calculus.eml import catalogue
from calculus.eml.domain import Domain
from calculus.eml.expressions.printer import text
from calculus.eml.printer import to_text

WRITTEN_OUT = 19
"""The largest K of trees that are given in both notations."""

HEAD = """# The primitives as trees

Each entry of the calculator basis with the shortest trees of the catalogue, in postfix, and up to
K 19 written out: first where intermediate values may be infinite (`ieee`), then with finite ones where that
takes another tree.
[Semantics](eml-semantics.md) says what the conditions mean.

| primitive | K | holds | tree | written out |
|---|---|---|---|---|
"""


def page() -> str:
    lines = []
    for name in catalogue.PRIMITIVES:
        found = [catalogue.best(name, "ieee"), catalogue.best(name, "ieee", finite=True)]
        for entry in dict.fromkeys(entry for entry in found if entry):
            where = str(Domain("ieee", entry.under("ieee") or ())).replace("|", "\\|")
            mark = "" if entry.finite else " (infinite)"
            head = f"| `{text(entry.expression)}` | {entry.K}{mark} | {where} | `{entry.postfix}` |"
            written = f" `{to_text(entry.term)}`" if entry.K <= WRITTEN_OUT else ""
            lines.append(f"{head}{written} |\n")
    return HEAD + "".join(lines)
