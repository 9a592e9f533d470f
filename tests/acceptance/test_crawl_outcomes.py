"""Whole cycles against sites that behave well and badly: what is kept, what is refused and why, what is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, article, atom, rss

from mercato.model import Article, CycleCode, CycleReport, Extraction, FeedOutcome, FeedState, article_id
from mercato.settings import Settings
from scheduler.cycle import run_cycle
from storage import articles, feeds, runs
from storage.engine import open_database
from storage.warc import read_capture

pytestmark = pytest.mark.slow

SiteMaker = Callable[[], Site]


@pytest.fixture
def site_maker() -> Iterator[SiteMaker]:
    with ExitStack() as sites:
        yield lambda: sites.enter_context(local_site.serve())


def stored(settings: Settings) -> dict[str, Article]:
    with open_database(settings.database_url) as database, database.reading() as tx:
        return {kept.id: kept for kept in articles.latest(tx, 1000)}


def states(settings: Settings) -> dict[str, FeedState]:
    with open_database(settings.database_url) as database, database.reading() as tx:
        return feeds.states(tx)


def at(kept: dict[str, Article], url: str) -> Article:
    return kept[article_id(url)]


def test_every_page_is_kept_once_whatever_is_wrong_with_it(tmp_path: Path, site_maker: SiteMaker) -> None:
    site, mirror = site_maker(), site_maker()
    paid = json.dumps({"@type": "NewsArticle", "isAccessibleForFree": False})
    site.routes |= {
        "/robots.txt": Answer("User-agent: *\nDisallow: /interdit", headers={"Content-Type": "text/plain"}),
        "/bon": Answer(article("Élodie Vasseur rejoint Grandvoile")),
        "/cp1252": Answer(article("Où va l'œuvre de Zoé ?").encode("cp1252")),
        "/faux": Answer(article("Déjà accentué").encode(), headers={"Content-Type": "text/html; charset=iso-8859-2"}),
        "/404": Answer("absent", 404),
        "/403": Answer("non", 403),
        "/503": Answer("plus tard", 503),
        "/interdit": Answer(article("Interdit aux robots")),
        "/pdf": Answer(b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}),
        "/vide": Answer("<html><body><p>Rien.</p></body></html>"),
        "/paye": Answer(article("Payant", head=f'<script type="application/ld+json">{paid}</script>')),
        "/lent": local_site.slow(8),
        "/enorme": local_site.endless(),
        "/bombe": local_site.gzip_bomb(30),
        "/boucle": local_site.redirect("/boucle"),
        "/fichier": local_site.redirect("file:///etc/hostname"),
        "/": Answer(article("Accueil"), headers={"Content-Type": "text/html"}),
        "/mort": local_site.redirect("/"),
    }
    titles = {path: f"Titre de {path}" for path in site.routes if path not in {"/robots.txt", "/"}}
    site.routes["/feed"] = rss([(f"{site.url}{path}", title) for path, title in titles.items()])
    mirror.routes["/feed"] = atom([(f"{site.url}/bon?utm_source=miroir#xtor=RSS-1", "Titre de /bon")])
    settings = settings_of(tmp_path, phare=f"{site.url}/feed", miroir=f"{mirror.url}/feed")

    report = run_cycle(settings)

    assert report.code is CycleCode.OK, report
    assert (report.sources, report.failed) == (2, 0)
    assert report.articles_new == len(titles)
    assert report.refused == {
        "elsewhere": 1, "http-403": 1, "http-404": 1, "http-503": 1, "no-text": 1, "not-html": 1, "paywall": 1,
        "redirects": 2, "robots": 1, "timeout": 1, "too-large": 2,
    }  # fmt: skip
    kept = stored(settings)
    assert {one.title for one in kept.values()} == set(titles.values())
    assert at(kept, f"{site.url}/bon").extraction is Extraction.FULL
    assert "Élodie Vasseur, a annoncé lundi à ses équipes" in at(kept, f"{site.url}/cp1252").body
    assert "bâtir la plateforme" in at(kept, f"{site.url}/faux").body
    assert at(kept, f"{site.url}/paye").extraction is Extraction.TEASER
    forbidden = at(kept, f"{site.url}/interdit")
    assert (forbidden.extraction, forbidden.body) == (Extraction.SUMMARY, "Résumé : Titre de /interdit")
    assert forbidden.note == "robots.txt forbids it"
    assert "/interdit" not in site.paths()
    assert {path for path in titles if at(kept, f"{site.url}{path}").retry_page} == {"/503", "/lent"}
    assert sum(path.startswith("/bon") for path in site.paths()) == 1
    for one in kept.values():
        if one.capture is not None:
            assert settings.archive is not None
            assert read_capture(settings.archive, one.capture) == raw(site, one.url)


def settings_of(folder: Path, **addresses: str) -> Settings:
    return local_site.settings_for(folder, addresses)


def raw(site: Site, url: str) -> bytes:
    body = site.routes[url.removeprefix(site.url)].body
    return body.encode() if isinstance(body, str) else body


def test_the_same_cycle_again_fetches_no_page(tmp_path: Path, site_maker: SiteMaker) -> None:
    site, silent = site_maker(), site_maker()
    entries = [(f"{site.url}/{number}", f"Titre {number}") for number in range(4)]
    site.routes |= {f"/{number}": Answer(article(f"Titre {number}")) for number in range(4)}
    site.routes["/feed"] = rss(entries, ETag='"un"')
    silent.routes["/feed"] = rss([(f"{silent.url}/seul", "Seul")])  # gives no validator
    silent.routes["/seul"] = Answer(article("Seul"))
    settings = settings_of(tmp_path, phare=f"{site.url}/feed", muet=f"{silent.url}/feed")
    first = run_cycle(settings)
    assert (first.code, first.pages, first.articles_new) == (CycleCode.OK, 5, 5)
    site.asked.clear()
    silent.asked.clear()

    second = run_cycle(settings)

    assert (second.code, second.not_modified) == (CycleCode.OK, 2)
    assert (second.pages, second.articles_new, second.articles_known) == (0, 0, 0)
    assert site.paths() == ["/feed"]
    assert silent.paths() == ["/feed"]
    assert site.asked[-1][1]["If-None-Match"] == '"un"'
    assert len(stored(settings)) == 5
    site.routes["/feed"] = rss([*entries, (f"{site.url}/neuf", "Neuf")], ETag='"deux"')
    site.routes["/neuf"] = Answer(article("Neuf"))
    third = run_cycle(settings, sources=["phare"])
    assert (third.pages, third.articles_new, third.articles_known) == (1, 1, 4)


def test_redirected_and_canonical_addresses_are_one_article(tmp_path: Path, site_maker: SiteMaker) -> None:
    site, other = site_maker(), site_maker()
    real = f"{site.url}/2026/03/depart"
    link = '<link rel="canonical" href="{}">'
    site.routes |= {
        "/go": local_site.redirect("/?p=12", 301),
        "/?p=12": local_site.redirect("/2026/03/depart", 301),
        "/2026/03/depart": Answer(article("Un départ", head=link.format(f"{real}?utm_source=x"))),
        "/amp/depart": Answer(article("Un départ", head=link.format("/2026/03/depart"))),
        "/copie": Answer(article("Une copie", head=link.format("https://ailleurs.example/copie"))),
        "/a": Answer(article("Grandvoile recrute à Nantes", head=link.format("/toujours-le-meme"))),
        "/b": Answer(article("Tramontane ferme son laboratoire", head=link.format("/toujours-le-meme"))),
    }
    site.routes |= {"/mur": local_site.redirect("/connexion"), "/connexion": Answer(article("Connectez-vous"))}
    site.routes["/feed"] = rss([(f"{site.url}/go", "Un départ"), (f"{site.url}/copie", "Une copie")])
    other.routes["/feed"] = rss(
        [
            (f"{site.url}/amp/depart", "Un départ"),
            (f"{site.url}/a", "Grandvoile recrute à Nantes"),
            (f"{site.url}/b", "Tramontane ferme son laboratoire"),
            (f"{site.url}/mur", "Brumaire perd sa fondatrice"),
        ]
    )
    settings = settings_of(tmp_path, phare=f"{site.url}/feed", autre=f"{other.url}/feed")

    report = run_cycle(settings)

    kept = stored(settings)
    found = {one.title: one.url for one in kept.values()}
    pair = {found.pop("Grandvoile recrute à Nantes"), found.pop("Tramontane ferme son laboratoire")}
    # The address that both claim is believed of the page that is read first, whichever that is; not of the second.
    shared = f"{site.url}/toujours-le-meme"
    assert pair in ({shared, f"{site.url}/a"}, {shared, f"{site.url}/b"})
    assert found == {
        "Un départ": real,
        "Une copie": f"{site.url}/copie",
        "Brumaire perd sa fondatrice": f"{site.url}/mur",
    }
    assert (report.articles_new, report.articles_known, report.refused) == (5, 1, {"elsewhere": 1})
    assert at(kept, f"{site.url}/mur").extraction is Extraction.SUMMARY
    site.asked.clear()
    site.routes["/feed"] = rss([(f"{site.url}/go", "Un départ"), (f"{site.url}/copie", "Une copie, bis")])
    assert run_cycle(settings).articles_known == 2
    assert site.paths() == ["/feed"]


def test_feeds_fail_one_by_one(tmp_path: Path, site_maker: SiteMaker) -> None:
    good = site_maker()
    good.routes |= {"/feed": rss([(f"{good.url}/1", "Un")]), "/1": Answer(article("Un"))}
    answers = {
        "interdit": Answer("non", 403),
        "disparu": Answer("parti", 410),
        "fatigue": Answer("trop", 429, {"Retry-After": "3600"}),
        "casse": Answer("<rss><channel><item><title>x</ti", headers={"Content-Type": "text/xml"}),
        "vide": rss([]),
        "page": Answer(article("Ceci n'est pas un flux")),
        "lent": local_site.slow(8),
        "rouge": Answer("aïe", 500),
    }
    sites = {name: site_maker() for name in [*answers, "robots", "mouvant"]}
    for name, answer in answers.items():
        sites[name].routes["/feed"] = answer
    sites["robots"].routes |= {"/robots.txt": Answer("panne", 500), "/feed": rss([])}
    sites["mouvant"].routes |= {"/feed": local_site.redirect("/flux", 301), "/flux": rss([], ETag='"x"')}
    settings = settings_of(tmp_path, bon=f"{good.url}/feed", **{n: f"{s.url}/feed" for n, s in sites.items()})

    report = run_cycle(settings)

    outcomes = {source: state.outcome for source, state in states(settings).items()}
    assert outcomes == {
        "bon": FeedOutcome.FRESH,
        "interdit": FeedOutcome.BLOCKED,
        "disparu": FeedOutcome.GONE,
        "fatigue": FeedOutcome.RESTING,
        "casse": FeedOutcome.BROKEN,
        "vide": FeedOutcome.EMPTY,
        "page": FeedOutcome.BROKEN,
        "lent": FeedOutcome.UNREACHABLE,
        "rouge": FeedOutcome.UNREACHABLE,
        "robots": FeedOutcome.UNREACHABLE,
        "mouvant": FeedOutcome.EMPTY,
    }
    assert (report.code, report.sources, report.failed) == (CycleCode.PARTIAL, 11, 8)
    assert "/feed" not in sites["robots"].paths()
    details = {source: state.detail for source, state in states(settings).items()}
    assert details["interdit"] == "403 Forbidden"
    assert details["robots"] == "robots.txt could not be read (it answered 500), so nothing may be fetched"
    assert "web page, not a feed" in details["page"]
    assert details["mouvant"].endswith(f"moved for good to {sites['mouvant'].url}/flux")
    assert len([path for path in sites["fatigue"].paths() if path == "/feed"]) == 1
    health = last_run(settings)
    assert sorted(health.failed) == sorted(
        name.title() for name, outcome in outcomes.items() if name not in {"bon", "vide", "mouvant"}
    )
    again = run_cycle(settings, sources=["fatigue"])
    assert (again.code, again.sources, again.refused) == (CycleCode.OK, 0, {"resting": 1})
    assert len(sites["fatigue"].paths()) == 1


def last_run(settings: Settings) -> runs.RunRecord:
    with open_database(settings.database_url) as database, database.reading() as tx:
        return runs.last(tx, 1)[0]


def test_a_page_that_failed_for_a_passing_reason_is_asked_for_again(tmp_path: Path, site_maker: SiteMaker) -> None:
    site = site_maker()
    site.routes |= {"/feed": rss([(f"{site.url}/1", "Un")], ETag='"a"'), "/1": Answer("occupé", 503)}
    settings = settings_of(tmp_path, phare=f"{site.url}/feed")
    run_cycle(settings)
    assert at(stored(settings), f"{site.url}/1").extraction is Extraction.SUMMARY
    site.routes["/1"] = Answer(article("Un"))

    report = run_cycle(settings)

    assert (report.pages, report.articles_new) == (1, 0)
    assert at(stored(settings), f"{site.url}/1").extraction is Extraction.FULL
    assert run_cycle(settings).not_modified == 1


def test_feeds_can_be_looked_at_without_their_pages(tmp_path: Path, site_maker: SiteMaker) -> None:
    site = site_maker()
    site.routes |= {"/feed": rss([(f"{site.url}/1", "Un")], ETag='"a"'), "/1": Answer(article("Un"))}
    settings = settings_of(tmp_path, phare=f"{site.url}/feed")

    report = run_cycle(settings, pages=False)

    assert (report.code, report.sources, report.pages) == (CycleCode.OK, 1, 0)
    assert states(settings)["phare"].outcome is FeedOutcome.FRESH
    assert stored(settings) == {}
    assert run_cycle(settings).articles_new == 1


def test_only_feeds_whose_time_has_come_are_visited(tmp_path: Path, site_maker: SiteMaker) -> None:
    site = site_maker()
    site.routes["/feed"] = rss([])
    settings = settings_of(tmp_path, phare=f"{site.url}/feed")
    assert run_cycle(settings, due_only=True).sources == 1
    site.asked.clear()

    report = run_cycle(settings, due_only=True)

    assert (report.code, report.sources, site.asked) == (CycleCode.OK, 0, [])
    due = states(settings)["phare"].next_due
    assert due is not None
    assert due > datetime.now(UTC)


def test_private_addresses_are_not_even_asked(tmp_path: Path, site_maker: SiteMaker) -> None:
    site = site_maker()
    site.routes["/feed"] = rss([])
    port = site.url.rpartition(":")[2]
    hosts = {"litteral": "127.0.0.1", "nom": "localhost", "nombre": "2130706433", "court": "127.1", "six": "[::1]"}
    feeds_there = {name: f"http://{host}:{port}/feed" for name, host in hosts.items()}
    settings = local_site.settings_for(tmp_path, feeds_there, allow_private_addresses=False)

    report: CycleReport = run_cycle(settings)

    assert (report.code, report.failed) == (CycleCode.FAILED, len(hosts))
    assert site.asked == []
    details = {source: state.detail for source, state in states(settings).items()}
    assert details["litteral"] == "not requested: 127.0.0.1 is not on the public internet"
    assert details["court"] == "127.1 leads to 127.0.0.1"  # only the resolver can tell


def test_sites_are_treated_as_promised(tmp_path: Path, site_maker: SiteMaker) -> None:
    site = site_maker()
    site.routes |= {
        "/robots.txt": Answer("User-agent: Mercato\nDisallow: /prive\n\nUser-agent: *\nDisallow: /"),
        "/feed": rss([(f"{site.url}/1", "Un")]),
        "/1": Answer(article("Un"), headers={"Set-Cookie": "pisteur=1", "Content-Type": "text/html"}),
    }
    settings = settings_of(tmp_path, phare=f"{site.url}/feed")

    report = run_cycle(settings)

    assert (report.pages, report.refused) == (1, {})
    assert [path for path, _ in site.asked].count("/robots.txt") == 1
    for _, headers in site.asked:
        assert headers["User-Agent"].startswith("Mercato/")
        assert "(+mailto:essai@example.org)" in headers["User-Agent"]
        assert not headers.keys() & {"Cookie", "Referer"}
