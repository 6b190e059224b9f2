"""`calculus rlm plan` and `calculus rlm check`."""

import json

import pytest

from calculus.interfaces.command import main
from calculus.rlm.planning.certificate import digest

PROGRAM = (
    '(fix f. \\P. if size P <= tau then oracle (ask "Read." query P) '
    "else concat (map f (split k P))) document"
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["rlm", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_plan_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "plan", PROGRAM, "--size", "100000", "--window", "8192")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "plan for 100,000 bytes, window 8,192"
    assert any(line.split() == ["calls", "14"] for line in lines)
    assert "assumptions" in lines


def test_a_plan_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "plan", "search", "--size", "100000", "--window", "8192", "--json")
    found = json.loads(out)
    assert status == 0
    keys = (
        "n window tau k depth leaves internal calls calls_exact tokens_in tokens_out cost fits accuracy span"
    )
    assert set(keys.split()) <= found.keys()
    assert (found["n"], found["window"], found["fits"]) == (100_000, 8192, True)


def test_a_document_is_read(capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("é\r\n".encode() * 100)
    status, out, _ = run(
        *(
            capsys,
            "plan",
            PROGRAM,
            "--document",
            str(path),
            "--measure",
            "characters",
            "--json",
            "--tau",
            "50",
        )
    )
    found = json.loads(out)
    assert (status, found["n"], found["counted"]) == (0, 300, "document")


def test_what_does_not_fit_is_a_negative_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "plan", PROGRAM, "--size", "100000", "--window", "8192", "--tau", "9000")
    assert status == 1
    assert "expected prompts and answers of up to 8,192 tokens" in err
    status, out, _ = run(capsys, "plan", PROGRAM, "--size", "100", "--window", "8", "--json")
    assert (status, json.loads(out)["error"]["kind"]) == (1, "plan")


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan",),
        ("plan", PROGRAM),
        ("plan", PROGRAM, "--size", "1", "--document", "-"),
        ("plan", PROGRAM, "--size", "x"),
        ("plan", "no-such-task", "--size", "1"),
        ("plan", PROGRAM, "--size", "1", "--recheck", "x"),
        ("plan", "--recheck", "no-such-file"),
        ("check", "--limit", "-1"),
    ],
)
def test_mistakes_of_usage(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert err.startswith("error: ")


def test_a_certificate_is_written_and_checked(capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    path = tmp_path / "plan.json"
    assert run(capsys, "plan", PROGRAM, "--size", "9999", "--certificate", str(path), "--quiet")[0] == 0
    status, out, _ = run(capsys, "plan", "--recheck", str(path))
    assert (status, out) == (0, f"{path}: all of it holds\n")
    found = json.loads(path.read_text())
    found["calls"] += 1
    found["digest"] = digest(found)
    path.write_text(json.dumps(found))
    status, out, _ = run(capsys, "plan", "--recheck", str(path))
    assert status == 1
    assert f"calls: expected {found['calls'] - 1}, found {found['calls']}" in out
    path.write_text("[]")
    assert run(capsys, "plan", "--recheck", str(path))[0] == 1
    path.write_text("no JSON")
    assert run(capsys, "plan", "--recheck", str(path))[0] == 2


def test_the_theorems_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "check", "--limit", "12")
    assert status == 0
    assert "refuted  reference code" in out
    assert err == "15 hold, 13 are refuted, for sizes up to 12\n"
    status, out, _ = run(capsys, "check", "--limit", "0", "--json")
    assert (status, len(json.loads(out)["theorems"])) == (0, 28)


def test_an_interrupt_keeps_what_was_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from calculus.rlm.planning.theorems import plans

    def interrupted(limit: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(plans, "CHECKS", (interrupted,))
    status, out, err = run(capsys, "check", "--limit", "12")
    assert status == 3
    assert out.startswith("holds    shape")
    assert "stopped by an interrupt" in err
