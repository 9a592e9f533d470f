"""Frozen mails on their way to real servers in every mood, on both databases."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from mail_room import (
    DIGEST,
    NOW,
    STORY,
    WATCH,
    Hook,
    Moody,
    details,
    freeze,
    hooked,
    newsroom,
    serving,
    states,
    told,
    with_mail,
)
from mail_servers import free_port

from alerts.payload import chat_text
from mercato.model import Delivery
from mercato.settings import ChannelSettings, WebhookSettings
from scheduler.handover import deliver
from storage import outbox, readers
from storage.engine import Database

ANA, BOB = WATCH.recipients
APPRISE = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""Apprise imports what Python 3.13 has done away with, where it is still there."""

HOUR = timedelta(hours=1)


def later(hours: float) -> datetime:
    return NOW + hours * HOUR


def test_everybody_gets_the_mail_once(database: Database, tmp_path: Path) -> None:
    inbox = Moody()
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}")
        freeze(room)
        for hours in (0, 1, 100):
            deliver(room, lambda hours=hours: later(hours))  # type: ignore[misc]
    assert [to for to, _ in inbox.mails] == [ANA, BOB]
    assert len({mail["Message-ID"] for _, mail in inbox.mails}) == 1
    assert states(room) == {ANA: "sent", BOB: "sent"}


def test_a_bad_address_is_told_apart_and_keeps_nobody_waiting(database: Database, tmp_path: Path) -> None:
    inbox = Moody(recipients={ANA: "550 5.1.1 unknown user"})
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}")
        freeze(room)
        deliver(room, lambda: NOW)
        deliver(room, lambda: later(100))
    assert [to for to, _ in inbox.mails] == [BOB]
    assert states(room) == {ANA: "refused", BOB: "sent"}
    assert "550 5.1.1 unknown user" in details(room)[ANA]


def test_a_greylisted_mail_is_tried_again_under_the_same_name(database: Database, tmp_path: Path) -> None:
    inbox = Moody(recipients={ANA: "450 4.2.0 greylisted"})
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}")
        freeze(room)
        deliver(room, lambda: NOW)
        assert states(room) == {ANA: "pending", BOB: "sent"}
        inbox.recipients.clear()
        deliver(room, lambda: NOW + timedelta(minutes=4))
        assert [to for to, _ in inbox.mails] == [BOB], "too early"
        deliver(room, lambda: NOW + timedelta(minutes=5))
    assert [to for to, _ in inbox.mails] == [BOB, ANA]
    assert states(room) == {ANA: "sent", BOB: "sent"}


def test_a_mail_is_given_up_in_the_end_and_said_so(database: Database, tmp_path: Path) -> None:
    inbox = Moody(data={ANA: "452 4.2.2 mailbox full"})
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}")
        freeze(room)
        tries = 0
        while states(room)[ANA] == "pending" and tries < 40:
            deliver(room, lambda tries=tries: later(7 * tries))  # type: ignore[misc]
            tries += 1
    assert tries == 16
    assert states(room) == {ANA: "failed", BOB: "sent"}


def test_a_dead_relay_blocks_neither_files_nor_later_mails_and_costs_no_attempt(
    database: Database, tmp_path: Path
) -> None:
    hook = Hook([200])
    with hooked(hook) as url:
        watch = replace(WATCH, webhooks=("crm",))
        webhook = WebhookSettings(name="crm", url=url, secret="s" * 24)
        room = newsroom(database, tmp_path, watch, f"smtp://127.0.0.1:{free_port()}", webhooks=(webhook,))
        freeze(room)
        for minutes in range(0, 60 * 24 * 5, 240):
            deliver(room, lambda minutes=minutes: NOW + timedelta(minutes=minutes))  # type: ignore[misc]
    assert len(hook.told) == 1
    assert states(room) == {ANA: "pending", BOB: "pending", "webhook:crm": "sent"}, "five days on, still waiting"
    assert "cannot be reached" in details(room)[ANA]
    inbox = Moody()
    with serving(inbox) as port:
        deliver(with_mail(room, f"smtp://127.0.0.1:{port}"), lambda: later(24 * 6))
    assert sorted(to for to, _ in inbox.mails) == [ANA, BOB]


def test_a_wrong_password_is_no_verdict_on_any_recipient(database: Database, tmp_path: Path) -> None:
    inbox = Moody()
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://ana:wrong@127.0.0.1:{port}")
        freeze(room)
        deliver(room, lambda: NOW)
        assert set(states(room).values()) == {"pending"}
        deliver(with_mail(room, f"smtp://127.0.0.1:{port}"), lambda: later(1))
    assert len(inbox.mails) == 2


def test_a_connection_lost_after_the_content_repeats_the_same_mail(database: Database, tmp_path: Path) -> None:
    inbox = Moody(data={ANA: "hang up"})
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}")
        freeze(room)
        deliver(room, lambda: NOW)
        assert states(room) == {ANA: "pending", BOB: "sent"}
        inbox.data.clear()
        deliver(room, lambda: later(1))
    first, _, again = [mail for _, mail in inbox.mails]
    assert [to for to, _ in inbox.mails] == [ANA, BOB, ANA]
    assert first.as_bytes() == again.as_bytes()


