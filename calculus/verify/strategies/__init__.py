"""Hypothesis strategies for terms, programs and documents of each calculus; needs the extra `verify`.

    from hypothesis import given
    from calculus.verify import strategies

    @given(strategies.fmc.terms(typed=True))
    def test_my_tool(term): ...

What a failing test is shrunk to is small and can be read.
"""

try:
    import hypothesis  # noqa: F401
except ModuleNotFoundError:
    from calculus.source.diagnostic import UsageProblem

    raise UsageProblem("strategies need Hypothesis: pip install 'calculus[verify]'") from None

from calculus.verify.strategies import eml, fmc, rlm, rmc

__all__ = ["eml", "fmc", "rlm", "rmc"]
