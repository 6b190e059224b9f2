"""Nets in PNML: what is read, what is refused, what the layout keeps."""

import pytest

from calculus.encodings.petri import xml
from calculus.encodings.petri.net import Net, Transition
from calculus.encodings.petri.pnml import NAMESPACE, TYPE, format_pnml, from_pnml, is_pnml, to_pnml
from calculus.source.diagnostic import CalculusError, SyntaxProblem
from calculus.source.text import Source


def pnml(inside: str, kind: str = TYPE, namespace: str = NAMESPACE) -> Source:
    given = f' xmlns="{namespace}"' if namespace else ""
    return Source(f'<pnml{given}><net id="n" type="{kind}">{inside}</net></pnml>')


def named(kind: str, id: str, name: str) -> str:
    return f'<{kind} id="{id}"><name><text>{name}</text></name></{kind}>'


def test_pages_are_flattened() -> None:
    source = pnml(
        '<page id="g"><place id="a"><initialMarking><text> 2 </text></initialMarking></place>'
        '<page id="h"><transition id="t"/><arc id="x" source="a" target="t"/></page></page>'
        '<arc id="y" source="t" target="b"><inscription><text>3</text></inscription></arc><place id="b"/>'
    )
    assert from_pnml(source) == Net(("a", "b"), (Transition("t", {"a": 1}, {"b": 3}),), {"a": 2})


def test_arcs_between_the_same_two_add_up() -> None:
    source = pnml(
        '<place id="a"/><transition id="t"/><arc id="x" source="a" target="t"/>'
        '<arc id="y" source="a" target="t"><inscription><text>2</text></inscription></arc>'
    )
    assert from_pnml(source).transitions[0].inputs == {"a": 3}


def test_names() -> None:
    source = pnml(named("place", "p1", "ready &amp; set") + named("place", "p2", "two\n   lines"))
    assert from_pnml(source).places == ("ready & set", "two lines")
    # Names that do not tell places apart are not used; those of transitions are another matter.
    source = pnml(
        named("place", "p1", "same") + named("place", "p2", "same") + named("transition", "t", "same")
    )
    net = from_pnml(source)
    assert (net.places, net.transitions[0].name) == (("p1", "p2"), "same")
    # One may be called what is the identifier of another.
    source = pnml(named("place", "p1", "p2") + '<place id="p2"/>')
    assert from_pnml(source).places == ("p1", "p2")


def test_prefixes_and_texts_without_a_namespace() -> None:
    plain = pnml('<place id="a"/>', namespace="")
    assert from_pnml(plain).places == ("a",)
    text = (
        f'<x:pnml xmlns:x="{NAMESPACE}"><x:net id="n" type="{TYPE}"><x:place id="a"/>'
        '<x:toolspecific tool="t" version="1"><place id="b"/></x:toolspecific></x:net></x:pnml>'
    )
    assert from_pnml(Source(text)).places == ("a",)


def test_what_looks_like_xml() -> None:
    assert is_pnml(Source("\n <?xml version='1.0'?>"))
    assert not is_pnml(Source("-- <pnml>\nplace a"))


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE pnml SYSTEM "file:///etc/passwd"><pnml/>',
        '<!DOCTYPE pnml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><pnml>&b;</pnml>',
        "<?xml version='1.0'?>\n<!-- x --><!DOCTYPE pnml><pnml/>",
    ],
)
def test_document_types_are_refused(text: str) -> None:
    with pytest.raises(SyntaxProblem, match="document type") as caught:
        from_pnml(Source(text))
    assert caught.value.span is not None and caught.value.span.text == "<!DOCTYPE"


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_CHARACTERS", 100)
    with pytest.raises(SyntaxProblem, match="at most 100 characters"):
        from_pnml(pnml('<place id="a"/>'))


def test_places_in_a_text_that_is_not_ascii() -> None:
    source = pnml('<!-- äöü → 𝄞 --><place id="ä"/><place id="ä"/>')
    with pytest.raises(CalculusError) as caught:
        from_pnml(source)
    assert caught.value.span is not None
    assert caught.value.span.text == '<place id="ä"/>'
    assert caught.value.span.start == source.text.rindex("<place")


def test_layout_keeps_what_is_not_read() -> None:
    source = Source(
        f"<?xml version='1.0'?><!-- top --><pnml xmlns='{NAMESPACE}'>"
        f'<net id="n" type="{TYPE}">  <name><text>a  &lt;b&gt;\n c</text></name><!-- here -->'
        '<place id="p"><graphics><position x="1" y="2"/></graphics></place><?do this?>'
        '<toolspecific tool="&quot;x&#10;" version="1"><note xml:space="preserve"> <b/> </note>'
        "<c>kept  <d/> as it is</c></toolspecific></net></pnml><!-- end -->"
    )
    expected = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- top -->
<pnml xmlns="{NAMESPACE}">
  <net id="n" type="{TYPE}">
    <name>
      <text>a &lt;b&gt; c</text>
    </name>
    <!-- here -->
    <place id="p">
      <graphics>
        <position x="1" y="2"/>
      </graphics>
    </place>
    <?do this?>
    <toolspecific tool="&quot;x&#10;" version="1">
      <note xml:space="preserve"> <b/> </note>
      <c>kept  <d/> as it is</c>
    </toolspecific>
  </net>
</pnml>
<!-- end -->
"""
    assert format_pnml(source) == expected
    assert format_pnml(Source(expected)) == expected


def test_deep_pages() -> None:
    depth = 5_000
    inside = (
        "".join(f'<page id="g{number}">' for number in range(depth)) + '<place id="a"/>' + "</page>" * depth
    )
    source = pnml(inside)
    assert from_pnml(source).places == ("a",)
    assert from_pnml(Source(format_pnml(source))).places == ("a",)


def test_a_question_is_kept_for_this_tool() -> None:
    inside = '<toolspecific tool="calculus" version="1"><question>{}</question></toolspecific><place id="a"/>'
    net = from_pnml(pnml(inside.format("a &gt;= 2")))
    assert net.question is not None
    assert from_pnml(Source(to_pnml(net))) == net
    with pytest.raises(CalculusError, match="no place `b`") as caught:
        from_pnml(pnml(inside.format("b = 1")))
    assert caught.value.span is not None and caught.value.span.text == "<question>"
