"""Letting go of what has been kept long enough, as the profile of [retention] says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from alerts.stories import keys
from alerts.stories.withholding import emptied
from crawler.pipelines import SOFTWARE
from mercato.model import Capture
from mercato.settings import RetentionSettings
from scheduler.jobs import Clock, Newsroom
from scheduler.plan import is_due
from storage import articles, cdxj, excision, facts, retention, upkeep
from storage import stories as dossiers
from storage.engine import Transaction
from storage.raw_archive import RawArchive, raw_archive
from storage.upkeep import Maintained

PROFILES: Mapping[str, Mapping[str, int]] = {
    # A press review: what is no move goes soon, what is one stays as long as it may matter to the subject.
    "veille": {
        "texts": 30,
        "flagged_texts": 365,
        "pages": 30,
        "flagged_pages": 365,
        "stories": 1825,
        "mails": 365,
        "records": 90,
    },
    # Journalism is free of limits on keeping (French law 78-17, article 80); sources must be provable for long.
    "journalism": {
        "texts": 365,
        "flagged_texts": 0,
        "pages": 365,
        "flagged_pages": 0,
        "stories": 0,
        "mails": 0,
        "records": 365,
    },
    # Recruiters keep candidates for two years after the last contact at most (CNIL, guide on recruitment).
    "recruitment": {
        "texts": 30,
        "flagged_texts": 180,
        "pages": 30,
        "flagged_pages": 180,
        "stories": 730,
        "mails": 365,
        "records": 90,
    },
}
"""Days for which each profile keeps what; 0: for good."""

_BATCH = 200
_FACT = "pruned"
_DATED = re.compile(r"^mercato-(\d{14})-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was let go, or would be."""

    texts: int
    flagged_texts: int
    pages: int
    stories: int
    mails: int
    records: int
    maintained: Maintained | None = None

    def figures(self) -> dict[str, object]:
        """The JSON contract of `mercato prune --json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Limits:
    """The moments before which what is kept is let go; None: never."""

    texts: datetime | None
    flagged_texts: datetime | None
    pages: datetime | None
    flagged_pages: datetime | None
    stories: datetime | None
    mails: datetime | None
    records: datetime | None


def limits(settings: RetentionSettings, now: datetime) -> Limits:
    """What [retention] comes to at `now`. Pure."""
    profile = PROFILES[settings.profile]

    def moment(name: str) -> datetime | None:
        own: int = getattr(settings, name)
        days = profile[name] if own == -1 else own
        return now - timedelta(days=days) if days else None

    return Limits(**{name: moment(name) for name in profile})


def is_owed(room: Newsroom, now: datetime) -> bool:
    """Whether the schedule of [retention] asks for it at `now`; the first time as soon as there is a schedule."""
    settings = room.settings.retention
    if not settings.schedule:
        return False
    with room.database.reading() as tx:
        last = facts.get(tx, _FACT)
    return last is None or is_due(settings.schedule, settings.timezone, datetime.fromisoformat(last), now)


def prune_owed(room: Newsroom, clock: Clock) -> None:
    """Let go of what was kept long enough, if the schedule asks for it now."""
    if is_owed(room, clock()):
        prune(room, clock)


def foresee(room: Newsroom, now: datetime) -> Pruned:
    """What `prune` would let go at `now`; changes nothing."""
    until, raw = limits(room.settings.retention, now), raw_archive(room.settings)
    with room.database.reading() as tx:
        return Pruned(
            texts=retention.count_texts(tx, until.texts, flagged=False) if until.texts else 0,
            flagged_texts=retention.count_texts(tx, until.flagged_texts, flagged=True) if until.flagged_texts else 0,
            pages=sum(len(_going(tx, raw, name, until)) for name in raw.names()) if raw else 0,
            stories=retention.count_old_stories(tx, until.stories) if until.stories else 0,
            mails=retention.count_mails(tx, until.mails) if until.mails else 0,
            records=retention.count_records(tx, until.records) if until.records else 0,
        )


def prune(room: Newsroom, clock: Clock, *, compact: bool = False) -> Pruned:
    """Let go of what has been kept long enough; with `compact` give its room on the disk back at once.

    In short transactions: a crawl goes on beside it, and what is cut off goes on with the next run.
    """
    now = clock()
    until = limits(room.settings.retention, now)
    stories = _drop_stories(room, until.stories)
    done = Pruned(
        texts=_thin(room, until.texts, flagged=False),
        flagged_texts=_thin(room, until.flagged_texts, flagged=True),
        pages=_drop_pages(room, until, now),
        stories=stories,
        mails=_counted(room, retention.blank_mails, until.mails),
        records=_counted(room, retention.drop_records, until.records),
        maintained=upkeep.maintain(room.database) if compact else None,
    )
    if not compact:
        upkeep.refresh(room.database)
    with room.database.writing() as tx:
        facts.put(tx, _FACT, now.isoformat())
    return done


def _thin(room: Newsroom, before: datetime | None, *, flagged: bool) -> int:
    total = 0
    while before:
        with room.database.writing() as tx:
            batch = retention.texts(tx, before, flagged=flagged, limit=_BATCH)
            retention.thin(tx, batch)
        total += len(batch)
        if len(batch) < _BATCH:
            break
    return total


def _drop_stories(room: Newsroom, before: datetime | None) -> int:
    """Withdraw stories, and let go of all that the articles say that told nothing else."""
    total = 0
    while before:
        with room.database.writing(exclusive="join") as tx:
            batch = retention.old_stories(tx, before, _BATCH)
            retention.erase(tx, retention.told_by_no_other(tx, batch))
            left = [emptied(story) for story in dossiers.get_all(tx, batch)]
            dossiers.save(tx, left, {story.id: keys(story) for story in left}, set(batch))
        total += len(batch)
        if len(batch) < _BATCH:
            break
    return total


def _counted(room: Newsroom, job: Callable[[Transaction, datetime], int], before: datetime | None) -> int:
    if before is None:
        return 0
    with room.database.writing() as tx:
        return job(tx, before)


def _kept_pages(tx: Transaction, name: str, until: Limits) -> frozenset[int] | None:
    """Offsets of the pages of a file that stay; None: all of them. A file is as old as the crawl that wrote it."""
    dated = _DATED.match(name)
    written = datetime.strptime(dated[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if dated else None
    if written is None or not (until.pages and written < until.pages):
        return None
    if until.flagged_pages and written < until.flagged_pages:
        return frozenset()
    return retention.flagged_pages(tx, name)


def _going(tx: Transaction, raw: RawArchive, name: str, until: Limits) -> frozenset[int]:
    kept = _kept_pages(tx, name, until)
    return frozenset() if kept is None else raw.offsets(name) - kept


def _drop_pages(room: Newsroom, until: Limits, now: datetime) -> int:
    raw = raw_archive(room.settings)
    if raw is None:
        return 0
    with raw.alone():
        total = sum(_drop_pages_of(room, raw, name, until, now) for name in raw.names())
        if total and (raw.folder / cdxj.MERGED).exists():
            raw.merge_index()
    return total


def _drop_pages_of(room: Newsroom, raw: RawArchive, name: str, until: Limits, now: datetime) -> int:
    with room.database.reading() as tx:
        kept, known = _kept_pages(tx, name, until), articles.captures_in(tx, name)
        gone = _going(tx, raw, name, until)
    if kept is None or not gone:
        return 0
    moved: dict[int, Capture | None] = {}
    if kept:
        going = excision.beside(raw, name, kept)
        done = excision.without(raw, name, going, why="kept long enough", software=SOFTWARE, now=now)
        moved = excision.relocated(done, known)
    with room.database.writing() as tx:
        articles.relocate(tx, name, moved)
    raw.delete(name)
    return len(gone)
