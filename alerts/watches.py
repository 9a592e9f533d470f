"""Which story concerns which watch. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from alerts.organisations import covers
from alerts.stories.names import likeness
from mercato.model import Story, Watch
from mercato.text import fold


def concerns(watch: Watch, story: Story, *, parent: Callable[[str], str] = str) -> bool:
    """Whether the story has a person or, on either side, an organisation of the watch.

    A watch without organisations and people wants everything. «Google» also watches «Google DeepMind», whose name says
    whose it is; `parent` maps the other units, brands and aliases to the name that stories use, as the lexicon does.
    A destination that is only rumoured counts, and so does a failed offer: whoever watches a firm wants to know. One of
    the watch's muted words in a title, a name or a post silences the story.
    """
    if is_muted(watch, story):
        return False
    if not watch.organisations and not watch.people:
        return True
    return _organisation(watch.organisations, story, parent) or _person(watch.people, story)


def _organisation(watched: Iterable[str], story: Story, parent: Callable[[str], str]) -> bool:
    told = {side for telling in story.tellings for move in telling.moves for side in (move.origin, move.destination)}
    names = {name for name in (story.origin, story.destination, *told) if name}
    wanted = {name for entry in watched for name in (entry, parent(entry))}
    return any(covers(entry, name) or covers(entry, parent(name)) for entry in wanted for name in names)


def _person(watched: Iterable[str], story: Story) -> bool:
    return any(likeness(entry, person) for entry in watched for person in story.people)


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
