"""Plans: what a program asks, which k and τ are chosen, and what is refused."""

import re
import sys
from itertools import product
from types import ModuleType

import pytest

from calculus.rlm.library import load_program, tasks
from calculus.rlm.planning import Certificate, Model, PlanProblem, plan, recheck
from calculus.rlm.planning.costs import candidates, false_positive_factor
from calculus.rlm.planning.shape import shape
from calculus.rlm.planning.units import Amount, tokens
from calculus.rlm.prompts import overhead, prompt
from calculus.rlm.text import Document
from calculus.source.diagnostic import CalculusError, FileProblem, TypeProblem, UsageProblem

LEAF = 'oracle (ask "Read." query P)'
SYMBOLIC = f"(fix f. \\P. if size P <= tau then {LEAF} else concat (map f (split k P))) document"
NEURAL = (
    f"(fix f. \\P. if size P <= tau then {LEAF} else\n"
    '  oracle (ask_all "Join." query (map f (split k P)))) document'
)
FILTERED = (
    'def relevant = \\c. contains "YES" (oracle (ask "Relevant?" query (peek 0 50 c)))\n\n'
    f"(fix f. \\P. if size P <= tau then {LEAF} else\n"
    "  best (map f (filter relevant (split k P)))) document"
)
QUERY = "How many?"


def hint(found: pytest.ExceptionInfo[PlanProblem]) -> str:
    """What a refusal says that would do."""
    return found.value.diagnostic.help or ""


# What is counted


def test_a_plan_has_the_numbers_of_the_formulas() -> None:
    n, k, tau, o, o_f = 10_000, 5, 300, 40, 6
    leaves, internal, depth = shape(n, k, tau)
    for text, merges, filters in ((SYMBOLIC, 0, 0), (NEURAL, 1, 0), (FILTERED, 0, 1)):
        found = plan(text, size=n, query=QUERY, k=k, tau=tau, max_output=o, filter_output=o_f, price_out=7.0)
        children = leaves + internal - 1
        assert (found.leaves, found.internal, found.depth) == (leaves, internal, depth)
        assert found.calls == leaves + internal * merges + children * filters
        assert found.h == overhead("Read.", QUERY)
        assert found.g == merges * overhead("Join.", QUERY, k)
        assert found.h_f == filters * overhead("Relevant?", QUERY)
        assert found.p == 50 * filters
        expected = n + found.h * leaves
        expected += merges * (children * o + found.g * internal)
        expected += filters * children * (found.p + found.h_f)
        assert found.tokens_in == expected
        assert found.tokens_out == o * leaves + merges * o * internal + filters * children * o_f
        assert found.cost == pytest.approx((expected * 1.0 + found.tokens_out * 7.0) / 1e6)
        prompts = [tau + found.h + o]
        prompts += [k * o + found.g + o] * merges + [found.p + found.h_f + o_f] * filters
        assert found.longest == max(prompts)
        assert found.calls_exact is (filters == 0)


def test_a_prompt_is_as_long_as_planned() -> None:
    # h is the length of a prompt beside its text, to the byte.
    found = plan(SYMBOLIC, size=1000, query=QUERY, tau=100, k=3)
    text = "x" * 34
    assert found.h + len(text) == len(prompt("Read.", QUERY, [text]))


def test_what_calls_are_for() -> None:
    found = plan(load_program("multi_hop"), size=100_000, window=8192)
    assert sorted(found.roles.values()) == ["filter", "leaf", "merge", "merge"]


def test_every_task_has_a_plan() -> None:
    for name in tasks():
        found = plan(name, size=1_000_000, window=32_768, max_output=64)
        assert found.fits and found.calls >= found.leaves > -1
        assert found.longest <= found.window


def test_a_detection_is_one_call_more_and_retries_multiply() -> None:
    plain = plan(NEURAL, size=9000, k=3, tau=500)
    more = plan(NEURAL, size=9000, k=3, tau=500, detect=True, retries=2)
    assert more.calls == plain.calls + 1
    assert more.calls_most == 3 * more.calls
    assert more.chain == plain.chain + 1


def test_the_sizes_of_a_document_are_its_own() -> None:
    text = "aé😀" * 100
    for measure, n in (("bytes", 700), ("characters", 300)):
        found = plan(SYMBOLIC, document=text, k=3, tau=20, measure=measure)
        assert (found.n, found.unit, found.counted) == (n, measure, "document")
        assert found.document == Document(text).digest
    # In characters the tree is that of the formula; in bytes it is the real one, and the formula's beside it.
    assert (found.leaves, found.internal, found.depth) == shape(300, 3, 20)
    assert found.trees[0]["formula"] == dict(
        zip(("leaves", "internal", "depth"), shape(300, 3, 20), strict=True)
    )


