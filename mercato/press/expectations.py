"""What a careful reader finds in the bundled press: its stories, its traps, and what cannot be fetched."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from mercato.model import Amount, FeedOutcome, Group, Kind, Status
from mercato.press.content import HERE
from mercato.press.edition import make_edition

LABELLED_AT = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
"""The moment of the edition whose articles `labels` gives where no other is asked for."""


class Family(StrEnum):
    """What a trap plays on. After the inventory of false triggers that was drawn up from 22,800 French press items."""

    JOINS = "joins"  # an app, a start-up or a country that « rejoint » something
    EVEN_IF = "even-if"  # « quitte à », « sans quitter l'application »
    NAMED = "named"  # a model or a product « nommé », nominations for prizes
    START = "start"  # « départ canon », departures on holiday, voluntary departures without names
    RECRUITS = "recruits"  # campaigns, adverts, testers, apprentices
    EXCESS = "excess"  # « une débauche de moyens »
    TRANSFER = "transfer"  # data, footballers, « talents » in general
    PRODUCT = "product"  # things that arrive, succeed and replace
    COMPANY = "company"  # the company itself is bought or leaves
    CHANNEL = "channel"  # a network is where the news was posted
    HOMONYM = "homonym"  # a wind, a town, a brand that is a word
    CAREER = "career"  # portrait or obituary: old moves
    CLUTTER = "clutter"  # moves stand only in boxes beside the text
    QUOTE = "quote"  # a boss speaks and stays
    SCOPE = "scope"  # politics, sport
    ENCODING = "encoding"  # bytes that are easily misread


class Refusal(StrEnum):
    """Why a page cannot be had in full."""

    NOT_FOUND = "not-found"
    ROBOTS = "robots"
    PAYWALL = "paywall"


class Told(BaseModel):
    """What one article says otherwise than its story."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status | None = None
    amount: Amount | None = None
    sources_cited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedStory:
    """One event and the articles that tell it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    key: str
    people: tuple[str, ...] = ()
    group: Group | None = None  # with people: what the article calls them together
    origin: str | None = None
    destination: str | None = None
    role: str | None = None
    status: Status  # after all tellings
    kind: Kind
    tellings: Mapping[str, Told]

    @property
    def articles(self) -> frozenset[str]:
        """The keys of the articles that tell it."""
        return frozenset(self.tellings)

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """Every figure that was given, in the order of the tellings."""
        return tuple(told.amount for told in self.tellings.values() if told.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """An older move that an article mentions."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    article: str
    person: str
    origin: str | None = None
    destination: str | None = None
    kind: Kind


class Expected(BaseModel):
    """Everything that is to be found, and everything that is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stories: tuple[ExpectedStory, ...] = Field(alias="story")
    background: tuple[Recalled, ...]
    traps: Mapping[str, tuple[Family, ...]]
    refusals: Mapping[str, Refusal]
    feeds: Mapping[str, FeedOutcome]

    def of(self, article: str) -> tuple[ExpectedStory, ...]:
        """The stories that the article of this key tells; none for a trap."""
        return tuple(story for story in self.stories if article in story.tellings)


@lru_cache(maxsize=1)
def expected() -> Expected:
    """The contents of `expected.toml`."""
    return Expected.model_validate(tomllib.loads((HERE / "expected.toml").read_text("utf-8")))


def labels(now: datetime = LABELLED_AT) -> list[dict[str, object]]:
    """Every article of the edition of `now` as a labelled record, by key: id, title, body, published, outlet, flag,
    moves, sources_cited, trap. The body is what can honestly be read, without the clutter of the page."""
    return [
        {
            "id": article.key,
            "title": article.title,
            "body": article.readable,
            "published": article.published.date().isoformat(),
            "outlet": article.outlet.name,
            "flag": bool(expected().of(article.key)),
            "moves": [*_news(article.key), *_background(article.key)],
            "sources_cited": _sources(article.key),
            "trap": ", ".join(expected().traps.get(article.key, ())) or None,
        }
        for article in sorted(make_edition(now), key=lambda article: article.key)
    ]


def _news(article: str) -> Iterator[dict[str, object]]:
    for story in expected().of(article):
        told = story.tellings[article]
        for person in story.people:
            yield _move(story, told, person=person)
        if story.group:
            group = {"count": story.group.count, "label": story.group.label}
            yield _move(story, told, group=group | ({"members_named": True} if story.people else {}))


def _move(
    story: ExpectedStory, told: Told, *, person: str | None = None, group: Mapping[str, object] | None = None
) -> dict[str, object]:
    return {
        "person": person,
        "group": group,
        "origin": story.origin,
        "destination": story.destination,
        "role": story.role,
        "status": (told.status or story.status).value,
        "amount": _amount(told.amount),
        "kind": story.kind.value,
    }


def _background(article: str) -> Iterator[dict[str, object]]:
    for move in expected().background:
        if move.article == article:
            yield {
                "person": move.person,
                "group": None,
                "origin": move.origin,
                "destination": move.destination,
                "role": None,
                "status": Status.CONFIRMED.value,
                "amount": None,
                "kind": move.kind.value,
                "background": True,
            }


def _amount(amount: Amount | None) -> dict[str, object] | None:
    if amount is None:
        return None
    return {"min": amount.min, "max": amount.max, "currency": amount.currency, "period": amount.period.value}


def _sources(article: str) -> list[str]:
    return sorted({source for story in expected().of(article) for source in story.tellings[article].sources_cited})
