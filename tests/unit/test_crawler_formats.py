"""JSON Feeds, news sitemaps, feeds that a page names, and entries that carry the whole article."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime

import pytest

from crawler.discovery import offers
from crawler.feeds import SHORTEST_WHOLE, parse_feed
from crawler.items import ParsedFeed
from mercato.errors import FeedError

URL = "https://phare.example/flux"


def read(document: object, now: datetime) -> ParsedFeed:
    text = document if isinstance(document, str) else json.dumps(document)
    return parse_feed(text.encode(), URL, None, now)


def test_json_feed(now: datetime) -> None:
    feed = read(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Le Phare",
            "authors": [{"name": "La rédaction"}],
            "hubs": [{"type": "WebSub", "url": "/hub"}],
            "items": [
                {
                    "id": "1",
                    "url": "/loupiote?utm_source=json",
                    "title": "Loupiote &amp; Cie recrute",
                    "content_html": "<p>Une arrivée.</p><p>Puis une autre.</p>",
                    "date_published": "2026-03-18T08:05:00+01:00",
                    "authors": [{"name": "Anaïs Corbel"}],
                },
                {"id": "https://phare.example/deux", "content_text": "Sans titre, < mais avec un texte."},
                {"id": "3", "url": "javascript:alert(1)", "title": "Piège"},
                "ceci n'est pas un objet",
            ],
        },
        now,
    )
    first, second = feed.entries
    assert (first.url, first.title) == ("https://phare.example/loupiote", "Loupiote & Cie recrute")
    assert first.summary == "Une arrivée.\nPuis une autre."
    assert (first.author, first.guid) == ("Anaïs Corbel", "1")
    assert first.published == datetime(2026, 3, 18, 7, 5, tzinfo=UTC)
    assert (second.title, second.summary) == ("", "Sans titre, < mais avec un texte.")
    assert second.author == "La rédaction"
    assert feed.dropped == {"bad-link": 1}
    assert feed.hub == "https://phare.example/hub"


@pytest.mark.parametrize("text", ['{"items": []}', '{"version": "https://jsonfeed.org/version/1"}', "{", "[" * 9000])
def test_json_that_is_no_feed(text: str, now: datetime) -> None:
    with pytest.raises(FeedError):
        read(text, now)


NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
  <url><loc>https://phare.example/a</loc><news:news><news:publication><news:name>Le Phare</news:name>
    <news:language>fr</news:language></news:publication>
    <news:publication_date>2026-03-18T07:00:00Z</news:publication_date>
    <news:title>Yann Kerbrat quitte Ardoise</news:title></news:news></url>
  <url><loc>https://phare.example/b</loc><lastmod>2026-03-17</lastmod></url>
  <url><loc>file:///etc/passwd</loc></url>
"""


def test_news_sitemap(now: datetime) -> None:
    feed = read(NEWS + "</urlset>", now)
    first, second = feed.entries
    assert (first.url, first.title) == ("https://phare.example/a", "Yann Kerbrat quitte Ardoise")
    assert first.published == datetime(2026, 3, 18, 7, 0, tzinfo=UTC)
    assert (second.title, second.published) == ("", datetime(2026, 3, 17, tzinfo=UTC))
    assert feed.dropped == {"bad-link": 1}
    assert feed.complaint == ""


def test_a_sitemap_that_was_cut_off_is_read_up_to_there(now: datetime) -> None:
    feed = read(NEWS, now)
    assert len(feed.entries) == 2
    assert feed.complaint


def test_no_entity_of_a_sitemap_is_expanded_or_loaded(now: datetime) -> None:
    bomb = '<!DOCTYPE urlset [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    text = f"{bomb}<urlset><url><loc>https://phare.example/&b;</loc><title>&c;</title></url></urlset>"
    with pytest.raises(FeedError):  # a document type is nothing that a sitemap has: it counts as no feed at all
        read(text, now)


def test_an_index_names_its_newest_sitemaps(now: datetime) -> None:
    index = "".join(
        f"<sitemap><loc>https://phare.example/{month}.xml</loc><lastmod>2026-{month}-01</lastmod></sitemap>"
        for month in ("01", "03", "02")
    )
    feed = read(f"<sitemapindex>{index}</sitemapindex>", now)
    assert feed.entries == ()
    assert feed.sitemaps == ("https://phare.example/03.xml", "https://phare.example/02.xml")


PAGE = """<!doctype html><html><head><title>Le Phare</title>
<link rel="alternate" type="application/rss+xml" title="Le Phare" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Flux des commentaires" href="/comments/feed/">
<link rel="alternate" type="application/atom+xml" href="https://phare.example/atom.xml">
<link rel="alternate" hreflang="en" href="/en/">
</head><body><a href="/feed">RSS</a> <a href="/ia/rss.xml">IA</a> <a href="/rss-quoi">non</a></body></html>"""
OFFERS = ("https://phare.example/feed/", "https://phare.example/atom.xml", "https://phare.example/ia/rss.xml")


def test_feeds_that_a_page_names() -> None:
    assert offers(PAGE, "https://phare.example/") == OFFERS
    assert offers("", "https://phare.example/") == ()


def test_a_page_in_place_of_a_feed_tells_where_the_feeds_are(now: datetime) -> None:
    with pytest.raises(FeedError, match="is a web page") as caught:
        read(PAGE, now)
    assert caught.value.offers == OFFERS
    assert pickle.loads(pickle.dumps(caught.value)).offers == OFFERS  # it crosses a pipe


def rss(item: str, channel: str = "") -> str:
    content = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {content}><channel><title>F</title>{channel}<item>{item}</item></channel></rss>'


def test_ttl_and_hub(now: datetime) -> None:
    feed = read(
        rss("<link>https://phare.example/a</link>", '<ttl>45</ttl><atom:link rel="hub" href="https://hub.example/"/>'),
        now,
    )
    assert (feed.ttl, feed.hub) == (2700, "https://hub.example/")
    assert read(rss("<link>https://phare.example/a</link>", "<ttl>souvent</ttl>"), now).ttl is None


LONG = "<p>Une phrase qui compte pour du texte.</p>" * (SHORTEST_WHOLE // 30)


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (LONG, True),
        (LONG + "<p>L’article Titre est apparu en premier sur Le Phare.</p>", True),
        (LONG + "<p>Et alors […]</p>", False),
        (LONG + "<p><a href='/a'>Lire la suite de l'article</a></p>", False),
        ("<p>Un résumé.</p>", False),
    ],
)
def test_entries_that_look_whole(content: str, whole: bool, now: datetime) -> None:
    (entry,) = read(
        rss(f"<link>https://phare.example/a</link><content:encoded><![CDATA[{content}]]></content:encoded>"), now
    ).entries
    assert entry.whole is whole
    assert "apparu en premier" not in entry.summary
