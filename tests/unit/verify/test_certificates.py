"""Certificates: written, checked, and rejected whatever in them is changed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import calculus
from calculus.fmc import reduction as fmc_reduction
from calculus.fmc.equality import equal
from calculus.machine.budget import Budget
from calculus.machine.effects import Effects
from calculus.machine.engine import run as run_state
from calculus.machine.rewriting import Step
from calculus.machine.state import Closure, State
from calculus.rmc import reduction as rmc_reduction
from calculus.rmc.dual import dual
from calculus.rmc.normal import normal_form as spans_of
from calculus.rmc.structure import flat
from calculus.source.diagnostic import FileProblem, UsageProblem
from calculus.term import Term
from calculus.verify.certificates import Digest, claims, line, write
from calculus.verify.checker.claims import CHECKS
from calculus.verify.checker.directory import check_directory
from calculus.verify.checker.wrong import Unchecked, Wrong
from calculus.verify.enumeration import fmc as fmc_enumeration
from calculus.verify.finding import Claim, Finding
from calculus.verify.independent.typing import Search
from calculus.verify.properties.fmc.typing import Inferred, typed_claim
from calculus.verify.rechecking import recheck


def fmc(text: str) -> Term:
    return calculus.parse("fmc", text)


def rmc(text: str) -> Term:
    return calculus.parse("rmc", text)


def reduces(text: str, **definitions: str) -> Claim:
    known = {name: fmc(body) for name, body in definitions.items()}
    path = fmc_reduction.reduce(fmc(text), definitions=known or None).path
    return claims.reduces("fmc", fmc(text), path, known)


def relation_reduces(text: str) -> Claim:
    return claims.reduces("rmc", rmc(text), rmc_reduction.reduce(rmc(text)).path)


def joins(language: str, text: str) -> Claim:
    """A fork to different terms, joined by normal forms."""
    module = fmc_reduction if language == "fmc" else rmc_reduction
    term = fmc(text) if language == "fmc" else flat(rmc(text))
    steps = [
        Step(redex.rule.name, redex.position, None, module.contract(term, redex), 0)
        for redex in module.redexes(term)
    ]
    right = next(step for step in steps if step.term is not steps[0].term)
    paths = [module.reduce(step.term).path for step in (steps[0], right)]
    return claims.joins(language, term, steps[0], right, *paths)


def ended(term: Term, stacks: dict[str, list[Term]], inputs: list[Term], known: dict[str, Term]) -> Any:
    closures = {place: [Closure(value, {}) for value in values] for place, values in stacks.items()}
    state = State(term, known, closures, Effects(inputs, 0))
    run_state(state, Budget(10_000), "reference")
    assert state.status == "done"
    return SimpleNamespace(exit=state.exit, stacks=state.memory())


def runs(text: str, stacks: str = "", inputs: str = "", **definitions: str) -> Claim:
    memory = {"λ": [fmc(value) for value in stacks.split()]}
    read = [fmc(value) for value in inputs.split()]
    known = {name: fmc(body) for name, body in definitions.items()}
    found = ended(fmc(text), memory, read, known)
    return claims.runs(fmc(text), found, stacks=memory, inputs=read, definitions=known)


def answers(text: str, stacks: dict[str, list[str]]) -> Claim:
    values = {
        place: [calculus.parse("rmc", f"[{v}]").children[0] for v in stack] for place, stack in stacks.items()
    }
    search = calculus.solve("rmc", rmc(text), stacks=stacks, count=True)
    list(search)
    assert search.complete
    return claims.answers(rmc(text), search.answers, stacks=values)


def differ(left: str, right: str, then: str | None = None) -> Claim:
    memory = {"λ": [fmc("4")]}
    outcomes = [ended(fmc(then or "it"), memory, [], {"it": fmc(text)}) for text in (left, right)]
    after = None if then is None else fmc(then)
    return claims.differ_runs(fmc(left), fmc(right), outcomes, stacks=memory, then=after)


def relations_differ(left: str, right: str) -> Claim:
    stacks = {"λ": ["S(B)"]}
    values = {"λ": [rmc("[S(B)]").children[0]]}
    found = []
    for text in (left, right):
        search = calculus.solve("rmc", rmc(text), stacks=stacks, count=True)
        list(search)
        found.append(search.answers)
    return claims.differ_answers(rmc(left), rmc(right), found, level="set", stacks=values)


def typed(text: str) -> Claim:
    term = fmc(text)
    found, search = Inferred(term), Search(term)
    shown = str(found)
    derived = next(search.derivations(term, {}, *found.by_rules(search), {}))
    return typed_claim(term, derived, search, shown)


def same(left: str, right: str) -> Claim:
    verdict = equal(fmc(left), fmc(right))
    assert verdict.proof is not None
    return claims.same("fmc", fmc(left), fmc(right), verdict.proof.left, verdict.proof.right)


SIGNATURE = {"locations": ["λ", "a"], "labels": ["*", "J"], "free": ["x"], "loops": False}


def enumerated(size: int, start: int, stop: int) -> Claim:
    terms = fmc_enumeration.space(size, **SIGNATURE).range(start, stop)
    return claims.enumerated(
        "fmc", SIGNATURE, size, Digest(line(term, fmc_reduction.reduce(term).result) for term in terms)
    )


CLAIMS: dict[str, Callable[[], Claim]] = {
    "reduces": lambda: reduces("[[1].K].<f>.(f; [8]); K->d", d="[2].[3].add"),
    "reduces, relations": lambda: relation_reduces("ex x. ([A] + [x]a); <x>; a<A>"),
    "joins": lambda: joins("fmc", "[[1].<x>.x].<f>.[2]a.a<y>.f"),
    "joins, relations": lambda: joins("rmc", "ex x. ([A]; <x>; [x]a) + ex y. [B]a; <y>"),
    "equal": lambda: same("[1].[2]a.<x>.[x]b", "[1]b.[2]a"),
    "normal-form": lambda: claims.normal("fmc", fmc("[2].<x>.[x].[3].add.[J].K"), fmc("[5].[J].K")),
    "normal-form, relations": lambda: claims.normal(
        "rmc", rmc("ex x. [A]; <x>; [F(x)]a"), rmc_reduction.reduce(rmc("ex x. [A]; <x>; [F(x)]a")).result
    ),
    "runs": lambda: runs("<x>.in<y>.[x].[y].d ; E -> [9]", "5", "7", d="add.E"),
    "answers": lambda: answers("ex x. <S(x)>; ([x]a + [x]a + [A]a)", {"λ": ["S(B)"]}),
    "answers, open": lambda: answers("ex x y. <F(x, y)>; [x]; [y]", {"λ": ["F(u, u)"]}),
    "spans": lambda: claims.spans(
        rmc("ex x. <S(x)>; ([x] + [x] + <A>)"), spans_of(rmc("ex x. <S(x)>; ([x] + [x] + <A>)"))
    ),
    "dual": lambda: claims.dual(rmc("ex x. <S(x)>; ([x] + a<A>)*"), dual(rmc("ex x. <S(x)>; ([x] + a<A>)*"))),
    "differ": lambda: differ("<x>.[x].[1].add", "<x>.[x].[2].add"),
    "differ, then": lambda: differ("[<x>.[x].[1].add]", "[<x>.[x].[2].add]", "it ; <f>.f"),
    "differ, relations": lambda: relations_differ("ex x. <S(x)>; [x]a", "ex x. <x>; [x]a"),
    "typed": lambda: typed("<x>.[x].[1].add.<y>.[[y].K].<f>.f ; K -> [True].not"),
}

VOID = {"complete", "level", "types", "labels", "locations"}
"""What may change in a claim that still holds: how much was searched; parts of types that are not used."""


def changes(value: Any) -> Iterator[Any]:
    """Other values of the same shape."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        yield value + 1
        yield value - 1
    elif isinstance(value, str):
        # A location that is used nowhere else makes it another term.
        yield f"[9]zz.({value})"
        yield f"[A]zz; ({value})"
        yield "Unheard"
        yield ""
    elif isinstance(value, list):
        yield [*value, *value[-1:]] if value else [0]
        if value:
            yield value[:-1]
            yield value[1:]
    elif used := [name for name, item in value.items() if item]:
        yield {name: item for name, item in value.items() if name != used[0]}


