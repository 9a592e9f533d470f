"""What goes into a digest: which stories, which are new to the reader, in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from alerts.importance import importance
from alerts.watches import concerns
from mercato.model import Card, Digest, Novelty, SourceHealth, Status, Story, StoryEvent, Watch, Window


def compose(
    watch: Watch,
    window: Window,
    stories: Mapping[str, Story],
    events: Sequence[StoryEvent],
    told: Collection[str],
    *,
    backlog: int,
    health: SourceHealth | None,
    next_run: datetime | None,
    parent: Callable[[str], str] = str,
) -> Digest:
    """The digest of `watch` for `window`.

    `stories` by id, as they stand now; `events` are those that no digest of this watch has told; `told` are the ids
    of the stories that its digests have told. A story has a card when something happened to it that matters
    (`StoryEvent.alerting`) and when it concerns the watch. New stories come before updates, each by importance;
    among updates, denials come first. Events of unknown stories are left out: they may have been merged away.
    `parent` maps units and brands to the name that stories use, as `concerns` wants it.
    """
    by_story: defaultdict[str, list[StoryEvent]] = defaultdict(list)
    for event in events:
        by_story[event.story].append(event)
    cards = [
        Card(story=stories[name], news=_news(happened), new=name not in told)
        for name, happened in by_story.items()
        if name in stories
        and any(event.alerting for event in happened)
        and concerns(watch, stories[name], parent=parent)
    ]
    return Digest(
        watch=watch,
        window=window,
        cards=tuple(sorted(cards, key=_place)),
        backlog=backlog if window.first else 0,
        health=health,
        next_run=next_run,
    )


def _news(events: Sequence[StoryEvent]) -> tuple[StoryEvent, ...]:
    """What is worth a line, in the order in which it was learnt."""
    kept = (event for event in events if event.novelty is not Novelty.REPEAT)
    return tuple(sorted(kept, key=lambda event: (event.at, event.id)))


def _place(card: Card) -> tuple[bool, bool, float, datetime, str]:
    denied_update = not card.new and card.story.status is Status.DENIED
    return (not card.new, not denied_update, -_weight(card), card.story.opened, card.story.id)


def _weight(card: Card) -> float:
    return importance(card.story, told=not card.new)


def worth_sending(digest: Digest) -> bool:
    """Whether the digest has something to say: a card, or the notice that a new watch begins with."""
    return bool(digest.cards) or digest.window.first


def lead(digest: Digest) -> Card | None:
    """The card whose headline makes the subject: the weightiest, a new story before an update of the same weight."""
    return max(digest.cards, key=lambda card: (_weight(card), card.new), default=None)
