"""What the review page costs on a large archive: answers over HTTP from one process, while another one writes.

An archive given by --url is kept: filled on where it was begun, and measured again without being made again."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from itertools import cycle, islice
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import func, select, text

from alerts.lexicon import load_lexicon
from mercato.cli.page import outlet_line
from mercato.errors import StorageError
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
PAUSE = 0.1  # seconds between two rounds of the writer: some 15 articles a second, five times what a crawl brings


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


def make_person(number: int) -> str:
    """A name of its own: people who share one are compared with each other, which no archive asks for so often."""
    given, family = ("".join(random.Random(2 * number + part).choices("abdeilmnoprstu", k=8)) for part in range(2))
    return f"{given.capitalize()} {family.capitalize()}"


def make_story(number: int, told_by: list[Article], chance: random.Random) -> Story:
    name, first, person = f"{number:016x}", told_by[0], make_person(number)
    firms = [f"Firme {int(chance.random() ** 2 * 800)}" for _ in range(2)]
    evidence = (Evidence(start=0, end=5, text=first.text[:5], why="part.quitter", points=3.0),)
    move = Move(
        person=person,
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
        people=(person,),
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
    """`size` articles and `told` stories of two articles each, two thirds of them judged; one that was begun is filled
    on, so that a large archive can be made in several goes and measured often."""
    words = vocabulary(random.Random(1))
    keys = {word: index_keys(word) for word in words}
    every = max(2, size // told)
    with database.reading() as tx:
        begun = tx.execute(select(func.count()).select_from(tables.articles)).scalar_one()
    if begun >= size:
        return
    spent = time.perf_counter()
    with without_search_index(database):
        for first in range(begun, size, BATCH):
            fill_batch(database, range(first, min(first + BATCH, size)), every, words, keys)
            if first % 50_000 == 0:
                print(f"  {first} articles, {time.perf_counter() - spent:.0f} s", file=sys.stderr)


def fill_batch(database: Database, numbers: range, every: int, words: list[str], keys: dict[str, list[str]]) -> None:
    """The articles with these numbers, the same ones each time, and the stories that every so many of them tell."""
    chance = random.Random(numbers.start)
    batch = [make_article(number, chance, words) for number in numbers]
    whole = [
        make_story((numbers.start + place) // every, batch[place : place + 2], chance)
        for place in range(-numbers.start % every, len(batch) - 1, every)
    ]
    with database.writing(exclusive="join") as tx:
        save_articles(tx, batch, keys)
        stories.save(tx, whole)
        rows = [standing_row(story, chance) for story in whole if chance.random() < 2 / 3]
        tx.execute(standings.insert(), rows)
        verdicts.mark_changed(tx, [str(row["story"]) for row in rows])


@contextmanager
def without_search_index(database: Database) -> Iterator[None]:
    """PostgreSQL makes its index of words in one go at the end, as every restore does; one by one takes ten times as
    long. Statistics are taken as autovacuum would."""
    if database.dialect == "sqlite":
        yield
        return
    with database.writing() as tx:
        tx.execute(text("DROP INDEX IF EXISTS ix_article_search_keys"))
    yield
    with database.writing() as tx:
        tx.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        tx.execute(
            text("CREATE INDEX ix_article_search_keys ON article_search USING gin (keys) WITH (fastupdate = off)")
        )
        tx.execute(text("ANALYZE"))


def save_articles(tx: Transaction, batch: list[Article], keys: dict[str, list[str]]) -> None:
    """What `articles.save` writes, in few statements: half a million would take an hour."""
    rows = [{**articles._columns(article), "id": article.id, "page_attempts": 0} for article in batch]  # noqa: SLF001
    number: dict[str, int] = dict(
        tx.execute(tables.articles.insert().returning(tables.articles.c.id, tables.articles.c.number), rows).all()
    )
    found = {article.id: set[str]().union(*(keys[word] for word in set(article.body.split(" ")))) for article in batch}
    lines = [{"number": number[name], "keys": " ".join(found[name])} for name in number]
    if tx.dialect.name == "sqlite":
        tx.execute(text("INSERT INTO article_search (rowid, keys) VALUES (:number, :keys)"), lines)
    else:
        into = "INSERT INTO article_search (article, keys)"
        tx.execute(text(f"{into} VALUES (:number, array_to_tsvector(string_to_array(:keys, ' ')))"), lines)


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


@dataclass
class Written:
    """What the writer beside came to."""

    articles: int = 0
    stories: int = 0
    refused: int = 0  # transactions that the database refused: «locked» and the like
    longest: float = 0.0  # seconds that the slowest transaction took


def write_on(url: str, size: int, stop: Event, answer: Connection) -> None:
    """Save articles and the stories that they tell as a crawl does, until told to stop: articles committed by two,
    then a story in a transaction of its own."""
    chance = random.Random(2)
    words = vocabulary(chance)
    done = Written()
    with open_database(url) as database:
        number = size
        while not stop.wait(PAUSE):
            pair = sorted((make_article(number + each, chance, words) for each in range(2)), key=lambda one: one.id)
            story = make_story(2**63 + number, pair, chance)
            for write in (partial(save_pair, pair), partial(stories.save, changed=[story])):
                start = time.perf_counter()
                try:
                    with database.writing(exclusive="join") as tx:
                        write(tx)
                except StorageError as error:
                    done.refused += 1
                    print(f"the writer was refused: {error}", file=sys.stderr)
                done.longest = max(done.longest, time.perf_counter() - start)
            number += 2
            done.articles, done.stories = done.articles + 2, done.stories + 1
    answer.send(done)


def save_pair(pair: list[Article], tx: Transaction) -> None:
    for article in pair:
        articles.save(tx, article)


@contextmanager
def writing_beside(url: str, size: int) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    stop, (ours, theirs) = context.Event(), context.Pipe(duplex=False)
    writer = context.Process(target=write_on, args=(url, size, stop, theirs))
    writer.start()
    try:
        yield
    finally:
        stop.set()
        done: Written = ours.recv()
        writer.join()
        print(
            f"beside it {done.articles} articles and {done.stories} stories were written; "
            f"refused by the database: {done.refused}; longest transaction {done.longest * 1000:.0f} ms"
        )


def addresses(database: Database, size: int, told: int, chance: random.Random) -> dict[str, list[str]]:
    """What is asked for, by name."""
    words = vocabulary(random.Random(1))

    def word(most: int) -> str:
        return words[int(chance.random() ** 2 * most)]

    # Of 20,000 words, the first hundreds stand in every tenth article or more, the last in one of a hundred.
    common = [(word(3_000), word(3_000)) for _ in range(40)]
    mixed = [(word(300), words[-1 - int(chance.random() * 10_000)]) for _ in range(40)]
    with database.reading() as tx:
        deep = browse.articles_page(tx, browse.Filters(), 1, (START + timedelta(minutes=15 * (size // 3)), "0"))
        waiting = review_queue.waiting(tx, 40)
    far = quote(place_text((deep[0].told, deep[0].id)))
    names = [f"{chance.randrange(told):016x}" for _ in range(40)]
    return {
        "triage": ["/", *(f"/?story={story}" for story, _ in waiting)],
        "dossier": [f"/stories/{name}" for name in names],
        "article": [f"/articles/{article_id(f'https://banc.example/{chance.randrange(size)}')}" for _ in range(20)],
        "search, two common words": [f"/archive?q={quote(' '.join(pair))}" for pair in common],
        "search, common and rare": [f"/archive?q={quote(' '.join(pair))}" for pair in mixed],
        "archive with facets": ["/archive"],
        "archive of a firm": [f"/archive?firm=Firme+{chance.randrange(800)}" for _ in range(20)],
        "archive by status": [f"/archive?status={status.value}" for status in Status],
        "page 10,000": [f"/archive?before={far}"],
        "API, 100 changes": [f"/api/v1/stories?after={chance.randrange(told)}" for _ in range(10)],
        "flows of a year": ["/flows"],
        "quality": ["/quality"],
    }


def measure(port: int, asked: dict[str, list[str]], requests: int) -> None:
    """Ask for each page `requests` times, after once that does not count: what is made at first use is made by then."""
    http = HTTPConnection("127.0.0.1", port)
    print(f"{'ms':26}wall: median     p95     max   CPU: median     p95")
    for name, paths in asked.items():
        ask(http, paths[-1])
        spent = [ask(http, path) for path in islice(cycle(paths), requests)]
        wall, cpu = (sorted(each) for each in zip(*spent, strict=True))
        edges = [statistics.quantiles(each, n=20)[-1] for each in (wall, cpu)]
        print(
            f"{name:26}{statistics.median(wall):12.1f}{edges[0]:8.1f}{wall[-1]:8.1f}"
            f"{statistics.median(cpu):14.1f}{edges[1]:8.1f}",
            flush=True,
        )


def ask(http: HTTPConnection, path: str) -> tuple[float, float]:
    """Milliseconds of wall time, and of this process's CPU time, until the whole answer is there."""
    wall, cpu = time.perf_counter(), time.process_time()
    http.request("GET", path)
    answer = http.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


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
    parser.add_argument("--requests", type=int, default=120, help="how often each page is asked for; 0 only fills")
    parser.add_argument("--url", help="database, which is kept; default: SQLite in a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'banc.db'}"
        with open_database(url) as database:
            fill(database, options.size, options.stories)
            if options.requests:
                serve_and_measure(Path(folder), url, database, options)
    return 0


def serve_and_measure(folder: Path, url: str, database: Database, options: argparse.Namespace) -> None:
    with database.reading() as tx:
        begun = tx.execute(select(func.count()).select_from(tables.articles)).scalar_one()
    news = Newsroom(settings(folder), database, load_lexicon())
    room = Room(news, lambda: START + timedelta(minutes=15 * begun), lambda *_: [], outlet_line)
    listening = listen("127.0.0.1", 0)
    asked = addresses(database, options.size, options.stories, random.Random(3))
    print(f"{begun} articles on {database.dialect}; load of the machine {os.getloadavg()[0]:.1f}")
    with serving(room, listening), writing_beside(url, begun):
        measure(listening.getsockname()[1], asked, options.requests)
    print(f"load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    sys.exit(main())
