"""Where the rooms meet on the way in: crawl → match → join. The way out, compose → send, is `scheduler.mailing`.

Each job takes up what earlier runs left undone, so a crash between two of them costs nothing but time: the next run
finds the unjudged articles, the unjoined matches, the windows that are owed and the mails that wait.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event

from alerts import matching, stories
from alerts.lexicon import Lexicon, lexicon_of
from alerts.stories.amendments import as_event, corrections
from alerts.stories.voices import NO_VOICES
from alerts.stories.withholding import without_the_nameless
from mercato.errors import MercatoError
from mercato.model import (
    EXIT_CODES,
    Article,
    CycleCode,
    CycleReport,
    Judgement,
    Match,
    NoMatch,
    Reason,
    Ruling,
    Source,
    Story,
    StoryEvent,
    Telling,
    Voice,
    Watch,
)
from mercato.settings import Settings
from scheduler.cycle import run_cycle
from scheduler.work import Defer, Task, Work, nobody
from storage import articles, facts, outbox, own_sources, own_watches, rechecks, rulings, runs
from storage import stories as dossiers
from storage.engine import Database, Transaction, open_database

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_BATCH = 200
"""Articles judged or joined per transaction: short enough that a crawl writing beside it never waits for long."""
_LISTED = 20_000
"""Articles that are listed at a time as waiting to be joined: listing sorts all of them."""
_SHELVED = "story keys"


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What every job needs: the user's decisions, the archive and the lexicon."""

    settings: Settings
    database: Database
    lexicon: Lexicon
    defer: Defer = nobody

    def watches(self) -> tuple[Watch, ...]:
        """The watches of the settings file and, behind them, those made on the page under other names."""
        with self.database.reading() as tx:
            return own_watches.beside(tx, self.settings.watches)

    def sources(self) -> tuple[Source, ...]:
        """The sources of the settings file and, behind them, those added on the page under other identifiers."""
        with self.database.reading() as tx:
            return own_sources.beside(tx, self.settings.sources)


@contextmanager
def open_newsroom(settings: Settings) -> Iterator[Newsroom]:
    """Open the archive of `settings` and load its lexicon. Raises StorageError, LexiconError and QueueError."""
    lexicon = lexicon_of(settings)
    # A million objects that stay to the end: walking through them once costs the collector more CPU than a digest.
    gc.freeze()
    with open_database(settings.database_url) as database:
        yield Newsroom(settings, database, lexicon, defer_of(settings))


