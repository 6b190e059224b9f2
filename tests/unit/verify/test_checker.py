"""The independent checker: it agrees with the package where that is right, and takes nothing on trust."""

import ast
import json
import sys
from pathlib import Path
from random import Random

import pytest

import calculus
from calculus.fmc.permutation import canonical_form as permuted_form
from calculus.fmc.reduction import contract as fmc_contract
from calculus.fmc.reduction import redexes as fmc_redexes
from calculus.fmc.reduction import reduce as fmc_reduce
from calculus.rmc.dual import dual
from calculus.rmc.normal import normal_form as spans_of
from calculus.rmc.reduction import contract as rmc_contract
from calculus.rmc.reduction import redexes as rmc_redexes
from calculus.rmc.reduction import reduce as rmc_reduce
from calculus.rmc.rules import RULES, SLIDES
from calculus.rmc.structure import canonical_form, flat
from calculus.verify.certificates import Digest, line, tokens
from calculus.verify.checker import enumeration as recount
from calculus.verify.checker import (
    fmc_machine,
    fmc_rules,
    fmc_terms,
    rmc_dual,
    rmc_machine,
    rmc_rules,
    rmc_structure,
    rmc_terms,
)
from calculus.verify.checker.wrong import Wrong
from calculus.verify.enumeration import fmc as fmc_enumeration
from calculus.verify.enumeration import rmc as rmc_enumeration
from calculus.verify.generation import fmc as fmc_generation
from calculus.verify.generation import rmc as rmc_generation

HOME = Path(calculus.__file__).parent / "verify" / "checker"


def test_only_the_standard_library_and_itself_are_imported():
    for path in HOME.glob("*.py"):
        for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(item, ast.Import):
                names = [alias.name for alias in item.names]
            elif isinstance(item, ast.ImportFrom):
                assert item.level == 0 and item.module
                names = [item.module]
            for name in names:
                own = name.startswith("calculus.verify.checker")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, f"{path.name}: {name}"


def fmc_terms_for_tests(count, size):
    rng = Random(11)
    for _ in range(count):
        yield fmc_generation.term(rng.randrange, 1 + rng.randrange(size))


def rmc_terms_for_tests(count, size):
    rng = Random(12)
    for _ in range(count):
        yield rmc_generation.term(rng.randrange, 1 + rng.randrange(size))


class TestFmc:
    def test_texts_are_read_as_the_parser_reads_them(self):
        for term in fmc_terms_for_tests(150, 25):
            assert fmc_terms.tokens(fmc_terms.read(str(term))) == tokens(term)

    @pytest.mark.parametrize(
        "text",
        ["", "[x", "x y", "[x].", "J.x", "<X>.x", "M ; K ->", ")", "a<x", '"', "^J", "x ; ; y", "[x] y"],
    )
    def test_what_is_no_term_is_refused(self, text):
        with pytest.raises(Wrong):
            fmc_terms.read(text)

    def test_each_redex_of_the_package_is_contracted_alike(self):
        rules = set()
        for term in fmc_terms_for_tests(120, 22):
            ours = fmc_terms.read(str(term))
            for redex in fmc_redexes(term)[:5]:
                theirs = fmc_contract(term, redex)
                rules.add(redex.rule.name)
                found = fmc_rules.contract(ours, redex.rule.name, list(redex.position), {})
                assert fmc_terms.tokens(found) == tokens(theirs), (str(term), redex)
        assert {"beta", "select", "reject", "prefix", "unroll"} <= rules

    def test_normal_forms_and_permutations_agree(self):
        compared = 0
        for term in fmc_terms_for_tests(120, 18):
            ours = fmc_terms.read(str(term))
            found = fmc_reduce(term, loops="never", max_steps=200)
            if found.normal:
                compared += 1
                normal = fmc_rules.normal_form(ours)
                assert normal is not None
                assert fmc_terms.tokens(normal) == tokens(found.result)
            assert fmc_terms.tokens(fmc_rules.permuted(ours)) == tokens(permuted_form(term))
        assert compared > 80

    def test_runs_of_programs_with_known_results(self):
        for text, expected in [
            ("[7].[2].sub", ["5"]),
            ("([1].K; I->[9]); K->[2]", ["1", "2"]),
            ("[[1].K].<f>.(f; [8]); K->[2]", ["1", "2"]),
            ("([E].<f>.(f;E->[1]); E->[2])", ["1"]),
            ("[<x>.<y>.x].<k>.[[9]].[[8]].k", ["8"]),
        ]:
            found = fmc_machine.run(fmc_terms.read(text), {})
            assert found.exit == "*"
            assert [value.label for value in found.stacks["λ"]] == expected

    def test_deep_terms_are_no_trouble(self):
        depth = 5_000
        text = "[" * depth + "x" + "]" * depth
        term = fmc_terms.read(text)
        assert fmc_rules.is_normal(term)
        pushes = fmc_terms.read(".".join(["[1]"] * depth) + "." + ".".join(["<x>"] * depth))
        assert fmc_machine.run(pushes, {}).stacks == {}
        assert fmc_rules.permuted(term) is term


