"""Attempts on the reader by what the press, or somebody who pretends to be it, writes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from digest_samples import NOW, a_digest, a_story, a_telling, an_event, dollars
from justhtml import JustHTML
from lxml import etree

from alerts.delivery.mime import to_bytes
from alerts.payload import chat_text, inert
from alerts.render import render, render_week
from alerts.syndication import atom, json_feed
from alerts.weekly import summarise
from mercato.model import Card, Edition, Figure, Message, Novelty, Watch, Window


def a_mail(title: str = "Titre", url: str = "https://fil.example/a", **changes: str) -> Message:
    telling = replace(a_telling("a", changes.pop("outlet", "Le Fil"), title), url=url)
    story = a_story(changes.pop("person", "Ana"), id="s", tellings=(telling,))
    watch = Watch(name=changes.pop("watch", "ia"), recipients=("ana@example.org",))
    return render(a_digest(Card(story=story, news=(), new=True), watch=watch), sender="m@example.org", now=NOW)


@pytest.mark.parametrize(
    ("title", "url", "host"),
    [
        ("Lisez https://www.grand-journal.example/vrai", "https://piege.example/a", "piege.example"),
        ("www.grand-journal.example : la suite", "https://piege.example/a", "piege.example"),
        ("grand-journal.fr révèle", "https://piege.example/a", "piege.example"),
        ("Titre", "https://аpple.example/a", "xn--pple-43d.example"),  # a Cyrillic а
    ],
)
def test_a_link_says_where_it_goes_when_it_could_be_mistaken(title: str, url: str, host: str) -> None:
    message = a_mail(title, url)
    assert f"· {host} ·" in message.html


def test_an_honest_link_is_not_explained() -> None:
    assert "fil.example ·" not in a_mail("Ana quitte Corvex : « c’est fini »").html


def test_an_address_that_shows_another_hosts_name_is_no_link() -> None:
    assert "<a " not in a_mail(url="https://grand-journal.example@piege.example/a").html


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x\r\nBcc: victim@example.org\r\n\r\n<b>",
    "\u202etxt.exe\u2066",
    "=?utf-8?q?=0D=0ABcc:_x=40y?=",
    "]]><!--</title><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "\ud800\x00\x1b[31m\ufffe",
]
FIELDS = ["title", "person", "outlet", "origin", "destination", "role", "source", "words", "news", "watch"]


def attacked(field: str, attack: str) -> tuple[Card, Watch]:
    """A story that an attack has a hold of at one place, as it stands in the archive, and the watch that tells it."""
    place = dict.fromkeys(FIELDS, "Corvex") | {field: attack}
    telling = a_telling("a", place["outlet"], place["title"], (place["words"], "poach.debaucher"))
    figure = Figure(amount=dollars(1, 2), outlet=place["outlet"], article="a", source_cited=place["source"])
    story = a_story(
        place["person"],
        id="s",
        origin=place["origin"],
        destination=place["destination"],
        role=place["role"],
        origins=(place["source"],),
        figures=(figure,),
        tellings=(telling,),
    )
    corrected = an_event("s", Novelty.CORRECTED, "a", f"role={place['news']}", f"role={place['news']}")
    news = (corrected, an_event("s", Novelty.PERSON, "a", "", place["news"]))
    return Card(story=story, news=news, new=False), Watch(name=place["watch"], recipients=("ana@example.org",))


def every_mail(card: Card, watch: Watch) -> list[Message]:
    """The story in each mail that there is: digest, at once, erratum, week in numbers."""
    digests = [
        a_digest(card, watch=watch, window=Window(start=NOW, end=NOW, edition=edition))
        for edition in Edition
        if edition is not Edition.WEEKLY
    ]
    window = Window(start=NOW - timedelta(days=7), end=NOW, edition=Edition.WEEKLY)
    story = replace(card.story, opened=NOW - timedelta(days=1))
    week = summarise(watch, window, [story], day_of=datetime.date, health=None, next_run=None)
    sender = "m@example.org"
    return [*(render(digest, sender=sender, now=NOW) for digest in digests), render_week(week, sender=sender, now=NOW)]


def strange(text: str) -> list[str]:
    """What may stand in no mail, feed or chat: signs that control, turn the direction of writing, or are half a one."""
    return [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") and sign != "\n"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_text_in_every_mail_webhook_and_chat(field: str, attack: str) -> None:
    mails = every_mail(*attacked(field, attack))
    for message in (mails[0], mails[-1]):
        JustHTML(message.html, strict=True, sanitize=False)
    for message in mails:
        assert not re.search(r"<(script|svg|img|b)\b", message.html)
        assert "49" not in message.subject
        assert strange(message.html + message.text + message.subject) == []
        assert strange("".join(texts(json.loads(message.payload))) + chat_text(message.payload)) == []
        head = to_bytes(message, "ana@example.org").partition(b"\r\n\r\n")[0]
        assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_text_in_feeds(field: str, attack: str) -> None:
    card, watch = attacked(field, attack)
    document = etree.fromstring(atom(watch, [card.story], sender="m@example.org", now=NOW))
    assert {etree.QName(element).localname for element in document.iter()} <= ATOM
    assert strange("".join(document.itertext())) == []
    feed = json.loads(json_feed(watch, [card.story], sender="m@example.org"))
    assert strange("".join(texts(feed))) == []


ATOM = {"feed", "id", "title", "updated", "author", "name", "generator", "entry", "published", "link"}
ATOM |= {"category", "summary"}


def texts(value: object) -> Iterator[str]:
    """Every text within a JSON value, the names of its members too."""
    match value:
        case str():
            yield value
        case dict():
            for pair in value.items():
                yield from texts(pair)
        case list() | tuple():
            for one in value:
                yield from texts(one)


@pytest.mark.parametrize("attack", ["@everyone", "<!channel>", "<@&1>", "[lefil.example](https://piege.example)"])
def test_a_chat_room_is_not_called_and_no_address_is_hidden(attack: str) -> None:
    said = chat_text(a_mail(person=attack, outlet=attack).payload)
    assert not set("@<>[]") & set(said)
    assert not set("@<>[]") & set(inert(attack))


@pytest.mark.parametrize(
    "attack", ["javascript:alert(1)", "https://a@piege.example/", "https://a.example/ b", "data:x"]
)
def test_what_is_no_web_address_is_none_in_feeds_webhooks_and_chats(attack: str) -> None:
    message = a_mail(url=attack)
    (story,) = json.loads(message.payload)["stories"]
    assert story["articles"][0]["url"] == ""
    assert "://" not in chat_text(message.payload)


def test_look_alike_letters_are_told_wherever_the_address_stands() -> None:
    message = a_mail(url="https://аpple.example/a")  # a Cyrillic а
    assert "xn--pple-43d.example" in message.text
    assert "xn--pple-43d.example" in chat_text(message.payload)
    telling = replace(a_telling("a", "Le Fil", "Titre"), url="https://аpple.example/a")
    story = a_story("Ana", id="s", tellings=(telling,), opened=NOW - timedelta(days=1))
    week = every_mail(Card(story=story, news=(), new=True), Watch(name="ia"))[-1]
    assert "xn--pple-43d.example" in week.text
    assert "xn--pple-43d.example" in week.html
