"""What is true of the printed terms of every language."""

from collections.abc import Callable

from calculus.source.text import Source
from calculus.term import Term


def limit_is_a_beginning(print: Callable[..., str], term: Term, limit: int) -> None:
    """A text that is cut is no longer than asked for, and says that it is cut."""
    whole, cut = print(term), print(term, limit=limit)
    assert len(cut) <= max(limit, 1)
    assert cut == whole or cut.endswith("…") or cut.startswith("…")


def no_redundant_parentheses(text: str, term: Term, parse: Callable[[Source], Term], before: str) -> None:
    """Of the parentheses that stand after one of the characters `before`, none can be left out."""
    opening = [at for at, character in enumerate(text) if character == "(" and text[at - 1 : at] in before]
    for at in opening[:10]:
        depth = 0
        for end in range(at, len(text)):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if not depth:
                break
        if text[end + 1 :].startswith(")") and text[at - 1] == "(":
            raise AssertionError(f"doubled parentheses in {text}")
        without = text[:at] + text[at + 1 : end] + text[end + 1 :]
        try:
            other = parse(Source(without))
        except Exception:
            continue
        assert other != term, (text, without)
