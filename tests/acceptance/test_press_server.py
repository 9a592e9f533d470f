"""The bundled press: what it serves, what it refuses, and that its answers for a careful reader hold together."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import feedparser
import pytest

import mercato.press
from mercato.model import FeedOutcome, Kind, Status
from mercato.press import ExpectedStory, Family, PressServer, Refusal, expected, labels, serve
from mercato.press.content import Outlet, bios, outlets, parse_age, pieces
from mercato.press.edition import Printed, make_edition, typeset
from mercato.text import fold, squeeze

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
EDITION = {article.key: article for article in make_edition(NOW)}


class Answer:
    """One answer as it came over the wire; redirects are not followed."""

    def __init__(self, url: str, method: str = "GET", **headers: str) -> None:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            self.status, self.headers, self.body = response.status, response.headers, response.read()
        finally:
            connection.close()

    def text(self, charset: str) -> str:
        """The page as a reader sees it, tags removed."""
        return unescape(re.sub(r"<[^>]+>", "", self.body.decode(charset)))


@pytest.fixture(scope="module")
def press() -> Iterator[PressServer]:
    with serve(NOW) as server:
        yield server


def feed_of(press: PressServer, outlet: str) -> feedparser.FeedParserDict:
    source = next(source for source in press.sources if source.id == outlet)
    answer = Answer(source.feed)
    assert answer.status == 200
    return feedparser.parse(answer.body, response_headers={"content-type": answer.headers["Content-Type"]})


def links(press: PressServer) -> dict[str, str]:
    """The feeds' link of every article, by key."""
    found = {}
    for source in press.sources:
        for entry in feed_of(press, source.id).entries:
            key = press.article_at(entry.link)
            assert key is not None, entry.link
            if EDITION[key].outlet.id == source.id:
                found[key] = entry.link
    return found


def pages() -> list[Printed]:
    """The articles whose pages are really there."""
    return [article for article in EDITION.values() if not article.piece.missing]


# --- feeds ---


def test_the_press_is_large_and_varied() -> None:
    assert len(outlets()) >= 9
    assert len(pieces()) >= 46
    assert {outlet.country for outlet in outlets()} >= {"FR", "CH", "BE", "CA", "CI"}
    assert {outlet.topic for outlet in outlets()} >= {"wire", "consumer", "business", "it-pro", "ai", "startups"}


def test_every_feed_parses_in_its_own_format(press: PressServer) -> None:
    versions = {source.id: feed_of(press, source.id).version for source in press.sources}
    formats = {"rss": "rss20", "atom": "atom10", "rdf": "rss10", "page": ""}
    assert versions == {outlet.id: formats[outlet.feed.format] for outlet in outlets()}
    assert set(versions.values()) == {"rss20", "atom10", "rss10", ""}


def test_feeds_are_well_formed_but_for_those_that_are_broken_on_purpose(press: PressServer) -> None:
    ill_formed = {source.id for source in press.sources if feed_of(press, source.id).bozo}
    assert ill_formed == {"lagune-tech", "le-cable"}
    assert len(feed_of(press, "lagune-tech").entries) == 4
    assert not feed_of(press, "le-cable").entries


def test_feeds_tell_every_article_with_its_title_date_and_summary(press: PressServer) -> None:
    told = {}
    for source in press.sources:
        for entry in feed_of(press, source.id).entries:
            told[press.article_at(entry.link)] = entry
    assert set(told) == set(EDITION)
    for key, entry in told.items():
        assert squeeze(entry.title) == squeeze(EDITION[key].title)
        assert squeeze(entry.summary) == squeeze(EDITION[key].summary)
        moment = entry.get("published_parsed") or entry.updated_parsed  # RSS 1.0 has one date only
        assert datetime(*moment[:6], tzinfo=UTC) == EDITION[key].published


def test_feeds_that_bring_no_entries_are_the_expected_ones(press: PressServer) -> None:
    silent = {source.id for source in press.sources if not feed_of(press, source.id).entries}
    assert silent == set(expected().feeds)
    assert expected().feeds == {"orbite-basse": FeedOutcome.EMPTY, "le-cable": FeedOutcome.BROKEN}


