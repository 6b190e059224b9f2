"""Certificates: plain files from which another program can check again what was found.

A certificate is a file of JSON lines: a header, then one *claim* a line. The format, with what each kind of
claim says and how it is checked, is documented in `docs/reference/certificates.md`; `calculus.verify.checker`
is a checker that shares nothing with what is here.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "claims": (
            "answers",
            "dual",
            "enumerated",
            "joins",
            "normal",
            "reduces",
            "differ_runs",
            "runs",
            "same",
            "spans",
            "steps",
        ),
        "lines": ("Digest", "line", "tokens"),
        "writing": ("FORMAT", "MANIFEST", "write"),
    },
)
