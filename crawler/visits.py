"""One visit of one feed: what came of it, and when to come again. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler import polling
from crawler.polling import Pace
from crawler.refusals import Refusal
from mercato.model import FeedEntry, FeedOutcome, FeedState, Source, Visited, article_id

LONGEST_PAUSE = timedelta(hours=24)  # between two visits of a feed that fails
# Asking often does not help, somebody has to look at it: a day, a week, then a month. A block may be a slip of a
# firewall and an address may come back, so none is given up for ever.
_FOR_A_PERSON = {FeedOutcome.BLOCKED, FeedOutcome.GONE}
_PAUSES_FOR_A_PERSON = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
_PROOFS = 3  # pages in a row that held no more than their entry, before pages are spared
_AS_LONG = 0.9  # an entry may lack a caption or a box of the page
_CHECKED_AGAIN = 10


@dataclass(slots=True)
class Visit:
    """A visit in progress. It is over when every page that it asked for is in the archive."""

    source: Source
    before: FeedState
    started: datetime
    pace: Pace
    jitter: float = 0.5  # from 0 to 1
    state: FeedState | None = None  # as last recorded
    read: FeedState | None = None  # what the feed gave, to be recorded with its validators at the end
    waiting: set[str] = field(default_factory=set)  # identifiers of links whose pages are on their way
    incomplete: bool = False  # a page failed for a passing reason
    full_text: int = 0  # see FeedState
    entries: int = 0
    known: int = 0
    asked: int = 0
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def settle(self, entry: str, *, retry: bool) -> FeedState | None:
        """Note that the article behind `entry` is kept. Returns the state to record once it was the last one."""
        self.waiting.discard(entry)
        self.incomplete |= retry
        return self.finished()

    def finished(self) -> FeedState | None:
        """The state to record, or None while pages are on their way.

        Without validators when a page should be asked for again: the next visit must see the entry again.
        """
        if self.read is None or self.waiting:
            return None
        read = replace(self.read, full_text=self.full_text)
        return without_validators(read) if self.incomplete else read

    def compare(self, entry: FeedEntry, page: str, *, direct: bool) -> None:
        """Note whether an entry held all that its page does, under the same address."""
        same = direct and entry.whole and len(entry.summary) >= _AS_LONG * len(page)
        self.full_text = self.full_text + 1 if same else 0

    def spares(self, entry: FeedEntry) -> bool:
        """Whether the page of `entry` need not be asked for. One in ten is, to see whether that still holds."""
        checked = int(article_id(entry.url), 16) % _CHECKED_AGAIN == 0
        return entry.whole and bool(entry.title) and self.full_text >= _PROOFS and not checked

    def line(self) -> Visited | None:
        """What the cycle's record says of this visit; None when nothing came of it."""
        state = self.state
        if state is None:
            return None
        return Visited(
            source=self.source.id,
            at=self.started,
            outcome=state.outcome,
            reason=state.reason,
            entries=self.entries,
            known=self.known,
            asked=self.asked,
            kept=self.kept,
            skipped=dict(sorted(self.skipped.items())),
        )

    def unfinished(self) -> FeedState:
        """The state to record meanwhile: no validators, due at once, so that a crash loses no entry."""
        if self.read is None:
            raise ValueError(f"the feed of {self.source.id} has not been read")
        return replace(without_validators(self.read), next_due=self.started)

    def succeed(
        self, outcome: FeedOutcome, detail: str, *, new: int | None = 0, asked: timedelta | None = None, **found: object
    ) -> FeedState:
        """The state after a visit that could be read and found `new` unknown entries (None: they stay unknown, so
        nothing is learnt from them). `asked` is what the answer's headers want left before the next visit, `found` are
        further fields of FeedState.
        """
        learnt = self.before if new is None else polling.learn(self.before, new, self.started)
        state = replace(
            learnt,
            url=self.source.feed,
            outcome=outcome,
            detail=detail,
            reason="",
            offers=(),
            last_attempt=self.started,
            last_success=self.started,
            failures=0,
            last_new=self.started if new else self.before.last_new,
        )
        state = replace(state, **found)  # type: ignore[arg-type]  # names and types are those of FeedState
        if self.before.last_success is None:
            state = polling.first_look(state, new or 0, state.window)
        return replace(state, next_due=self._next(state, asked))

    def _next(self, state: FeedState, asked: timedelta | None) -> datetime:
        return polling.next_visit(self.source, state, self.pace, self.started, jitter=self.jitter, asked=asked)

    def fail(self, refusal: Refusal, offers: Sequence[str] = ()) -> FeedState:
        """The state after a visit that failed; the pause doubles with every failure in a row."""
        failures = self.before.failures + 1
        pause = min(self.pace.interval * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
        if refusal.outcome in _FOR_A_PERSON:
            pause = _PAUSES_FOR_A_PERSON[min(failures, len(_PAUSES_FOR_A_PERSON)) - 1]
        return replace(
            self.before,
            url=self.source.feed,
            outcome=refusal.outcome,
            detail=refusal.detail,
            reason=refusal.reason,
            offers=tuple(offers),
            last_attempt=self.started,
            failures=failures,
            next_due=self.started + pause * (1 + polling.JITTER * (self.jitter - 0.5)),
        )

    def postpone(self, refusal: Refusal) -> FeedState:
        """The state after a visit that was not made, because the host asked for rest."""
        return replace(
            self.before,
            url=self.source.feed,
            outcome=refusal.outcome,
            detail=refusal.detail,
            reason=refusal.reason,
            next_due=refusal.until or self.started + self.pace.interval,
        )


def is_gap(before: FeedState, entries: Sequence[FeedEntry], known: int) -> bool:
    """Whether entries may have come and gone between two visits: none of the feed's is known, though it was read
    before, and their dates do not say otherwise.
    """
    if before.last_new is None or known or not entries:
        return False
    dates = [entry.published for entry in entries if entry.published]
    return not dates or before.newest_entry is None or min(dates) > before.newest_entry


def span(entries: Sequence[FeedEntry]) -> float | None:
    """Seconds from the oldest to the newest date of a feed's entries; None when there are no two."""
    dates = [entry.published for entry in entries if entry.published]
    return (max(dates) - min(dates)).total_seconds() if len(dates) > 1 else None


def begin(source: Source, before: FeedState | None, now: datetime, pace: Pace, jitter: float = 0.5) -> Visit:
    """A visit of `source`. What was remembered of another address does not count."""
    if before is None or before.url != source.feed:
        before = FeedState(source=source.id, url=source.feed)
    return Visit(source, before, now, pace, jitter, full_text=before.full_text)


def without_validators(state: FeedState) -> FeedState:
    """`state` such that the next visit gets the whole feed."""
    return replace(state, etag=None, last_modified=None, body_sha256=None)
