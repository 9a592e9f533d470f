"""What goes into a digest: which stories, which are new to the reader, in which order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from alerts.importance import importance
from alerts.watches import NOBODY_KNOWN, as_heard, concerns
from mercato.model import Burst, Card, Digest, Novelty, Source, SourceHealth, Status, Story, StoryEvent, Watch, Window

BURST = 20
"""New stories that one outlet alone may bring in one window. On an ordinary day the whole press tells fewer; more are
an old archive announced anew, a feed in ruins or an attack, and must not push the day's news out of sight."""


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
    outlets: Mapping[str, Source] = NOBODY_KNOWN,
    thread: tuple[str, ...] = (),
) -> Digest:
    """The digest of `watch` for `window`, an answer to the earlier mails of `thread`.

    `stories` by id, as they stand now; `events` are those that no digest of this watch has told; `told` are the ids
    of the stories that its digests have told. A story has a card when something happened to it that matters
    (`StoryEvent.alerting`) and when it concerns the watch, or when it was told and then denied or came to nothing:
    whoever had the rumour has its end, whatever the watch wants today. New stories come before updates, each by
    importance;
    among updates, denials come first; what one outlet alone brought in a burst comes last. Events of unknown stories
    are left out: they may have been merged away. `parent` and `outlets` are what `concerns` wants to know.
    """
    by_story: defaultdict[str, list[StoryEvent]] = defaultdict(list)
    for event in events:
        by_story[event.story].append(event)
    cards = [
        Card(story=as_heard(watch, stories[name]), news=_news(happened), new=name not in told)
        for name, happened in by_story.items()
        if name in stories
        and (
            is_correction(stories[name], happened, told)
            or _came_to_nothing(stories[name], happened, told)
            or (
                any(event.alerting for event in happened)
                and concerns(watch, stories[name], parent=parent, outlets=outlets)
            )
        )
    ]
    bursts = _bursts(cards)
    flooding = {burst.outlet for burst in bursts}
    return Digest(
        watch=watch,
        window=window,
        cards=tuple(sorted(cards, key=lambda card: (_only_outlet(card) in flooding, *_place(card)))),
        backlog=backlog if window.first else 0,
        health=health,
        next_run=next_run,
        bursts=bursts,
        thread=thread,
    )


def is_correction(story: Story, events: Sequence[StoryEvent], told: Collection[str]) -> bool:
    """Whether readers who have had the story must hear that it is denied, or that an outlet took something back."""
    novelties = {event.novelty for event in events}
    denied = story.status is Status.DENIED and Novelty.STATUS in novelties
    return (denied or Novelty.CORRECTED in novelties) and story.id in told


def _came_to_nothing(story: Story, events: Sequence[StoryEvent], told: Collection[str]) -> bool:
    """Whether readers who have had the story must hear that the move failed, or was undone."""
    ended = story.status in (Status.FAILED, Status.REVERSED)
    return ended and story.id in told and any(event.novelty is Novelty.STATUS for event in events)


def _bursts(cards: Sequence[Card]) -> tuple[Burst, ...]:
    alone = Counter(outlet for card in cards if (outlet := _only_outlet(card)))
    return tuple(Burst(outlet=outlet, stories=count) for outlet, count in sorted(alone.items()) if count > BURST)


def _only_outlet(card: Card) -> str:
    """The outlet that alone tells a new story; "" for every other card."""
    outlets = {telling.outlet for telling in card.story.tellings}
    return outlets.pop() if card.new and len(outlets) == 1 else ""


def _news(events: Sequence[StoryEvent]) -> tuple[StoryEvent, ...]:
    """What is worth a line, in the order in which it was learnt."""
    kept = (event for event in events if event.novelty is not Novelty.REPEAT)
    return tuple(sorted(kept, key=lambda event: (event.at, event.id)))


def _place(card: Card) -> tuple[bool, bool, float, datetime, str]:
    denied_update = not card.new and card.story.status is Status.DENIED
    return (not card.new, not denied_update, -_weight(card), card.story.opened, card.story.id)


def _weight(card: Card) -> float:
    return importance(card.story, told=not card.new)


def lead(digest: Digest) -> Card | None:
    """The card whose headline makes the subject: the weightiest, a new story before an update of the same weight.

    What an outlet alone brought in a burst makes no subject while there is anything else.
    """
    flooding = {burst.outlet for burst in digest.bursts}
    return max(
        digest.cards, key=lambda card: (_only_outlet(card) not in flooding, _weight(card), card.new), default=None
    )
