"""What the review page costs on a large archive: answers over HTTP from one process, while another one writes."""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import text

from alerts.lexicon import load_lexicon
from mercato.model import (
    Amount,
    Article,
    Evidence,
    Figure,
    Kind,
    Move,
    Novelty,
    Status,
    Story,
    StoryEvent,
    Telling,
    Watch,
    article_id,
)
from mercato.settings import CrawlSettings, MailSettings, ReviewSettings, Settings, StorageSettings
from review.forms import place_text
from review.room import Room
from review.server import listen, serving
from scheduler.jobs import Newsroom
from storage import articles, browse, review_queue, stories, tables, verdicts
from storage.engine import Database, Transaction, open_database
from storage.search_keys import index_keys
from storage.tables import standings

START = datetime(2016, 1, 1, tzinfo=UTC)
WORDS = 300  # an article of about 2 kB
BATCH = 1_000
OUTLETS = 120


def vocabulary(chance: random.Random) -> list[str]:
    return ["".join(chance.choices("abcdeéiloprstu", k=chance.randint(3, 10))) for _ in range(20_000)]


def make_article(number: int, chance: random.Random, words: list[str]) -> Article:
    url = f"https://banc.example/{number}"
    moment = START + timedelta(minutes=15 * number)
    # Squared: a few words are in nearly every article, most in few, as in real text.
    words_of = [words[int(chance.random() ** 2 * len(words))] for _ in range(WORDS)]
    outlet = number % OUTLETS
    return Article(
        id=article_id(url),
        url=url,
        source=f"banc-{outlet:03}",
        outlet=f"Banc {outlet}",
        title=" ".join(words_of[:8]),
        body=" ".join(words_of),
        published=moment,
        first_seen=moment + timedelta(minutes=5),
    )


def make_story(number: int, told_by: list[Article], chance: random.Random) -> Story:
    name, first = f"{number:016x}", told_by[0]
    firms = [f"Firme {int(chance.random() ** 2 * 800)}" for _ in range(2)]
    evidence = (Evidence(start=0, end=5, text=first.text[:5], why="part.quitter", points=3.0),)
    move = Move(
        person=f"Camille Exemple {number}",
        origin=firms[0],
        destination=firms[1],
        role="directrice technique",
        status=chance.choice(list(Status)),
        kind=Kind.HIRE,
        evidence=evidence,
    )
    tellings = tuple(
        Telling(
            article=article.id,
            url=article.url,
            outlet=article.outlet,
            source=article.source,
            title=article.title,
            published=article.published,
            first_seen=article.first_seen,
            moves=(move,),
            score=6.0,
        )
        for article in told_by
    )
    figure = Figure(amount=Amount(min=10**6, max=None, currency="EUR"), outlet=first.outlet, article=first.id)
    events = tuple(
        StoryEvent(
            id=f"{name}-{place}",
            story=name,
            article=article.id,
            at=article.first_seen,
            novelty=Novelty.OPENED if place == 0 else Novelty.OUTLET,
            after=article.outlet,
        )
        for place, article in enumerate(told_by)
    )
    return Story(
        id=name,
        opened=first.first_seen,
        updated=told_by[-1].first_seen,
        people=(f"Camille Exemple {number}",),
        group=None,
        origin=firms[0],
        destination=firms[1],
        role="directrice technique",
        status=move.status,
        kind=Kind.HIRE,
        figures=(figure,) if number % 3 == 0 else (),
        tellings=tellings,
        events=events,
    )


