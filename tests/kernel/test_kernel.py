"""The kernel against the reference machine: same results, same steps, same errors at the same place."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import calculus
import calculus.fmc  # registers the printer
from calculus.machine import engine as engines
from calculus.machine.budget import MEGABYTE, resident_bytes
from calculus.machine.kernel import buffers, host
from calculus.verify.catalogue import find
from calculus.verify.properties.fmc.engines import generated, report
from calculus.verify.property import Failure, Plan

ROOT = Path(__file__).parents[2]


def disagreements(seed: int, examples: int) -> list[Failure]:
    """Generated programs that end otherwise on the kernel than on the reference machine."""
    part = find("fmc", "kernel").part("generated")
    return part.check(Plan(seed=seed, examples=examples), 0, examples).failures


@pytest.mark.parametrize("seed", range(2))
def test_generated_programs_agree(seed: int) -> None:
    assert disagreements(seed, 200) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 30))
def test_many_generated_programs_agree(seed: int) -> None:
    assert disagreements(seed, 5_000) == []


def test_generated_programs_agree_wherever_they_are_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(200):
        program = generated(random.Random(seed).randrange, 1 + seed % 40)
        monkeypatch.setattr(engines, "MOVE_AFTER", seed % 47)
        limit = (100, 1000, 3000)[seed % 3]
        assert report(program, "auto", limit) == report(program, "reference", limit), seed


def megabytes_now() -> float:
    """What the process occupies, the kernel loaded."""
    engines.prepare_kernel()
    return resident_bytes() / MEGABYTE


ALLOCATING = (
    # Trees as functions, in a cell, on λ and in frames at once.
    """def make =
    <d>.[d].[0].eq.<b>.((b;
        True->[[<leaf>.<node>.leaf]];
        False->[[d].[1].sub.make.<l>.[d].[1].sub.make.<r>.[<leaf>.<node>.[r].[l].node]]); <k>.k)
def count =
    <t>.[<l>.<r>.[l].count.[r].count.add.[1].add].[[1]].t
[6].make.<kept>.[[kept]]c.[7].make.count.c<k>.k.count""",
    # Church numerals: closures that capture closures.
    "[[0]].[<y>.y.[1].add].[<f>.<x>.[[x].f].f].<f>.<x>.[[[[[[[[[x].f].f].f].f].f].f].f].f].f",
    # Closures put into cells by a loop, with texts and big integers, and left by a jump.
    """[[0]]c.[400]n.(n<i>.c<f>.[[f;[i].add]]c.["t"].[i].<j>.<t>.[[t].[j].[99999999999999999999]]d.
        [i].[0].eq.<b>.((b; True->[Stop]; False->[[i].[1].sub.<m>.[m]n.Again]); <k>.k))^Again;
        Stop->c<f>.d<g>.f.g""",
)


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all arrays begin so small that they grow, and the heap so small that it is collected."""
    for name, value in {"HEAP": 8, "ROOM": 1, "DEEP": 0}.items():
        monkeypatch.setattr(host, name, value)
    monkeypatch.setattr(buffers, "MOST_LEFT_OVER", 0)
    monkeypatch.setattr(buffers, "_left_over", {})


@pytest.mark.parametrize("program", ALLOCATING)
def test_collections_change_nothing(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    collections = 0
    collect = host.Kernel._collect

    def counted(self: host.Kernel, *arguments: Any) -> None:
        nonlocal collections
        collections += 1
        collect(self, *arguments)

    def everything() -> list[dict[str, Any]]:
        return [
            calculus.run("fmc", program, engine=engine, max_steps=100_000).to_json() | {"engine": ""}
            for engine in ("reference", "kernel")
        ]

    monkeypatch.setattr(host.Kernel, "_collect", counted)
    make_small(monkeypatch)
    expected, found = everything()
    assert expected == found
    assert expected["status"] == "done"
    assert collections > 1


def test_generated_programs_agree_on_small_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)
    assert disagreements(3, 200) == []


