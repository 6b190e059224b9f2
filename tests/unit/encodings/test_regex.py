"""Regular expressions: their letters, what they translate to, what a run says, layout, size."""

from typing import Any

import pytest

import calculus
from calculus.encodings.regex.characters import (
    LAST,
    Alphabet,
    category,
    characters,
    class_text,
    complement,
    one,
    partition,
    size,
    written,
)
from calculus.source.diagnostic import SyntaxProblem


def accepts(pattern: str, word: str, **options: Any) -> bool:
    answers = calculus.run("regex", pattern, inputs=[word], **{"engine": "reference"} | options)
    assert answers.complete
    assert [answer.stacks for answer in answers.answers] in ([], [{}])
    return bool(answers.answers)


def words(pattern: str, most: int | None = None) -> tuple[list[str], bool]:
    """The first words, and whether they are all."""
    answers = calculus.solve("regex", pattern, max_answers=most)
    return [answers.view(answer).text for answer in answers], answers.complete


class TestCharacters:
    def test_ranges_are_joined_where_nothing_lies_between(self) -> None:
        assert characters([(5, 7), (1, 2), (3, 4), (9, 9), (6, 6)]) == ((1, 7), (9, 9))

    @pytest.mark.parametrize("ranges", [(), ((0, LAST),), ((0, 4),), ((3, LAST),), ((2, 4), (6, 8))])
    def test_complement(self, ranges: Any) -> None:
        assert complement(complement(ranges)) == ranges
        assert size(complement(ranges)) == LAST + 1 - size(ranges)

    def test_categories(self) -> None:
        assert size(category("d")) + size(category("D")) == LAST + 1
        # Every digit is a letter of words, and no space is.
        found = {block.sets for block in partition(map(category, "dws"))}
        assert found == {0b000, 0b010, 0b011, 0b100}

    def test_partition(self) -> None:
        found = partition([((0, 9),), ((5, 20), (30, 30))])
        assert {block.sets: block.ranges for block in found} == {
            0: ((21, 29), (31, LAST)),
            1: ((0, 4),),
            2: ((10, 20), (30, 30)),
            3: ((5, 9),),
        }

    @pytest.mark.parametrize(
        ("ranges", "text"),
        [
            ((), "[]"),
            (one("a"), "[a]"),
            (((97, 98),), "[ab]"),
            (((97, 99),), "[a-c]"),
            (complement(one("\n")), "[^\\n]"),
            (characters([*one("]"), *one("^"), *one("\\"), *one("-")]), "[\\-\\\\-\\^]"),
            (((0, 31), (0x10FFFF, 0x10FFFF)), "[^ -\\U0010fffe]"),
            (tuple((code, code) for code in range(100, 200, 2)), "[dfhjlnprtvxz|~\\x80\\x82\\x84…]"),
        ],
    )
    def test_class_text(self, ranges: Any, text: str) -> None:
        assert class_text(ranges) == text

    def test_written(self) -> None:
        assert "".join(map(written, "aé\t\0\u2028")) == "aé\\t\\x00\\u2028"


class TestAlphabet:
    def test_letters_are_single_while_they_can_be(self) -> None:
        small = Alphabet({((97, 99),): "[a-c]", one("b"): "b"})
        assert small.letters == ["a", "b", "c"]
        assert small.of(small.mask(((97, 99),))) == ["a", "b", "c"]
        assert [small.letter(character) for character in "abz"] == ["a", "b", "z"]

    def test_one_letter_for_many_characters(self) -> None:
        dot = complement(one("\n"))
        large = Alphabet({dot: ".", one("a"): "a", category("w"): "\\w"})
        assert len(large.letters) == 3
        assert large.letters[-1] == "a"
        assert large.letter("é") == large.letter("z") != large.letter("!")
        assert large.letter("\n") == "\n"
        assert set(large.of(large.mask(category("w")))) == {"a", large.letter("é")}

    def test_a_class_of_the_pattern_keeps_its_text(self) -> None:
        assert Alphabet({category("w"): "\\w"}).letters == ["\\w"]
        assert Alphabet({complement(one("\n")): "."}).letters == ["[^\\n]"]

    def test_long_classes_that_begin_alike_differ(self) -> None:
        odd = [(code, code) for code in range(1000, 3000, 2)]
        found = Alphabet({characters(odd): ".", characters([*odd, (5000, 5200)]): ","})
        assert len(set(found.letters)) == len(found.letters) == 2


