"""Interaction nets as a calculus of the registry: known nets, what stays of others, translations."""

from typing import Any

import pytest

import calculus
from calculus.encodings.inet.encode import encode
from calculus.encodings.inet.orientation import Orientation, orient
from calculus.encodings.inet.syntax import read_system
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source
from calculus.verify.generation.sources.inet import SYSTEMS

NUMBERS = SYSTEMS["numbers"].text
LISTS = SYSTEMS["lists"].text
COMBINATORS = SYSTEMS["combinators"].text


def solved(text: str, net: str | None = None, **options: Any) -> Any:
    options = {"engine": "reference"} | options
    found = calculus.solve("inet", text, inputs=[] if net is None else [net], **options)
    for _ in found:
        pass
    return found


def result(text: str, net: str | None = None, **options: Any) -> str:
    """The one answer."""
    found = solved(text, net, **options)
    assert found.complete and len(found.answers) == 1
    shown: str = found.view(found.answers[0]).text
    return shown


def number(value: int) -> str:
    return "S(" * value + "Z" + ")" * value


@pytest.mark.parametrize(
    ("net", "value"),
    [
        (f"r: Add({number(3)}, r) = {number(2)}", 5),
        (f"r: Mul({number(3)}, r) = {number(2)}", 6),
        (f"r: {number(7)} = Mul(Z, r)", 0),
        (f"r: r = {number(2)}", 2),
        (f"r: Mul(s, r) = p, Dup(p, s) = {number(5)}", 25),
        (f"r: Add(Z, a) = {number(2)}, Mul(b, r) = a, b = {number(4)}", 8),
    ],
)
def test_numbers(net: str, value: int) -> None:
    assert result(NUMBERS, net) == f"r = {number(value)}"


@pytest.mark.parametrize(
    ("net", "shown"),
    [
        # An open end is waited for; what is known already is done.
        ("x, r: Add(x, r) = S(Z)", "r = S(x)"),
        ("x, r: Add(Z, r) = S(x)", "x = Add(Z, w1), r = S(w1)"),
        ("x, r: x = r", "x = r"),
        ("x, y, r: Mul(S(x), r) = S(y)", "x = Dup(w1, Add(w2, w3)), y = Mul(S(w1), w2), r = S(w3)"),
        # A circle stays as it is.
        ("r: Add(x, r) = x", "w1 = Add(w1, r)"),
        ("r: r = Z, x = S(x)", "r = Z, w1 = S(w1)"),
        ("r: r = Z, x = x", "r = Z"),
        # So does a pair without a rule.
        ("r: Add(Z, r) = Mul(Z, s), Era = s", "Add(Z, r) = Mul(Z, Era)  (no rule for Add >< Mul)"),
        (": Z = Z", "Z = Z  (no rule for Z >< Z)"),
        (": Era = S(Z)", "(an empty net)"),
    ],
)
def test_what_stays(net: str, shown: str) -> None:
    assert result(NUMBERS, net) == shown


def test_a_pair_without_a_rule_holds_nothing_up() -> None:
    """A constructor of the right kind for which a function has no rule; the rest is reduced."""
    text = LISTS.replace("rule Sum(r) >< Nil => r = Z\n", "")
    found = solved(text, f"r, s: Sum(r) = Cons({number(1)}, Nil), Length(s) = Nil")
    view = found.view(found.answers[0])
    assert view.data == {
        "net": {"r": "S(w1)", "s": "Z"},
        "rest": ["Nil = Sum(w1)"],
        "no_rule": ["Nil >< Sum"],
    }


def test_interface_order() -> None:
    assert result(NUMBERS, "b, a: a = Z, b = S(Z)") == "b = S(Z), a = Z"


def test_combinators() -> None:
    crossed = "a = Dup(w1, w2), b = Dup(w3, w4), c = Con(w1, w3), d = Con(w2, w4)"
    assert result(COMBINATORS, "a, b, c, d: Con(a, b) = Dup(c, d)") == crossed
    assert result(COMBINATORS, "a, b, c, d: Con(a, b) = Con(c, d)") == "a = d, b = c"
    assert result(COMBINATORS, "a, b, c, d: Dup(a, b) = Dup(c, d)") == "a = c, b = d"
    assert result(COMBINATORS, ": Con(x, x) = Dup(y, y), Era = Era") == result(
        COMBINATORS, ": Con(x, x) = Dup(y, y)"
    )
    assert result(COMBINATORS, "a: Con(a, Era) = Era") == "a = Era"


def test_a_net_without_an_end_stops_at_a_limit() -> None:
    text = "agent A 1, B 1\nrule A(x) >< B(y) => A(x) = B(y)\nnet p, q: A(p) = B(q)\n"
    found = solved(text, max_steps=10_000)
    assert (found.status, found.found, found.complete) == ("budget", 0, False)


def test_functions_as_values() -> None:
    text = "agent Lam 2, App 2\nrule Lam(x, b) >< App(a, r) => x = a, b = r\n"
    assert result(text, "r: Lam(x, x) = App(Lam(y, y), r)") == "r = Lam(w1, w1)"
    (warning,) = calculus.check("inet", text + "net r: Lam(x, x) = App(Lam(y, y), r)\n")
    assert warning.severity == "warning"
    assert warning.message == "`Lam` gives more than itself, so the wires are numbered"


