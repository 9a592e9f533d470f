"""A cycle as a process: killed, stopped, locked out, misconfigured, and what is left behind each time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, article, rss

from crawler.lock import only_crawl
from mercato.model import EXIT_CODES, CycleCode, Extraction
from mercato.settings import Settings
from scheduler import cycle
from scheduler.cycle import Job, run_cycle
from storage import articles, runs
from storage.engine import open_database
from storage.warc import read_capture

pytestmark = pytest.mark.slow

PAGES = 12
PATIENCE = 60.0  # seconds, for what comes within two on an idle machine


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site.serve() as running:
        titles = {f"/{number}": f"Titre {number}" for number in range(PAGES)}
        running.routes |= {path: Answer(article(title)) for path, title in titles.items()}
        running.routes["/feed"] = rss([(f"{running.url}{path}", title) for path, title in titles.items()], ETag='"1"')
        yield running


def settings_for(folder: Path, site: Site, **crawl: object) -> Settings:
    return local_site.settings_for(folder, {"phare": f"{site.url}/feed"}, **crawl)


Starter = Callable[[Settings], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_child() -> Iterator[Starter]:
    """Starts the child of a cycle as run_cycle does, under the test's own hands; ends it with the test."""
    with ExitStack() as children:

        def start(settings: Settings) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "scheduler.cycle_process", str(os.getpid())]
            pipe = subprocess.PIPE
            child = children.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True))
            children.callback(child.kill)
            assert child.stdin is not None
            child.stdin.write(Job(settings=settings).model_dump_json(by_alias=True).encode())
            child.stdin.close()
            child.stdin = None
            return child

        yield start


def wait_until(happened: Callable[[], bool], child: subprocess.Popen[bytes] | None = None) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened() and (child is None or child.poll() is None):
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.01)


def assert_whole(settings: Settings, expected: int) -> None:
    """Every article exactly once, with its text and a raw page that can be read; nothing left open or locked."""
    assert settings.archive is not None
    with open_database(settings.database_url) as database, database.reading() as tx:
        kept = articles.latest(tx, 1000)
    assert len(kept) == len({one.url for one in kept}) == expected
    assert {one.extraction for one in kept} == {Extraction.FULL}
    for one in kept:
        assert one.capture is not None
        assert one.title.encode() in read_capture(settings.archive, one.capture)
    assert list(settings.archive.glob("*.open")) == []
    with only_crawl(settings.folder):
        pass


@pytest.mark.parametrize("requests", [[0, 1], [2, 3, 5, 6, 9], [PAGES + 2]])
def test_a_killed_cycle_loses_and_doubles_nothing(
    tmp_path: Path, site: Site, start_child: Starter, requests: list[int]
) -> None:
    settings = settings_for(tmp_path, site)
    for number in requests:
        site.asked.clear()
        child = start_child(settings)
        wait_until(lambda number=number: len(site.asked) >= number, child)
        child.kill()
        child.communicate()

    report = run_cycle(settings)

    assert report.code is CycleCode.OK, report
    assert_whole(settings, PAGES)
    again = run_cycle(settings)
    assert (again.not_modified, again.pages) == (1, 0)


def test_a_killed_cycle_is_made_up_for_on_either_database(
    tmp_path: Path, site: Site, start_child: Starter, fresh_url: str
) -> None:
    settings = settings_for(tmp_path, site)
    settings = settings.model_copy(update={"storage": settings.storage.model_copy(update={"url": fresh_url})})
    child = start_child(settings)
    wait_until(lambda: len(site.paths()) >= 6, child)
    child.kill()
    child.communicate()

    assert run_cycle(settings).code is CycleCode.OK
    assert_whole(settings, PAGES)
    assert run_cycle(settings).not_modified == 1


def test_a_second_cycle_is_locked_out(tmp_path: Path, site: Site) -> None:
    settings = settings_for(tmp_path, site)
    with only_crawl(settings.folder):
        report = run_cycle(settings)
    assert report.code is CycleCode.LOCKED
    assert "another crawl is running" in report.detail
    assert site.asked == []


def test_a_deadline_stops_a_cycle_and_keeps_what_it_read(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle, "GRACE_SECONDS", 1.0)
    site.routes["/3"] = local_site.slow(60)
    settings = settings_for(tmp_path, site, timeout=60)

    report = run_cycle(settings, deadline=10)

    assert report.code is CycleCode.DEADLINE
    assert "crawl.deadline" in report.detail
    with open_database(settings.database_url) as database, database.reading() as tx:
        assert articles.count(tx) >= 1
    site.routes["/3"] = Answer(article("Titre 3"))
    assert run_cycle(settings).code is CycleCode.OK
    assert_whole(settings, PAGES)


