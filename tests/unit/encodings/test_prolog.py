"""Prolog: what is read, what it becomes, what is said of answers and errors."""

from pathlib import Path

import pytest

import calculus
from calculus import registry
from calculus.encodings.prolog.language import Prolog
from calculus.encodings.prolog.program import read_program, read_term
from calculus.machine.relational.goals import as_calls
from calculus.machine.relational.query import Query
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source

APPEND = "app([], Y, Y). app([H|T], Y, [H|Z]) :- app(T, Y, Z). "
EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "prolog").glob("*.pl"))


def lines(text: str, **options: object) -> list[str]:
    found = calculus.solve("prolog", text, **options)
    assert found.view is not None
    return [found.view(answer).text for answer in found]


def messages(text: str) -> list[str]:
    return [f"{problem.severity}: {problem.message}" for problem in calculus.check("prolog", text)]


def error(text: str) -> str:
    found = calculus.run("prolog", text)
    assert found.status == "stuck" and found.error is not None
    assert found.error.span is not None
    return f"{found.error.span.text}: {found.error.message}"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("[a, b|[c]]", "[a,b,c]"),
        ("'[|]'(a, [])", "[a]"),
        ("[a|X]", "[a|X]"),
        ("f( A , 'b' )", "f(A,b)"),
        ("'hello world'", "'hello world'"),
        ("'don''t\\n\\x41\\\\101\\'", "'don\\'t\\nAA'"),
        ('"say ""x"" \\"y\\""', '"say \\"x\\" \\"y\\""'),
        ("'a\\\nb'", "ab"),
        ("[0'a, 0''', 0'\\n, 0x1F, 0o17, 0b101]", "[97,39,10,31,15,5]"),
        ("- 1", "- 1"),
        ("-1", "-1"),
        ("-(1)", "- 1"),
        ("- (-1)", "- -1"),
        ("-1^2", "-1^2"),
        ("-(1)^2", "(- 1)^2"),
        ("-a^2", "-a^2"),
        ("1 - (2 - 3) - 4", "1-(2-3)-4"),
        ("2 ^ 3 ^ 4", "2^3^4"),
        ("(2 ^ 3) ^ 4", "(2^3)^4"),
        ("-(3, 4)", "3-4"),
        ("- (3, 4)", "- (3,4)"),
        ("x-(3)", "x-3"),
        ("*(2, 3)", "2*3"),
        ("a :- b, (c ; d -> e)", "a:-b,(c;d->e)"),
        ("f((a, b), (c :- d))", "f((a,b),(c:-d))"),
        ("f(a -> b)", "f((a->b))"),
        ("f(+, [-, mod])", "f(+,[-,mod])"),
        ("(+) = (is)", "(+)=(is)"),
        ("\\+ (a, b)", "\\+ (a,b)"),
        ("X is 7 mod 2 rdiv Y", "X is 7 mod 2 rdiv Y"),
        ("a:b:c", "a:b:c"),
        ("{a, b}", "{a,b}"),
        ("& @ #", None),
        ("@(&)", "@(&)"),
        ("a = \\+ b", None),
        ("1.5", None),
    ],
)
def test_terms(text: str, printed: str | None) -> None:
    if printed is None:
        with pytest.raises(CalculusError):
            read_term(Source(text))
    else:
        term = read_term(Source(text))
        assert str(term) == printed
        assert str(read_term(Source(printed))) == printed


def test_translation() -> None:
    text = """
        fib(N, N) :- N < 2.
        fib(N, F) :- N >= 2, M is N-1, K is N-2, fib(M, G), fib(K, H), F is G+H.
        ?- fib(5, F), (F = 5 ; F > _Max).
    """
    assert calculus.translate("prolog", text) == calculus.format(
        "rmc",
        """
ex f max. [Done]g; [Goal(Query_2''(f))]g; [Goal(Fib(5, f))]g; (
  (ex n. g<Goal(Fib(n, n))>; lt(n, 2))
  + (ex n f m k g h. g<Goal(Fib(n, f))>; ge(n, 2); sub(n, 1, m); sub(n, 2, k);
    [Goal(Fib_1''(f, g, h))]g; [Goal(Fib(k, h))]g; [Goal(Fib(m, g))]g)
  + (ex f g h t1. g<Goal(Fib_1''(f, g, h))>; add(g, h, t1); f == t1)
  + (ex f. g<Goal(Query_2''(f))>; f == 5)
  + ex f max. g<Goal(Query_2''(f))>; gt(f, max))*; g<Done>; [f]
""".replace("ex f max. [Done]g", "ex f. [Done]g"),
    )


