"""WebSub: when a hub is asked, and what it is answered."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from crawler.push import form, is_due
from mercato.model import HubSubscription
from scheduler.pushes import is_signed, receive, verify
from storage import hubs
from storage.engine import Database, open_database

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
HUB, TOPIC = "https://hub.example/", "https://phare.example/feed"


def subscription(asked: datetime = NOW, until: datetime | None = None, refused: str = "") -> HubSubscription:
    return HubSubscription(
        source="phare", topic=TOPIC, hub=HUB, token="jeton", secret="secret", asked=asked, until=until, refused=refused
    )


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (None, True),
        (subscription(), False),
        (subscription(asked=NOW - 1.1 * DAY), True),  # never confirmed
        (subscription(asked=NOW - 2 * DAY, until=NOW + 8 * DAY), False),
        (subscription(asked=NOW - 8 * DAY, until=NOW + 2 * DAY), True),  # a quarter of the lease is left
        (subscription(asked=NOW - 20 * DAY, until=NOW - 10 * DAY), True),
        (subscription(asked=NOW - timedelta(minutes=50), until=NOW + timedelta(minutes=10)), False),  # a short lease
        (subscription(asked=NOW - DAY / 2, refused="403"), False),
        (subscription(asked=NOW - 1.1 * DAY, refused="403"), True),
        (subscription(asked=NOW + 900 * DAY, until=NOW + 910 * DAY), True),  # of a clock that ran ahead
    ],
)
def test_when_a_hub_is_asked(known: HubSubscription | None, *, due: bool) -> None:
    assert is_due(known, HUB, TOPIC, NOW) is due


def test_another_hub_or_address_of_the_feed_is_another_subscription() -> None:
    known = subscription(until=NOW + 9 * DAY)
    assert is_due(known, "https://autre.example/", TOPIC, NOW)
    assert is_due(known, HUB, f"{TOPIC}?b", NOW)


def test_what_the_hub_is_told() -> None:
    told = parse_qs(form(subscription(), "https://mercato.example/m/hub/"))
    assert told["hub.callback"] == ["https://mercato.example/m/hub/jeton"]
    assert (told["hub.mode"], told["hub.topic"], told["hub.secret"]) == (["subscribe"], [TOPIC], ["secret"])


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures_of_the_standard(method: str) -> None:
    good = hmac.new(b"secret", b"corps", getattr(hashlib, method)).hexdigest()
    assert is_signed(b"corps", f"{method}={good}", "secret")
    assert is_signed(b"corps", f"{method}={good.upper()}", "secret")
    for wrong in (f"{method}={good[:-1]}", f"md5={good}", good, "", f"{method}=é"):
        assert not is_signed(b"corps", wrong, "secret")
    assert not is_signed(b"corps.", f"{method}={good}", "secret")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite:///{tmp_path}/mercato.db") as database:
        with database.writing() as tx:
            hubs.record(tx, subscription())
        yield database


def known(database: Database) -> HubSubscription:
    with database.reading() as tx:
        found = hubs.of_token(tx, "jeton")
    assert found is not None
    return found


def test_only_what_was_asked_lately_is_confirmed(database: Database) -> None:
    asked = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "défi", "hub.lease_seconds": "864000"}
    assert verify(database, "autre", asked, NOW).status == 404
    assert verify(database, "jeton", {**asked, "hub.topic": "https://autre.example/"}, NOW).status == 404
    assert verify(database, "jeton", {**asked, "hub.mode": "unsubscribe"}, NOW).status == 404
    assert verify(database, "jeton", {**asked, "hub.challenge": ""}, NOW).status == 404
    assert verify(database, "jeton", asked, NOW + 3 * DAY).status == 404
    assert known(database).until is None
    reply = verify(database, "jeton", asked, NOW)
    assert (reply.status, reply.text) == (200, "défi")
    assert known(database).until == NOW + 10 * DAY
    verify(database, "jeton", {**asked, "hub.lease_seconds": "9" * 30}, NOW)
    assert known(database).until == NOW + 10 * DAY


def test_a_hub_may_decline_later(database: Database) -> None:
    told = {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "fermé"}
    assert verify(database, "jeton", told, NOW).status == 200
    assert (known(database).until, known(database).refused) == (None, "fermé")


def test_only_a_signed_call_counts(database: Database) -> None:
    assert receive(database, "autre", "", b"corps", NOW).status == 410
    assert receive(database, "jeton", "sha256=00", b"corps", NOW).status == 202
    assert known(database).pushed is None
    signature = hmac.new(b"secret", b"corps", hashlib.sha256).hexdigest()
    assert receive(database, "jeton", f"sha256={signature}", b"corps", NOW).status == 202
    assert known(database).pushed == NOW
