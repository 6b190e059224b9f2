"""What only a process of its own shows: imports, signals, pipes, terminals."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "calculus"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("CALCULUS_DEBUG", "NO_COLOR")} | {
    "PYTHONPATH": str(ROOT),
    "PYTHONUTF8": "1",
}
HEAVY = {"numba", "numpy", "sympy", "lark", "rich", "prompt_toolkit", "llvmlite", "mpmath"}


def calculus(*arguments: str, fed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=fed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env=ENVIRONMENT | environment,
    )


def imports(*arguments: str, fed: str = "") -> set[str]:
    """The top-level packages that a command imports."""
    report = calculus(*arguments, fed=fed, PYTHONPROFILEIMPORTTIME="1").stderr
    lines = [line for line in report.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"]])
def test_starts_without_heavy_imports(arguments: list[str]) -> None:
    assert not imports(*arguments) & HEAVY


@pytest.mark.parametrize(
    ("arguments", "fed"),
    [
        (["eval", "fmc", "[2].[3].add"], ""),
        (["eval", "fmc", "add"], ""),
        (["step", "fmc", "[2]", "--json"], ""),
        (["eval", "fmc", "[2", "--json"], ""),
        (["run", "--help"], ""),
        (["repl"], "[1]\n[2"),
    ],
)
def test_small_work_needs_nothing_heavy(arguments: list[str], fed: str) -> None:
    calculus("eval", "fmc", "*")  # the tables of the grammar are built, with Lark, once
    assert not imports(*arguments, fed=fed) & HEAVY


def test_the_library_starts_light() -> None:
    script = "import sys, calculus; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    modules = {name.partition(".")[0] for name in done.stdout.split()}
    assert "calculus" in modules
    assert not modules & HEAVY


def interrupted(*arguments: str, engine: str, wait: float) -> tuple[int, str, str]:
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--engine", engine],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    time.sleep(wait)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


ENDLESS = "[1].[2]c.(*)^*"


def test_an_interrupt_gives_the_partial_result() -> None:
    status, out, err = interrupted("eval", "fmc", ENDLESS, engine="reference", wait=1.0)
    assert (status, out) == (3, "λ: 1\nc: 2\n"), err
    assert err.startswith("stopped by an interrupt after ")
    assert "Traceback" not in err


def test_an_interrupt_gives_partial_json() -> None:
    status, out, err = interrupted("eval", "fmc", ENDLESS, "--json", engine="auto", wait=2.5)
    assert (status, err) == (3, "")
    result = json.loads(out)
    assert (result["status"], result["stopped_by"]) == ("budget", "interrupt")
    assert result["stacks"] == {"λ": ["1"], "c": ["2"]}


@pytest.mark.parametrize("program", ["(nd<a>.*)^*", "nd<a>.(*)^*"])
def test_an_interrupt_ends_a_search(program: str) -> None:
    status, _, err = interrupted("eval", "fmc", program, engine="auto", wait=1.0)
    assert status == 3
    assert "stopped by an interrupt" in err
    assert "Traceback" not in err


def test_an_interrupt_ends_an_inference() -> None:
    status, out, err = interrupted(
        "eval", "fmc", "rnd<a>.(a; True->H; False->[1].(<n>.[n].[n].add.Go)^Go)", "--exact",
        engine="auto", wait=1.0,
    )  # fmt: skip
    assert status == 3
    assert "unexplored" in out
    assert "Traceback" not in err


def test_an_interrupt_ends_a_trace() -> None:
    status, _, err = interrupted("step", "fmc", ENDLESS, engine="auto", wait=1.0)
    assert status == 3
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["step", "fmc", "(*)^*"],
        ["eval", "fmc", "[0].(<n>.nd<b>.[n].[1].add.(b;True->Go;False->*))^Go"],
        ["tour"],
    ],
)
def test_a_closed_pipe_is_silent(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--color", "never"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    try:
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_no_bug() -> None:
    with Path("/dev/full").open("w") as full:
        command = [*COMMAND, "eval", "eml", "11E"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    assert (done.returncode, done.stderr) == (2, "error: cannot write the output: No space left on device\n")


def test_closed_standard_streams() -> None:
    line = f"{sys.executable} -m calculus eval fmc - <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", line], env=ENVIRONMENT, timeout=60)
    assert done.returncode == 2
    line = f"{sys.executable} -m calculus eval fmc '[1]' <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", line], env=ENVIRONMENT, timeout=60)
    assert done.returncode == 0
    line = f"{sys.executable} -m calculus repl <&-"
    done = subprocess.run(["sh", "-c", line], env=ENVIRONMENT, timeout=60)
    assert done.returncode == 0


def test_a_terminal_that_cannot_show_the_letters() -> None:
    done = subprocess.run(
        [*COMMAND, "eval", "fmc", "[1]"],
        env=ENVIRONMENT | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, b"\\u03bb: 1\n")


def test_text_that_is_no_unicode() -> None:
    done = subprocess.run(
        [*map(os.fsencode, COMMAND), b"eval", b"fmc", b"\xff"],
        env=ENVIRONMENT,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"unknown character" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_repl_reads_a_pipe() -> None:
    done = calculus("repl", fed="[2].[3]\nadd\n:quit\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "λ: 2, 3\nλ: 5\n", "")


def test_the_repl_keeps_a_session_interrupted_in_a_pipe() -> None:
    process = subprocess.Popen(
        [*COMMAND, "repl"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("[7]\n(*)^*\n")
    process.stdin.flush()
    assert process.stdout.readline() == "λ: 7\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline().startswith("stopped by an interrupt")
    assert process.stdout.readline() == "the stacks are as they were before this input\n"
    out, _ = process.communicate(":stacks\n", timeout=60)
    assert out == "λ: 7\n"


def test_the_tour_runs_through_in_a_pipe() -> None:
    started = time.monotonic()
    done = calculus("tour")
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - started < 5
    for shown in (
        "λ: 1, 0",
        "λ: 5, 6, 9",
        "λ: 120, ",
        "c: 3",
        "out: 3, 1, 4",
        "λ: 6, 7",
        "λ: 5, -9",
    ):
        assert shown in done.stdout
    assert "1/2  λ: False\n1/2  λ: True\n" in done.stdout


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: str, home: Path) -> None:
        self.process, self.file = pty.fork()
        if not self.process:
            environment = ENVIRONMENT | {
                "XDG_STATE_HOME": str(home),
                "TERM": "xterm",
                "PROMPT_TOOLKIT_NO_CPR": "1",  # it would wait for the terminal's answer
            }
            os.execve(sys.executable, [*COMMAND, *arguments], environment)
        self.seen = ""

    def until(self, text: str, seconds: float = 20) -> str:
        """What appears until `text` does."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, f"no {text!r} in {self.seen!r}"
            os.set_blocking(self.file, False)
            try:
                self.seen += os.read(self.file, 65536).decode(errors="replace")
            except BlockingIOError:
                time.sleep(0.02)
            except OSError:
                break
        assert text in self.seen, f"no {text!r} in {self.seen!r}"
        before, _, self.seen = self.seen.partition(text)
        return before

    def type(self, text: str) -> None:
        os.write(self.file, text.encode())

    def end(self) -> int:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                os.close(self.file)
                return os.waitstatus_to_exitcode(status)
            try:
                os.read(self.file, 65536)
            except OSError:
                time.sleep(0.02)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        raise AssertionError("it did not end")


