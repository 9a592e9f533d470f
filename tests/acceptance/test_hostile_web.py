"""The hostile lab: one cycle over everything that can go wrong, and what must be true of each of it afterwards."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hostile_lab
import local_site
import process_memory
import pytest
from local_site import Answer, Site, article, rss

from mercato.model import Article, CycleCode, CycleReport, Extraction, FeedOutcome, FeedState, article_id
from scheduler.cycle import run_cycle
from storage import articles, feeds, runs
from storage.engine import open_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs many loopback addresses and /proc"),
]

HOSTS = 8
MOST_MEMORY = 400_000_000  # bytes, of the cycle with its workers
NEIGHBOURS = 5
HUGE = 12_000


@dataclass(frozen=True, slots=True)
class Result:
    """What the cycle left behind."""

    report: CycleReport
    articles: dict[str, Article]
    states: dict[str, FeedState]
    recorded: dict[str, str]  # source → outcome in the record of the cycle
    pages: dict[str, str]  # behaviour → address
    links: dict[str, str]
    peak: int  # bytes
    knocks: int  # requests that reached a private address
    alive: Site


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    folder = tmp_path_factory.mktemp("labo")
    with ExitStack() as stack:
        canaries = [stack.enter_context(local_site.serve("127.0.0.2"))]
        port = canaries[0].port
        canaries += [stack.enter_context(local_site.serve(host, port)) for host in ("127.0.0.1", "::1")]
        sites = [stack.enter_context(local_site.serve(f"127.0.1.{number + 1}")) for number in range(HOSTS)]
        yield run(folder, sites, canaries, port)


def run(folder: Path, sites: list[Site], canaries: list[Site], port: int) -> Result:
    pages = {
        name: serve_page(sites, number, name, what)
        for number, (name, what) in enumerate(hostile_lab.pages(port).items())
    }
    addresses: dict[str, str] = {}
    for number, site in enumerate(sites):
        mine = [(url, f"Titre de {name}") for name, url in pages.items() if url.startswith(site.url + "/")]
        site.routes |= {f"/bon{n}": Answer(article(f"Titre de bon{n}")) for n in range(NEIGHBOURS)}
        good = [(f"{site.url}/bon{n}", f"Titre de bon{n}") for n in range(NEIGHBOURS)]
        site.routes["/feed"] = rss([*mine, *good])  # the good ones behind the bad ones
        addresses[f"site-{number}"] = f"{site.url}/feed"
    links = hostile_lab.links(port)
    sites[0].routes["/liens"] = rss([(link, f"Titre de {name}") for name, link in links.items()])
    addresses["liens"] = f"{sites[0].url}/liens"
    for number, (name, what) in enumerate(hostile_lab.feeds(port).items()):
        site = sites[number % HOSTS]
        site.routes[f"/{name}"] = what.answer
        addresses[name] = f"{site.url}/{name}"
    sites[1].routes |= {"/immense": hostile_lab.huge_feed(sites[1].url, HUGE), "/commun": Answer(article("Commun"))}
    addresses["immense"] = f"{sites[1].url}/immense"
    hosts = [f"127.0.1.{number + 1}" for number in range(HOSTS)]
    settings = local_site.settings_for(
        folder, addresses, allow_private_addresses=False, private_hosts=hosts, workers=2, deadline=600, timeout=4
    )
    with process_memory.watched(process_memory.own()) as peak:
        report = run_cycle(settings)
    with open_database(settings.database_url) as database, database.reading() as tx:
        kept = {one.id: one for one in articles.latest(tx, 20_000)}
        states = feeds.states(tx)
        recorded = {name: line.outcome.value for name in addresses for line in runs.visits_of(tx, name, 1)}
    knocks = sum(len(site.asked) for site in canaries)
    return Result(report, kept, states, recorded, pages, links, peak.size, knocks, sites[0])


def serve_page(sites: list[Site], number: int, name: str, what: hostile_lab.Behaviour) -> str:
    site = sites[number % HOSTS]
    site.routes |= {f"/{name}": what.answer, **what.more}
    return f"{site.url}/{name}"


PAGES, FEEDS = hostile_lab.pages(1), hostile_lab.feeds(1)


def test_there_are_many_of_them() -> None:
    assert len(PAGES) + len(FEEDS) + len(hostile_lab.links(1)) >= 80


def test_the_cycle_ends_within_its_bounds(result: Result) -> None:
    assert result.report.code is CycleCode.PARTIAL, result.report
    assert result.report.seconds < 500
    assert result.peak < MOST_MEMORY, f"{result.peak / 1e6:.0f} MB"
    print(f"\npeak {result.peak / 1e6:.0f} MB, {result.report.seconds:.0f} s, {dict(result.report.refused)}")


def test_nobody_knocked_on_a_private_address(result: Result) -> None:
    assert result.knocks == 0


def test_the_neighbours_lost_nothing(result: Result) -> None:
    good = [one for one in result.articles.values() if re.search(r"/bon\d$", one.url)]
    assert len(good) == HOSTS * NEIGHBOURS
    assert {one.extraction for one in good} == {Extraction.FULL}


@pytest.mark.parametrize("name", PAGES)
def test_page(result: Result, name: str) -> None:
    kept = result.articles[article_id(result.pages[name])]
    assert kept.title == f"Titre de {name}"
    if kept.extraction is Extraction.FULL:
        assert "" in PAGES[name].fates
        return
    assert kept.note, "the record says nothing"
    assert set(reasons(kept.note)) & PAGES[name].fates, kept.note


def reasons(note: str) -> list[str]:
    """The reasons that a note belongs to."""
    return [reason for reason, words in _NOTES.items() if re.search(words, note)] or [note]


_NOTES = {
    "too-large": "larger than crawl.max_bytes",
    "headers": "headers are longer",
    "timeout": "no complete answer in time",
    "connection": "connection|broke off",
    "redirects": "redirect",
    "private-address": "public internet|leads to|no web port|user name or password",
    "no-text": "no article text|not an HTML page",
    "link-list": "list of links",
    "not-html": "not a web page",
    "too-complex": "more tags than",
    "worker": "was stopped|worker process",
    "ignored": "ignored",
    **{f"http-{code}": f"^{code}" for code in (204, 401, 418, 451, 500, 999)},
}


@pytest.mark.parametrize("name", hostile_lab.links(1))
def test_link(result: Result, name: str) -> None:
    """A link that no browser would open as a page gives no article; a private one its title alone."""
    titles = {one.title: one for one in result.articles.values()}
    kept = titles.get(f"Titre de {name}")
    if result.links[name].startswith("http"):
        assert kept is not None
        assert reasons(kept.note) == ["private-address"]
    else:
        assert kept is None


def test_bad_links_are_counted(result: Result) -> None:
    assert result.report.refused["bad-link"] >= 4


@pytest.mark.parametrize("name", FEEDS)
def test_feed(result: Result, name: str) -> None:
    state = result.states[name]
    assert state.outcome.value in FEEDS[name].fates, state
    assert state.detail
    assert result.recorded[name] == state.outcome.value


def test_a_feed_of_thousands_is_cut_to_its_newest(result: Result) -> None:
    assert result.states["immense"].outcome is FeedOutcome.FRESH
    assert result.report.refused["over-limit"] > HUGE // 2


def test_a_clock_that_ran_ahead_stops_nobody(tmp_path: Path, result: Result) -> None:
    result.alive.routes["/horloge"] = rss([])
    settings = local_site.settings_for(
        tmp_path, {"horloge": f"{result.alive.url}/horloge"}, allow_private_addresses=True
    )
    later = datetime.now(UTC) + timedelta(days=3650)
    state = FeedState(
        source="horloge", url=f"{result.alive.url}/horloge", outcome=FeedOutcome.FRESH, last_attempt=later,
        last_success=later, newest_entry=later, next_due=later + timedelta(hours=1),
    )  # fmt: skip
    with open_database(settings.database_url) as database, database.writing() as tx:
        feeds.record(tx, state)
        feeds.rest(tx, result.alive.url.removeprefix("http://"), later, "429")
    report = run_cycle(settings, due_only=True)
    assert (report.sources, report.failed) == (1, 0)
