"""A person is forgotten: no byte of the name is left anywhere, and the next crawl of the same pages brings none."""

from __future__ import annotations

import email
import email.policy
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, rss
from postgresql_server import run_sql

from mercato.cli.archive import story_as_json
from mercato.errors import ObjectionError
from mercato.model import Watch
from mercato.settings import LogSettings, Settings
from scheduler.disclosure import disclose
from scheduler.forgetting import forget, look
from scheduler.jobs import Newsroom, crawl, open_newsroom
from scheduler.mailing import send_owed
from scheduler.putting_away import put_away
from scheduler.syndicating import FeedFormat, feed_of
from storage import articles, objections, search
from storage import stories as dossiers
from storage.engine import Database, open_database
from storage.inspection import inspect
from storage.raw_archive import raw_archive

pytestmark = pytest.mark.slow

NAME = "Élodie Zyvancourt"
TRACE = b"zyvancourt"

OWN = """\
<b>Élodie</b> Zyvancourt, directrice de la recherche de Mistral AI, quitte l'entreprise pour OpenAI, a-t-elle annoncé \
mardi. Mme Zyvancourt prendra ses fonctions en mai. « C'est un honneur », écrit Zyvancourt."""
BY_SURNAME = """\
Mme Zyvancourt quitte Mistral AI pour OpenAI. La directrice de la recherche l'a annoncé mardi à ses équipes."""
TOGETHER = """\
&Eacute;lodie Zyvancourt et Paul Verdier quittent Google et rejoignent Meta, annonce l'entreprise."""
OTHERS = """\
Jeanne Moulinet quitte Hugging Face et rejoint Google DeepMind comme directrice scientifique, annonce l'entreprise \
dans un communiqué publié ce matin."""
PAGES = {
    "/elodie-zyvancourt-quitte-mistral": ("Élodie Zyvancourt quitte Mistral AI pour OpenAI", OWN),
    "/mistral-perd-zyvancourt": ("Mme Zyvancourt quitte Mistral AI pour OpenAI", BY_SURNAME),
    "/deux-departs": ("ELODIE ZYVANCOURT et Paul Verdier rejoignent Meta", TOGETHER),
    "/autre": ("Jeanne Moulinet rejoint Google DeepMind", OTHERS),
}
FILLER = (
    "<p>Le secteur de l'intelligence artificielle recrute beaucoup depuis deux ans, et les salaires montent.</p>" * 4
)


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site.serve() as running:
        for path, (title, text) in PAGES.items():
            body = f"<article><h1>{title}</h1><p>{text}</p>{FILLER}</article>"
            running.routes[path] = Answer(f'<html lang="fr"><title>{title}</title><body>{body}</body></html>')
        running.routes["/feed"] = rss([(f"{running.url}{path}", title) for path, (title, _) in PAGES.items()])
        yield running


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def room(tmp_path: Path, database_url: str, site: Site) -> Iterator[Newsroom]:
    settings = local_site.settings_for(tmp_path, {"phare": f"{site.url}/feed"})
    watch = Watch(name="ia", recipients=("ana@example.org",), timezone="UTC")
    storage = settings.storage.model_copy(update={"url": database_url, "captures": "store"})
    (tmp_path / "store").mkdir()
    changed = {"watches": (watch,), "storage": storage, "log": LogSettings(folder="logs", level="info")}
    with open_newsroom(settings.model_copy(update=changed)) as opened:
        yield opened


def told(room: Newsroom) -> None:
    """Crawl, move the raw pages to the store, write a mail of all that is known, freeze another that is not sent."""
    send_owed(room, lambda: clock() - timedelta(days=1), room.settings.watches)
    assert crawl(room, clock).report.articles_new == len(PAGES)
    assert put_away(room.settings) == 1
    send_owed(room, clock, room.settings.watches, since=datetime(2020, 1, 1, tzinfo=UTC))