def test_sigterm_stops_a_cycle_cleanly(tmp_path: Path, site: Site, start_child: Starter) -> None:
    settings = settings_for(tmp_path, site, delay=0.3)
    child = start_child(settings)
    wait_until(lambda: len(site.paths()) >= 4, child)

    child.send_signal(signal.SIGTERM)
    output, _ = child.communicate(timeout=PATIENCE)

    assert child.returncode == EXIT_CODES[CycleCode.INTERRUPTED]
    report = json.loads(output)
    assert report["code"] == "interrupted"
    assert 1 <= report["articles_new"] < PAGES
    with open_database(settings.database_url) as database, database.reading() as tx:
        assert articles.count(tx) == report["articles_new"]
        assert runs.last(tx, 1)[0].finished is not None
    assert run_cycle(settings).articles_new == PAGES - report["articles_new"]
    assert_whole(settings, PAGES)


def test_a_thread_can_stop_its_cycle(tmp_path: Path, site: Site) -> None:
    settings = settings_for(tmp_path, site, delay=0.5)
    stop = threading.Event()
    codes: list[CycleCode] = []
    thread = threading.Thread(target=lambda: codes.append(run_cycle(settings, stop=stop).code))
    thread.start()
    wait_until(lambda: len(site.paths()) >= 2)

    stop.set()
    thread.join(PATIENCE)

    assert codes == [CycleCode.INTERRUPTED]


def test_the_child_dies_with_its_parent(tmp_path: Path, site: Site) -> None:
    settings = settings_for(tmp_path, site, delay=1)
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, settings.model_dump_json(by_alias=True)], stdout=subprocess.DEVNULL
    )
    wait_until(lambda: len(site.paths()) >= 3, parent)

    parent.kill()
    parent.wait()

    def released() -> bool:
        return run_cycle(settings).code is not CycleCode.LOCKED

    wait_until(released)
    assert_whole(settings, PAGES)


_PARENT = """
import sys
from mercato.settings import Settings
from scheduler.cycle import run_cycle
run_cycle(Settings.model_validate_json(sys.argv[1]))
"""


def test_what_cannot_begin_says_why(tmp_path: Path, site: Site) -> None:
    settings = settings_for(tmp_path, site)
    unknown = run_cycle(settings, sources=["phare", "inconnu"])
    assert unknown.code is CycleCode.CONFIGURATION
    assert unknown.detail.startswith("no such source: inconnu")

    nowhere = settings.storage.model_copy(update={"url": "sqlite:///ailleurs/mercato.db"})
    report = run_cycle(settings.model_copy(update={"storage": nowhere}))
    assert report.code is CycleCode.CONFIGURATION
    assert "does not exist" in report.detail

    (tmp_path / "archive").write_text("a file where the archive should be", encoding="utf-8")
    full = run_cycle(settings)
    assert full.code is CycleCode.FAILED
    assert "archive" in full.detail


def test_without_a_raw_archive_only_the_database_is_written(tmp_path: Path, site: Site) -> None:
    settings = settings_for(tmp_path, site)
    bare = settings.model_copy(update={"storage": settings.storage.model_copy(update={"archive": ""})})
    assert run_cycle(bare).articles_new == PAGES
    assert not (tmp_path / "archive").exists()


def test_the_scrapy_tool_runs_the_same_crawl(tmp_path: Path, site: Site) -> None:
    settings = settings_for(tmp_path, site)
    assert settings.file is not None
    environment = {**os.environ, "MERCATO_CONFIG": str(settings.file)}
    repository = Path(__file__).parents[2]

    def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", *arguments]
        return subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    assert scrapy("list").stdout == "feeds\n"
    assert scrapy("crawl", "feeds", "-a", "sources=phare").returncode == 0
    assert_whole(settings, PAGES)
    settings.file.write_text("[crawl]\ncontact = 3\n", encoding="utf-8")
    wrong = scrapy("crawl", "feeds")
    assert wrong.returncode == 2
    assert "crawl.contact" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_the_command_names_the_outlets_that_could_not_be_read(tmp_path: Path, site: Site) -> None:
    settings = local_site.settings_for(tmp_path, {"phare": f"{site.url}/feed", "muet": f"{site.url}/absent"})

    def crawl(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mercato", "crawl", "--config", str(settings.file), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)

    spoken, counted = crawl(), crawl("--json")
    assert spoken.returncode == EXIT_CODES[CycleCode.PARTIAL]
    assert "en échec\u00a0: Muet\u202f; «\u00a0mercato sources\u00a0» dit pourquoi" in spoken.stdout
    assert json.loads(counted.stdout)["failing"] == ["Muet"]
