"""The rows, the table of them, and the same as JSON."""

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from rich.table import Table

from tests.benchmarks.contenders import Sample

PEERS = ("CPython", "Node", "OCaml", "Racket")


@dataclass
class Row:
    """One measurement. Times are medians in seconds; what is not a time says its unit in `note`."""

    name: str
    title: str
    ours: float | None = None
    least: float | None = None
    unit: str = "ms"
    steps_per_second: float | None = None
    reference_steps_per_second: float | None = None
    peers: dict[str, float] = field(default_factory=dict)
    ratio: float | None = None
    target: str = ""
    note: str = ""
    reached: bool | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value not in (None, "", {})}


def program_row(name: str, title: str, target: float | None, samples: dict[str, list[Sample]]) -> Row:
    """The row of a benchmark program from everyone's samples."""
    medians = {
        who: statistics.median(sample.seconds for sample in them) for who, them in samples.items() if them
    }
    row = Row(name, title, peers={who: medians[who] for who in PEERS if who in medians})
    kernel = samples.get("kernel")
    if kernel:
        row.ours = medians["kernel"]
        row.least = min(sample.seconds for sample in kernel)
        row.steps_per_second = (kernel[0].steps or 0) / row.ours
    if reference := samples.get("reference"):
        row.reference_steps_per_second = (reference[0].steps or 0) / medians["reference"]
    if row.ours and "CPython" in row.peers:
        row.ratio = row.peers["CPython"] / row.ours
    if target is not None:
        row.target = f"≥ {target}"
        row.reached = row.ratio >= target if row.ratio is not None else None
    return row


class Group(NamedTuple):
    """What a table is of: its peers, the columns before them, and what is to be said below."""

    peers: tuple[str, ...]
    columns: tuple[str, ...]
    caption: str

    @property
    def headings(self) -> tuple[str, ...]:
        return (*self.columns, *self.peers, "ratio", "target", "")


CAPTION = (
    "Medians; least: our fastest run; M steps/s and reference: millions of transitions a second of "
    "the kernel and of the reference machine; ratio: CPython against ours."
)


FMC = Group(PEERS, ("ours", "least", "M steps/s", "reference"), CAPTION)


def render(rows: list[Row], missing: dict[str, str], title: str, group: Group = FMC) -> Table:
    """All rows as one table."""
    notes = [f"{name}: {why}" for name, why in missing.items()]
    table = Table(
        title=title,
        title_justify="left",
        caption="\n".join([group.caption, *notes]),
        caption_justify="left",
    )
    table.add_column("")
    for heading in group.headings:
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        table.add_row(row.title, *cells(row, missing, group))
    return table


def markdown(rows: list[Row], missing: dict[str, str], title: str, group: Group = FMC) -> str:
    """The same table as text for a page."""
    lines = [
        f"{title}. {group.caption}",
        "",
        f"| | {' | '.join(group.headings)} |",
        f"|{'---|' * (len(group.headings) + 1)}",
        *(f"| {' | '.join([row.title, *cells(row, missing, group)])} |" for row in rows),
        *(f"\n{name}: {why}." for name, why in missing.items()),
    ]
    return "\n".join(lines) + "\n"


def cells(row: Row, missing: dict[str, str], group: Group) -> list[str]:
    """What a row says under each heading."""
    rates = (row.steps_per_second, row.reference_steps_per_second)
    columns = [
        quantity(row.ours, row.unit),
        quantity(row.least, row.unit),
        f"{rates[0] / 1e6:.0f}" if rates[0] else "",
        f"{rates[1] / 1e6:.2f}" if rates[1] else "",
    ]
    return [
        *columns[: len(group.columns)],
        *(
            quantity(row.peers[peer], row.unit)
            if peer in row.peers
            else ("missing" if peer in missing and row.peers else "")
            for peer in group.peers
        ),
        f"{row.ratio:.2f}" if row.ratio is not None else "",
        row.target,
        row.note or verdict(row.reached),
    ]


def verdict(reached: bool | None) -> str:
    return "" if reached is None else "reached" if reached else "not reached"


def quantity(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "ms":
        return f"{value * 1e3:.1f} ms"
    if unit == "s":
        return f"{value:.3f} s"
    if unit == "ns":
        return f"{value:.2f} ns"
    return f"{value:,.0f} {unit}"
