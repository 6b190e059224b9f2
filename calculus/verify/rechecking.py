"""Certificates of a directory, each checked by the independent checker of its kind.

Claims about the FMC and the RMC go to `calculus.verify.checker`. A claim of the kind `eml-primitive` or
`rlm-plan` holds a whole certificate, which goes to `calculus.eml.completeness.checker` or
`calculus.rlm.planning.checker`. None of these shares code with what writes certificates.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.verify.checker.directory import MANIFEST, Problem, Result, check_directory

__all__ = ["Result", "recheck"]


def recheck(directory: Path | str) -> Result:
    """Check all certificates of a directory. Raises `UsageProblem` if it is none."""
    directory = Path(directory)
    if not directory.is_dir():
        raise UsageProblem(f"expected a directory of certificates, found {directory}")
    if not (directory / MANIFEST).is_file():
        help = "`calculus verify … --certificate DIR` writes certificates and their manifest"
        message = f"expected a directory of certificates, found {directory}, which has no {MANIFEST}"
        raise UsageProblem(Diagnostic("usage", message, help=help))
    result = check_directory(directory)
    unchecked, result.unchecked = result.unchecked, []
    lines: dict[str, list[str]] = {}
    for item in unchecked:
        if item.file not in lines:
            lines[item.file] = (directory / item.file).read_text(encoding="utf-8").splitlines()
        _whole(item, json.loads(lines[item.file][item.line - 1]), result)
    return result


def _whole(item: Problem, claim: Mapping[str, Any], result: Result) -> None:
    """A claim that holds a certificate of another kind, or one that stays unchecked."""
    kind = claim["claim"]
    if kind not in ("eml-primitive", "rlm-plan"):
        result.unchecked.append(item)
        return
    problems = _eml(claim) if kind == "eml-primitive" else _rlm(claim)
    if problems:
        result.wrong.append(Problem(item.file, item.line, "; ".join(problems)))
    else:
        result.checked[kind] += 1


def _eml(claim: Mapping[str, Any]) -> list[str]:
    from calculus.eml.completeness.checker import Wrong, recheck_claim

    try:
        recheck_claim(claim["certificate"])
    except (Wrong, KeyError) as problem:
        return [str(problem)]
    return []


def _rlm(claim: Mapping[str, Any]) -> list[str]:
    from calculus.rlm.planning.checker import recheck

    certificate = claim.get("certificate")
    return recheck(certificate) if isinstance(certificate, dict) else ["there is no certificate"]
