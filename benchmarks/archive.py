"""What the archive costs: saving and searching, per article, on a database of a given size."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mercato.model import Article, article_id
from storage import articles
from storage.engine import Database, open_database
from storage.search import search

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = 400  # an article of about 2.5 kB
BATCH = 100


def make(number: int, chance: random.Random, vocabulary: list[str]) -> Article:
    url = f"https://banc.example/{number}"
    moment = START + timedelta(minutes=number)
    # Squared: a few words are in nearly every article, most in few, as in real text.
    words = [vocabulary[int(chance.random() ** 2 * len(vocabulary))] for _ in range(WORDS)]
    return Article(
        id=article_id(url),
        url=url,
        source="banc",
        outlet="Banc",
        title=" ".join(words[:8]),
        body=" ".join(words),
        published=moment,
        first_seen=moment,
    )


def fill(database: Database, size: int) -> float:
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdeéiloprstu", k=chance.randint(3, 10))) for _ in range(20_000)]
    spent = 0.0
    for first in range(0, size, BATCH):
        batch = [make(number, chance, vocabulary) for number in range(first, min(first + BATCH, size))]
        start = time.process_time()
        with database.writing() as tx:
            for article in batch:
                articles.save(tx, article)
        spent += time.process_time() - start
    print(f"saving, {BATCH} a transaction: {spent / size * 1000:.2f} ms CPU per article")
    for name, query in (
        ("common word", vocabulary[3]),
        ("rare word", vocabulary[-1]),
        ("two words", f"{vocabulary[3]} {vocabulary[900]}"),
    ):
        start = time.process_time()
        with database.reading() as tx:
            hits = search(tx, query)
        print(f"searching, {name}: {(time.process_time() - start) * 1000:.2f} ms CPU, {len(hits)} hits shown")
    return spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=5_000, help="articles in the archive")
    parser.add_argument("--url", help="database; default: SQLite in a temporary folder")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_database(options.url or f"sqlite:///{Path(folder) / 'banc.db'}") as database,
    ):
        fill(database, options.size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
