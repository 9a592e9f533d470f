"""How a source is doing, told from what its visits left behind. Pure: the visits themselves are the spider's.

An answer proves little: an empty feed and one that stopped years ago both say 200. So an answering source is judged
by the age of its newest entry *at the last visit that worked*: a Mercato that was switched off for a month must not
call every outlet frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mercato.model import FeedOutcome, FeedState, Source

QUIET_AFTER = timedelta(days=7)
"""A week bridges weekends and public holidays; a newsroom that says nothing for longer is slow or away."""

FROZEN_AFTER = timedelta(days=30)
"""A month is longer than a summer break and than the rhythm of nearly every outlet: most likely the site goes on and
its feed was forgotten, as happened to feeds that still answer 200 years after their last entry."""

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
    FeedOutcome.EMPTY: (HealthState.EMPTY, "a feed without any entry; look for another feed on the homepage"),
    FeedOutcome.BROKEN: (HealthState.BROKEN, "what it sends cannot be read as a feed; look for another address"),
    FeedOutcome.BLOCKED: (HealthState.BLOCKED, "the site refuses programs; ask the publisher, or leave it out"),
    FeedOutcome.GONE: (HealthState.GONE, "the address no longer exists; look for the new one on the homepage"),
    FeedOutcome.UNREACHABLE: (HealthState.UNREACHABLE, "no answer; it will be asked again by itself"),
    FeedOutcome.RESTING: (HealthState.RESTING, "the site asked for a pause; it will be asked again by itself"),
}


def health(source: Source, state: FeedState | None, now: datetime) -> Health:
    """How `source` is doing at `now` (aware), from what is remembered of its feed; None: nothing is."""
    if state is None or state.outcome is FeedOutcome.NEVER:
        return Health(state=HealthState.NEW, detail="not visited yet")
    if state.url != source.feed:
        return Health(state=HealthState.NEW, detail="its address has changed and was not visited yet")
    if state.outcome in _FAILING:
        return _failing(state, now)
    return _answering(state, now)


def _failing(state: FeedState, now: datetime) -> Health:
    verdict, advice = _FAILING[state.outcome]
    parts = [advice, state.detail, _in_a_row(state.failures), _worked(state.last_success, now)]
    return Health(
        state=verdict,
        detail="; ".join(part for part in parts if part),
        since=state.last_success,
        failures=state.failures,
        until=state.next_due if verdict is HealthState.RESTING else None,
    )


def _answering(state: FeedState, now: datetime) -> Health:
    visited = state.last_success or state.last_attempt or now
    newest = state.newest_entry
    if newest is None or newest > visited + _AHEAD:
        why = "its entries carry no date" if newest is None else "its newest entry is dated in the future"
        return Health(state=HealthState.FRESH, detail=f"answers; {why}, so its age is unknown{_stale(visited, now)}")
    silence = max(visited - newest, timedelta())
    return Health(
        state=_by_age(silence),
        detail=f"newest entry {_age(silence)} old at the last visit{_stale(visited, now)}",
        since=newest,
        silence=silence,
    )


def _by_age(silence: timedelta) -> HealthState:
    if silence > FROZEN_AFTER:
        return HealthState.FROZEN
    return HealthState.QUIET if silence > QUIET_AFTER else HealthState.FRESH


def _stale(visited: datetime, now: datetime) -> str:
    """Words that warn when the last visit is itself so old that it says little about today."""
    away = now - visited
    return f", which was {_age(away)} ago" if away > timedelta(days=1) else ""


def _in_a_row(failures: int) -> str:
    return f"{failures} visits in a row" if failures > 1 else ""


def _worked(success: datetime | None, now: datetime) -> str:
    return f"worked {_age(now - success)} ago" if success else "has never worked"


def _age(span: timedelta) -> str:
    """A span in the largest unit that gives at least 2: «3 days», «47 hours», «12 minutes»."""
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{max(minutes, 0)} minute{'' if minutes == 1 else 's'}"
