"""`calculus eml evaluate`: what it prints, and its exit statuses."""

import json

import pytest

from calculus.interfaces.command import main

LN = "11xE1EE"


def run(capsys, *arguments):
    status = main(["eml", "evaluate", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_value_in_each_semantics(capsys):
    assert run(capsys, LN, "--at", "x=-2") == (0, "0.6931471805599454+3.141592653589793i\n", "")
    status, out, _ = run(capsys, LN, "--at", "x=-2", "--semantics", "principal", "--precision", "10")
    assert (status, out) == (0, "0.6931471806-3.141592654i\n")
    assert run(capsys, LN, "--at", "x=0", "--semantics", "extended")[1] == "-inf\n"


@pytest.mark.parametrize("text", ["eml(1, eml(eml(1, x), 1))", "11xE1EE", " 11x E1EE"])
def test_trees_come_in_both_notations(capsys, text):
    assert run(capsys, text, "--at", "x=1")[:2] == (0, "0.0\n")


def test_trees_come_from_files(capsys, tmp_path):
    path = tmp_path / "ln.eml"
    path.write_text("eml(1, eml(eml(1, x), 1))")
    assert run(capsys, str(path), "--at", "x=1")[:2] == (0, "0.0\n")


def test_json_has_the_parts_and_the_semantics(capsys):
    status, out, _ = run(capsys, LN, "--at", "x=2", "--json")
    assert status == 0
    assert json.loads(out) == {
        "re": "0.6931471805599454",
        "im": "0.0",
        "semantics": "ieee",
        "status": "defined",
    }


def test_no_value_is_a_negative_outcome(capsys):
    status, out, err = run(capsys, LN, "--at", "x=0", "--semantics", "principal")
    assert (status, out, err) == (1, "undefined: ln 0 at 1xE\n", "")
    status, out, _ = run(capsys, LN, "--at", "x=nan", "--json")
    assert status == 1
    assert json.loads(out)["re"] is None


def test_enclosures(capsys):
    status, out, _ = run(capsys, LN, "--at", "x=2", "--enclose", "--precision", "15")
    assert (status, out[:22]) == (0, "[0.693147180559945 +/-")
    status, out, _ = run(capsys, LN, "--at", "x=[-1, 1]", "--enclose")
    assert (status, out) == (3, "undecided: whether it is 0, or its sign at 1xE\n")
    assert run(capsys, LN, "--at", "x=0", "--enclose", "--json")[0] == 1


def test_the_conditioning_report(capsys):
    status, out, _ = run(capsys, LN, "--at", "x=-2", "--conditioning")
    assert status == 0
    assert "another branch" in out
    data = json.loads(run(capsys, LN, "--at", "x=-2", "--conditioning", "--json")[1])
    assert data["conditioning"]["turns"] == 1
    assert data["semantics"] == "ieee"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([LN], "expected a value of x, found none"),
        ([LN, "--at", "x"], "expected NAME=NUMBER, found 'x'"),
        ([LN, "--at", "x=1", "--at", "x=2"], "x is given twice"),
        ([LN, "--at", "x=1", "--at", "y=2"], "there is no y in the tree; the variables are x"),
        ([LN, "--at", "x=two"], "expected a number, found 'two'"),
        ([LN, "--at", "x=1", "--precision", "9"], "complex128 has one precision"),
        ([LN, "--at", "x=1", "--conditioning", "--enclose"], "without --enclose"),
        ([LN, "--at", "x=1", "--semantics", "nice"], "expected principal, ieee or extended"),
        (["x + 1", "--at", "x=1"], "calculus eml compile"),
    ],
)
def test_mistakes_are_told(capsys, arguments, message):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_an_interval_needs_bounds_to_be_asked_for(capsys):
    for interval in ("x=[1, 2]", "x=1 +/- 0.5"):
        status, out, error = run(capsys, LN, "--at", interval)
        assert (status, out) == (2, "")
        assert "it needs --enclose" in error


@pytest.mark.parametrize("sign", ["", "-"])
def test_powers_of_ten_that_would_not_end_are_refused(capsys, sign):
    status, _, error = run(capsys, "1xE", "--at", f"x=1e{sign}100000000")
    assert status == 2
    assert f"expected a power of ten of at most 10000, found {sign}100000000" in error
    assert run(capsys, "x", "--at", "x=2.5e+0010")[:2] == (0, "25000000000.0\n")
    # In complex128 it is 0 or infinite; in exact arithmetic it is what it says.
    status, out, _ = run(capsys, "11xE1EE", "--at", f"x=1e{sign}10000", "--semantics", "principal")
    assert (status, out) == (0, f"{sign}23025.8509299404568401799145468\n")


def test_numbers_of_too_many_digits_are_refused(capsys):
    status, _, error = run(capsys, "1xE", "--at", f"x={'7' * 5000}")
    assert status == 2
    assert "expected a number of at most 4300 digits, found one of 5000" in error
    assert run(capsys, "1xE", "--at", f"x=0.{'7' * 4000}")[0] == 0


@pytest.mark.parametrize("interval", ["[2, 1]", "[2,1]", "[i, 2]"])
def test_an_interval_that_is_none_is_said_as_it_is_written(capsys, interval):
    status, _, error = run(capsys, "1xE", "--at", f"x={interval}", "--enclose")
    assert status == 2
    found = interval.replace(",", ", ").replace("  ", " ")
    assert f"expected an interval [low, high] with low ≤ high for x, found {found}" in error
