"""Feeds of every age and state of repair, each written by hand for one difficulty."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.feeds import MOST_ENTRIES, parse_feed, plain_text
from crawler.items import ParsedFeed
from mercato.errors import FeedError

CASES = Path(__file__).parents[1] / "cases"


def read(case: str, now: datetime, *, charset: str | None = None) -> ParsedFeed:
    outlet = case.partition("/")[0]
    return parse_feed((CASES / case).read_bytes(), f"https://{outlet}.example/flux/feed.xml", charset, now)


def test_rss_with_everything_wrong_that_rss_allows(now: datetime) -> None:
    feed = read("lephare/rss.xml", now)
    first, relative, undated, ancient, future = feed.entries

    assert first.title == "Loupiote perd sa directrice – et deux ingénieurs"
    assert first.url == "https://lephare.example/2026/03/loupiote"
    assert first.link.endswith("utm_medium=feed#xtor=RSS-1")
    assert first.summary == "Un départ de plus à Nantes.\nLa suite de l'histoire : Grandvoile recrute."
    assert (first.author, first.guid) == ("Anaïs Corbel", "lephare-4711")
    assert first.published == datetime(2026, 3, 18, 8, 5, tzinfo=UTC)
    assert relative.url == "https://lephare.example/2026/03/relatif"
    assert relative.published == datetime(2026, 3, 18, 7, 0, tzinfo=UTC)
    assert (undated.published, undated.author) == (None, "Yann Le Goff")
    assert (ancient.published, future.published) == (None, None)
    assert feed.dropped == {"bad-link": 3}
    assert feed.complaint == ""


def test_atom(now: datetime) -> None:
    first, second = read("vigie/atom.xml", now).entries
    assert first.url == "https://vigie.example/articles/brumaire"
    assert first.title == "Brumaire recrute l'ancienne cheffe de la recherche d'Ardoise"
    assert first.author == "Idriss Kerbrat"
    assert first.published == datetime(2026, 3, 18, 6, 45, tzinfo=UTC)
    assert second.title == "1 < 2 : la règle de Brumaire"
    assert second.published == datetime(2026, 3, 17, 10, 0, tzinfo=UTC)


def test_rdf(now: datetime) -> None:
    (entry,) = read("carnet/rdf.xml", now).entries
    assert entry.url == "https://carnet.example/spip.php?article12="
    assert entry.link == "https://carnet.example/spip.php?article12"
    assert entry.title == "Hélène Maréchal quitte Tramontane"
    assert entry.summary == "Après dix ans à la tête du service."
    assert entry.published == datetime(2026, 3, 17, 17, 30, tzinfo=UTC)


def test_bare_ampersands_are_forgiven_and_told(now: datetime) -> None:
    feed = read("esperluette/rss.xml", now)
    assert [entry.title for entry in feed.entries] == [
        "Recherche & développement : Cargo & Cie se sépare",
        "Un second départ",
    ]
    assert feed.entries[0].link == "https://esperluette.example/a?x=1&y=2"
    assert feed.complaint.startswith("line 2: not well-formed")


@pytest.mark.parametrize("charset", [None, "utf-8", "iso-8859-1", "windows-1252", "klingon"])
@pytest.mark.parametrize(
    "case", ["undeclared-cp1252", "declared-utf8-is-cp1252", "declared-latin1-is-utf8", "half-and-half"]
)
def test_accents_survive_every_wrong_declaration(case: str, charset: str | None, now: datetime) -> None:
    (entry,) = read(f"vieuxport/{case}.xml", now, charset=charset).entries
    assert entry.title == "Où va l’équipe de Zoé ? Après l’été, l’œuvre reste"
    assert entry.summary == "À 40 €, dit-elle…"


def test_a_truncated_feed_gives_its_whole_entries(now: datetime) -> None:
    feed = read("coupe/truncated.xml", now)
    assert [entry.url for entry in feed.entries] == ["https://coupe.example/entier"]
    assert feed.complaint


def test_a_huge_feed_is_cut(now: datetime) -> None:
    items = "".join(
        f"<item><title>{n}</title><link>https://x.example/{n}</link></item>" for n in range(MOST_ENTRIES + 9)
    )
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    feed = parse_feed(body, "https://x.example/feed", None, now)
    assert (len(feed.entries), feed.dropped) == (MOST_ENTRIES, {"over-limit": 9})


def test_an_empty_feed_is_no_error(now: datetime) -> None:
    body = b'<rss version="2.0"><channel><title>Vide</title></channel></rss>'
    assert read_bytes(body, now).entries == ()


def read_bytes(body: bytes, now: datetime) -> ParsedFeed:
    return parse_feed(body, "https://x.example/feed", None, now)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"<!DOCTYPE html><html><head><title>x</title></head><body><p>x</p></body></html>", "is a web page"),
        (b"<rss><channel><item><title>x</ti", "broken XML"),
        (b"<opml><body/></opml>", "neither RSS nor Atom"),
        (b"/etc/hostname", "broken XML"),
        (b"\x00\x01\x02", "broken XML"),
    ],
)
def test_what_is_no_feed_is_said(body: bytes, message: str, now: datetime) -> None:
    with pytest.raises(FeedError, match=message) as caught:
        read_bytes(body, now)
    assert "https://x.example/feed" in str(caught.value)


def test_entities_of_a_document_type_reach_no_file(now: datetime) -> None:
    body = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hostname">]>
    <rss version="2.0"><channel><item><title>A&f;B</title><link>https://x.example/1</link></item></channel></rss>"""
    (entry,) = read_bytes(body, now).entries
    assert entry.title in {"AB", "A&f;B", "A&f B"}


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Un</p><p>Deux</p>", "Un\nDeux"),
        ("Mis<b>tral</b> &amp; Cie", "Mistral & Cie"),
        ("&lt;p&gt;Un&lt;/p&gt;", "Un"),
        ("a<br>b<!-- non --><style>p{}</style>", "a\nb"),
        ("5 < 6 et 7 > 3", "5 < 6 et 7 > 3"),
        ("", ""),
    ],
)
def test_markup_of_feeds_becomes_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text
