"""Which story concerns which watch, and which of them cannot wait. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from alerts.importance import importance
from alerts.lexicon import Lexicon
from alerts.lexicon.entries import NameType
from alerts.organisations import covers
from alerts.sectors import sectors_of
from alerts.stories.ladder import at_least
from alerts.stories.names import likeness
from mercato.model import Source, Story, Telling, Watch
from mercato.text import fold, tokens

NOBODY_KNOWN: Mapping[str, Source] = {}
"""No outlet's country and language is known: what only they would let through is kept out."""


def parent_by(lexicon: Lexicon) -> Callable[[str], str]:
    """What maps the aliases, units and brands of organisations that the lexicon knows to the name that stories use."""

    def parent(name: str) -> str:
        words = tuple(token.folded for token in tokens(name))
        known = (entry for form, entry in lexicon.names.get(words[0] if words else "", ()) if form == words)
        return next((entry.name for entry in known if entry.type is NameType.ORGANISATION), name)

    return parent


def concerns(
    watch: Watch,
    story: Story,
    *,
    parent: Callable[[str], str] = str,
    outlets: Mapping[str, Source] = NOBODY_KNOWN,
) -> bool:
    """Whether the story is what the watch wants: somebody that it watches, told in a way that it lets through.

    Somebody is a person or, on either side, an organisation or a sector of the watch; a watch without all three wants
    everybody. «Google» also watches «Google DeepMind», whose name says whose it is; `parent` maps the other units,
    brands and aliases to the name that stories use, as the lexicon does. A destination that is only rumoured counts,
    and so does a failed offer: whoever watches a firm wants to know. One of the watch's muted words in a title, a name
    or a post silences the story. `outlets` by identifier tell where it was told and in which language.
    """
    return not is_muted(watch, story) and _watched(watch, story, parent) and _let_through(watch, story, outlets)


def _watched(watch: Watch, story: Story, parent: Callable[[str], str]) -> bool:
    if not watch.organisations and not watch.people and not watch.sectors:
        return True
    names = _sides(story)
    return (
        _organisation(watch.organisations, names, parent)
        or any(likeness(entry, person) for entry in watch.people for person in story.people)
        or any(sectors_of(form) & set(watch.sectors) for name in names for form in (name, parent(name)))
    )


def _sides(story: Story) -> set[str]:
    """Every organisation that any telling puts on either side."""
    told = {side for telling in story.tellings for move in telling.moves for side in (move.origin, move.destination)}
    return {name for name in (story.origin, story.destination, *told) if name}


def _organisation(watched: Iterable[str], names: Iterable[str], parent: Callable[[str], str]) -> bool:
    wanted = {name for entry in watched for name in (entry, parent(entry))}
    return any(covers(entry, name) or covers(entry, parent(name)) for entry in wanted for name in names)


def _let_through(watch: Watch, story: Story, outlets: Mapping[str, Source]) -> bool:
    heard = _heard(watch, story)
    if story.tellings and not heard:
        return False
    if watch.statuses and story.status not in watch.statuses:
        return False
    if watch.roles and not any(_fits(entry, story.role or "") for entry in watch.roles):
        return False
    # Without a minimum all that was flagged counts: points are logarithms of odds, so that it may have fewer than 0.
    if watch.minimum_score and watch.minimum_score > max((telling.score for telling in story.tellings), default=0.0):
        return False
    known = [outlets[telling.source] for telling in heard if telling.source in outlets]
    return (not watch.countries or any(outlet.country in watch.countries for outlet in known)) and (
        not watch.languages or any(outlet.language in watch.languages for outlet in known)
    )


def _fits(entry: str, role: str) -> bool:
    """Whether each word of `entry` begins a word of the role: «direct techn» fits «directrice technique»."""
    words = fold(role).replace("-", " ").split()
    return all(any(word.startswith(part) for word in words) for part in fold(entry).replace("-", " ").split())


def _heard(watch: Watch, story: Story) -> tuple[Telling, ...]:
    if not watch.muted_outlets:
        return story.tellings
    muted = {fold(name) for name in watch.muted_outlets}
    return tuple(t for t in story.tellings if not muted & {fold(t.source), fold(t.outlet)})


def as_heard(watch: Watch, story: Story) -> Story:
    """The story with the tellings of outlets that the watch has not muted; with all of them when none is left."""
    heard = _heard(watch, story)
    return replace(story, tellings=heard) if heard and heard != story.tellings else story


def cannot_wait(watch: Watch, story: Story) -> bool:
    """Whether an instant watch is mailed of the story at once: firm enough and, for this watch, weighty enough."""
    return (
        watch.instant and at_least(story.status, watch.instant_status) and importance(story) >= watch.instant_importance
    )


def is_muted(watch: Watch, story: Story) -> bool:
    """Whether one of the watch's muted words stands, as whole words in any spelling, in what the story shows."""
    if not watch.muted:
        return False
    words = re.compile("|".join(rf"(?<!\w){re.escape(fold(word))}(?!\w)" for word in watch.muted))
    return any(words.search(fold(text)) for text in _shown(story))


def _shown(story: Story) -> Iterator[str]:
    """The words by which readers know a story: titles, people, organisations, posts."""
    yield from story.people
    yield from (name for name in (story.origin, story.destination, story.role) if name)
    for telling in story.tellings:
        yield telling.title
        for move in telling.moves:
            group = move.group.label if move.group else None
            yield from (text for text in (move.person, group, move.origin, move.destination, move.role) if text)
