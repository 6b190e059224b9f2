"""The relational machine compiled: terms become code, and Numba's loop runs it over flat arrays."""
