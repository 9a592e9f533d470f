"""Reservations of rights, feeds in every format, pages that are spared, gaps: whole cycles against a local site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, article, rss

from crawler.reservations import PAGE_NOTICE
from mercato.model import Article, CycleCode, Extraction, FeedState, article_id
from mercato.settings import Settings
from scheduler.cycle import run_cycle
from storage import articles, feeds, rights
from storage.engine import open_database

pytestmark = pytest.mark.slow

WORDS = "Une phrase de plus, assez longue pour compter, sur l'arrivée de la directrice numéro {n} à Nantes."


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site.serve() as running:
        yield running


def stored(settings: Settings) -> dict[str, Article]:
    with open_database(settings.database_url) as database, database.reading() as tx:
        return {one.url: one for one in articles.latest(tx, 1000)}


def state(settings: Settings, source: str = "phare") -> FeedState:
    with open_database(settings.database_url) as database, database.reading() as tx:
        return feeds.states(tx)[source]


def publish(site: Site, *names: str, **more: Answer) -> None:
    site.routes |= {f"/{name}": Answer(article(f"Titre {name}")) for name in names} | more
    site.routes["/feed"] = rss([(f"{site.url}/{name}", f"Titre {name}") for name in names])


def settings_for(folder: Path, site: Site, extra: str = "") -> Settings:
    settings = local_site.settings_for(folder, {"phare": f"{site.url}/feed"})
    assert settings.file is not None
    if extra:
        with settings.file.open("a", encoding="utf-8") as file:
            file.write(extra)
    return local_site.load_settings(settings.file, {})


TDMREP = Answer(
    json.dumps([{"location": "/reserve*", "tdm-reservation": 1, "tdm-policy": "https://phare.example/tdm"}]),
    headers={"Content-Type": "application/json"},
)


def test_what_is_reserved_is_followed_by_title_and_link(tmp_path: Path, site: Site) -> None:
    publish(site, "libre", "reserve-a", "entete", "balise", "apres", **{"/.well-known/tdmrep.json": TDMREP})
    site.routes["/entete"] = Answer(article("Titre entete"), headers={"tdm-reservation": "1"})
    site.routes["/balise"] = Answer(article("Titre balise", head='<meta name="robots" content="noindex">'))
    settings = settings_for(tmp_path, site)

    report = run_cycle(settings)

    kept = stored(settings)
    assert report.code is CycleCode.OK
    assert kept[f"{site.url}/libre"].extraction is Extraction.FULL
    for name in ("reserve-a", "entete", "balise"):
        one = kept[f"{site.url}/{name}"]
        assert (one.title, one.body, one.capture) == (f"Titre {name}", "", None)
        assert one.note.startswith("rights reserved (")
    assert "licences: https://phare.example/tdm" in kept[f"{site.url}/reserve-a"].note
    assert "/reserve-a" not in site.paths()
    assert report.refused["reserved"] >= 3

    with open_database(settings.database_url) as database, database.reading() as tx:
        evidence = {name: rights.newest(tx, site.url, name) for name in ("/.well-known/tdmrep.json", PAGE_NOTICE)}
    assert evidence["/.well-known/tdmrep.json"] is not None
    assert evidence["/.well-known/tdmrep.json"].text == TDMREP.body
    assert evidence[PAGE_NOTICE] is not None
    assert "tdm-reservation: 1" in evidence[PAGE_NOTICE].text

    publish(site, "plus-tard", **{"/.well-known/tdmrep.json": TDMREP})
    site.asked.clear()
    run_cycle(settings)
    assert [path for path, _ in site.asked] == ["/feed"], "one page has said so today: the others are not asked for"
    assert stored(settings)[f"{site.url}/plus-tard"].body == ""


def test_a_page_that_refuses_copies_is_read_and_not_archived(tmp_path: Path, site: Site) -> None:
    publish(site, "entete", "balise", "libre")
    site.routes["/entete"] = Answer(article("Titre entete"), headers={"X-Robots-Tag": "noarchive"})
    site.routes["/balise"] = Answer(article("Titre balise", head='<meta name="robots" content="noarchive, follow">'))
    settings = settings_for(tmp_path, site)
    assert run_cycle(settings).code is CycleCode.OK
    kept = stored(settings)
    assert {one.extraction for one in kept.values()} == {Extraction.FULL}
    archived = {url.rpartition("/")[2] for url, one in kept.items() if one.capture}
    assert archived == {"libre"}


def test_a_licence_lifts_a_reservation(tmp_path: Path, site: Site) -> None:
    publish(site, "reserve-a", **{"/.well-known/tdmrep.json": TDMREP})
    licence = '[[licence]]\nhost = "127.0.0.1"\nagreement = "contrat du 3 mars 2026"\n'
    settings = settings_for(tmp_path, site, licence)
    assert run_cycle(settings).refused == {}
    assert stored(settings)[f"{site.url}/reserve-a"].extraction is Extraction.FULL


def test_rules_are_asked_once_a_day_and_outlive_a_failure(tmp_path: Path, site: Site) -> None:
    publish(site, "a", "interdit", **{"/robots.txt": Answer("User-agent: *\nDisallow: /interdit")})
    settings = settings_for(tmp_path, site)
    assert run_cycle(settings).refused == {"robots": 1}
    site.routes["/robots.txt"] = Answer("panne", 500)
    publish(site, "b", "interdit-aussi")
    site.asked.clear()
    assert run_cycle(settings).refused == {"robots": 1}
    assert [path for path, _ in site.asked] == ["/feed", "/b"]


def whole(site: Site, numbers: range) -> Answer:
    text = "".join(f"<p>{WORDS.format(n=n)}</p>" for n in range(30))
    items = "".join(
        f"<item><title>Titre {n}</title><link>{site.url}/{n}</link><description><![CDATA[{text}]]></description></item>"
        for n in numbers
    )
    return Answer(f'<rss version="2.0"><channel>{items}</channel></rss>')


def test_pages_that_add_nothing_are_spared(tmp_path: Path, site: Site) -> None:
    text = "".join(f"<p>{WORDS.format(n=n)}</p>" for n in range(30))
    page = f"<html><body><main><article><h1>T</h1>{text}</article></main></body></html>"
    site.routes |= {f"/{n}": Answer(page) for n in range(40)}
    site.routes["/feed"] = whole(site, range(4))
    settings = settings_for(tmp_path, site)
    assert run_cycle(settings).pages == 4
    assert state(settings).full_text == 4
    site.routes["/feed"] = whole(site, range(40))
    report = run_cycle(settings)
    assert (report.articles_new, report.articles_known) == (36, 4)
    checked = sum(int(article_id(f"{site.url}/{n}"), 16) % 10 == 0 for n in range(4, 40))
    assert report.pages == checked, "one in ten is looked at, to see whether it still holds"
    assert {one.extraction for one in stored(settings).values()} == {Extraction.FULL}


def test_an_overflowing_window_is_noticed(tmp_path: Path, site: Site) -> None:
    publish(site, "a", "b")
    settings = settings_for(tmp_path, site)
    run_cycle(settings)
    assert state(settings).gaps == 0
    publish(site, "b", "c")
    run_cycle(settings)
    assert state(settings).gaps == 0
    items = "".join(f"<item><title>T</title><link>{site.url}/{name}</link></item>" for name in ("x", "y"))
    site.routes["/feed"] = Answer(f'<rss version="2.0"><channel>{items}</channel></rss>')
    run_cycle(settings)
    assert state(settings).gaps == 1
    assert state(settings).last_gap is not None


def test_json_feeds_and_sitemaps_give_articles(tmp_path: Path, site: Site) -> None:
    for name in ("json", "carte"):
        site.routes[f"/{name}-a"] = Answer(article(f"Titre {name}"))
    item = {"id": "1", "url": f"{site.url}/json-a", "title": "Titre json"}
    site.routes["/feed.json"] = Answer(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}))
    site.routes["/index.xml"] = Answer(
        f"<sitemapindex><sitemap><loc>{site.url}/news.xml</loc></sitemap></sitemapindex>", headers={"ETag": '"1"'}
    )
    site.routes["/news.xml"] = Answer(f"<urlset><url><loc>{site.url}/carte-a</loc></url></urlset>")
    addresses = {"json": f"{site.url}/feed.json", "carte": f"{site.url}/index.xml"}
    settings = local_site.settings_for(tmp_path, addresses)
    report = run_cycle(settings)
    assert (report.code, report.failed, report.pages) == (CycleCode.OK, 0, 2)
    kept = stored(settings)
    assert kept[f"{site.url}/json-a"].title == "Titre json"
    assert kept[f"{site.url}/carte-a"].title == "Titre carte"
    assert state(settings, "carte").etag is None, "an index that stays the same may list sitemaps that change"


def test_hundreds_of_unchanged_feeds_cost_one_request_each(tmp_path: Path, site: Site) -> None:
    names = [f"outlet-{n}-{'x' * 48}" for n in range(450)]  # settings of more than a pipe holds
    empty = Answer('<rss version="2.0"><channel><title>F</title></channel></rss>', headers={"ETag": '"1"'})
    site.routes |= {f"/{name}": empty for name in names}
    settings = local_site.settings_for(tmp_path, {name: f"{site.url}/{name}" for name in names}, timeout=30)
    assert run_cycle(settings).sources == len(names)
    site.asked.clear()
    report = run_cycle(settings)
    assert (report.not_modified, report.pages, report.failed) == (len(names), 0, 0)
    assert sorted(path for path, _ in site.asked) == sorted(f"/{name}" for name in names)
