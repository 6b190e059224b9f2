"""The completeness verifier: what it says of right trees, of wrong ones, and its certificates."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculus.eml import catalogue
from calculus.eml.assumptions import parse_assumption
from calculus.eml.completeness import recheck, verify, verify_claim, write_certificates
from calculus.eml.completeness.chain import STEPS, discovery_chain, expand
from calculus.eml.completeness.checker import Wrong
from calculus.eml.completeness.points import REAL, real_grid
from calculus.eml.expressions.reader import read
from calculus.eml.postfix import from_postfix, to_postfix
from calculus.eml.syntax import size
from calculus.interfaces.command import main
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term


def naive(postfix: str, **at: complex) -> complex:
    """The value of a tree, by NumPy, on a stack."""
    stack: list[np.complex128] = []
    with np.errstate(all="ignore"):
        for letter in postfix:
            if letter == "E":
                right = stack.pop()
                stack[-1] = np.exp(stack[-1]) - np.log(right)
            else:
                stack.append(np.complex128(at.get(letter, 1)))
    return complex(stack[0])


def test_there_are_36_primitives() -> None:
    assert len(set(catalogue.PRIMITIVES)) == 36
    assert {name for name, _ in STEPS} | {"1", "x", "y"} == set(catalogue.PRIMITIVES)
    assert set(REAL) == {name for name in catalogue.PRIMITIVES if real_grid(name)}


def test_arithmetic_is_generated_under_every_semantics() -> None:
    report = verify(["e", "-1", "exp", "ln", "minus", "sub", "mul"])
    assert report.complete
    assert report.count("principal") == (7, 7)
    sizes = {(row.name, row.semantics): row.witness.K for row in report.rows if row.witness}
    assert sizes["minus", "ieee"] == 15
    assert sizes["minus", "principal"] == 17
    for row in report.rows:
        assert row.error is not None and row.error < 1e-12
        assert row.by is not None


def test_a_missing_tree_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "witnesses", lambda name: [])
    (row,) = verify(["ln"], semantics=["ieee"]).rows
    assert row.verdict == "missing"
    assert not verify(["ln"], semantics=["ieee"]).complete


@pytest.mark.parametrize(
    ("tree", "expression", "assume", "verdict"),
    [
        ("11xE1EEy1EE", "x - y", ("|im y| < pi",), "proved"),
        ("11xE1EEy1EE", "x - y", (), "refuted"),  # a strip is needed: 2πi is lost
        ("11xE1EEy1EE", "y - x", ("|im y| < pi",), "refuted"),
        ("11xE1EE", "ln(x)", ("x != 0",), "checked"),
        ("1111x1EEE1EEy1EE1EE", "x + y", ("x real", "y real"), "proved"),
        ("1111x1EEE1EEy1EE1EE", "x + y", (), "refuted"),  # with a complex y the branch is another
    ],
)
def test_claims(tree: str, expression: str, assume: tuple[str, ...], verdict: str) -> None:
    conditions = [condition for text in assume for condition in parse_assumption(text)]
    row = verify_claim(tree, read(Source(expression)), conditions)
    assert row.verdict == verdict
    if verdict == "refuted":
        found = row.counterexample
        assert found is not None
        if found.value is not None:
            assert naive(tree, **found.point) == pytest.approx(found.value)
            assert abs(found.value - found.expected) > 1e-9


def test_certificates_are_rechecked(tmp_path: Path) -> None:
    report = verify(["-1", "ln", "sub"])
    files = write_certificates(report.rows, tmp_path)
    assert len(files) == 9
    for file in files:
        assert recheck(file)["error"] < 1e-12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"postfix": "11xE1EEy1EEx"}, "K is 12"),
        ({"postfix": "1x1EEy1EE11E"[:11]}, "not a certificate"),
        ({"primitive": "add"}, "the tree gives"),
        ({"K": 9}, "K is 11, claimed is 9"),
        ({"format": "other"}, "the format"),
        ({"points": []}, "no points"),
        ({"postfix": "11zE1EEy1EE"}, "other letters"),
    ],
)
def test_wrong_certificates_are_found_out(tmp_path: Path, change: dict[str, object], message: str) -> None:
    (file,) = write_certificates(verify(["sub"], semantics=["ieee"]).rows, tmp_path)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(Wrong, match=message):
        recheck(file)


def test_a_principal_certificate_of_a_tree_that_needs_infinities_is_wrong(tmp_path: Path) -> None:
    (file,) = write_certificates(verify(["minus"], semantics=["extended"]).rows, tmp_path)
    assert recheck(file)["points"] > 10
    file.write_text(json.dumps(json.loads(file.read_text()) | {"semantics": "principal"}))
    with pytest.raises(Wrong, match="ln 0"):
        recheck(file)


def test_what_is_no_primitive_is_named() -> None:
    with pytest.raises(UsageProblem, match="abs is no primitive"):
        verify(["abs"])


# The discovery chain


def chain() -> dict[str, Term]:
    found: dict[str, Term] = {}
    for name, witness in STEPS:
        found[name] = expand(witness, found)
    return found


def test_the_chain_has_the_sizes_of_the_paper() -> None:
    # What the paper's compiler spends where it uses these witnesses: e, exp, ln, x - y, x + y, x^y, 1/2 x.
    sizes = {name: size(term) for name, term in chain().items()}
    expected = {"e": 3, "exp": 3, "ln": 7, "sub": 11, "-1": 17, "2": 27, "add": 27, "pow": 49, "half": 91}
    assert {name: sizes[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("mul", {"x": 3, "y": -2}, -6),
        ("sqrt", {"x": 2}, 2**0.5),
        ("pi", {}, np.pi),
        ("cosh", {"x": 1}, np.cosh(1)),
        ("sigma", {"x": -3}, 1 / (1 + np.exp(3))),
        ("arsinh", {"x": 0.5}, np.arcsinh(0.5)),
    ],
)
def test_steps_of_the_chain_compute_their_functions(
    name: str, point: dict[str, complex], value: complex
) -> None:
    assert naive(to_postfix(chain()[name]), **point) == pytest.approx(value, abs=1e-9)


def test_the_chain_writes_itself_in_postfix() -> None:
    for name in ("ln", "sub", "add"):
        term = chain()[name]
        assert from_postfix(to_postfix(term)) is term


# The command


def test_the_command_prints_a_row_for_each(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    status = main(
        ["eml", "verify", "--primitive", "exp", "--semantics", "ieee", "--json", "--certificate", str(folder)]
    )
    (law,) = json.loads(capsys.readouterr().out)["laws"]
    assert status == 0
    assert (law["name"], law["verdict"], law["K"], law["postfix"]) == ("exp", "proved", 3, "x1E")
    assert main(["eml", "verify", "--recheck", str(folder)]) == 0
    assert "right at" in capsys.readouterr().out


def test_the_command_refutes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eml", "verify", "11xE1EEy1EE", "x + y"]) == 1
    assert "refuted" in capsys.readouterr().out
    assert main(["eml", "verify", "1x"]) == 2
    assert main(["eml", "verify", "--recheck", "nowhere"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x1E"], "found no expression"),
        (["x1E", "exp(x)", "x"], "found 3 arguments"),
        (["x1E", "exp(x)", "--certificate", "there"], "--certificate is about the primitives"),
        (["x1E", "exp(x)", "--primitive", "exp"], "--primitive is about the primitives"),
        (["--chain", "--primitive", "exp"], "--chain goes without"),
        (["--recheck", "there", "x1E", "exp(x)"], "--recheck goes without"),
    ],
)
def test_mistakes_of_the_command(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(["eml", "verify", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_text_names_one_primitive_or_one_semantics() -> None:
    report = verify("exp", semantics="ieee")
    assert [(row.name, row.semantics) for row in report.rows] == [("exp", "ieee")]
    assert next(discovery_chain("ieee")).right.keys() == {"ieee"}


@pytest.mark.parametrize("wrong", [3, [3], ["exp", None]])
def test_what_is_no_name_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageProblem, match=r"expected names of primitives, found (3|None)"):
        verify(primitives=wrong)
    with pytest.raises(UsageProblem, match=r"expected names of semantics, found (3|None)|found 'exp'"):
        discovery_chain(wrong)
    with pytest.raises(UsageProblem, match=r"expected names of semantics, found (3|None)|found 'exp'"):
        verify("exp", semantics=wrong)


def test_a_report_shows_as_the_table_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    report = verify(["exp", "sub"], semantics=["ieee"])
    assert main(["eml", "verify", "--primitive", "exp", "--primitive", "sub", "--semantics", "ieee"]) == 0
    table, count = str(report).rsplit("\n", 1)
    assert table == capsys.readouterr().out.rstrip("\n")
    assert count == "ieee: 2 of 2 generated by eml and 1"
    assert repr(report) == "<Report ieee: 2 of 2 generated by eml and 1>"
    assert repr(report.rows[0]) == "<Row exp, ieee: proved, K 3>"
    assert unescape(report._repr_html_()) == f"<pre>{report}</pre>"
