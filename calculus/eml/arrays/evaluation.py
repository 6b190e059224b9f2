"""Evaluating trees at arrays of points: broadcasting, pieces, threads, and which engine runs them."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from calculus.eml.arrays.code import EXP, LOG, Code, compile_code
from calculus.eml.arrays.reference import NumpyEngine, Points
from calculus.eml.tree import Tree
from calculus.source.diagnostic import NameProblem, UsageProblem
from calculus.source.text import Source
from calculus.term import Term

if TYPE_CHECKING:
    from calculus.eml.arrays.kernel.host import KernelEngine

Name = Literal["auto", "numpy", "kernel"]
ENGINES = ("auto", "numpy", "kernel")

LONG = 1 << 24
"""Exponentials and logarithms of points, half a second of NumPy: from here on `auto` takes the kernel."""

_kernel: Literal["absent", "preparing", "ready"] = "absent"
_preparing = threading.Lock()


def preparing_kernel() -> bool:
    """Whether the kernel is being compiled, or loaded from the cache, right now."""
    return _kernel == "preparing"


def prepare_kernel() -> None:
    """Make the kernel ready: seconds the first time on a machine, then less than half a second a process."""
    global _kernel
    with _preparing:
        if _kernel != "ready":
            _kernel = "preparing"
            from calculus.eml.arrays.kernel.host import compile_kernel

            compile_kernel()
            _kernel = "ready"


class CompiledTrees:
    """One or several trees, compiled to be evaluated at arrays again and again; see `compile_array`."""

    __slots__ = ("_single", "code")

    code: Code

    def __init__(self, code: Code, single: bool) -> None:
        self.code = code
        self._single = single

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables."""
        return self.code.variables

    def __repr__(self) -> str:
        return f"<{len(self.code)} instructions of {', '.join(self.variables) or 'no variables'}>"

    def __call__(
        self,
        at: Mapping[str, npt.ArrayLike] | None = None,
        *,
        engine: Name = "auto",
        threads: int | None = 1,
        out: Points | None = None,
        **values: npt.ArrayLike,
    ) -> Points:
        """The values at points, given as a mapping, by name, or both; the options are `evaluate_array`'s."""
        if engine not in ENGINES:
            raise UsageProblem(f"expected an engine of {', '.join(ENGINES)}, found {engine!r}")
        if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
            raise UsageProblem(f"expected a number of threads from 1 on, or None for all, found {threads!r}")
        if at is not None and not isinstance(at, Mapping):
            raise UsageProblem(f"expected a mapping of names to arrays, found {type(at).__name__}")
        arrays = self._arrays({**(at or {}), **values})
        try:
            shape = np.broadcast_shapes(*(array.shape for array in arrays))
        except ValueError:
            shapes = ", ".join(
                f"{name}: {array.shape}" for name, array in zip(self.variables, arrays, strict=True)
            )
            raise UsageProblem(f"expected arrays that broadcast together, found {shapes}") from None
        if not self._single:
            shape = (self.code.results, *shape)
        if out is None:
            out = np.empty(shape, np.complex128)
        elif not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != np.complex128:
            found = f"{out.dtype} of {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
            raise UsageProblem(f"expected `out` to be an array complex128 of {shape}, found {found}")
        elif not out.flags.writeable or any(np.may_share_memory(out, array) for array in arrays):
            raise UsageProblem("expected `out` to be an array that can be written, and no variable's")
        work = _Work(self.code, arrays, out, shape if self._single else shape[1:])
        work.run(self._engine(engine, work.total), os.cpu_count() or 1 if threads is None else threads)
        return out

    def _arrays(self, values: Mapping[str, npt.ArrayLike]) -> list[npt.NDArray[Any]]:
        arrays = []
        for name in self.variables:
            if name not in values:
                raise NameProblem(f"expected a value of the variable {name}, found none")
            try:
                array = np.asarray(values[name])
            except ValueError as problem:  # ragged
                raise UsageProblem(f"expected an array of numbers for {name}: {problem}") from None
            if array.dtype.kind not in "biufc":
                raise UsageProblem(f"expected numbers for {name}, found {array.dtype}")
            arrays.append(array)
        return arrays

    def _engine(self, name: Name, total: int) -> Callable[[], "NumpyEngine | KernelEngine"]:
        # What has been compiled is used; nothing is compiled for what NumPy does at once.
        few = self.code.count(EXP, LOG) * total < LONG
        if name == "numpy" or (name == "auto" and few and _kernel != "ready"):
            return lambda: NumpyEngine(self.code)
        prepare_kernel()
        from calculus.eml.arrays.kernel.host import KernelEngine

        return lambda: KernelEngine(self.code)


class Engine(Protocol):
    """What runs code. `most_points` is how many it takes at a time."""

    most_points: int

    def run(self, points: Points, results: Points, total: int) -> None: ...