def defer_of(settings: Settings) -> Defer:
    """How work that becomes due is handed on. Raises QueueError when the queue of the settings cannot be used."""
    if not settings.shares_work:
        return nobody
    # Imported here: one machine alone needs neither the queue nor the package that it is made of.
    from scheduler.queue import deferring  # noqa: PLC0415

    return deferring()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What a crawl brought, down to the stories."""

    report: CycleReport
    failing: tuple[str, ...] = ()  # names of the outlets that could not be read
    matches: int = 0
    stories_new: int = 0
    stories_updated: int = 0

    @property
    def exit_code(self) -> int:
        """The process exit code that says how the cycle ended."""
        return EXIT_CODES[self.report.code]


def crawl(
    room: Newsroom,
    clock: Clock,
    *,
    sources: Collection[str] = (),
    due_only: bool = False,
    stop: Event | None = None,
    verbosity: int = 0,
) -> Crawled:
    """Run one cycle over `sources` (all when empty), then judge and join what it brought.

    What an interrupted cycle had committed is judged and joined too. When another cycle is running, that one will.
    """
    settings = room.settings.model_copy(update={"sources": room.sources()})
    report = run_cycle(settings, sources=sources, due_only=due_only, stop=stop, verbosity=verbosity)
    if report.code in (CycleCode.LOCKED, CycleCode.CONFIGURATION):
        return Crawled(report=report)
    matches = match_pending(room, clock)
    opened, updated = join_pending(room)
    with room.database.reading() as tx:
        last = runs.last_finished(tx) if report.failed else None
    failing = last.failed if last else ()
    return Crawled(report=report, failing=failing, matches=matches, stories_new=opened, stories_updated=updated)


def match_pending(room: Newsroom, clock: Clock) -> int:
    """Judge every article that the present lexicon has not judged; returns how many were flagged."""
    fingerprint, flagged = room.lexicon.fingerprint, 0
    while batch := _unjudged(room):
        judgements = {article.id: judge(article, room.lexicon) for article in batch}
        flagged += sum(isinstance(judgement, Match) for judgement in judgements.values())
        with room.database.writing() as tx:
            articles.judge_all(tx, judgements, fingerprint, clock())
            room.defer(tx, Work(Task.JOIN))
    return flagged


def _unjudged(room: Newsroom) -> list[Article]:
    with room.database.reading() as tx:
        return articles.unjudged(tx, room.lexicon.fingerprint, _BATCH)


def judge(article: Article, lexicon: Lexicon) -> Judgement:
    """What the matcher makes of an article, without those who asked not to be named.

    An article that the matcher fails on is told in the log and not flagged.
    """
    try:
        judgement = matching.judge(article.title, article.body, lexicon, published=article.told.date())
    except Exception:  # a job boundary: one article that the matcher fails on must not keep back all behind it
        log.exception("%s could not be judged and is not flagged; please report this", article.url)
        return NoMatch(reason=Reason.FAILED)
    return without_the_nameless(article.text, judgement)


def join_pending(room: Newsroom) -> tuple[int, int]:
    """Join every judgement that the stories have not taken in; returns how many were opened and how many updated.

    What cannot be joined is told in the log, and tried again by the next run.
    """
    reshelve(room.database)
    voices = {source.id: source.voice for source in room.sources()}
    opened: set[str] = set()
    changed: set[str] = set()
    left: set[str] = set()
    while waiting := [article for article in _unjoined(room) if article not in left]:
        for first in range(0, len(waiting), _BATCH):
            for new, old in _join_all(room, waiting[first : first + _BATCH], voices, left):
                opened |= new
                changed |= new | old
    return len(opened), len(changed - opened)


def _unjoined(room: Newsroom) -> list[str]:
    with room.database.reading() as tx:
        return dossiers.unjoined(tx, room.lexicon.fingerprint, _LISTED)


def _join_all(
    room: Newsroom, batch: Sequence[str], voices: Mapping[str, Voice], left: set[str]
) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What `_join_some` brings of a batch: at once or, when that fails, one by one; adds to `left` what cannot be."""
    try:
        return [_join_some(room, batch, voices)]
    except MercatoError:
        raise
    except Exception:  # a job boundary: one article that cannot be joined must not keep back the others
        if len(batch) > 1:
            return [step for article in batch for step in _join_all(room, [article], voices, left)]
        log.exception("the article %s could not be joined to a story; it is tried again at the next run", batch[0])
        left.add(batch[0])
        return []


def _join_some(
    room: Newsroom, some: Collection[str], voices: Mapping[str, Voice]
) -> tuple[frozenset[str], frozenset[str]]:
    """Join those of `some` articles that still wait; returns the stories that were opened, and those changed."""
    # Read and written in one exclusive transaction: two processes joining at once would open a story twice.
    with room.database.writing(exclusive="join") as tx:
        batch = dossiers.unjoined_of(tx, room.lexicon.fingerprint, some)
        new, old = join_batch(tx, batch, voices)
        if new or old:
            hand_to_desks(room, tx)
    return new, old


def hand_to_desks(room: Newsroom, tx: Transaction) -> None:
    """Stories have changed: each watch may be owed a mail."""
    for watch in room.watches():
        room.defer(tx, Work(Task.COMPOSE, watch.name))


def join_batch(
    tx: Transaction, batch: Sequence[tuple[Article, Judgement]], voices: Mapping[str, Voice] = NO_VOICES
) -> tuple[frozenset[str], frozenset[str]]:
    """Join judged articles and write what comes of it; returns the stories that were opened, and those changed.

    `voices` says of sources, by their identifiers, whose words they use, where the user knows more than pages show.
    """
    stacks = dossiers.Stacks(tx)
    marks = rechecks.marks(tx, [article.id for article, _ in batch])
    shelf = stories.Shelf(stacks=stacks, rulings=rulings.every(tx) if marks.ruled else (), voices=voices)
    shelf.expect([(article, judgement) for article, judgement in batch if isinstance(judgement, Match)])
    before = _told_before(tx, marks.changed)
    dirty: dict[str, Story] = {}
    for article, judgement in batch:
        # Learnt when first seen, also when a later lexicon found it: the past is never alerted as news. What an outlet
        # put on its page since was learnt when the page was looked at again.
        learnt = marks.changed.get(article.id, article.first_seen)
        if isinstance(judgement, Match):
            changed = shelf.join(article, judgement, learnt)
        else:
            changed = shelf.leave(article.id, learnt)
        dirty.update((story.id, story) for story in changed)
    # Whoever opens a story asks the stacks for its name first: what they have not met does not exist.
    old = dirty.keys() & stacks.met.keys()
    dossiers.save_changes(tx, dirty.values(), stacks.met, shelf.keys)
    if marks.again:
        news = frozenset(article.id for article, _ in batch) - marks.again
        _hush(tx, dirty.values(), stacks.met, news)
    _note_corrections(tx, batch, before, marks.changed)
    flagged = (article for article, judgement in batch if isinstance(judgement, Match))
    dossiers.mark_joined(tx, *(article.id for article, _ in batch), flagged=flagged)
    return frozenset(dirty) - old, frozenset(old)


