"""Numbers as text: `0.5`, `-2.5e-3`, `1+2i`, `-3i`, `inf`, `nan`."""

import re
from math import copysign

from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.text import Source, Span

_REAL = r"(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|inf|nan)"
_NUMBER = re.compile(rf"(?:([+-]?{_REAL})(?![\w.]))?(?:\s*([+-]?)\s*({_REAL}?)[ij])?(?!\w)")


def read_number(source: Source) -> complex:
    """The number a text is. Raises `SyntaxProblem`."""
    text = source.text
    start = len(text) - len(text.lstrip())
    found = _NUMBER.fullmatch(text.strip())
    imaginary = found and found[0][-1:] in ("i", "j")
    if not found or not found[0] or (found[1] and imaginary and not found[2]):
        end = max(len(text.rstrip()), start + 1)
        shown = f"`{text.strip()[:40]}`" if text.strip() else "nothing"
        raise SyntaxProblem(
            Diagnostic(
                "syntax",
                f"expected a number, found {shown}",
                Span(source, start, end, end) if text.strip() else None,
                help="numbers are written 0.5, -2.5e-3, 1+2i, -3i, inf",
            )
        )
    # A number without an imaginary part has the imaginary part 0, not -0.
    return complex(float(found[1] or 0), float(found[2] + (found[3] or "1")) if imaginary else 0.0)


def number_text(value: complex) -> str:
    """The shortest text that `read_number` reads as the number, whose zeros keep their signs."""
    real, imaginary = value.real, value.imag
    if imaginary == 0 and copysign(1, imaginary) > 0:
        return _text(real)
    text = f"{_text(imaginary)}i"
    if real == 0 and copysign(1, real) > 0:
        return text
    return f"{_text(real)}{'' if text[0] == '-' else '+'}{text}"


def _text(value: float) -> str:
    return repr(value).removesuffix(".0")
