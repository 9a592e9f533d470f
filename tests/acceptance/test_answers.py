"""What happens behind the links of a mail: a GET shows, a POST acts, and both say so in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from justhtml import JustHTML
from mail_room import DIGEST, NOW, STORY, WATCH, freeze, newsroom

from alerts.tokens import Action, Link, recipient_key, sign
from mercato.model import Verdict
from scheduler.answers import Answer, act, show
from scheduler.handover import link_key
from scheduler.jobs import Newsroom
from storage import outbox, readers
from storage.engine import Database

ANA = WATCH.recipients[0]


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Newsroom:
    made = newsroom(database, tmp_path, mail_settings={"public_url": "https://mercato.example"})
    freeze(made)
    return made


def a_token(room: Newsroom, action: Action, address: str = ANA, digest: str = DIGEST) -> str:
    story = None if action is Action.UNSUBSCRIBE else STORY
    link = Link(action=action, digest=digest, recipient=recipient_key(address), story=story)
    return sign(link, link_key(room))


def shown(room: Newsroom, token: str) -> Answer:
    return show(room.database, room.settings.watches, token)


def acted(room: Newsroom, token: str, *, undo: bool = False) -> Answer:
    return act(room.database, room.settings.watches, token, NOW, undo=undo)


def test_looking_changes_nothing_and_acting_does(room: Newsroom) -> None:
    token = a_token(room, Action.UNSUBSCRIBE)
    for _ in range(3):  # as scanners of mail do
        page = shown(room, token)
        assert page.status == 200
        assert '<form method="post">' in page.html
    with room.database.reading() as tx:
        assert readers.suppressed(tx, "ia") == frozenset()
    for _ in range(2):  # as mail programs do that are not sure
        assert acted(room, token).status == 200
    with room.database.reading() as tx:
        assert readers.suppressed(tx, "ia") == {ANA}
    assert f"{ANA} recevra à nouveau" in acted(room, token, undo=True).html
    with room.database.reading() as tx:
        assert readers.suppressed(tx, "ia") == frozenset()


@pytest.mark.parametrize(("action", "verdict"), [(Action.KEEP, Verdict.KEEP), (Action.REJECT, Verdict.REJECT)])
def test_a_verdict_is_noted_once_per_reader_and_the_last_word_counts(
    room: Newsroom, action: Action, verdict: Verdict
) -> None:
    other = Action.REJECT if action is Action.KEEP else Action.KEEP
    acted(room, a_token(room, other))
    for _ in range(2):
        assert "Ana Réis rejoint Corvex" in acted(room, a_token(room, action)).html
    acted(room, a_token(room, action, WATCH.recipients[1]))
    with room.database.reading() as tx:
        assert readers.verdicts(tx, [STORY, "other"]) == {STORY: {verdict: 2}}


def test_a_story_is_muted_and_heard_again(room: Newsroom) -> None:
    token = a_token(room, Action.MUTE)
    acted(room, token)
    with room.database.reading() as tx:
        assert readers.muted(tx, "ia", NOW) == {STORY: None}
    acted(room, token, undo=True)
    with room.database.reading() as tx:
        assert readers.muted(tx, "ia", NOW) == {}


def test_what_is_no_link_of_ours_is_not_found_and_does_nothing(room: Newsroom) -> None:
    good = a_token(room, Action.UNSUBSCRIBE)
    for token in (
        "",
        "x",
        good[:-1],
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        a_token(room, Action.UNSUBSCRIBE, "eve@example.org"),
        a_token(room, Action.UNSUBSCRIBE, digest="0" * 16),
    ):
        assert shown(room, token).status == acted(room, token).status == 404
    assert acted(room, a_token(room, Action.KEEP), undo=True).status == 404, "nothing to take back"
    with room.database.reading() as tx:
        assert readers.suppressed(tx, "ia") == frozenset()


def test_before_the_first_mail_with_links_every_link_is_unknown(database: Database, tmp_path: Path) -> None:
    freeze(newsroom(database, tmp_path))
    link = Link(action=Action.UNSUBSCRIBE, digest=DIGEST, recipient=recipient_key(ANA))
    assert show(database, (WATCH,), sign(link, "")).status == 404
    assert act(database, (WATCH,), sign(link, ""), NOW).status == 404


def test_the_pages_are_valid_html_in_the_watchs_language(room: Newsroom) -> None:
    english = [replace(watch, language="en") for watch in room.settings.watches]
    for action in Action:
        token = a_token(room, action)
        for page in (
            shown(room, token),
            show(room.database, english, token),
            acted(room, token),
            shown(room, "nonsense"),
        ):
            JustHTML(page.html, strict=True, sanitize=False)
    assert '<html lang="en">' in show(room.database, english, a_token(room, Action.KEEP)).html


def test_a_name_on_the_page_is_text(database: Database, tmp_path: Path) -> None:
    nasty = replace(WATCH, name='"><script>alert(1)</script>', recipients=(ANA,))
    room = newsroom(database, tmp_path, nasty)
    freeze(room)
    with database.reading() as tx:
        (line,) = outbox.digests(tx)
    page = shown(room, a_token(room, Action.UNSUBSCRIBE, digest=line.id))
    assert page.status == 200
    assert "<script" not in page.html
    assert "&lt;script&gt;" in page.html
