"""Several machines on one archive: polite together, and nothing lost or doubled whatever is killed.

CI kills three times; the whole measurement is `MOMENTS=100 script/test --all tests/acceptance/test_cluster.py -s`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cluster_lab
import pytest
from cluster_lab import STEP, Cluster, numbers, violations
from killed_senders import Inbox, receiving
from postgresql_server import PostgresqlUnavailableError

from scheduler import queue
from storage.engine import open_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgresql,
    pytest.mark.skipif(sys.platform != "linux", reason="needs loopback addresses and /proc"),
]

MOMENTS = int(os.environ.get("MOMENTS", "3"))
SEED = int(os.environ.get("SEED", "20260318"))
WORKERS = 2 if MOMENTS < 10 else 3
KINDS = ("worker", "crawl", "postgresql")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[Cluster, Inbox]]:
    """Workers on one archive, with outlets that share hosts and a mail server."""
    tmp_path.chmod(0o755)
    try:
        with (
            cluster_lab.postgresql() as (server, url),
            cluster_lab.press(9, 5) as press,
            receiving() as (inbox, port),
            open_database(url) as database,
        ):
            machines = [cluster_lab.settings_for(tmp_path / f"m{n}", press, url, port) for n in range(WORKERS)]
            made = Cluster(server, press, database, machines, random.Random(SEED))
            made.running = [cluster_lab.start(machine) for machine in machines]
            try:
                yield made, inbox
            finally:
                cluster_lab.end(made.running)
    except PostgresqlUnavailableError as error:
        pytest.skip(f"no PostgreSQL: {error}")


def _until_stories(cluster: Cluster, patience: float = 120) -> None:
    """Wait until the first story is in, so that kills meet work rather than its preparation."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends and numbers(cluster.database, "SELECT count(*) FROM stories") == [0]:
        time.sleep(0.2)


def test_whatever_is_killed_nothing_is_lost_or_doubled(
    cluster: tuple[Cluster, Inbox], capsys: pytest.CaptureFixture[str]
) -> None:
    made, inbox = cluster
    # The watch's first mail announces it and tells nothing: what was known before is no news.
    ends = time.monotonic() + 120
    while time.monotonic() < ends and not inbox.mails:
        time.sleep(0.2)
    for outlet in made.press.feeds:
        made.press.publish(outlet)
    cluster_lab.all_due(made.database)
    _until_stories(made)
    begun, kinds = time.monotonic(), Counter[str]()
    for number in range(MOMENTS):
        kind = KINDS[number % 3] if MOMENTS < 10 else made.chance.choices(KINDS, (4, 4, 2))[0]
        made.go_on(made.chance.uniform(0.2, 5.0))
        made.befall(kind)
        kinds[kind] += 1
    seconds = time.monotonic() - begun
    done = made.until_all_is_told(300)
    articles, stories, twice = numbers(
        made.database,
        "SELECT count(*) FROM articles",
        "SELECT count(*) FROM stories",
        "SELECT count(*) FROM (SELECT event FROM digest_events GROUP BY event HAVING count(*) > 1) AS told",
    )
    sent = Counter(message_id for _, message_id, _ in inbox.mails)
    repeated = sum(sent.values()) - len(sent)
    asked, impolite = sum(len(site.times) for site in made.press.sites), violations(made.press, STEP)
    with capsys.disabled():
        print(
            f"\n{dict(kinds)} in {seconds:.0f} s, {WORKERS} workers: {articles} articles and {stories} stories for "
            f"{len(made.press.people)} published, {len(sent)} mails of which {repeated} repeated, {asked} requests, "
            f"{len(impolite)} too near, {made.orphans} crawls outlived their worker"
        )
    assert done, f"left undone: {made.left_undone()}"
    assert articles == stories == len(made.press.people)
    assert twice == 0, "each event is told by one mail"
    assert repeated <= kinds["worker"] + kinds["postgresql"], "a kill repeats one mail at most, with its Message-ID"
    assert impolite == []
    assert made.orphans == 0


def test_another_worker_goes_on_and_people_can_see_who(cluster: tuple[Cluster, Inbox]) -> None:
    made, _ = cluster
    for outlet in made.press.feeds:
        made.press.publish(outlet)
    host = "127.0.1.1"
    url = made.machines[0].database_url
    ends, holder = time.monotonic() + 120, None
    while time.monotonic() < ends and holder is None:
        time.sleep(0.2)
        listed = _listed(made)
        holder = next((one for one in listed if f"crawl:{host}" in one["doing"]), None)
    assert holder is not None, "somebody visits the host, and is listed"
    victim = next(process for process in made.running if process.pid == holder["pid"])
    victim.kill()
    victim.wait()
    killed = time.monotonic()
    made.running.remove(victim)
    while time.monotonic() < killed + 60:
        other = next((one for one in _listed(made) if f"crawl:{host}" in one["doing"]), None)
        if other is not None and other["pid"] != holder["pid"]:
            break
        time.sleep(0.2)
    else:
        pytest.fail(f"nobody took up the crawl of {host}: {queue.standing(url)}")
    assert time.monotonic() - killed <= 35, "another worker goes on within 35 s"
    assert made.until_all_is_told(120)
    assert violations(made.press, STEP) == []


def _listed(made: Cluster) -> list[dict[str, object]]:
    command = [sys.executable, "-c", "from mercato.cli import main; main()", "--config", str(made.machines[0].file)]
    shown = subprocess.run([*command, "workers", "--json"], capture_output=True, text=True, check=False).stdout
    lines = [json.loads(line) for line in shown.splitlines()]
    return [{**line, "doing": [f"{one['task']}:{one['subject']}" for one in line["doing"]]} for line in lines[:-1]]