class _Work:
    """The points of one evaluation, cut into pieces that fit caches and that threads share among them."""

    def __init__(
        self, code: Code, arrays: Sequence[npt.NDArray[Any]], out: Points, shape: tuple[int, ...]
    ) -> None:
        self.code = code
        self.inputs = [_Flat(np.broadcast_to(array, shape), array) for array in arrays]
        single = out.ndim == len(shape)
        rows = [out] if single else [out[number, ...] for number in range(code.results)]
        self.outputs = [_Flat(row, row) for row in rows]
        self.total = int(np.prod(shape, dtype=np.int64))
        self._starts: Iterator[int] = iter(())
        self._taking = threading.Lock()

    def run(self, engine: Callable[[], Engine], threads: int) -> None:
        first = engine()
        size = first.most_points
        self._starts = iter(range(0, self.total, size))
        threads = min(threads, -(-self.total // size))
        if threads <= 1:
            self._pieces(first)
            return
        engines = [first, *(engine() for _ in range(threads - 1))]
        with ThreadPoolExecutor(threads) as pool:
            futures = [pool.submit(self._share, item) for item in engines]
            try:
                for future in futures:
                    future.result()
            finally:
                self._starts = iter(())  # after an interruption, no more pieces

    def _share(self, engine: Engine) -> None:
        try:
            self._pieces(engine)
        except BaseException:
            self._starts = iter(())
            raise

    def _pieces(self, engine: Engine) -> None:
        size = engine.most_points
        points = np.empty((len(self.inputs), size), np.complex128)
        results = np.empty((len(self.outputs), size), np.complex128)
        # A single array that is as it has to be is used in place.
        read = self.inputs[0].row if len(self.inputs) == 1 else None
        write = self.outputs[0].row if len(self.outputs) == 1 else None
        while True:
            with self._taking:
                start = next(self._starts, None)
            if start is None:
                return
            stop = min(start + size, self.total)
            count = stop - start
            if read is None:
                for row, flat in zip(points, self.inputs, strict=True):
                    row[:count] = flat.part(start, stop)
            engine.run(
                points if read is None else read[None, start:stop],
                results if write is None else write[None, start:stop],
                count,
            )
            if write is None:
                for row, flat in zip(results, self.outputs, strict=True):
                    flat.store(start, stop, row[:count])


class _Flat:
    """The elements of an array one after the other, the last axis first."""

    __slots__ = ("array", "line", "row")

    def __init__(self, array: npt.NDArray[Any], original: npt.NDArray[Any]) -> None:
        self.array = array
        contiguous = original.shape == array.shape and original.flags.c_contiguous
        self.line: npt.NDArray[Any] | None = original.reshape(-1) if contiguous else None
        """A view of all elements, where there is one."""
        good = contiguous and original.flags.carray and original.dtype == np.complex128
        self.row: Points | None = self.line if good else None
        """The same if the kernel can use it: aligned, complex128, and writable, since others have a type of
        their own."""

    def part(self, start: int, stop: int) -> npt.NDArray[Any]:
        return (self.array.flat if self.line is None else self.line)[start:stop]

    def store(self, start: int, stop: int, values: Points) -> None:
        (self.array.flat if self.line is None else self.line)[start:stop] = values


def compile_array(
    tree: "Tree | Term | str | Source | Sequence[Tree | Term | str | Source]",
) -> CompiledTrees:
    """Compile a tree, or several over the graph they share, for repeated evaluation at arrays.

    The result is called like `evaluate_array` without the tree, or with the variables by name:
    `f = compile_array("1xE"); f(x=points)`. Raises `SyntaxProblem` for a wrong text.
    """
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return CompiledTrees(compile_code([Tree(item).term for item in tree]), single=False)
    return CompiledTrees(compile_code([Tree(tree).term]), single=True)


def evaluate_array(
    tree: "Tree | Term | str | Source | Sequence[Tree | Term | str | Source]",
    at: Mapping[str, npt.ArrayLike] | None = None,
    *,
    engine: Name = "auto",
    threads: int | None = 1,
    out: Points | None = None,
) -> Points:
    """The values of a tree at many points, in complex128 as IEEE arithmetic computes them.

    `at` gives the variables' values: numbers or arrays of booleans, integers, floats or complex numbers,
    which are broadcast together; others of its names mean nothing. The result has the shape of them
    together, and is complex128 also where all values are real (take `.real`). Of several trees it has an axis
    more, the first, with an entry for each; they are computed together.

    Overflow, ln 0 and nan are values as in C and NumPy (Annex G of the C standard), without warnings; a
    signed zero tells the edges of a branch cut apart. A value depends on its point only, not on the others,
    on their order or on `threads`.

    `engine` is `numpy`, the reference; `kernel`, many times as fast, which takes some seconds the first time
    on a machine to be compiled; or `auto`, the kernel where it pays. They differ by rounding errors.
    `threads` is how many threads share the work, None for one for each processor. `out` takes the result, and
    must not be one of the arrays.

    Raises `NameProblem` for a variable without a value, `UsageProblem` for what is no array of numbers, for
    shapes that do not broadcast, and for options that make no sense, and `SyntaxProblem` for a wrong text.
    """
    return compile_array(tree)(at, engine=engine, threads=threads, out=out)
