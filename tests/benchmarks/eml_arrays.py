"""EML trees at arrays: our kernel, NumPy, numexpr and JAX on a tree of 199 nodes at a million points.

Times are nanoseconds for an operator of the tree and a point, of the processor on one thread (also where a
peer takes more threads), of the clock where all threads work. NumPy evaluates node by node; numexpr, JAX and
our kernel share subtrees, except in the row that says not.
"""

import importlib
import os
import statistics
import time
from array import array
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from calculus.eml import Tree
from calculus.eml.arrays.code import CONSTANT, EXP, LOAD, LOG, STORE, SUB, Code
from calculus.eml.arrays.evaluation import CompiledTrees, compile_array, prepare_kernel
from calculus.eml.syntax import EML, size, subtrees
from calculus.term import VARIABLE, Term
from tests.benchmarks.table import Group, Row

Array = npt.NDArray[np.complex128]

PEERS = ("NumPy", "NumPy shared", "numexpr", "JAX")
GROUP = Group(
    PEERS,
    ("ours", "least"),
    "Medians, for one operator of the tree and one point: of processor time, with all threads of elapsed "
    "time. NumPy: node by node; NumPy shared: our reference, each distinct operation once; ratio: NumPy "
    "against ours.",
)


class Case(NamedTuple):
    title: str
    most: float
    """Nanoseconds that an operator and a point may take."""
    shared: bool = True
    threads: int | None = 1
    real: bool = False


CASES = {
    "eml-arrays": Case("EML, 199 nodes", 2.5),
    "eml-arrays-unshared": Case("EML, 199 nodes, nothing shared", 6.0, shared=False),
    "eml-arrays-threads": Case("EML, 199 nodes, all threads", 2.5, threads=None),
    "eml-arrays-real": Case("EML, 199 nodes, real points", 2.5, real=True),
}
NAMES = tuple(CASES)
TIMES_NUMPY = 6.0

TREE = (
    "111111xEEEE11xEEx1xEEEEE11xEE11xEE11xEEx11xEEx1xEEEEEEEE1x11111xEEEEEEEEE11111xEEx111xEEEEEE111"
    "xEEEEE11111xEEx111xEEEEEEEE111xEE11xEExxx11111xEEEEEEEEEEE1EEEE1111xEEx111xEEEEEE11xEEx11xEEx1x"
    "EEEEEEEEE"
)
"""A random tree that has moderate values."""


def unshared_code(tree: Term) -> Code:
    """Code that computes everything as often as it occurs in the tree, constants too."""
    words = array("q")
    height = 0
    stack = [(tree, False)]
    while stack:
        item, complete = stack.pop()
        if complete:
            # exp of the left value, log of the right one, and their difference.
            height -= 1
            left, right, first, second = height - 1, height, height + 1, height + 2
            words.extend((EXP, first, left, 0, LOG, second, right, 0, SUB, left, first, second))
        elif item.op is EML:
            stack += [(item, True), (item.children[1], False), (item.children[0], False)]
        else:
            words.extend((LOAD if item.op is VARIABLE else CONSTANT, height, 0, 0))
            height += 1
    words.extend((STORE, 0, 0, 0))
    registers = 1 + max(words[at + 1] for at in range(0, len(words), 4))
    return Code(("x",), (1 + 0j,), words, registers, 1)


def numpy_nodes(tree: Term, x: Array, out: Array) -> None:
    """NumPy on every node, in pieces that fit a cache."""
    order = [1 if item == "1" else 2 if item == "E" else 0 for item in Tree(tree).postfix]
    one = np.complex128(1)
    for start in range(0, len(x), 4096):
        stack: list[Any] = []
        for kind in order:
            if kind == 2:
                right = stack.pop()
                stack[-1] = np.exp(stack[-1]) - np.log(right)
            else:
                stack.append(one if kind else x[start : start + 4096])
        out[start : start + 4096] = stack[0]


def numexpr_nodes(tree: Term, threads: int | None) -> Callable[[Array, Array], None]:
    numexpr = importlib.import_module("numexpr")
    texts: dict[int, str] = {}
    for item in subtrees(tree):
        if item.op is EML:
            left, right = (texts[id(child)] for child in item.children)
            texts[id(item)] = f"(exp({left})-log({right}))"
        else:
            texts[id(item)] = "x" if item.op is VARIABLE else "one"
    text = texts[id(tree)]

    def run(x: Array, out: Array) -> None:
        before = numexpr.set_num_threads(threads or os.cpu_count() or 1)
        try:
            numexpr.evaluate(text, local_dict={"x": x, "one": np.complex128(1)}, out=out)
        finally:
            numexpr.set_num_threads(before)

    return run


