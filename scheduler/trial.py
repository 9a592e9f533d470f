"""The archive judged anew, in memory only, to see what a change of watch or words would do. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from alerts.backtest import Trial, compare, stories_of
from alerts.lexicon import Lexicon
from mercato.model import Article, Match, Watch
from scheduler.jobs import Newsroom, judge
from storage import articles

_BATCH = 500
"""Articles read per query: keeps memory flat, for only the flagged ones are kept."""

Progress = Callable[[int], None]
"""Told from time to time how many articles have been judged."""


def try_watch(
    room: Newsroom,
    watch: Watch,
    lexicon: Lexicon,
    present: Watch | None,
    *,
    since: datetime,
    now: datetime,
    progress: Progress,
) -> Trial:
    """What `watch` with `lexicon` would have told since `since`, against `present` with the lexicon of the room."""
    tried: list[tuple[Article, Match]] = []
    held: list[tuple[Article, Match]] = []
    same, count = lexicon.fingerprint == room.lexicon.fingerprint, 0
    for article in _articles_since(room, since):
        tried += _flagged(article, lexicon)
        held += [] if same else _flagged(article, room.lexicon)
        count += 1
        if count % _BATCH == 0:
            progress(count)
    stories = stories_of(tried)
    before = stories if same else stories_of(held)
    return compare(watch, stories, present, before, since=since, until=now, articles=count)


def _flagged(article: Article, lexicon: Lexicon) -> list[tuple[Article, Match]]:
    judgement = judge(article, lexicon)
    return [(article, judgement)] if isinstance(judgement, Match) else []


def _articles_since(room: Newsroom, since: datetime) -> Iterator[Article]:
    """The articles that came out after `since`, the newest first."""
    before: tuple[datetime, str] | None = None
    while True:
        with room.database.reading() as tx:
            page = articles.latest(tx, _BATCH, before)
        yield from (article for article in page if article.told >= since)
        if len(page) < _BATCH or page[-1].told < since:
            return
        before = (page[-1].told, page[-1].id)
