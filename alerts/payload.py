"""A mail for programs and for chat rooms: the same facts as JSON, and as a few lines. Pure.

The JSON travels in signed webhooks; keys may be added, none is ever renamed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from alerts.mail_view import Link, Wording, safe_url
from alerts.phrases import NAME_LIMIT, headline, status_label
from alerts.typography import one_line, shorten
from mercato.i18n import catalogue
from mercato.model import Amount, Card, Story, WeekSummary

_ARTICLES = 6
_CHAT_STORIES = 8
_CHAT_LIMIT = 1800  # characters: Discord takes 2000, and most others more


def payload(words: Wording) -> str:
    """A digest as one JSON object."""
    digest = words.digest
    told = zip(digest.cards, words.briefs, strict=True)
    return json.dumps(
        {
            "type": f"mercato.{digest.window.edition.value}",
            "watch": digest.watch.name,
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
            "watch": week.watch.name,
            "period": week.window.period,
            "language": week.watch.language,
            "subject": title,
            "total": week.total,
            "days": {day.isoformat(): count for day, count in week.days},
            "statuses": {status.value: count for status, count in week.statuses},
            "joined": dict(week.joined),
            "left": dict(week.left),
            "stories": [story_facts(story, week.watch.language) for story in week.stories],
        },
        ensure_ascii=False,
    )


def _card(card: Card, title: str, language: str) -> dict[str, Any]:
    news = [{"novelty": event.novelty.value, "before": event.before, "after": event.after} for event in card.news]
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
        "people": list(story.people),
        "group": story.group.label if story.group else None,
        "origin": story.origin,
        "destination": story.destination,
        "role": story.role,
        "amounts": [
            {**_amount(figure.amount), "outlet": figure.outlet, "source": figure.source_cited}
            for figure in story.figures
        ],
        "origins": list(story.origins),
        "opened": story.opened.isoformat(),
        "updated": story.updated.isoformat(),
        "articles": [
            {"id": told.article, "url": told.url, "outlet": told.outlet, "title": told.title}
            for told in story.tellings[:_ARTICLES]
        ],
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {"min": amount.min, "max": amount.max, "currency": amount.currency, "period": amount.period.value}


def chat_text(content: str) -> str:
    """A payload as plain text for a chat room: the first stories with a link each, and how many more there are."""
    told = json.loads(content)
    lines = list(_chat_lines(told))
    return shorten("\n".join(lines), _CHAT_LIMIT) if len("\n".join(lines)) > _CHAT_LIMIT else "\n".join(lines)


def _chat_lines(told: dict[str, Any]) -> Iterator[str]:
    stories = told.get("stories", [])
    for story in stories[:_CHAT_STORIES]:
        link = _first_link(story)
        yield f"• {story['headline']}" + (f"\n  {link.outlet}: {link.url}" if link else "")
    others = len(stories) - _CHAT_STORIES
    if others > 0:
        messages = catalogue(told["language"])
        yield messages.ngettext("+{count} other", "+{count} others", others).format(count=others)


def _first_link(story: dict[str, Any]) -> Link | None:
    for article in story["articles"]:
        url = safe_url(article["url"])
        if url:
            return Link(title="", url=url, outlet=one_line(article["outlet"], NAME_LIMIT), date="")
    return None