class TestTranslation:
    @pytest.mark.parametrize(
        ("pattern", "term"),
        [
            ("", "i<Eof>"),
            ("ab", 'i<"a">; i<"b">; i<Eof>'),
            ("[ab]", '(i<"a"> + i<"b">); i<Eof>'),
            ("a*", 'i<"a">*; i<Eof>'),
            ("a+", 'i<"a">; i<"a">*; i<Eof>'),
            ("a{2,4}", 'i<"a">; i<"a">; (1 + i<"a">; (1 + i<"a">)); i<Eof>'),
            ("a{2,}?", 'i<"a">; i<"a">; i<"a">*; i<Eof>'),
            ("a{0}b", 'i<"b">; i<Eof>'),
            ("a{,1}b", '(1 + i<"a">); i<"b">; i<Eof>'),
            ("^(?:a|b$)", '(i<"a"> + i<"b">); i<Eof>'),
            ("a[^\\s\\S]|b", 'i<"b">; i<Eof>'),
            ("[^\\s\\S]*a", '0*; i<"a">; i<Eof>'),
            ("a{|}", '(i<"a">; i<"{"> + i<"}">); i<Eof>'),
            ('"', 'i<"\\"">; i<Eof>'),
            ("(?#the\nletter)a\n", 'i<"a">; i<Eof>'),
        ],
    )
    def test_text(self, pattern: str, term: str) -> None:
        assert calculus.translate("regex", pattern).replace("\n ", "").strip() == term

    @pytest.mark.parametrize(
        ("pattern", "number"),
        [
            ("(a|b)c", 0),
            ("(a|ab)c", 1),
            ("(a|ab)", 0),
            ("(a|ab)c*", 0),
            ("(a|ab)*c", 0),
            ("((a|aa)b)*c", 1),
            ("a?b", 0),
            ("a?a", 1),
            ("a?a?a", 2),
            ("(a?|b)b", 1),
            ("(a|a)+b", 0),
            ("(a|a){2,}b", 3),
            ("(a|a){2}b", 2),
            ("((a|a)|a)b", 1),
            ("(a|aa)$", 0),
        ],
    )
    def test_equal_states_meet_where_the_next_letter_leaves_a_choice(self, pattern: str, number: int) -> None:
        assert calculus.translate("regex", pattern).count("0*") == number

    def test_dual(self) -> None:
        assert str(calculus.dual("a*b", "regex")) == '[Eof]i; ["b"]i; ["a"]i*'


class TestMatching:
    @pytest.mark.parametrize(
        ("pattern", "yes", "no"),
        [
            ("(a|b)*abb", ["abb", "aabb", "babb"], ["ab", "abba", ""]),
            ("(a*)*b", ["aab", "b"], ["aa", ""]),
            ("a$", ["a"], ["a\n"]),
            ("\\Aa\\Z|b", ["a", "b"], ["ab"]),
            (".", ["é", "\0", "\U0001f600"], ["\n", ""]),
            ("[\\d-]\\D", ["7x", "-x", "٣x"], ["77"]),
            ("\\x41\\u00e9\\U0001f600\\N{EM DASH}\\101\\0", ["Aé\U0001f600\u2014A\0"], ["A"]),
            ("[\\b\\n]\\.", ["\b.", "\n."], ["b."]),
            ("[]^-]+", ["]^-"], ["a"]),
        ],
    )
    @pytest.mark.parametrize("engine", ["reference", "kernel", "auto"])
    def test_words(self, pattern: str, yes: list[str], no: list[str], engine: str) -> None:
        assert all(accepts(pattern, word, engine=engine) for word in yes)
        assert not any(accepts(pattern, word, engine=engine) for word in no)

    @pytest.mark.parametrize(
        ("pattern", "word"),
        [
            ("(a|a){40}", "a" * 40),
            ("(a?){30}a{30}", "a" * 30),
            ("(a*)*b", "a" * 200 + "b"),
            ("a?" * 25, "a" * 25),
        ],
    )
    @pytest.mark.parametrize("engine", ["reference", "kernel"])
    def test_time_is_not_exponential(self, pattern: str, word: str, engine: str) -> None:
        answers = calculus.run("regex", pattern, inputs=[word], max_steps=100_000, engine=engine)
        assert (answers.status, len(answers.answers)) == ("done", 1)

    def test_multiset_mode_counts_the_ways(self) -> None:
        assert len(list(calculus.solve("regex", "(a|a)(b|b)", inputs=["ab"], mode="multiset"))) == 4


