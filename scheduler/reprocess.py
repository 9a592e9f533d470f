"""Doing parts of the archive again, because extraction, lexicon or grouping have become better: no site is asked.

Pages are read, and articles judged, by processes on all cores, which leave the crawl the right of way. What changes is
shown before it is kept, when one asks for that; what is kept is committed page by page of the archive, so that an
interrupted run goes on where it stopped. None of it is news: what it adds to stories is shown, never mailed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from email.message import Message
from functools import lru_cache
from multiprocessing import get_context
from threading import Event
from typing import Any

from alerts.changes import Shift, SlotChange, shift
from alerts.lexicon import Lexicon, lexicon_of
from crawler.items import Hints, Page
from crawler.personal_data import without_contacts
from crawler.workers import Workers
from mercato.errors import ArchiveError, ExtractionError, WorkerError
from mercato.i18n import phrase
from mercato.model import Article, Judgement
from mercato.settings import Settings
from scheduler.jobs import Clock, Newsroom, join_pending, judge
from scheduler.work import Task, Work
from storage import articles, facts
from storage.articles import Part
from storage.engine import Transaction
from storage.raw_archive import RawArchive, raw_archive
from storage.warc import Archived

_PAGE = 400  # articles read, judged and written at a time
_CHUNK = 25  # articles that a process judges at a time
_WORTH_PARTS = 5_000  # articles: for fewer, starting the processes of each part takes longer than the part
_NICE = 10  # of the processes: a crawl beside them goes first
_DIGITS = "0123456789abcdef"
_FACT = "reprocess "  # name of the fact, with what is being done: how far it has come

Progress = Callable[[int, int], None]
"""Told after each page of the archive: how many articles are done, and how many there are to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done again, and of which part of the archive."""

    part: Part = field(default_factory=Part)
    extract: bool = False  # read the raw pages again
    group: bool = False  # work out the stories again, also where no judgement changes

    def encode(self) -> str:
        """The order as text: the same for the same order, and no longer than what it says."""
        told = asdict(self)
        said = {key: value for key, value in (told.pop("part") | told).items() if value}
        return json.dumps(said, sort_keys=True, default=datetime.isoformat)


def decode(text: str) -> Order:
    """The inverse of `Order.encode`."""
    told: dict[str, Any] = json.loads(text)
    deeds = {key: told.pop(key) for key in ("extract", "group") if key in told}
    told |= {key: datetime.fromisoformat(told[key]) for key in ("since", "until") if key in told}
    return Order(part=Part(**told), **deeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An article that is read otherwise than before."""

    article: str  # its identifier
    outlet: str
    title: str
    told: datetime
    shift: Shift
    slots: tuple[SlotChange, ...]
    text: bool  # whether its text is another one


@dataclass(slots=True)
class Redone:
    """What doing a part of the archive again came to."""

    articles: int = 0
    resumed: int = 0  # of a run before that was interrupted, and that this one went on with
    shifts: Counter[Shift] = field(default_factory=Counter)
    texts: int = 0  # that changed
    refused: Counter[str] = field(default_factory=Counter)  # reason → pages that give no article
    changes: list[Change] = field(default_factory=list)
    stories_new: int = 0
    stories_updated: int = 0


def reprocess(
    room: Newsroom,
    order: Order,
    clock: Clock,
    *,
    keep: bool = True,
    stop: Event | None = None,
    progress: Progress | None = None,
) -> Redone:
    """Do what `order` says on all cores; returns what changed. Without `keep` it is only shown.

    Articles that were never judged are left to the next crawl: they are news. An article is never made poorer: a
    page that gives less than before, or nothing, changes nothing. Of a run that `stop` or a crash ends, what is done
    is kept, and the same order goes on from there. Raises ArchiveError when pages are to be read and the raw archive
    is off.
    """
    run = _Run(room, order, clock, keep, stop or Event(), progress)
    with _judges() as pool:
        asyncio.run(run.through(pool))
    if keep:
        run.told.stories_new, run.told.stories_updated = join_pending(room)
    return run.told


def hand_on(room: Newsroom, order: Order) -> int:
    """Hand the order to the workers that share the archive, in parts where it is large; returns how many."""
    with room.database.reading() as tx:
        large = articles.count_part(tx, order.part) >= _WORTH_PARTS
    parts = _sixteenths(order) if large else [order]
    with room.database.writing() as tx:
        for part in parts:
            room.defer(tx, Work(Task.REPROCESS, part.encode()))
    return len(parts)


def _sixteenths(order: Order) -> list[Order]:
    """The order in sixteen parts, by the first digit of identifiers; a narrower range stays as it is."""
    if order.part.first or order.part.last:
        return [order]
    return [replace(order, part=replace(order.part, first=digit, last=digit)) for digit in _DIGITS]


