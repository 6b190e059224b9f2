"""All bugs of the catalogue."""

from collections.abc import Iterable
from importlib import import_module

from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.verify.bugs.bug import Bug

MODULES = ("fmc_terms", "fmc_machine", "fmc_types", "rmc", "rmc_machine", "eml", "rlm", "encodings")


def _all() -> tuple[Bug, ...]:
    modules = [import_module(f"calculus.verify.bugs.{name}") for name in MODULES]
    found: tuple[Bug, ...] = tuple(bug for module in modules for bug in module.BUGS)
    return found


BUGS = _all()


def named(names: Iterable[str] | None = None) -> list[Bug]:
    """The bugs of those names, or all of them. Raises `UsageProblem`."""
    if names is None:
        return list(BUGS)
    known = {bug.name: bug for bug in BUGS}
    found: list[Bug] = []
    for name in names:
        if name not in known:
            help = f"the bugs are: {', '.join(known)}"
            raise UsageProblem(Diagnostic("usage", f"there is no bug {name!r}", help=help))
        found.append(known[name])
    return found


def table() -> str:
    """The catalogue as a table for its page."""
    lines = ["| bug | where | what is wrong | noticed by |", "|---|---|---|---|"]
    for bug in BUGS:
        what = bug.what.replace("|", "\\|") + (f" ({bug.history})" if bug.history else "")
        lines.append(f"| `{bug.name}` | {bug.room} | {what} | {bug.refuted_by} |")
    return "\n".join(lines) + "\n"
