"""A watch's stories as Atom and as JSON Feed, read by a feed reader."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
import pytest
from digest_samples import NOW, a_story, a_telling, rich_cards
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from alerts.syndication import atom, json_feed
from mercato.model import Status, Story, Watch

WATCH = Watch(name="Talents « IA »", language="fr")
SENDER = "mercato@mercato.example"
STORIES = [card.story for card in rich_cards()]


def test_a_feed_reader_reads_the_atom_feed() -> None:
    home = "https://mercato.example/feeds/ia.atom"
    read = feedparser.parse(atom(WATCH, STORIES, sender=SENDER, now=NOW, home=home))
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "Mercato\u00a0: la veille «\u00a0Talents « IA »\u00a0»"
    assert read.feed.links[0].href == home
    assert [entry.title for entry in read.entries][:3] == [
        "Meta débauche Anselm Vogtländer chez Apple",
        "Inès Karoubi-Lemaître, ex-OVHcloud, devient directrice générale d’Alan",
        "Rumeur\u00a0: Oswin Brackley quitterait OpenAI",
    ]
    assert read.entries[0].id == "tag:mercato.example,2026:mercato:story:poached"
    assert read.entries[0].link.startswith("https://techmatin.example/")
    assert len({entry.id for entry in read.entries}) == len(STORIES)


def test_the_json_feed_holds_the_same() -> None:
    read = json.loads(json_feed(WATCH, STORIES, sender=SENDER))
    feed = feedparser.parse(atom(WATCH, STORIES, sender=SENDER, now=NOW))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in read["items"]] == [entry.id for entry in feed.entries]
    assert [item["title"] for item in read["items"]] == [entry.title for entry in feed.entries]
    assert read["items"][0]["_mercato"]["destination"] == "Meta"
    assert all(item["date_modified"].endswith("Z") for item in read["items"])


def test_a_story_that_changed_is_the_same_entry_with_a_later_date() -> None:
    later = replace(STORIES[0], status=Status.DENIED, updated=NOW.replace(hour=20))
    before, after = (
        feedparser.parse(atom(WATCH, [story], sender=SENDER, now=NOW)).entries[0] for story in (STORIES[0], later)
    )
    assert before.id == after.id
    assert before.updated < after.updated
    assert after.title.startswith("Démenti")


def test_an_empty_watch_has_a_valid_feed() -> None:
    read = feedparser.parse(atom(WATCH, [], sender=SENDER, now=NOW))
    assert not read.bozo
    assert read.entries == []
    assert json.loads(json_feed(WATCH, [], sender=SENDER))["items"] == []


@given(st.text(max_size=120), st.sampled_from(["</title>", "]]>", "&#0;", "\x00\x1b", "<script>"]))
def test_whatever_is_written_stays_text(words: str, attack: str) -> None:
    story: Story = a_story(words + attack, tellings=(a_telling("a", words, attack + words),))
    etree.fromstring(atom(Watch(name=words or "w"), [story], sender=SENDER, now=NOW))
    json.loads(json_feed(Watch(name=words or "w"), [story], sender=SENDER))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example@b.example/"])
def test_an_address_that_cannot_be_trusted_is_no_link(url: str) -> None:
    story = a_story("Ana", tellings=(replace(a_telling("a", "Le Fil", "Titre"), url=url),))
    assert "links" not in feedparser.parse(atom(WATCH, [story], sender=SENDER, now=NOW)).entries[0]
    assert "url" not in json.loads(json_feed(WATCH, [story], sender=SENDER))["items"][0]