@dataclass(slots=True)
class _Run:
    room: Newsroom
    order: Order
    clock: Clock
    keep: bool
    stop: Event
    progress: Progress | None
    told: Redone = field(default_factory=Redone)

    async def through(self, pool: ProcessPoolExecutor) -> None:
        """Page by page to the end of the part."""
        raw, after, total = self._raw(), self._begin(), self._count()
        workers = Workers(os.cpu_count() or 1) if raw else None
        try:
            while not self.stop.is_set():
                page = self._page(after)
                if not page:
                    self._end()
                    return
                after = page[-1][0].id
                await self._one_page(page, workers, raw, pool)
                if self.progress:
                    self.progress(self.told.resumed + self.told.articles, total)
        finally:
            if workers:
                await workers.close()

    async def _one_page(
        self,
        page: Sequence[tuple[Article, Judgement]],
        workers: Workers | None,
        raw: RawArchive | None,
        pool: ProcessPoolExecutor,
    ) -> None:
        again = [article for article, _ in page]
        if workers and raw:
            again = list(await asyncio.gather(*(_reread(workers, raw, one, self.told) for one in again)))
        judgements = await _judged(pool, self.room.settings.model_dump_json(by_alias=True), again)
        with _writing(self.room, self.keep) as tx:
            for (old, before), new, after in zip(page, again, judgements, strict=True):
                self._note(old, before, new, after)
                if tx is not None and new != old:
                    articles.save(tx, new)
            if tx is not None:
                self._keep(tx, {one.id: judgement for one, judgement in zip(again, judgements, strict=True)})
                facts.put(tx, self._fact, f"{page[-1][0].id} {self.told.resumed + self.told.articles}")

    def _note(self, old: Article, before: Judgement, new: Article, after: Judgement) -> None:
        kind, slots = shift(before, after)
        other = (old.title, old.body) != (new.title, new.body)
        self.told.articles += 1
        self.told.texts += other
        self.told.shifts[kind] += 1
        if kind is not Shift.SAME or other:
            self.told.changes.append(
                Change(
                    article=new.id,
                    outlet=new.outlet,
                    title=new.title,
                    told=new.told,
                    shift=kind,
                    slots=slots,
                    text=other,
                )
            )

    def _keep(self, tx: Transaction, judged: Mapping[str, Judgement]) -> None:
        articles.judge_all(tx, judged, self.room.lexicon.fingerprint, self.clock(), again=True)
        if self.order.group:
            articles.offer_again(tx, judged)

    def _raw(self) -> RawArchive | None:
        raw = raw_archive(self.room.settings)
        if self.order.extract and raw is None:
            raise ArchiveError(
                phrase('the raw archive is switched off (archive = "" in [storage]): there is nothing to read again')
            )
        return raw if self.order.extract else None

    def _page(self, after: str) -> list[tuple[Article, Judgement]]:
        with self.room.database.reading() as tx:
            return articles.part(tx, self._part, after, _PAGE)

    @property
    def _part(self) -> Part:
        """The part without what there is nothing to do about: the present lexicon would say of a text what it said."""
        if self.order.extract or self.order.group:
            return replace(self.order.part, captured=self.order.extract)
        return replace(self.order.part, but_by=self.room.lexicon.fingerprint)

    def _count(self) -> int:
        with self.room.database.reading() as tx:
            return articles.count_part(tx, self._part)

    @property
    def _fact(self) -> str:
        told = f"{self.order.encode()} {self.room.lexicon.fingerprint}"
        return _FACT + hashlib.sha256(told.encode()).hexdigest()[:16]

    def _begin(self) -> str:
        """The article after which an interrupted run of the same order goes on; "" from the beginning."""
        with self.room.database.reading() as tx:
            after, _, done = (facts.get(tx, self._fact) or "").partition(" ")
        self.told.resumed = int(done) if self.keep and done else 0
        return after if self.keep else ""

    def _end(self) -> None:
        if self.keep:
            with self.room.database.writing() as tx:
                facts.forget(tx, self._fact)


@contextmanager
def _writing(room: Newsroom, keep: bool) -> Iterator[Transaction | None]:
    """A transaction to write in; None when nothing is to be kept."""
    if not keep:
        yield None
        return
    with room.database.writing() as tx:
        yield tx


# In the processes that judge.


def _judges() -> ProcessPoolExecutor:
    """Processes that judge, one per core. Fresh ones: forked ones would share the connections to the database."""
    return ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), os.nice, (_NICE,))


@lru_cache(maxsize=1)
def _lexicon(settings: str) -> Lexicon:
    """The lexicon of these settings, as JSON; loaded once in the life of a process."""
    return lexicon_of(Settings.model_validate_json(settings))


def _judge(settings: str, batch: Sequence[Article]) -> list[Judgement]:
    lexicon = _lexicon(settings)
    return [judge(one, lexicon) for one in batch]


async def _judged(pool: ProcessPoolExecutor, settings: str, batch: Sequence[Article]) -> list[Judgement]:
    loop = asyncio.get_running_loop()
    chunks = (batch[first : first + _CHUNK] for first in range(0, len(batch), _CHUNK))
    done: Iterable[list[Judgement]] = await asyncio.gather(
        *(loop.run_in_executor(pool, _judge, settings, chunk) for chunk in chunks)
    )
    return [judgement for some in done for judgement in some]


async def _reread(workers: Workers, raw: RawArchive, article: Article, told: Redone) -> Article:
    """The article as its archived page gives it today; as it was when that gives less, which is counted."""
    if article.capture is None:
        return article
    try:
        answer = await asyncio.to_thread(raw.answer, article.capture)
        page = await workers.page(answer.body, answer.url, _charset(answer), _hints(article), article.first_seen)
    except ArchiveError:
        told.refused["archive"] += 1
    except ExtractionError as error:
        told.refused[error.reason] += 1
    except WorkerError:
        told.refused["worker"] += 1
    else:
        return articles.merged(article, _as_read(article, page))
    return article


def _as_read(article: Article, page: Page) -> Article:
    return replace(
        article,
        body=without_contacts(page.text),
        author=article.author or page.author,
        language=page.language or article.language,
        published=article.published or page.published,
        extraction=page.extraction,
        note=page.note,
    )


def _hints(article: Article) -> Hints:
    """What the archive already knows; it came from the feed first."""
    return Hints(title=article.title, author=article.author, published=article.published, language=article.language)


def _charset(answer: Archived) -> str | None:
    message = Message()
    message["Content-Type"] = answer.header("Content-Type") or "text/html"
    return message.get_content_charset()
