"""From the dossiers that were worked out to the stories that readers know: identities kept, additions noted. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from alerts.stories.bundles import mover_key, moves_key
from alerts.stories.dossier import Dossier
from alerts.stories.novelty import additions, opening
from mercato.model import Move, Story, StoryEvent, Telling


def revise(
    known: Sequence[Story], dossiers: Sequence[Dossier], article: str, now: datetime, taken: Collection[str]
) -> list[Story]:
    """The stories that differ from before because of `article`, new and withdrawn ones included.

    `known` are the stories that were worked out afresh, oldest first, and `dossiers` what came of it. Each dossier
    keeps the story with which it shares most; a story that no dossier keeps is withdrawn and its events go to the one
    that took its tellings. `taken` holds the identifiers that no new story may have.
    """
    owners, heirs = _owners(known, dossiers)
    used = set(taken)
    revised: list[Story] = []
    for place, dossier in enumerate(dossiers):
        if place in owners:
            absorbed = [story for story in known if heirs.get(story.id) == place]
            revised.append(_updated(owners[place], absorbed, dossier, article, now))
        else:
            revised.append(_opened(dossier, article, now, used))
            used.add(revised[-1].id)
    kept = {story.id for story in owners.values()}
    revised += [_withdrawn(story, story.id in heirs, now) for story in known if story.id not in kept]
    before = {story.id: story for story in known}
    return [story for story in revised if before.get(story.id) != story]


def _owners(known: Sequence[Story], dossiers: Sequence[Dossier]) -> tuple[dict[int, Story], dict[str, int]]:
    """Which story each dossier keeps, by the dossier's place, and which dossier inherits each story that none keeps."""
    shares = [
        (shared, -position, -place)
        for position, story in enumerate(known)
        for place, dossier in enumerate(dossiers)
        if any(shared := _shared(story, dossier))
    ]
    shares.sort(reverse=True)
    owners: dict[int, Story] = {}
    settled: set[str] = set()
    for _, position, place in shares:
        story = known[-position]
        if -place not in owners and story.id not in settled:
            owners[-place] = story
            settled.add(story.id)
    heirs: dict[str, int] = {}
    for _, position, place in shares:
        story = known[-position]
        if story.id not in settled:
            heirs.setdefault(story.id, -place)
    return owners, heirs


def _shared(story: Story, dossier: Dossier) -> tuple[int, int, int]:
    """How much of a story a dossier holds: moves told alike count before movers, movers before mere articles."""
    moves = _told(story.tellings) & _told(dossier.tellings)
    claims = _claims(story.tellings) & _claims(dossier.tellings)
    return len(moves), len(claims), len({article for article, _ in _told(story.tellings)} & _articles(dossier))


def _told(tellings: Iterable[Telling]) -> set[tuple[str, Move]]:
    return {(telling.article, move) for telling in tellings for move in telling.moves}


def _articles(dossier: Dossier) -> set[str]:
    return {telling.article for telling in dossier.tellings}


def _claims(tellings: Iterable[Telling]) -> set[tuple[str, str]]:
    return {(article, mover_key(move)) for article, move in _told(tellings)}


def _opened(dossier: Dossier, article: str, now: datetime, used: Collection[str]) -> Story:
    """A new story; a dossier that split off another story without the article is opened by its own earliest telling."""
    opener = next((telling for telling in dossier.tellings if telling.article == article), dossier.tellings[0])
    name = _new_id(f"{moves_key(opener.moves)}@{opener.article}", used)
    event = opening(name, opener.article, dossier, now)
    return dossier.as_story(name, now, now, (event,))


def _new_id(seed: str, used: Collection[str]) -> str:
    """The first 16 hexadecimal digits of a hash of `seed`, salted only when they are another story's already."""
    candidates = (hashlib.sha256(f"{seed}{'#' * salt}".encode()).hexdigest()[:16] for salt in count())
    return next(candidate for candidate in candidates if candidate not in used)


def _updated(story: Story, absorbed: Sequence[Story], dossier: Dossier, article: str, now: datetime) -> Story:
    """The story with its new content; unchanged when the content is."""
    inherited = [replace(event, story=story.id) for other in absorbed for event in other.events]
    if not inherited and dossier.as_story(story.id, story.opened, story.updated, story.events) == story:
        return story
    events = [*story.events, *sorted(inherited, key=lambda event: (event.at, event.id))]
    if any(telling.article == article for telling in dossier.tellings):
        events += _fresh(additions([story, *absorbed], dossier, article, now), story, events, article)
    return dossier.as_story(story.id, story.opened, max(now, story.updated), tuple(events))


def _fresh(found: Iterable[StoryEvent], story: Story, events: Sequence[StoryEvent], article: str) -> list[StoryEvent]:
    """The events that were not noted before; an article that is met again is no repeat of itself."""
    noted = {event.id for event in events}
    known = any(telling.article == article for telling in story.tellings)
    return [event for event in found if event.id not in noted and not (known and not event.after)]


def _withdrawn(story: Story, inherited: bool, now: datetime) -> Story:
    return replace(story, tellings=(), events=() if inherited else story.events, updated=max(now, story.updated))
