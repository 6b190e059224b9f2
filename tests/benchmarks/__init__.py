"""The measurements: `python -m tests.benchmarks`, or `make bench`.

Programs in `fmc/`, the same algorithms for other implementations in `peers/`. No test depends on
speed; the table says what was measured, beside what was to be reached.
"""
