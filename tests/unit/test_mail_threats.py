"""Attempts on the reader by what the press, or somebody who pretends to be it, writes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from digest_samples import NOW, a_digest, a_story, a_telling
from justhtml import JustHTML

from alerts.delivery.mime import to_bytes
from alerts.render import render
from mercato.model import Card, Message, Watch


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


@pytest.mark.parametrize("field", ["title", "person", "outlet", "watch"])
@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "x\r\nBcc: victim@example.org\r\n\r\n<b>",
        "\u202etxt.exe",
        "=?utf-8?q?=0D=0ABcc:_x=40y?=",
        "]]><!--</title><svg/onload=alert(1)>",
        "{{ 7*7 }}{% raw %}",
    ],
)
def test_an_attack_is_text(field: str, attack: str) -> None:
    message = a_mail(**{field: attack})
    JustHTML(message.html, strict=True, sanitize=False)
    assert "<script" not in message.html
    assert "<svg" not in message.html
    assert "<img" not in message.html
    assert "49" not in message.subject
    assert "\u202e" not in message.html + message.text + message.subject
    head = to_bytes(message, "ana@example.org").partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")]