class TestWords:
    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            ("a?b?", ["ε", "a", "b", "ab"]),
            ("(b|a){2}", ["aa", "ab", "ba", "bb"]),
            ("a|a|a", ["a"]),
            ("[^\\s\\S]a*", []),
            (".a", ["[^\\na]a", "aa"]),
            ("\t|é", ["\\t", "é"]),
        ],
    )
    def test_all(self, pattern: str, found: list[str]) -> None:
        assert words(pattern) == (found, True)

    def test_first(self) -> None:
        assert words("(a*)*", 4) == (["ε", "a", "aa", "aaa"], False)
        assert words("(a|b)*abb", 5) == (["abb", "aabb", "babb", "aaabb", "ababb"], False)

    def test_a_strategy_of_ones_own(self) -> None:
        answers = calculus.solve("regex", "(a|b)*abb", strategy="bfs", max_answers=8)
        found = " ".join(answers.view(answer).text for answer in answers)
        assert found == "abb aabb babb aaabb baabb ababb bbabb aaaabb"

    def test_letters_that_stand_for_many_are_told_apart(self) -> None:
        answers = calculus.solve("regex", "x[^a]?")
        assert [answers.view(answer).data for answer in answers] == [
            {"word": "x"},
            {"word": "x[^ax]", "letters": ["x", "[^ax]"]},
            {"word": "xx"},
        ]


class TestEquality:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("(a|b)*", "(a*b*)*"),
            ("a{2,3}", "aaa?"),
            ("\\w+", "\\w\\w*"),
            (".|\\n", "[^a]|a"),
            ("(a|a)b", "ab"),
        ],
    )
    def test_equal(self, left: str, right: str) -> None:
        assert calculus.equal("regex", left, right).verdict == "equal"

    @pytest.mark.parametrize(
        ("left", "right", "side", "word"),
        [
            ("(a|b)*", "(a*b)*", "left", "a"),
            (".*", "[^a]*|.*a.*", "right", "\n"),
            ("a", "a*", "right", ""),
            ("[^a]", "[^ab]", "left", "b"),
            ("\\w", "\\w|-", "right", "-"),
        ],
    )
    def test_different(self, left: str, right: str, side: str, word: str) -> None:
        verdict = calculus.equal("regex", left, right)
        assert (verdict.verdict, verdict.to_json()["source"]) == ("different", {"side": side, "word": word})

    def test_a_count_is_not_a_word(self) -> None:
        verdict = calculus.equal("regex", "a|a", "a", level="multiset")
        assert verdict.verdict == "different"
        assert "more often" in "".join(verdict.explained())


def test_layout_leaves_out_empty_lines() -> None:
    assert calculus.format("regex", "\n(?#x)\n\na b\n") == "(?#x)\na b\n"


def test_depth_and_length() -> None:
    depth = 20_000
    assert accepts("(" * depth + "a" + ")" * depth, "a")
    assert accepts("(?:" * 2000 + "a" + ")?" * 2000, "a")
    assert accepts("a" * 5000, "a" * 5000)
    assert words("a{3000}") == (["a" * 3000], True)


def test_the_limit_on_letters_counts_what_is_written_out() -> None:
    assert accepts("(?:a{100}){100}", "a" * 10_000)
    with pytest.raises(SyntaxProblem, match="at most 100,000 letters"):
        calculus.program("regex", "(?:(?:a{100}){100}){100}")
