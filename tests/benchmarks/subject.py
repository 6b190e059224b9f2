"""What is measured of a process of its own.

`python -m tests.benchmarks.subject load` prints the seconds to import Numba and those to load the
compiled kernel and run a tiny program on it. `… memory PROGRAM [SCALE]` runs a program on the
kernel and prints the peak of the resident set in megabytes; SCALE multiplies the ten million
iterations of the loop, or the hundred trees.
"""

import resource
import sys
import time


def load() -> None:
    start = time.perf_counter()
    import numba  # noqa: F401

    imported = time.perf_counter()
    import calculus

    result = calculus.run("fmc", "[2].[3].add", engine="kernel")
    assert [str(value) for value in result.stack()] == ["5"]
    print(imported - start, time.perf_counter() - imported)


def memory(name: str, scale: int) -> None:
    import calculus
    from tests.benchmarks.programs import PROGRAMS

    text = PROGRAMS[name].source().text
    for number in ("10000000", "[100]"):
        text = text.replace(number, number.replace("10", str(10 * scale), 1))
    result = calculus.run("fmc", text, engine="kernel")
    assert result.status == "done", result
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10))


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load()
    else:
        memory(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1)
