"""Cycles killed at random moments, and cycles whose disk fills up: nothing lost, nothing doubled, archives verify.

CI kills a few. The whole measurement is `MOMENTS=200 script/test --all tests/acceptance/test_crawl_kills.py`, or
several runs of fewer moments, each with a SEED of its own.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, article, rss

from mercato.model import CycleCode, Extraction
from mercato.settings import Settings
from scheduler.cycle import Job, run_cycle
from storage import articles
from storage.engine import open_database
from storage.inspection import inspect
from storage.raw_archive import RawArchive

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit")]

MOMENTS = int(os.environ.get("MOMENTS", "6"))
PAGES = 24
SEED = int(os.environ.get("SEED", "20260318"))
LONGEST = 4.0  # seconds from the start of a cycle to its death; an undisturbed one takes about as long


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site.serve() as running:
        titles = {f"/{number}": f"Titre {number}" for number in range(PAGES)}
        running.routes |= {path: Answer(article(title)) for path, title in titles.items()}
        running.routes["/feed"] = rss([(f"{running.url}{path}", title) for path, title in titles.items()], ETag='"1"')
        yield running


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """The child of a cycle, in the hands of the test."""
    command = [sys.executable, "-m", "scheduler.cycle_process", str(os.getpid())]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert child.stdin is not None
    child.stdin.write(Job(settings=settings).model_dump_json(by_alias=True).encode())
    child.stdin.close()
    return child


def killed(settings: Settings, after: float) -> None:
    """A cycle that gets SIGKILL after so many seconds, unless it is over before."""
    with start(settings) as child:
        try:
            child.wait(after)
        except subprocess.TimeoutExpired:
            child.kill()


def starved(settings: Settings, after: float, bytes_left: int) -> None:
    """A cycle whose files cannot grow any more after so many seconds: the kernel refuses, as on a full disk."""
    with start(settings) as child:
        time.sleep(after)
        largest = max((path.stat().st_size for path in settings.folder.rglob("*") if path.is_file()), default=0)
        try:
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (largest + bytes_left, largest + bytes_left))
        except ProcessLookupError:
            return
        child.wait(90)


def assert_whole(settings: Settings) -> None:
    """Every article once, with its text and a page that can be read back; every WARC file verifies."""
    with open_database(settings.database_url) as database, database.reading() as tx:
        kept, captures = articles.latest(tx, 1000), articles.captures(tx)
    assert len(kept) == len({one.url for one in kept}) == PAGES
    assert {one.extraction for one in kept} == {Extraction.FULL}
    assert settings.archive is not None
    checks = list(inspect(RawArchive(settings.archive), captures))
    assert [check.problems for check in checks if check.problems] == []
    assert sum(check.pages for check in checks) == sum(map(len, captures.values()))


def test_killed_at_random_moments(tmp_path: Path, site: Site) -> None:
    settings = local_site.settings_for(tmp_path, {"phare": f"{site.url}/feed"}, delay=0.05)
    chance = random.Random(SEED)
    for _ in range(MOMENTS):
        killed(settings, chance.uniform(0.2, LONGEST))
    assert run_cycle(settings).code is CycleCode.OK
    assert_whole(settings)
    assert run_cycle(settings).not_modified == 1


def test_the_disk_fills_at_random_moments(tmp_path: Path, site: Site) -> None:
    settings = local_site.settings_for(tmp_path, {"phare": f"{site.url}/feed"}, delay=0.05)
    chance = random.Random(SEED)
    for _ in range(MOMENTS):
        starved(settings, chance.uniform(0.5, LONGEST), chance.choice((0, 100, 5_000)))
    assert run_cycle(settings).code is CycleCode.OK
    assert_whole(settings)
