"""Completeness: every entry of the calculator basis has a tree, under each semantics, and where it holds."""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "rows": ("Report", "Row", "verify", "verify_claim"),
        "chain": ("Step", "discovery_chain"),
        "checker": ("Wrong", "recheck"),
        "certificate": ("write_certificates",),
    },
)
