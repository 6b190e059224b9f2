"""The model that a plan is for: its window and prices, and how often it is taken to be right.

The numbers are the user's to give. The defaults are round ones, so that plans can be compared; they are no
claim about any model.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from calculus.source.diagnostic import UsageProblem

_CHANCES = ("accuracy", "decay", "merge_accuracy", "detect_accuracy", "false_positives", "recall")


@dataclass(frozen=True, slots=True)
class Model:
    """A model.

    `window` (K) is the most tokens of a prompt and its answer together; `max_output` (o) and `filter_output`
    (o_f) the most tokens of an answer; prices are for a million tokens. `accuracy` (A₀) and `decay` (ρ) say
    how often a call on a text of n tokens is right: A(n) = A₀·ρ^(n/K). `merge_accuracy` is A_⊕;
    `false_positives` (f) how often a leaf without an answer gives one; `recall` how often a filter keeps a
    part that has the answer; `seconds` how long a call takes. Raises `UsageProblem`.
    """

    name: str = "model"
    window: int = 32_768
    max_output: int = 512
    filter_output: int = 8
    price_in: float = 1.0
    price_out: float = 4.0
    accuracy: float = 0.99
    decay: float = 0.8
    merge_accuracy: float = 0.99
    detect_accuracy: float = 1.0
    false_positives: float = 0.01
    recall: float = 0.99
    seconds: float = 1.0

    def __post_init__(self) -> None:
        for name in ("window", "max_output", "filter_output"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise UsageProblem(f"a model's {name} is a whole number of tokens, 1 or more; got {value!r}")
        for name in ("price_in", "price_out", "seconds"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 <= value < float("inf"):
                raise UsageProblem(f"a model's {name} is a number, 0 or more; got {value!r}")
        for name in _CHANCES:
            value = getattr(self, name)
            if not _is_number(value) or not 0 <= value <= 1:
                raise UsageProblem(f"a model's {name} is a probability, from 0 to 1; got {value!r}")

    def right(self, tokens: float) -> float:
        """A(n) = A₀·ρ^(n/K): how often a call on a text of so many tokens is right."""
        return float(self.accuracy * self.decay ** (tokens / self.window))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Model":
        """Raises `UsageProblem`."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(value) - known):
            raise UsageProblem(f"a model has no {unknown[0]!r}; it has {', '.join(sorted(known))}")
        return cls(**value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
