"""The main job through the front door, as a user runs it: real processes, a real crawl, a real mail server."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from postgresql_server import url_of

from mercato.press import PressServer, expected, serve
from mercato.settings import load_settings
from mercato.text import fold
from scheduler.jobs import open_newsroom
from scheduler.mailing import deliver

pytestmark = pytest.mark.slow


def run(folder: Path, *arguments: str, code: int = 0, text: str | None = None) -> str:
    """Run `mercato` in `folder`; returns what it printed."""
    command = [sys.executable, "-c", "from mercato.cli import main; main()", *arguments]
    environment = {**os.environ, "MERCATO_LANGUAGE": "en"}
    result = subprocess.run(
        command, cwd=folder, env=environment, input=text, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == code, f"{arguments}: {result.stdout}\n{result.stderr}"
    return result.stdout if code in (0, 3) else result.stdout + result.stderr


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def settings(folder: Path, press: PressServer, more: str = "") -> None:
    sources = "".join(
        f'[[source]]\nid = "{source.id}"\nname = "{source.name}"\nfeed = "{source.feed}"\n' for source in press.sources
    )
    (folder / "mercato.toml").write_text(
        f"""
[crawl]
contact = "mailto:desk@journal.example"
allow_private_addresses = true
delay = 0.0
catalogue = false
[review]
port = 0
{sources}
[[watch]]
name = "ia"
recipients = ["lectrice@journal.example", "lecteur@journal.example"]
{more}
""",
        encoding="utf-8",
    )


class Postbox:
    """What a mail server accepted."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.extend((recipient, message) for recipient in envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def press() -> Iterator[PressServer]:
    with serve(datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_the_demo_names_every_story_and_no_trap(tmp_path: Path) -> None:
    run(tmp_path, "demo", "--folder", "démo")
    (path,) = (tmp_path / "démo" / "outbox").glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    told = fold(" ".join(text_of(message).split()))
    for story in expected().stories:
        for name in (*story.people, story.origin, story.destination):
            assert not name or fold(name) in told, f"{story.key}: the digest lacks {name}"


def test_every_story_has_the_right_facts_and_no_trap_has_a_story(tmp_path: Path, press: PressServer) -> None:
    settings(tmp_path, press)
    run(tmp_path, "crawl", code=3)
    stories = lines(run(tmp_path, "stories", "--json", "--limit", "1000"))
    wanted = {
        (
            frozenset(map(fold, story.people)) or frozenset({"group"}),
            fold(story.origin or ""),
            fold(story.destination or ""),
            story.status.value,
        )
        for story in expected().stories
    }
    found = {
        (
            frozenset(map(fold, story["people"])) or frozenset({"group"}),
            fold(story["origin"] or ""),
            fold(story["destination"] or ""),
            story["status"],
        )
        for story in stories
    }
    assert found == wanted
    telling = {press.article_at(article["url"]) for story in stories for article in story["articles"]}
    assert not telling & expected().traps.keys()


def test_the_same_cycle_again_fetches_no_page_and_tells_nothing_twice(tmp_path: Path, press: PressServer) -> None:
    settings(tmp_path, press)
    (first,) = lines(run(tmp_path, "crawl", "--json", code=3))
    assert first["pages"] > 30
    assert first["stories_new"] == len(expected().stories)
    (digest,) = lines(run(tmp_path, "digest", "--json", "--since", "2000-01-01"))
    assert digest["state"] == "written"
    assert digest["stories"] == len(expected().stories)
    (again,) = lines(run(tmp_path, "crawl", "--json", code=3))
    assert (again["pages"], again["articles_new"], again["stories_new"], again["stories_updated"]) == (0, 0, 0, 0)
    assert again["not_modified"] > 0
    (silent,) = lines(run(tmp_path, "digest", "--json", "--since", "2000-01-01"))
    assert silent["state"] == "nothing"
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2  # one per recipient


def test_a_digest_arrives_once_by_smtp(tmp_path: Path, press: PressServer, postbox: tuple[Postbox, int]) -> None:
    box, port = postbox
    settings(tmp_path, press, f'[mail]\nurl = "smtp://127.0.0.1:{port}"\nfrom = "mercato@journal.example"\n')
    run(tmp_path, "crawl", code=3)
    (digest,) = lines(run(tmp_path, "digest", "--json", "--since", "2000-01-01"))
    assert digest["state"] == "sent"
    assert sorted(recipient for recipient, _ in box.mails) == ["lecteur@journal.example", "lectrice@journal.example"]
    message = box.mails[0][1]
    assert message["Message-ID"] == digest["message_id"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert not message.defects
    for story in expected().stories:
        for person in story.people:
            assert person in html_of(message)
    run(tmp_path, "digest", "--since", "2000-01-01")
    assert len(box.mails) == 2


@pytest.mark.postgresql
def test_the_same_job_on_postgresql(tmp_path: Path, press: PressServer, postgresql_database: tuple[str, str]) -> None:
    settings(tmp_path, press, f'[storage]\nurl = "{url_of(*postgresql_database)}"\n')
    run(tmp_path, "crawl", code=3)
    there = lines(run(tmp_path, "stories", "--json", "--limit", "1000"))
    hits = lines(run(tmp_path, "search", "--json", "débauche"))
    settings(tmp_path, press)
    run(tmp_path, "crawl", code=3)
    here = lines(run(tmp_path, "stories", "--json", "--limit", "1000"))
    assert {story["headline"] for story in there} == {story["headline"] for story in here}
    assert {hit["id"] for hit in hits} == {hit["id"] for hit in lines(run(tmp_path, "search", "--json", "débauche"))}
    assert hits


def test_a_new_watch_says_that_it_leaves_the_backlog_out(tmp_path: Path, press: PressServer) -> None:
    settings(tmp_path, press)
    run(tmp_path, "crawl", code=3)
    (digest,) = lines(run(tmp_path, "digest", "--json"))
    assert (digest["state"], digest["stories"]) == ("written", 0)
    assert digest["backlog"] == len(expected().stories)
    path = next((tmp_path / "outbox").glob("*.eml"))
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert str(digest["backlog"]) in text_of(message)
    (again,) = lines(run(tmp_path, "digest", "--json"))
    assert again["state"] == "nothing"


def test_a_mail_server_that_is_down_loses_nothing(
    tmp_path: Path, press: PressServer, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    settings(tmp_path, press, '[mail]\nurl = "smtp://127.0.0.1:1"\n')
    run(tmp_path, "crawl", code=3)
    output = run(tmp_path, "digest", "--since", "2000-01-01", code=1)
    assert "127.0.0.1:1" in output
    assert run(tmp_path, "stories", "--json")
    settings(tmp_path, press, f'[mail]\nurl = "smtp://127.0.0.1:{port}"\n')
    with open_newsroom(load_settings(tmp_path / "mercato.toml")) as room:
        deliver(room, lambda: datetime.now(UTC))
        # One mail was tried in vain and waits for its next try; the other was spared the dead server.
        assert [recipient for recipient, _ in box.mails] == ["lectrice@journal.example"]
        deliver(room, lambda: datetime.now(UTC) + timedelta(hours=1))
    assert len(box.mails) == 2


def test_search_show_explain_and_export_answer(tmp_path: Path, press: PressServer) -> None:
    settings(tmp_path, press)
    run(tmp_path, "crawl", code=3)
    story = next(story for story in expected().stories if story.people)
    hits = lines(run(tmp_path, "search", "--json", story.people[0]))
    assert {press.article_at(hit["url"]) for hit in hits} >= set(story.tellings) - expected().refusals.keys()
    assert story.people[0] in run(tmp_path, "show", next(hit["story"] for hit in hits if hit["story"]))
    assert story.people[0] in run(tmp_path, "explain", hits[0]["id"])
    assert len(lines(run(tmp_path, "export"))) == len(expected().stories)
    assert run(tmp_path, "export", "--format", "csv").count("\n") >= len(expected().stories) + 1


def test_three_mistakes_are_told_at_once_and_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "mercato.toml").write_text(
        '[crawl]\ncontact = "me"\ndelay = -1\n[mail]\nurl = "http://x"\n', encoding="utf-8"
    )
    output = run(tmp_path, "crawl", code=2)
    for place in ("crawl.contact = 'me'", "crawl.delay = -1", "mail.url = 'http://x'"):
        assert place in output
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == [tmp_path / "mercato.toml"]


def test_the_service_crawls_mails_and_stops_cleanly(tmp_path: Path, press: PressServer) -> None:
    settings(tmp_path, press)
    command = [sys.executable, "-c", "from mercato.cli import main; main()", "run"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as service:
        try:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline and not (
                list((tmp_path / "outbox").glob("*.eml")) and run(tmp_path, "stories", "--json")
            ):
                time.sleep(1)
        finally:
            service.send_signal(signal.SIGTERM)
            output = service.communicate(timeout=60)[1]
    assert service.returncode == 0, output
    assert list((tmp_path / "outbox").glob("*.eml"))
    assert run(tmp_path, "stories", "--json")
    (after,) = lines(run(tmp_path, "crawl", "--json", code=3))  # no lock is left
    assert after["sources"] == len(press.sources)
