"""How results show: in a line, in a terminal with rich, and in a notebook."""

from html import unescape

import numpy as np

from calculus import eml


def test_a_witness_shows_tree_size_and_domain():
    found = eml.compile("x - y", semantics="principal")
    assert repr(found).startswith("<Witness eml(eml(1, eml(eml(1, x), 1)), eml(y, 1)), K 11, principal: ")
    described = found.described().splitlines()
    assert described[0] == str(found)
    assert described[1].split() == ["postfix", "11xE1EEy1EE"]
    assert described[2].split()[:2] == ["K", "11,"]
    assert str(found.domain) in described[3]
    assert unescape(found._repr_html_()) == f"<pre>{found.described()}</pre>"


def test_markup_of_rich_and_html_is_escaped():
    found = eml.search("x - 1", assume="x > 1", threads=1)
    assert "&lt;" in found._repr_html_() or "<" not in found.described()
    assert found.__rich__().replace("\\[", "[") == found.described()
    assert repr(found).startswith("<Found x - 1: 11xE1EE11EE (K 11); none shorter")


def test_a_fit_says_whether_it_is_recovered():
    x = np.linspace(1, 3, 40)
    right = eml.fit(x, np.exp(x), depth=2, workers=1)
    assert repr(right) == "<Fit y = exp(x): recovered>"
    assert right.described().splitlines() == ["y = exp(x)", "  x1E  K = 3", "recovered"]
    noisy = np.exp(x) + 0.01 * np.sin(50 * x)
    wrong = eml.fit(x, noisy, depth=2, restarts=1, finish=False, workers=1)
    assert "not recovered, error" in repr(wrong)


def test_what_a_tree_computes_shows_with_its_conditions():
    found = eml.decompile("11xE1EE")
    assert repr(found) == "<Decompiled ln(x), principal: x not in (-∞, 0]>"
    assert "where" in found._repr_html_()
    assert found._repr_latex_() == f"${found.latex}$"


def test_values_show_with_their_semantics():
    found = eml.evaluate("11xE1EE", {"x": -2}, semantics="principal", precision=6)
    assert repr(found) == "<Value 0.693147-3.14159i, principal>"
    assert found._repr_html_() == f"<pre>{found}</pre>"
    missing = eml.evaluate("11xE1EE", {"x": 0}, semantics="principal")
    assert repr(missing) == f"<Value undefined: {missing.why} at {missing.where}, principal>"


def test_enclosures_show_their_bounds():
    found = eml.enclose("x1E", {"x": "[1, 2]"})
    assert repr(found) == f"<Enclosure {found.re}, principal>"
    assert unescape(found._repr_html_()) == f"<pre>{found}</pre>"


def test_a_report_of_conditioning_shows_in_a_line_and_in_full():
    found = eml.conditioning("x1E", {"x": 1})
    assert repr(found).startswith("<Conditioning 2.718281828459045, error ")
    assert repr(found).endswith(", robust>")
    assert found.described() == str(found)
