"""Trees at many points at once. See `docs/design/eml-arrays.md`.

`code` turns trees into straight-line code over their shared graph; `reference` runs it with NumPy, `kernel`
with blocks of points and vectorised elementary functions; `evaluation` is what users call.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "code": ("Code", "compile_code"),
        "evaluation": ("CompiledTrees", "compile_array", "evaluate_array"),
    },
)