def test_names_of_the_translation() -> None:
    text = "nil(cons, 'Nil', a-b, ex(Ex, Skip)) :- goal(done, X, X, X1), [] = '[]'. ?- nil(A, B, C, D)."
    found = calculus.translate("prolog", text)
    assert "g<Goal(Qnil'(Qcons', QNil', Minus'(A, B), Ex(ex1, skip1)))>" in found
    assert "[Goal(Goal(Done, x, x, x1))]g" in found
    assert "{} == {}" in found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_kernel_sees_calls_in_every_example(path: Path) -> None:
    program = read_program(Source.read(path))
    assert program.rmc.main is not None
    assert as_calls(Query(program.rmc.main)) is not None


def test_answers() -> None:
    assert lines(APPEND + "?- app(X, [b], [a|Y]).", max_answers=2) == [
        "X = [a], Y = [b]",
        "X = [a,_0], Y = [_0,b]",
    ]
    assert lines(APPEND + "?- app(_X, _, [a]), Y = _X.") == ["Y = []", "Y = [a]"]
    assert lines("p. p. ?- p.") == ["true", "true"]
    assert lines("?- X = (a :- b), Y = (c, d), Z = (e = f).") == ["X = (a:-b), Y = (c,d), Z = (e=f)"]
    assert lines("?- X = Y.") == ["X = _0, Y = _0"]
    assert lines("?- X = f(X).") == []
    assert lines("p(X) :- p(X). p(a). ?- p(X).", max_steps=1000) == []
    assert lines("p(X) :- p(X). p(a). ?- p(X).", strategy="fair", max_answers=1) == ["X = a"]
    assert lines("p(a). p(b). p(a). ?- p(X).", mode="set") == ["X = a", "X = b"]


def test_view_in_json() -> None:
    found = calculus.run("prolog", "?- X = f(A, [1, 'B']), Y = \"t\".").to_json()
    assert [answer["source"] for answer in found["answers"]] == [
        {"X": "f(_0,[1,'B'])", "A": "_0", "Y": '"t"'}
    ]
    assert found["language"] == "prolog" and found["complete"]


def test_arithmetic() -> None:
    assert lines("?- X is 7 // -2, Y is 7 div -2, Z is 7 mod -2, W is 7 rem -2.") == [
        "X = -3, Y = -4, Z = -1, W = 1"
    ]
    assert lines("?- X is -(3) + min(1, 2) * max(3, 4) - abs(-5) - abs(5), 3 =:= 1 + 2, X =\\= 0.") == [
        "X = -9"
    ]
    assert lines("p(3). ?- p(X), X is 1 + 2, 3 is X, Y is X, a = a.") == ["X = 3, Y = 3"]
    assert lines("p(a). ?- p(X), X is 1 + 2.") == []
    assert lines("?- X is 2 * 3, X = 7 ; Y = 1.") == ["X = _0, Y = 1"]
    assert lines("?- X = 6, (X is 2 * 3 ; X is 7).") == ["X = 6"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("?- X = Y, Z is X + 1.", "X + 1: `X+1` expects an integer for `X`, which is not bound"),
        ("?- 3 is X + 1.", "X + 1: `X+1` expects an integer for `X`, which is not bound"),
        ("p(6). ?- p(X), X is Y * 2.", "Y * 2: `Y*2` expects an integer for `Y`, which is not bound"),
        ("?- X = [1, a], 2 > X.", "2 > X: `2>X` expects an integer for `X`, found `[1,a]`"),
        ("?- X = 1 + 1, Y is - X.", "- X: `-X` expects an integer for `X`, found `1+1`"),
        ('?- X = "t", Y is X.', 'X: expected an integer for `X`, found `"t"`'),
        ("?- X = 'B c', Y is max(1, X).", "max(1, X): `max(1,X)` expects an integer for `X`, found `'B c'`"),
        ("?- X = 0, Y is 1 // X.", "1 // X: division by zero"),
        ("p(X) :- q, X > 1.\nq. ?- p(Y).", "X > 1: `X>1` expects an integer for `X`, which is not bound"),
    ],
)
def test_errors_of_a_run(text: str, said: str) -> None:
    assert error(text) == said


def test_warnings() -> None:
    assert messages(":- dynamic p/1. p(X) :- q(X, Y), r. ?- p(1). ?- G, append(A, B, C).") == [
        "warning: the directive `dynamic(p/1)` is not needed, and left out",
        "warning: there is no clause for `q/2`, so this goal fails",
        "warning: the variable `Y` stands in one place only",
        "warning: there is no clause for `r/0`, so this goal fails",
        "warning: only the last query of a text is run, and this is not the last",
        "warning: the goal `G` is a variable: unbound, it stands for every predicate",
        "warning: there is no clause for `append/3`, so this goal fails",
    ]
    assert messages("append(a, b, c). length(_, _). ?- append(A, B, C), length(A, B).") == []
    assert calculus.check("prolog", "reverse(a, b). ?- revers(X, Y).")[0].help == "did you mean `reverse/2`?"