def test_a_known_condition_is_decided() -> None:
    text = f"if size document <= 1000 then oracle document else {SYMBOLIC}"
    assert plan(text, size=1000, k=2, tau=100).calls == 1
    assert plan(text, size=1001, k=2, tau=100).calls == shape(1001, 2, 100).leaves


def test_of_two_ways_the_one_with_more_calls_is_planned() -> None:
    text = 'if contains "a" document then oracle (oracle query) else oracle document'
    found = plan(text, size=100)
    assert (found.calls, found.calls_exact) == (2, False)
    assert any("condition" in line for line in found.assumptions)
    same = 'if contains "a" document then oracle "1" else oracle "22"'
    assert (plan(same, size=100).calls, plan(same, size=100).calls_exact) == (1, True)


def test_recursions_add_up() -> None:
    one = plan(SYMBOLIC, size=1000, k=2, tau=100)
    two = plan(f"({SYMBOLIC}, {NEURAL})", size=1000, k=2, tau=100)
    assert len(two.trees) == 2
    assert two.calls == 2 * one.calls + two.internal // 2
    assert two.leaves == 2 * one.leaves


# What is chosen


def test_the_leaf_is_as_large_as_the_window_allows() -> None:
    found = plan(SYMBOLIC, size=10**6, query=QUERY, window=4000, max_output=100)
    assert found.tau == 4000 - 100 - overhead("Read.", QUERY)
    assert found.k == -(-(10**6) // found.tau)
    assert (found.depth, found.longest) == (1, 4000)


@pytest.mark.parametrize("window", [1500, 2000, 3000, 5000])
def test_the_chosen_k_is_the_cheapest_that_fits(window: int) -> None:
    for text, n in product((NEURAL, SYMBOLIC, FILTERED), (20_000, 123_456)):
        found = plan(text, size=n, window=window, max_output=100)
        for k in range(2, 40):
            try:
                other = plan(text, size=n, window=window, max_output=100, k=k, tau=found.tau)
            except PlanProblem:
                continue
            assert found.cost <= other.cost + 1e-12, (text, n, found.k, k)


def test_the_candidates_have_the_cheapest_k() -> None:
    def cost(n: int, k: int, tau: int) -> int:
        leaves, internal, _ = shape(n, k, tau)
        return 5 * leaves + 9 * internal

    for n, tau, most in product(range(2, 300, 7), (1, 3, 10), (2, 5, 17)):
        best = min(cost(n, k, tau) for k in range(2, most + 1))
        assert min(cost(n, k, tau) for k in candidates(n, tau, most)) == best


def test_a_program_without_recursion_is_split_into_as_few_parts_as_fit() -> None:
    text = 'concat (map (\\c. oracle (ask "i" query c)) (split k document))'
    found = plan(text, size=100_000, window=2000, max_output=100)
    assert found.calls == found.k
    assert found.longest <= 2000
    with pytest.raises(PlanProblem):
        plan(text, size=100_000, window=2000, max_output=100, k=found.k - 1)


def test_an_accuracy_is_reached_by_smaller_leaves_at_a_price() -> None:
    options = {"size": 10_000, "window": 8192, "max_output": 50, "metric": "one_path"}
    model = Model(accuracy=1.0, decay=0.5)
    cheap = plan(SYMBOLIC, model=model, **options)
    better = plan(SYMBOLIC, model=model, accuracy=0.9, **options)
    assert cheap.accuracy["one_path"] < 0.9 <= better.accuracy["one_path"]
    assert better.cost > cheap.cost
    with pytest.raises(PlanProblem, match=r"expected an accuracy .* of 0.99, found") as found:
        plan(SYMBOLIC, model=Model(accuracy=0.98), accuracy=0.99, **options)
    assert "that is with k = " in hint(found)


def test_accuracies_are_those_of_the_model() -> None:
    model = Model(accuracy=0.9, decay=0.5, merge_accuracy=0.8, false_positives=0.25, recall=0.75)
    found = plan(NEURAL, size=100, window=4096, max_output=10, k=2, tau=25, model=model)
    leaf = 0.9 * 0.5 ** (25 / 4096)
    assert (found.leaves, found.internal, found.depth) == (4, 3, 2)
    assert found.accuracy["all_leaves"] == pytest.approx(leaf**4 * 0.8**3)
    assert found.accuracy["one_path"] == pytest.approx(leaf * 0.8**2)
    assert found.accuracy["needle"] == pytest.approx(leaf * 0.8**2 * (1 - 0.75**4) / (4 * 0.25))
    filtered = plan(FILTERED, size=100, window=4096, max_output=10, k=2, tau=25, model=model)
    factor = false_positive_factor(4, 0.25)
    assert filtered.accuracy["needle"] == pytest.approx(leaf * 0.75**2 * factor)


def test_a_span_is_that_of_waves_where_these_are_full() -> None:
    found = plan(SYMBOLIC, size=1600, k=16, tau=100, workers=4, model=Model(seconds=2.0))
    assert (found.calls, found.chain) == (16, 1)
    assert found.span == pytest.approx(2.0 * (15 / 4 + 1))


# Tokens


def test_tokens_by_a_ratio() -> None:
    found = plan(SYMBOLIC, size=10_000, query=QUERY, k=10, tau=1000, tokens="ratio:4")
    assert found.tokens_in == 10 * -(-(1000 + overhead("Read.", QUERY)) // 4)
    assert any("4 bytes or more" in line for line in found.assumptions)


@pytest.mark.parametrize("name", ["ratio:0", "ratio:x", "words", "ratio:", "tiktoken", "ratio:inf"])
def test_tokens_that_cannot_be_counted(name: str) -> None:
    with pytest.raises(UsageProblem):
        tokens(name)


@pytest.mark.parametrize(("kind", "library"), [("tiktoken:gpt2", "tiktoken"), ("tokenizers:x", "tokenizers")])
def test_a_tokenizer_that_is_not_installed_is_named(
    kind: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageProblem, match=f"needs the package {library}"):
        tokens(kind)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> str:
    """A tokenizer whose tokens are words."""

    class Words:
        def encode_ordinary(self, text: str) -> list[str]:
            return text.split()

    module = ModuleType("tiktoken")
    module.get_encoding = lambda name: Words()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tiktoken", module)
    return "tiktoken:words"


def test_a_tokenizer_counts_the_parts_of_the_document(words: str) -> None:
    assert tokens(words).amount(Document("one two \ud800").whole) == Amount(0, 3)
    found = plan(SYMBOLIC, document="word " * 200, k=4, tau=250, tokens=words)
    assert found.tokens_in == 200 + 4 * found.h


def test_leaves_are_larger_where_a_token_has_several_bytes(words: str) -> None:
    by_bytes = plan(SYMBOLIC, document="word " * 2000, window=1500)
    by_words = plan(SYMBOLIC, document="word " * 2000, window=1500, tokens=words)
    assert by_words.fits
    assert by_words.longest > 1200
    assert by_words.tau > 4 * by_bytes.tau
    assert by_words.calls < by_bytes.calls


def test_leaves_are_as_large_as_their_characters_allow() -> None:
    # A character might have four bytes, and has two here.
    found = plan(SYMBOLIC, document="é" * 10_000, window=1500, measure="characters")
    assert found.fits
    assert found.longest > 1200


# What is refused


INNER = "(fix g. \\Q. if size Q <= 4 then Q else concat (map g (split 2 Q)))"
OUTER = "(fix f. \\P. if size P <= tau then P else concat (map f (split k P)))"


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        (
            "(map (\\l. oracle l) (lines document), 1)",
            "length is not known",
            "map (\\l. oracle l) (lines document)",
        ),
        ('(oracle (join "," (words document)), 1)', "length of this", 'oracle (join "," (words document))'),
        (
            OUTER.replace("then P", f"then {INNER} P") + " document",
            "within the leaves of another",
            f"{INNER} P",
        ),
        (OUTER.replace("k P", "1 P") + " document", "any number, or only one", "map f (split 1 P)"),
        (OUTER.replace("k P", "(size P) P") + " document", "any number, or only one", None),
        (
            OUTER.replace("(split", "(map (peek 0 (size P)) (split").replace("k P)", "k P))") + " document",
            "how much",
            None,
        ),
        (OUTER + " (oracle document)", "whose size", OUTER + " (oracle document)"),
        (
            OUTER.replace("(map f", "(append (map f (split k P)) (map f").replace("P)))", "P))))")
            + " document",
            "more than once",
            None,
        ),
        (
            OUTER.replace("concat (map f (split k P))", 'oracle (concat (map (\\w. w ++ "x") (words P)))')
            + " document",
            "length of this prompt",
            None,
        ),
    ],
)
def test_what_has_no_bound_is_refused_at_its_place(text: str, reason: str, place: str | None) -> None:
    with pytest.raises(PlanProblem, match=reason) as found:
        plan(text, size=1000, tau=10, k=2)
    span = found.value.span
    assert span is not None
    assert place is None or text[span.start : span.end] == place