def test_the_kernel_agrees_without_the_compiler() -> None:
    # Unjitted, numpy checks every index, so a bound that the kernel misses is an IndexError here.
    code = (
        "import numpy; numpy.seterr(over='ignore')\n"
        "from tests.kernel.test_kernel import disagreements\n"
        "print(disagreements(4, 120))"
    )
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("[4611686018427387903].[1].add", ["4611686018427387904"]),
        ("[-4611686018427387904].neg", ["4611686018427387904"]),
        ("[-4611686018427387904].[1].sub", ["-4611686018427387905"]),
        ("[3037000500].[3037000500].mul", ["9223372037000250000"]),
        ("[-2147483648].[-2147483648].mul", ["4611686018427387904"]),
        ("[2147483648].[2147483647].mul", ["4611686016279904256"]),
        ("[-7].[2].div.[-7].[2].mod", ["-4", "1"]),
        ("[7].[-2].div.[7].[-2].mod", ["-4", "-1"]),
        ("[-4611686018427387904].[-1].div", ["4611686018427387904"]),
        ('["a"].["b"].concat.["ab"].eq', ["True"]),
        ('["λx"].length', ["2"]),
        ("[True].[False].ne.[True].and", ["True"]),
        ("[True].not.[False].or", ["False"]),
        ("[99999999999999999999].[99999999999999999999].eq", ["True"]),
        ("[99999999999999999999].[1].lt", ["False"]),
    ],
)
def test_arithmetic_at_the_edges_of_a_word(program: str, expected: list[str]) -> None:
    result = calculus.run("fmc", program, engine="kernel")
    assert [str(value) for value in result.stacks["λ"]] == expected
    assert result.to_json() | {"engine": ""} == calculus.run("fmc", program, engine="reference").to_json() | {
        "engine": ""
    }


FACTORIAL = "def f = <n>.[n].[0].eq.<b>.((b; True->[[1]]; False->[[n].[n].[1].sub.f.mul]); <k>.k)\n"


def test_big_integers_come_back_and_go_over_again() -> None:
    result = calculus.run("fmc", FACTORIAL + "[200].f", engine="kernel")
    expected = 1
    for n in range(1, 201):
        expected *= n
    assert [str(value) for value in result.stacks["λ"]] == [str(expected)]


@pytest.mark.parametrize(
    "program",
    [
        "[1].(([2].K; I->[9]); K->[2])",
        "[1].<x>.[x].add",
        "[True].<x>.[1].[x].add",
        "[1].[0].<y>.<x>.[x].[y].div",
        "[1].<x>.c<y>.[x]",
        '["a"].<x>.[1].[x].lt.<b>.(b; True->[1]; False->[2])',
        "[[1].x].<f>.f.f",
        "[1]in.[2]",
        "out<x>.[x]",
        "(in<x>.[x]out.Again)^Again",
    ],
)
def test_errors_are_the_same_at_the_same_place(program: str) -> None:
    reports = [
        calculus.run("fmc", program, engine=engine, inputs=[1, 2, 3]).to_json()
        for engine in ("reference", "kernel")
    ]
    assert reports[0] | {"engine": "kernel"} == reports[1]


@pytest.mark.parametrize("limit", [0, 1, 799, 800, 801, 5_000, 123_456])
def test_a_step_limit_is_kept_to_the_step(limit: int) -> None:
    loop = "[0]c.(c<n>.[n].[1].add.<m>.[m]c.Again)^Again"
    reports = [
        calculus.run("fmc", loop, engine=engine, max_steps=limit).to_json()
        for engine in ("reference", "kernel")
    ]
    assert reports[0]["steps"] == limit
    assert reports[0] | {"engine": "kernel"} == reports[1]


@pytest.mark.parametrize(
    "program",
    [
        "([1].Again)^Again",
        "([1]c.Again)^Again",
        "def f = [1].f.f\nf",
        "[[1]].(<f>.[f;f].Again)^Again",
        "def grow = <f>.[[f].f].grow\n[1].grow",
    ],
)
def test_endless_growth_ends_at_the_memory_limit(program: str) -> None:
    result = calculus.run("fmc", program, engine="kernel", max_memory=megabytes_now() + 80, max_seconds=20)
    assert (result.status, result.stopped_by) in {("budget", "memory"), ("budget", "seconds")}


def test_a_loop_runs_in_constant_memory() -> None:
    loop = """[20000000]c.(c<n>.[n].[0].eq.<b>.(
        (b; True->[*]; False->[[n].[1].sub.<m>.[m]c.Again]); <k>.k))^Again"""
    assert calculus.run("fmc", loop, engine="kernel", max_memory=megabytes_now() + 30).status == "done"
