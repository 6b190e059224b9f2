"""The calls of a run as a tree and on a time line: lines for a terminal, and SVG."""

from collections.abc import Iterator, Sequence
from html import escape

from calculus.rlm.runtime.outcome import Record

WIDTH = 60
"""Columns of a time line on a terminal."""
MOST = 200
"""Calls that are shown; the rest is summed up."""
ROW, LABEL, PICTURE = 14, 220, 640
"""Pixels of a row, of its label, and of the time line beside it."""

COLOURS = {
    "leaf": "#4c78a8",
    "merge": "#f58518",
    "filter": "#54a24b",
    "detect": "#b279a2",
    "other": "#8c8c8c",
}


def tree_lines(records: Sequence[Record]) -> Iterator[str]:
    """The calls by their places, indented by how deep they are in the tree."""
    for record in sorted(records, key=lambda item: item.path)[:MOST]:
        depth = len(record.path) // 2
        place = ".".join(map(str, record.path))
        yield f"{'  ' * depth}{record.role} {place}: {_told(record)}"
    yield from _rest(records)


def timeline_lines(records: Sequence[Record], width: int = WIDTH) -> Iterator[str]:
    """A bar for each call, in the order in which they were sent."""
    whole = max((record.ended for record in records), default=0.0) or 1.0
    for record in sorted(records, key=lambda item: (item.started, item.path))[:MOST]:
        start = min(width - 1, int(record.started / whole * width))
        length = max(1, round((_end(record) - record.started) / whole * width))
        bar = f"{' ' * start}{_sign(record) * length}"[:width]
        yield f"{bar:<{width}} {record.role} {'.'.join(map(str, record.path))}"
    yield from _rest(records)


def timeline_svg(records: Sequence[Record]) -> str:
    """The time line as a picture: a bar for each call, coloured by what it is for."""
    shown = sorted(records, key=lambda item: (item.started, item.path))[:MOST]
    whole = max((record.ended for record in records), default=0.0) or 1.0
    height = ROW * (len(shown) + 2)
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABEL + PICTURE + 20}" height="{height}" '
        'font-family="sans-serif" font-size="10" fill="currentColor">',
        "<style>svg{color:#222}@media(prefers-color-scheme:dark){svg{color:#ddd}}</style>",
    ]
    for index, record in enumerate(shown):
        top = ROW * index + 4
        left = LABEL + record.started / whole * PICTURE
        width = max(1.0, (_end(record) - record.started) / whole * PICTURE)
        label = f"{record.role} {'.'.join(map(str, record.path))}"
        failed = ' stroke="#d62728" stroke-width="2"' if record.source == "none" else ""
        rows.append(f'<text x="4" y="{top + 9}">{escape(label[:40])}</text>')
        rows.append(
            f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{ROW - 4}" '
            f'fill="{COLOURS[record.role]}"{failed}>'
            f"<title>{escape(label)}: {escape(_told(record))}</title></rect>"
        )
    rows.append(f'<text x="{LABEL}" y="{height - 6}">0 s</text>')
    rows.append(f'<text x="{LABEL + PICTURE}" y="{height - 6}" text-anchor="end">{whole:.2f} s</text>')
    if len(records) > MOST:
        rows.append(f'<text x="4" y="{height - 6}">… and {len(records) - MOST:,} calls more</text>')
    return "\n".join([*rows, "</svg>\n"])


def _end(record: Record) -> float:
    return max(record.ended, record.started)


def _told(record: Record) -> str:
    if record.source == "none":
        return f"no answer after {record.attempts} attempts: {record.error or 'stopped'}"
    if record.source != "oracle":
        return f"from the {record.source}"
    again = f", {record.attempts} attempts" if record.attempts > 1 else ""
    return (
        f"{record.tokens_in:,} + {record.tokens_out:,} tokens, {_end(record) - record.started:.2f} s{again}"
    )


def _sign(record: Record) -> str:
    return {"oracle": "█", "none": "x"}.get(record.source, "·")


def _rest(records: Sequence[Record]) -> Iterator[str]:
    if len(records) > MOST:
        yield f"… and {len(records) - MOST:,} calls more"