def test_two_outlets_of_a_group_list_the_same_article_under_different_trackers(press: PressServer) -> None:
    entries = [entry.link for entry in feed_of(press, "ecran-libre").entries + feed_of(press, "pixel-canape").entries]
    twice = {key for key, times in Counter(press.article_at(link) for link in entries).items() if times > 1}
    assert twice == {"aubertin-mistral", "calepin-play-store"}
    assert len(set(entries)) == len(entries)
    assert all("utm_" in link for link in entries)


# --- pages ---


def test_every_link_of_a_feed_has_the_status_it_should_have(press: PressServer) -> None:
    statuses = {key: Answer(link).status for key, link in links(press).items()}
    assert {key for key, status in statuses.items() if status == 404} == {"comparatif-baies"}
    assert {key for key, status in statuses.items() if status == 302} == {"paquette-borealis-cloud"}
    assert set(statuses.values()) == {200, 302, 404}


def test_the_redirect_leads_to_the_page(press: PressServer) -> None:
    link = links(press)["paquette-borealis-cloud"]
    target = Answer(link).headers["Location"]
    assert target == press.urls["paquette-borealis-cloud"] != link
    assert press.article_at(target) == press.article_at(link)
    assert Answer(target).status == 200


def test_every_page_carries_its_article_and_clutter(press: PressServer) -> None:
    for article in pages():
        text = Answer(press.urls[article.key]).text(article.outlet.charset)
        assert article.title in text, article.key
        for block in article.free_blocks:
            assert block.plain in text, article.key
        assert any(teaser in text for teaser in article.outlet.teasers), article.key
        assert "{" not in article.text, article.key


def test_pages_differ_in_structure() -> None:
    folder = Path(mercato.press.__file__).parent / "templates"
    written = [(folder / f"{outlet.id}.html") for outlet in outlets() if any(p.outlet == outlet.id for p in pieces())]
    assert len({template.read_text("utf-8") for template in written}) >= 9


def test_structured_data_is_valid_where_there_is_some(press: PressServer) -> None:
    found = Counter()
    for article in pages():
        markup = Answer(press.urls[article.key]).body.decode(article.outlet.charset)
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', markup, re.DOTALL)
        found[bool(blocks)] += 1
        assert all(json.loads(block)["@context"] == "https://schema.org" for block in blocks)
    assert found[True] >= 10
    assert found[False] >= 10


def test_the_paywalled_page_keeps_its_end_to_itself(press: PressServer) -> None:
    closed = {key for key, why in expected().refusals.items() if why is Refusal.PAYWALL}
    assert (
        closed
        == {article.key for article in EDITION.values() if article.piece.free is not None}
        == {"ostrevant-solheim"}
    )
    article = EDITION["ostrevant-solheim"]
    page = Answer(press.urls[article.key])
    assert b'"isAccessibleForFree": false' in page.body
    assert article.blocks[-1].plain not in page.text("utf-8")


def test_undeclared_cp1252_is_what_it_is(press: PressServer) -> None:
    page = Answer(press.urls["ovhcloud-wieczorek"])
    assert page.headers["Content-Type"] == "text/html"
    assert b"charset" not in page.body
    assert "\N{RIGHT SINGLE QUOTATION MARK}".encode("cp1252") in page.body
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")
    assert "hébergée exclusivement en Europe" in page.body.decode("cp1252")


def test_robots_txt_closes_the_page_that_is_expected_to_be_refused(press: PressServer) -> None:
    refused = set()
    for outlet in outlets():
        robots = RobotFileParser()
        robots.parse(Answer(press.base_urls[outlet.id] + "/robots.txt").body.decode().splitlines())
        own = [article for article in EDITION.values() if article.outlet.id == outlet.id]
        refused |= {article.key for article in own if not robots.can_fetch("Mercato", press.urls[article.key])}
    assert refused == {"ostrevant-se-separe"}
    assert {key for key, why in expected().refusals.items() if why is Refusal.ROBOTS} == refused


