"""Several machines on one archive: polite together, and nothing lost or doubled whatever is killed.

CI kills three times; the whole measurement is `MOMENTS=100 script/test --all tests/acceptance/test_cluster.py -s`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import cluster_lab
import pytest
from cluster_lab import Cluster
from mail_room import Moody, serving
from postgresql_server import PostgresqlUnavailableError, url_of

from mercato.errors import CycleError
from mercato.settings import load_settings
from scheduler import backup, cluster, pruning, queue
from scheduler.jobs import open_newsroom
from scheduler.pulse import Pulse
from scheduler.work import Task, Work
from storage import workers
from storage.engine import open_database
from storage.workers import WorkerRecord

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgresql,
    pytest.mark.skipif(sys.platform != "linux", reason="needs loopback addresses and /proc"),
]

MOMENTS = int(os.environ.get("MOMENTS", "3"))
SEED = int(os.environ.get("SEED", "20260318"))
WORKERS = 2 if MOMENTS < 10 else 3


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[tuple[Cluster, Moody]]:
    """Workers on one archive, with outlets that share hosts and a mail server."""
    tmp_path.chmod(0o755)
    inbox = Moody()
    try:
        with (
            cluster_lab.postgresql() as (server, url),
            cluster_lab.press(9, 5) as press,
            serving(inbox) as port,
            open_database(url) as database,
        ):
            machines = [cluster_lab.settings_for(tmp_path / f"m{n}", press, url, port) for n in range(WORKERS)]
            made = Cluster(server, press, database, machines, random.Random(SEED))
            try:
                made.start_all()
                yield made, inbox
            finally:
                cluster_lab.end(made.running)
    except PostgresqlUnavailableError as error:
        pytest.skip(f"no PostgreSQL: {error}")


def test_whatever_is_killed_nothing_is_lost_or_doubled(
    at_work: tuple[Cluster, Moody], capsys: pytest.CaptureFixture[str]
) -> None:
    made, inbox = at_work
    seen = made.befallen(inbox, MOMENTS)
    with capsys.disabled():
        print(f"\n{seen}")
    assert seen.done, made.account()
    assert seen.articles == seen.stories == seen.published
    assert seen.twice == 0, "each event is told by one mail"
    assert seen.repeated <= seen.kinds["worker"] + seen.kinds["postgresql"], "a kill repeats one mail at most"
    assert seen.too_near == 0, made.account()
    assert seen.orphans == 0
    assert seen.taken_over <= 35


def test_people_can_see_who_does_what(postgresql_database: tuple[str, str], tmp_path: Path) -> None:
    url = url_of(*postgresql_database)
    lines = [
        f'[storage]\nurl = "{url}"',
        '[service]\nengine = "procrastinate"',
        '[crawl]\ncontact = "mailto:a@b.example"',
    ]
    (tmp_path / "mercato.toml").write_text("\n".join(lines), encoding="utf-8")
    now = datetime.now(UTC)
    with open_database(url) as database:
        queue.prepare(database)
        queue.prepare(database)
        with database.writing() as tx:
            for number, seen in ((1, now + timedelta(minutes=5)), (2, now - timedelta(minutes=5))):
                record = WorkerRecord(number=number, host=f"m{number}", pid=7, queue="crawl", began=now, seen=seen)
                workers.introduce(tx, record)
            queue.deferring()(tx, Work(Task.COMPOSE, "ia"))
            queue.deferring()(tx, Work(Task.COMPOSE, "ia"))
            queue.deferring()(tx, Work(Task.SEND))
    command = [sys.executable, "-c", "from mercato.cli import main; main()", "--config", str(tmp_path / "mercato.toml")]
    shown = subprocess.run([*command, "workers", "--json"], capture_output=True, text=True, check=True).stdout
    *listed, queued = map(json.loads, shown.splitlines())
    assert [(one["host"], one["alive"]) for one in listed] == [("m1", True), ("m2", False)]
    assert queued == {"waiting": {"compose": 1, "send": 1}, "failed": {}}, "of one name at most one job waits"


def test_a_job_is_there_if_and_only_if_its_transaction_is(postgresql_database: tuple[str, str]) -> None:
    url = url_of(*postgresql_database)
    with open_database(url) as database:
        queue.prepare(database)
        with suppress(KeyboardInterrupt), database.writing() as tx:
            queue.deferring()(tx, Work(Task.MATCH))
            raise KeyboardInterrupt
        assert queue.standing(url).waiting == {}
        with database.writing() as tx:
            queue.deferring()(tx, Work(Task.MATCH))
        assert queue.standing(url).waiting == {Task.MATCH: 1}


def test_backups_and_retention_are_one_job_of_all_machines(
    postgresql_database: tuple[str, str], tmp_path: Path
) -> None:
    lines = [
        f'[storage]\nurl = "{url_of(*postgresql_database)}"',
        '[service]\nengine = "procrastinate"',
        '[crawl]\ncontact = "mailto:a@b.example"\ncatalogue = false',
        '[[source]]\nid = "a"\nname = "A"\nfeed = "http://127.0.0.1:9/feed"',
        '[backup]\nschedule = "0 3 * * *"',
        '[retention]\nschedule = "0 4 * * *"',
    ]
    (tmp_path / "mercato.toml").write_text("\n".join(lines), encoding="utf-8")
    settings, stop = load_settings(tmp_path / "mercato.toml", {}), Event()

    def machine() -> None:
        with open_newsroom(settings) as room:
            cluster.keep_watch(room, lambda: datetime.now(UTC), stop, Pulse())

    machines = [Thread(target=machine) for _ in range(2)]
    with open_newsroom(settings) as room:
        queue.prepare(room.database)
        for each in machines:
            each.start()
        try:
            cluster_lab.until(lambda: backup.every(settings) and not pruning.is_owed(room, datetime.now(UTC)), 60)
        finally:
            stop.set()
            for each in machines:
                each.join()
        standing = queue.standing(settings.database_url)
    assert len(backup.every(settings)) == 1
    assert not standing.waiting
    assert not standing.failed


def test_a_job_that_fails_is_tried_again_and_holds_up_nothing(postgresql_database: tuple[str, str]) -> None:
    url, done, stop = url_of(*postgresql_database), list[Work](), Event()

    def perform(work: Work) -> None:
        done.append(work)
        if done.count(work) == 1:
            with open_database(url) as database, database.writing() as tx:
                queue.deferring()(tx, work)  # a younger one waits when this one fails
            raise CycleError("the first time")
        if work == Work(Task.CRAWL, "b.example"):
            stop.set()

    with open_database(url) as database:
        queue.prepare(database)
        with database.writing() as tx:
            queue.deferring()(tx, Work(Task.CRAWL, "a.example"))
            queue.deferring()(tx, Work(Task.CRAWL, "b.example"))
        man = queue.Watchman(
            database=database, url=url, visits=1, perform=perform, plan=lambda: None,
            clock=lambda: datetime.now(UTC), seconds=1,
        )  # fmt: skip
        queue.keep_watch(man, stop)
        standing = queue.standing(url)
    assert done.count(Work(Task.CRAWL, "a.example")) == done.count(Work(Task.CRAWL, "b.example")) == 2
    assert not standing.doing
    assert standing.failed == {Task.CRAWL: 2}, "kept for people to see"
