"""Certificates: what a row claims, as a file that `recheck` reads without trusting anything else."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from calculus.eml.completeness.checker import FORMAT
from calculus.eml.completeness.points import deviation, points_of
from calculus.eml.completeness.rows import Row
from calculus.eml.domains import condition_text
from calculus.eml.evaluation import sampling
from calculus.eml.syntax import variables
from calculus.source.diagnostic import FileProblem

POINTS = 24
"""Points of a certificate, unless told otherwise, beside those of the real domain."""


def certificate(row: Row, most: int = POINTS) -> dict[str, Any]:
    """The certificate of a row that is proved or checked, at `most` points beside half as many of the real
    domain.
    """
    witness = row.witness
    assert witness is not None and witness.expression is not None
    domain = witness.domain
    names = sorted({*variables(witness.term), *variables(witness.expression)})
    sampled = sampling.points(names, domain.conditions, most)
    grid = (
        [point for point in points_of(row.name, max(1, most // 2)) if domain.contains(point)] if names else []
    )
    points, worst = [], 0.0
    for point in [*sampled, *grid]:
        error = deviation(witness.term, witness.expression, point, row.semantics)
        # Where complex128 overflows there is nothing to compare; the record says where that is.
        if error is not None:
            points.append({name: [repr(z.real), repr(z.imag)] for name, z in point.items()})
            worst = max(worst, error)
    return {
        "format": FORMAT,
        "primitive": row.name,
        "semantics": row.semantics,
        "postfix": witness.postfix,
        "K": witness.K,
        "conditions": [condition_text(condition) for condition in domain.conditions],
        "how": domain.how,
        "error": worst,
        "points": points,
    }


def write_certificates(rows: Iterable[Row], folder: Path) -> list[Path]:
    """A file for each row that is proved or checked. Raises `FileProblem`."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for row in rows:
            if row.verdict in ("proved", "checked"):
                path = folder / f"{row.name}.{row.semantics}.json"
                path.write_text(json.dumps(certificate(row), indent=1) + "\n", encoding="utf-8")
                written.append(path)
    except OSError as problem:
        raise FileProblem(f"cannot write {problem.filename or folder}: {problem.strerror}") from None
    return written