# --- the protocol ---


@pytest.mark.parametrize("outlet", [outlet for outlet in outlets() if outlet.validators != "none"], ids=lambda o: o.id)
def test_a_second_visit_with_validators_gets_304(press: PressServer, outlet: Outlet) -> None:
    url = next(source.feed for source in press.sources if source.id == outlet.id)
    first = Answer(url)
    etag, modified = first.headers.get("ETag"), first.headers.get("Last-Modified")
    if etag:
        again = Answer(url, If_None_Match=f'W/"other", {etag}')
        assert (again.status, again.body) == (304, b"")
        assert Answer(url, If_None_Match='"other"').status == 200
    if modified:
        assert Answer(url, If_Modified_Since=modified).status == 304
        assert Answer(url, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
        assert Answer(url, If_Modified_Since="no date").status == 200
    assert etag or modified or outlet.id in expected().feeds


def test_tags_come_before_dates(press: PressServer) -> None:
    url = press.sources[0].feed
    modified = Answer(url).headers["Last-Modified"]
    assert Answer(url, If_None_Match='"other"', If_Modified_Since=modified).status == 200


def test_head_answers_without_a_body(press: PressServer) -> None:
    head, full = Answer(press.sources[0].feed, method="HEAD"), Answer(press.sources[0].feed)
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(full.body))


def test_unknown_addresses_answer_404_and_are_no_articles(press: PressServer) -> None:
    url = press.base_urls["amorcage"] + "/nulle-part"
    assert Answer(url).status == 404
    assert press.article_at(url) is None


def test_visits_are_logged() -> None:
    with serve(NOW) as press:
        assert press.log == ()
        Answer(press.sources[0].feed + "?utm_source=test", User_Agent="essai/1")
    (visit,) = press.log
    assert (visit.outlet, visit.method, visit.status, visit.agent) == (press.sources[0].id, "GET", 200, "essai/1")
    assert visit.path.endswith("?utm_source=test")


def test_only_loopback_is_bound_and_ports_are_freed() -> None:
    with serve(NOW) as press:
        ports = [urlsplit(base).port or 0 for base in press.base_urls.values()]
        assert {urlsplit(base).hostname for base in press.base_urls.values()} == {"127.0.0.1"}
        assert len(set(ports)) == len(outlets())
        # A server that listens on every address would answer on this one too.
        with pytest.raises((ConnectionRefusedError, TimeoutError)):
            socket.create_connection(("127.0.0.2", ports[0]), timeout=1)
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_the_same_moment_gives_the_same_bytes() -> None:
    assert _bodies() == _bodies()


def _bodies() -> dict[str, bytes]:
    with serve(NOW) as press:
        urls = {source.id: source.feed for source in press.sources} | press.urls
        return {key: re.sub(rb"127\.0\.0\.1:\d+", b"", Answer(url).body) for key, url in urls.items()}


def test_another_moment_moves_every_date() -> None:
    later = {article.key: article for article in make_edition(datetime(2027, 1, 1, 12, tzinfo=UTC))}
    assert all(later[key].published > article.published for key, article in EDITION.items())
    assert "le 1er janvier" in later["mistral-ai-directrice-scientifique"].text
    assert "le 1er avril" in EDITION["mistral-ai-directrice-scientifique"].text


def test_no_article_comes_from_the_future() -> None:
    assert all(article.published < NOW for article in EDITION.values())


@pytest.mark.parametrize("text", ["", "2j", "tomorrow", "h"])
def test_an_age_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no age"):
        parse_age(text)


def test_typography_is_that_of_the_outlet() -> None:
    text = "« L'équipe : 4 000 € ! »"
    assert typeset(text, "plain") == text
    assert typeset(text, "nbsp") == "«\u00a0L’équipe\u00a0: 4\u00a0000\u00a0€\u00a0!\u00a0»"
    assert typeset(text, "fine") == "«\u00a0L’équipe\u00a0: 4\u202f000\u00a0€\u202f!\u00a0»"


