"""The committed catalogue: large enough, without gaps, doubles or secrets."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.catalogue import COUNTRIES, LANGUAGES, TOPICS, load_catalogue
from mercato.model import Confidence, Paywall, Source
from mercato.urls import host_of, url_key

CATALOGUE = load_catalogue()
ids = pytest.mark.parametrize("source", CATALOGUE, ids=[source.id for source in CATALOGUE])


def test_covers_at_least_a_hundred_outlets() -> None:
    assert len({source.name for source in CATALOGUE}) >= 100


def test_covers_the_french_speaking_countries() -> None:
    counted = Counter(source.country for source in CATALOGUE)
    least = {"FR": 70, "CH": 6, "CA": 5, "BE": 5, "002": 3, "MA": 3, "SN": 1, "CM": 1}
    assert {country: counted[country] for country in least if counted[country] < least[country]} == {}


def test_is_french_but_for_few_outlets() -> None:
    assert Counter(source.language for source in CATALOGUE)["fr"] >= 0.95 * len(CATALOGUE)


def test_ids_are_unique() -> None:
    assert [name for name, times in Counter(source.id for source in CATALOGUE).items() if times > 1] == []


def test_feeds_are_unique_whatever_the_form_of_their_address() -> None:
    assert [key for key, times in Counter(url_key(source.feed) for source in CATALOGUE).items() if times > 1] == []


def test_is_in_order_of_country_then_id() -> None:
    order = [(source.country, source.id) for source in CATALOGUE]
    assert order == sorted(order)


def test_every_country_is_known_and_every_topic_is_used() -> None:
    assert {source.country for source in CATALOGUE} <= COUNTRIES
    assert {source.topic for source in CATALOGUE} == TOPICS


@ids
def test_has_no_gap(source: Source) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", source.id)
    assert source.name.strip() == source.name != ""
    assert source.language in LANGUAGES
    assert isinstance(source.paywall, Paywall)
    assert source.confidence in {Confidence.HIGH, Confidence.MEDIUM}
    assert host_of(source.feed)
    assert host_of(source.homepage)


@ids
def test_holds_no_secret(source: Source) -> None:
    for url in (source.feed, source.homepage):
        parts = urlsplit(url)
        names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        assert not names & {"token", "key", "secret", "apikey", "api_key", "access_token", "password", "auth"}
        assert "@" not in parts.netloc


@ids
def test_quirks_are_short_sentences(source: Source) -> None:
    for quirk in source.quirks:
        assert len(quirk) <= 120
        assert quirk.endswith(".")
        assert quirk[0].isupper()


def test_tells_how_to_add_an_outlet() -> None:
    head = files("crawler").joinpath("sources.toml").read_text(encoding="utf-8").partition("[[source]]")[0]
    assert all(line.startswith("#") for line in head.splitlines() if line)
    assert "docs/howto/add-an-outlet.md" in head
