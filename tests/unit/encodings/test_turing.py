"""Turing machines: the notations, tapes, what they translate to, and known step counts."""

from typing import Any

import pytest

import calculus
from calculus.encodings.names import as_value, as_word
from calculus.encodings.turing.machine import BLANK_TAPE, Tape, tape_text, trimmed

INCREMENT = (
    "halt: done\nblank: _\nright 0 -> 0 R right\nright 1 -> 1 R right\nright _ -> _ L carry\n"
    "carry 1 -> 0 L carry\ncarry 0 -> 1 S done\ncarry _ -> 1 S done\n"
)


def found(text: str, tape: str | None = None, **options: Any) -> list[dict[str, Any]]:
    answers = calculus.solve("turing", text, inputs=[] if tape is None else [tape], **options)
    data = [answers.view(answer).data for answer in answers]
    assert answers.complete
    return data


@pytest.mark.parametrize(
    ("machine", "steps", "ones"),
    [
        ("1RB1LB1LA1RH", 6, 4),
        ("1RB1LB_1LA1RZ", 6, 4),
        ("1RB1RH0RC1RB1LC1LA", 14, 6),
        ("1RB1LB1LA0LC1RH1LD1RD0RA", 107, 13),
        ("1RB---_1LB1LA", 5, 3),
        ("1RB2LB1RH_2LA2RB1LB", 38, 9),
    ],
)
@pytest.mark.parametrize("engine", ["reference", "kernel", "auto"])
def test_busy_beavers(machine: str, steps: int, ones: int, engine: str) -> None:
    [data] = found(machine, engine=engine)
    assert (data["steps"], data["marks"]) == (steps, ones)


@pytest.mark.parametrize(
    ("tape", "final"),
    [
        (None, "[1]"),
        ("", "[1]"),
        ("1011", "1[1]00"),
        ("11[1]", "[1]000"),
        ("[1]0", "1[1]"),
        ("1 0 0", "10[1]"),
        ("_1", "[_]1"),
    ],
)
def test_tapes(tape: str | None, final: str) -> None:
    [data] = found(INCREMENT, tape)
    if tape != "_1":
        assert data["tape"] == final
    assert data["state"] == "done"


def test_the_tape_of_the_file_yields_to_the_input() -> None:
    text = "tape: 11\n" + INCREMENT
    assert found(text)[0]["tape"] == "[1]00"
    assert found(text, "0")[0]["tape"] == "[1]"


def test_translation() -> None:
    assert calculus.translate("turing", "A 0 -> 1 R A\nA 1 -> 0 S B\nB 0 -> 1 L B\n") == (
        "[0]n; [A]q;\n"
        "  (\n"
        "    q<A>;\n"
        "    (\n"
        "      (r<0> + r<End>; [End]r); [1]l; [A]q; (ex k m. n<k>; ge(k, 0); add(k, 1, m); [m]n)\n"
        "      + r<1>; [0]r; [B]q; ex k m. n<k>; ge(k, 0); add(k, 1, m); [m]n\n"
        "    )\n"
        "    + q<B>;\n"
        "      (\n"
        "        (r<0> + r<End>; [End]r); [1]r; (l<End>; [End]l; [0]r + l<0>; [0]r + l<1>; [1]r);\n"
        "        [B]q; (ex k m. n<k>; ge(k, 0); add(k, 1, m); [m]n)\n"
        "        + r<1>; [1]r; [B]q; [Halt]q\n"
        "      )\n"
        "  )*;\n"
        "  q<Halt>\n"
    )


def test_a_machine_that_comes_back_never_halts() -> None:
    answers: Any = calculus.solve("turing", "A 0 -> 1 R B\nB 0 -> 0 L A\nA 1 -> 0 S A\n", mode="set")
    assert (list(answers), answers.complete, answers.nothing) == ([], True, "the machine never halts")


def test_set_mode_does_not_count_steps() -> None:
    answers: Any = calculus.solve("turing", "1RB1LB1LA1RH", mode="set")
    [answer] = answers
    assert answers.view(answer).text == "halts in H with 4 ones: 11[1]1"


