"""How a source is doing, told from what its visits left behind. Pure: the visits themselves are the spider's.

An answer proves little: an empty feed and one that stopped years ago both say 200. So an answering source is judged
by the age of its newest entry *at the last visit that worked*: a Mercato that was switched off for a month must not
call every outlet frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.polling import rate
from mercato.i18n import mark
from mercato.model import FeedOutcome, FeedState, Source

QUIET_AFTER = timedelta(days=7)
"""A week bridges weekends and public holidays; a newsroom that says nothing for longer is slow or away."""

FROZEN_AFTER = timedelta(days=30)
"""A month is longer than a summer break and than the rhythm of nearly every outlet: most likely the site goes on and
its feed was forgotten, as happened to feeds that still answer 200 years after their last entry."""

QUIET_GAPS, FROZEN_GAPS = 5.0, 15.0
"""Silences, in usual gaps between two entries, after which a source whose rhythm is known counts as quiet or frozen: in
a Poisson process one silence in 150 is longer than five gaps, none to speak of longer than fifteen."""

_KNOWN_AFTER = 7.0  # days of watching
_QUIET_BOUNDS = (timedelta(days=4), timedelta(days=45))  # four days bridge a long weekend
_FROZEN_BOUNDS = (timedelta(days=12), timedelta(days=180))
_RECENT_GAP = timedelta(days=7)
_AHEAD = timedelta(days=2)  # a date further in the future is wrong, and would hide that a feed stands still


class HealthState(StrEnum):
    """How a source is doing; the values are part of the JSON contract."""

    NEW = "new"  # not visited yet at this address
    FRESH = "fresh"  # answers, newest entry at most QUIET_AFTER old
    QUIET = "quiet"  # answers, newest entry older than QUIET_AFTER: slow, or on holiday
    FROZEN = "frozen"  # answers, newest entry older than FROZEN_AFTER
    EMPTY = "empty"  # a feed without entries
    BROKEN = "broken"  # something that is no feed
    BLOCKED = "blocked"  # refuses programs
    GONE = "gone"  # the address no longer exists
    UNREACHABLE = "unreachable"  # no answer
    RESTING = "resting"  # asked to be left alone for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A source's state, since when, and the facts behind it."""

    state: HealthState
    detail: str  # for people: what was seen and, where there is something to do, what
    since: datetime | None = None  # newest entry of an answering source, last visit that worked of a failing one
    silence: timedelta | None = None  # from the newest entry to the last visit that worked
    failures: int = 0  # visits that failed in a row
    until: datetime | None = None  # end of the rest

    @property
    def needs_attention(self) -> bool:
        """Whether a person should look: nothing will change by waiting."""
        return self.state in _STUCK


_STUCK = frozenset({HealthState.FROZEN, HealthState.EMPTY, HealthState.BROKEN, HealthState.BLOCKED, HealthState.GONE})

_FAILING: Mapping[FeedOutcome, tuple[HealthState, str]] = {
    FeedOutcome.EMPTY: (HealthState.EMPTY, mark("a feed without any entry; look for another feed on the homepage")),
    FeedOutcome.BROKEN: (HealthState.BROKEN, mark("what it sends cannot be read as a feed; look for another address")),
    FeedOutcome.BLOCKED: (HealthState.BLOCKED, mark("the site refuses programs; ask the publisher, or leave it out")),
    FeedOutcome.GONE: (HealthState.GONE, mark("the address no longer exists; look for the new one on the homepage")),
    FeedOutcome.UNREACHABLE: (HealthState.UNREACHABLE, mark("no answer; it will be asked again by itself")),
    FeedOutcome.RESTING: (HealthState.RESTING, mark("the site asked for a pause; it will be asked again by itself")),
}

_BY_REASON: Mapping[str, str] = {
    "dns": mark("the host's name leads nowhere; check the address"),
    "certificate": mark("its certificate is not valid, so nobody knows who answers; tell the publisher"),
    "timeout": mark("it does not answer in time; it will be asked again by itself"),
    "connection": mark("it cannot be connected to, or breaks off; it will be asked again by itself"),
    "redirects": mark("it only leads from one address to the next; look for another address"),
    "too-large": mark("it is larger than crawl.max_bytes; look for another feed"),
    "headers": mark("its headers never end: no web server does that by accident"),
    "private-address": mark("it leads into a private network, where Mercato does not go; see crawl.private_hosts"),
    "robots": mark("its robots.txt forbids programs to read it; ask the publisher, or leave it out"),
    "busy": mark("another crawler was asking its host for too long; it will be asked again by itself"),
    "robots-unreadable": mark("its robots.txt cannot be read, which counts as a ban; it will be asked again by itself"),
    "web-page": mark("a web page stands there, not a feed; look for the feed's address"),
    "server-error": mark("the server reports an error of its own; it will be asked again by itself"),
}

Say = Callable[[str], str]


