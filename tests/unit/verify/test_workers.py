"""The same verdicts from this process, from others and from a cluster; what an interrupted run leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from calculus.source.diagnostic import UsageProblem
from calculus.verify import check_calculus


def found(**options: Any) -> list[dict[str, Any]]:
    report = check_calculus("fmc", only=["binding"], size=4, examples=400, certify=True, **options)
    return [{**finding.to_json(), "seconds": 0, "claims": finding.claims} for finding in report.findings]


def test_processes_and_a_cluster_find_the_same() -> None:
    alone = found()
    assert {finding["verdict"] for finding in alone} == {"proved", "unknown"}
    assert found(workers=2) == alone
    assert found(workers=2, scheduler="local") == alone


def test_a_scheduler_that_is_not_there() -> None:
    with pytest.raises(UsageProblem, match="no Dask scheduler answers at nowhere"):
        found(scheduler="nowhere")


def test_ctrl_c_leaves_a_journal_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    command = [sys.executable, "-m", "calculus", "verify"]
    plan = ["--calculus", "fmc", "--property", "binding/generated", "--examples", "1000000"]
    running = subprocess.Popen(
        [*command, *plan, "--journal", str(path), "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (path.exists() and path.read_bytes().count(b"\n") > 2):
        time.sleep(0.05)
        assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert running.returncode == 3, error
    assert out.startswith("unknown  binding/generated") and "stopped by: interrupt" in out
    assert f"calculus verify --resume {path}" in error and "Traceback" not in error
    units = path.read_bytes().count(b"\n")
    again = subprocess.run(
        [*command, "--resume", str(path), "--workers", "1", "--max-seconds", "1", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert again.returncode == 3, again.stderr
    assert path.read_bytes().count(b"\n") > units
    (law,) = json.loads(again.stdout)["laws"]
    assert law["tried"]["stopped_by"] == "seconds" and law["tried"]["of"] == 1_000_000
