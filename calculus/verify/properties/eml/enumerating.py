"""How many values there are of each size, counted again by trying all pairs at 40 digits."""

from collections.abc import Sequence
from dataclasses import dataclass

from calculus.eml.domain import SemanticsName
from calculus.verify.independent.values import counts
from calculus.verify.property import Property, Structural, Tally

PROBES = ((0.5772156649015329 + 0j, 1.2824271291006226 + 0.3j), (1.7052111401053677 + 0j, 0.5 - 0.2j))
"""Where functions are told apart: on both sides of 1, and off the real line."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is enumerated: trees over some leaves, up to so many of them."""

    leaves: tuple[str, ...]
    most: int
    semantics: SemanticsName
    real: bool = False

    def __str__(self) -> str:
        kind = "real values" if self.real else "values"
        return f"{kind} of trees of up to {self.most} leaves of {', '.join(self.leaves)} in {self.semantics}"


SETTINGS = (
    Setting(("1",), 8, "extended", real=True),
    Setting(("1",), 8, "principal", real=True),
    Setting(("1",), 8, "extended"),
    Setting(("1",), 8, "principal"),
    Setting(("1", "x"), 5, "extended"),
    Setting(("1", "x"), 5, "principal"),
    Setting(("1", "x"), 5, "extended", real=True),
    Setting(("1", "x", "y"), 4, "extended"),
)


def counted(setting: Setting, tally: Tally) -> str | None:
    """Whether as many values of each size are found as there are."""
    from calculus.eml.searching.enumeration import enumerate_trees

    variables = [name for name in setting.leaves if name != "1"]
    probes = {name: _real(row) if setting.real else row for name, row in zip(variables, PROBES, strict=False)}
    found = enumerate_trees(
        setting.leaves,
        max_leaves=setting.most,
        semantics=setting.semantics,
        real=setting.real,
        arithmetic="double",
        probes=probes or None,
        threads=1,
    )
    one = (1 + 0j,) * (len(PROBES[0]) if variables else 1)
    rows = [one if name == "1" else probes[name] for name in setting.leaves]
    expected = counts(rows, setting.most, setting.semantics, setting.real)
    tally.count("values", sum(expected))
    if found.counts == expected:
        return None
    return f"enumerated: {_listed(found.counts)}; all pairs: {_listed(expected)}"


def _real(row: Sequence[complex]) -> tuple[complex, ...]:
    return tuple(complex(z.real) for z in row)


def _listed(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))


PROPERTIES = (
    Property(
        "enumeration",
        "the bottom-up enumeration finds every value that trees of a size have, and counts none twice",
        "A. Odrzywołek, arXiv 2603.21852, the search behind Table 4",
        (
            Structural(
                "as many values of each size are enumerated as trying all pairs at 40 digits gives",
                lambda: SETTINGS,
                counted,
                unit=2,
                name="counts",
                measure=lambda setting: setting.most,
            ),
        ),
    ),
)
