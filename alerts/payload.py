"""A mail for programs and for chat rooms: the same facts as JSON, and as a few lines. Pure.

The JSON travels in signed webhooks; keys may be added, none is ever renamed. What the press wrote is in it without
control characters and without signs that turn the direction of writing; an address that cannot be linked is "".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from alerts.mail_view import Wording, safe_url, told_host
from alerts.pay import composition_data
from alerts.phrases import NAME_LIMIT, headline, status_label
from alerts.typography import one_line, shorten
from mercato.i18n import catalogue
from mercato.model import Amount, Card, Story, WeekSummary

_ARTICLES = 6
_TEXT_LIMIT = 500
_CHAT_STORIES = 8
_CHAT_LIMIT = 1800  # characters: Discord takes 2000, and most others more


def payload(words: Wording) -> str:
    """A digest as one JSON object."""
    digest = words.digest
    told = zip(digest.cards, words.briefs, strict=True)
    return json.dumps(
        {
            "type": f"mercato.{digest.window.edition.value}",
            "watch": one_line(digest.watch.name, NAME_LIMIT),
            "period": digest.window.period,
            "language": digest.watch.language,
            "subject": words.subject,
            "missed": digest.window.missed,
            "stories": [_card(card, line.title, digest.watch.language) for card, line in told],
        },
        ensure_ascii=False,
    )


def week_payload(week: WeekSummary, title: str) -> str:
    """A week in numbers as one JSON object."""
    return json.dumps(
        {
            "type": f"mercato.{week.window.edition.value}",
            "watch": one_line(week.watch.name, NAME_LIMIT),
            "period": week.window.period,
            "language": week.watch.language,
            "subject": title,
            "total": week.total,
            "days": {day.isoformat(): count for day, count in week.days},
            "statuses": {status.value: count for status, count in week.statuses},
            "joined": {one_line(name, NAME_LIMIT): count for name, count in week.joined},
            "left": {one_line(name, NAME_LIMIT): count for name, count in week.left},
            "stories": [story_facts(story, week.watch.language) for story in week.stories],
        },
        ensure_ascii=False,
    )


def _card(card: Card, title: str, language: str) -> dict[str, Any]:
    news = [
        {"novelty": event.novelty.value, "before": _plain(event.before), "after": _plain(event.after)}
        for event in card.news
    ]
    return {**_facts(card.story, title, language), "new": card.new, "news": news}


def story_facts(story: Story, language: str) -> dict[str, Any]:
    """A story as JSON data: who, from where, to where, and who tells it."""
    return _facts(story, headline(story, language), language)


def _facts(story: Story, title: str, language: str) -> dict[str, Any]:
    return {
        "id": story.id,
        "headline": title,
        "status": story.status.value,
        "status_label": status_label(story.status, language),
        "kind": story.kind.value,
        "people": [one_line(name, NAME_LIMIT) for name in story.people],
        "group": _plain(story.group.label) if story.group else None,
        "origin": _plain(story.origin) or None,
        "destination": _plain(story.destination) or None,
        "role": _plain(story.role) or None,
        "amounts": [
            {
                **_amount(figure.amount),
                "outlet": one_line(figure.outlet, NAME_LIMIT),
                "source": _plain(figure.source_cited) or None,
                "denied": figure.denied,
                **composition_data(figure.composition),
            }
            for figure in story.figures
        ],
        "origins": [one_line(name, NAME_LIMIT) for name in story.origins],
        "opened": story.opened.isoformat(),
        "updated": story.updated.isoformat(),
        "articles": [
            {
                "id": told.article,
                "url": safe_url(told.url),
                "outlet": one_line(told.outlet, NAME_LIMIT),
                "title": _plain(told.title),
            }
            for told in story.tellings[:_ARTICLES]
        ],
    }


def _plain(text: str | None) -> str:
    return one_line(text or "", _TEXT_LIMIT)


def _amount(amount: Amount) -> dict[str, Any]:
    return {"min": amount.min, "max": amount.max, "currency": amount.currency, "period": amount.period.value}


def chat_text(content: str) -> str:
    """A payload as plain text for a chat room: the first stories with a link each, and how many more there are."""
    text = "\n".join(_chat_lines(json.loads(content)))
    return shorten(text, _CHAT_LIMIT) if len(text) > _CHAT_LIMIT else text


def inert(text: str) -> str:
    """`text` for chat programs, which read more into signs than people do: it calls nobody («@everyone», «<!here>»)
    and hides no address behind other words («[known.example](https://other.example)»)."""
    return text.translate(_INERT)


# Look-alikes of the signs that Discord, Slack, Mattermost, Matrix, Telegram and Teams give a meaning.
_INERT = str.maketrans("@<>[]`", "＠‹›［］’")


def _chat_lines(told: dict[str, Any]) -> Iterator[str]:
    stories = told.get("stories", [])
    for story in stories[:_CHAT_STORIES]:
        yield f"• {inert(story['headline'])}" + _chat_link(story)
    others = len(stories) - _CHAT_STORIES
    if others > 0:
        messages = catalogue(told["language"])
        yield messages.ngettext("+{count} other", "+{count} others", others).format(count=others)


def _chat_link(story: dict[str, Any]) -> str:
    """The line with the first article that can be linked; "" when there is none."""
    for article in story["articles"]:
        # What was frozen by an earlier version holds addresses as they came.
        url = safe_url(article["url"])
        if url:
            host = told_host("", url)
            teller = inert(one_line(article["outlet"], NAME_LIMIT)) + (f" ({host})" if host else "")
            return f"\n  {teller}: {url}"
    return ""
