"""Laws of λ-RLM: verdicts against what evaluation by the definition shows, and what is wrong with laws."""

from typing import Any

import pytest

from calculus.rlm.calculus import RLM
from calculus.rlm.planning import plan, recheck
from calculus.rlm.program import parse_program
from calculus.rlm.prompts import prompt
from calculus.rlm.types.infer import infer_term
from calculus.rlm.types.nodes import text as type_text
from calculus.source.diagnostic import CalculusError
from calculus.source.text import Source
from calculus.verify.finding import Finding
from calculus.verify.independent.combinators import Given, evaluated
from calculus.verify.laws import mistakes
from calculus.verify.laws.rlm.values import applied, arguments, givens, rows, shown, used
from calculus.verify.laws.verifying import verify

DEFINITIONS = """\
def leaf = \\P. oracle (ask "Read." query P)

def count = fix f. \\P. if size P <= tau then leaf P else merge_counts (map f (split k P))

def twice = \\x. x ++ x

"""
PLANNED = "where n = 1000000, window = 8192"


def decided(law: str, more: str = "", **options: Any) -> Finding:
    """The finding on one law."""
    (finding,) = verify(f"{DEFINITIONS}law l: {law}\n\n{more}", "rlm", **options).findings
    return finding


PROVED = [
    ("count : Text ~> Text", "type inference"),
    ("twice : Text -> Text", "type inference"),
    ("twice : Text ~> Text", "type inference"),
    ("(\\x. [x]) : a -> List a", "type inference"),
    ("(\\f xs. map f xs) : (Int -> Bool) -> List Int -> List Bool", "type inference"),
    ("count document terminates", "guarded recursion on smaller parts"),
    ("twice terminates", "guarded recursion on smaller parts"),
    ("twice deterministic", "effects"),
    ("size document deterministic", "effects"),
    ("length (pairs [1, 2, 3]) = 3", "evaluation"),
    ("twice = \\y. y ++ y", "the same term"),
    ("(\\b. not (not b)) = \\x. not (not x)", "the same term"),
    ("(\\b. not (not b)) = \\b. b", "all arguments"),
    ("(\\a b. not (a and b)) = \\a b. not a or not b", "all arguments"),
    ('twice document answers "abab" where document = "ab"', "evaluation"),
    ('split k document answers ["ab", "c"] where document = "abc", k = 2', "evaluation"),
    (f"count document within calls <= 133, depth <= 1, cost <= 1.3 {PLANNED}", "the planner's certificate"),
    (f"count document within calls <= n / tau + 1, tokens <= 2 * n {PLANNED}", "the planner's certificate"),
    (f"count document within calls <= leaves, longest <= window {PLANNED}", "the planner's certificate"),
    ('count document within calls <= 1 where document = "ab"', "the planner's certificate"),
]


@pytest.mark.parametrize(("law", "by"), PROVED)
def test_laws_that_are_proved(law: str, by: str) -> None:
    finding = decided(law)
    assert (finding.verdict, finding.by) == ("proved", by)
    assert finding.explained


REFUTED: list[tuple[str, dict[str, Any]]] = [
    (
        "count : Text -> Text",
        {"type": "Text ~> Text", "problem": "a function that should ask nothing may ask"},
    ),
    ("twice : a -> a", {"type": "Text -> Text", "problem": "expected a, found Text"}),
    ("length (pairs [1, 2, 3]) = 4", {"left": "3", "right": "4"}),
    ("parse document = lines document", {"document": '""', "left": "[]", "right": "[]"}),
    ("peek 0 1 document = document", {"document": '"é"', "left": '""', "right": '"é"'}),
    ("(\\x. x + 1) = \\x. 1", {"arguments": ["1"], "left": "2", "right": "1"}),
    ("1 / 0 = 1", {"left": "no value: division by zero", "right": "1"}),
    ('twice document answers "ab" where document = "ab"', {"document": '"ab"', "left": '"abab"'}),
    (f"count document within calls <= 100 {PLANNED}", {"calls <= 100": "calls 133"}),
    (f"count document within calls <= 133, depth <= 0 {PLANNED}", {"depth <= 0": "depth 1"}),
    ("count document within calls <= 9 where n = 1000000, window = 9", {"plan": None}),
]


