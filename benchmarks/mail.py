"""What mails cost: composing a digest of many stories, queueing it for many recipients, taking them in batches."""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.digest import compose
from alerts.lexicon import load_lexicon
from alerts.render import render
from mercato.model import (
    Evidence,
    Kind,
    Message,
    Move,
    Novelty,
    SourceHealth,
    Status,
    Story,
    StoryEvent,
    Telling,
    Watch,
    Window,
)
from storage import outbox
from storage.engine import open_database

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
BASE = "https://mercato.example"


def a_story(number: int) -> Story:
    name, words = f"{number:016x}", ("débauche", "rejoint", "quitte")
    evidence = tuple(Evidence(start=0, end=8, text=text, why="arrive.rejoindre", points=2.0) for text in words)
    move = Move(person=f"Personne {number}", status=Status.CONFIRMED, kind=Kind.HIRE, evidence=evidence)
    tellings = tuple(
        Telling(
            article=f"{number}-{place}",
            url=f"https://media{place}.example/2026/03/18/un-titre-assez-long-{number}.html",
            outlet=f"Média {place}",
            source=f"media-{place}",
            title=f"Un titre assez long pour être vrai, numéro {number}, et qui n’en finit pas",
            published=NOW,
            first_seen=NOW,
            moves=(move,),
        )
        for place in range(3)
    )
    event = StoryEvent(id=f"e{number}", story=name, article=f"{number}-0", at=NOW, novelty=Novelty.OPENED)
    return Story(
        id=name,
        opened=NOW,
        updated=NOW,
        people=(f"Personne {number}",),
        group=None,
        origin="Apple",
        destination="Meta",
        role="directrice technique",
        status=Status.CONFIRMED,
        kind=Kind.HIRE,
        tellings=tellings,
        events=(event,),
    )


def composing(size: int, rounds: int) -> Message:
    stories = {story.id: story for story in map(a_story, range(size))}
    events = [event for story in stories.values() for event in story.events]
    window = Window(start=NOW - timedelta(days=1), end=NOW)
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        health = SourceHealth(checked=140)
        digest = compose(Watch(name="b"), window, stories, events, (), backlog=0, health=health, next_run=NOW)
        message = render(digest, sender="mercato@mercato.example", now=NOW, link_base=BASE)
        spent.append(time.process_time() - start)
    # The first one of a process also compiles the templates and loads the catalogue and the inliner.
    cold, warm = spent[0], spent[1:] or spent
    print(
        f"composing {size} stories: {min(warm) * 1000:.0f} ms CPU (worst of {len(warm)}: {max(warm) * 1000:.0f} ms; "
        f"the first of a process: {cold * 1000:.0f} ms); "
        f"HTML {len(message.html.encode()) / 1000:.1f} kB, text {len(message.text.encode()) / 1000:.1f} kB"
    )
    return message


def queueing(message: Message, recipients: int, url: str) -> None:
    with open_database(url) as database:
        start, began = time.process_time(), time.monotonic()
        with database.writing() as tx:
            addresses = (f"r{number}@example.org" for number in range(recipients))
            outbox.freeze(tx, "b", Window(start=NOW, end=NOW), message, addresses, (), 1, 0)
        wall = time.monotonic() - began
        spent = time.process_time() - start
        print(f"queueing for {recipients} recipients: {spent:.2f} s CPU, one transaction of {wall:.2f} s")
        start, taken, longest = time.process_time(), 0, 0.0
        while True:
            began = time.monotonic()
            with database.writing() as tx:
                batch = outbox.reserve(tx, "me", NOW, NOW + timedelta(hours=1), limit=20)
            longest = max(longest, time.monotonic() - began)
            if not batch:
                break
            taken += len(batch)
        spent = time.process_time() - start
        each = f"{spent / taken * 1000:.2f} ms CPU each"
        print(f"taking {taken} of them, 20 at a time: {each}, longest transaction {longest:.3f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=500)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--url", help="database; default: a SQLite file that is thrown away")
    options = parser.parse_args()
    load_lexicon()
    gc.freeze()  # as open_newsroom does
    message = composing(options.stories, options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        queueing(message, options.recipients, options.url or f"sqlite:///{Path(folder) / 'bench.db'}")


if __name__ == "__main__":
    main()
