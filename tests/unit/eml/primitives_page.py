"""The table of docs/reference/eml-primitives.md, made of the catalogue."""

from calculus.eml import catalogue
from calculus.eml.expressions.printer import text

HEAD = """# The primitives as trees

Each entry of the calculator basis with the shortest trees of the catalogue, in postfix: first where
intermediate values may be infinite (`ieee`), then with finite ones where that takes another tree.
[Semantics](eml-semantics.md) says what the conditions mean.

| primitive | K | holds | tree |
|---|---|---|---|
"""


def page() -> str:
    lines = []
    for name in catalogue.PRIMITIVES:
        found = [catalogue.best(name, "ieee"), catalogue.best(name, "ieee", finite=True)]
        for entry in dict.fromkeys(entry for entry in found if entry):
            where = dict(entry.claims)["ieee"].replace("|", "\\|")
            mark = "" if entry.finite else " (infinite)"
            lines.append(f"| `{text(entry.expression)}` | {entry.K}{mark} | {where} | `{entry.postfix}` |\n")
    return HEAD + "".join(lines)