def tampered(claim: Any) -> Iterator[Any]:
    """The claim with one thing in it changed, everywhere and in several ways."""
    if isinstance(claim, dict):
        for name, value in claim.items():
            if name not in VOID:
                for other in (*changes(value), *tampered(value)):
                    yield {**claim, name: other}
    elif isinstance(claim, list):
        for number, value in enumerate(claim):
            for other in (*changes(value), *tampered(value)):
                yield [*claim[:number], other, *claim[number + 1 :]]


def verdict(claim: Claim) -> str:
    try:
        CHECKS[claim["claim"]](claim)
    except Unchecked:
        return "unchecked"
    except (Wrong, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return "wrong"
    return "holds"


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds_and_does_not_if_anything_in_it_is_changed(name: str) -> None:
    claim = json.loads(json.dumps(CLAIMS[name]()))
    assert verdict(claim) == "holds"
    # Inputs that are not read do not matter.
    read = claim.get("inputs")
    others = [other for other in tampered(claim) if other != claim and other.get("inputs") in (read, [])]
    assert len(others) >= 10
    for other in others:
        assert verdict(other) != "holds", json.dumps(other)


def test_an_enumeration_in_pieces_is_recounted_as_a_whole(tmp_path: Path) -> None:
    pieces = [enumerated(4, 0, 100), enumerated(4, 100, 435)]
    certify(tmp_path, *pieces)
    assert check_directory(tmp_path).checked == {"enumerated": 2}
    for number, name, value in [
        (0, "count", 101),
        (1, "digest", f"{int(pieces[1]['digest'], 16) + 1:064x}"),
        (1, "digest", pieces[1]["digest"][1:]),
        (0, "size", 3),
        (0, "calculus", "rmc"),
        (1, "signature", {**SIGNATURE, "labels": ["*", "K"]}),
        (1, "signature", {}),
    ]:
        changed = [dict(piece) for piece in pieces]
        changed[number][name] = value
        certify(tmp_path, *changed)
        assert check_directory(tmp_path).wrong, (number, name)
    certify(tmp_path, pieces[0])
    assert not check_directory(tmp_path).ok


def certify(directory: Path, *found: Claim, name: str = "tested") -> Path:
    (path,) = write(directory, [Finding(name, "proved", claims=found, where="fmc")], {"size": 4})
    return path


def test_the_same_findings_give_the_same_bytes_and_names_that_are_free(tmp_path: Path) -> None:
    findings = [
        Finding("Swap & Twice!", "proved", "a statement", "a method", claims=(typed("[1]"),), where="x.fmc"),
        Finding("swap twice", "proved", claims=(typed("[2]"),), where="x.fmc"),
        Finding("nothing to write", "unknown"),
    ]
    first = [path.name for path in write(tmp_path / "one", findings, {"seed": 0, "seconds": 1.5})]
    write(str(tmp_path / "two"), findings, {"seed": 0})
    assert first == ["x-fmc-swap-twice.jsonl", "x-fmc-swap-twice-2.jsonl"]
    for name in (*first, "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert check_directory(tmp_path / "one").checked == {"typed": 2}
    header = json.loads((tmp_path / "one" / first[0]).read_text(encoding="utf-8").splitlines()[0])
    assert header["statement"] == "a statement" and header["plan"] == {"seed": 0} and header["claims"] == 1


def test_files_are_those_of_the_manifest(tmp_path: Path) -> None:
    path = certify(tmp_path, CLAIMS["dual"](), CLAIMS["runs"]())
    assert check_directory(tmp_path).checked == {"dual": 1, "runs": 1}
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("in<y>", "in<z>"), encoding="utf-8")
    assert [str(item) for item in check_directory(tmp_path).wrong] == [
        f"{path.name}: its digest is not that of the manifest"
    ]
    path.write_text(text, encoding="utf-8")
    (tmp_path / "more.jsonl").write_text(text, encoding="utf-8")
    assert "does not list" in check_directory(tmp_path).wrong[0].reason
    (tmp_path / "more.jsonl").unlink()
    path.unlink()
    assert check_directory(tmp_path).wrong[0].reason == "the file is missing"
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    assert not check_directory(tmp_path).ok


def test_a_claim_is_lost_or_none(tmp_path: Path) -> None:
    for keep in (lambda lines: lines[:-1], lambda lines: [*lines, lines[-1]], lambda lines: []):
        path = certify(tmp_path, CLAIMS["dual"](), CLAIMS["runs"]())
        lines = keep(path.read_text(encoding="utf-8").splitlines(True))
        path.write_text("".join(lines), encoding="utf-8")
        manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
        manifest["files"][path.name]["sha256"] = sha256("".join(lines).encode()).hexdigest()
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        assert not check_directory(tmp_path).ok


def test_what_cannot_be_checked_is_said(tmp_path: Path) -> None:
    certify(tmp_path, {"claim": "typed", "term": "[1]", "type": "=> Int"}, {"claim": "unheard of"})
    found = recheck(tmp_path)
    assert found.ok and [item.line for item in found.unchecked] == [2, 3]
    assert "a type without its derivation" in str(found)
    assert found.to_json()["unchecked"][1]["reason"] == "no claims of the kind unheard of are known"


def test_certificates_of_eml_and_rlm_go_to_their_own_checkers(tmp_path: Path) -> None:
    eml = {
        "format": "calculus eml certificate 1",
        "postfix": "x1E",
        "K": 3,
        "semantics": "principal",
        "primitive": "exp",
        "points": [{"x": ["0.5", "0"]}],
        "error": 0.0,
    }
    certify(tmp_path, {"claim": "eml-primitive", "certificate": eml})
    assert recheck(tmp_path).checked == {"eml-primitive": 1}
    certify(tmp_path, {"claim": "eml-primitive", "certificate": {**eml, "postfix": "x11E"}})
    assert not recheck(tmp_path).ok
    certify(tmp_path, {"claim": "rlm-plan", "certificate": {}})
    assert not recheck(tmp_path).ok


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    certify(tmp_path, CLAIMS["reduces"]())
    run = [sys.executable, "-m", "calculus.verify.checker", str(tmp_path)]
    found = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "1 certificates, 1 claims hold: 1 reduces\n"
    certify(tmp_path, {**CLAIMS["reduces"](), "result": "[1]"})
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1
    assert subprocess.run(run[:-1], capture_output=True, check=False).returncode == 2


def test_a_directory_without_certificates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"which has no manifest\.json"):
        recheck(tmp_path)


@pytest.mark.parametrize("files", [["a.jsonl"], {"a.jsonl": 1}, 3])
def test_a_manifest_that_lists_no_files_is_wrong(files: object, tmp_path: Path) -> None:
    manifest = {"format": "calculus certificate 1", "files": files}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = recheck(tmp_path)
    assert not result.ok and "manifest.json" in str(result)


def test_a_place_that_holds_no_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileProblem, match=r"cannot write certificates into .*file"):
        write(tmp_path / "file", [])
    (tmp_path / "manifest.json").write_text('{"name": "of something else"}')
    with pytest.raises(FileProblem, match="expected a manifest of certificates"):
        write(tmp_path, [])