def contents(settings: Settings, database: Database) -> Iterator[tuple[str, bytes]]:
    """Every byte that is kept, unpacked."""
    for path in sorted(settings.folder.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            yield path.name, gzip.decompress(raw) if path.suffix == ".gz" else raw
            if path.suffix == ".eml":
                mail = email.message_from_bytes(raw, policy=email.policy.default)
                for part in mail.walk():
                    if part.get_content_maintype() == "text":
                        yield path.name, part.get_content().encode()
    if database.dialect == "postgresql":
        yield from _postgresql_files(settings.database_url)


def _postgresql_files(url: str) -> Iterator[tuple[str, bytes]]:
    host = url.rpartition("host=")[2]
    run_sql(host, "CHECKPOINT")
    for path in (Path(host) / "data" / "base").rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def exports(room: Newsroom) -> bytes:
    with room.database.reading() as tx:
        stories = [story_as_json(story) for story in dossiers.latest(tx, 1000)]
        hits = [hit.title + hit.url + hit.snippet for hit in search.search(tx, "OpenAI", limit=100)]
    feeds = [feed_of(room, replace(room.settings.watches[0]), form, clock()) for form in FeedFormat]
    return json.dumps([stories, hits], default=str).encode() + b"".join(feeds)


def traces(room: Newsroom) -> list[str]:
    found = [name for name, content in contents(room.settings, room.database) if TRACE in content.lower()]
    return found + (["exports"] if TRACE in exports(room).lower() else [])


def test_forgetting_leaves_no_trace_and_survives_a_crawl(room: Newsroom, site: Site) -> None:
    told(room)
    notes = room.settings.folder / "export.csv"
    notes.write_text("id;who\n1;Élodie Zyvancourt\n2;Jeanne Moulinet\n", encoding="utf-8")
    _mention_in_logs(room.settings)
    assert len(traces(room)) >= 6
    before = look(room, [NAME], [notes])
    assert (before.stories, before.articles, before.captures) == (2, 3, 3)
    assert traces(room), "a look changes nothing"
    _all_is_disclosed(room)

    line, found = forget(room, clock, [NAME], "2026-17", [notes])
    assert found.clean
    assert (found.stories, found.articles, found.captures, found.mails) == (2, 3, 3, 1)
    assert traces(room) == []

    _crawl_afresh(room, site)
    assert traces(room) == []
    _others_are_unharmed(room, notes)
    with room.database.reading() as tx:
        (kept,) = objections.every(tx)
    assert kept.id == line.id
    assert kept.report["articles"] == 3


def _mention_in_logs(settings: Settings) -> None:
    """As logs do at their most talkative, in the newest file and in one that was rotated away."""
    assert settings.log_file is not None
    with settings.log_file.open("a", encoding="utf-8") as newest:
        newest.writelines(f"Crawled (200) <GET https://phare.example{path}> (referer: None)\n" for path in PAGES)
    rotated = settings.log_file.with_name("mercato.log.1")
    rotated.write_text('{"level": "INFO", "message": "Élodie Zyvancourt"}\n', encoding="utf-8")


def _crawl_afresh(room: Newsroom, site: Site) -> None:
    """Have the same pages read again, as if the archive had lost what it had of them."""
    with room.database.writing() as tx:
        for path in PAGES:
            article = articles.find(tx, f"{site.url}{path}")
            if article is not None:
                articles.save(tx, replace(article, title=PAGES[path][0], body=PAGES[path][1], retry_page=True))
    site.routes["/feed"] = rss([(f"{site.url}{path}", f"{title} !") for path, (title, _) in PAGES.items()])
    site.asked.clear()
    crawl(room, clock)
    assert set(PAGES) <= set(site.paths())


def _all_is_disclosed(room: Newsroom) -> None:
    held = disclose(room, [NAME], (), clock())
    assert {article["title"] for article in held["articles"]} >= {PAGES["/deux-departs"][0]}
    assert any("honneur" in passage or "annoncé" in passage for a in held["articles"] for passage in a["passages"])
    assert held["mails"][0]["recipients"] == 1
    assert len(held["stories"]) == 2
    assert disclose(room, ["Camille Inconnue"], (), clock())["articles"] == []


def _others_are_unharmed(room: Newsroom, notes: Path) -> None:
    with room.database.reading() as tx:
        people = {name for story in dossiers.latest(tx, 100) for name in story.people}
        raw = raw_archive(room.settings)
        assert raw is not None
        problems = [problem for check in inspect(raw, articles.captures(tx)) for problem in check.problems]
    assert {"Jeanne Moulinet", "Paul Verdier"} <= people
    assert problems == []
    assert notes.read_text(encoding="utf-8") == "id;who\n1;[nom retiré]\n2;Jeanne Moulinet\n"


def test_what_cannot_be_looked_for_is_refused(tmp_path: Path) -> None:
    settings = local_site.settings_for(tmp_path, {"phare": "http://127.0.0.1:9/feed"})
    with open_newsroom(settings) as room:
        for names, reference in ((["Zyvancourt"], "1"), ([], "1"), ([NAME], "demande de Zyvancourt")):
            with pytest.raises(ObjectionError):
                forget(room, clock, names, reference)
        with open_database(settings.database_url) as database, database.reading() as tx:
            assert objections.every(tx) == []
