"""Mails to be looked at: a full digest, a correction, a week in numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from digest_samples import NOW, rich_cards, rich_digest

from alerts.links import personal
from alerts.render import render, render_week
from mercato.model import Digest, Edition, Message, SourceHealth, Status, Watch, WeekSummary, Window

BASE = "https://mercato.example"
KEY = "0" * 64


def personal_mail(message: Message) -> Message:
    """The mail as its reader has it, with links of one's own."""
    return personal(message, "0" * 16, "lectrice@redaction.example", KEY)


def a_full_digest(language: str = "fr") -> Message:
    """New stories of every status, two updates, a banner, links of the reader's own."""
    digest = rich_digest(language)
    numbered = tuple(
        replace(card, story=replace(card.story, id=f"{place:016x}")) for place, card in enumerate(digest.cards, 1)
    )
    return personal_mail(render(replace(digest, cards=numbered), sender="m@mercato.example", now=NOW, link_base=BASE))


def a_correction() -> Message:
    """The denial of what an earlier mail told."""
    denied = next(card for card in rich_cards() if card.story.status is Status.DENIED)
    card = replace(denied, story=replace(denied.story, id="00000000000000d1"))
    digest: Digest = replace(
        rich_digest(),
        cards=(card,),
        window=Window(start=NOW - timedelta(days=1), end=NOW, edition=Edition.CORRECTION),
        thread=("<talents-ia.20260317T0700Z.0000000000@mercato.example>",),
    )
    return personal_mail(render(digest, sender="m@mercato.example", now=NOW, link_base=BASE))


def a_week() -> Message:
    """The week in numbers."""
    start = datetime(2026, 3, 8, 23, tzinfo=UTC)
    counts = (9, 14, 11, 17, 12, 2, 3)
    week = WeekSummary(
        watch=Watch(name="Talents IA", recipients=("lectrice@redaction.example",), sectors=("ai", "giants")),
        window=Window(start=start, end=start + timedelta(days=7, hours=9), edition=Edition.WEEKLY),
        days=tuple((date(2026, 3, 9) + timedelta(days=day), count) for day, count in enumerate(counts)),
        statuses=((Status.RUMOURED, 9), (Status.REPORTED, 21), (Status.CONFIRMED, 34), (Status.DENIED, 4)),
        joined=(("Meta", 11), ("Mistral AI", 8), ("Anthropic", 5), ("Alan", 2), ("OVHcloud", 2)),
        left=(("Apple", 9), ("OpenAI", 7), ("Google DeepMind", 5), ("Ubisoft", 4), ("Atos", 1)),
        stories=tuple(card.story for card in rich_cards()),
        health=SourceHealth(checked=142, failed=("La Gazette du Silicium",)),
        next_run=NOW + timedelta(days=1),
    )
    return personal_mail(render_week(week, sender="m@mercato.example", now=NOW, link_base=BASE))
