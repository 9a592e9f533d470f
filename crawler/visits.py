"""One visit of one feed: what came of it, and when to come again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.refusals import Refusal
from mercato.model import FeedOutcome, FeedState, Source

LONGEST_PAUSE = timedelta(hours=24)  # between two visits of a feed that fails
_FOR_A_PERSON = {FeedOutcome.BLOCKED, FeedOutcome.GONE}  # asking often does not help: somebody has to look at it


@dataclass(slots=True)
class Visit:
    """A visit in progress. It is over when every page that it asked for is in the archive."""

    source: Source
    before: FeedState
    started: datetime
    interval: timedelta
    read: FeedState | None = None  # what the feed gave, to be recorded with its validators at the end
    waiting: set[str] = field(default_factory=set)  # identifiers of links whose pages are on their way
    incomplete: bool = False  # a page failed for a passing reason

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
        return without_validators(self.read) if self.incomplete else self.read

    def unfinished(self) -> FeedState:
        """The state to record meanwhile: no validators, due at once, so that a crash loses no entry."""
        if self.read is None:
            raise ValueError(f"the feed of {self.source.id} has not been read")
        return replace(without_validators(self.read), next_due=self.started)

    def succeed(self, outcome: FeedOutcome, detail: str, **found: object) -> FeedState:
        """The state after a visit that could be read; `found` are further fields of FeedState."""
        state = replace(
            self.before,
            url=self.source.feed,
            outcome=outcome,
            detail=detail,
            last_attempt=self.started,
            last_success=self.started,
            failures=0,
            next_due=self.started + self.interval,
        )
        return replace(state, **found)  # type: ignore[arg-type]  # names and types are those of FeedState

    def fail(self, refusal: Refusal) -> FeedState:
        """The state after a visit that failed; the pause doubles with every failure in a row."""
        failures = self.before.failures + 1
        pause = min(self.interval * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
        if refusal.outcome in _FOR_A_PERSON:
            pause = LONGEST_PAUSE
        return replace(
            self.before,
            url=self.source.feed,
            outcome=refusal.outcome,
            detail=refusal.detail,
            last_attempt=self.started,
            failures=failures,
            next_due=self.started + pause,
        )

    def postpone(self, refusal: Refusal) -> FeedState:
        """The state after a visit that was not made, because the host asked for rest."""
        next_due = refusal.until or self.started + self.interval
        return replace(
            self.before, url=self.source.feed, outcome=refusal.outcome, detail=refusal.detail, next_due=next_due
        )


def begin(source: Source, before: FeedState | None, now: datetime, interval: timedelta) -> Visit:
    """A visit of `source`. What was remembered of another address does not count."""
    if before is None or before.url != source.feed:
        before = FeedState(source=source.id, url=source.feed)
    return Visit(source, before, now, interval)


def without_validators(state: FeedState) -> FeedState:
    """`state` such that the next visit gets the whole feed."""
    return replace(state, etag=None, last_modified=None, body_sha256=None)
