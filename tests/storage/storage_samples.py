"""Values for the tests of storage, with good defaults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mercato.model import (
    Amount,
    Article,
    Evidence,
    Figure,
    Group,
    Kind,
    Match,
    Message,
    Move,
    NoMatch,
    Novelty,
    Period,
    Reason,
    Status,
    Story,
    StoryEvent,
    Telling,
    Window,
    article_id,
)

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def article(name: str = "a", **changes: Any) -> Article:
    """An article of the invented outlet Le Fil Numérique."""
    url = f"https://fil.example/{name}"
    values: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "source": "fil",
        "outlet": "Le Fil Numérique",
        "title": "Élodie Marchand quitte Nébulia pour Corvex",
        "body": "L’ingénieure était l’une des premières recrues de la jeune pousse.",
        "published": NOW - HOUR,
        "first_seen": NOW,
    }
    return Article(**values | changes)


def move(**changes: Any) -> Move:
    """Somebody leaves Nébulia for Corvex."""
    values: dict[str, Any] = {
        "person": "Élodie Marchand",
        "origin": "Nébulia",
        "destination": "Corvex",
        "role": "directrice de la recherche",
        "status": Status.CONFIRMED,
        "amount": Amount(min=1_000_000, max=None, currency="EUR", period=Period.YEAR),
        "kind": Kind.POACH,
        "evidence": (Evidence(start=16, end=22, text="quitte", why="part.quitter", points=2.5),),
    }
    return Move(**values | changes)


def match(**changes: Any) -> Match:
    """A flagged article's judgement."""
    values: dict[str, Any] = {
        "score": 7.25,
        "moves": (move(), move(person=None, group=Group(label="chercheurs", count=3), amount=None, background=True)),
        "sources_cited": ("Bloomberg",),
        "evidence": (Evidence(start=0, end=7, text="Élodie ", why="lead-position", points=1.0),),
    }
    return Match(**values | changes)


NO_MATCH = NoMatch(reason=Reason.TOO_WEAK, score=0.1, moves=(move(amount=None),), sources_cited=("AFP",))


def telling(of: Article, **changes: Any) -> Telling:
    """An article's version of a story."""
    values: dict[str, Any] = {
        "article": of.id,
        "url": of.url,
        "outlet": of.outlet,
        "source": of.source,
        "title": of.title,
        "published": of.published,
        "first_seen": of.first_seen,
        "moves": (move(),),
        "sources_cited": ("Bloomberg",),
        "score": 7.25,
    }
    return Telling(**values | changes)


def event(name: str, story_id: str, of: Article, at: datetime = NOW, **changes: Any) -> StoryEvent:
    """Something that an article added to a story."""
    values: dict[str, Any] = {"novelty": Novelty.STATUS, "before": "rumoured", "after": "confirmed"}
    return StoryEvent(id=f"{story_id}-{name}", story=story_id, article=of.id, at=at, **values | changes)


def story(name: str, told_by: Sequence[Article], **changes: Any) -> Story:
    """A story with a telling and an event per article."""
    values: dict[str, Any] = {
        "opened": NOW - HOUR,
        "updated": NOW,
        "people": ("Élodie Marchand", "Zoé Œuvrard"),
        "group": Group(label="chercheurs", count=None),
        "origin": "Nébulia",
        "destination": "Corvex",
        "role": None,
        "status": Status.REPORTED,
        "kind": Kind.HIRE,
        "figures": (
            Figure(
                amount=Amount(min=None, max=9, currency="USD"),
                outlet="Le Fil Numérique",
                article=told_by[0].id if told_by else "",
                source_cited="Bloomberg",
            ),
        ),
        "origins": ("Bloomberg",),
        "tellings": tuple(telling(of) for of in told_by),
        "events": tuple(event(str(place), name, of) for place, of in enumerate(told_by)),
    }
    return Story(id=name, **values | changes)


def message(**changes: Any) -> Message:
    """A digest in words."""
    values: dict[str, Any] = {
        "message_id": "<ia.2026-03-18@fil.example>",
        "subject": "Élodie Marchand quitte Nébulia",
        "text": "Bonjour,\n\n« quitte »\n",
        "html": "<p>Bonjour</p>",
        "sender": "mercato@fil.example",
        "date": NOW,
    }
    return Message(**values | changes)


def window(**changes: Any) -> Window:
    """The day before NOW."""
    return Window(**{"start": NOW - 24 * HOUR, "end": NOW} | changes)
