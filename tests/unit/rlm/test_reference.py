"""What the reference says of the combinators is what they are."""

import re
from pathlib import Path

from calculus.rlm.builtins import BUILTINS, GIVEN
from calculus.rlm.types.nodes import text

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rlm.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_table_has_every_combinator_with_its_type_and_what_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| (.*) \|$", section("Combinators"), re.MULTILINE)
    assert rows == [(item.name, item.type, item.summary) for item in BUILTINS.values()]


def test_what_is_given_has_its_type() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", section("What is given"), re.MULTILINE)
    assert dict(rows) == {name: text(type) for name, type in GIVEN.items()}
