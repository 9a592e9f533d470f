"""Lists of feeds in OPML: what Mercato writes comes back, and what others write is taken as it comes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalogue import load_catalogue
from crawler.opml import Grouping, from_opml, to_opml
from mercato.errors import CatalogueError
from mercato.model import Confidence, Paywall, Source
from mercato.text import squeeze

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def listing(body: str) -> str:
    return f'<?xml version="1.0"?>\n<opml version="1.0">\n<head/>\n<body>\n{body}\n</body>\n</opml>'


def only(document: str | bytes) -> Source:
    sources, refused = from_opml(document)
    assert refused == []
    (source,) = sources
    return source


def refusal(document: str | bytes) -> str:
    with pytest.raises(CatalogueError) as caught:
        from_opml(document, "liste.opml")
    assert str(caught.value).startswith("liste.opml:")
    (mistake,) = caught.value.mistakes
    return mistake


@pytest.mark.parametrize("grouping", Grouping)
def test_the_catalogue_comes_back(grouping: Grouping) -> None:
    written = to_opml(load_catalogue(), "Mercato", NOW, grouping=grouping)
    sources, refused = from_opml(written)
    assert refused == []
    assert {source.id: source for source in sources} == {
        source.id: replace(source, quirks=()) for source in load_catalogue()
    }


def test_bytes_and_text_are_read_alike() -> None:
    written = to_opml(load_catalogue(), "Mercato", NOW)
    assert from_opml(written.encode()) == from_opml(written)


def test_writes_what_the_specification_asks_for() -> None:
    root = ET.fromstring(to_opml(load_catalogue()[:9], "Presse & tech", NOW))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "Presse & tech"
    assert root.findtext("head/dateCreated") == "Wed, 18 Mar 2026 09:30:00 +0000"
    feeds = root.findall("body/outline/outline")
    assert len(feeds) == 9
    assert all(feed.get("type") == "rss" and feed.get("text") and feed.get("xmlUrl") for feed in feeds)


def test_folders_are_countries_in_the_readers_language() -> None:
    def folders(language: str) -> list[str | None]:
        root = ET.fromstring(to_opml(load_catalogue(), "Mercato", NOW, language=language))
        return [folder.get("text") for folder in root.findall("body/outline")]

    assert folders("fr") == ["Afrique", "Belgique", "Cameroun", "Canada", "France", "Maroc", "Sénégal", "Suisse"]
    assert "Switzerland" in folders("en")


def test_folders_are_topics_when_asked() -> None:
    root = ET.fromstring(to_opml(load_catalogue(), "Mercato", NOW, grouping=Grouping.TOPIC))
    folders = [folder.get("text") for folder in root.findall("body/outline")]
    assert folders == sorted({source.topic for source in load_catalogue()})


def test_an_outlet_without_country_stands_in_no_folder() -> None:
    root = ET.fromstring(to_opml([Source(id="a", name="A", feed="https://a.test/feed")], "Mercato", NOW))
    assert [outline.get("xmlUrl") for outline in root.findall("body/outline")] == ["https://a.test/feed"]


def test_the_same_list_is_written_the_same() -> None:
    assert to_opml(load_catalogue(), "Mercato", NOW) == to_opml(load_catalogue(), "Mercato", NOW)


@pytest.mark.parametrize("attribute", ["xmlUrl", "xmlurl", "XMLURL", "XmlUrl"])
def test_the_case_of_attributes_is_free(attribute: str) -> None:
    source = only(listing(f'<outline text="Exemple" {attribute}="https://exemple.test/feed"/>'))
    assert (source.id, source.name, source.feed) == ("exemple", "Exemple", "https://exemple.test/feed")


@pytest.mark.parametrize(
    ("attributes", "slug", "name"),
    [
        pytest.param('text="L’Écho du Web"', "l-echo-du-web", "L’Écho du Web", id="text alone"),
        pytest.param('title="Cœur &amp; Code"', "coeur-code", "Cœur & Code", id="title alone"),
        pytest.param('text="  Deux\n lignes " title="Autre"', "deux-lignes", "Deux lignes", id="text before title"),
        pytest.param("", "exemple-test", "www.exemple.test", id="neither"),
        pytest.param('text="新闻"', "exemple-test", "新闻", id="nothing to make an id of"),
        pytest.param('text="Exemple" mercato:id="mon-id"', "mon-id", "Exemple", id="our own id"),
        pytest.param('text="Exemple" mercato:id="Pas bon"', "exemple", "Exemple", id="our own id, spoilt"),
    ],
)
def test_names_and_ids(attributes: str, slug: str, name: str) -> None:
    source = only(listing(f'<outline {attributes} xmlUrl="https://www.exemple.test/feed"/>'))
    assert (source.id, source.name) == (slug, name)


def test_long_names_make_ids_that_stay_short_and_unique() -> None:
    lines = "".join(f'<outline text="{"a" * 90}" xmlUrl="https://a.test/{number}"/>' for number in range(3))
    sources, _ = from_opml(listing(lines))
    assert [source.id for source in sources] == ["a" * 64, "a" * 62 + "-2", "a" * 62 + "-3"]


def test_the_innermost_folder_gives_the_topic() -> None:
    source = only(
        listing(
            '<outline text="Presse"><outline text="IA">'
            '<outline text="Exemple" xmlUrl="https://exemple.test/feed"/></outline></outline>'
        )
    )
    assert source.topic == "IA"


def test_a_feed_that_holds_feeds_is_a_feed() -> None:
    sources, refused = from_opml(
        listing('<outline text="A" xmlUrl="https://a.test/f"><outline text="B" xmlUrl="https://b.test/f"/></outline>')
    )
    assert ([source.id for source in sources], refused) == (["a", "b"], [])


@pytest.mark.parametrize(
    ("link", "feed"),
    [
        ("feed://exemple.test/rss", "http://exemple.test/rss"),
        ("feed:https://exemple.test/rss", "https://exemple.test/rss"),
        ("  https://exemple.test/rss?a=1&amp;b=2 ", "https://exemple.test/rss?a=1&b=2"),
    ],
)
def test_odd_addresses_are_understood(link: str, feed: str) -> None:
    assert only(listing(f'<outline text="Exemple" xmlUrl="{link}"/>')).feed == feed


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        ('<outline text="A" xmlUrl="ftp://a.test/feed"/>', "is no http or https address"),
        ('<outline text="A" xmlUrl="javascript:alert(1)"/>', "is no http or https address"),
        ('<outline text="A" xmlUrl="/feed"/>', "is no http or https address"),
        ('<outline text="A" xmlUrl=""/>', "has no feed address (xmlUrl)"),
        ('<outline text="A" type="link" url="https://a.test/"/>', "has no feed address (xmlUrl)"),
    ],
)
def test_what_is_no_feed_is_refused_with_its_place(outline: str, words: str) -> None:
    sources, refused = from_opml(listing(f'{outline}\n<outline text="B" xmlUrl="https://b.test/feed"/>'))
    assert [source.id for source in sources] == ["b"]
    (sentence,) = refused
    assert sentence.startswith('line 5, "A": ')
    assert words in sentence


def test_the_same_feed_is_taken_once() -> None:
    sources, refused = from_opml(
        listing(
            '<outline text="A" xmlUrl="https://www.a.test/feed/"/>\n<outline text="Aussi" xmlUrl="http://a.test/feed"/>'
        )
    )
    assert [source.name for source in sources] == ["A"]
    assert refused == ['line 6, "Aussi": the same feed as "A", which is kept']


def test_prefixes_that_nobody_declared_do_no_harm() -> None:
    assert only(listing('<outline text="A" xmlUrl="https://a.test/f" frss:priority="feed"/>')).id == "a"


def test_unknown_values_of_our_own_attributes_fall_back() -> None:
    source = only(listing('<outline text="A" xmlUrl="https://a.test/f" mercato:paywall="?" mercato:confidence="?"/>'))
    assert (source.paywall, source.confidence) == (Paywall.UNKNOWN, Confidence.HIGH)


def test_the_declared_encoding_of_bytes_is_obeyed() -> None:
    text = '<?xml version="1.0" encoding="windows-1252"?><opml><body><outline text="L’été" xmlUrl="https://e.test/f"/></body></opml>'
    assert only(text.encode("cp1252")).name == "L’été"
    assert only(text).name == "L’été"
    assert only(text.replace("windows-1252", "utf-16").encode("utf-16")).name == "L’été"


def test_an_unknown_encoding_is_told() -> None:
    mistake = refusal(b'<?xml version="1.0" encoding="klingon"?><opml/>')
    assert "encoding" in mistake


def test_broken_xml_is_told_with_line_and_column() -> None:
    mistake = refusal('<opml>\n<body>\n  <outline text="A & B"/>\n</body></opml>')
    assert mistake.startswith("line 3, column 21: is not well-formed XML")


@pytest.mark.parametrize("document", ["", "   ", "<opml>", b"\xff\xfe", b"\x00" * 40, "pas de xml"])
def test_what_is_no_xml_is_refused(document: str | bytes) -> None:
    assert "is not well-formed XML" in refusal(document)


def test_another_format_is_refused() -> None:
    assert refusal('\n<rss version="2.0"/>') == "line 2, column 1: is no OPML: expected <opml>, found <rss>"


@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param('<!ENTITY x SYSTEM "file:///etc/hostname">', id="file"),
        pytest.param('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', id="network"),
        pytest.param('<!ENTITY x "boum"><!ENTITY y "&x;&x;&x;&x;">', id="growth"),
        pytest.param('<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;', id="parameter entity"),
    ],
)
def test_entities_are_refused(declaration: str) -> None:
    document = (
        f'<!DOCTYPE opml [{declaration}]>\n<opml><body><outline text="&x;" xmlUrl="https://a.test/"/></body></opml>'
    )
    assert "entities are refused" in refusal(document)
    assert "entities are refused" in refusal(document.encode("utf-16"))


def test_deep_nesting_is_read() -> None:
    depth = 20_000
    document = "<opml><body>" + "<outline text='d'>" * depth + "</outline>" * depth + "</body></opml>"
    sources, refused = from_opml(document)
    assert sources == []
    assert len(refused) == 1  # the innermost holds nothing


names = st.text(min_size=1, max_size=60).map(squeeze).filter(bool)
sources = st.lists(
    st.builds(
        Source,
        id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
        name=names,
        feed=st.from_regex(r"https://[a-z]{1,9}\.test/[a-z0-9]{0,8}(\?a=[a-z&=]{0,5})?", fullmatch=True),
        country=st.sampled_from(["", "FR", "BE", "002"]),
        topic=st.sampled_from(["", "tech", "ai"]),
        paywall=st.sampled_from(Paywall),
        confidence=st.sampled_from(Confidence),
    ),
    max_size=8,
    unique_by=(lambda source: source.id, lambda source: source.feed.partition("?")[0].rstrip("/")),
)


@given(sources=sources, grouping=st.sampled_from(Grouping), title=st.text(max_size=40))
def test_ids_and_feeds_always_come_back(sources: list[Source], grouping: Grouping, title: str) -> None:
    back, refused = from_opml(to_opml(sources, title, NOW, grouping=grouping))
    assert refused == []
    assert {source.id: source.feed for source in back} == {source.id: source.feed for source in sources}
    named = {source.id: source.name for source in sources if source.name.isprintable()}
    assert {source.id: source.name for source in back if source.id in named} == named


@given(st.text(max_size=400) | st.binary(max_size=400))
def test_anything_is_read_or_refused(document: str | bytes) -> None:
    with suppress(CatalogueError):
        from_opml(document)


@given(st.text(alphabet='<>/="& outlinexmUrop!D\n', max_size=200))
def test_anything_like_a_list_is_read_or_refused(body: str) -> None:
    with suppress(CatalogueError):
        sources, refused = from_opml(listing(body))
        assert all(source.feed.startswith("http") for source in sources)
        assert all(sentence.startswith("line ") for sentence in refused)
