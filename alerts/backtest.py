"""What a watch would have told, had it and the lexicon been otherwise: two sets of stories held side by side. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.stories import Shelf
from alerts.watches import concerns
from mercato.model import Article, Judgement, Match, Story, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A watch tried on the archive, against what the present settings make of the same articles."""

    watch: Watch
    since: date  # in the watch's zone, as every day here
    until: date
    articles: int
    hits: tuple[Story, ...]  # what the tried watch would have told, the newest first
    present: tuple[Story, ...]  # what the present one tells
    gained: tuple[Story, ...]  # hits of which the present one has no article
    lost: tuple[Story, ...]  # stories of the present one of which the tried one has no article
    per_day: Mapping[date, int] = field(default_factory=dict)  # days without a hit too

    @property
    def rate(self) -> float:
        """Hits per day."""
        return len(self.hits) / max(1, len(self.per_day))


def stories_of(judged: Iterable[tuple[Article, Judgement]]) -> list[Story]:
    """The stories that these articles tell, in the order in which they came out."""
    shelf = Shelf()
    for article, judgement in sorted(judged, key=lambda item: (item[0].told, item[0].id)):
        if isinstance(judgement, Match):
            shelf.join(article, judgement, article.first_seen)
    return list(shelf)


def compare(
    watch: Watch,
    stories: Sequence[Story],
    present: Watch | None,
    present_stories: Sequence[Story],
    *,
    since: datetime,
    until: datetime,
    articles: int,
) -> Trial:
    """Hold what `watch` gets of `stories` against what `present`, if there is one, gets of `present_stories`."""
    zone = ZoneInfo(watch.timezone)
    hits = _newest_first(story for story in stories if concerns(watch, story))
    before = _newest_first(story for story in present_stories if present and concerns(present, story))
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    counted = Counter(_told(story).astimezone(zone).date() for story in hits)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Trial(
        watch=watch,
        since=first,
        until=last,
        articles=articles,
        hits=hits,
        present=before,
        gained=_not_in(hits, before),
        lost=_not_in(before, hits),
        per_day={day: counted[day] for day in days},
    )


def _told(story: Story) -> datetime:
    """When the story came out first."""
    return min(min(telling.published or telling.first_seen, telling.first_seen) for telling in story.tellings)


def _newest_first(stories: Iterable[Story]) -> tuple[Story, ...]:
    return tuple(sorted(stories, key=lambda story: (_told(story), story.id), reverse=True))


def _not_in(stories: Sequence[Story], others: Sequence[Story]) -> tuple[Story, ...]:
    """Those stories that share no article with any of the others: wordings of one event may differ."""
    held = {telling.article for story in others for telling in story.tellings}
    return tuple(story for story in stories if not any(telling.article in held for telling in story.tellings))
