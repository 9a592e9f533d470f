"""An archive with frozen mails, and real servers that take them: SMTP with a mood per recipient, HTTP with answers."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from mail_servers import free_port

from alerts.digest import compose
from alerts.lexicon import load_lexicon
from alerts.render import render
from mercato.model import (
    Article,
    Kind,
    Move,
    Novelty,
    SourceHealth,
    Status,
    Story,
    StoryEvent,
    Telling,
    Watch,
    Window,
    article_id,
    digest_id,
)
from mercato.settings import CrawlSettings, MailSettings, Settings, StorageSettings
from scheduler.composing import routes
from scheduler.jobs import Newsroom
from storage import articles, outbox, stories
from storage.engine import Database

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
WATCH = Watch(name="ia", recipients=("ana@example.org", "bob@example.org"))
STORY = "00000000000000a1"
WINDOW = Window(start=NOW - timedelta(days=1), end=NOW)
DIGEST = digest_id("ia", WINDOW.period)


@dataclass(slots=True)
class Moody:
    """A mail server: what it answers to RCPT and DATA, by recipient; it takes what it has no answer for."""

    recipients: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)  # recipient, content

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (to,) = envelope.rcpt_tos
        answer = self.data.get(to, "250 taken")
        assert isinstance(envelope.content, bytes)
        if answer.startswith("250") or answer == "hang up":
            self.taken.append((to, envelope.content))
        if answer == "hang up":
            assert server.transport is not None
            server.transport.close()
        return answer

    @property
    def mails(self) -> list[tuple[str, EmailMessage]]:
        """What was taken, parsed."""
        return [(to, email.message_from_bytes(content, policy=email.policy.default)) for to, content in self.taken]


@contextmanager
def serving(inbox: Moody, host: str = "127.0.0.1") -> Iterator[int]:
    """The mail server, open on loopback or on an address of a laboratory's own network."""
    # Without a name of its own the server asks the resolver for one, at each connection, and everybody waits meanwhile.
    controller = Controller(inbox, hostname=host, port=free_port(), server_hostname="mail.example")
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass(slots=True)
class Hook:
    """A webhook's receiver: its answers, one after the other, and what it was told."""

    answers: list[int]
    told: list[tuple[Message, bytes]] = field(default_factory=list)


@contextmanager
def hooked(hook: Hook) -> Iterator[str]:
    """The receiver, open on loopback; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.told.append((self.headers, body))
            self.send_response(hook.answers.pop(0))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Quietly."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving_it = threading.Thread(target=server.serve_forever)
        serving_it.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook"
        finally:
            server.shutdown()
            serving_it.join()


def newsroom(database: Database, folder: Path, watch: Watch = WATCH, mail: str = "", **more: Any) -> Newsroom:
    """A newsroom whose settings are these."""
    values = {"url": mail, "from": "mercato@example.org", "timeout": 5, **more.pop("mail_settings", {})}
    settings = Settings(
        file=None,
        folder=folder,
        language="fr",
        storage=StorageSettings(),
        crawl=CrawlSettings(contact="mailto:a@b.example"),
        mail=MailSettings.model_validate(values),
        sources=(),
        watches=(watch,),
        **more,
    )
    return Newsroom(settings, database, load_lexicon())


def with_mail(room: Newsroom, url: str, **changes: Any) -> Newsroom:
    """The same newsroom with another mail server."""
    mail = room.settings.mail.model_copy(update={"url": url, **changes})
    return replace(room, settings=room.settings.model_copy(update={"mail": mail}))


def freeze(room: Newsroom, people: tuple[str, ...] = ()) -> None:
    """Freeze a digest with one story for the recipients of the newsroom's watch."""
    (watch,) = room.settings.watches
    article, story = told()
    settings = room.settings.mail
    digest = compose(
        watch, WINDOW, {STORY: story}, story.events, (), backlog=0, health=SourceHealth(checked=3), next_run=None
    )
    message = render(digest, sender=settings.sender, now=NOW, link_base=settings.public_url)
    with room.database.writing() as tx:
        articles.save(tx, article)
        stories.save(tx, [story])
        outbox.freeze(tx, watch.name, WINDOW, message, people or watch.recipients, story.events, 1, 0, routes(watch))


def told(identifier: str = STORY, firm: str = "Corvex", at: datetime = NOW) -> tuple[Article, Story]:
    """An article and the story that it opens: somebody joins `firm`."""
    url = f"https://fil.example/{identifier}"
    article = Article(
        id=article_id(url), url=url, source="fil", outlet="Le Fil", title=f"Ana rejoint {firm}", first_seen=at
    )
    telling = Telling(
        article=article.id,
        url=url,
        outlet="Le Fil",
        source="fil",
        title=article.title,
        published=None,
        first_seen=at,
        moves=(Move(person="Ana Réis", destination=firm, status=Status.CONFIRMED, kind=Kind.HIRE),),
    )
    opened = StoryEvent(id=f"e-{identifier}", story=identifier, article=article.id, at=at, novelty=Novelty.OPENED)
    story = Story(
        id=identifier,
        opened=at,
        updated=at,
        people=("Ana Réis",),
        group=None,
        origin=None,
        destination=firm,
        role=None,
        status=Status.CONFIRMED,
        kind=Kind.HIRE,
        tellings=(telling,),
        events=(opened,),
    )
    return article, story


def states(room: Newsroom) -> dict[str, str]:
    """How far the digest has come, by recipient."""
    with room.database.reading() as tx:
        return {one.recipient: one.state.value for one in outbox.deliveries(tx, "ia", WINDOW.period)}


def details(room: Newsroom) -> dict[str, str]:
    """The last answer, by recipient."""
    with room.database.reading() as tx:
        return {one.recipient: one.detail for one in outbox.deliveries(tx, "ia", WINDOW.period)}