def test_what_does_not_fit_is_refused_with_the_best_that_does() -> None:
    with pytest.raises(PlanProblem, match=r"up to 2,000 tokens, found one of a leaf with 5,\d+") as found:
        plan(SYMBOLIC, size=10**5, window=2000, tau=4800)
    assert "fit" in hint(found)
    with pytest.raises(PlanProblem, match="found one of a merge") as found:
        plan(NEURAL, size=10**5, window=4000, k=50)
    k, tau = (int(number.replace(",", "")) for number in re.findall(r"= ([\d,]+)", hint(found)))
    assert plan(NEURAL, size=10**5, window=4000, k=k, tau=tau).fits
    least = overhead("Read.", "") + 1 + 512
    with pytest.raises(PlanProblem, match=f"found {least} at best"):
        plan(SYMBOLIC, size=10**5, window=500, query="")


def test_the_window_that_is_named_suffices() -> None:
    with pytest.raises(PlanProblem) as found:
        plan(NEURAL, size=10**4, window=1000)
    window = int(re.findall(r"window of ([\d,]+)", hint(found))[0].replace(",", ""))
    assert plan(NEURAL, size=10**4, window=window).fits


def test_characters_of_four_bytes_need_leaves_of_four() -> None:
    with pytest.raises(PlanProblem, match="4 bytes or more, found 3"):
        plan(SYMBOLIC, document="é" * 10, tau=3)
    assert plan(SYMBOLIC, document="😀" * 10, tau=4, k=2).leaves == 10
    assert plan(SYMBOLIC, document="e" * 10, tau=1, k=2).leaves == 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "for a document or for a size"),
        ({"size": 1, "document": ""}, "for a document or for a size"),
        ({"size": -1}, "0 or more"),
        ({"size": 1, "k": 1}, "k is a whole number, 2 or more"),
        ({"size": 1, "tau": 0}, "tau is a whole number, 1 or more"),
        ({"size": 1, "workers": 0}, "workers"),
        ({"size": 1, "by": "chapters"}, "cut by"),
        ({"size": 1, "measure": "pages"}, "bytes or characters"),
        ({"size": 1, "metric": "luck"}, "all_leaves"),
        ({"size": 1, "accuracy": 2}, "from 0 to 1"),
        ({"size": 1, "window": 0}, "window"),
        ({"size": 1, "price_in": -1}, "price_in"),
    ],
)
def test_wrong_options_are_named(options: dict, message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        plan(SYMBOLIC, **options)


def test_wrong_models_are_named() -> None:
    with pytest.raises(UsageProblem, match="from 0 to 1"):
        Model(decay=1.5)
    with pytest.raises(UsageProblem, match="no 'colour'"):
        Model.from_json({"colour": "red"})
    assert Model.from_json(Model(name="m", window=9).to_json()) == Model(name="m", window=9)


def test_wrong_programs_are_named() -> None:
    for text, problem in (
        ("def a = 1", UsageProblem),
        ("1 + document", TypeProblem),
        ("serach", UsageProblem),
        ("missing.rlm", FileProblem),
        ("oracle (", CalculusError),
    ):
        with pytest.raises(problem):
            plan(text, size=1)


# Certificates


def test_a_certificate_is_written_and_read(tmp_path) -> None:
    found = plan(FILTERED, size=5000, k=3, tau=200)
    found.write(tmp_path / "plan.json")
    assert Certificate.read(tmp_path / "plan.json") == found
    with pytest.raises(UsageProblem, match="no 'n'"):
        Certificate.from_json({key: value for key, value in found.to_json().items() if key != "n"})
    with pytest.raises(UsageProblem, match="was changed"):
        Certificate.from_json({**found.to_json(), "calls": 1})
    with pytest.raises(FileProblem):
        Certificate.read(tmp_path / "none.json")


def test_a_plan_depends_on_nothing_but_what_it_is_given() -> None:
    assert plan(NEURAL, document="some text " * 999, k=4) == plan(NEURAL, document="some text " * 999, k=4)


@pytest.mark.parametrize("text", [SYMBOLIC, NEURAL, FILTERED])
def test_a_plan_takes_no_longer_for_a_larger_size(text: str) -> None:
    found = plan(text, size=10**18, window=4000, max_output=100)
    children = found.leaves + found.internal - 1
    assert (found.leaves, found.internal, found.depth) == shape(10**18, found.k, found.tau)
    assert found.calls == found.leaves + (children if text is FILTERED else 0) + (
        found.internal if text is NEURAL else 0
    )
    assert recheck(found.to_json()) == []


def test_an_empty_document_is_one_leaf() -> None:
    for options in ({"size": 0}, {"document": ""}):
        found = plan(NEURAL, **options)
        assert (found.leaves, found.internal, found.depth, found.calls) == (1, 0, 0, 1)


def test_a_large_program_is_refused_before_it_is_planned_for_long() -> None:
    text = "let f0 = \\x. x ++ x in " + "".join(
        f"let f{i} = \\x. f{i - 1} (f{i - 1} x) in " for i in range(1, 30)
    )
    with pytest.raises(PlanProblem, match="too large"):
        plan(text + "f29 document", size=10)
