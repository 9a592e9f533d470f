"""Senders that are killed at random moments, and what that comes to.

Importable, because the senders are forked from a server process that has the lexicon loaded: a sender lives for a
fraction of a second.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from mail_room import Moody, told

from alerts.digest import compose
from alerts.lexicon import load_lexicon
from alerts.render import render
from mercato.model import Delivery, Watch, Window
from mercato.settings import Settings, load_settings
from scheduler.jobs import Newsroom
from scheduler.mailing import send_owed
from storage import articles, outbox, stories
from storage.engine import Database, open_database

LEXICON = load_lexicon()
RECIPIENTS = 10
_PATIENCE = 1500.0  # seconds
_LAST_HOURS = 100  # after the killing; mails are tried for three days
_AT_A_TIME = 4  # watches composed before their mails go out, so that kills meet both


def recipients(number: int) -> list[str]:
    """Who is told by the watch of that number."""
    return [f"r{place}-{number}@example.org" for place in range(RECIPIENTS)]


def prepare(folder: Path, url: str, port: int, digests: int) -> Settings:
    """A settings file with a watch per digest, and an archive in which each is owed one mail about one story."""
    watches = "".join(
        f'[[watch]]\nname = "w{number}"\norganisations = ["Firme{number}"]\nschedule = "0 * * * *"\n'
        f"recipients = {recipients(number)!r}\n".replace("'", '"')
        for number in range(digests)
    )
    text = f'[storage]\nurl = "{url}"\n[crawl]\ncontact = "mailto:a@b.example"\n[mail]\ntimeout = 2\n'
    text += f'url = "smtp://127.0.0.1:{port}"\nfrom = "mercato@example.org"\n{watches}'
    (folder / "mercato.toml").write_text(text, encoding="utf-8")
    now = datetime.now(UTC)
    with open_database(url) as database, database.writing() as tx:
        for number in range(digests):
            article, story = told(f"{number:016x}", f"Firme{number}", now - timedelta(hours=1))
            articles.save(tx, article)
            stories.save(tx, [story])
            before = Window(start=now - timedelta(hours=3), end=now - timedelta(hours=2), first=True)
            outbox.began(tx, f"w{number}", before.start)
            outbox.freeze(tx, f"w{number}", before, None, (), (), 0, 0)
    return load_settings(folder / "mercato.toml", {})


def send(settings: Settings, seed: int, at_work: Event, ahead: timedelta) -> None:
    """Compose and send what is owed, a few watches at a time, until nothing is; `at_work` is set when it begins.

    Its clock is `ahead` of the machine's.
    """
    order = list(settings.watches)
    random.Random(seed).shuffle(order)
    with open_database(settings.database_url) as database:
        room = Newsroom(settings, database, LEXICON)
        at_work.set()
        for first in range(0, len(order), _AT_A_TIME):
            send_owed(room, lambda: datetime.now(UTC) + ahead, order[first : first + _AT_A_TIME])


@dataclass(slots=True)
class Toll:
    """What a run of kills came to."""

    kills: int
    seconds: float
    before: int  # mails that had arrived when the killing ended
    mails: int
    repeated: int


def _warm_up() -> None:
    """Load templates and catalogues once, where the senders are forked: they live too briefly to do so themselves."""
    now = datetime.now(UTC)
    _, story = told(at=now)
    window = Window(start=now - timedelta(days=1), end=now)
    digest = compose(
        Watch(name="w"), window, {story.id: story}, story.events, (), backlog=0, health=None, next_run=None
    )
    render(digest, sender="mercato@example.org", now=now)


_warm_up()
_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload([__name__])


def kill_at_random(settings: Settings, inbox: Moody, kills: int, senders: int, seed: int) -> Toll:
    """Start `senders`, kill them at random moments `kills` times in all, then let one finish; returns the toll.

    Long series are had in slices, each with a `seed` of its own.
    """
    chance, begun, done = random.Random(f"{seed}/{kills}"), time.monotonic(), 0
    running: list[ForkServerProcess] = []
    while done < kills and time.monotonic() - begun < _PATIENCE:
        while len(running) < senders:
            running.append(_start(settings, chance.randrange(10**6)))
        _let_work(inbox, chance)
        victim = running.pop(chance.randrange(len(running)))
        done += victim.is_alive()
        victim.kill()
        victim.join()
    before = len(inbox.taken)
    for process in running:
        process.join()
    # What the last victims had taken is free after a while, and what a busy server kept waiting is tried again later.
    for hours in range(1, _LAST_HOURS, 8):
        _start(settings, 0, timedelta(hours=hours)).join()
        if not _waiting(settings):
            break
    counted = Counter((to, str(mail["Message-ID"])) for to, mail in inbox.mails)
    repeated = sum(counted.values()) - len(counted)
    return Toll(done, time.monotonic() - begun, before, len(inbox.taken), repeated)


def _waiting(settings: Settings) -> bool:
    """Whether a mail has neither arrived nor been given up."""
    with open_database(settings.database_url) as database:
        states = {one.state for line in ledger(database) for one in line.deliveries}
    return bool(states & {Delivery.PENDING, Delivery.SENDING})


def _let_work(inbox: Moody, chance: random.Random) -> None:
    """Wait for up to a dozen mails more, or some seconds, and a random moment: busy machines are slow, and a kill
    should meet work rather than its preparation."""
    enough, late = len(inbox.taken) + chance.randrange(12), time.monotonic() + chance.uniform(0.0, 4.0)
    while len(inbox.taken) < enough and time.monotonic() < late:
        time.sleep(0.001)
    time.sleep(chance.uniform(0.0, 0.02))


def _start(settings: Settings, seed: int, ahead: timedelta = timedelta(0)) -> ForkServerProcess:
    """A sender that is at work: what a kill hits is composing or sending, not the opening of the database."""
    at_work = _FORK.Event()
    process = _FORK.Process(target=send, args=(settings, seed, at_work, ahead))
    process.start()
    at_work.wait(60)
    return process


def ledger(database: Database) -> list[outbox.DigestRecord]:
    """The ledger's lines that have a mail."""
    with database.reading() as tx:
        return [line for line in outbox.digests(tx, 100_000) if line.message_id]