def _hush(tx: Transaction, dirty: Iterable[Story], before: Mapping[str, Story], news: Collection[str]) -> None:
    """What articles that were read again bring about in stories, also about others, is never mailed; `news` are the
    articles that were read for the first time beside them."""
    known = {event.id for story in before.values() for event in story.events}
    events = (event for story in dirty for event in story.events if event.id not in known)
    outbox.hush(tx, (event.id for event in events if event.article not in news))


def _told_before(tx: Transaction, changed: Iterable[str]) -> dict[str, list[tuple[str, Telling]]]:
    """What these articles, whose pages were changed, told so far: stories with the article's telling."""
    return {
        article: [
            (story.id, telling)
            for story in dossiers.get_all(tx, dossiers.of_article(tx, article))
            for telling in story.tellings
            if telling.article == article
        ]
        for article in changed
    }


def _note_corrections(
    tx: Transaction,
    batch: Sequence[tuple[Article, Judgement]],
    before: Mapping[str, Sequence[tuple[str, Telling]]],
    moments: Mapping[str, datetime],
) -> None:
    """Compare what changed articles tell with what they told, slot by slot; what was taken back becomes an event."""
    found: list[rechecks.Change] = []
    for article, judgement in batch:
        told = before.get(article.id, ())
        for story, amendment in corrections([(s, t.moves) for s, t in told], judgement.moves if told else ()):
            home, at = _home(tx, story, article.id), moments[article.id]
            _add_event(tx, as_event(home, article.id, at, amendment))
            fields = {"slot": amendment.name, "before": amendment.before, "after": amendment.after}
            found.append(rechecks.Change(article=article.id, story=home, at=at, **fields))
    rechecks.compared(tx, list(before), found)


def _home(tx: Transaction, story: str, article: str) -> str:
    """The story that tells now what `story` told in this article; itself when the article tells nothing any more."""
    told = dossiers.of_article(tx, article)
    return story if story in told or not told else told[0]


def _add_event(tx: Transaction, event: StoryEvent) -> None:
    for story in dossiers.get_all(tx, [event.story]):
        updated = max(story.updated, event.at)
        _write(tx, [replace(story, events=(*story.events, event), updated=updated)], {story.id})


def apply_ruling(tx: Transaction, ruling: Ruling, at: datetime | None = None) -> list[Story]:
    """Work out afresh the stories of which a ruling speaks that was just recorded, or withdrawn at the moment `at`;
    returns those that changed."""
    stacks = dossiers.Stacks(tx)
    changed = stories.Shelf(stacks=stacks, rulings=rulings.every(tx)).reconsider(ruling, at or ruling.at)
    _write(tx, changed, stacks.met)
    return changed


def reshelve(database: Database) -> None:
    """Record the keys of every story anew where they are those of another version of the program."""
    with database.reading() as tx:
        if facts.get(tx, _SHELVED) == stories.KEYS_VERSION:
            return
    place = None
    while True:
        with database.writing(exclusive="join") as tx:
            page = dossiers.latest(tx, _BATCH, place)
            dossiers.shelve(tx, _keys(page), {story.id for story in page})
            if not page:
                facts.put(tx, _SHELVED, stories.KEYS_VERSION)
                return
            place = page[-1].updated, page[-1].id


def _write(tx: Transaction, changed: Collection[Story], old: Collection[str]) -> None:
    """Write stories with the keys under which they are found; `old` are those that exist."""
    dossiers.save(tx, changed, _keys(changed), old)


def _keys(some: Iterable[Story]) -> dict[str, frozenset[str]]:
    return {story.id: stories.keys(story) for story in some}