def test_the_last_query_is_run() -> None:
    assert lines("p(1). ?- p(X). p(2). ?- p(Y).") == ["Y = 1", "Y = 2"]


def test_without_a_query() -> None:
    with pytest.raises(UsageProblem, match="has no query"):
        calculus.run("prolog", "p(a).")
    assert calculus.translate("prolog", "p(a). p(b).") == "def clauses = g<Goal(P(A))> + g<Goal(P(B))>\n"


def test_disjunctions_nest() -> None:
    clauses = "p(X) :- ((X = 1 ; X = 2) ; (X = 3, (true ; fail ; Y = X), q(Y))). q(_). q(3). "
    assert lines(clauses + "?- p(X), (X > 1 ; X = 1).") == ["X = 1", "X = 2", *["X = 3"] * 4]


@pytest.mark.parametrize("number", [10_000])
def test_long_and_deep(number: int) -> None:
    numbers = ", ".join(map(str, range(number)))
    assert lines(f"p([{numbers}]). ?- p([0|T]), p([_, X|T1]), T = [X|T1].")[0].endswith(f"{number - 1}]")
    deep = "s(" * number + "z" + ")" * number
    assert lines(f"?- X = {deep}.") == [f"X = {deep}"]
    nested = "(" * number + "X" + "-1)" * number
    assert lines(f"?- Y = {nested}, X = 1.") == ["Y = 1" + "-1" * number + ", X = 1"]
    signs = "?- X = " + "- " * number + "a."
    assert lines(signs)[0].startswith("X = - - -")
    goals = ", ".join(["p", "X = 1"] * (number // 50))
    assert lines(f"p. ?- {goals}.") == ["X = 1"]
    choices = " ; ".join(["X = 1"] * (number // 10))
    assert lines(f"?- ({choices}).", max_answers=2) == ["X = 1", "X = 1"]
    facts = "".join(f"p({item}).\n" for item in range(number // 10))
    assert calculus.format("prolog", facts + "?- p(3).") == facts + "?- p(3).\n"
    assert lines(facts + "?- p(3).") == ["true"]


def test_layout() -> None:
    text = """
% A remark.
p( X,Y ):-q(X) ,   % of a goal
  ( r(Y);s( Y ) ), t(
  a, - 1,-X, [ a|T ]).   q(a).


/* long
   remark */
q(- (a,b), -(c)):- X=Y,Z is X*2-1 mod 3, \\+a.
"""
    laid_out = """\
% A remark.
p(X, Y) :- q(X),  % of a goal
    (r(Y) ; s(Y)), t(
        a, - 1, -X, [a|T]).
q(a).

/* long
   remark */
q(- (a, b), -(c)) :- X = Y, Z is X*2-1 mod 3, \\+ a.
"""
    from calculus.encodings.prolog.layout import lay_out

    assert lay_out(Source(text)) == laid_out
    assert lay_out(Source(laid_out)) == laid_out


class TestSession:
    """What a REPL asks for."""

    language = Prolog()

    def test_clauses_are_added(self) -> None:
        program, names = self.language.extend(None, Source("p(1). q(X) :- p(X), r(X)."))
        assert (names, program.main, program.warnings) == (["p/1", "q/1"], None, ())
        program, names = self.language.extend(program, Source("p(2). r(2). ?- q(X)."))
        assert names == ["p/1", "r/1"]
        found = self.language.run(program, calculus.Settings())
        assert [found.view(answer).text for answer in found.answers] == ["X = 2"]
        assert self.language.saved(program, [(program.main, "*")]) == (
            "p(1).\nq(X) :- p(X), r(X).\np(2).\nr(2).\n?- q(X).\n"
        )

    def test_a_mistake_adds_nothing(self) -> None:
        program, _ = self.language.extend(None, Source("p(1)."))
        with pytest.raises(CalculusError):
            self.language.extend(program, Source("p(2). p(3) :- !."))
        assert len(program.clauses) == 1

    @pytest.mark.parametrize(
        ("text", "incomplete"),
        [
            ("p", True),
            ("p(a", True),
            ("p.", False),
            ("p. q", True),
            ("p. q. ", False),
            (")", False),
            ("", False),
        ],
    )
    def test_more_lines(self, text: str, incomplete: bool) -> None:
        assert self.language.is_incomplete(text) is incomplete

    def test_colours(self) -> None:
        assert list(self.language.tokens("p(1). % x")) == [
            ("label", 0, 1),
            ("", 1, 2),
            ("number", 2, 3),
            ("", 3, 4),
            ("", 4, 5),
            ("comment", 6, 9),
        ]


def test_it_is_registered() -> None:
    assert registry.for_file("family.pl").name == "prolog"
    assert str(calculus.parse("prolog", "p(X) :- q")) == "p(X):-q"