def jax_nodes(tree: Term) -> Callable[[Array, Array], None]:
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    order = list(subtrees(tree))

    @jax.jit  # type: ignore[untyped-decorator]
    def function(x: Any) -> Any:
        values: dict[int, Any] = {}
        for item in order:
            if item.op is EML:
                left, right = (values[id(child)] for child in item.children)
                values[id(item)] = jnp.exp(left) - jnp.log(right)
            else:
                values[id(item)] = x if item.op is VARIABLE else jnp.ones_like(x)
        return values[id(tree)]

    def run(x: Array, out: Array) -> None:
        out[:] = np.asarray(function(jnp.asarray(x)).block_until_ready())

    return run


def missing_peers() -> dict[str, str]:
    missing = {}
    for name, module in (("numexpr", "numexpr"), ("JAX", "jax")):
        try:
            importlib.import_module(module)
        except ImportError:
            missing[name] = f"{module} is not installed"
    return missing


def measured(case: Case, count: int, points: int, missing: dict[str, str]) -> dict[str, list[float]]:
    """Nanoseconds for an operator and a point, of all contenders in turn; their values are compared."""
    tree = Tree(TREE).term
    operators = size(tree) // 2
    rng = np.random.default_rng(0)
    x = rng.uniform(0.3, 1.6, points) + 1j * (0 if case.real else rng.uniform(-0.8, 0.8, points))
    function = compile_array(tree) if case.shared else CompiledTrees(unshared_code(tree), True)
    threads = case.threads
    contenders: dict[str, Callable[[Array, Array], object]] = {
        "ours": lambda x, out: function(x=x, out=out, engine="kernel", threads=threads),
        "NumPy": lambda x, out: numpy_nodes(tree, x, out),
    }
    if case.shared:
        contenders["NumPy shared"] = lambda x, out: function(x=x, out=out, engine="numpy", threads=threads)
        if "numexpr" not in missing:
            contenders["numexpr"] = numexpr_nodes(tree, threads)
        if "JAX" not in missing:
            contenders["JAX"] = jax_nodes(tree)
    clock = time.process_time if threads == 1 else time.perf_counter
    samples: dict[str, list[float]] = {who: [] for who in contenders}
    expected: Array | None = None
    for number in range(count + 1):
        for who, run in contenders.items():
            # NumPy goes in pieces anyway, and a tenth of them says how fast it is.
            some = x[: points // 10] if who.startswith("NumPy") else x
            out = np.zeros(len(some), np.complex128)
            start = clock()
            run(some, out)
            seconds = clock() - start
            expected = out if expected is None else expected
            if not np.allclose(out, expected[: len(out)], 1e-9, 1e-9):
                raise RuntimeError(f"{who} computes something else")
            if number:
                samples[who].append(seconds * 1e9 / len(some) / operators)
    return samples


def rows(wanted: list[str], count: int, quick: bool, missing: dict[str, str]) -> Iterator[Row]:
    """The rows that are wanted, in order; notes the peers that are missing."""
    names = [name for name in wanted if name in CASES]
    if not names:
        return
    missing |= missing_peers()
    prepare_kernel()
    for name in names:
        case = CASES[name]
        samples = measured(case, count, 20_000 if quick else 1_000_000, missing)
        medians = {who: statistics.median(times) for who, times in samples.items()}
        ours = medians.pop("ours")
        ratio = medians["NumPy"] / ours
        level = [peer for peer in ("numexpr", "JAX") if peer in medians and medians[peer] < ours]
        reached = ratio >= TIMES_NUMPY and ours <= case.most and not level
        notes = ["reached" if reached else "not reached", f"≤ {case.most} ns"]
        notes += [
            f"{peer} {medians[peer] / ours:.1f} times" for peer in ("numexpr", "JAX") if peer in medians
        ]
        yield Row(
            name,
            case.title,
            ours,
            min(samples["ours"]),
            "ns",
            peers=medians,
            ratio=ratio,
            target=f"≥ {TIMES_NUMPY}",
            note="; ".join(notes),
            reached=reached,
        )