@pytest.mark.parametrize(("law", "example"), REFUTED)
def test_laws_that_are_refuted(law: str, example: dict[str, Any]) -> None:
    finding = decided(law)
    assert finding.verdict == "refuted"
    assert finding.counterexample is not None
    assert finding.explained
    if law.startswith("parse"):
        # Blank lines are what the two differ in.
        assert finding.counterexample["left"] != finding.counterexample["right"]
        return
    assert {name: finding.counterexample[name] for name in example} == example


def test_answers_that_matter_are_found() -> None:
    finding = decided("count document deterministic")
    assert finding.verdict == "refuted"
    assert finding.counterexample is not None
    assert finding.counterexample["with one oracle"] != finding.counterexample["with another"]
    # That an answer is thrown away is not seen in the types, nor by running.
    assert decided("size (peek 0 0 (oracle document)) deterministic").verdict == "unknown"
    assert decided("count deterministic").verdict == "unknown"


UNKNOWN = [
    ("concat (split k document) = document", "compared"),
    ("twice = \\y. concat [y, y]", "compared"),
    ("(\\f. map f [1]) = \\f. [f 1]", "given up"),
    ("1 / 0 = 2 / 0", "left"),
    ('twice document answers "aa"', "given up"),
    ('oracle "a" answers "b"', "given up"),
    ("count document within calls <= 1 / 0 where n = 9", "bound"),
]


@pytest.mark.parametrize(("law", "key"), UNKNOWN)
def test_what_is_unknown_says_what_was_tried(law: str, key: str) -> None:
    finding = decided(law)
    assert finding.verdict == "unknown"
    assert key in finding.tried


def test_the_limits_end_a_comparison() -> None:
    finding = decided("concat (split k document) = document", max_seconds=0)
    assert (finding.verdict, finding.tried["stopped by"]) == ("unknown", "seconds")


def test_bounds_are_those_of_a_plan_and_its_certificate_is_kept() -> None:
    finding = decided(f"main within calls <= 200 {PLANNED}", "count document\n")
    (claim,) = finding.claims
    assert recheck(claim["certificate"]) == []
    found = plan(f"{DEFINITIONS}count document\n", size=1_000_000, window=8192)
    assert claim["certificate"]["calls"] == found.calls == 133
    assert claim["certificate"]["n"] == 1_000_000


def test_a_certificate_that_does_not_hold_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calculus.verify.laws.rlm.bounds.recheck", lambda certificate: ["wrong"])
    finding = decided(f"count document within calls <= 200 {PLANNED}")
    assert (finding.verdict, finding.tried) == ("unknown", {"certificate": "wrong"})


def test_equations_agree_with_the_definition() -> None:
    """What is refuted is so by the textbook evaluator too, and what is proved is not."""
    sides = ["document ++ document", "twice document", "concat (lines document)", "document"]
    for place, left in enumerate(sides):
        for right in sides[place + 1 :]:
            finding = decided(f"{left} = {right}")
            different = [
                text
                for text in ("", "a", "b", "\n", "a\nb", "aa")
                if _by_definition(left, text) != _by_definition(right, text)
            ]
            assert (finding.verdict == "refuted") == bool(different), (left, right)
            if finding.counterexample is not None:
                shown_text = finding.counterexample["document"]
                text = shown_text[1:-1].replace("\\n", "\n")
                assert _by_definition(left, text) != _by_definition(right, text)


def _by_definition(term: str, document: str) -> Any:
    program = parse_program(Source(f"{DEFINITIONS}{term}\n"))
    given = Given(document, "", 2, 4, lambda asked: "", prompt, lambda texts: "")
    return evaluated(program, given)


