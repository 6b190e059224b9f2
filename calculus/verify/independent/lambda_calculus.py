"""The λ-calculus by itself: de Bruijn terms, and their β-normal forms, leftmost redex first.

A term is `("free", x)`, `("bound", index)`, `("function", body)` or `("apply", function, argument)`.
"""

from typing import Any

Lambda = tuple[Any, ...]


def shifted(term: Lambda, by: int, depth: int = 0) -> Lambda:
    match term:
        case ("bound", index):
            return ("bound", index + by) if index >= depth else term
        case ("free", _):
            return term
        case ("function", body):
            return ("function", shifted(body, by, depth + 1))
    return ("apply", shifted(term[1], by, depth), shifted(term[2], by, depth))


def instantiated(body: Lambda, value: Lambda, depth: int = 0) -> Lambda:
    """The body of a function with a value for its variable."""
    match body:
        case ("bound", index):
            if index == depth:
                return shifted(value, depth)
            return ("bound", index - 1) if index > depth else body
        case ("free", _):
            return body
        case ("function", inner):
            return ("function", instantiated(inner, value, depth + 1))
    return ("apply", instantiated(body[1], value, depth), instantiated(body[2], value, depth))


def contracted(term: Lambda) -> Lambda | None:
    """The term after its leftmost redex has been contracted, or None for a normal form."""
    match term:
        case ("apply", ("function", body), argument):
            return instantiated(body, argument)
        case ("apply", function, argument):
            after = contracted(function)
            if after is not None:
                return ("apply", after, argument)
            after = contracted(argument)
            return None if after is None else ("apply", function, after)
        case ("function", body):
            after = contracted(body)
            return None if after is None else ("function", after)
    return None


def normal_form(term: Lambda, steps: int = 200) -> Lambda | None:
    """The normal form, or None if it is not reached in so many contractions."""
    for _ in range(steps):
        after = contracted(term)
        if after is None:
            return term
        term = after
    return None
