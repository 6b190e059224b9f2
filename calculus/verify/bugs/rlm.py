"""Bugs in λ-RLM: splits, plans, the checker of plans, types, the guard of recursion, prompts."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from calculus.encodings import terms
from calculus.machine.data import FUNCTIONS, Function
from calculus.rlm import functions, guard, prompts
from calculus.rlm.planning import checker, planner
from calculus.rlm.planning import shape as shapes
from calculus.rlm.planning.shape import Shape
from calculus.rlm.splitting import measures
from calculus.rlm.types import infer
from calculus.rlm.types.nodes import INT
from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.planting import entry, everywhere, instead, together

# A function of its package has the name of the module.
splitting = import_module("calculus.rlm.splitting.split")


def _loses_the_last_part(right: Callable[..., Any]) -> Callable[..., Any]:
    def chunks(text: Any, *rest: Any) -> Any:
        found = right(text, *rest)
        return found[:-1] if len(found) > 2 else found

    return chunks


def _anywhere(right: Callable[..., int]) -> Callable[..., int]:
    def between(data: Any, position: int) -> int:
        return position

    return between


def _uneven(right: Callable[[int, int], Any]) -> Callable[[int, int], Any]:
    return lambda n, k: [1] * (min(k, n) - 1) + [n - min(k, n) + 1] if n else []


def _even(right: Callable[..., Shape]) -> Callable[..., Shape]:
    def shape(n: int, k: int, tau: int) -> Shape:
        m = shapes.levels(n, k, tau)
        return Shape(k**m, (k**m - 1) // (k - 1), m)

    return shape


def _without_merges(right: Callable[..., Any]) -> Callable[..., Any]:
    def certify(*arguments: Any) -> Any:
        found = right(*arguments)
        merges = sum(use["calls"] for use in found.sites if use["role"] == "merge")
        return replace(found, calls=found.calls - merges)

    return certify


def _joined_to_an_integer(right: Callable[..., Any]) -> Callable[..., Any]:
    def mistaken(self: Any, term: Any) -> Any:
        if term.op is terms.OPERATION and term.label == "++":
            return _given(INT)
        return right(self, term)

    return mistaken


def _given(value: Any) -> Any:
    """A step of an inference that gives a type at once."""
    return value
    yield


def _unmarked(right: Callable[..., Any]) -> Callable[..., Any]:
    def block(name: str, content: str) -> list[str]:
        return [f"\n<{name} {'0' * 16}>\n", content, f"\n</{name} {'0' * 16}>\n"]

    return block


def _exchanged(left: Any, right: Any) -> Any:
    return right + left


BUGS = (
    Bug(
        "split-loses-a-part",
        "split",
        "the last of three or more parts of a text is lost",
        instead(splitting, "chunks", _loses_the_last_part),
        Where("rlm", "split"),
    ),
    Bug(
        "split-inside-of-a-character",
        "split",
        "a part may begin inside of a character",
        instead(measures, "between_characters", _anywhere),
        Where("rlm", "split"),
    ),
    Bug(
        "split-unbalanced",
        "split",
        "all parts but the last have one character",
        instead(splitting, "parts", _uneven),
        Where("rlm", "split"),
    ),
    Bug(
        "plan-of-even-splits",
        "planner",
        "leaves and calls are counted as if all splits were even",
        everywhere(shapes.shape, _even),
        Where("rlm", "plans", "ranks"),
    ),
    Bug(
        "plan-without-merges",
        "planner",
        "the calls that merge results are not counted",
        instead(planner, "certify", _without_merges),
        Where("rlm", "plans", "ranks"),
        nodes=None,
    ),
    Bug(
        "checker-believes-what-is-derived",
        "planner",
        "the checker of plans takes costs and times on trust",
        instead(checker._Checker, "_derived", lambda right: lambda self: iter(())),
        Where("rlm", "plans", "changes"),
        nodes=None,
    ),
    Bug(
        "append-the-other-way-round",
        "translation",
        "`append` puts its second list first",
        together(
            entry(functions.PLAIN, "append", lambda right: _exchanged),
            entry(FUNCTIONS, "rlm.append", lambda right: Function(2, _exchanged)),
        ),
        Where("rlm", "translation"),
        nodes=None,
    ),
    Bug(
        "effect-of-asking-lost",
        "types",
        "the type of a program that asks does not say so",
        instead(infer, "make_neural", lambda right: lambda effect, span: None),
        Where("rlm", "types"),
    ),
    Bug(
        "joined-texts-are-integers",
        "types",
        "`s ++ t` has type Int",
        instead(infer._Inference, "_infer", _joined_to_an_integer),
        Where("rlm", "types"),
    ),
    Bug(
        "guard-lets-all-through",
        "types",
        "any recursion is taken for a guarded one",
        instead(guard, "_problem", lambda right: lambda fix: None),
        Where("rlm", "termination", "guard"),
        nodes=None,
    ),
    Bug(
        "guard-takes-another-text",
        "types",
        "where the name of the text is bound again it is taken for the text",
        instead(guard, "_unless", lambda right: lambda text, bound: text),
        Where("rlm", "termination", "guard"),
        nodes=None,
        history="fixed before version 0.1.0: recursion is guarded where the text's name is bound again",
    ),
    Bug(
        "leaves-smaller-than-a-character",
        "types",
        "a leaf may be smaller than a character, which no split makes smaller",
        instead(guard, "SMALLEST", lambda right: 1),
        Where("rlm", "termination", "guard"),
        nodes=None,
        history="fixed before version 0.1.0: recursion is guarded where leaves are smaller than a character",
    ),
    Bug(
        "prompt-with-a-known-mark",
        "prompts",
        "what encloses a text in a prompt does not depend on the text",
        instead(prompts, "_block", _unmarked),
        Where("rlm", "prompts"),
        nodes=None,
    ),
)