class TestRmc:
    def test_each_redex_of_the_package_is_contracted_alike(self):
        rules = set()
        for term in map(flat, rmc_terms_for_tests(150, 22)):
            ours = rmc_terms.read(str(term))
            for redex in rmc_redexes(term, (*RULES, *SLIDES))[:5]:
                theirs = rmc_terms.read(str(rmc_contract(term, redex)))
                rules.add(redex.rule.name)
                found = rmc_rules.contract(ours, redex.rule.name, redex.position, {})
                assert rmc_structure.alike(found, theirs), (str(term), redex)
        assert {"unify", "clash", "swap", "distrib-left", "hoist-right", "drop", "unroll"} <= rules

    def test_normal_forms_agree(self):
        for term in rmc_terms_for_tests(60, 10):
            found = rmc_reduce(term, max_steps=500)
            if found.normal:
                normal = rmc_rules.normal_form(rmc_terms.read(str(term)))
                assert normal is not None
                assert rmc_structure.alike(normal, rmc_terms.read(str(found.result)))

    def test_terms_are_alike_if_their_canonical_forms_are_the_same(self):
        terms = list(rmc_enumeration.space(4).range(0, 60))
        read = [rmc_terms.read(str(term)) for term in terms]
        forms = [canonical_form(term) for term in terms]
        for left, ours in zip(read, forms, strict=True):
            for right, theirs in zip(read, forms, strict=True):
                assert rmc_structure.alike(left, right) == (ours is theirs)

    def test_summands_that_differ_only_in_outer_variables_are_matched(self):
        left = rmc_terms.read("ex x y. ([x] + [y])*; [F(x, y)]")
        right = rmc_terms.read("ex y x. ([x] + [y])*; [F(x, y)]")
        assert rmc_structure.alike(left, right)
        other = rmc_terms.read("ex x y. ([x] + [x])*; [F(x, y)]")
        assert not rmc_structure.alike(left, other)

    def test_spans_agree(self):
        spans = rmc_enumeration.space(6)
        for term in list(spans.range(0, spans.total))[::9]:
            ours = " | ".join(sorted(rmc_machine.spans(rmc_terms.read(str(term))).elements()))
            assert line(term, spans_of(term)) == f"{tokens(term)} -> {ours}"

    def test_a_variable_does_not_occur_in_what_it_is_bound_to(self):
        assert not rmc_machine.spans(rmc_terms.read("ex x. [S(x)]; <x>"))

    def test_duals_agree(self):
        for term in rmc_terms_for_tests(60, 14):
            turned = rmc_dual.dual(rmc_terms.read(str(term)))
            assert rmc_structure.alike(turned, rmc_terms.read(str(dual(term))), sums_commute=False)


@pytest.mark.parametrize(
    ("calculus", "signature", "size"),
    [
        ("fmc", {"locations": ["λ", "a"], "labels": ["*", "J"], "free": ["x"], "loops": True}, 4),
        (
            "fmc",
            {"locations": ["λ"], "labels": ["*"], "loops": ["*"], "primitives": ["add"], "literals": [1]},
            5,
        ),
        ("rmc", {"locations": ["λ", "a"], "constructors": [["A", 0], ["S", 1]], "stars": False}, 5),
        ("rmc", {"locations": ["λ"], "constructors": [["A", 0], ["F", 2]], "stars": True, "tests": True}, 5),
    ],
)
def test_enumerations_are_recounted(calculus, signature, size):
    options = json.loads(json.dumps(signature))
    if "constructors" in options:
        options["constructors"] = [tuple(pair) for pair in options["constructors"]]
    space = (fmc_enumeration if calculus == "fmc" else rmc_enumeration).space(size, **options)

    def normal(term):
        if calculus == "fmc":
            return fmc_reduce(term, loops="never").result
        form = spans_of(term, max_steps=10_000)
        return form if form.normal and not options["stars"] else None

    terms = list(space.range(0, space.total))
    if options.get("stars"):
        lines = [line(term, None if "*" in str(term) else spans_of(term)) for term in terms]
    else:
        lines = [line(term, normal(term)) for term in terms]
    digest = Digest(lines)
    assert recount.digested(calculus, signature, size) == (digest.count, str(digest))
    assert digest.count > 200


def test_what_is_too_much_to_enumerate_is_counted():
    signature = {"locations": ["λ", "a"], "labels": ["*", "J"], "free": ["x"], "loops": False}
    count, digest = recount.digested("fmc", signature, 9)
    assert (count, digest) == (sum((3, 8, 56, 368, 2_752, 22_176, 184_960, 1_619_584, 14_609_920)), None)
