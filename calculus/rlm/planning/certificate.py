"""What a planner says before the first call: numbers that can be checked, and what they assume."""

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from calculus.rlm.calls import Role
from calculus.rlm.planning.model import Model
from calculus.source.diagnostic import FileProblem, UsageProblem

VERSION = 1


@dataclass(frozen=True, slots=True)
class Certificate:
    """A plan.

    `calls` is the number of calls, and `calls_exact` whether a run makes exactly so many or may make fewer;
    `tokens_in` bounds the tokens of all prompts, `tokens_out` those of all answers, `cost` what they cost
    together; `calls_most` is `calls` with all `retries`. `longest` are the tokens of the longest prompt with
    its answer, which fit into the `window`. `span` is in seconds, of calls that take what `model` says, at so
    many `workers`; `chain` of the calls wait for each other. `sites` and `trees` are what these numbers
    come from. Sizes (`n`, `tau`) are in the `unit`.
    """

    n: int
    unit: str
    by: str
    tokens: str
    window: int
    tau: int
    k: int
    depth: int
    leaves: int
    internal: int
    calls: int
    calls_exact: bool
    calls_most: int
    tokens_in: int
    tokens_out: int
    cost: float
    fits: bool
    longest: int
    accuracy: dict[str, float]
    span: float
    chain: int
    workers: int
    h: int
    g: int
    h_f: int
    o: int
    o_f: int
    p: int
    detect: bool
    retries: int
    seed: int
    model: dict[str, Any]
    program: str
    document: str | None
    query: str
    counted: str
    roles: dict[int, Role]
    sites: tuple[dict[str, Any], ...]
    trees: tuple[dict[str, Any], ...]
    assumptions: tuple[str, ...]

    @property
    def limits(self) -> dict[Role, int]:
        """The most tokens of an answer, by what the call is for."""
        long: tuple[Role, ...] = ("leaf", "merge", "other")
        short: tuple[Role, ...] = ("filter", "detect")
        return {**dict.fromkeys(long, self.o), **dict.fromkeys(short, self.o_f)}

    def to_json(self) -> dict[str, Any]:
        value = asdict(self)
        value = {key: list(item) if isinstance(item, tuple) else item for key, item in value.items()}
        value["roles"] = {str(site): role for site, role in self.roles.items()}
        value["version"] = VERSION
        value["digest"] = digest(value)
        return value

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Certificate":
        """Raises `UsageProblem` if it is no certificate, or not as it was written."""
        names = {field.name for field in fields(cls)}
        if not isinstance(value, dict) or (missing := sorted(names - value.keys())):
            what = "an object" if not isinstance(value, dict) else f"{missing[0]!r}"
            raise UsageProblem(f"this is no certificate: it has no {what}")
        if value.get("digest") != digest(value):
            raise UsageProblem("the certificate was changed: its digest is another")
        Model.from_json(value["model"])
        lists = ("sites", "trees", "assumptions")
        read: dict[str, Any] = {name: tuple(value[name]) if name in lists else value[name] for name in names}
        read["roles"] = {int(site): role for site, role in value["roles"].items()}
        return cls(**read)

    def write(self, path: str | Path) -> None:
        """Raises `FileProblem`."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n"
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as problem:
            raise FileProblem(f"cannot write {path}: {problem.strerror}") from None

    @classmethod
    def read(cls, path: str | Path) -> "Certificate":
        """Raises `FileProblem` or `UsageProblem`."""
        return cls.from_json(read_json(path))


def read_json(path: str | Path) -> Any:
    """The JSON of a file. Raises `FileProblem`."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as problem:
        raise FileProblem(f"cannot read {path}: {problem.strerror}") from None
    except ValueError:
        raise FileProblem(f"{path} is not JSON") from None


def digest(value: dict[str, Any]) -> str:
    """SHA-256 of a certificate's JSON, in one order and without the digest itself."""
    rest = {key: item for key, item in value.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def digest_of(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
