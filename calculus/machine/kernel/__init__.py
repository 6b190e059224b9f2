"""The kernel: flat closures compiled to code that a Numba loop runs. See `docs/design/machine.md`.

`jit` is the loop and the collector, `compile` makes its code, `transfer` moves states in and out, `host`
owns the arrays and deals with every stop.
"""
