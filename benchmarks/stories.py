"""What joining one article costs: CPU time of this process, on archives of growing size."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from os import getloadavg
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, DateTime, Integer, Text, cast, func, insert, select, type_coerce

from alerts.stories import Shelf, keys
from mercato.model import Article, Group, Kind, Match, Move, Status, Story, article_id
from scheduler.jobs import join_batch
from storage import articles, stories, tables
from storage.column_types import UtcDateTime
from storage.engine import Database, open_database

START = datetime(2017, 1, 2, tzinfo=UTC)
STORIES_A_DAY = 60  # more than the whole press tells
BLOCK = 6_250  # stories that are made one by one; larger archives repeat them, half-year after half-year
HALF_YEAR = timedelta(days=180)
BATCH = 2_000
TIMED = 300
COPIED = (
    tables.articles,
    tables.stories,
    tables.tellings,
    tables.story_events,
    tables.story_names,
    tables.story_keys,
    tables.story_changes,
)
_IDENTIFIER = 16  # characters of an identifier
_STRETCH = 3  # digits at the end of a dated key
_SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstvz" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class World:
    """Who may move and where to: given names and firms are shared by many, as in real life."""

    given: Sequence[str]
    surnames: Sequence[str]
    firms: Sequence[str]


def world(chance: random.Random) -> World:
    def word(syllables: int) -> str:
        return "".join(chance.choices(_SYLLABLES, k=syllables)).capitalize()

    return World(
        given=[word(2) for _ in range(300)],
        surnames=[word(4) for _ in range(20_000)],
        firms=[word(3) for _ in range(2_000)],
    )


def skewed(names: Sequence[str], chance: random.Random) -> str:
    """A few names are met often, most of them rarely."""
    return names[int(chance.random() ** 1.5 * len(names))]


def happening(world: World, chance: random.Random) -> Move:
    """One move; every tenth is of a group without names, every twentieth of somebody known by the surname alone."""
    origin, destination = skewed(world.firms, chance), skewed(world.firms, chance)
    dice = chance.random()
    name = f"{skewed(world.given, chance)} {skewed(world.surnames, chance)}"
    return Move(
        person=None if dice < 0.1 else name.split()[1] if dice < 0.15 else name,
        group=Group(label="ingénieurs", count=chance.randint(2, 12)) if dice < 0.1 else None,
        origin=origin if chance.random() < 0.8 else None,
        destination=destination,
        status=Status.CONFIRMED,
        kind=Kind.HIRE,
    )


def article(name: str, moment: datetime, chance: random.Random) -> Article:
    url = f"https://banc.example/{name}"
    outlet = f"Banc {chance.randint(1, 90)}"
    return Article(
        id=article_id(url),
        url=url,
        source=outlet,
        outlet=outlet,
        title=f"Une arrivée et un départ, {name}",
        body="Une phrase.",
        published=moment,
        first_seen=moment,
    )


def archive(world: World, chance: random.Random, first: int, last: int) -> Iterator[tuple[Article, Match, Story]]:
    """Stories number `first` to `last`, each as an article and what joining it to an empty archive gives."""
    for number in range(first, last):
        moment = START + timedelta(days=number / STORIES_A_DAY)
        told, match = article(str(number), moment, chance), Match(score=3.0, moves=(happening(world, chance),))
        (story,) = Shelf().join(told, match, moment)
        yield told, match, story


def fill(database: Database, world: World, chance: random.Random, first: int, last: int) -> None:
    """Write stories without joining them to one another."""
    rows = archive(world, chance, first, last)
    while batch := list(islice(rows, BATCH)):
        with database.writing() as tx:
            # Straight into the table: joining looks at neither the text nor its index.
            tx.execute(insert(tables.articles), [_row(told) for told, _, _ in batch])
            stories.save(tx, [story for _, _, story in batch], {story.id: keys(story) for _, _, story in batch}, ())


def double(database: Database, step: int) -> None:
    """Copy every story with all that belongs to it, as the same news that many half-years later.

    Identifiers stay apart because each step puts a letter that is no hexadecimal digit at a place of its own. The
    shift is three stretches of the dated keys times a power of two, and longer than any story stays open.
    """
    with database.writing() as tx:
        for table in COPIED:
            columns = [column for column in table.c if column.name != "number"]
            copies = [_copy(column, step, tx.dialect.name) for column in columns]
            tx.execute(insert(table).from_select(columns, select(*copies)))
    with database.outside_transactions() as run:
        run("ANALYZE")


def _copy(column: Column[Any], step: int, dialect: str) -> ColumnElement[Any]:
    if column.name in ("id", "story", "article"):
        place = _IDENTIFIER - step
        return func.substr(column, 1, place - 1).concat("g").concat(func.substr(column, place + 1))
    if isinstance(column.type, UtcDateTime):
        return _later(column, HALF_YEAR.days << step, dialect)
    if column.name == "url":
        return column.concat(f"-{step}")
    if column is tables.story_keys.c.key:
        size = func.length(column) - _STRETCH
        stretch = cast(func.substr(column, size + 1), Integer) + (3 << step)
        return func.substr(column, 1, size).concat(cast(stretch, Text))
    last = select(func.max(tables.story_changes.c.serial)).scalar_subquery()
    return column + last if column.name == "serial" else column


def _later(column: Column[Any], days: int, dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%S.000000", column, f"+{days} days")
    return type_coerce(column, DateTime) + timedelta(days=days)


def some_of(database: Database, chance: random.Random) -> list[tuple[Article, Match]]:
    """Some stories of all ages as articles that tell them, to be told again."""
    with database.reading() as tx:
        names = tx.execute(select(tables.stories.c.id).order_by(tables.stories.c.id)).scalars().all()
        chosen = stories.get_all(tx, chance.sample(names, min(TIMED, len(names))))
    tellings = [story.tellings[0] for story in chosen if story.tellings]
    moments = [telling.published or telling.first_seen for telling in tellings]
    return [
        (article(telling.article, moment, chance), Match(score=telling.score, moves=telling.moves))
        for telling, moment in zip(tellings, moments, strict=True)
    ]


def _row(told: Article) -> dict[str, object]:
    row = {field.name: getattr(told, field.name) for field in fields(told) if field.name in tables.articles.c}
    return {**row, "told": told.told, "extraction": told.extraction.value, "page_attempts": 0}


def arrivals(
    world: World, chance: random.Random, size: int, known: Sequence[tuple[Article, Match]], run: str
) -> list[tuple[Article, Match]]:
    """What comes next: half of it new events, half further tellings of known ones, old and new."""
    now = START + HALF_YEAR * (size // BLOCK - 1) + timedelta(days=BLOCK / STORIES_A_DAY)
    found: list[tuple[Article, Match]] = []
    for number in range(TIMED):
        if number % 2 and known:
            old, match = known[chance.randrange(len(known))]
            moment = old.told + timedelta(hours=chance.randint(1, 72))
        else:
            moment, match = now, Match(score=3.0, moves=(happening(world, chance),))
        found.append((replace(article(f"{run}-{size}-{number}", moment, chance), first_seen=now), match))
    return found


def one_by_one(database: Database, items: Sequence[tuple[Article, Match]]) -> list[float]:
    """Milliseconds of CPU per article, each in a transaction of its own, from the question to the commit."""
    _save(database, items)
    spent: list[float] = []
    for item in items:
        start = time.process_time()
        with database.writing(exclusive="join") as tx:
            join_batch(tx, [item])
        spent.append((time.process_time() - start) * 1000)
    return spent


def _save(database: Database, items: Sequence[tuple[Article, Match]]) -> None:
    """What the crawl and the matcher have done before articles are joined."""
    with database.writing() as tx:
        articles.save_all(tx, [told for told, _ in items])
        for told, match in items:
            articles.judge(tx, told.id, "banc", match, told.first_seen)


def together(database: Database, items: Sequence[tuple[Article, Match]]) -> float:
    """Milliseconds of CPU per article when all are joined in one transaction, as a crawl does."""
    _save(database, items)
    start = time.process_time()
    with database.writing(exclusive="join") as tx:
        join_batch(tx, items)
    return (time.process_time() - start) * 1000 / len(items)


def measure(database: Database, doublings: int) -> None:
    chance = random.Random(1)
    people = world(chance)
    columns = ("stories", "median ms", "p95 ms", "max ms", "in a batch ms", "load")
    print(database.dialect, " ".join(f"{name:>13}" for name in columns), sep="\n", flush=True)
    fill(database, people, chance, 0, BLOCK)
    for step in range(doublings + 1):
        size, known = BLOCK << step, some_of(database, chance)
        times = one_by_one(database, arrivals(people, chance, size, known, "one"))
        batched = together(database, arrivals(people, chance, size, known, "batch"))
        shown = (statistics.median(times), statistics.quantiles(times, n=20)[18], max(times), batched, getloadavg()[0])
        print(f"{size:>13}", " ".join(f"{figure:>13.2f}" for figure in shown), flush=True)
        if step < doublings:
            double(database, step)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--doublings", type=int, default=5, help=f"of {BLOCK} stories; 5 come to {BLOCK << 5}")
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_database(options.url or f"sqlite:///{Path(folder) / 'banc.db'}") as database,
    ):
        measure(database, options.doublings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