def test_it_halts_where_nothing_applies_and_before_the_first_step() -> None:
    assert found("A 0 -> x R A\n", "00x")[0] == {"state": "A", "steps": 2, "tape": "xx[x]", "marks": 3}
    [data] = found("start: H\nhalt: H\nA 0 -> 0 R A\n")
    assert data == {"state": "H", "steps": 0, "tape": "[0]", "marks": 0}


def test_long_symbols_and_a_long_tape() -> None:
    text = "halt: H\nblank: nil\nA one -> two R A\nA nil -> nil L H\n"
    [data] = found(text, "one, one".replace(",", ""))
    assert data == {"state": "H", "steps": 3, "tape": "two [two]", "marks": 2}
    answers: Any = calculus.solve("turing", "halt: H\nA 1 -> 1 R A\nA 0 -> 1 L H\n", inputs=["1" * 200])
    [answer] = answers
    assert answers.view(answer).text == f"halts in H after 201 steps with 201 ones: …{'1' * 30}[1]1"
    assert answers.view(answer).data["tape"] == f"{'1' * 199}[1]1"


@pytest.mark.parametrize(
    ("cells", "head", "tape"),
    [
        ("", 0, BLANK_TAPE),
        ("0", 0, BLANK_TAPE),
        ("00100", 2, Tape(("1",), 0)),
        ("00100", 0, Tape(("0", "0", "1"), 0)),
        ("00100", 4, Tape(("1", "0", "0"), 2)),
        ("000", 1, BLANK_TAPE),
    ],
)
def test_trimmed(cells: str, head: int, tape: Tape) -> None:
    assert trimmed(list(cells), head, "0") == tape


@pytest.mark.parametrize(
    ("tape", "longest", "text"),
    [
        (BLANK_TAPE, None, "[0]"),
        (Tape(tuple("abc"), 1), None, "a[b]c"),
        (Tape(("a", "bc"), 0), None, "[a] bc"),
        (Tape(tuple("abcdefgh"), 4), 4, "…cd[e]f…"),
        (Tape(tuple("abcdefgh"), 0), 4, "[a]bcd…"),
    ],
)
def test_tape_text(tape: Tape, longest: int | None, text: str) -> None:
    assert tape_text(tape, "0", longest) == text


@pytest.mark.parametrize(
    "word", ["0", "12", "007", "A", "q0", "_", "End", "Halt", "Eof", "-1", "é", "9" * 30, "A'"]
)
def test_words_as_values_and_back(word: str) -> None:
    assert as_word(as_value(word)) == word
    assert calculus.format("rmc", f"[{as_value(word)}]") == f"[{as_value(word)}]\n"


def test_different_words_are_different_values() -> None:
    words = ["0", "00", "A", "a", "End", "halt", "Halt"]
    assert len({str(as_value(word)) for word in words}) == len(words)
    assert not {str(as_value(word)) for word in words} & {"End", "Halt"}


@pytest.mark.parametrize(
    ("unicode", "text"),
    [
        (False, "-- two\nhalt: H, J\ntape: 10[1] 1\n\nA 0 -> 1 R H\n"),
        (True, "-- two\nhalt: H, J\ntape: 10[1] 1\n\nA 0 → 1 R H\n"),
    ],
)
def test_layout(unicode: bool, text: str) -> None:
    untidy = "-- two\nhalt :H ,J\ntape: 10[1]   1\n\n\nA  0->1   R H"
    laid_out = calculus.format("turing", untidy, unicode=unicode)
    assert calculus.format("turing", laid_out, unicode=unicode) == laid_out
    assert calculus.program("turing", laid_out).machine.tape == calculus.program("turing", text).machine.tape


def test_warnings() -> None:
    problems = calculus.check("turing", "A 0 -> 1 R A\nA 0 -> 1 R A\nB 0 -> 1 R A\nB 1 -> 1 R A\n")
    assert [(problem.severity, problem.message) for problem in problems] == [
        ("warning", "the same transition is given before"),
        ("warning", "no run comes to the state `B`"),
    ]


def test_a_machine_may_begin_with_nothing_to_do() -> None:
    assert found("---1RB_1LA1LB")[0]["steps"] == 0
    assert calculus.check("turing", "-- a comment\n---1RB_1LA1LB\n") == []


@pytest.mark.long
def test_the_busy_beaver_of_five_states() -> None:
    [data] = found("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RH0LA", engine="kernel")
    assert (data["steps"], data["marks"]) == (47_176_870, 4098)