def test_warnings_say_why_wires_are_numbered() -> None:
    def warning(text: str) -> tuple[str, str]:
        (found,) = calculus.check("inet", text)
        assert found.span is not None
        return found.message, found.span.text

    why, where = warning(COMBINATORS + "net a: a = Era\n")
    assert (why, where) == (
        "no orientation of the ports fits here, so the wires are numbered",
        "Con(a, b) >< Con(c, d)",
    )
    why, where = warning(NUMBERS + "net x: Add(x, y) = y\n")
    assert why == "some cells here take what others of them give, so the wires are numbered"
    assert where == "x: Add(x, y) = y"
    why, _ = warning(NUMBERS + "net r: r = Z, x = S(x)\n")
    assert why == "a wire comes back to the cell that it comes from, so the wires are numbered"
    why, _ = warning(NUMBERS + "net: Z = Z\n")
    assert why.startswith("no orientation of the ports fits here")
    assert calculus.check("inet", NUMBERS + "net r: r = Z\n") == []
    # Without a net there is nothing to warn of.
    assert calculus.check("inet", COMBINATORS) == []


def test_translation() -> None:
    """Multiplication pops a pair and pushes three, that of the copier on top."""
    text = calculus.translate("inet", NUMBERS + "net r: Mul(S(Z), r) = Z\n")
    words = " ".join(text.split())
    assert words.startswith("ex r. [End]n; [Pair(Z, Mul(S(Z), r))]n; (")
    assert "n<Pair(S(x), Add(y, S(w)))>; [Pair(x, Add(y, w))]n)" in words
    assert (
        "n<Pair(S(x), Mul(y, r))>; [Pair(q, Add(w, r))]n; [Pair(x, Mul(p, w))]n; [Pair(y, Dup(p, q))]n"
        in words
    )
    assert words.endswith(")*; n<End>; [r]")


def test_words_of_the_rmc_are_no_trouble() -> None:
    text = "agent Z 0, S 1, Add 2\nrule Add(skip, fail) >< Z => fail = skip\n"
    text += "rule Add(def, ex) >< S(law) => ex = S(k0), law = Add(def, k0)\n"
    assert result(text, "ex: Add(S(Z), ex) = S(Z)") == "ex = S(S(Z))"
    rmc = calculus.translate("inet", text + "net ex: Add(S(Z), ex) = S(Z)\n")
    (answer,) = calculus.solve("rmc", rmc)
    assert [str(value) for value in answer.stacks["λ"]] == ["S(S(Z))"]
    # The same with numbered wires.
    swap = "agent A 2\nrule A(k0, ex) >< A(k1, fail) => k0 = x, x = fail, ex = A(y, y), k1 = A(z, z)\n"
    with pytest.raises(CalculusError, match="gives the same with the two exchanged"):
        result(swap, "p: A(p, q) = A(q, Z)")
    swap = "agent A 2, B 2\nrule A(k0, ex) >< B(k1, fail) => k0 = x, x = fail, ex = A(y, z), k1 = A(z, y)\n"
    assert result(swap, "a, b, c, d: A(a, b) = B(c, d)") == "a = d, b = A(w1, w2), c = A(w2, w1)"


def test_agents_with_the_names_of_the_translation() -> None:
    text = "agent Pair 2, End 0, Wire 1, Nil 0, Cons 2\n"
    text += "rule Pair(a, b) >< End => a = Wire(Nil), b = Cons(Nil, Nil)\n"
    assert result(text, "a, b: Pair(a, b) = End") == "a = Wire(Nil), b = Cons(Nil, Nil)"


def test_deep_values() -> None:
    value = 20_000
    assert result(NUMBERS, f"r: Add({number(value)}, r) = {number(3)}") == f"r = {number(value + 3)}"


def test_without_a_net() -> None:
    with pytest.raises(UsageProblem, match="has no net"):
        calculus.run("inet", NUMBERS)
    assert calculus.translate("inet", NUMBERS) == ""


def test_input_is_checked() -> None:
    with pytest.raises(CalculusError, match="no agent `Y`") as caught:
        solved(NUMBERS, "r: r = Y")
    assert caught.value.span is not None and caught.value.span.source.name == "--input"
    with pytest.raises(CalculusError, match="two places"):
        solved(NUMBERS, "r: r = S(x)")
    with pytest.raises(CalculusError, match="expected"):
        solved(NUMBERS, "r = Z")


def test_layout() -> None:
    text = "agent  Z 0 ,S 1\n\n\n-- a rule\nrule S( x )><Z  =>\n x=Z -- done\nnet r :r=S (Z)\n"
    expected = "agent Z 0, S 1\n\n-- a rule\nrule S(x) >< Z =>\n  x = Z -- done\nnet r: r = S(Z)\n"
    assert calculus.format("inet", text) == expected
    assert calculus.format("inet", expected) == expected


def test_orientation() -> None:
    """Constructors give themselves, functions their results, whatever is declared first."""
    system = read_system(Source(NUMBERS + "net r: Mul(S(Z), r) = Z\n"))
    found = orient(system)
    assert isinstance(found, Orientation)
    given = SYSTEMS["numbers"].ports
    assert found.gives == {
        (agent, port): kind.isupper() for agent, kinds in given.items() for port, kind in enumerate(kinds)
    }
    assert found.inputs == ()
    assert system.net is not None
    assert encode(system, system.net, found).op.name == "relational.new"
