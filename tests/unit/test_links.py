"""Signed links: short, nobody's name in them, and worth nothing when a character is changed."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from digest_samples import NOW, a_digest, a_story, a_telling, an_event
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery.mime import to_bytes
from alerts.links import PATH, growth, mark, personal, shown_references
from alerts.render import HTML_LIMIT, render
from alerts.tokens import TOKEN_LENGTH, Action, Link, read, recipient_key, sign
from mercato.errors import LinkError
from mercato.model import Card, Message, Watch, digest_id

KEY = "0" * 64
BASE = "https://mercato.example"
HEX = st.integers(0, 16**16 - 1).map("{:016x}".format)
ADDRESS = "ana.bergougnoux@redaction.example"


def a_message(**changes: str) -> Message:
    story = a_story("Ana", id="00000000000000a1", tellings=(a_telling("a", "Le Fil", "Titre"),))
    digest = a_digest(Card(story=story, news=(an_event(story.id),), new=True))
    return replace(render(digest, sender="mercato@example.org", now=NOW, link_base=BASE), **changes)


@given(st.sampled_from(Action), HEX, st.emails(), st.none() | HEX.filter(lambda story: story != "0" * 16))
def test_what_is_signed_is_read(action: Action, digest: str, address: str, story: str | None) -> None:
    link = Link(action=action, digest=digest, recipient=recipient_key(address), story=story)
    token = sign(link, KEY)
    assert len(token) == TOKEN_LENGTH
    assert read(token, KEY) == link
    assert address not in token


@given(st.integers(0, TOKEN_LENGTH - 1), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_a_changed_character_makes_a_link_worthless(place: int, character: str) -> None:
    token = sign(Link(action=Action.UNSUBSCRIBE, digest="0" * 16, recipient="0" * 10), KEY)
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(LinkError, match="copy it whole"):
            read(changed, KEY)


@given(st.text(max_size=60))
def test_whatever_is_no_link_is_refused(token: str) -> None:
    with pytest.raises(LinkError):
        read(token, KEY)


def test_another_services_link_is_refused() -> None:
    token = sign(Link(action=Action.UNSUBSCRIBE, digest="0" * 16, recipient="0" * 10), KEY)
    with pytest.raises(LinkError):
        read(token, "1" * 64)


def test_each_reader_has_links_of_their_own_and_always_the_same() -> None:
    message, digest = a_message(), digest_id("ia", "2026-03-18T09:30Z")
    mine, again = personal(message, digest, ADDRESS, KEY), personal(message, digest, ADDRESS, KEY)
    other = personal(message, digest, "bob@example.org", KEY)
    assert mine == again
    assert mine.unsubscribe != other.unsubscribe
    for sent in (mine.html, mine.text):
        assert mine.unsubscribe in sent
        assert "\ue000" not in sent
        assert ADDRESS not in sent
    token = mine.unsubscribe.removeprefix(BASE + PATH)
    assert read(token, KEY) == Link(action=Action.UNSUBSCRIBE, digest=digest, recipient=recipient_key(ADDRESS))


def test_without_a_public_address_there_are_no_links() -> None:
    story = a_story("Ana", id="00000000000000a1")
    message = render(a_digest(Card(story=story, news=(), new=True)), sender="mercato@example.org", now=NOW)
    assert personal(message, "0" * 16, ADDRESS, KEY) == message
    assert b"List-Unsubscribe" not in to_bytes(message, ADDRESS)
    assert "<a " not in message.html


@pytest.mark.parametrize("field", ["person", "title", "outlet", "url"])
def test_a_title_cannot_hold_a_readers_link(field: str) -> None:
    trap = mark(Action.UNSUBSCRIBE)
    values = {"person": "Ana", "title": "Titre", "outlet": "Le Fil", "url": "https://fil.example/a"}
    values[field] = values[field] + trap
    telling = replace(a_telling("a", values["outlet"], values["title"]), url=values["url"])
    story = a_story(values["person"], id="00000000000000a1", tellings=(telling,))
    message = render(a_digest(Card(story=story, news=(), new=True)), sender="m@example.org", now=NOW, link_base=BASE)
    assert message.html.count(trap) == 1, "the one of the foot"
    assert message.text.count(trap) == 1


def test_one_of_several_readers_cannot_silence_a_story_for_the_others() -> None:
    story = a_story("Ana", id="00000000000000a1")
    for recipients, offered in ((("a@b.example",), True), (("a@b.example", "c@d.example"), False)):
        digest = a_digest(Card(story=story, news=(), new=True), watch=Watch(name="w", recipients=recipients))
        message = render(digest, sender="m@example.org", now=NOW, link_base=BASE)
        assert (mark(Action.MUTE, story.id) in message.html) is offered
        assert (mark(Action.MUTE, story.id) in message.text) is offered


def test_links_count_in_the_size() -> None:
    cards = [
        Card(story=a_story(f"P{n}", id=f"{n:016x}", tellings=(a_telling("a", "Le Fil", "T" * 150),)), news=(), new=True)
        for n in range(200)
    ]
    base = "https://" + "mercato." * 25 + "example"
    message = render(a_digest(*cards), sender="m@example.org", now=NOW, link_base=base)
    filled = personal(message, "0" * 16, ADDRESS, KEY)
    assert len(filled.html.encode()) <= HTML_LIMIT
    assert len(filled.html.encode()) <= len(message.html.encode()) + growth(message.html, base)


def test_a_long_thread_keeps_its_first_mail_and_the_newest() -> None:
    thread = tuple(f"<{n}{'x' * 60}@example.org>" for n in range(40))
    shown = shown_references(thread).split()
    assert shown[0] == thread[0]
    assert shown[-1] == thread[-1]
    assert len(" ".join(shown)) <= 800
    assert shown == [reference for reference in thread if reference in shown], "in their order"
    assert shown_references(thread[:1]) == thread[0]