def fill(database: Database, size: int, told: int) -> None:
    """`size` articles and `told` stories of two articles each, two thirds of them judged."""
    chance = random.Random(1)
    words = vocabulary(chance)
    keys = {word: index_keys(word) for word in words}
    every = max(2, size // told)
    spent = time.perf_counter()
    with without_search_index(database):
        for first in range(0, size, BATCH):
            batch = [make_article(number, chance, words) for number in range(first, min(first + BATCH, size))]
            whole = [
                make_story((first + place) // every, batch[place : place + 2], chance)
                for place in range(0, len(batch) - 1, every)
            ]
            with database.writing(exclusive="join") as tx:
                save_articles(tx, batch, keys)
                stories.save(tx, whole)
                rows = [standing_row(story, chance) for story in whole if chance.random() < 2 / 3]
                tx.execute(standings.insert(), rows)
                verdicts.mark_changed(tx, [str(row["story"]) for row in rows])
            if first % 50_000 == 0:
                print(f"  {first} articles, {time.perf_counter() - spent:.0f} s", file=sys.stderr)


@contextmanager
def without_search_index(database: Database) -> Iterator[None]:
    """PostgreSQL makes its index of words in one go at the end, as every restore does; one by one takes ten times as
    long. Statistics are taken as autovacuum would."""
    if database.dialect == "sqlite":
        yield
        return
    with database.writing() as tx:
        index = tx.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_article_search_keys'")).scalar()
        tx.execute(text("DROP INDEX ix_article_search_keys"))
    yield
    with database.writing() as tx:
        tx.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        tx.execute(text(str(index)))
        tx.execute(text("ANALYZE"))


def save_articles(tx: Transaction, batch: list[Article], keys: dict[str, list[str]]) -> None:
    """What `articles.save` writes, in few statements: half a million would take an hour."""
    rows = [{**articles._columns(article), "id": article.id, "page_attempts": 0} for article in batch]  # noqa: SLF001
    number = dict(
        tx.execute(tables.articles.insert().returning(tables.articles.c.id, tables.articles.c.number), rows).all()
    )
    found = {article.id: {key for word in article.body.split(" ") for key in keys[word]} for article in batch}
    if tx.dialect.name == "sqlite":
        lines = [{"number": number[name], "keys": " ".join(found[name])} for name in number]
        tx.execute(text("INSERT INTO article_search (rowid, keys) VALUES (:number, :keys)"), lines)
        return
    vectors = [{"number": number[name], "keys": sorted(found[name])} for name in number]
    tx.execute(text("INSERT INTO article_search (article, keys) VALUES (:number, array_to_tsvector(:keys))"), vectors)


def standing_row(story: Story, chance: random.Random) -> dict[str, object]:
    """What `verdicts.rule` comes to."""
    return {
        "story": story.id,
        "verdict": "keep" if chance.random() < 0.8 else "reject",
        "cause": None,
        "muted": False,
        "settled": story.updated + timedelta(days=1),
        "corrections": {},
        "watches": ["banc"],
        "merged_into": None,
        "split": [],
        "sources": sorted({telling.source for telling in story.tellings}),
        "families": ["part", "arrive"],
    }


def write_on(url: str, size: int, stop: Event) -> None:
    """Save articles one after the other, as a crawl does, until told to stop."""
    chance = random.Random(2)
    words = vocabulary(chance)
    with open_database(url) as database:
        number = size
        while not stop.wait(0.05):
            with database.writing() as tx:
                articles.save(tx, make_article(number, chance, words))
            number += 1


@contextmanager
def writing_beside(url: str, size: int) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    writer = context.Process(target=write_on, args=(url, size, stop))
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()
        print(f"the writer beside ended with code {writer.exitcode}")


def addresses(database: Database, size: int, told: int, chance: random.Random) -> dict[str, list[str]]:
    """What is asked for, by name."""
    words = vocabulary(random.Random(1))
    pairs = [(words[int(chance.random() ** 2 * 3_000)], words[int(chance.random() ** 2 * 3_000)]) for _ in range(40)]
    with database.reading() as tx:
        deep = browse.articles_page(tx, browse.Filters(), 1, (START + timedelta(minutes=15 * (size // 3)), "0"))
        waiting = review_queue.waiting(tx, 40)
    far = quote(place_text((deep[0].told, deep[0].id)))
    names = [f"{chance.randrange(told):016x}" for _ in range(40)]
    return {
        "triage": ["/", *(f"/?story={story}" for story, _ in waiting)],
        "dossier": [f"/stories/{name}" for name in names],
        "article": [f"/articles/{article_id(f'https://banc.example/{chance.randrange(size)}')}" for _ in range(20)],
        "search, two words": [f"/archive?q={quote(' '.join(pair))}" for pair in pairs],
        "archive with facets": ["/archive"] * 5,
        "archive of a firm": [f"/archive?firm=Firme+{chance.randrange(800)}" for _ in range(20)],
        "archive by status": [f"/archive?status={status.value}" for status in Status],
        "page 10,000": [f"/archive?before={far}"] * 10,
        "API, 100 changes": [f"/api/v1/stories?after={chance.randrange(told)}" for _ in range(10)],
        "flows of a year": ["/flows"] * 5,
        "quality": ["/quality"] * 5,
    }


def measure(port: int, asked: dict[str, list[str]], rounds: int) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    for name, paths in asked.items():
        times = []
        for path in paths * rounds:
            start = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - start) * 1000)
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
        edge = statistics.quantiles(times, n=20)[-1]
        print(f"{name:22} median {statistics.median(times):7.1f} ms   p95 {edge:7.1f} ms   ({len(times)} requests)")


def settings(folder: Path) -> Settings:
    return Settings(
        file=None,
        folder=folder,
        language="fr",
        storage=StorageSettings(),
        crawl=CrawlSettings(contact="https://banc.example/contact", catalogue=False),
        mail=MailSettings.model_validate({}),
        review=ReviewSettings(port=0),
        sources=(),
        watches=(Watch(name="banc"),),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=300_000, help="articles in the archive")
    parser.add_argument("--stories", type=int, default=30_000, help="stories in the archive")
    parser.add_argument("--rounds", type=int, default=3, help="how often each address is asked for")
    parser.add_argument("--url", help="database; default: SQLite in a temporary folder")
    parser.add_argument("--filled", action="store_true", help="the database of --url is filled already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'banc.db'}"
        with open_database(url) as database:
            if not options.filled:
                fill(database, options.size, options.stories)
            news = Newsroom(settings(Path(folder)), database, load_lexicon())
            room = Room(news, lambda: START + timedelta(minutes=15 * options.size), lambda *_: [])
            listening = listen("127.0.0.1", 0)
            asked = addresses(database, options.size, options.stories, random.Random(3))
            with serving(room, listening), writing_beside(url, options.size):
                measure(listening.getsockname()[1], asked, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