def health(source: Source, state: FeedState | None, now: datetime, say: Say = str) -> Health:
    """How `source` is doing at `now` (aware), from what is remembered of its feed; None: nothing is.

    `say` puts the English messages of the detail into the reader's language.
    """
    if state is None or state.outcome is FeedOutcome.NEVER:
        return Health(state=HealthState.NEW, detail=say("not visited yet"))
    if state.url != source.feed:
        return Health(state=HealthState.NEW, detail=say("its address has changed and was not visited yet"))
    if state.outcome in _FAILING:
        return _failing(state, now, say)
    return _answering(state, now, say)


def _failing(state: FeedState, now: datetime, say: Say) -> Health:
    verdict, advice = _FAILING[state.outcome]
    reason = "server-error" if state.reason.startswith("http-5") else state.reason
    # What has a name is told in the reader's language; what the server itself said only where it adds something.
    named = state.outcome is FeedOutcome.EMPTY or (reason in _BY_REASON and reason != "server-error")
    parts = [
        say(_BY_REASON.get(reason, advice)),
        "" if named else state.detail,
        _offers(state, say),
        _in_a_row(state.failures, say),
        _worked(state.last_success, now, say),
    ]
    return Health(
        state=verdict,
        detail=say("; ").join(part for part in parts if part),
        since=state.last_success,
        failures=state.failures,
        until=state.next_due if verdict is HealthState.RESTING else None,
    )


def _offers(state: FeedState, say: Say) -> str:
    return (
        say("the page there names these feeds: {feeds}").format(feeds=", ".join(state.offers)) if state.offers else ""
    )


def _answering(state: FeedState, now: datetime, say: Say) -> Health:
    visited = state.last_success or state.last_attempt or now
    newest, rest = state.newest_entry, _stale(visited, now, say) + _gap(state, now, say)
    if newest is None and state.last_new is not None:
        newest = state.last_new  # its entries carry no dates, but it was noticed when they came
    if newest is None or newest > visited + _AHEAD:
        undated = say("answers; its entries carry no date, so its age is unknown")
        ahead = say("answers; its newest entry is dated in the future, so its age is unknown")
        return Health(state=HealthState.FRESH, detail=(undated if newest is None else ahead) + rest)
    silence = max(visited - newest, timedelta())
    age = say("newest entry {age} old at the last visit").format(age=_age(silence, say))
    return Health(state=_by_age(silence, state), detail=age + rest, since=newest, silence=silence)


def _by_age(silence: timedelta, state: FeedState) -> HealthState:
    quiet, frozen = _patience(state)
    if silence > frozen:
        return HealthState.FROZEN
    return HealthState.QUIET if silence > quiet else HealthState.FRESH


def _patience(state: FeedState) -> tuple[timedelta, timedelta]:
    """Silences after which the source counts as quiet and as frozen, by its own rhythm where that is known.

    The rhythm fades with the silence itself, so a source that always was slow is given more time than a busy one.
    """
    if state.observed < _KNOWN_AFTER or not state.arrivals:
        return QUIET_AFTER, FROZEN_AFTER
    usual = timedelta(days=1 / max(rate(state), 0.01))
    return _within(QUIET_GAPS * usual, _QUIET_BOUNDS), _within(FROZEN_GAPS * usual, _FROZEN_BOUNDS)


def _within(span: timedelta, bounds: tuple[timedelta, timedelta]) -> timedelta:
    return min(max(span, bounds[0]), bounds[1])


def _gap(state: FeedState, now: datetime, say: Say) -> str:
    """Words that warn of entries that may have come and gone between two visits."""
    if state.last_gap is None or now - state.last_gap > _RECENT_GAP:
        return ""
    return say("; some entries may have been missed {age} ago: the feed shows too few").format(
        age=_age(now - state.last_gap, say)
    )


def _stale(visited: datetime, now: datetime, say: Say) -> str:
    """Words that warn when the last visit is itself so old that it says little about today."""
    away = now - visited
    return say(", which was {age} ago").format(age=_age(away, say)) if away > timedelta(days=1) else ""


def _in_a_row(failures: int, say: Say) -> str:
    return say("{count} visits in a row").format(count=failures) if failures > 1 else ""


def _worked(success: datetime | None, now: datetime, say: Say) -> str:
    if success is None:
        return say("has never worked")
    if now - success < timedelta(minutes=1):
        return say("worked just now")
    return say("worked {age} ago").format(age=_age(now - success, say))


def _age(span: timedelta, say: Say) -> str:
    """A span in the largest unit that gives at least 2: «3 days», «47 hours», «12 minutes»."""
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((1440, say("{count} days")), (60, say("{count} hours"))):
        if minutes >= 2 * size:
            return unit.format(count=minutes // size)
    return (say("{count} minute") if minutes == 1 else say("{count} minutes")).format(count=max(minutes, 0))