WRONG = [
    ("size 1 = 2", "expected `Text`, found `Int`"),
    ("foo = 2", "`foo` is not bound"),
    ('1 = "a"', "expected a term of type `Int`, found `Text`"),
    ('"a" : Text ->', "expected a type, found the end of the law"),
    ('"a" : Foo', "expected a type, found `Foo`"),
    ('"a" : (Text', "expected `)`, found the end of the law"),
    ('"a" : Text Int', "expected an arrow or the end of the type, found `Int`"),
    ('"a" : ' + "(" * 201, "expected a type of at most 200 words, found 201"),
    ("twice terminates now", "expected the end of the law after `terminates`, found `now`"),
    ('"a" within call <= 3', "expected a bound of the plan, found `call <= 3`"),
    ('"a" within calls <= size where n = 3', "expected a number of which nothing is asked"),
    ('"a" within calls <= number (oracle "a") where n = 3', "expected a number of which nothing is asked"),
    ('"a" within calls <= 3 where m = 3', "expected a setting, found `m = 3`"),
    ('"a" within calls <= 3 where n = "x"', 'expected a whole number as n, found `"x"`'),
    ('"a" within calls <= 3 where n = 1.5', "expected a whole number as n, found `1.5`"),
    ('"a" within calls <=', "expected a number after `<=`"),
    ('"a" answers "b" where window = 3', "expected a setting, found `window = 3`"),
    ('"a" == "a"', "expected `=`, `:`, `terminates`, `deterministic`, `answers` or `within`"),
]


@pytest.mark.parametrize(("law", "message"), WRONG)
def test_what_is_wrong_with_a_law(law: str, message: str) -> None:
    source = Source(f"{DEFINITIONS}law l: {law}\n", "laws.rlm")
    with pytest.raises(CalculusError) as found:
        verify(source)
    assert message in found.value.diagnostic.message
    span = found.value.diagnostic.span
    assert span is not None
    assert span.source is source
    assert span.start >= source.text.index("law l")


def test_all_mistakes_of_all_laws_are_told() -> None:
    source = Source(f"{DEFINITIONS}law a: foo = bar\n\nlaw b: twice : Foo\n")
    assert len(mistakes("rlm", RLM().parse(source))) == 3


def test_the_layout_keeps_what_a_law_says() -> None:
    text = (
        f"{DEFINITIONS}law a:twice  :Text->Text\n\n"
        'law b: count document within calls<=n/tau+1,cost<=0.5 where n=1000000,by="lines"\n'
    )
    laid = RLM().format(Source(text))
    assert laid.splitlines()[-3:] == [
        "law a: twice : Text -> Text",
        "",
        'law b: count document within calls <= n / tau + 1, cost <= 0.5 where n = 1000000, by = "lines"',
    ]
    assert RLM().format(Source(laid)) == laid


def test_arguments_are_of_their_types_and_small_ones_come_first() -> None:
    scheme = infer_term(parse_program(Source('\\t n b xs. if b then [t ++ ""] else xs')).main)  # type: ignore[arg-type]
    types, _ = arguments(scheme.type)
    assert [type_text(type) for type in types] == ["Text", "a", "Bool", "List Text"]
    row = next(rows(types))
    assert [str(argument) for argument in row] == ['""', "0", "False", "[]"]
    function = parse_program(Source('\\t n b xs. if b then [t ++ ""] else xs')).main
    assert function is not None
    for row in list(rows(types))[:50]:
        assert type_text(infer_term(applied(function, row))) == "List Text"


def test_what_is_used_decides_what_is_tried() -> None:
    program = parse_program(Source(f"{DEFINITIONS}count document\n"))
    assert used(program) == {"document", "query", "k", "tau"}
    assert len(list(givens(set()))) == 1
    assert len({item["document"] for item in givens({"document"})}) > 50
    assert all(item["tau"] >= 4 or item["document"].isascii() for item in givens({"document", "tau"}))
    assert shown([("a\n", 1), (True, "é")]) == '[("a\\n", 1), (True, "é")]'
