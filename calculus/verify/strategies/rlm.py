"""λ-RLM programs and expressions, and documents."""

from hypothesis import strategies as st

from calculus.rlm.program import Program
from calculus.verify.generation import rlm as generation
from calculus.verify.strategies.choices import built


def programs(*, max_size: int = 20) -> st.SearchStrategy[Program]:
    """Well-typed programs that can be planned: recursions over parts of a document."""
    return built(generation.program, max_size)


def expressions(*, type: str = "Text", oracle: bool = False, max_size: int = 8) -> st.SearchStrategy[str]:
    """Texts of closed terms of a type (`Text`, `Int`, `Bool`, `List Text` or `Pair Text Text`); `oracle`
    allows calls.
    """
    return built(generation.expression, max_size, type=type, oracle=oracle)


def documents(*, letters: str = generation.LETTERS, max_size: int = 60) -> st.SearchStrategy[str]:
    """Texts of awkward characters: of several bytes, unpaired surrogates, ends of lines, braces."""
    return built(generation.document, max_size, letters=letters)