# Some systems warn of a fork while other threads run; here the child calls exec at once.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_repl_on_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal("repl", "--color", "never", home=tmp_path)
    terminal.until("fmc> ")
    terminal.type("[2].\r")
    terminal.until(".... ")
    terminal.type("[3].add\r")
    terminal.until("λ: 5")
    terminal.until("fmc> ")
    terminal.type("in<x>.[x]\r")
    terminal.until("in> ")
    terminal.type("9\r")
    terminal.until("λ: 5, 9")
    terminal.until("fmc> ")
    terminal.type("(*)^*\r")
    terminal.until("Ctrl-C stops")
    terminal.type("\x03")
    terminal.until("stopped by an interrupt")
    terminal.until("fmc> ")
    terminal.type(":stacks\r")
    terminal.until("λ: 5, 9")
    terminal.until("fmc> ")
    terminal.type("\x04")
    assert terminal.end() == 0
    history = (tmp_path / "calculus" / "history").read_text()
    assert "+[3].add" in history and "+(*)^*" in history


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_stepper_on_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal("step", "fmc", "[1].[2].add", "--color", "never", home=tmp_path)
    terminal.until("step> ")
    terminal.type("\r")
    terminal.until("λ: 1  |  [2].add")
    terminal.until("step> ")
    terminal.type("n 2\r")
    terminal.until("primitive")
    terminal.type("b\r")
    terminal.until("λ: 1, 2  |  add")
    terminal.type("c\r")
    terminal.until("done: left with * after 3 steps")
    terminal.type("q\r")
    assert terminal.end() == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_long_run_says_how_far_it_is(tmp_path: Path) -> None:
    terminal = Terminal("eval", "fmc", "(*)^*", "--engine", "reference", "--max-seconds", "2", home=tmp_path)
    assert "steps" in terminal.until("(Ctrl-C stops)")
    terminal.until("stopped by the limit on time")
    assert terminal.end() == 3


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_tour_stops_when_told(tmp_path: Path) -> None:
    terminal = Terminal("tour", home=tmp_path)
    terminal.until("1 of ")
    terminal.until("q: quit")
    terminal.type("\r")
    terminal.until("2 of ")
    terminal.until("q: quit")
    terminal.type("q\r")
    assert terminal.end() == 0