# --- what a careful reader finds ---


def test_every_article_tells_a_story_or_is_a_trap() -> None:
    telling = {article for story in expected().stories for article in story.articles}
    assert telling | set(expected().traps) == set(EDITION)
    assert not telling & set(expected().traps)


def test_every_family_of_traps_is_there() -> None:
    assert {family for families in expected().traps.values() for family in families} == set(Family)


def test_refusals_name_articles_and_feeds_name_outlets() -> None:
    assert set(expected().refusals) <= set(EDITION)
    assert set(expected().feeds) <= {outlet.id for outlet in outlets()}
    assert {piece.author for piece in pieces() if piece.author} <= set(bios())


def story(key: str) -> ExpectedStory:
    return next(story for story in expected().stories if story.key == key)


def test_one_event_is_told_by_four_outlets_and_one_cites_another() -> None:
    told = story("aubertin")
    assert len({EDITION[key].outlet.id for key in told.articles}) == 4
    assert told.tellings["aubertin-mistral"].sources_cited == ("Agence Méridien",)


def test_a_rumour_is_confirmed_days_later_and_another_denied() -> None:
    for key, rumour, answer in (
        ("wieczorek", "wieczorek-bruits-de-couloir", "ovhcloud-wieczorek"),
        ("benhaddou", "benhaddou-rumeur", "benhaddou-dement"),
    ):
        assert story(key).tellings[rumour].status is Status.RUMOURED
        assert (EDITION[answer].published - EDITION[rumour].published).days >= 1
    assert story("wieczorek").status is Status.CONFIRMED
    assert story("benhaddou").status is Status.DENIED


def test_every_sort_of_story_is_there() -> None:
    kinds = {story.kind for story in expected().stories}
    assert kinds >= {
        Kind.HIRE, Kind.POACH, Kind.APPOINT, Kind.DEPARTURE, Kind.DISMISSAL,
        Kind.RETURN, Kind.FOUNDING, Kind.OFFER, Kind.BOARD, Kind.INTERIM,
    }  # fmt: skip
    assert {story.status for story in expected().stories} >= {Status.CONFIRMED, Status.DENIED, Status.FAILED}
    assert any(story.group and story.group.count for story in expected().stories)
    assert any(len(story.people) == 3 for story in expected().stories)
    assert len(expected().of("carnet-de-la-semaine")) == 3
    assert len({amount.max for amount in story("raghunathan").amounts}) == 2
    assert any(story.kind is Kind.DEPARTURE and story.destination is None for story in expected().stories)


def test_labels_can_be_read_off_the_text_that_is_there() -> None:
    """Names and organisations of every move stand in what an honest crawler can read."""
    for label in labels(NOW):
        text = fold(f"{label['title']}\n\n{label['body']}")
        for move in label["moves"]:
            for name in filter(None, (move["person"], move["origin"], move["destination"])):
                assert fold(name) in text, (label["id"], name)


def test_labels_follow_the_stories() -> None:
    by_id = {label["id"]: label for label in labels(NOW)}
    assert set(by_id) == set(EDITION)
    assert {key for key, label in by_id.items() if not label["flag"]} == set(expected().traps)
    assert by_id["aubertin-mistral"]["moves"][0]["status"] == "reported"
    together = by_id["pivoine-labs-trois-recrues"]["moves"]
    assert [bool(move["person"]) for move in together] == [True, True, True, False]
    assert together[-1]["group"] == {"count": 3, "label": "chercheurs", "members_named": True}
    assert by_id["sept-chercheurs-lumenys"]["moves"][0]["group"] == {"count": 7, "label": "chercheurs"}
    assert all(move.get("background") for move in by_id["portrait-destrem"]["moves"])


def test_the_press_is_small() -> None:
    folder = Path(mercato.press.__file__).parent
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files) < 400_000
