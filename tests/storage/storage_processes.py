"""What the tests of storage run in processes of their own; importable, because children are spawned afresh."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from pathlib import Path

from storage_samples import NOW, article, event, story, window

from storage import articles, outbox, stories
from storage.engine import open_database
from storage.warc import WarcWriter, recover

_SPAWN = multiprocessing.get_context("spawn")
PAGE = b"<html><title>Nominations</title>" + bytes(range(256)) * 200


def start(work: Callable[..., None], *arguments: object) -> SpawnProcess:
    """Run `work` in a fresh process."""
    process = _SPAWN.Process(target=work, args=arguments)
    process.start()
    return process


def run_all(work: Callable[..., None], *each: tuple[object, ...]) -> list[int | None]:
    """Run `work` once per tuple of arguments, all at the same time; returns the exit codes."""
    processes = [start(work, *arguments) for arguments in each]
    for process in processes:
        process.join(120)
    codes = [process.exitcode for process in processes]
    for process in processes:
        process.kill()
        process.join()
        process.close()
    return codes


def wait_for(path: Path) -> None:
    """Return once the file is there."""
    while not path.exists():
        time.sleep(0.01)


def open_at_once(url: str, go: str) -> None:
    """Open the database in the moment when `go` appears."""
    wait_for(Path(go))
    open_database(url).close()


def write_articles(url: str, first: int, number: int, retold: int) -> None:
    """Save articles of one's own, and after each the same `retold` ones as every other process."""
    with open_database(url) as database:
        for own in range(first, first + number):
            with database.writing() as tx:
                shared = [article(f"shared-{own % retold}", body=f"Version {first}.")]
                for one in sorted([article(f"own-{own}"), *shared], key=lambda each: each.id):
                    articles.save(tx, one)


def compose(url: str, number: int) -> None:
    """Freeze a digest for each of `number` windows, of all events that are untold in that moment."""
    with open_database(url) as database:
        for place in range(number):
            with database.writing() as tx:
                outbox.began(tx, "ia", NOW)
                period = window(end=NOW.replace(minute=place), tick=NOW.replace(minute=place, second=os.getpid() % 60))
                events = outbox.untold(tx, "ia", period.start, NOW)[:1]
                outbox.freeze(tx, "ia", period, None, (), events, 0, 0)


def fill_with_events(url: str, number: int) -> None:
    """Store a story with so many events."""
    with open_database(url) as database, database.writing() as tx:
        articles.save(tx, article())
        events = tuple(event(str(place), "s1", article()) for place in range(number))
        stories.save(tx, [story("s1", [article()], events=events)])


def hold_write_lock(url: str, held: str) -> None:
    """Begin to write and never end; `held` appears when the lock is ours."""
    with open_database(url) as database, database.writing() as tx:
        articles.save(tx, article("held"))
        Path(held).touch()
        time.sleep(600)


def write_pages_for_ever(folder: str) -> None:
    """Archive pages until killed; each is noted in `notes` once it is said to be written."""
    with Path(folder, "notes").open("a", buffering=1) as notes:
        writer = WarcWriter(Path(folder), software="Mercato/test", now=NOW)
        while True:
            one = writer.response("https://fil.example/a", 200, "OK", [("Content-Type", "text/html")], PAGE, NOW)
            notes.write(f"{one.file} {one.offset} {one.length} {one.sha256}\n")


def recover_at_once(folder: str, go: str) -> None:
    """Recover the archive in the moment when `go` appears."""
    wait_for(Path(go))
    recover(Path(folder))
