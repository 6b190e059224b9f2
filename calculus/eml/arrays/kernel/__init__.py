"""The kernel: blocks of points through vectorised elementary functions. See `docs/design/eml-arrays.md`.

`elementary` are the functions of one point, written so that LLVM makes vector loops of them; `exceptional`
computes what they cannot; `jit` is the loop over code and blocks, `host` owns its arrays.
"""