@pytest.mark.parametrize(("on_crash", "arrived", "state"), [("resend", 1, "sent"), ("ask", 0, "uncertain")])
def test_what_a_crash_cut_off(database: Database, tmp_path: Path, on_crash: str, arrived: int, state: str) -> None:
    inbox = Moody()
    with serving(inbox) as port:
        room = newsroom(
            database, tmp_path, mail=f"smtp://127.0.0.1:{port}", mail_settings={"on_crash": on_crash, "timeout": 6}
        )
        freeze(room)
        with database.writing() as tx:  # as a sender leaves it that dies between the server's OK and its commit
            first, _ = outbox.reserve(tx, "dead", NOW, NOW + timedelta(minutes=1))
            outbox.begin(tx, first, "dead", NOW, NOW + timedelta(minutes=1))
        deliver(room, lambda: NOW + timedelta(seconds=59))
        assert inbox.mails == [], "the other sender may still be alive"
        deliver(room, lambda: NOW + timedelta(seconds=60))
        assert [to for to, _ in inbox.mails] == [ANA] * arrived + [BOB]
        assert states(room) == {ANA: state, BOB: "sent"}
        if on_crash == "ask":
            with database.writing() as tx:
                assert outbox.decide(tx, DIGEST, ANA, Delivery.PENDING, NOW)
            deliver(room, lambda: later(1))
            assert states(room)[ANA] == "sent"


def test_who_left_before_the_mail_did_gets_none(database: Database, tmp_path: Path) -> None:
    inbox = Moody()
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}")
        freeze(room, (ANA, BOB, "eve@example.org"))
        with database.writing() as tx:
            readers.suppress(tx, "ia", BOB, NOW)
        deliver(room, lambda: NOW)
    assert [to for to, _ in inbox.mails] == [ANA]
    assert states(room) == {ANA: "sent", BOB: "withdrawn", "eve@example.org": "withdrawn"}


def test_nothing_leaves_in_quiet_hours(database: Database, tmp_path: Path) -> None:
    inbox = Moody()
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, replace(WATCH, quiet="10:00-12:00"), f"smtp://127.0.0.1:{port}")
        freeze(room)
        deliver(room, lambda: NOW)  # half past ten in Paris
        assert inbox.mails == []
        deliver(room, lambda: later(1.5))
    assert len(inbox.mails) == 2


def test_links_of_ones_own_and_one_click(database: Database, tmp_path: Path) -> None:
    inbox, base = Moody(), "https://" + "m" * 200 + ".example"
    with serving(inbox) as port:
        room = newsroom(database, tmp_path, mail=f"smtp://127.0.0.1:{port}", mail_settings={"public_url": base})
        freeze(room)
        deliver(room, lambda: NOW)
    links = [str(mail["List-Unsubscribe"]) for _, mail in inbox.mails]
    assert len(set(links)) == 2
    for (_, mail), link in zip(inbox.mails, links, strict=True):
        assert link.startswith(f"<{base}/m/")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link.strip("<>") in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert link.strip("<>") in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "state"), [(204, "sent"), (302, "refused"), (404, "refused"), (429, "pending"), (503, "pending")]
)
def test_a_webhook_is_told_once_with_a_signature(database: Database, tmp_path: Path, code: int, state: str) -> None:
    hook, secret = Hook([code]), "whsec-0123456789abcdefghij"
    with hooked(hook) as url:
        watch = replace(WATCH, recipients=(), webhooks=("crm",))
        room = newsroom(database, tmp_path, watch, webhooks=(WebhookSettings(name="crm", url=url, secret=secret),))
        freeze(room)
        deliver(room, lambda: NOW)
    assert states(room) == {"webhook:crm": state}
    ((headers, body),) = hook.told
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    (story,) = json.loads(body)["stories"]
    assert (story["people"], story["destination"], story["status"]) == (["Ana Réis"], "Corvex", "confirmed")


@APPRISE
def test_a_chat_room_gets_the_headlines(database: Database, tmp_path: Path) -> None:
    hook = Hook([200])
    with hooked(hook) as url:
        watch = replace(WATCH, recipients=(), channels=("equipe",))
        channel = ChannelSettings(name="equipe", url=url.replace("http://", "json://"))
        room = newsroom(database, tmp_path, watch, channels=(channel,))
        freeze(room)
        deliver(room, lambda: NOW)
    assert states(room) == {"channel:equipe": "sent"}
    ((_, body),) = hook.told
    assert "Ana Réis rejoint Corvex" in json.loads(body)["message"]
    assert f"https://fil.example/{STORY}" in json.loads(body)["message"]


@APPRISE
def test_an_unknown_sort_of_channel_is_named_without_its_password(database: Database, tmp_path: Path) -> None:
    watch = replace(WATCH, recipients=(), channels=("equipe",))
    channel = ChannelSettings(name="equipe", url="nosuch://geheim@x")
    room = newsroom(database, tmp_path, watch, channels=(channel,))
    freeze(room)
    deliver(room, lambda: NOW)
    assert states(room) == {"channel:equipe": "pending"}
    assert "equipe" in details(room)["channel:equipe"]
    assert "geheim" not in details(room)["channel:equipe"]


def test_many_stories_are_a_number_in_a_chat_room() -> None:
    _, story = told()
    content = {"language": "fr", "stories": [{"headline": story.people[0], "articles": []}] * 30}
    lines = chat_text(json.dumps(content)).splitlines()
    assert lines[-1] == "+22 autres"
    assert len(lines) == 9
